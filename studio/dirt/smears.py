"""Sauce wiped over the dish by a spoon, bread or a finger."""

from __future__ import annotations

import math

import numpy as np

from studio.core.registry import DIRT_KINDS
from studio.dirt.deposit import deposit
from studio.dirt.layer import Layer
from studio.dirt.noise import GRAINY, NATURAL, mottle, smoothstep, streaks
from studio.dirt.outline import Field
from studio.dirt.surface import Patch, Surface

STYLES = ("film", "brush", "dab")
STYLE_SHARES = (0.26, 0.46, 0.28)


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
    layers = []
    for _ in range(count):
        style = STYLES[int(np.searchsorted(np.cumsum(STYLE_SHARES), rng.random()))]
        layers.append(_stroke(rng, surface, style, strength))
    return tuple(layer for layer in layers if layer is not None)


def _stroke(rng: np.random.Generator, surface: Surface, style: str, strength: float) -> Layer | None:
    """One stroke, or None where it misses the dish."""
    meal = surface.meal
    rho, theta = meal.place(rng, rim_share=0.06)
    x, y = surface.point(rho, theta)
    grow = 0.65 + 0.35 * strength
    length, width, load = {
        "film": (rng.uniform(0.25, 0.9), rng.uniform(0.08, 0.3), rng.uniform(0.2, 0.65)),
        "brush": (rng.uniform(0.12, 0.6), rng.uniform(0.03, 0.11), rng.uniform(0.5, 1.5)),
        "dab": (rng.uniform(0.05, 0.16), rng.uniform(0.025, 0.06), rng.uniform(0.8, 2.4)),
    }[style]
    length, width = length * grow, width * grow
    round_heading = math.atan2(y, x) + math.pi / 2
    heading = (round_heading if meal.is_round else meal.angle) + rng.normal(0, 0.28)
    if rng.random() < 0.5:
        heading += math.pi
    # A hand draws arcs: about the dish's centre when it wipes round, gently bent otherwise.
    radius = max(0.18, math.hypot(x, y)) * rng.uniform(0.8, 1.6) if meal.is_round else rng.uniform(0.7, 3)
    bend = (1 if rng.random() < (0.85 if meal.is_round else 0.5) else -1) / radius
    if meal.is_round and math.cos(heading - round_heading) < 0:
        bend = -bend
    patch = _around(surface, x, y, heading, bend, length, width)
    tint = meal.sauce(rng)
    seeds = rng.integers(0, 2**32, 2)
    if patch is None:
        return None
    drawn = np.random.default_rng(seeds)
    thickness_HW, shade_HW = _stroke_height(drawn, patch, (x, y), heading, bend, (length, width), style, load)
    thick = style == "dab" or (style == "brush" and drawn.random() < 0.45)
    wet = meal.wetness * drawn.uniform(0.3, 1) if thick and drawn.random() < tint.food.gloss else 0.0
    return deposit(
        drawn,
        surface,
        patch,
        thickness_HW,
        tint,
        shade_HW=shade_HW,
        contrast=drawn.uniform(7, 15),
        relief=drawn.uniform(0.006, 0.016) if thick else 0.0,
        wet=wet,
        dull=drawn.uniform(0.3, 0.9),
    )


def _around(
    surface: Surface, x: float, y: float, heading: float, bend: float, length: float, width: float
) -> Patch | None:
    """The patch that holds a bent stroke."""
    u = np.linspace(-0.62 * length, 0.62 * length, 9)
    v = 0.5 * bend * u * u
    c, s = math.cos(heading), math.sin(heading)
    xs, ys = x + u * c - v * s, y + u * s + v * c
    pad = 0.75 * width + 0.012
    middle_x, middle_y = (xs.min() + xs.max()) / 2, (ys.min() + ys.max()) / 2
    half_x, half_y = (xs.max() - xs.min()) / 2 + pad, (ys.max() - ys.min()) / 2 + pad
    return surface.patch(float(middle_x), float(middle_y), float(half_x), float(half_y))


def _stroke_height(
    rng: np.random.Generator,
    patch: Patch,
    at: tuple[float, float],
    heading: float,
    bend: float,
    extent: tuple[float, float],
    style: str,
    load: float,
) -> tuple[Field, Field]:
    """Thickness of one stroke with its shade, over the patch's fine pixels."""
    length, width = extent
    c, s = math.cos(heading), math.sin(heading)
    u_HW = (patch.x_1W - at[0]) * np.float32(c) + (patch.y_H1 - at[1]) * np.float32(s)
    v_HW = (patch.y_H1 - at[1]) * np.float32(c) - (patch.x_1W - at[0]) * np.float32(s)
    v_HW = v_HW - np.float32(0.5 * bend) * u_HW * u_HW
    # No hand is steady: the path wavers, and its edges do at a finer scale.
    blotch_HW = mottle(rng, patch, float(rng.uniform(0.12, 0.3)), NATURAL)
    waver = np.float32(rng.uniform(0.3, 0.9) * width)
    v_HW += waver * (blotch_HW - np.float32(0.5))
    across_HW = np.abs(v_HW) * np.float32(2 / width)
    along_HW = u_HW * np.float32(2 / length)
    comb_HW = streaks(
        rng,
        patch,
        u_HW,
        v_HW,
        length * float(rng.uniform(0.4, 1.2)),
        width * float(rng.uniform(0.18, 0.5)),
        NATURAL if rng.random() < 0.6 else GRAINY,
    )
    grain_HW = mottle(rng, patch, float(rng.uniform(0.04, 0.12)), GRAINY if rng.random() < 0.5 else NATURAL)
    body_HW = 1 - across_HW * across_HW
    ends_HW = 1 - along_HW * along_HW
    room_HW = np.clip(np.minimum(body_HW, ends_HW), -1, 1)
    combed = float(
        {"film": rng.uniform(0.3, 0.8), "brush": rng.uniform(0.5, 0.9), "dab": rng.uniform(0, 0.4)}[style]
    )
    texture_HW = comb_HW * np.float32(combed) + (0.5 * grain_HW + 0.5 * blotch_HW) * np.float32(1 - combed)
    # The stroke starts loaded and runs dry: stripes break up towards its end.
    dry = float(
        {"film": rng.uniform(0.1, 0.5), "brush": rng.uniform(0.2, 0.8), "dab": rng.uniform(0, 0.25)}[style]
    )
    level_HW = (
        np.float32(rng.uniform(0.3, 0.46)) + np.float32(0.3 * dry) * along_HW - np.float32(0.42) * room_HW
    )
    soft = float(
        {"film": rng.uniform(0.2, 0.5), "brush": rng.uniform(0.06, 0.22), "dab": rng.uniform(0.05, 0.15)}[
            style
        ]
    )
    cover_HW = smoothstep(level_HW, level_HW + np.float32(soft), texture_HW) * smoothstep(
        0, 0.25, room_HW + 0.05
    )
    inner_HW = np.float32(0.35) + np.float32(0.9) * texture_HW * texture_HW
    if style != "dab":
        # Sauce is pushed aside and left in a heap where the tool lifts.
        side = float(rng.uniform(0, 1.2))
        heap = float(rng.uniform(0, 1.5))
        aside_HW = np.exp(-(((across_HW - 0.78) * 6) ** 2)) * (blotch_HW > 0.4)
        lifted_HW = np.exp(-(((along_HW + rng.uniform(0.5, 0.85)) * 5) ** 2)) * grain_HW
        inner_HW = inner_HW + np.float32(side) * aside_HW * comb_HW + np.float32(heap) * lifted_HW
    else:
        inner_HW = inner_HW + np.float32(0.8) * np.clip(room_HW, 0, 1)
    thickness_HW = (np.float32(load) * cover_HW * inner_HW).astype(np.float32, copy=False)
    return thickness_HW, np.clip(0.3 + 0.4 * grain_HW + 0.3 * (comb_HW - 0.5), 0, 1)
