"""Sauce wiped over the dish by a spoon, bread or a finger."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from studio.core.registry import DIRT_KINDS
from studio.dirt import cv
from studio.dirt.deposit import deposit
from studio.dirt.layer import Layer
from studio.dirt.noise import GRAINY, NATURAL, mottle, smoothstep, streaks
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


@DIRT_KINDS.register(
    "smear",
    title="Smears",
    help="Sauce wiped by a spoon or bread: streaked films with broken edges.",
    strength=0.9,
)
def smear(rng: np.random.Generator, surface: Surface, strength: float) -> tuple[Layer, ...]:
    """Strokes of sauce, which follow the way the dish was wiped.

    Args:
        rng: draws number, place, shape and colour.
        surface: the dish.
        strength: 0 none, 1 about twenty strokes.

    Returns:
        one layer for each stroke.
    """
    count = math.ceil(strength * rng.uniform(8, 20)) if strength > 0 else 0
    ends = np.cumsum([style.share for style in STYLES])
    layers = []
    for _ in range(count):
        style = STYLES[min(len(STYLES) - 1, int(np.searchsorted(ends, rng.random())))]
        layers.append(_stroke(rng, surface, style, strength))
    return tuple(layer for layer in layers if layer is not None)


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
        turn = np.linspace(-0.55 * self.length, 0.55 * self.length, 11) * self.bend
        u, v = np.sin(turn) / self.bend, (1 - np.cos(turn)) / self.bend
        c, s = math.cos(self.heading), math.sin(self.heading)
        xs, ys = self.x + u * c - v * s, self.y + u * s + v * c
        pad = 0.75 * self.width + 0.012
        low, high = (float(xs.min()), float(ys.min())), (float(xs.max()), float(ys.max()))
        half_x, half_y = (high[0] - low[0]) / 2 + pad, (high[1] - low[1]) / 2 + pad
        return surface.patch((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, half_x, half_y)

    def coordinates(self, patch: Patch) -> tuple[Field, Field]:
        """Distance along the stroke from its middle, with the distance across, for every fine pixel."""
        c, s = np.float32(math.cos(self.heading)), np.float32(math.sin(self.heading))
        right, below = patch.x_1W - np.float32(self.x), patch.y_H1 - np.float32(self.y)
        u_HW, v_HW = right * c + below * s, below * c - right * s
        if abs(self.bend) * self.length < 0.7:
            return u_HW, v_HW - np.float32(0.5 * self.bend) * u_HW * u_HW
        radius = 1 / self.bend
        side = np.float32(math.copysign(1, self.bend))
        # Measured from the far side of the circle, so that the jump of the angle lies away from the stroke.
        distance_HW, angle_HW = cv.cartToPolar((v_HW - np.float32(radius)) * side, -u_HW)
        return (angle_HW - np.float32(math.pi)) * np.float32(abs(radius)), np.float32(radius) - distance_HW * side


def _stroke(rng: np.random.Generator, surface: Surface, style: Style, strength: float) -> Layer | None:
    """One stroke, or None where it misses the dish."""
    meal = surface.meal
    x, y = surface.point(*meal.place(rng, rim_share=0.06))
    grow = 0.65 + 0.35 * strength
    length, width = float(rng.uniform(*style.length)) * grow, float(rng.uniform(*style.width)) * grow
    load = float(rng.uniform(*style.load))
    around = math.atan2(y, x) + math.pi / 2
    heading = (around if meal.is_round else meal.angle) + float(rng.normal(0, 0.28))
    # A hand draws arcs: about the dish's centre when it wipes round, gently bent otherwise.
    if meal.is_round:
        bend = 1 / (max(0.2, math.hypot(x, y)) * float(rng.uniform(0.85, 1.5)))
    else:
        bend = float(rng.choice([-1, 1])) / float(rng.uniform(0.7, 3))
    if rng.random() < 0.5:
        heading, bend = heading + math.pi, -bend
    path = Path(x=x, y=y, heading=heading, bend=bend, length=min(length, 3.2 / abs(bend)), width=width)
    tint = meal.sauce(rng)
    seeds = rng.integers(0, 2**32, 2)
    patch = path.patch(surface)
    if patch is None:
        return None
    drawn = np.random.default_rng(seeds)
    thickness_HW, shade_HW = _height(drawn, patch, path, style)
    relief = float(drawn.uniform(*style.relief)) if drawn.random() < 0.7 else 0.0
    wet = meal.wetness * float(drawn.uniform(0.3, 1)) if relief and drawn.random() < tint.food.gloss else 0.0
    return deposit(
        drawn, surface, patch, np.float32(load) * thickness_HW, tint, shade_HW=shade_HW,
        contrast=float(drawn.uniform(6, 15)), relief=relief, wet=wet, dull=float(drawn.uniform(0.3, 0.9)),
    )  # fmt: skip


def _height(rng: np.random.Generator, patch: Patch, path: Path, style: Style) -> tuple[Field, Field]:
    """Thickness of one stroke, about 0..1.5, with its shade, over the patch's fine pixels."""

    def draw(low: float, high: float) -> np.float32:
        return np.float32(rng.uniform(low, high))

    combed, dry, soft = (draw(*pair) for pair in (style.combed, style.dry, style.soft))
    flecked = draw(*style.flecked)
    u_HW, v_HW = path.coordinates(patch)
    # No hand is steady: the path wavers.
    blotch_HW = mottle(rng, patch, float(draw(0.1, 0.3)), NATURAL)
    v_HW = v_HW + draw(0.2, 0.8) * np.float32(path.width) * (blotch_HW - np.float32(0.5))
    comb_HW = streaks(rng, patch, u_HW, v_HW, float(path.length * draw(0.5, 1.3)), float(path.width * draw(0.12, 0.45)))
    lines_HW = streaks(rng, patch, u_HW, v_HW, float(draw(0.25, 0.8)), float(draw(0.012, 0.035)), GRAINY)
    grain_HW = mottle(rng, patch, float(draw(0.03, 0.1)), GRAINY if rng.random() < 0.5 else NATURAL)
    across_HW = np.abs(v_HW) * np.float32(2 / path.width)
    # Every stripe has an end of its own.
    along_HW = u_HW * np.float32(2 / path.length) + (comb_HW + lines_HW - 1) * (np.float32(0.35) * (combed + dry))
    room_HW = np.maximum(1 - across_HW * across_HW, 0) * np.maximum(1 - along_HW * along_HW, 0)
    stripes_HW = np.float32(0.55) * comb_HW + np.float32(0.45) * lines_HW
    blotches_HW = np.float32(0.5) * (grain_HW + blotch_HW)
    texture_HW = stripes_HW * combed + blotches_HW * (1 - combed)
    # The stroke starts loaded and runs dry.
    above_HW = texture_HW + np.float32(0.5) * room_HW - (draw(0.5, 0.72) + np.float32(0.3) * dry * along_HW)
    cover_HW = smoothstep(0, float(soft), above_HW) * smoothstep(0.0, 0.2, room_HW)
    inner_HW = np.float32(0.3) + np.float32(1.6) * np.maximum(above_HW, 0)
    if flecked > 0:
        specks_HW = smoothstep(0.62, 0.78, grain_HW * np.float32(0.6) + lines_HW * np.float32(0.4))
        inner_HW = inner_HW * (1 - flecked + flecked * np.float32(1.6) * specks_HW)
    if path.width > 0.06:
        # Sauce is pushed aside in ridges and left in a heap where the tool lifts.
        aside_HW = np.exp(-(((across_HW - np.float32(0.72)) * 7) ** 2)) * comb_HW
        heap_HW = np.exp(-(((along_HW + draw(0.3, 0.7)) * 6) ** 2)) * grain_HW
        inner_HW = inner_HW + draw(0, 0.9) * aside_HW + draw(0, 1.1) * heap_HW * cover_HW
    shade_HW = np.float32(0.25) + np.float32(0.35) * grain_HW + np.float32(0.2) * lines_HW
    return cover_HW * inner_HW, shade_HW
