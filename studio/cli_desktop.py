"""The command that puts the studio into a Linux desktop's menu, opening model files by double-click."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from studio.core import resources
from studio.core.errors import UserError
from studio.core.files import write_bytes, write_text

_NAME = "spotless-studio"
_SIDES_PX = (48, 128, 256)
"""Of the icon's pictures, for desktops whose menu shows no SVG."""
_UPDATES = (("update-mime-database", "mime"), ("update-desktop-database", "applications"))
"""Programs that read the files anew; where one is missing, the next login does it."""


def add(commands: Any) -> None:
    """Add the command to the parser.

    Args:
        commands: what `add_subparsers` returned.
    """
    told = "Linux: put the studio into the menu, and open .spotless files with it."
    parser = commands.add_parser("desktop", help=told, description=told, allow_abbrev=False)
    parser.add_argument("--remove", action="store_true", help="take it out again")
    parser.set_defaults(command=_run)


def install(home: Path, program: str) -> list[Path]:
    """Write menu entry, kind of file and icon, the icon also as pictures.

    Args:
        home: the person's data folder, `~/.local/share`.
        program: the command that starts the studio, quoted as a desktop entry wants it.

    Returns:
        the files.

    Raises:
        UserError: a file cannot be written, or no picture be drawn; the rest is written all the same.
    """
    entry = resources.path(f"linux/{_NAME}.desktop").read_text(encoding="utf-8")
    texts = (
        entry.replace("@PROGRAM@", program),
        resources.path(f"linux/{_NAME}.xml").read_text(encoding="utf-8"),
        icon_svg(),
    )
    files = places(home)
    for file, text in zip(files, texts, strict=False):
        write_text(file, text)
    try:
        # Only now: Qt takes long to load, and no other command of this file has use for it.
        from studio.ui.svg_picture import svg_png
    except ImportError as error:  # a server without its system's libraries
        raise UserError(
            f"{files[0]}: is written, but without pictures of the icon, since Qt cannot be loaded ({error}); "
            "the window will not open here either"
        ) from error
    for file, side_px in zip(files[len(texts) :], _SIDES_PX, strict=True):
        write_bytes(file, svg_png(icon_svg().encode(), side_px=side_px))
    return files


def remove(home: Path) -> list[Path]:
    """Take away what `install` wrote.

    Returns:
        the files that were there.

    Raises:
        UserError: a file cannot be removed.
    """
    there = [file for file in places(home) if file.is_file()]
    for file in there:
        try:
            file.unlink()
        except OSError as error:
            raise UserError(f"{file}: cannot be removed ({error.strerror or error})") from error
    return there


def places(home: Path) -> list[Path]:
    """Menu entry, kind of file, icon, its pictures from small to large."""
    icons = home / "icons" / "hicolor"
    return [
        home / "applications" / f"{_NAME}.desktop",
        home / "mime" / "packages" / f"{_NAME}.xml",
        icons / "scalable" / "apps" / f"{_NAME}.svg",
        *(icons / f"{side_px}x{side_px}" / "apps" / f"{_NAME}.png" for side_px in _SIDES_PX),
    ]


def icon_svg() -> str:
    """The program's icon in its own colour."""
    tokens = json.loads(resources.path("theme/tokens.json").read_text(encoding="utf-8"))
    glyph = resources.path("glyphs/app-icon.svg").read_text(encoding="utf-8")
    return glyph.replace("currentColor", tokens["colors"]["light"]["accent"])


def starter() -> str:
    """The command that starts this very studio, for a desktop entry: each word in quotes."""
    words = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "studio"]
    if getattr(sys, "frozen", False):  # beside the console program lies the windowed one
        windowed = Path(sys.executable).with_name("Spotless Studio")
        words = [str(windowed if windowed.is_file() else sys.executable)]
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    for sign in ("\\", '"', "`", "$"):
        word = word.replace(sign, "\\" + sign)
    # The file's own escapes come on top of the quotes'; a percent sign would begin a field.
    return '"' + word.replace("\\", "\\\\").replace("%", "%%") + '"'


def _run(asked: argparse.Namespace) -> int:
    if not sys.platform.startswith("linux"):
        raise UserError("studio desktop: is for Linux; elsewhere the bundle brings its own")
    home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    files = remove(home) if asked.remove else install(home, starter())
    for file in files:
        print(f"{'removed' if asked.remove else 'wrote'} {file}")
    for program, folder in _UPDATES:
        if (home / folder).is_dir() and shutil.which(program):
            subprocess.run([program, str(home / folder)], check=False, stderr=subprocess.DEVNULL)
    return 0
