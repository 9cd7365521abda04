"""What food of a given thickness looks like under the light: the look that every kind of dirt shares."""

from __future__ import annotations

import math

import numpy as np

from studio.dirt import cv
from studio.dirt.layer import Layer
from studio.dirt.outline import Field
from studio.dirt.palette import SHADES, Tint
from studio.dirt.surface import Patch, Surface

THINNEST = 0.004
"""Thickness that no eye sees."""


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
    turn = float(rng.uniform(-3, 9))
    ramp = tint.ramp(contrast, turn)
    height_HW = patch.coarse(thickness_HW)
    shade = np.full(height_HW.shape, 0.5, np.float32) if shade_HW is None else patch.coarse(shade_HW)
    left, top, right, bottom = _extent(height_HW, 2 + math.ceil(2 * relief * surface.radius_px))
    height_HW, shade = height_HW[top:bottom, left:right], shade[top:bottom, left:right]
    # Thick is darker and fuller than thin, as in any sauce.
    shade = shade - np.float32(0.16) * (np.minimum(height_HW, np.float32(1.5)) - np.float32(0.5))
    shadow_HW = highlight_HW = None
    if relief > 0:
        lean, shadow_HW, highlight_HW = _relief(surface, height_HW, tint, relief, wet)
        shade = shade + 0.34 * lean
    index = np.clip(shade * (SHADES - 1), 0, SHADES - 1).astype(np.uint8)
    film_3 = np.log(tint.film(ramp))
    transmittance_HW3 = np.exp(np.minimum(height_HW, 2.0)[..., None] * film_3)
    return Layer(
        left=patch.left + left,
        top=patch.top + top,
        colour_HW3=ramp[index],
        alpha_HW=1 - np.exp(height_HW * np.float32(-tint.food.cover)),
        transmittance_HW3=transmittance_HW3,
        shadow_HW=shadow_HW,
        highlight_HW=highlight_HW,
        dull_HW=np.minimum(height_HW * 2.5, 1) * np.float32(dull) if dull > 0 else None,
    )


def _extent(height_HW: Field, pad: int) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is not bare, and `pad` px around it: slanted strokes leave corners empty."""
    x, y, width, height = cv.boundingRect((height_HW > THINNEST).astype(np.uint8))
    rows, columns = height_HW.shape
    left, top = max(0, min(x, columns - 1) - pad), max(0, min(y, rows - 1) - pad)
    return left, top, min(columns, x + max(1, width) + pad), min(rows, y + max(1, height) + pad)


def _relief(
    surface: Surface, height_HW: Field, tint: Tint, relief: float, wet: float
) -> tuple[Field, Field, Field | None]:
    """How slopes lean to the light (-1..1), the shadow that is cast, the wet highlight."""
    relief_px = relief * surface.radius_px
    smooth = cv.GaussianBlur(height_HW, (0, 0), max(0.45, 0.35 * relief_px))
    towards_x, towards_y = surface.light
    slope_x, slope_y = (
        cv.Sobel(smooth, cv.CV_32F, 1, 0, scale=0.25),
        cv.Sobel(smooth, cv.CV_32F, 0, 1, scale=0.25),
    )
    # A slope rises towards the light where the height falls in that direction.
    lean = np.tanh(-(slope_x * towards_x + slope_y * towards_y) * np.float32(1.1 * relief_px)).astype(np.float32)
    solid = 1 - np.exp(-1.5 * height_HW)
    reach = max(0.3, 0.9 * relief_px)
    matrix = np.array([[1, 0, -towards_x * reach], [0, 1, -towards_y * reach]])
    cast = cv.GaussianBlur(solid, (0, 0), max(0.3, 0.55 * relief_px))
    cast = cv.warpAffine(cast, matrix, (height_HW.shape[1], height_HW.shape[0]), flags=cv.INTER_LINEAR)
    # Beside the heap only: a broad film casts none upon itself.
    shadow_HW = np.maximum(cast - np.float32(0.85) * solid, 0) * np.float32(0.65)
    highlight_HW = None
    if wet > 0:
        glint = np.clip(lean * 1.6 - 0.55, 0, 1)
        highlight_HW = (np.float32(0.75 * wet) * glint * glint * solid).astype(np.float32)
    return lean, shadow_HW, highlight_HW
