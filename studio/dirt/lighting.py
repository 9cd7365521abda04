"""How the dish in a photo is lit, read off the photo itself."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from studio.dirt import cv
from studio.dirt.blur import blurred
from studio.dirt.outline import Field, Image

LONGEST_PX = 40
"""How many samples along the dish at least: light falls softly."""

AROUND = 24
"""The same along the whole photo."""

SOFT = 1 / 16
"""Over how much of the dish's length light is averaged, so that a print vanishes."""


class Lighting(NamedTuple):
    """The light on a dish.

    Attributes:
        light: unit vector towards the light, in the photo's plane.
        tone_HW: float32 of the dish's box: how brightly a white thing would show at each place, about 0.2..1.
        cast_3: tint of the light and of the dish's own reflection, about 1 per channel.
        dish_3: the dish's typical colour, RGB 0..1.
    """

    light: tuple[float, float]
    tone_HW: Field
    cast_3: Field
    dish_3: Field


def lighting(image_HW3: Image, box: tuple[int, int, int, int], mask_HW: Field) -> Lighting:
    """Read the light off a photo.

    Args:
        image_HW3: uint8 RGB photo.
        box: left, top, right, bottom of the dish, px.
        mask_HW: float32 of the box, 1 on the dish.
    """
    left, top, _, _ = box
    height, width = mask_HW.shape
    # Samples of a picture at half of its size, which are averages of four pixels, say as much as true averages would.
    picture_HW3 = _halved(image_HW3) if min(image_HW3.shape[:2]) > 1 else image_HW3
    halves = 2 if min(image_HW3.shape[:2]) > 1 else 1
    step = max(1, round(max(height, width) / (halves * LONGEST_PX)))
    first_y, first_x = (min(step * halves, side) // 2 for side in (height, width))
    is_dish = mask_HW[first_y :: step * halves, first_x :: step * halves] > 0.5
    seen_HW3 = picture_HW3[(top + first_y) // halves :: step, (left + first_x) // halves :: step]
    # An odd picture's last row has no half.
    rows, columns = (min(pair) for pair in zip(is_dish.shape, seen_HW3.shape[:2], strict=True))
    is_dish = is_dish[:rows, :columns]
    small_HW3 = seen_HW3[:rows, :columns] * np.float32(1 / 255)
    if not is_dish.any():
        is_dish = np.ones(is_dish.shape, bool)
    # A few hundred of them do for a typical colour.
    few = np.flatnonzero(is_dish)[:: max(1, is_dish.size // 400)]
    dish_3N = np.ascontiguousarray(small_HW3.reshape(-1, 3)[few].T)
    dish_3 = np.sort(dish_3N, axis=1)[:, dish_3N.shape[1] // 2]
    grey_HW = _grey(small_HW3)
    ordered = np.sort(grey_HW[is_dish])
    median = _quantile(ordered, 0.5) + 1e-3
    step_y, step_x = (max(1, side // AROUND) for side in picture_HW3.shape[:2])
    around_HW3 = picture_HW3[step_y // 2 :: step_y, step_x // 2 :: step_x] * np.float32(1 / 255)
    grey_around = _grey(around_HW3)
    ordered_around = np.sort(grey_around, axis=None)
    # A dark dish says little about the light: the brightest things in the photo, dish or table, say more.
    bright = max(_quantile(ordered, 0.96), 0.92 * _quantile(ordered_around, 0.92))
    level = min(max(bright / 0.86, 0.35), 1.06)
    flat_HW = np.where(is_dish, grey_HW, np.float32(median))
    # The root keeps a print's or a base's darkness from being taken whole for shade.
    soft_HW = blurred(flat_HW, SOFT * max(flat_HW.shape))
    shade_HW = np.sqrt(np.minimum(np.maximum(soft_HW * np.float32(1 / median), np.float32(0.4)), np.float32(1.6)))
    tone_HW = cv.resize(shade_HW * np.float32(level), (width, height), interpolation=cv.INTER_LINEAR)
    brightest = cv.inRange(grey_around, float(ordered_around[-max(1, ordered_around.size // 10)]), math.inf)
    lit = cv.mean(around_HW3, brightest)[:3]
    grey, dish_grey = sum(lit) / 3, sum(dish_3.tolist()) / 3
    cast_3 = np.array(
        [
            min(max(math.sqrt(part / (grey + 1e-3)), 0.85), 1.15) * (0.86 + 0.14 * min(own / (dish_grey + 0.08), 2))
            for part, own in zip(lit, dish_3.tolist(), strict=True)
        ],
        np.float32,
    )
    weight_HW = is_dish.astype(np.float32)
    rises_HW = (grey_HW - np.float32(median)) * weight_HW
    # Window light from the upper left is what shows when the dish itself shows no direction.
    toward = tuple(
        _slope(*(cv.reduce(field_HW, axis, cv.REDUCE_SUM).ravel() for field_HW in (rises_HW, weight_HW)))
        * max(rises_HW.shape)
        - lean
        for axis, lean in ((0, 0.05), (1, 0.06))
    )
    length = math.hypot(*toward) or 1.0
    return Lighting((toward[0] / length, toward[1] / length), tone_HW, cast_3, dish_3)


def _halved(image_HW3: Image) -> Image:
    """A picture at half of its size; a last odd row or column is left out."""
    height, width = (side // 2 for side in image_HW3.shape[:2])
    even = np.ascontiguousarray(image_HW3[: 2 * height, : 2 * width])
    return cv.resize(even, (width, height), interpolation=cv.INTER_AREA)  # type: ignore[no-any-return]


def _slope(sums: Field, counts: Field) -> float:
    """How much values rise per place, by least squares.

    Args:
        sums: of the values at each place.
        counts: how many values those are.
    """
    places = np.arange(sums.size, dtype=np.float32)
    away = places - np.float32((places * counts).sum() / counts.sum())
    return float((away * sums).sum() / ((away * away * counts).sum() + 1e-6))


def _quantile(ordered: Field, share: float) -> float:
    return float(ordered[int(share * (len(ordered) - 1))])


def _grey(image_HW3: Field) -> Field:
    """Luma, summed by hand: a matrix product may round by the number of its threads."""
    grey_HW: Field = np.float32(0.3) * image_HW3[..., 0] + np.float32(0.59) * image_HW3[..., 1]
    return grey_HW + np.float32(0.11) * image_HW3[..., 2]
