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
from studio.dirt.noise import GRAINY, NATURAL, mottle, streaks
from studio.dirt.outline import Field
from studio.dirt.surface import Patch, Surface


@dataclass(frozen=True, kw_only=True)
class Style:
    """One way in which sauce gets wiped; every pair is a range from which a stroke draws.

    Attributes:
        share: how often it is met.
        length, width: dish radii.
        load: thickness of the sauce.
        combed: share of stripes, against blotches, in its texture.
        dry: how much the stroke breaks up towards its end.
        soft: how gradually the sauce thins out at its edges.
        flecked: how far it is broken into specks dragged along.
        relief: height in dish radii of thickness 1.
    """

    share: float
    length: tuple[float, float]
    width: tuple[float, float]
    load: tuple[float, float]
    combed: tuple[float, float]
    dry: tuple[float, float]
    soft: tuple[float, float]
    flecked: tuple[float, float] = (0.0, 0.0)
    relief: tuple[float, float] = (0.0, 0.0)


STYLES = (
    # A thin wash over much of the dish, with lines wiped through.
    Style(
        share=0.13, length=(0.6, 1.9), width=(0.16, 0.5), load=(0.14, 0.42), combed=(0.6, 1.0), dry=(0.2, 0.7),
        soft=(0.3, 0.6),
    ),
    # A film that bread left.
    Style(
        share=0.19, length=(0.25, 0.9), width=(0.07, 0.24), load=(0.25, 0.75), combed=(0.4, 0.9), dry=(0.2, 0.8),
        soft=(0.2, 0.5),
    ),
    # A loaded stroke that runs dry.
    Style(
        share=0.28, length=(0.14, 0.7), width=(0.025, 0.1), load=(0.5, 1.6), combed=(0.5, 0.95), dry=(0.3, 1.0),
        soft=(0.06, 0.25), relief=(0.004, 0.014),
    ),
    # Specks dragged through a thin sauce.
    Style(
        share=0.18, length=(0.15, 0.7), width=(0.05, 0.2), load=(0.6, 1.6), combed=(0.2, 0.7), dry=(0.0, 0.6),
        soft=(0.1, 0.3), flecked=(0.6, 1.0), relief=(0.0, 0.01),
    ),
    # A dab where the tool stopped.
    Style(
        share=0.22, length=(0.04, 0.14), width=(0.02, 0.055), load=(0.8, 2.6), combed=(0.0, 0.4), dry=(0.0, 0.25),
        soft=(0.06, 0.2), relief=(0.006, 0.016),
    ),
)  # fmt: skip

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
        for k in range(-5, 6):
            turn = 0.11 * k * self.length * self.bend
            u, v = math.sin(turn) / self.bend, (1 - math.cos(turn)) / self.bend
            xs.append(self.x + u * c - v * s)
            ys.append(self.y + u * s + v * c)
        pad = 0.75 * self.width + 0.012
        low, high = (min(xs), min(ys)), (max(xs), max(ys))
        half_x, half_y = (high[0] - low[0]) / 2 + pad, (high[1] - low[1]) / 2 + pad
        return surface.patch((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, half_x, half_y)

    def coordinates(self, patch: Patch) -> tuple[Field, Field]:
        """Distance along the stroke from its middle, with the distance across, for every fine pixel."""
        c, s = np.float32(math.cos(self.heading)), np.float32(math.sin(self.heading))
        right, below = patch.x_1W - np.float32(self.x), patch.y_H1 - np.float32(self.y)
        u_HW, v_HW = right * c + below * s, below * c - right * s
        if abs(self.bend) * self.length < 0.7:
            v_HW -= np.float32(0.5 * self.bend) * u_HW * u_HW
            return u_HW, v_HW
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


def _stroke(rng: np.random.Generator, surface: Surface, strength: float) -> Layer | None:
    """One stroke, or None where it misses the dish."""
    meal = surface.meal
    style = STYLES[min(len(STYLES) - 1, bisect_left(_STYLE_ENDS, rng.random()))]
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
    thickness_HW, shade_HW = _height(rng, patch, path, style, load)
    relief = between(rng, *style.relief) if rng.random() < 0.7 else 0.0
    wet = meal.wetness * between(rng, 0.3, 1) if relief and rng.random() < tint.food.gloss else 0.0
    return deposit(
        rng, surface, patch, thickness_HW, tint, shade_HW=shade_HW,
        contrast=between(rng, 6, 15), relief=relief, wet=wet, dull=between(rng, 0.3, 0.9),
    )  # fmt: skip


def _height(rng: np.random.Generator, patch: Patch, path: Path, style: Style, load: float) -> tuple[Field, Field]:
    """Thickness of one stroke, about 0..1.5 times its load, with its shade, over the patch's fine pixels."""
    combed, dry, soft = (between(rng, *pair) for pair in (style.combed, style.dry, style.soft))
    flecked = between(rng, *style.flecked)
    u_HW, v_HW = path.coordinates(patch)
    # No hand is steady: the path wavers.
    blotch_HW = mottle(rng, patch, between(rng, 0.1, 0.3), NATURAL)
    waver = between(rng, 0.2, 0.8) * path.width
    v_HW = mix(v_HW, 1, blotch_HW, waver, -0.5 * waver)
    comb_HW = streaks(
        rng, patch, u_HW, v_HW, path.length * between(rng, 0.5, 1.3), path.width * between(rng, 0.12, 0.45)
    )
    lines_HW = streaks(rng, patch, u_HW, v_HW, between(rng, 0.25, 0.8), between(rng, 0.012, 0.035), GRAINY)
    grain_HW = mottle(rng, patch, between(rng, 0.03, 0.1), GRAINY if rng.random() < 0.5 else NATURAL)
    across = away_index(v_HW, 0, path.width / 2)
    # Every stripe has an end of its own.
    uneven = 0.35 * (combed + dry)
    along_HW = mix(comb_HW, uneven, lines_HW, uneven, -uneven)
    along_HW = mix(u_HW, 2 / path.length, along_HW, 1)
    room_HW = dome(across)
    room_HW *= dome(away_index(along_HW, 0, 1))
    # Stripes against blotches; the stroke starts loaded and runs dry.
    above_HW = mix(comb_HW, 0.55 * combed, lines_HW, 0.45 * combed, -between(rng, 0.5, 0.72))
    above_HW += mix(grain_HW, 0.5 * (1 - combed), blotch_HW, 0.5 * (1 - combed))
    above_HW += mix(room_HW, 0.5, along_HW, -0.3 * dry)
    cover_HW = smoothstep(0, soft, above_HW)
    cover_HW *= smoothstep(0.0, 0.2, room_HW)
    np.maximum(above_HW, 0, out=above_HW)
    above_HW *= 1.6 * load
    above_HW += 0.3 * load
    if flecked > 0:
        specks = index(mix(grain_HW, 0.6, lines_HW, 0.4), 0.62, 0.78)
        above_HW *= look_up(specks, 1 - flecked + 1.6 * flecked * smooth_table())
    if path.width > 0.06:
        # Sauce is pushed aside in ridges and left in a heap where the tool lifts.
        heap_HW = bell(along_HW, -between(rng, 0.3, 0.7), 1 / 6)
        heap_HW *= grain_HW
        heap_HW *= cover_HW
        aside_HW = look_up(across, _ridge_table())
        aside_HW *= comb_HW
        above_HW += mix(aside_HW, between(rng, 0, 0.9) * load, heap_HW, between(rng, 0, 1.1) * load)
    above_HW *= cover_HW
    return above_HW, mix(grain_HW, 0.35, lines_HW, 0.2, 0.25)


@cache
def _ridge_table() -> Field:
    """Where across a stroke its ridges stand: near either edge."""
    return np.exp(-(((positions() - 0.72) * 7) ** 2)).astype(np.float32)
