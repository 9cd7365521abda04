"""Splashes of sauce with the drips that run from them."""

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
from studio.dirt.lookups import smoothstep
from studio.dirt.noise import BORDER_PX, CLOUDY, GRAINY, NATURAL, mottle
from studio.dirt.surface import Surface


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


def _drop(rng: np.random.Generator, surface: Surface, strength: float) -> Layer | None:
    """One drop with its satellites, or None where it misses the dish."""
    meal = surface.meal
    x, y = surface.point(*meal.place(rng, rim_share=0.18, groove_share=0.12))
    radius = float(between(rng, 0.014, 0.035 + 0.06 * strength) * between(rng, 0.6, 1.2))
    flung = between(rng, -math.pi, math.pi)
    count = int(rng.poisson(3 + 9 * strength))
    # Far satellites are small and stretched along their flight.
    reach = radius * (1.4 + rng.exponential(2.2, count))
    reach = np.minimum(reach, 0.34)
    angles = flung + rng.vonmises(0, 0.8, count)
    sizes = radius * rng.uniform(0.08, 0.42, count) * np.exp(-1.4 * reach / (reach.max(initial=0.1) + 0.05))
    sizes = np.maximum(sizes, 0.004)
    stretch = 1 + rng.uniform(0, 1.3, count) * reach / 0.34
    lobes = rng.uniform(0.7, 1.3, 14)
    tint = meal.sauce(rng)
    half = float(max(1.7 * radius, (reach + 2 * sizes).max(initial=0.0))) + 0.015
    patch = surface.patch(x, y, half)
    if patch is None:
        return None
    canvas = np.zeros((patch.fine_height, patch.fine_width), np.uint8)
    t = np.arange(14) * (2 * math.pi / 14)
    filled = max(radius - BORDER_PX * patch.step, 0.2 * radius)
    body = patch.pixels(x + filled * lobes * np.cos(t), y + filled * lobes * np.sin(t))
    cv.fillPoly(canvas, [np.round(body * 16).astype(np.int32)], 255, cv.LINE_AA, 4)
    places = patch.pixels(x + reach * np.cos(angles), y + reach * np.sin(angles))
    for place, size, longer, angle in zip(places, sizes / patch.step, stretch, angles, strict=True):
        axes = (max(4, int((size * longer - BORDER_PX) * 16)), max(4, int((size - BORDER_PX) * 16)))
        at = (int(place[0] * 16), int(place[1] * 16))
        cv.ellipse(canvas, at, axes, math.degrees(angle), 0, 360, 255, -1, cv.LINE_AA, 4)
    # A little blur and a threshold draw near drops together, as a liquid does.
    soft_px = max(0.6, 0.16 * radius / patch.step)
    height_HW = blurred(canvas.astype(np.float32), soft_px)
    height_HW *= np.float32(1 / 255)
    wobble_HW = mottle(rng, patch, max(0.03, 1.2 * radius), CLOUDY)
    grain_HW = mottle(rng, patch, between(rng, 0.025, 0.06), GRAINY if rng.random() < 0.5 else NATURAL)
    thickness_HW = smoothstep(0.3, 0.48, height_HW * (np.float32(0.6) * wobble_HW + np.float32(0.7)))
    load = between(rng, 0.35, 2.0)
    # Drying draws the sauce to the edge and leaves the middle thinner.
    dried = between(rng, 0, 0.6) * (1 - meal.wetness * 0.6)
    left_HW = smoothstep(0.6, 1.0, height_HW)
    left_HW *= np.float32(-dried)
    left_HW += 1
    thickness_HW *= left_HW
    wobble_HW *= grain_HW
    wobble_HW *= np.float32(0.8 * load)
    wobble_HW += np.float32(0.6 * load)
    thickness_HW *= wobble_HW
    is_thick = load > 1.0
    wet = meal.wetness * between(rng, 0.4, 1) if rng.random() < tint.food.gloss else 0.0
    return deposit(
        rng,
        surface,
        patch,
        thickness_HW,
        tint,
        shade_HW=np.float32(0.5) * grain_HW + np.float32(0.25),
        contrast=between(rng, 6, 12),
        relief=between(rng, 0.006, 0.014) if is_thick else 0.0,
        wet=wet if is_thick else 0.0,
    )


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


def _run(rng: np.random.Generator, surface: Surface, strength: float) -> Layer | None:
    """One run, or None where it misses the dish."""
    meal = surface.meal
    theta = meal.side + float(rng.vonmises(0, meal.lopsidedness))
    start = between(rng, 0.55, 0.96)
    x, y = surface.point(start, theta)
    steps = 16
    length = between(rng, 0.12, 0.25 + 0.4 * strength)
    sway = np.cumsum(rng.normal(0, between(rng, 0.04, 0.13), steps))
    heading = theta + math.pi + float(rng.normal(0, 0.25)) + sway - sway[0]
    xs = x + np.concatenate([[0], np.cumsum(np.cos(heading))]) * length / steps
    ys = y + np.concatenate([[0], np.cumsum(np.sin(heading))]) * length / steps
    width = between(rng, 0.006, 0.017)
    widths = width * (0.5 + 0.5 * np.linspace(1, 0, steps + 1) ** 2) * rng.uniform(0.45, 1.3, steps + 1)
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
    height_HW *= np.float32(1 / 255)
    grain_HW = mottle(rng, patch, 0.07, NATURAL)
    # Most runs break into beads on a greasy wall.
    thickness_HW = smoothstep(0.2, 0.45, height_HW * (np.float32(1.25) * grain_HW + np.float32(0.3)))
    height_HW *= grain_HW + np.float32(0.3)
    height_HW += np.float32(0.3)
    thickness_HW *= height_HW
    thickness_HW *= np.float32(between(rng, 0.4, 1.8))
    wet = meal.wetness * between(rng, 0.4, 1) if rng.random() < tint.food.gloss else 0.0
    return deposit(
        rng,
        surface,
        patch,
        thickness_HW,
        tint,
        shade_HW=np.float32(0.5) * grain_HW + np.float32(0.25),
        contrast=7.0,
        relief=between(rng, 0.006, 0.012),
        wet=wet,
    )
