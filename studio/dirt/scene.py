"""The photo of a clean dish while its dish is made another one."""

from __future__ import annotations

import math
from functools import cached_property, lru_cache
from typing import TypeAlias

import numpy as np

from studio.dirt import cv
from studio.dirt.blur import widely_blurred
from studio.dirt.outline import Field, Image
from studio.dirt.patch import Patch
from studio.dirt.surface import Surface

Place: TypeAlias = tuple[slice, slice]
"""Rows and columns of a dish's box."""

WHOLE = (slice(None), slice(None))

SAMPLES = 40
"""How many pixels each way stand for the whole dish where only its brightness is asked for."""


class Grid:
    """Pixels over a dish's box with their places on the dish.

    Attributes:
        surface: where the dish is.
        patch: the pixels, for noise and coordinates in dish radii.
    """

    def __init__(self, surface: Surface, patch: Patch) -> None:
        """Args:
        surface: where the dish is.
        patch: pixels that cover its box.
        """
        self.surface = surface
        self.patch = patch

    @cached_property
    def rho_theta(self) -> tuple[Field, Field]:
        """For each pixel the share of the way from centre to rim, and the direction in radians."""
        return self.surface.rho_theta_of_box(self.patch)

    @property
    def aims(self) -> tuple[Field, Field]:
        """For each pixel the unit vector away from the dish's centre: right, then down."""
        return _aims(self.patch)

    def facing(self, theta: float) -> Field:
        """The cosine of the angle between a direction and each pixel's own from the dish's centre."""
        right_HW, down_HW = self.aims
        return cv.addWeighted(right_HW, math.cos(theta), down_HW, math.sin(theta), 0)  # type: ignore[no-any-return]

    def along(self, theta: float) -> Field:
        """Dish radii from the centre in a direction."""
        x_1W, y_H1 = self.patch.x_1W, self.patch.y_H1
        return x_1W * np.float32(math.cos(theta)) + y_H1 * np.float32(math.sin(theta))


class Scene:
    """A photo on which look-alikes work one after another: first what the dish is made of, then what lies on it.

    Attributes:
        image_HW3: float32 RGB 0..1, the whole photo, changed in place.
        dish_HW3: the part of it in the dish's box; a view, so writing into it changes the photo.
        surface: where the dish is. Its light and colours are those of the photo as it was taken.
        stride: pixels from one sample of `sampled` to the next.
        grid: the pixels of the dish's box.
    """

    def __init__(self, photo_HW3: Image, surface: Surface) -> None:
        """Args:
        photo_HW3: uint8 RGB; it is not changed.
        surface: of this photo.
        """
        self.surface = surface
        self.image_HW3: Field = photo_HW3.astype(np.float32) * np.float32(1 / 255)
        left, top, right, bottom = surface.box
        self.dish_HW3: Field = self.image_HW3[top:bottom, left:right]
        self._before_HW3 = photo_HW3
        self.grid = Grid(surface, surface.box_patch)
        height, width = surface.mask_HW.shape
        # From the middle of each cell on, so that what is enlarged again does not move.
        self.stride = max(1, max(height, width) // SAMPLES)
        self._first = min(self.stride // 2, (height - 1) // 2), min(self.stride // 2, (width - 1) // 2)

    @property
    def patch(self) -> Patch:
        """The pixels of the dish's box, one fine pixel for each pixel of the photo."""
        return self.grid.patch

    @property
    def rho_theta(self) -> tuple[Field, Field]:
        """For each pixel of the box the share of the way from centre to rim, and the direction in radians."""
        return self.grid.rho_theta

    def facing(self, theta: float) -> Field:
        """The cosine of the angle between a direction and each pixel's own from the dish's centre."""
        return self.grid.facing(theta)

    @cached_property
    def coarse(self) -> Grid:
        """Pixels twice as large: enough of them for what is smooth, at a quarter of the cost."""
        return Grid(self.surface, self.patch.coarser())

    def enlarged(self, coarse: Field) -> Field:
        """What was reckoned on coarse pixels, for each pixel of the box."""
        return cv.resize(coarse, (self.patch.width, self.patch.height), interpolation=cv.INTER_LINEAR)  # type: ignore[no-any-return]

    @cached_property
    def taken_HW3(self) -> Field:
        """The dish's box as the camera took it, float32 RGB 0..1, whatever has been done to the dish since."""
        left, top, right, bottom = self.surface.box
        return self._before_HW3[top:bottom, left:right].astype(np.float32) * np.float32(1 / 255)

    def shade(self, grey: Field) -> Field:
        """Light and shade on the dish as it was taken, about 1 where it is as bright as its median, 0..2.

        What another material keeps of the photo, so that bowl, rim and base stay where they are.

        Args:
            grey: `grey_HW`, or what `sampled` makes of it.
        """
        shade = grey * np.float32(1 / max(self.usual(grey, 0.5), 0.02))
        return cv.threshold(shade, 2, 2, cv.THRESH_TRUNC)[1]  # type: ignore[no-any-return]

    @cached_property
    def level(self) -> float:
        """How brightly a white thing shows on the dish, about 0.2..1."""
        return float(self.surface.tone_HW[::8, ::8].mean())

    @cached_property
    def grey_HW(self) -> Field:
        """Brightness of the dish's box as the camera took it, 0..1, whatever has been done to the dish since."""
        left, top, right, bottom = self.surface.box
        grey_HW: Image = cv.cvtColor(self._before_HW3[top:bottom, left:right], cv.COLOR_RGB2GRAY)
        return grey_HW.astype(np.float32) * np.float32(1 / 255)

    def sampled(self, values: Field) -> Field:
        """Every so many pixels of the dish's box: enough of them to tell how bright the dish is."""
        top, left = self._first
        return np.ascontiguousarray(values[top :: self.stride, left :: self.stride])

    @cached_property
    def sampled_mask(self) -> Field:
        """Where `sampled` lies on the dish, float32 0..1."""
        return self.sampled(self.surface.mask_HW)

    def usual(self, values: Field, share: float) -> float:
        """The value below which a share of the dish lies.

        Args:
            values: float32 of the dish's box, or what `sampled` made of it.
            share: 0..1; 0.5 asks for the median.
        """
        if values.shape != self.sampled_mask.shape:
            values = self.sampled(values)
        inside = values[self.sampled_mask > 0.5]
        return float(np.sort(inside)[int(share * (inside.size - 1))]) if inside.size else 0.5

    def put(self, dish_HW3: Field, share_HW: Field | float = 1.0, place: Place = WHOLE) -> None:
        """Show another dish where the dish is, and leave what is beside it alone.

        Args:
            dish_HW3: float32 RGB of the place; clipped to 0..1.
            share_HW: how much of it shows, 0..1, for each pixel or for all.
            place: rows and columns of the box; the rest stays as it is.
        """
        below_HW3, mask_HW = self.dish_HW3[place], self.surface.mask_HW[place]
        shown_HW = mask_HW if isinstance(share_HW, float) and share_HW == 1 else mask_HW * share_HW
        shown_HW = shown_HW.astype(np.float32, copy=False)
        other_HW3: Field = cv.threshold(dish_HW3, 1, 1, cv.THRESH_TRUNC)[1]
        cv.threshold(other_HW3, 0, 0, cv.THRESH_TOZERO, other_HW3)
        cv.blendLinear(other_HW3, below_HW3, shown_HW, 1 - shown_HW, below_HW3)

    def finish(self) -> Image:
        """The photo with its other dish, uint8 RGB; exactly as before beside the dish where nothing was done there."""
        return cv.addWeighted(self.image_HW3, 255, self.image_HW3, 0, 0, dtype=cv.CV_8U)  # type: ignore[no-any-return]


# All variants of a photo share the dish's box.
@lru_cache(maxsize=16)
def _aims(patch: Patch) -> tuple[Field, Field]:
    """As `Grid.aims`, read-only."""
    x_1W, y_H1 = patch.x_1W, patch.y_H1
    away_HW = np.hypot(x_1W, y_H1) + np.float32(1e-4)
    right_HW, down_HW = x_1W / away_HW, y_H1 / away_HW
    for field_HW in (right_HW, down_HW):
        field_HW.setflags(write=False)
    return right_HW, down_HW


def luma(image_HW3: Field) -> Field:
    """Brightness of each pixel."""
    return cv.cvtColor(image_HW3, cv.COLOR_RGB2GRAY)  # type: ignore[no-any-return]


def blurred(values: Field, sigma_px: float) -> Field:
    """A field under a Gaussian of this standard deviation; as it is below a quarter of a pixel."""
    return values if sigma_px < 0.25 else widely_blurred(values, sigma_px)


def place_of(drawn: Image, margin_px: float) -> Place:
    """The rows and columns in which anything was drawn, with a margin around them.

    Args:
        drawn: uint8, 0 where nothing is.
        margin_px: of the margin.

    Returns:
        slices of at least one row and column.
    """
    x, y, width, height = cv.boundingRect(drawn)
    margin = math.ceil(margin_px)
    rows = slice(max(0, y - margin), max(y + height + margin, 1))
    return rows, slice(max(0, x - margin), max(x + width + margin, 1))
