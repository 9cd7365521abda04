"""Gaussian blur that ends where the eye sees no more of it."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TypeVar

import numpy as np

from studio.dirt import cv
from studio.dirt.outline import Field, Image

Pixels = TypeVar("Pixels", Field, Image)

ENDS_AT = 2.5
"""Standard deviations from the middle of a kernel to its end; OpenCV's own reach 4, at twice the time."""


_STEPS = 12
"""Of a px, to which a shadow's place and softness are rounded."""


def blurred(values: Field, sigma_px: float) -> Field:
    """A field under a Gaussian.

    Args:
        values: float32, one channel or more.
        sigma_px: standard deviation, px.
    """
    return cv.GaussianBlur(values, kernel(sigma_px), sigma_px)  # type: ignore[no-any-return]


def kernel(sigma_px: float) -> tuple[int, int]:
    """Width and height in px of the kernel of a Gaussian."""
    side = 2 * max(1, math.ceil(ENDS_AT * sigma_px)) + 1
    return side, side


def cast(values: Field, sigma_px: float, x_px: float, y_px: float) -> Field:
    """A field under a Gaussian and moved, in one pass.

    Args:
        values: float32, one channel.
        sigma_px: standard deviation, px.
        x_px, y_px: by how much it moves to the right and downwards, px.
    """
    # A filter reads from where its kernel is heavy: to move something right it must read from the left.
    steps = round(sigma_px * _STEPS)
    across, down = _bell(steps, round(-x_px * _STEPS)), _bell(steps, round(-y_px * _STEPS))
    return cv.sepFilter2D(values, cv.CV_32F, across, down, borderType=cv.BORDER_REPLICATE)  # type: ignore[no-any-return]


@lru_cache(maxsize=512)
def _bell(sigma: int, middle: int) -> Field:
    """A Gaussian's weights; both numbers in steps, so that marks of one photo share them."""
    sigma_px, middle_px = max(sigma, 1) / _STEPS, middle / _STEPS
    reach = math.ceil(ENDS_AT * sigma_px + abs(middle_px))
    weights = [math.exp(-(((k - middle_px) / sigma_px) ** 2) / 2) for k in range(-reach, reach + 1)]
    total = sum(weights)
    kernel = np.array([weight / total for weight in weights], np.float32)
    kernel.setflags(write=False)
    return kernel


def widely_blurred(values: Field, sigma_px: float) -> Field:
    """A field under a broad Gaussian, computed on fewer pixels where that is not seen.

    Args:
        values: float32, one channel or more.
        sigma_px: standard deviation, px.
    """
    if sigma_px < 3:
        return blurred(values, sigma_px)
    height, width = values.shape[:2]
    size = (max(1, round(width / 2)), max(1, round(height / 2)))
    # Going there and back blurs as a Gaussian of 0.8 px would.
    small = blurred(shrunk(values, size), math.sqrt(sigma_px * sigma_px - 0.64) / 2)
    return cv.resize(small, (width, height), interpolation=cv.INTER_LINEAR)  # type: ignore[no-any-return]


def shrunk(values: Pixels, size: tuple[int, int]) -> Pixels:
    """A picture averaged to a smaller size.

    Args:
        values: uint8 or float32, one channel or more.
        size: width and height, px; no larger than the picture's.

    Returns:
        of the picture's type.
    """
    # Halves take a tenth of the time of any other share; a last odd row or column is left out.
    height, width = values.shape[:2]
    while width >= 4 * size[0] and height >= 4 * size[1]:
        height, width = height // 2, width // 2
        even = np.ascontiguousarray(values[: 2 * height, : 2 * width])
        values = cv.resize(even, (width, height), interpolation=cv.INTER_AREA)
    return cv.resize(values, size, interpolation=cv.INTER_AREA)  # type: ignore[no-any-return]
