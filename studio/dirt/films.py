"""Films that dry on the dish: grease, rings, soap."""

from __future__ import annotations

import math

import numpy as np

from studio.core.registry import DIRT_KINDS
from studio.dirt.deposit import deposit
from studio.dirt.layer import Layer
from studio.dirt.noise import CLOUDY, GRAINY, NATURAL, mottle, smoothstep, streaks
from studio.dirt.outline import Field
from studio.dirt.palette import GREASE, SOAP, STARCH, Tint
from studio.dirt.surface import Patch, Surface


@DIRT_KINDS.register(
    "grease",
    title="Grease",
    help="A yellowish film that dulls the shine, wiped through here and there.",
    strength=0.4,
)
def grease(rng: np.random.Generator, surface: Surface, strength: float) -> tuple[Layer, ...]:
    """Patches of fat with droplets.

    Args:
        rng: draws number, place and shape.
        surface: the dish.
        strength: 0 none, 1 three thick patches.

    Returns:
        one layer for each patch.
    """
    if strength <= 0:
        return ()
    layers = []
    for _ in range(1 + int(rng.random() < strength) + int(rng.random() < strength * 0.6)):
        x, y = surface.point(*surface.meal.place(rng, rim_share=0.0, groove_share=0.2))
        size = float(rng.uniform(0.22, 0.4 + 0.3 * strength))
        load = float(rng.uniform(0.5, 0.9) * (0.35 + 1.1 * strength))
        angle = surface.meal.angle + float(rng.normal(0, 0.4))
        tint = Tint.draw(rng, GREASE)
        patch = surface.patch(x, y, 1.25 * size)
        seeds = rng.integers(0, 2**32, 2)
        if patch is None:
            continue
        drawn = np.random.default_rng(seeds)
        distance_HW = np.sqrt((patch.x_1W - x) ** 2 + (patch.y_H1 - y) ** 2) / size
        cloud_HW = mottle(drawn, patch, float(drawn.uniform(0.3, 0.7)), CLOUDY)
        wiped_HW = mottle(drawn, patch, 0.07, NATURAL, stretch=float(drawn.uniform(4, 10)), angle=angle)
        level_HW = 1 - distance_HW + np.float32(drawn.uniform(0.4, 0.9)) * (cloud_HW - np.float32(0.5))
        film_HW = smoothstep(0.0, float(drawn.uniform(0.25, 0.8)), level_HW)
        # Fat gathers in droplets; a cloth or a fork leaves stripes.
        drops_HW = smoothstep(0.86, 0.93, mottle(drawn, patch, float(drawn.uniform(0.02, 0.04)), CLOUDY))
        striped = np.float32(drawn.uniform(0.1, 0.7))
        body_HW = 1 - striped * wiped_HW + np.float32(drawn.uniform(0, 1.2)) * drops_HW
        rim_HW = np.exp(-((level_HW * 16) ** 2)) * np.float32(drawn.uniform(0, 0.4))
        thickness_HW = np.float32(load) * (film_HW * body_HW + rim_HW)
        wet = float(drawn.uniform(0.3, 0.9)) * strength
        dull = float(drawn.uniform(0.6, 1.0))
        layers.append(
            deposit(drawn, surface, patch, thickness_HW, tint, shade_HW=cloud_HW, relief=0.006, wet=wet, dull=dull)
        )
    return tuple(layers)


@DIRT_KINDS.register(
    "ring",
    title="Dried rings",
    help="Tide lines where a sauce, soup or cup stood and dried.",
    strength=0.35,
)
def ring(rng: np.random.Generator, surface: Surface, strength: float) -> tuple[Layer, ...]:
    """Tide lines, parallel to the rim or around a puddle.

    Args:
        rng: draws number, place and colour.
        surface: the dish.
        strength: 0 none, 1 about four rings.

    Returns:
        one layer for each ring.
    """
    if strength <= 0:
        return ()
    layers = []
    for _ in range(math.ceil(strength * rng.uniform(1.5, 4))):
        is_tide = bool(rng.random() < 0.45)
        rho, theta = surface.meal.place(rng, rim_share=0.0, groove_share=0.1)
        at = surface.point(rho, theta)
        level = float(rng.uniform(0.3, 0.92))
        size = float(rng.uniform(0.05, 0.16 + 0.16 * strength))
        middle, span = (
            surface.meal.side + float(rng.normal(0, 0.8)),
            float(rng.uniform(0.5, 1.2 + 1.6 * strength)),
        )
        tint = surface.meal.sauce(rng) if rng.random() < 0.75 else Tint.draw(rng, STARCH)
        load = float(rng.uniform(0.3, 0.9) * (0.5 + 0.7 * strength))
        patch = _arc_patch(surface, level, middle, span) if is_tide else surface.patch(*at, 1.4 * size)
        seeds = rng.integers(0, 2**32, 2)
        if patch is None:
            continue
        drawn = np.random.default_rng(seeds)
        tide = _tide(drawn, surface, patch, level, middle, span) if is_tide else None
        height_HW = _puddle(drawn, patch, at, size) if tide is None else tide
        shade_HW = mottle(drawn, patch, 0.06, NATURAL)
        thickness_HW = (load * height_HW * (0.55 + 0.9 * shade_HW)).astype(np.float32)
        layers.append(deposit(drawn, surface, patch, thickness_HW, tint, shade_HW=shade_HW, contrast=8.0, dull=0.5))
    return tuple(layers)


def _arc_patch(surface: Surface, level: float, middle: float, span: float) -> Patch | None:
    """The patch that holds an arc parallel to the rim."""
    places = np.array([surface.point(level, middle + span * (k / 8 - 1)) for k in range(17)])
    low, high = places.min(0), places.max(0)
    (x, y), (half_x, half_y) = (low + high) / 2, (high - low) / 2 + 0.12
    return surface.patch(float(x), float(y), float(half_x), float(half_y))


def _tide(rng: np.random.Generator, surface: Surface, patch: Patch, level: float, middle: float, span: float) -> Field:
    """An arc parallel to the rim, sharp outside where the level stood, fading inwards."""
    rho_HW, theta_HW = surface.rho_theta(patch)
    wobble_HW = mottle(rng, patch, float(rng.uniform(0.2, 0.5)), CLOUDY)
    rho_HW = rho_HW + np.float32(rng.uniform(0.02, 0.1)) * (wobble_HW - 0.5)
    away_HW = np.abs(np.remainder(theta_HW - middle + math.pi, 2 * math.pi) - math.pi)
    fade_HW = smoothstep(0.0, 0.35, (1 - away_HW / span).astype(np.float32) + 0.5 * (wobble_HW - 0.5))
    fine = float(rng.uniform(0.005, 0.014))
    inwards_HW = level - rho_HW
    line_HW = np.exp(-((inwards_HW / fine) ** 2))
    film_HW = smoothstep(-fine, fine, inwards_HW) * np.exp(-np.maximum(inwards_HW, 0) / float(rng.uniform(0.02, 0.09)))
    broken_HW = smoothstep(0.3, 0.55, mottle(rng, patch, 0.08, NATURAL))
    body_HW = line_HW * (0.25 + broken_HW) + 0.45 * film_HW * (0.3 + 0.7 * broken_HW)
    height_HW: Field = (fade_HW * body_HW).astype(np.float32)
    return height_HW


def _puddle(rng: np.random.Generator, patch: Patch, at: tuple[float, float], size: float) -> Field:
    """A dried puddle: a thin film within a darker line."""
    distance_HW = np.sqrt((patch.x_1W - at[0]) ** 2 + (patch.y_H1 - at[1]) ** 2) / size
    inwards_HW = 1 - distance_HW + np.float32(rng.uniform(0.2, 0.65)) * (mottle(rng, patch, 2 * size, CLOUDY) - 0.5)
    fine = float(rng.uniform(0.05, 0.1))
    line_HW = np.exp(-(((inwards_HW - 0.06) / fine) ** 2))
    grain_HW = mottle(rng, patch, 0.04, GRAINY)
    second_HW = np.exp(-(((inwards_HW - rng.uniform(0.25, 0.45)) / (0.7 * fine)) ** 2)) * float(rng.uniform(0, 0.6))
    film_HW = smoothstep(0.0, 0.1, inwards_HW) * float(rng.uniform(0.08, 0.5))
    height_HW = (line_HW + second_HW) * (0.35 + grain_HW) + film_HW * (0.5 + grain_HW)
    return height_HW.astype(np.float32)


# Weak by default: clear water drops and puddles are what *clean* dishes show, so this is dried soap and starch
# (pale, grainy, matt), and little of it.
@DIRT_KINDS.register(
    "residue",
    title="Dried residue",
    help="Pale streaks of dried soap and starch; clean wet dishes look much like it, so keep it weak.",
    strength=0.15,
)
def residue(rng: np.random.Generator, surface: Surface, strength: float) -> tuple[Layer, ...]:
    """Pale dried streaks with tide lines.

    Args:
        rng: draws number, place and shape.
        surface: the dish.
        strength: 0 none, 1 about eight streaks.

    Returns:
        one layer for each streak.
    """
    if strength <= 0:
        return ()
    layers = []
    angle = surface.meal.angle + float(rng.normal(0, 0.3))
    for _ in range(math.ceil(strength * rng.uniform(4, 9))):
        x, y = surface.point(*surface.meal.place(rng, rim_share=0.05, groove_share=0.1))
        length, width = float(rng.uniform(0.15, 0.45)), float(rng.uniform(0.05, 0.16))
        heading = angle + float(rng.normal(0, 0.2))
        tint = Tint.draw(rng, SOAP if rng.random() < 0.55 else STARCH)
        load = float(rng.uniform(0.5, 1.1) * (0.5 + 0.9 * strength))
        c, s = abs(math.cos(heading)), abs(math.sin(heading))
        patch = surface.patch(x, y, length * c + width * s + 0.03, length * s + width * c + 0.03)
        seeds = rng.integers(0, 2**32, 2)
        if patch is None:
            continue
        thickness_HW, shade_HW = _dried_streak(np.random.default_rng(seeds), patch, (x, y), heading, length, width)
        layers.append(
            deposit(rng, surface, patch, load * thickness_HW, tint, shade_HW=shade_HW, contrast=6.0, dull=0.8)
        )
    return tuple(layers)


def _dried_streak(
    rng: np.random.Generator,
    patch: Patch,
    at: tuple[float, float],
    heading: float,
    length: float,
    width: float,
) -> tuple[Field, Field]:
    """Thickness of one run of soapy water that dried, with its shade."""
    c, s = np.float32(math.cos(heading)), np.float32(math.sin(heading))
    u_HW = (patch.x_1W - at[0]) * c + (patch.y_H1 - at[1]) * s
    v_HW = (patch.y_H1 - at[1]) * c - (patch.x_1W - at[0]) * s
    cloud_HW = mottle(rng, patch, float(rng.uniform(0.12, 0.3)), CLOUDY)
    room_HW = 1 - np.sqrt((u_HW / length) ** 2 + (v_HW / width) ** 2) + 0.9 * (cloud_HW - 0.5)
    comb_HW = streaks(rng, patch, u_HW, v_HW, 0.9 * length, float(rng.uniform(0.02, 0.06)), NATURAL)
    grain_HW = mottle(rng, patch, 0.03, GRAINY)
    film_HW = smoothstep(0.0, 0.2, room_HW) * (0.15 + 0.75 * smoothstep(0.35, 0.9, comb_HW)) * (0.4 + 0.9 * grain_HW)
    line_HW = np.exp(-(((room_HW - 0.03) / 0.035) ** 2)) * (0.3 + 0.8 * grain_HW)
    return (0.8 * film_HW + float(rng.uniform(0.3, 1.0)) * line_HW).astype(np.float32), grain_HW
