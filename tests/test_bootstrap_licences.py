"""What a bundle takes along from the system brings its licence."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from studio.bootstrap_licences import system_texts

pytestmark = pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="asks a Debian system for its packages")


def a_library_of_the_system() -> str:
    found = next(iter(sorted(Path("/usr/lib").glob("*-linux-gnu/libz.so.1"))), None)
    if found is None:
        pytest.skip("zlib of the system is missing")
    return str(found)


def test_a_library_of_the_system_brings_its_text_and_what_the_text_refers_to() -> None:
    library = a_library_of_the_system()
    texts, missing = system_texts([library], [])
    assert missing == []
    names = sorted(texts)
    assert any(name.startswith("zlib1g") for name in names)
    assert all(text.is_file() for text in texts.values())


def test_what_packages_bring_is_no_concern_and_what_nobody_knows_is_said(tmp_path: Path) -> None:
    ours, unknown = Path(sys.prefix) / "lib" / "libours.so", tmp_path / "libunknown.so"
    texts, missing = system_texts([str(ours), str(unknown)], [sys.prefix])
    assert texts == {}
    assert missing == [str(unknown)]
