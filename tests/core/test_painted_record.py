"""What a dataset was painted with: read where it is said, unknown where it is not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from studio.core.files import write_json
from studio.core.painted_record import RECORD, painted_with
from studio.core.sections import DirtSettings


def test_the_settings_come_back_as_they_were(tmp_path: Path) -> None:
    dirt = DirtSettings(seed=7)
    write_json(tmp_path / RECORD, {"dirt": dirt.model_dump(mode="json"), "painted": 3})
    assert painted_with(tmp_path) == dirt


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"null", b"[]", b"{}", b'{"dirt": 3}', b'{"dirt": {"ratio": 1e999}}', b"[" * 100_000]
)
def test_what_cannot_be_understood_is_unknown(tmp_path: Path, content: bytes) -> None:
    assert painted_with(tmp_path) is None
    (tmp_path / RECORD).write_bytes(content)
    assert painted_with(tmp_path) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_pipe_in_its_place_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / RECORD)
    assert painted_with(tmp_path) is None
