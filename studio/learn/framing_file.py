"""Writes how a model's photos are framed as one file that needs no studio."""

from __future__ import annotations

import ast
from importlib import resources
from pathlib import Path

import studio
from studio.core.errors import UserError
from studio.core.files import write_text

FILE_NAME = "framing.py"
FIRST_LINE = '"""Which part of a photo the exported model sees; written by Spotless Studio.'
_HEAD = f'''{FIRST_LINE}

It needs numpy and OpenCV (opencv-python-headless) alone; with onnxruntime besides, it answers for photos:

    python framing.py MODEL.onnx PHOTO...

or, in a program of your own:

    import framing
    session = framing.open_model("MODEL.onnx")  # onnxruntime, told to report its use to nobody
    chosen, probabilities, look = framing.answer(session, "PHOTO.jpg")

Steps: the photo is decoded upright (OpenCV), its dish is found on a small copy (`find_outline`), the window around it
is cut out and scaled (`frame`). The model then takes 8-bit RGB and does the rest inside. It is the studio's own code,
version {{version}}, joined into one file; MIT licence.
"""

# ruff: noqa
# mypy: ignore-errors

from __future__ import annotations

import base64
import json
import math
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

import cv2 as cv
import numpy as np
from numpy.typing import NDArray

TypeAlias = Any  # of typing from Python 3.10 on
'''
_TAIL = """

if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
"""

PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("core/errors.py", ("UserError",)),
    ("dirt/outline.py", ()),
    ("dirt/saliency.py", ()),
    ("dirt/tracing.py", ()),
    ("dirt/finder.py", ()),
    ("dirt/recipe.py", ("resize_to",)),
    ("data/outline_text.py", ("pack_outline", "unpack_outline")),
    ("data/photos.py", ("GLANCE_PX",)),
    ("data/decode.py", ("Decoded",)),
    ("data/opencv_photos.py", ()),
    ("data/framing.py", ()),
    ("data/sight.py", ()),
    ("data/exported_model.py", ()),
)
"""Where the file's parts stand in the studio, each after those that it needs; without names, all of a module."""


def framing_source() -> str:
    """The text of the file: the studio's own definitions, so that the two can never disagree."""
    parts = [_part(*part) for part in PARTS]
    return _HEAD.format(version=studio.__version__) + "".join(f"\n\n{part}\n" for part in parts) + _TAIL


def write_framing(folder: Path) -> Path:
    """Put the file beside an exported model.

    Args:
        folder: the model's.

    Returns:
        the file.

    Raises:
        UserError: another file of that name is there, or the folder cannot be written.
    """
    check_place(folder)
    file = folder / FILE_NAME
    write_text(file, framing_source())
    return file


def check_place(folder: Path) -> None:
    """Refuse a folder where somebody else's file has the name.

    Raises:
        UserError: it would be overwritten.
    """
    file = folder / FILE_NAME
    try:
        is_foreign = file.exists() and not file.read_bytes().startswith(FIRST_LINE.encode())
    except OSError as error:
        raise UserError(f"{file}: cannot be read ({error.strerror or error})") from None
    if is_foreign:
        raise UserError(f"{file}: is not from the studio and would be overwritten; export to another folder")


def _part(place: str, names: tuple[str, ...]) -> str:
    text = resources.files(studio).joinpath(place).read_text(encoding="utf-8")
    lines, body = text.splitlines(), ast.parse(text).body
    if names:
        found = [node for node in body if names_of(node) & set(names)]
        return "\n\n\n".join("\n".join(lines[_first(node) - 1 : node.end_lineno]) for node in found)
    last_import = max(place for place, node in enumerate(body) if isinstance(node, ast.Import | ast.ImportFrom))
    return "\n".join(lines[body[last_import].end_lineno or 0 :]).strip("\n")


def names_of(node: ast.stmt) -> set[str]:
    """What a statement of a module defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _first(node: ast.stmt) -> int:
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef | ast.ClassDef) else []
    return min([node.lineno, *(one.lineno for one in decorators)])
