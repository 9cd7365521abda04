"""Whatever is shipped is listed, with the text of its licence."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from studio.core import licences, resources

ROOT = Path(__file__).resolve().parents[2]
LISTING = """
import sys
sys.path.append(sys.argv[1])
from studio.core import licences
for part in licences.parts():
    print(part.name, part.version, len(part.text()), sep="|")
"""
NAMED = re.compile(r'^    "([A-Za-z0-9._-]+)[^"]*"')


@pytest.fixture(scope="module")
def parts() -> list[licences.Part]:
    return licences.parts()


def asked_in(block: str) -> set[str]:
    """Names of the distributions that a list in pyproject.toml asks for; tomllib is missing from Python 3.10."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    lines = text.partition(f"\n{block} = [")[2].partition("\n]")[0].splitlines()
    return {match[1].lower() for line in lines if (match := NAMED.match(line))}


def test_all_that_the_studio_asks_for_is_followed() -> None:
    assert asked_in("dependencies") == {name.lower() for name in licences.NEEDED}


def test_every_part_has_the_text_of_its_licence(parts: list[licences.Part]) -> None:
    assert [part.name for part in parts[:2]] == ["Spotless Studio", "Python"]
    without = [part.name for part in parts if not part.files or len(part.text()) < 600]
    assert not without
    assert all(part.licence for part in parts)


def test_what_the_parts_ask_for_is_listed_too_and_tools_are_not() -> None:
    found = set(licences.distributions())
    assert {"torch", "sqlalchemy", "alembic", "shiboken6", "pydantic-core", "protobuf", "markupsafe"} <= found
    assert not {"pytest", "ruff", "mypy", "pip"} & found


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "Qt and PySide6",
            ["How to replace them", "GNU LESSER GENERAL PUBLIC LICENSE", "Mozilla Public License", "PCRE2"],
        ),
        ("OpenCV, with FFmpeg", ["Apache License", "FFmpeg", "Lesser General Public"]),
        (
            "pi-heif, with libheif",
            ["libde265", "GNU LESSER GENERAL PUBLIC LICENSE"],
        ),
        ("EfficientNet-Lite0 weights", ["Apache License", "ML Illustrated", "TERMS AND CONDITIONS"]),
        ("Inter (font)", ["SIL OPEN FONT LICENSE"]),
        ("JetBrains Mono (font)", ["SIL OPEN FONT LICENSE"]),
        ("Lucide (icons)", ["ISC License"]),
        ("Python", ["PYTHON SOFTWARE FOUNDATION LICENSE"]),
        ("fontpkg", ["MIT License", "Evan Jones"]),
    ],
)
def test_a_licence_says_what_it_has_to(parts: list[licences.Part], name: str, words: list[str]) -> None:
    text = next(part for part in parts if part.name == name).text()
    assert [word for word in words if word.lower() not in text.lower()] == []


def test_the_studios_own_licence_is_the_repositorys() -> None:
    assert resources.path("licences/spotless-studio.txt").read_text("utf-8") == (ROOT / "LICENSE").read_text("utf-8")


def test_a_bundle_lists_the_same_parts_with_the_same_texts(parts: list[licences.Part], tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    for file, folder in licences.files_for_bundle():
        if Path(file).is_file():
            (bundle / folder).mkdir(parents=True, exist_ok=True)
            (bundle / folder / Path(file).name).write_bytes(Path(file).read_bytes())
    told = subprocess.run(
        [sys.executable, "-S", "-c", LISTING, str(bundle)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert told.stdout.splitlines() == [f"{part.name}|{part.version}|{len(part.text())}" for part in parts]
