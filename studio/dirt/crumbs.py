"""Crumbs, grains and lumps that stayed on the dish."""

from __future__ import annotations

import math
from functools import cache, partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from studio.core.registry import DIRT_KINDS
from studio.dirt import cv
from studio.dirt.blur import blurred
from studio.dirt.chance import Chance
from studio.dirt.deposit import deposit
from studio.dirt.draws import between
from studio.dirt.layer import Layer, Mark, deferred
from studio.dirt.lookups import mix, smoothstep
from studio.dirt.noise import BORDER_PX, GRAINY, NATURAL, mottle
from studio.dirt.outline import Floats
from studio.dirt.patch import Patch
from studio.dirt.surface import Surface

Points: TypeAlias = NDArray[np.complex128]

CORNERS = 9
"""Of a crumb's outline."""

MOST = 90
"""Crumbs in a cluster."""


@DIRT_KINDS.register(
    "crumbs",
    title="Crumbs",
    help="Crumbs, rice and lumps with a shadow, in clusters, in the groove or along the rim.",
    strength=0.7,
)
def crumbs(rng: np.random.Generator, surface: Surface, strength: float) -> tuple[Mark, ...]:
    """Clusters of crumbs, with a lump here and there.

    Args:
        rng: draws number, place, shape and food.
        surface: the dish.
        strength: 0 none, 1 about ten clusters.

    Returns:
        one mark for each cluster.
    """
    if strength <= 0:
        return ()
    count = math.ceil(strength * between(rng, 5, 12))
    return deferred(rng, count, partial(_cluster, surface=surface, strength=strength))


def _cluster(rng: Chance, surface: Surface, strength: float) -> Layer | None:
    """Lumps that lie together, or None where they miss the dish."""
    meal = surface.meal
    tint = meal.solid(rng)
    share = rng.random()
    # How many, the largest one's radius and how far they are spread, both in dish radii.
    if share < 0.16:
        count, largest, spread = 1, between(rng, 0.03, 0.075), 0.0
    elif share < 0.42:
        count, largest, spread = 1 + rng.whole(3), between(rng, 0.014, 0.032), 0.05
    elif share < 0.72:
        count = 3 + int(rng.exponential(3 + 6 * strength))
        largest, spread = between(rng, 0.016, 0.034), between(rng, 0.04, 0.12)
    else:
        # Flecks: herbs, pepper, the finest crumbs.
        count = 6 + int(rng.exponential(6 + 14 * strength))
        largest, spread = between(rng, 0.008, 0.014), between(rng, 0.05, 0.14)
    count = min(count, MOST)
    rho, theta = meal.place(rng, rim_share=0.22, groove_share=0.34)
    is_grain = tint.food.name == "rice"
    # Along the rim and in the groove crumbs lie in a row, elsewhere in a heap.
    in_row = rho > 0.84 or abs(rho - meal.groove) < 0.07
    along, across = spread * (1.5 if in_row else 1.0), spread * (0.3 if in_row else 1.0)
    offsets = np.minimum(np.maximum(rng.normals(1, count, 2) * (along, across), -2 * spread), 2 * spread)
    # Points as complex numbers, which a product turns.
    centres = offsets.view(np.complex128)[:, 0] * complex(-math.sin(theta), math.cos(theta))
    centres += complex(*surface.point(rho, theta))
    size, slim, height, shade = rng.uniforms(0, 1, 4, count)
    if is_grain:
        radii, slim = max(0.013, 0.6 * largest) * (0.85 + 0.25 * size), np.full(count, 1.55)
    else:
        radii, slim = largest * (0.2 + 0.8 * size * size), 1 + 0.79 * slim * slim
        radii[0] = largest * 0.85
    xs, ys, pad = centres.real.tolist(), centres.imag.tolist(), 2.6 * largest + 0.01
    left, right, top, bottom = min(xs) - pad, max(xs) + pad, min(ys) - pad, max(ys) + pad
    patch = surface.patch((left + right) / 2, (top + bottom) / 2, (right - left) / 2, (bottom - top) / 2)
    if patch is None:
        return None
    order = radii.argsort(kind="stable").tolist()
    # OpenCV fills a shape's border too, which would make small dishes dirtier.
    filled = np.maximum(radii - BORDER_PX * patch.step, 0.2 * radii)
    shapes = _shapes(rng, patch, centres, filled * slim, filled / slim, is_grain)
    # Height and shade are drawn at once, as two channels of the three that OpenCV draws with smooth edges.
    drawn_HW3 = np.zeros((patch.fine_height, patch.fine_width, 3), np.uint8)
    drawn_HW3[..., 1] = 128
    heights, shades = (140 + 115 * height).tolist(), (51 + 153 * shade).tolist()
    for k in order:
        cv.fillPoly(drawn_HW3, shapes[k : k + 1], (heights[k], shades[k], 0), cv.LINE_AA, 4)
    drawn_HW, shade_HW, _ = cv.split(drawn_HW3)
    typical = float(radii[order[count // 2]])
    dome_HW = blurred(drawn_HW.astype(np.float32), max(0.4, 0.3 * typical / patch.step))
    rough_HW = mottle(rng, patch, max(0.03, 1.6 * largest), NATURAL)
    fine_HW = mottle(rng, patch, max(0.015, 0.5 * largest), GRAINY)
    # Noise eats into the outline: crumbs are torn, not cut.
    torn = 0.05 if is_grain else 0.42
    thickness_HW = smoothstep(
        0.24, 0.42, cv.multiply(dome_HW, mix(rough_HW, 2 * torn, rough_HW, 0, 1 - torn), scale=1 / 255)
    )
    dome_HW *= mix(fine_HW, 1.28 / 255, fine_HW, 0, 0.96 / 255)
    dome_HW += np.float32(0.7)
    thickness_HW *= dome_HW
    wet = meal.wetness if rng.random() < tint.food.gloss else 0.0
    return deposit(
        rng, surface, patch, thickness_HW, tint, shade_HW=mix(shade_HW.astype(np.float32), 1 / 255, fine_HW, 0.6, -0.3),
        contrast=between(rng, 10, 20), relief=min(0.03, 0.55 * typical + 0.004), wet=wet,
    )  # fmt: skip


def _shapes(
    rng: Chance, patch: Patch, centres: Points, long: Floats, short: Floats, is_grain: bool
) -> NDArray[np.int32]:
    """Outlines in sixteenths of a fine pixel, shape (count, CORNERS, 2)."""
    corners = _corners()
    first = rng.whole(len(corners) - len(centres))
    around, spin = _around(), np.exp(2j * math.pi * rng.uniforms(0, 1, len(centres), 1))
    if not is_grain:
        around = corners[first : first + len(centres)]
    shapes = around.real * long[:, None] + (1j * short)[:, None] * around.imag
    shapes *= spin
    shapes += centres[:, None] - complex(patch.first_x, patch.first_y)
    shapes *= 16 / patch.step
    return np.rint(shapes.view(np.float64)).astype(np.int32).reshape(len(centres), CORNERS, 2)


@cache
def _around() -> Points:
    """The corners of a round grain of radius 1."""
    corners: Points = np.exp(np.arange(CORNERS) * (2j * math.pi / CORNERS))[None]
    return corners


@cache
def _corners() -> Points:
    """The corners of many crumbs of radius about 1, of which a cluster takes neighbours."""
    return np.random.default_rng(24).uniform(0.5, 1.3, (4096, CORNERS)) * _around()
