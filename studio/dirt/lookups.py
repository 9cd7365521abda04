"""Functions of one field, looked up: a mark is small, so it costs by the calls it takes and not by its pixels."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from studio.dirt import cv
from studio.dirt.outline import Field, Floats, Image

STEPS = 256
"""Entries of a table: finer than any eye, since a picture has no more shades."""

_BUMP_ENDS = 0.4**-0.5
"""In widths: a bump is nothing there."""

_FADED = 6.0

_BELL_ENDS = 2.6
"""In widths: a bell's height there is below a thousandth."""


def index(values: Field, low: float, high: float) -> Image:
    """Where values lie between two ends, 0..255; beyond them the nearer end."""
    scale = (STEPS - 1) / (high - low or 1e-6)
    return cv.addWeighted(values, scale, values, 0, -low * scale, dtype=cv.CV_8U)  # type: ignore[no-any-return]


def away_index(values: Field, middle: float, far: float) -> Image:
    """How far values lie from a middle: 0 there, 255 from a distance of `far` on, either way."""
    scale = (STEPS - 1) / far
    return cv.convertScaleAbs(values, alpha=scale, beta=-middle * scale)  # type: ignore[no-any-return]


def look_up(index_HW: Image, table: Field) -> Field:
    """The table's entry for each pixel."""
    return cv.LUT(index_HW, table)  # type: ignore[no-any-return]


def smoothstep(low: float, high: float, values: Field) -> Field:
    """0 at `low` and before it, 1 at `high` and beyond it, smooth between; `high` may be the lower one."""
    return look_up(index(values, low, high), smooth_table())


def bell(values: Field, middle: float, width: float) -> Field:
    """1 where the values are `middle`, falling as a Gaussian does: 1/e at `width` from it."""
    return look_up(away_index(values, middle, _BELL_ENDS * width), bell_table())


def dome(away_HW: Image) -> Field:
    """1 in the middle, 0 at the end, as a parabola falls; `away_HW` as `away_index` makes it."""
    return look_up(away_HW, dome_table())


def bump(square: Field) -> Field:
    """About exp(-x) of a square, and 0 where that would hardly be seen.

    A true exponential leaves denormal numbers, on which processors are a hundred times slower.
    """
    return look_up(index(square, 0, _BUMP_ENDS**2), _bump_table(square=True))


def ring(values: Field, at: float, width: float) -> Field:
    """1 where the values are `at`, falling as `bump` does with the square of the distance in widths."""
    return look_up(away_index(values, at, _BUMP_ENDS * width), _bump_table(square=False))


def fading(square: Field) -> Field:
    """exp(-x), for x of 0 and more; 0 from 6 on."""
    return look_up(index(square, 0, _FADED), _fading_table())


def mix(first: Field, share: float, second: Field, other: float, plus: float = 0.0) -> Field:
    """`share` of one field, `other` of a second, `plus` for every pixel."""
    return cv.addWeighted(first, share, second, other, plus)  # type: ignore[no-any-return]


@cache
def smooth_table() -> Field:
    """Rises from 0 to 1 without a kink."""
    t = positions()
    return _shared(t * t * (3 - 2 * t))


@cache
def bell_table() -> Field:
    """Half of a Gaussian, 0 at its end."""
    heights = np.exp(-((_BELL_ENDS * positions()) ** 2))
    heights[-1] = 0
    return _shared(heights)


@cache
def _fading_table() -> Field:
    """Falls from 1 to 0 as an exponential."""
    heights = np.exp(-_FADED * positions()) - math.exp(-_FADED)
    return _shared(heights / heights[0])


@cache
def dome_table() -> Field:
    """Falls from 1 to 0 as a parabola."""
    return _shared(1 - positions() ** 2)


@cache
def _bump_table(*, square: bool) -> Field:
    """Falls from 1 to 0 with the square of the distance, or with the distance."""
    away = _BUMP_ENDS**2 * positions() if square else (_BUMP_ENDS * positions()) ** 2
    return _shared(np.maximum(1 - 0.4 * away, 0) ** 2)


def positions() -> np.ndarray[Any, np.dtype[np.float64]]:
    """From 0 to 1, one for each entry."""
    return np.linspace(0, 1, STEPS)


def _shared(values: Floats) -> Field:
    table = np.ascontiguousarray(values, np.float32)
    table.setflags(write=False)
    return table
