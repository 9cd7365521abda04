"""How the dish in a photo is lit, read off the photo itself."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from studio.dirt import cv
from studio.dirt.blur import blurred, shrunk
from studio.dirt.outline import Field, Image

LONGEST_PX = 40
"""Size to which the dish is shrunk: light falls softly, and a print is averaged away."""


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
    left, top, right, bottom = box
    height, width = mask_HW.shape
    scale = min(1.0, LONGEST_PX / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small_HW3 = shrunk(image_HW3[top:bottom, left:right], size) * np.float32(1 / 255)
    is_dish = shrunk(mask_HW, size) > 0.5
    if not is_dish.any():
        is_dish = np.ones(is_dish.shape, bool)
    dish_3 = np.sort(small_HW3[is_dish], axis=0)[int(is_dish.sum()) // 2].astype(np.float32)
    grey_HW = _grey(small_HW3)
    greys = grey_HW[is_dish]
    ordered = np.sort(greys)
    median = _quantile(ordered, 0.5) + 1e-3
    around = (shrunk(image_HW3, (24, 24)) * np.float32(1 / 255)).reshape(-1, 3)
    grey_around = _grey(around)
    brightest = np.argsort(grey_around, kind="stable")
    # A dark dish says little about the light: the brightest things in the photo, dish or table, say more.
    bright = max(_quantile(ordered, 0.96), 0.92 * _quantile(grey_around[brightest], 0.92))
    level = min(max(bright / 0.86, 0.35), 1.06)
    flat_HW = np.where(is_dish, grey_HW, np.float32(median))
    # The root keeps a print's or a base's darkness from being taken whole for shade.
    shade_HW = np.sqrt(np.clip(blurred(flat_HW, 2.5) * np.float32(1 / median), 0.4, 1.6))
    tone_HW = cv.resize(shade_HW * np.float32(level), (width, height), interpolation=cv.INTER_LINEAR)
    lit = around[brightest[-60:]].mean(0)
    cast = np.sqrt(lit / (lit.mean() + 1e-3))
    hue = dish_3 / (float(dish_3.mean()) + 0.08)
    cast_3 = (np.clip(cast, 0.85, 1.15) * (0.86 + 0.14 * np.clip(hue, 0, 2))).astype(np.float32)
    y, x = (places.astype(np.float32) for places in np.nonzero(is_dish))
    values = greys - np.float32(median)
    # Window light from the upper left is what shows when the dish itself shows no direction.
    toward = _slope(x, values) * max(size) - 0.05, _slope(y, values) * max(size) - 0.06
    length = math.hypot(*toward) or 1.0
    return Lighting((toward[0] / length, toward[1] / length), tone_HW, cast_3, dish_3)


def _slope(places: Field, values: Field) -> float:
    """How much values rise per px, by least squares."""
    away = places - places.mean()
    return float((away * values).sum() / ((away * away).sum() + 1e-6))


def _quantile(ordered: Field, share: float) -> float:
    return float(ordered[int(share * (len(ordered) - 1))])


def _grey(image_HW3: Field) -> Field:
    """Luma, summed by hand: a matrix product may round by the number of its threads."""
    grey_HW: Field = np.float32(0.3) * image_HW3[..., 0] + np.float32(0.59) * image_HW3[..., 1]
    return grey_HW + np.float32(0.11) * image_HW3[..., 2]
