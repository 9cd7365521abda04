"""The dish in one photo: where dirt may lie on it, how large it is, how it is lit.

Everything is measured in dish radii from the dish's centre, so a mark has the same size on any photo of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from studio.dirt import cv
from studio.dirt.finder import find_outline
from studio.dirt.lighting import Lighting, lighting
from studio.dirt.meal import Meal
from studio.dirt.outline import FINDER_VERSION, Field, Image, Outline
from studio.dirt.patch import Patch

__all__ = ["FINDER_VERSION", "Field", "Image", "Outline", "Surface", "find_outline"]

RIMS = 96
"""Directions in which the distance of the rim is kept."""

FALLBACK = Outline(
    polygon=tuple(
        (0.5 + 0.36 * math.cos(k * math.pi / 24), 0.5 + 0.42 * math.sin(k * math.pi / 24)) for k in range(48)
    ),
    quality=0.0,
)
"""Where photos of dishes mostly show them: what dirt falls back on when no outline was found."""


@dataclass(frozen=True, kw_only=True)
class Surface:
    """Where dirt may lie in one photo.

    Attributes:
        height, width: of the photo, px.
        centre: of the dish, px, x before y.
        radius_px: of the disc with the dish's area.
        box: left, top, right, bottom of the dish in px; `mask_HW` covers just that.
        mask_HW: float32 of the box, 1 on the dish, 0 beside it.
        inside_HW: uint8 of the box, 255 where that is above 0.
        rim: distance of the rim from the centre at RIMS directions, dish radii.
        light: unit vector towards the light, in the photo's plane.
        tone_HW: float32 of the box: how brightly a white thing would show at each place, about 0.2..1.
        cast_3: tint of the light and of the dish's own reflection, about 1 per channel.
        dish_3: the dish's typical colour, RGB 0..1.
        is_found: False for the fallback.
        meal: what was eaten from the dish: the colours and habits that its marks share.
        kept: what the variants of a photo share, once one of them asked for it.
    """

    height: int
    width: int
    centre: tuple[float, float]
    radius_px: float
    box: tuple[int, int, int, int]
    mask_HW: Field
    inside_HW: Image
    rim: Field
    light: tuple[float, float]
    tone_HW: Field
    cast_3: Field
    dish_3: Field
    is_found: bool
    meal: Meal
    kept: dict[Patch, tuple[Field, Field]]

    @classmethod
    def of(cls, image_HW3: Image, outline: Outline | None) -> Surface:
        """The surface of the dish in a photo.

        Args:
            image_HW3: uint8 RGB photo of a clean dish.
            outline: where the dish is; None takes the middle of the photo.
        """
        height, width = image_HW3.shape[:2]
        place = _place(outline or FALLBACK, height, width)
        lit = place.lit(image_HW3)
        return cls(
            height=height,
            width=width,
            centre=place.centre,
            radius_px=place.radius_px,
            box=place.box,
            mask_HW=place.mask_HW,
            inside_HW=place.inside_HW,
            rim=place.rim,
            light=lit.light,
            tone_HW=lit.tone_HW,
            cast_3=lit.cast_3,
            dish_3=lit.dish_3,
            is_found=outline is not None,
            meal=Meal.plain(),
            kept=place.kept,
        )

    def after(self, meal: Meal) -> Surface:
        """This surface once another meal was eaten from it."""
        return replace(self, meal=meal)

    def relit(self, image_HW3: Image) -> Surface:
        """This surface in another photo of the same dish: the light and the colours are that photo's.

        Args:
            image_HW3: uint8 RGB, as large as the photo.
        """
        lit = lighting(image_HW3, self.box, self.mask_HW)
        return replace(self, light=lit.light, tone_HW=lit.tone_HW, cast_3=lit.cast_3, dish_3=lit.dish_3)

    @property
    def fine(self) -> int:
        """Fine pixels per px: small dishes are drawn finer, or thin marks would vanish or alias."""
        return 1 if self.radius_px >= 80 else 2 if self.radius_px >= 45 else 3

    @cached_property
    def box_patch(self) -> Patch:
        """The pixels of the dish's box, one fine pixel for each pixel of the photo."""
        left, top, right, bottom = self.box
        (cx, cy), radius = self.centre, self.radius_px
        return Patch(
            left=left,
            top=top,
            width=right - left,
            height=bottom - top,
            fine=1,
            first_x=(left - cx) / radius,
            first_y=(top - cy) / radius,
            step=1 / radius,
        )

    @cached_property
    def dish_px(self) -> float:
        """Area of the dish in px."""
        return float(self.mask_HW.sum(dtype=np.float64))

    def rim_at(self, theta: float) -> float:
        """Distance of the rim from the centre in a direction, dish radii."""
        place = (theta / (2 * math.pi) + 0.5) % 1 * RIMS
        first = int(place) % RIMS
        share = place - int(place)
        return self.rim.item(first) * (1 - share) + self.rim.item((first + 1) % RIMS) * share

    def point(self, rho: float, theta: float) -> tuple[float, float]:
        """A place on the dish: `rho` 0 is the centre, 1 the rim whatever the dish's shape; in dish radii."""
        reach = rho * self.rim_at(theta)
        return reach * math.cos(theta), reach * math.sin(theta)

    def patch(self, x: float, y: float, half_x: float, half_y: float | None = None) -> Patch | None:
        """The pixels around a place, cut at the dish's box.

        Args:
            x, y: the middle, dish radii.
            half_x, half_y: half of its extents, dish radii.

        Returns:
            the patch, or None where it misses the dish.
        """
        half_y = half_x if half_y is None else half_y
        (cx, cy), radius = self.centre, self.radius_px
        left = max(self.box[0], math.floor(cx + (x - half_x) * radius))
        right = min(self.box[2], math.ceil(cx + (x + half_x) * radius) + 1)
        top = max(self.box[1], math.floor(cy + (y - half_y) * radius))
        bottom = min(self.box[3], math.ceil(cy + (y + half_y) * radius) + 1)
        if right - left < 1 or bottom - top < 1:
            return None
        step = 1 / (radius * self.fine)
        inset = (1 / self.fine - 1) / 2
        return Patch(
            left=left,
            top=top,
            width=right - left,
            height=bottom - top,
            fine=self.fine,
            first_x=(left + inset - cx) / radius,
            first_y=(top + inset - cy) / radius,
            step=step,
        )

    def rho_theta_of_box(self, patch: Patch) -> tuple[Field, Field]:
        """As `rho_theta` of the patch that is the whole box, read-only, since all variants of a photo share it."""
        if patch not in self.kept:
            fields = self.rho_theta(patch)
            for field in fields:
                field.setflags(write=False)
            self.kept[patch] = fields
        return self.kept[patch]

    def rho_theta(self, patch: Patch) -> tuple[Field, Field]:
        """Polar coordinates of a patch's fine pixels.

        Returns:
            share of the way from the centre to the rim, and direction in radians from -pi to pi; new arrays.
        """
        if patch.step == self.box_patch.step and patch != self.box_patch:
            top, left = patch.top - self.box[1], patch.left - self.box[0]
            place = slice(top, top + patch.height), slice(left, left + patch.width)
            whole_rho, whole_theta = self.rho_theta_of_box(self.box_patch)
            return whole_rho[place].copy(), whole_theta[place].copy()
        shape = patch.fine_height, patch.fine_width
        x_HW, y_HW = (
            np.ascontiguousarray(np.broadcast_to(patch.x_1W, shape)),
            np.ascontiguousarray(np.broadcast_to(patch.y_H1, shape)),
        )
        rho, theta = cv.cartToPolar(x_HW, y_HW)
        place = theta * np.float32(RIMS / (2 * math.pi)) + np.float32(RIMS / 2)
        rim = cv.remap(self.rim[None], place, np.zeros_like(place), cv.INTER_LINEAR, borderMode=cv.BORDER_WRAP)
        rho /= rim
        # OpenCV counts from 0 to 2 pi.
        theta -= np.float32(2 * math.pi) * (theta > np.float32(math.pi))
        return rho, theta


class _Place(NamedTuple):
    """What an outline alone says of a surface."""

    centre: tuple[float, float]
    radius_px: float
    box: tuple[int, int, int, int]
    mask_HW: Field
    inside_HW: Image
    rim: Field
    kept: dict[Patch, tuple[Field, Field]]
    photos: list[tuple[Image, Lighting]]

    def lit(self, image_HW3: Image) -> Lighting:
        """The light on the dish, read off once for all variants of a photo: to compare photos takes no time."""
        last = self.photos[-1] if self.photos else None
        if last is None or not np.array_equal(last[0], image_HW3):
            last = (image_HW3.copy(), lighting(image_HW3, self.box, self.mask_HW))
            for shared in last[1][1:]:
                shared.setflags(write=False)
            self.photos[:] = [last]
        return last[1]


# All that is painted on one photo shares the dish's place.
@lru_cache(maxsize=16)
def _place(outline: Outline, height: int, width: int) -> _Place:
    """Where a dish lies in photos of one size."""
    points = outline.points(height, width)
    low, high = points.min(0), points.max(0)
    left, top = (max(0, int(value) - 1) for value in low)
    right, bottom = min(width, int(high[0]) + 3), min(height, int(high[1]) + 3)
    left, top = min(left, width - 1), min(top, height - 1)
    right, bottom = max(right, left + 1), max(bottom, top + 1)
    mask_HW = _mask(points - (left, top), bottom - top, right - left)
    area, (cx, cy) = _area_and_centre(points)
    radius_px = max(0.5, math.sqrt(area / math.pi))
    away = points - (cx, cy)
    angle = np.arctan2(away[:, 1], away[:, 0])
    order = np.argsort(angle, kind="stable")
    directions = np.linspace(-math.pi, math.pi, RIMS, endpoint=False)
    reach = np.hypot(away[:, 0], away[:, 1])[order] / radius_px
    rim = np.interp(directions, angle[order], reach, period=2 * math.pi)
    rim = np.maximum(rim, 0.05).astype(np.float32)
    inside_HW: Image = np.where(mask_HW > 0, 255, 0).astype(np.uint8)
    for shared in (mask_HW, inside_HW, rim):
        shared.setflags(write=False)
    return _Place((cx, cy), radius_px, (left, top, right, bottom), mask_HW, inside_HW, rim, {}, [])


def _mask(points_N2: Field, height: int, width: int) -> Field:
    """The dish in its box, its soft edge inside the outline: a finder's error of a pixel must not spill dirt."""
    canvas = np.zeros((height, width), np.uint8)
    cv.fillPoly(canvas, [np.round(points_N2 * 16).astype(np.int32)], 255, cv.LINE_8, 4)
    canvas = cv.copyMakeBorder(canvas, 1, 1, 1, 1, cv.BORDER_CONSTANT, value=0)
    inside = cv.distanceTransform(canvas, cv.DIST_L2, 3)[1:-1, 1:-1]
    mask_HW: Field = np.clip((inside - 1) / 2, 0, 1).astype(np.float32)
    return mask_HW


def _area_and_centre(points_N2: Field) -> tuple[float, tuple[float, float]]:
    """Area in px and centroid of a polygon."""
    x, y = points_N2[:, 0].astype(np.float64), points_N2[:, 1].astype(np.float64)
    next_x, next_y = np.roll(x, -1), np.roll(y, -1)
    cross = x * next_y - next_x * y
    area = float(cross.sum()) / 2
    if abs(area) < 1e-6:
        return 0.0, (float(x.mean()), float(y.mean()))
    centre = (
        float(((x + next_x) * cross).sum() / (6 * area)),
        float(((y + next_y) * cross).sum() / (6 * area)),
    )
    return abs(area), centre
