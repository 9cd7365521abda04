"""The pixels in which one mark is drawn, with their places on the dish."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np

from studio.dirt import cv
from studio.dirt.outline import Field, Floats

_COUNTED = 512
"""Pixels in a row, and rows, that are counted once for all; a larger patch counts its own."""


@dataclass(frozen=True, kw_only=True)
class Patch:
    """A rectangle of the photo in which one mark is drawn, with finer pixels where the dish is small.

    Attributes:
        left, top, width, height: the rectangle in px of the photo.
        fine: fine pixels per px.
        first_x, first_y: dish radii from the dish's centre to the first fine pixel's centre.
        step: dish radii per fine pixel.
    """

    left: int
    top: int
    width: int
    height: int
    fine: int
    first_x: float
    first_y: float
    step: float

    @property
    def fine_width(self) -> int:
        """Fine pixels in a row."""
        return self.width * self.fine

    @property
    def fine_height(self) -> int:
        """Rows of fine pixels."""
        return self.height * self.fine

    @cached_property
    def x_1W(self) -> Field:
        """Dish radii right of the dish's centre, one row."""
        return np.float32(self.step) * _columns(1, self.fine_width) + np.float32(self.first_x)

    @cached_property
    def y_H1(self) -> Field:
        """Dish radii below the dish's centre, one column."""
        return np.float32(self.step) * _rows(self.fine_height, 1) + np.float32(self.first_y)

    def distance(self, x: float, y: float) -> Field:
        """Dish radii from a place to every fine pixel."""
        return cv.magnitude(self.plane(x, y, 1, 0), self.plane(x, y, 0, 1))  # type: ignore[no-any-return]

    def plane(self, x: float, y: float, per_x: float, per_y: float) -> Field:
        """For every fine pixel a number that is 0 at a place and rises evenly from there.

        Args:
            x, y: the place, dish radii.
            per_x, per_y: by how much it rises for each dish radius to the right and downwards.
        """
        height, width = self.fine_height, self.fine_width
        here = (self.first_x - x) * per_x + (self.first_y - y) * per_y
        # One pass: NumPy would spread a row and a column over the patch one by one.
        return cv.addWeighted(  # type: ignore[no-any-return]
            _columns(height, width), self.step * per_x, _rows(height, width), self.step * per_y, here
        )

    def pixels(self, x: Floats, y: Floats) -> Field:
        """Points in dish radii as fine pixels, shape (points, 2)."""
        return np.stack([(x - self.first_x) / self.step, (y - self.first_y) / self.step], -1).astype(np.float32)

    def coarser(self) -> Patch:
        """The same place in pixels twice as large, for what is smooth."""
        return replace(
            self,
            width=(self.fine_width + 1) // 2,
            height=(self.fine_height + 1) // 2,
            fine=1,
            first_x=self.first_x + self.step / 2,
            first_y=self.first_y + self.step / 2,
            step=2 * self.step,
        )

    def coarse(self, fine_HW: Field) -> Field:
        """Average a field of fine pixels to the photo's pixels."""
        if self.fine == 1:
            return fine_HW
        return cv.resize(fine_HW, (self.width, self.height), interpolation=cv.INTER_AREA)  # type: ignore[no-any-return]


def _columns(height: int, width: int) -> Field:
    """0, 1, 2 ... in each row."""
    if max(height, width) > _COUNTED:
        return np.tile(np.arange(width, dtype=np.float32), (height, 1))
    return _counted()[0][:height, :width]


def _rows(height: int, width: int) -> Field:
    """0, 1, 2 ... in each column."""
    if max(height, width) > _COUNTED:
        return np.repeat(np.arange(height, dtype=np.float32)[:, None], width, axis=1)
    return _counted()[1][:height, :width]


@cache
def _counted() -> tuple[Field, Field]:
    columns = np.tile(np.arange(_COUNTED, dtype=np.float32), (_COUNTED, 1))
    rows = np.ascontiguousarray(columns.T)
    for counts in (columns, rows):
        counts.setflags(write=False)
    return columns, rows
