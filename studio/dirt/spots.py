"""Splashes of sauce with the drips that run from them."""

from __future__ import annotations

import math
from functools import cache, partial

import numpy as np

from studio.core.registry import DIRT_KINDS
from studio.dirt import cv
from studio.dirt.blur import blurred
from studio.dirt.chance import Chance
from studio.dirt.deposit import deposit
from studio.dirt.draws import between
from studio.dirt.layer import Layer, Mark, deferred
from studio.dirt.lookups import index, look_up, mix, smooth_table, smoothstep
from studio.dirt.noise import BORDER_PX, CLOUDY, GRAINY, NATURAL, mottle
from studio.dirt.outline import Floats
from studio.dirt.surface import Surface

CORNERS = 14
"""Of a drop's outline."""


@DIRT_KINDS.register(
    "splash",
    title="Splashes",
    help="Drops of sauce with small ones flung around them.",
    strength=0.5,
)
def splash(rng: np.random.Generator, surface: Surface, strength: float) -> tuple[Mark, ...]:
    """Drops with satellites, flung outwards.

    Args:
        rng: draws number, place, shape and colour.
        surface: the dish.
        strength: 0 none, 1 about eight drops.

    Returns:
        one mark for each drop with its satellites.
    """
    if strength <= 0:
        return ()
    count = math.ceil(strength * between(rng, 5, 11))
    return deferred(rng, count, partial(_drop, surface=surface, strength=strength))


def _drop(rng: Chance, surface: Surface, strength: float) -> Layer | None:
    """One drop with its satellites, or None where it misses the dish."""
    meal = surface.meal
    x, y = surface.point(*meal.place(rng, rim_share=0.18, groove_share=0.12))
    radius = float(between(rng, 0.014, 0.035 + 0.06 * strength) * between(rng, 0.6, 1.2))
    flung = between(rng, -math.pi, math.pi)
    flying = rng.uniforms(0, 1, rng.poisson(3 + 9 * strength), 4).tolist()
    tint = meal.sauce(rng)
    satellites = [_satellite(radius, flung, *numbers) for numbers in flying]
    reaches = [(0.0, 0.0, 1.7 * radius)] + [(right, down, long) for right, down, _, long, _ in satellites]
    left, right = min(at - size for at, _, size in reaches), max(at + size for at, _, size in reaches)
    top, bottom = min(at - size for _, at, size in reaches), max(at + size for _, at, size in reaches)
    half_x, half_y = (right - left) / 2 + 0.015, (bottom - top) / 2 + 0.015
    patch = surface.patch(x + (left + right) / 2, y + (top + bottom) / 2, half_x, half_y)
    if patch is None:
        return None
    canvas = np.zeros((patch.fine_height, patch.fine_width), np.uint8)
    # OpenCV draws in sixteenths of a pixel here.
    per, border = 16 / patch.step, 16 * BORDER_PX
    middle_x, middle_y = (x - patch.first_x) * per, (y - patch.first_y) * per
    body = rng.uniforms(0.7, 1.3, CORNERS, 1) * (max(radius * per - border, 0.2 * radius * per) * _around())
    body += (middle_x, middle_y)
    cv.fillPoly(canvas, np.rint(body).astype(np.int32)[None], 255, cv.LINE_AA, 4)
    for at_x, at_y, short, long, angle in satellites:
        axes = max(4, int(long * per - border)), max(4, int(short * per - border))
        place = int(middle_x + at_x * per), int(middle_y + at_y * per)
        cv.ellipse(canvas, place, axes, angle, 0, 360, 255, -1, cv.LINE_AA, 4)
    # A little blur and a threshold draw near drops together, as a liquid does.
    soft_px = max(0.6, 0.16 * radius / patch.step)
    height_HW = blurred(canvas.astype(np.float32), soft_px)
    wobble_HW = mottle(rng, patch, max(0.03, 1.2 * radius), CLOUDY)
    grain_HW = mottle(rng, patch, between(rng, 0.025, 0.06), GRAINY if rng.random() < 0.5 else NATURAL)
    ragged_HW = mix(wobble_HW, 0.6 / 255, wobble_HW, 0, 0.7 / 255)
    ragged_HW *= height_HW
    thickness_HW = smoothstep(0.3, 0.48, ragged_HW)
    load = between(rng, 0.35, 2.0)
    # Drying draws the sauce to the edge and leaves the middle thinner.
    dried = between(rng, 0, 0.6) * (1 - meal.wetness * 0.6)
    loads = load * (1 - dried * smooth_table())
    thickness_HW *= look_up(index(height_HW, 0.6 * 255, 255), loads.astype(np.float32))
    wobble_HW *= grain_HW
    thickness_HW *= mix(wobble_HW, 0.8, wobble_HW, 0, 0.6)
    is_thick = load > 1.0
    wet = meal.wetness * between(rng, 0.4, 1) if is_thick and rng.random() < tint.food.gloss else 0.0
    return deposit(
        rng, surface, patch, thickness_HW, tint, shade_HW=grain_HW, shades=(0.25, 0.75),
        contrast=between(rng, 6, 12), relief=between(rng, 0.006, 0.014) if is_thick else 0.0, wet=wet,
    )  # fmt: skip


def _satellite(
    radius: float, flung: float, away: float, size: float, longer: float, turn: float
) -> tuple[float, float, float, float, float]:
    """A small drop that flew off a larger one, by four numbers of 0..1.

    Returns:
        how far right and down it lies, its half width and its half length, in dish radii; its direction in degrees.
    """
    reach = min(radius * (1.4 - 2.2 * math.log(1 - away)), 0.34)
    angle = flung + 0.75 * math.log((turn + 1e-3) / (1 - turn + 1e-3))
    # Far ones are small and stretched along their flight.
    half = max(radius * (0.08 + 0.34 * size) * math.exp(-0.17 * reach / radius), 0.004)
    return (
        reach * math.cos(angle),
        reach * math.sin(angle),
        half,
        half * (1 + 3.8 * longer * reach),
        math.degrees(angle),
    )


@cache
def _around() -> Floats:
    """The corners of a drop of radius 1."""
    turns = np.arange(CORNERS) * (2 * math.pi / CORNERS)
    return np.stack([np.cos(turns), np.sin(turns)], 1)


@DIRT_KINDS.register(
    "drip",
    title="Drips",
    help="Runs of sauce down the wall, with a bead at the end.",
    strength=0.2,
)
def drip(rng: np.random.Generator, surface: Surface, strength: float) -> tuple[Mark, ...]:
    """Runs from the wall towards the middle.

    Args:
        rng: draws number, place, shape and colour.
        surface: the dish.
        strength: 0 none, 1 about six runs.

    Returns:
        one mark for each run.
    """
    if strength <= 0:
        return ()
    count = math.ceil(strength * between(rng, 2.5, 6))
    return deferred(rng, count, partial(_run, surface=surface, strength=strength))


def _run(rng: Chance, surface: Surface, strength: float) -> Layer | None:
    """One run, or None where it misses the dish."""
    meal = surface.meal
    theta = meal.side + rng.angle(meal.lopsidedness)
    start = between(rng, 0.55, 0.96)
    x, y = surface.point(start, theta)
    steps = 16
    length = between(rng, 0.12, 0.25 + 0.4 * strength)
    sway = np.cumsum(rng.normals(between(rng, 0.04, 0.13), steps))
    heading = theta + math.pi + rng.normal(0, 0.25) + sway - sway[0]
    xs = x + np.concatenate([[0], np.cumsum(np.cos(heading))]) * length / steps
    ys = y + np.concatenate([[0], np.cumsum(np.sin(heading))]) * length / steps
    width = between(rng, 0.006, 0.017)
    widths = width * (0.5 + 0.5 * np.linspace(1, 0, steps + 1) ** 2) * rng.uniforms(0.45, 1.3, steps + 1)
    bead = width * between(rng, 0.9, 1.6)
    head = width * between(rng, 1.2, 3.2)
    tint = meal.sauce(rng)
    pad = 2.2 * max(bead, head) + 0.01
    patch = surface.patch(
        float((xs.min() + xs.max()) / 2),
        float((ys.min() + ys.max()) / 2),
        float((xs.max() - xs.min()) / 2 + pad),
        float((ys.max() - ys.min()) / 2 + pad),
    )
    if patch is None:
        return None
    canvas = np.zeros((patch.fine_height, patch.fine_width), np.uint8)
    places = np.round(patch.pixels(xs, ys) * 16).astype(np.int32)
    for k in range(steps):
        line_px = max(1, round(2 * float(widths[k]) / patch.step - BORDER_PX))
        cv.line(canvas, tuple(map(int, places[k])), tuple(map(int, places[k + 1])), 190, line_px, cv.LINE_AA, 4)
    for place, size in ((places[-1], bead), (places[0], head)):
        cv.circle(
            canvas, tuple(map(int, place)), max(4, int(16 * (size / patch.step - BORDER_PX))), 255, -1, cv.LINE_AA, 4
        )
    height_HW = blurred(canvas.astype(np.float32), max(0.6, 0.4 * width / patch.step))
    grain_HW = mottle(rng, patch, 0.07, NATURAL)
    # Most runs break into beads on a greasy wall.
    beads_HW = mix(grain_HW, 1.25 / 255, grain_HW, 0, 0.3 / 255)
    beads_HW *= height_HW
    height_HW *= grain_HW
    load = between(rng, 0.4, 1.8)
    thickness_HW = smoothstep(0.2, 0.45, beads_HW)
    thickness_HW *= mix(beads_HW, load, height_HW, -0.25 / 255 * load, 0.3 * load)
    wet = meal.wetness * between(rng, 0.4, 1) if rng.random() < tint.food.gloss else 0.0
    return deposit(
        rng,
        surface,
        patch,
        thickness_HW,
        tint,
        shade_HW=grain_HW,
        shades=(0.25, 0.75),
        contrast=7.0,
        relief=between(rng, 0.006, 0.012),
        wet=wet,
    )
