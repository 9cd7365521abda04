"""Tests of the entry in a Linux desktop's menu."""

from __future__ import annotations

import configparser
import re
import shlex
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from PIL import Image

from studio import cli_desktop
from studio.cli import main
from studio.core.errors import UserError


def entry(file: Path) -> configparser.SectionProxy:
    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(file, encoding="utf-8")
    return parser["Desktop Entry"]


def test_the_menu_starts_this_studio_with_the_files(tmp_path: Path) -> None:
    desktop, *_ = cli_desktop.install(tmp_path, cli_desktop.starter())
    words = shlex.split(entry(desktop)["Exec"])
    assert words == [sys.executable, "-m", "studio", "--open", "%F"]


def test_model_files_are_the_studios(tmp_path: Path) -> None:
    desktop, kinds, icon, *_ = cli_desktop.install(tmp_path, "studio")
    kind = ElementTree.parse(kinds).getroot()[0]
    assert entry(desktop)["MimeType"].rstrip(";") == kind.get("type")
    assert [part.get("pattern") for part in kind if part.tag.endswith("glob")] == ["*.spotless"]
    assert "currentColor" not in icon.read_text(encoding="utf-8")
    assert entry(desktop)["Icon"] == icon.stem


@pytest.mark.parametrize("word", ["/opt/My Studio/studio", '/opt/"quoted"/$HOME/`x`/studio', "/opt/100%/studio"])
def test_odd_folders_are_quoted(word: str) -> None:
    quoted = cli_desktop._quoted(word)
    # Undone in the order of the specification: the file's escapes, then the quotes, then the fields.
    inner = quoted.replace("\\\\", "\\")[1:-1]
    assert re.sub(r"\\(.)", r"\1", inner).replace("%%", "%") == word


def test_the_icon_is_there_as_pictures_for_menus_that_show_no_svg(tmp_path: Path) -> None:
    *_, small, middle, large = cli_desktop.install(tmp_path, "studio")
    for file, side_px in ((small, 48), (middle, 128), (large, 256)):
        assert file.relative_to(tmp_path) == Path(f"icons/hicolor/{side_px}x{side_px}/apps/spotless-studio.png")
        with Image.open(file) as picture:
            corner, middle_of_an_edge = (
                picture.getchannel("A").getpixel(at) for at in ((0, 0), (side_px // 2, side_px // 8))
            )
            assert (picture.size, corner, middle_of_an_edge) == ((side_px, side_px), 0, 255)


def test_nothing_is_left_after_removing(tmp_path: Path) -> None:
    files = cli_desktop.install(tmp_path, "studio")
    assert cli_desktop.remove(tmp_path) == files
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_folder_that_cannot_be_made_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "applications").write_text("in the way")
    with pytest.raises(UserError, match="cannot be written"):
        cli_desktop.install(tmp_path, "studio")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="menus of Linux desktops")
def test_the_command_writes_into_the_persons_folder(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE, "desktop"],
        env={"XDG_DATA_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert [file for file in cli_desktop.places(tmp_path) if not file.is_file()] == []
    assert str(tmp_path) in done.stdout


CODE = """
import argparse, sys
from studio import cli_desktop
from studio.cli import main
parser = argparse.ArgumentParser()
cli_desktop.add(parser.add_subparsers())
asked = parser.parse_args(sys.argv[1:])
sys.exit(asked.command(asked))
"""


@pytest.mark.parametrize("words", [["--open", "plates.spotless"], ["plates.spotless"]])
def test_a_double_clicked_model_is_opened_in_the_window(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []
    monkeypatch.setattr("studio.ui.app.run", lambda workspace, *, sample, files: opened.append(list(files)) or 0)
    assert main(words) == 0
    assert opened == [[Path("plates.spotless")]]
