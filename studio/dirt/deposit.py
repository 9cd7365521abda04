"""What food of a given thickness looks like under the light: the look that every kind of dirt shares."""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from studio.dirt import cv
from studio.dirt.blur import blurred, cast
from studio.dirt.draws import between
from studio.dirt.layer import Layer
from studio.dirt.lookups import index, look_up, positions
from studio.dirt.outline import Field, Image
from studio.dirt.palette import SHADES, Tint
from studio.dirt.surface import Patch, Surface

THICKEST = 2.55
"""Thickness beyond which more is not seen."""

STEEPEST = 3.0
"""Slope beyond which a steeper one looks the same."""

_DEPTHS = (THICKEST * positions()).astype(np.float32)
_FILM_DEPTHS = np.repeat(np.minimum(_DEPTHS, np.float32(2))[:, None], 3, 1)
_SLOPES = STEEPEST * (2 * positions() - 1)

_RIGHTWARDS = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], np.float64)
_DOWN = _RIGHTWARDS.T.copy()
"""Sobel's slopes; turned to the light before they are applied, one pass does for both."""


def deposit(
    rng: np.random.Generator,
    surface: Surface,
    patch: Patch,
    thickness_HW: Field,
    tint: Tint,
    *,
    shade_HW: Field | None = None,
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
        shade_HW: float32 of the fine pixels, 0 its darkest to 1 its lightest colour; None for one colour.
        contrast: difference in L between the middle and either end of the colours.
        relief: height in dish radii of thickness 1; it casts a shadow and shades the slopes.
        wet: strength of the highlight on slopes towards the light, 0..1.
        dull: how much the film blurs reflections below, 0..1.

    Returns:
        the layer, on the photo's own pixels.
    """
    ramp = tint.ramp(contrast, between(rng, -3, 9))
    height_HW = patch.coarse(thickness_HW)
    thick = index(height_HW, 0, THICKEST)
    left, top, right, bottom = _extent(thick, 2 + math.ceil(2 * relief * surface.radius_px))
    height_HW, thick = height_HW[top:bottom, left:right], thick[top:bottom, left:right]
    shade = look_up(thick, _thick_shade())
    shadow_HW = highlight_HW = None
    if relief > 0:
        lean, shadow_HW, highlight_HW = _relief(surface, height_HW, look_up(thick, _solid()), relief, wet)
        shade += lean
    if shade_HW is None:
        shades = index(shade, -0.5, 0.5)
    else:
        own = patch.coarse(shade_HW)[top:bottom, left:right]
        shades = cv.addWeighted(own, SHADES - 1, shade, SHADES - 1, 0, dtype=cv.CV_8U)
    film = np.array([math.log(share) for share in tint.film(ramp)], np.float32)
    through = cv.exp(_FILM_DEPTHS * film - _hidden(tint.food.cover))
    return Layer(
        left=patch.left + left,
        top=patch.top + top,
        colour_HW3=_colours(shades, ramp * surface.cast_3),
        alpha_HW=look_up(thick, _cover(tint.food.cover)),
        through_HW3=_colours(thick, through),
        shadow_HW=shadow_HW,
        highlight_HW=highlight_HW,
        dull_HW=np.minimum(height_HW * (2.5 * dull), dull) if dull > 0 else None,
    )


def _colours(index_HW: Image, table_S3: Field) -> Field:
    """A colour for each pixel."""
    return cv.LUT(cv.merge((index_HW, index_HW, index_HW)), table_S3[None])  # type: ignore[no-any-return]


@cache
def _hidden(cover: float) -> Field:
    """What each thickness takes from the light by covering, as a power of e; one row a thickness."""
    hidden: Field = np.repeat((cover * _DEPTHS).astype(np.float32)[:, None], 3, 1)
    return hidden


@cache
def _thick_shade() -> Field:
    """By how much thickness changes the shade: thick is darker and fuller than thin, as in any sauce."""
    return (-0.16 * (np.minimum(_DEPTHS, 1.5) - 0.5)).astype(np.float32)


@cache
def _cover(cover: float) -> Field:
    """How much of what lies below is covered."""
    table: Field = (1 - np.exp(-cover * _DEPTHS)).astype(np.float32)
    return table


@cache
def _solid() -> Field:
    """How much of the light a thickness keeps from what lies beside it."""
    return _cover(1.5)


@cache
def _leans() -> Field:
    """How much a slope changes the shade: -0.34 right away from the light, 0.34 right towards it."""
    return (0.34 * _SLOPES / np.sqrt(1 + _SLOPES * _SLOPES)).astype(np.float32)


@cache
def _glints() -> Field:
    """How brightly a wet slope shines."""
    lean = _SLOPES / np.sqrt(1 + _SLOPES * _SLOPES)
    return (np.maximum(1.6 * lean - 0.55, 0) ** 2).astype(np.float32)


def _extent(thick_HW: Image, pad: int) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is not bare, and `pad` px around it: slanted strokes leave corners empty."""
    x, y, width, height = cv.boundingRect(thick_HW)
    rows, columns = thick_HW.shape
    left, top = max(0, min(x, columns - 1) - pad), max(0, min(y, rows - 1) - pad)
    return left, top, min(columns, x + max(1, width) + pad), min(rows, y + max(1, height) + pad)


def _relief(
    surface: Surface, height_HW: Field, solid_HW: Field, relief: float, wet: float
) -> tuple[Field, Field, Field | None]:
    """How slopes change the shade, the shadow that is cast, the wet highlight."""
    relief_px = relief * surface.radius_px
    smooth = blurred(height_HW, max(0.45, 0.35 * relief_px))
    towards_x, towards_y = surface.light
    # A slope rises towards the light where the height falls in that direction.
    scale = -0.25 * 1.1 * relief_px
    steep = cv.filter2D(smooth, cv.CV_32F, _RIGHTWARDS * (scale * towards_x) + _DOWN * (scale * towards_y))
    slope = index(steep, -STEEPEST, STEEPEST)
    reach = max(0.3, 0.9 * relief_px)
    shade_HW = cast(solid_HW, max(0.3, 0.55 * relief_px), -towards_x * reach, -towards_y * reach)
    # Beside the heap only: a broad film casts none upon itself.
    shadow_HW = cv.addWeighted(shade_HW, 0.65, solid_HW, -0.65 * 0.85, 0)
    np.maximum(shadow_HW, 0, out=shadow_HW)
    highlight_HW = cv.multiply(look_up(slope, _glints()), solid_HW, scale=0.75 * wet) if wet > 0 else None
    return look_up(slope, _leans()), shadow_HW, highlight_HW
