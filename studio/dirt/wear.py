"""Scratches that cutlery left."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from studio.core.registry import DIRT_KINDS
from studio.dirt import cv
from studio.dirt.chance import Chance
from studio.dirt.deposit import deposit
from studio.dirt.draws import between
from studio.dirt.layer import Layer, Mark, deferred
from studio.dirt.noise import GRAINY, mottle
from studio.dirt.palette import METAL, SCRATCH, Tint
from studio.dirt.surface import Surface


# Off by default: a scratched or chipped dish may be clean, and a network that was shown scratches as dirt calls
# old dishes dirty. It is for those who want worn dishes sorted out as well.
@DIRT_KINDS.register(
    "wear",
    title="Scratches",
    help="Grey knife marks and dull scratches; off by default, since a worn dish may well be clean.",
    strength=0.0,
)
def wear(rng: np.random.Generator, surface: Surface, strength: float) -> tuple[Mark, ...]:
    """Bundles of fine scratches.

    Args:
        rng: draws number, place and direction.
        surface: the dish.
        strength: 0 none, 1 about eight bundles.

    Returns:
        one mark for each bundle.
    """
    if strength <= 0:
        return ()
    count = math.ceil(strength * between(rng, 4, 9))
    return deferred(rng, count, partial(_bundle, surface=surface, strength=strength))


def _bundle(rng: Chance, surface: Surface, strength: float) -> Layer | None:
    """One bundle of scratches, or None where it misses the dish."""
    is_dark = float(surface.dish_3.mean()) < 0.4
    x, y = surface.point(0.8 * math.sqrt(rng.random()), between(rng, -math.pi, math.pi))
    size = between(rng, 0.12, 0.34)
    heading = between(rng, 0, math.pi)
    count = 2 + rng.poisson(4 + 5 * strength)
    headings = heading + rng.normals(0.16, count)
    bends = rng.normals(0.5, count)
    places = rng.normals(0.33 * size, count, 2)
    lengths = size * rng.uniforms(0.3, 1.0, count)
    depths = rng.uniforms(0.3, 1.0, count)
    tint = Tint.draw(rng, SCRATCH if is_dark else METAL)
    patch = surface.patch(x, y, 1.3 * size)
    if patch is None:
        return None
    canvas = np.zeros((patch.fine_height, patch.fine_width), np.uint8)
    wanted_px = 0.006 / patch.step
    line_px = max(1, round(wanted_px))
    for k in range(count):
        u = np.linspace(-lengths[k], lengths[k], 9)
        v = bends[k] * u * u
        c, s = math.cos(headings[k]), math.sin(headings[k])
        line = patch.pixels(x + places[k, 0] + u * c - v * s, y + places[k, 1] + u * s + v * c)
        shape = [np.round(line * 16).astype(np.int32)]
        cv.polylines(canvas, shape, False, int(255 * depths[k]), line_px, cv.LINE_AA, 4)
    thickness_HW = canvas.astype(np.float32)
    thickness_HW *= mottle(rng, patch, 0.06, GRAINY) + np.float32(0.25)
    thickness_HW *= np.float32((0.5 + 0.7 * strength) * wanted_px / line_px / 255)
    return deposit(rng, surface, patch, thickness_HW, tint, contrast=5.0)
