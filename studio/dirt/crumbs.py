"""Crumbs, grains and lumps that stayed on the dish."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from studio.core.registry import DIRT_KINDS
from studio.dirt import cv
from studio.dirt.blur import blurred
from studio.dirt.deposit import deposit
from studio.dirt.draws import between
from studio.dirt.layer import Layer, Mark, deferred
from studio.dirt.lookups import mix, smoothstep
from studio.dirt.noise import BORDER_PX, GRAINY, NATURAL, mottle
from studio.dirt.surface import Surface


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


def _cluster(rng: np.random.Generator, surface: Surface, strength: float) -> Layer | None:
    """Lumps that lie together, or None where they miss the dish."""
    tint = surface.meal.solid(rng)
    share = rng.random()
    # How many, the largest one's radius and how far they are spread, both in dish radii.
    if share < 0.16:
        count, largest, spread = 1, between(rng, 0.03, 0.075), 0.0
    elif share < 0.42:
        count, largest, spread = 1 + int(rng.integers(0, 3)), between(rng, 0.014, 0.032), 0.05
    elif share < 0.72:
        count = 3 + int(rng.exponential(3 + 6 * strength))
        largest, spread = between(rng, 0.016, 0.034), between(rng, 0.04, 0.12)
    else:
        # Flecks: herbs, pepper, the finest crumbs.
        count = 6 + int(rng.exponential(6 + 14 * strength))
        largest, spread = between(rng, 0.008, 0.014), between(rng, 0.05, 0.14)
    rho, theta = surface.meal.place(rng, rim_share=0.22, groove_share=0.34)
    x, y = surface.point(rho, theta)
    is_grain = tint.food.name == "rice"
    # Along the rim and in the groove crumbs lie in a row, elsewhere in a heap.
    in_row = rho > 0.84 or abs(rho - surface.meal.groove) < 0.07
    along, across = spread * (1.5 if in_row else 1.0), spread * (0.3 if in_row else 1.0)
    tangent = theta + math.pi / 2
    offsets = rng.normal(0, 1, (count, 2)) * (along, across)
    offsets = np.clip(offsets, -2 * spread, 2 * spread)
    xs = x + offsets[:, 0] * math.cos(tangent) - offsets[:, 1] * math.sin(tangent)
    ys = y + offsets[:, 0] * math.sin(tangent) + offsets[:, 1] * math.cos(tangent)
    radii = largest * (0.2 + 0.8 * rng.random(count) ** 2.2)
    radii[0] = largest * 0.85
    turns = rng.uniform(0, 2 * math.pi, count)
    slim = np.full(count, 2.4) if is_grain else 1 + 2.2 * rng.random(count) ** 1.6
    if is_grain:
        radii = np.full(count, max(0.013, 0.6 * largest)) * rng.uniform(0.85, 1.1, count)
    heights, shades = rng.uniform(0.55, 1, count), rng.uniform(0.2, 0.8, count)
    corners = rng.uniform(0.5, 1.3, (count, 9)) if not is_grain else np.ones((count, 9))
    pad = 2.6 * largest + 0.01
    patch = surface.patch(
        float((xs.min() + xs.max()) / 2),
        float((ys.min() + ys.max()) / 2),
        float((xs.max() - xs.min()) / 2 + pad),
        float((ys.max() - ys.min()) / 2 + pad),
    )
    if patch is None:
        return None
    height_HW = np.zeros((patch.fine_height, patch.fine_width), np.uint8)
    shade_HW = np.full_like(height_HW, 128)
    t = np.arange(9) * (2 * math.pi / 9)
    # OpenCV fills a shape's border too, which would make small dishes dirtier.
    filled = np.maximum(radii - BORDER_PX * patch.step, 0.2 * radii)
    long = (filled * slim**0.5)[:, None] * corners * np.cos(t)
    short = (filled / slim**0.5)[:, None] * corners * np.sin(t)
    c, s = np.cos(turns)[:, None], np.sin(turns)[:, None]
    shapes = patch.pixels(xs[:, None] + long * c - short * s, ys[:, None] + long * s + short * c)
    shapes = np.round(shapes * 16).astype(np.int32)
    for k in np.argsort(radii, kind="stable"):
        cv.fillPoly(height_HW, shapes[k : k + 1], int(255 * heights[k]), cv.LINE_AA, 4)
        cv.fillPoly(shade_HW, shapes[k : k + 1], int(255 * shades[k]), cv.LINE_8, 4)
    typical = float(np.sort(radii)[count // 2])
    typical_px = typical / patch.step
    dome_HW = blurred(height_HW.astype(np.float32), max(0.4, 0.3 * typical_px))
    dome_HW *= np.float32(1 / 255)
    rough_HW = mottle(rng, patch, max(0.03, 1.6 * largest), NATURAL)
    fine_HW = mottle(rng, patch, max(0.015, 0.5 * largest), GRAINY)
    # Noise eats into the outline: crumbs are torn, not cut.
    torn = 0.05 if is_grain else 0.42
    rough_HW *= np.float32(2 * torn)
    rough_HW += np.float32(1 - torn)
    rough_HW *= dome_HW
    thickness_HW = smoothstep(0.24, 0.42, rough_HW)
    dome_HW *= np.float32(1.28) * fine_HW + np.float32(0.96)
    dome_HW += np.float32(0.7)
    thickness_HW *= dome_HW
    colour_HW = mix(shade_HW.astype(np.float32), 1 / 255, fine_HW, 0.6, -0.3)
    wet = surface.meal.wetness if rng.random() < tint.food.gloss else 0.0
    return deposit(
        rng,
        surface,
        patch,
        thickness_HW,
        tint,
        shade_HW=colour_HW,
        contrast=between(rng, 10, 20),
        relief=min(0.03, 0.55 * typical + 0.004),
        wet=wet,
    )
