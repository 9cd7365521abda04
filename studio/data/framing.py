"""Which part of a photo the network sees.

The one definition for training, validation, classification and export. It needs numpy and OpenCV alone, since an
exported model takes this file along.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from studio.dirt import cv
from studio.dirt.outline import Outline

Framing: TypeAlias = Literal["dish", "fit", "crop", "stretch"]
Background: TypeAlias = Literal["keep", "grey", "vary"]
Image: TypeAlias = NDArray[np.uint8]

FRAMING_VERSION = 1
"""Part of what cached pixels are kept by; one more whenever the same photo would come out otherwise."""

DISH_PAD = 0.06
GREY = 128
SOFT_EDGE = 2 / 256
"""Width of the edge between dish and painted background, as a share of the shorter side."""


@dataclass(frozen=True, kw_only=True)
class Framed:
    """A photo as the network sees it.

    Attributes:
        image_HW3: uint8 RGB.
        inside_HW: uint8, 255 on the dish, 0 beside it; without a known dish, 255 wherever the photo is.
        window: left, top, right, bottom of what is shown, in px of the photo; it may reach beyond the photo.
        photo_hw: height and width of the photo, px.
    """

    image_HW3: Image
    inside_HW: Image
    window: tuple[float, float, float, float]
    photo_hw: tuple[int, int]

    def pixels(self) -> Image:
        """Picture and dish in one, as caches and networks take them.

        Returns:
            uint8 HW4: red, green, blue, and how much the pixel is inside the dish.
        """
        return np.asarray(cv.merge([self.image_HW3, self.inside_HW]), np.uint8)


def frame(
    photo_HW3: Image,
    outline: Outline | None,
    *,
    framing: Framing,
    background: Background,
    size_hw: tuple[int, int],
) -> Framed:
    """Cut and scale a photo to what the network sees.

    Args:
        photo_HW3: uint8 RGB, upright, of any size.
        outline: where the dish is. Without one, `dish` shows the whole photo as `fit` does.
        framing: `dish` (a square around it), `fit` (the whole photo with a border), `crop` (its centre) or `stretch`
            (the whole photo, its proportions given up).
        background: `grey` paints over what is beside the dish; `keep` leaves it, and so does `vary`, which is for
            training's own variation.
        size_hw: height and width of the result, px.
    """
    if framing == "dish" and outline is None:
        framing = "fit"
    height, width = photo_HW3.shape[:2]
    window = shown_window(height, width, outline, framing=framing, size_hw=size_hw)
    if framing == "fit":
        image_HW3, covered = _letterboxed(photo_HW3, size_hw)
    else:
        image_HW3, covered = _cut(photo_HW3, window, size_hw), np.full(size_hw, 255, np.uint8)
    inside_HW = covered if outline is None else _inside(outline, height, width, window, size_hw)
    if background == "grey":
        alpha_HW1 = inside_HW[..., None].astype(np.float32) / 255
        image_HW3 = (GREY + (image_HW3 - np.float32(GREY)) * alpha_HW1 + 0.5).astype(np.uint8)
    return Framed(image_HW3=image_HW3, inside_HW=inside_HW, window=window, photo_hw=(height, width))


def shown_window(
    height: int, width: int, outline: Outline | None, *, framing: Framing, size_hw: tuple[int, int]
) -> tuple[float, float, float, float]:
    """The rectangle of the photo that is shown.

    Args:
        height: of the photo, px.
        width: of the photo, px.
        outline: where the dish is, if known.
        framing: see `frame`.
        size_hw: of the result, px.

    Returns:
        left, top, right, bottom in px of the photo, whole numbers except for `fit`.
    """
    shown_h, shown_w = size_hw
    if framing == "stretch":
        return 0.0, 0.0, float(width), float(height)
    if framing == "dish" and outline is not None:
        centre_x, centre_y, side = outline.box(height, width, DISH_PAD)
        scale = min(shown_h, shown_w) / max(side, 1.0)
        # A box counts from the middle of the first pixel, a window from its edge.
        return _whole(centre_x + 0.5, centre_y + 0.5, shown_w / scale, shown_h / scale)
    if framing == "crop":
        scale = max(shown_h / height, shown_w / width)
        return _whole(width / 2, height / 2, min(width, shown_w / scale), min(height, shown_h / scale))
    left, top, across, down = _placed(height, width, size_hw)
    return (
        -left * width / across,
        -top * height / down,
        (shown_w - left) * width / across,
        (shown_h - top) * height / down,
    )


def _whole(centre_x: float, centre_y: float, across: float, down: float) -> tuple[float, float, float, float]:
    columns, rows = max(1, round(across)), max(1, round(down))
    left, top = round(centre_x - columns / 2), round(centre_y - rows / 2)
    return float(left), float(top), float(left + columns), float(top + rows)


def _placed(height: int, width: int, size_hw: tuple[int, int]) -> tuple[int, int, int, int]:
    """Left, top, width and height of a whole photo in the middle of a picture of another shape."""
    shown_h, shown_w = size_hw
    scale = min(shown_h / height, shown_w / width)
    across, down = max(1, round(width * scale)), max(1, round(height * scale))
    return (shown_w - across) // 2, (shown_h - down) // 2, across, down


def _cut(photo_HW3: Image, window: tuple[float, float, float, float], size_hw: tuple[int, int]) -> Image:
    """The window's pixels at the wanted size, mirrored where it reaches beyond the photo."""
    height, width = photo_HW3.shape[:2]
    left, top, right, bottom = (int(value) for value in window)
    part = photo_HW3[max(0, top) : max(1, bottom), max(0, left) : max(1, right)]
    margins = max(0, -top), max(0, bottom - height), max(0, -left), max(0, right - width)
    if any(margins):
        how = cv.BORDER_REFLECT_101 if min(part.shape[:2]) > 1 else cv.BORDER_REPLICATE
        part = cv.copyMakeBorder(part, *margins, how)
    return _resized(part, size_hw)


def _letterboxed(photo_HW3: Image, size_hw: tuple[int, int]) -> tuple[Image, Image]:
    """The whole photo, and where it lies in the result.

    The border is as bright as the photo's own edge there, so that it draws no line for a network to look at.
    """
    height, width = photo_HW3.shape[:2]
    left, top, across, down = _placed(height, width, size_hw)
    small_HW3 = _resized(photo_HW3, (down, across))
    edges = small_HW3[:, [0, -1]] if across < size_hw[1] else small_HW3[[0, -1]]
    grey = round(float(edges.reshape(-1, 3).mean(0) @ np.array([0.299, 0.587, 0.114])))
    image_HW3 = np.full((*size_hw, 3), grey, np.uint8)
    covered = np.zeros(size_hw, np.uint8)
    image_HW3[top : top + down, left : left + across] = small_HW3
    covered[top : top + down, left : left + across] = 255
    return image_HW3, covered


def _resized(image: Image, size_hw: tuple[int, int]) -> Image:
    """Shrunk by averaging areas, which does not alias; enlarged by cubic splines."""
    height, width = image.shape[:2]
    shrunk = min(height, size_hw[0]), min(width, size_hw[1])
    if shrunk != (height, width):
        image = cv.resize(image, shrunk[::-1], interpolation=cv.INTER_AREA)
    if shrunk != tuple(size_hw):
        image = cv.resize(image, size_hw[::-1], interpolation=cv.INTER_CUBIC)
    return np.ascontiguousarray(image)


def _inside(
    outline: Outline,
    height: int,
    width: int,
    window: tuple[float, float, float, float],
    size_hw: tuple[int, int],
) -> Image:
    """The dish at the shown size, with a soft edge."""
    left, top, right, bottom = window
    shown_h, shown_w = size_hw
    points = (outline.points(height, width) + 0.5 - (left, top)) * (
        shown_w / (right - left),
        shown_h / (bottom - top),
    )
    canvas = np.zeros(size_hw, np.uint8)
    # fillPoly takes whole numbers of 1/16 px; far outside they would overflow, and the window is all that shows.
    corners = np.clip((points - 0.5) * 16, -(2**20), 2**20).round().astype(np.int32)
    cv.fillPoly(canvas, [corners], 255, cv.LINE_8, 4)
    sigma = SOFT_EDGE * min(size_hw) / 2
    return np.asarray(cv.GaussianBlur(canvas, (0, 0), max(0.4, sigma)), np.uint8)
