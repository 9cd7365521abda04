"""Smooth fields of brightness over a dish."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from studio.dirt import cv
from studio.dirt.blur import blurred
from studio.dirt.lookups import STEPS, index, look_up
from studio.dirt.outline import Field
from studio.dirt.patch import Patch
from studio.dirt.scene import Scene, luma


def brightness(scene: Scene) -> float:
    """How bright the dish has become, 0..1: after another material its surface's colour says nothing any more."""
    return scene.usual(luma(scene.sampled(scene.dish_HW3)), 0.5)


def rgb(field_HW: Field) -> Field:
    """A field as three equal channels, which multiply a picture faster than a broadcast does."""
    return cv.cvtColor(field_HW, cv.COLOR_GRAY2RGB)  # type: ignore[no-any-return]


def tinted(picture_HW3: Field, colour_3: Sequence[float] | Field) -> Field:
    """A picture with each channel times its own number, ten times as fast as a broadcast does it."""
    return cv.transform(picture_HW3, np.diag(np.asarray(colour_3, np.float32)))  # type: ignore[no-any-return]


def saturated(picture_HW3: Field, share: float) -> Field:
    """A picture with a share of its colour: 0 makes it grey, 1 leaves it, more makes it brighter coloured."""
    matrix = np.empty((3, 3), np.float32)
    # What OpenCV takes for brightness.
    matrix[:] = np.array((0.299, 0.587, 0.114)) * (1 - share)
    matrix[(0, 1, 2), (0, 1, 2)] += np.float32(share)
    return cv.transform(picture_HW3, matrix)  # type: ignore[no-any-return]


def raised(values: Field, power: float, most: float) -> Field:
    """Values from 0 to `most` to a power, looked up: the power itself would take ten times as long."""
    table = (most * np.linspace(0, 1, STEPS)) ** power
    return look_up(index(values, 0, most), table.astype(np.float32))


def soft(scene: Scene, values: Field, size: float = 0.12) -> Field:
    """A field of the dish without its detail, and without what lies beside the dish.

    Args:
        scene: the photo.
        values: what `scene.sampled` made of a field of the dish's box.
        size: standard deviation of what is averaged, dish radii.

    Returns:
        as few values as were given; `spread` makes them a field of the box again.
    """
    sigma = max(0.6, size * scene.surface.radius_px / scene.stride)
    mask = np.maximum(scene.sampled_mask, np.float32(1e-4))
    return blurred(values * mask, sigma) / blurred(mask, sigma)


def spread(scene: Scene, coarse: Field) -> Field:
    """What `scene.sampled` has few of, over the dish's box."""
    size = (scene.patch.width, scene.patch.height)
    return cv.resize(coarse, size, interpolation=cv.INTER_LINEAR)  # type: ignore[no-any-return]


def swell(coarse: Field, patch: Patch) -> Field:
    """A few values each way spread smoothly over a patch, in about the same range."""
    size = (patch.width, patch.height)
    # Eight times finer the curve is bent enough; the cubic step at full size would cost five times as much.
    finer = cv.resize(coarse, (8 * coarse.shape[1], 8 * coarse.shape[0]), interpolation=cv.INTER_CUBIC)
    field_HW: Field = cv.resize(finer, size, interpolation=cv.INTER_LINEAR)
    return field_HW


def read_off(picture_HW3: Field, map_x: Field, map_y: Field, beyond: int) -> Field:
    """A picture's colours at places in px; beyond its border as OpenCV's constant `beyond` says."""
    # With a fourth channel OpenCV reads a pixel at once, which takes half of the time.
    four = cv.cvtColor(picture_HW3, cv.COLOR_RGB2RGBA)
    read_HW4 = cv.remap(four, map_x, map_y, cv.INTER_LINEAR, borderMode=beyond)
    return cv.cvtColor(read_HW4, cv.COLOR_RGBA2RGB)  # type: ignore[no-any-return]
