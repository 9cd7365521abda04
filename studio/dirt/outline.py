"""The outline of the dish in a photo, as a record."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import UserError
from studio.dirt import cv

FINDER_VERSION = 2

Field = NDArray[np.float32]
Floats = NDArray[np.floating[Any]]
Image = NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class Outline:
    """Where the dish ends, in shares of the upright photo's width and height, so it fits any size of it.

    Attributes:
        polygon: (x, y) points in 0..1, in order around the dish.
        quality: confidence of the finder, 0..1.
        finder: version of the finder that made it; outlines of an older finder are found anew.
    """

    polygon: tuple[tuple[float, float], ...]
    quality: float
    finder: int = FINDER_VERSION

    def to_json(self) -> dict[str, object]:
        """This outline as plain lists and numbers."""
        points = [[x, y] for x, y in self.polygon]
        return {"polygon": points, "quality": self.quality, "finder": self.finder}

    @classmethod
    def from_json(cls, record: Mapping[str, object]) -> Outline:
        """Read what `to_json` wrote.

        Raises:
            UserError: the record is not an outline.
        """
        points, quality, finder = record.get("polygon"), record.get("quality"), record.get("finder")
        is_sound = (
            isinstance(points, list)
            and len(points) >= 3
            and isinstance(quality, (int, float))
            and isinstance(finder, int)
            and all(
                isinstance(point, (list, tuple))
                and len(point) == 2
                and all(isinstance(value, (int, float)) and math.isfinite(value) for value in point)
                for point in points
            )
        )
        if not is_sound:
            raise UserError("outline: not a record of a polygon, its quality and its finder; import the photos again")
        assert isinstance(points, list) and isinstance(quality, (int, float)) and isinstance(finder, int)
        polygon = tuple((float(x), float(y)) for x, y in points)
        return cls(polygon=polygon, quality=float(quality), finder=finder)

    def points(self, height: int, width: int) -> Field:
        """The polygon in px.

        Returns:
            float32 array of shape (points, 2), x before y; pixel (0, 0) spans -0.5..0.5.
        """
        return (np.array(self.polygon, np.float32) * (width, height) - 0.5).astype(np.float32)

    def mask(self, height: int, width: int) -> Field:
        """Which pixels show the dish.

        Args:
            height: of the photo at the wanted size, px.
            width: of the photo at the wanted size, px.

        Returns:
            float32 HW, 1 on the dish, 0 beside it, in between on the edge pixels.
        """
        canvas = np.zeros((height, width), np.uint8)
        corners = np.round(self.points(height, width) * 16).astype(np.int32)
        cv.fillPoly(canvas, [corners], 255, cv.LINE_AA, 4)
        return canvas.astype(np.float32) / np.float32(255)

    def box(self, height: int, width: int, pad: float = 0.06) -> tuple[float, float, float]:
        """The square around the dish.

        Args:
            height: of the photo, px.
            width: of the photo, px.
            pad: room left on each side, as a share of the dish's longer extent.

        Returns:
            centre x, centre y, side in px; the square may reach beyond the photo.
        """
        points = self.points(height, width)
        low, high = points.min(0), points.max(0)
        centre = (low + high) / 2
        return float(centre[0]), float(centre[1]), float((high - low).max() * (1 + 2 * pad))
