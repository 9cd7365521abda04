"""What food of a given thickness looks like under the light: the look that every kind of dirt shares."""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from studio.dirt import cv
from studio.dirt.blur import cast
from studio.dirt.draws import Source, between
from studio.dirt.layer import Layer
from studio.dirt.lookups import index, look_up, mix, positions
from studio.dirt.outline import Field, Image
from studio.dirt.palette import Tint
from studio.dirt.patch import Patch
from studio.dirt.surface import Surface

THICKEST = 2.55
"""Thickness beyond which more is not seen."""

_DEPTHS = THICKEST * positions()

_FULLER = 0.22
"""By how much thickness moves the shade towards the dark end: thick is darker and fuller, as in any sauce."""

_LEAN = 1.2
"""By how much a slope moves the shade, where what stands beside it is of another height."""

_SHADOW = 0.72
"""How deep the shadow beside a heap is, as a power of e."""


def deposit(
    rng: Source,
    surface: Surface,
    patch: Patch,
    thickness_HW: Field,
    tint: Tint,
    *,
    shade_HW: Field | None = None,
    shades: tuple[float, float] = (0.0, 1.0),
    contrast: float = 9.0,
    relief: float = 0.0,
    wet: float = 0.0,
    dull: float = 0.0,
) -> Layer:
    """The layer of a mark from its height.

    Args:
        rng: draws the mark's own variation of colour.
        surface: the dish, for its light.
        patch: where the mark lies.
        thickness_HW: float32 of the patch's fine pixels; 0 none, 0.3 a film, 1 a smear, 3 a lump.
        tint: the food.
        shade_HW: float32 of the fine pixels, 0..1; None for one colour.
        shades: what 0 and 1 of it stand for, where 0 is the darkest and 1 the lightest colour.
        contrast: difference in L between the middle and either end of the colours.
        relief: height in dish radii of thickness 1; it casts a shadow and shades the slopes.
        wet: strength of the highlight on slopes towards the light, 0..1.
        dull: how much the film blurs reflections below, 0..1.

    Returns:
        the layer, on the photo's own pixels.
    """
    height_HW = patch.coarse(thickness_HW)
    thick = index(height_HW, 0, THICKEST)
    cut = _extent(thick, 2 + math.ceil(2 * relief * surface.radius_px))
    height_HW, thick = height_HW[cut], thick[cut]
    left, top = patch.left + cut[1].start, patch.top + cut[0].start
    box_left, box_top = left - surface.box[0], top - surface.box[1]
    rows, columns = thick.shape
    if shade_HW is None:
        shade_HW = mix(height_HW, -_FULLER, height_HW, 0, 0.5 * _FULLER)
    else:
        low, high = shades
        shade_HW = mix(patch.coarse(shade_HW)[cut], 2 * (high - low), height_HW, -_FULLER, 2 * low - 1 + 0.5 * _FULLER)
    middle, step, film = tint.colours(contrast, between(rng, -3, 9))
    covered_HW = look_up(thick, _cover(tint.food.cover))
    covered_HW *= surface.tone_HW[box_top : box_top + rows, box_left : box_left + columns]
    shadow_HW, shine_HW = height_HW, covered_HW
    if relief > 0:
        shadow_HW = _slopes(surface, look_up(thick, _cover(1.5)), relief)
        shade_HW = mix(shade_HW, 1, shadow_HW, -_LEAN)
        if wet > 0:
            shine_HW = look_up(index(shadow_HW, 0, -0.6), _glints())
            shine_HW *= covered_HW
        cv.threshold(shadow_HW, 0, 0, cv.THRESH_TOZERO, shadow_HW)
    shade_HW *= covered_HW
    deep, shine = -_SHADOW if relief > 0 else 0.0, 0.75 * wet if relief > 0 else 0.0
    through = [[log - tint.food.cover, deep, 0] for log in film]
    added = [
        [light * base, light * slope, shine]
        for light, base, slope in zip(surface.cast_3.tolist(), middle, step, strict=True)
    ]
    # Three fields at once become three channels: an exponential or a product of them costs what one of a field does.
    return Layer(
        left=left,
        top=top,
        through_HW3=cv.exp(_as_colours(height_HW, shadow_HW, height_HW, through)),
        added_HW3=_as_colours(covered_HW, shade_HW, shine_HW, added),
        dull_HW=look_up(thick, _dulling() * np.float32(dull)) if dull > 0 else None,
    )


def _as_colours(first_HW: Field, second_HW: Field, third_HW: Field, shares: list[list[float]]) -> Field:
    """Three fields as a picture, each of whose channels takes its own share of each field."""
    return cv.transform(cv.merge((first_HW, second_HW, third_HW)), np.array(shares))  # type: ignore[no-any-return]


@cache
def _cover(cover: float) -> Field:
    """How much of what lies below is covered by each thickness."""
    table: Field = (1 - np.exp(-cover * _DEPTHS)).astype(np.float32)
    return table


@cache
def _dulling() -> Field:
    """How much of a film's dulling each thickness does."""
    table: Field = np.minimum(2.5 * _DEPTHS, 1).astype(np.float32)
    return table


@cache
def _glints() -> Field:
    """How brightly a wet slope shines, by how steep it is."""
    return (np.maximum(1.35 * positions() - 0.45, 0) ** 2).astype(np.float32)


def _extent(thick_HW: Image, pad: int) -> tuple[slice, slice]:
    """Rows and columns of what is not bare, and `pad` px around it: slanted strokes leave corners empty."""
    x, y, width, height = cv.boundingRect(thick_HW)
    rows, columns = thick_HW.shape
    left, top = max(0, min(x, columns - 1) - pad), max(0, min(y, rows - 1) - pad)
    right, bottom = min(columns, x + max(1, width) + pad), min(rows, y + max(1, height) + pad)
    return slice(top, bottom), slice(left, right)


def _slopes(surface: Surface, solid_HW: Field, relief: float) -> Field:
    """How much more stands on the light's side of each place than on it: above 0 it is shaded, below 0 it is lit.

    What stands there counts a little more: light is also lost within a film that it crosses at a slant.

    Args:
        surface: the dish, for its light.
        solid_HW: how much of the light each place keeps from what lies beside it, 0..1.
        relief: height in dish radii of thickness 1.
    """
    relief_px = relief * surface.radius_px
    towards_x, towards_y = surface.light
    reach = max(0.3, 0.9 * relief_px)
    moved_HW = cast(solid_HW, max(0.3, 0.55 * relief_px), -towards_x * reach, -towards_y * reach)
    return mix(moved_HW, 1, solid_HW, -0.85)
