"""Sauce wiped over the dish by a spoon, bread or a finger."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache, partial
from itertools import accumulate

import numpy as np

from studio.core.registry import DIRT_KINDS
from studio.dirt import cv
from studio.dirt.chance import Chance
from studio.dirt.deposit import deposit
from studio.dirt.draws import between
from studio.dirt.layer import Layer, Mark, deferred
from studio.dirt.lookups import (
    away_index,
    bell,
    dome,
    index,
    look_up,
    mix,
    positions,
    smooth_table,
    smoothstep,
)
from studio.dirt.noise import NATURAL, mottle
from studio.dirt.outline import Field
from studio.dirt.patch import Patch
from studio.dirt.styles import STYLES
from studio.dirt.surface import Surface
from studio.dirt.weaves import Weave

_DEEPEST = 1.2
"""Beyond this a stroke is no thicker."""

_STYLE_ENDS = list(accumulate(style.share for style in STYLES))


@DIRT_KINDS.register(
    "smear",
    title="Smears",
    help="Sauce wiped by a spoon or bread: streaked films with broken edges.",
    strength=0.9,
)
def smear(rng: np.random.Generator, surface: Surface, strength: float) -> tuple[Mark, ...]:
    """Strokes of sauce, which follow the way the dish was wiped.

    Args:
        rng: draws number, place, shape and colour.
        surface: the dish.
        strength: 0 none, 1 about twenty strokes.

    Returns:
        one mark for each stroke.
    """
    count = math.ceil(strength * between(rng, 8, 20)) if strength > 0 else 0
    return deferred(rng, count, partial(_stroke, surface=surface, strength=strength))


@dataclass(frozen=True, kw_only=True)
class Path:
    """The way of one stroke: an arc through (x, y) along `heading`, of curvature `bend`, in dish radii."""

    x: float
    y: float
    heading: float
    bend: float
    length: float
    width: float

    def patch(self, surface: Surface) -> Patch | None:
        """The pixels that hold the stroke."""
        c, s = math.cos(self.heading), math.sin(self.heading)
        xs, ys = [], []
        for k in range(-2, 3):
            turn = 0.55 / 2 * k * self.length * self.bend
            u, v = math.sin(turn) / self.bend, (1 - math.cos(turn)) / self.bend
            xs.append(self.x + u * c - v * s)
            ys.append(self.y + u * s + v * c)
        # Between two of its points an arc bulges by an eighth of their distance's square over its radius.
        bulge = (0.55 / 2 * self.length) ** 2 * abs(self.bend) / 8
        pad = 0.75 * self.width + 0.012 + bulge
        left, right, top, bottom = min(xs) - pad, max(xs) + pad, min(ys) - pad, max(ys) + pad
        return surface.patch((left + right) / 2, (top + bottom) / 2, (right - left) / 2, (bottom - top) / 2)

    def coordinates(self, patch: Patch) -> tuple[Field, Field]:
        """Distance along the stroke from its middle, with the distance across, for every fine pixel."""
        c, s = math.cos(self.heading), math.sin(self.heading)
        u_HW, v_HW = patch.plane(self.x, self.y, c, s), patch.plane(self.x, self.y, -s, c)
        if abs(self.bend) * self.length < 0.7:
            return u_HW, cv.scaleAdd(u_HW * u_HW, -0.5 * self.bend, v_HW)
        radius = 1 / self.bend
        side = np.float32(math.copysign(1, self.bend))
        # Measured from the far side of the circle, so that the jump of the angle lies away from the stroke.
        v_HW -= np.float32(radius)
        v_HW *= side
        distance_HW, angle_HW = cv.cartToPolar(v_HW, -u_HW)
        angle_HW -= np.float32(math.pi)
        angle_HW *= np.float32(abs(radius))
        distance_HW *= -side
        distance_HW += np.float32(radius)
        return angle_HW, distance_HW


def _stroke(rng: Chance, surface: Surface, strength: float) -> Layer | None:
    """One stroke, or None where it misses the dish."""
    meal = surface.meal
    number = min(len(STYLES) - 1, bisect_left(_STYLE_ENDS, rng.random()))
    style = STYLES[number]
    x, y = surface.point(*meal.place(rng, rim_share=0.06))
    grow = 0.65 + 0.35 * strength
    length, width = between(rng, *style.length) * grow, between(rng, *style.width) * grow
    load = between(rng, *style.load)
    around = math.atan2(y, x) + math.pi / 2
    heading = (around if meal.is_round else meal.angle) + rng.normal(0, 0.28)
    # A hand draws arcs: about the dish's centre when it wipes round, gently bent otherwise.
    if meal.is_round:
        bend = 1 / (max(0.2, math.hypot(x, y)) * between(rng, 0.85, 1.5))
    else:
        bend = (1 if rng.random() < 0.5 else -1) / between(rng, 0.7, 3)
    if rng.random() < 0.5:
        heading, bend = heading + math.pi, -bend
    path = Path(x=x, y=y, heading=heading, bend=bend, length=min(length, 3.2 / abs(bend)), width=width)
    tint = meal.sauce(rng)
    patch = path.patch(surface)
    if patch is None:
        return None
    thickness_HW, shade_HW = _height(rng, patch, path, number, load)
    # What shows through a narrow stroke is too little to tell whether it is blurred.
    is_broad = width > 0.06
    relief = between(rng, *style.relief) if rng.random() < 0.7 else 0.0
    wet = meal.wetness * between(rng, 0.3, 1) if relief and rng.random() < tint.food.gloss else 0.0
    return deposit(
        rng, surface, patch, thickness_HW, tint, shade_HW=shade_HW, shades=(0.17, 0.87),
        contrast=between(rng, 6, 15), relief=relief, wet=wet, dull=between(rng, 0.3, 0.9) if is_broad else 0.0,
    )  # fmt: skip


def _height(rng: Chance, patch: Patch, path: Path, style_number: int, load: float) -> tuple[Field, Field]:
    """Thickness of one stroke, about 0..1.5 times its load, with its shade, over the patch's fine pixels."""
    style = STYLES[style_number]
    dry, soft, flecked = (between(rng, *pair) for pair in (style.dry, style.soft, style.flecked))
    u_HW, v_HW = path.coordinates(patch)
    # No hand is steady: the path wavers.
    blotch_HW = mottle(rng, patch, between(rng, 0.1, 0.3), NATURAL)
    waver = between(rng, 0.2, 0.8) * path.width
    v_HW = mix(v_HW, 1, blotch_HW, waver, -0.5 * waver)
    weave = Weave.draw(rng, patch, style_number, path.length, path.width)
    combed, wiped_HW = weave.combed, weave.wiped(u_HW, v_HW)
    across = away_index(v_HW, 0, path.width / 2)
    # Every stripe has an end of its own.
    uneven = 0.8 * (combed + dry)
    along_HW = mix(u_HW, 2 / path.length, wiped_HW, uneven, -0.5 * uneven)
    room_HW = dome(across)
    room_HW *= dome(away_index(along_HW, 0, 1))
    # The stroke starts loaded and runs dry.
    above_HW = mix(wiped_HW, 1, blotch_HW, 0.5 * (1 - combed), -between(rng, 0.53, 0.75))
    above_HW += mix(room_HW, 0.5, along_HW, -0.3 * dry)
    height_HW = look_up(index(above_HW, 0, _DEEPEST), _heights(round(soft * 40)))
    height_HW *= smoothstep(0.0, 0.2, room_HW)
    height_HW *= np.float32(load)
    if flecked > 0:
        specks = index(weave.flecks(u_HW, v_HW), 0.62, 0.78)
        height_HW *= look_up(specks, 1 - flecked + 1.6 * flecked * smooth_table())
    if path.width > 0.06:
        # Sauce is pushed aside in ridges and left in a heap where the tool lifts.
        heap_HW = bell(along_HW, -between(rng, 0.3, 0.7), 1 / 6)
        pushed_HW = mix(look_up(across, _ridge_table()), between(rng, 0, 0.9), heap_HW, between(rng, 0, 1.1), 1)
        height_HW *= pushed_HW
    return height_HW, wiped_HW


@cache
def _heights(softness: int) -> Field:
    """Thickness by what is there to be wiped, for an edge that thins out over as many fortieths."""
    above = _DEEPEST * positions()
    edge = np.minimum(above * (40 / max(softness, 1)), 1)
    table: Field = ((1.6 * above + 0.3) * edge * edge * (3 - 2 * edge)).astype(np.float32)
    return table


@cache
def _ridge_table() -> Field:
    """Where across a stroke its ridges stand: near either edge."""
    return np.exp(-(((positions() - 0.72) * 7) ** 2)).astype(np.float32)
