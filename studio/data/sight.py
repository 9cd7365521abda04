"""A photo's file, through the same steps for cached training and for classification, as the network sees it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.data.framing import Background, Framed, Framing, frame, shown_window
from studio.data.outline_text import pack_outline, unpack_outline
from studio.data.photos import GLANCE_PX, decode_photo, read_bytes
from studio.data.unchanged import read_unchanged
from studio.dirt.finder import find_outline
from studio.dirt.outline import Outline
from studio.dirt.recipe import resize_to

_SPARE = 2.0
"""Pixels decoded for each one shown: what JPEG's own halving leaves is softer than averaging the whole photo."""


def find_dish(photo_HW3: NDArray[np.uint8]) -> Outline | None:
    """Where the dish is, by the very steps of an import.

    Args:
        photo_HW3: uint8 RGB, upright, with at least `photos.GLANCE_PX` on its longest side if the photo has them.
    """
    return find_outline(resize_to(photo_HW3, GLANCE_PX))


def see(
    file: Path | str,
    outline: Outline | None,
    *,
    framing: Framing,
    background: Background,
    size_hw: tuple[int, int],
    sha1: str = "",
) -> Framed:
    """Read a photo and frame it.

    Args:
        file: the picture.
        outline: where its dish is.
        framing: see `framing.frame`.
        background: see `framing.frame`.
        size_hw: height and width of the result, px.
        sha1: of the content that is meant; empty takes whatever is there.

    Raises:
        PhotoError: the file cannot be used, or is not the one that is meant.
    """
    return see_bytes(read_unchanged(file, sha1), file, outline, framing=framing, background=background, size_hw=size_hw)


def see_unknown(
    file: Path | str,
    *,
    framing: Framing,
    background: Background,
    size_hw: tuple[int, int],
    is_dish_asked: bool = True,
) -> Framed:
    """Read a photo that was never imported, find its dish as an import would, and frame it.

    Args:
        file: the picture.
        framing: see `framing.frame`.
        background: see `framing.frame`.
        size_hw: height and width of the result, px.
        is_dish_asked: whether it matters where the dish is; where not, nobody looks for it, which takes longest.

    Raises:
        PhotoError: the file cannot be used.
    """
    data = read_bytes(file)
    if not is_dish_asked:
        return see_bytes(data, file, None, framing=framing, background=background, size_hw=size_hw)
    glance = decode_photo(data, file, longest_px=GLANCE_PX)
    found = find_dish(glance.image_HW3)
    outline = unpack_outline(pack_outline(found))  # rounded as in a manifest, so that the pixels are the same
    is_whole = glance.image_HW3.shape[:2] == (glance.height, glance.width)
    if is_whole and _longest_px(outline, framing, size_hw) >= GLANCE_PX:  # decoding anew would give the same
        return frame(glance.image_HW3, outline, framing=framing, background=background, size_hw=size_hw)
    return see_bytes(data, file, outline, framing=framing, background=background, size_hw=size_hw)


def see_bytes(
    data: bytes,
    file: Path | str,
    outline: Outline | None,
    *,
    framing: Framing,
    background: Background,
    size_hw: tuple[int, int],
) -> Framed:
    """Decode a photo's content and frame it, as `see` does.

    Args:
        data: the content of the file.
        file: the picture, for the error's sentence.
        outline: where its dish is.
        framing: see `framing.frame`.
        background: see `framing.frame`.
        size_hw: height and width of the result, px.

    Raises:
        PhotoError: the file cannot be used.
    """
    photo = decode_photo(data, file, longest_px=_longest_px(outline, framing, size_hw))
    return frame(photo.image_HW3, outline, framing=framing, background=background, size_hw=size_hw)


def _longest_px(outline: Outline | None, framing: Framing, size_hw: tuple[int, int]) -> int:
    """How many pixels of the photo's longest side are wanted."""
    return round(_SPARE * max(size_hw) * _enlargement(outline, framing, size_hw))


def _enlargement(outline: Outline | None, framing: Framing, size_hw: tuple[int, int]) -> float:
    """The photo's longest side in sides of what is shown of it."""
    # Its proportions are not known before it is read, and a unit square errs by too many pixels at most.
    if framing != "dish" or outline is None:
        return 1.0 if framing != "crop" else 2.0
    left, top, right, bottom = shown_window(1000, 1000, outline, framing=framing, size_hw=size_hw)
    return max(1.0, 1000 / max(1.0, min(right - left, bottom - top)))
