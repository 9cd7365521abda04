"""Smooth fields of brightness over a dish."""

from __future__ import annotations

import numpy as np

from studio.dirt import cv
from studio.dirt.outline import Field
from studio.dirt.scene import Scene, luma


def brightness(scene: Scene) -> float:
    """How bright the dish has become, 0..1: after another material its surface's colour says nothing any more."""
    tone = luma(scene.dish_HW3[::4, ::4])[scene.surface.mask_HW[::4, ::4] > 0.5]
    return float(np.median(tone)) if tone.size else 0.5


def rgb(field_HW: Field) -> Field:
    """A field as three equal channels, which multiply a picture faster than a broadcast does."""
    grey_HW3: Field = cv.merge([field_HW, field_HW, field_HW])
    return grey_HW3


def swell(coarse: Field, scene: Scene) -> Field:
    """A few values each way spread smoothly over the dish's box, in about the same range."""
    size = (scene.patch.width, scene.patch.height)
    # Eight times finer the curve is bent enough; the cubic step at full size would cost five times as much.
    finer = cv.resize(coarse, (8 * coarse.shape[1], 8 * coarse.shape[0]), interpolation=cv.INTER_CUBIC)
    field_HW: Field = cv.resize(finer, size, interpolation=cv.INTER_LINEAR)
    return field_HW
