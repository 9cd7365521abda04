"""Films that dry on the dish: grease, rings, soap."""

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
from studio.dirt.lookups import bell, mix, smoothstep
from studio.dirt.noise import CLOUDY, GRAINY, NATURAL, mottle, soft_mottle, streaks
from studio.dirt.outline import Field
from studio.dirt.palette import GREASE, SOAP, STARCH, Tint
from studio.dirt.patch import Patch
from studio.dirt.surface import Surface


@DIRT_KINDS.register(
    "grease",
    title="Grease",
    help="A yellowish film that dulls the shine, wiped through here and there.",
    strength=0.4,
)
def grease(rng: np.random.Generator, surface: Surface, strength: float) -> tuple[Mark, ...]:
    """Patches of fat with droplets.

    Args:
        rng: draws number, place and shape.
        surface: the dish.
        strength: 0 none, 1 three thick patches.

    Returns:
        one mark for each patch.
    """
    if strength <= 0:
        return ()
    count = 1 + int(rng.random() < strength) + int(rng.random() < strength * 0.6)
    return deferred(rng, count, partial(_greasy, surface=surface, strength=strength))


def _greasy(rng: Chance, surface: Surface, strength: float) -> Layer | None:
    """One patch of fat, or None where it misses the dish."""
    x, y = surface.point(*surface.meal.place(rng, rim_share=0.0, groove_share=0.2))
    size = between(rng, 0.22, 0.4 + 0.3 * strength)
    load = between(rng, 0.5, 0.9) * (0.35 + 1.1 * strength)
    angle = surface.meal.angle + rng.normal(0, 0.4)
    tint = Tint.draw(rng, GREASE)
    patch = surface.patch(x, y, 1.25 * size)
    if patch is None:
        return None
    cloud_HW = soft_mottle(rng, patch, between(rng, 0.3, 0.7), CLOUDY)
    wiped_HW = soft_mottle(rng, patch, 0.07, NATURAL, stretch=between(rng, 4, 10), angle=angle)
    ragged = between(rng, 0.4, 0.9)
    level_HW = mix(patch.distance(x, y), -1 / size, cloud_HW, ragged, 1 - 0.5 * ragged)
    film_HW = smoothstep(0.0, between(rng, 0.25, 0.8), level_HW)
    # Fat gathers in droplets; a cloth or a fork leaves stripes.
    drops_HW = smoothstep(0.86, 0.93, mottle(rng, patch, between(rng, 0.02, 0.04), CLOUDY))
    film_HW *= mix(drops_HW, between(rng, 0, 1.2), wiped_HW, -between(rng, 0.1, 0.7), 1)
    film_HW = mix(film_HW, load, bell(level_HW, 0, 1 / 16), between(rng, 0, 0.4) * load)
    wet, dull = between(rng, 0.3, 0.9) * strength, between(rng, 0.6, 1.0)
    return deposit(rng, surface, patch, film_HW, tint, shade_HW=cloud_HW, relief=0.006, wet=wet, dull=dull)


@DIRT_KINDS.register(
    "ring",
    title="Dried rings",
    help="Tide lines where a sauce, soup or cup stood and dried.",
    strength=0.35,
)
def ring(rng: np.random.Generator, surface: Surface, strength: float) -> tuple[Mark, ...]:
    """Tide lines, parallel to the rim or around a puddle.

    Args:
        rng: draws number, place and colour.
        surface: the dish.
        strength: 0 none, 1 about four rings.

    Returns:
        one mark for each ring.
    """
    if strength <= 0:
        return ()
    count = math.ceil(strength * between(rng, 1.5, 4))
    return deferred(rng, count, partial(_line, surface=surface, strength=strength))


def _line(rng: Chance, surface: Surface, strength: float) -> Layer | None:
    """One tide line, or None where it misses the dish."""
    is_tide = bool(rng.random() < 0.45)
    rho, theta = surface.meal.place(rng, rim_share=0.0, groove_share=0.1)
    at = surface.point(rho, theta)
    level = between(rng, 0.3, 0.92)
    size = between(rng, 0.05, 0.16 + 0.16 * strength)
    middle, span = surface.meal.side + rng.normal(0, 0.8), between(rng, 0.5, 1.2 + 1.6 * strength)
    tint = surface.meal.sauce(rng) if rng.random() < 0.75 else Tint.draw(rng, STARCH)
    load = between(rng, 0.3, 0.9) * (0.5 + 0.7 * strength)
    patch = _arc_patch(surface, level, middle, span) if is_tide else surface.patch(*at, 1.4 * size)
    if patch is None:
        return None
    height_HW = _tide(rng, surface, patch, level, middle, span) if is_tide else _puddle(rng, patch, at, size)
    shade_HW = mottle(rng, patch, 0.06, NATURAL)
    height_HW *= np.float32(0.9 * load) * shade_HW + np.float32(0.55 * load)
    return deposit(rng, surface, patch, height_HW, tint, shade_HW=shade_HW, contrast=8.0, dull=0.5)


def _arc_patch(surface: Surface, level: float, middle: float, span: float) -> Patch | None:
    """The patch that holds an arc parallel to the rim."""
    places = np.array([surface.point(level, middle + span * (k / 8 - 1)) for k in range(17)])
    low, high = places.min(0), places.max(0)
    (x, y), (half_x, half_y) = (low + high) / 2, (high - low) / 2 + 0.12
    return surface.patch(float(x), float(y), float(half_x), float(half_y))


def _tide(rng: Chance, surface: Surface, patch: Patch, level: float, middle: float, span: float) -> Field:
    """An arc parallel to the rim, sharp outside where the level stood, fading inwards."""
    inwards_HW, theta_HW = surface.rho_theta(patch)
    wobble_HW = mottle(rng, patch, between(rng, 0.2, 0.5), CLOUDY)
    wobble_HW -= np.float32(0.5)
    inwards_HW += np.float32(between(rng, 0.02, 0.1)) * wobble_HW
    np.subtract(np.float32(level), inwards_HW, out=inwards_HW)
    # How far round from the middle of the arc, without a jump anywhere but opposite to it.
    theta_HW -= np.float32(middle)
    away_HW = np.abs(theta_HW - np.float32(2 * math.pi) * np.rint(theta_HW * np.float32(0.5 / math.pi)))
    away_HW *= np.float32(-1 / span)
    away_HW += 1
    away_HW += np.float32(0.5) * wobble_HW
    height_HW = smoothstep(0.0, 0.35, away_HW)
    fine = between(rng, 0.005, 0.014)
    line_HW = bell(inwards_HW, 0, fine)
    film_HW = smoothstep(-fine, fine, inwards_HW)
    np.maximum(inwards_HW, 0, out=inwards_HW)
    inwards_HW *= np.float32(-1 / between(rng, 0.02, 0.09))
    film_HW *= cv.exp(inwards_HW)
    broken_HW = smoothstep(0.3, 0.55, mottle(rng, patch, 0.08, NATURAL))
    line_HW *= broken_HW + np.float32(0.25)
    film_HW *= np.float32(0.315) * broken_HW + np.float32(0.135)
    line_HW += film_HW
    height_HW *= line_HW
    return height_HW


def _puddle(rng: Chance, patch: Patch, at: tuple[float, float], size: float) -> Field:
    """A dried puddle: a thin film within a darker line."""
    ragged = between(rng, 0.2, 0.65)
    inwards_HW = mix(patch.distance(*at), -1 / size, mottle(rng, patch, 2 * size, CLOUDY), ragged, 1 - 0.5 * ragged)
    fine = between(rng, 0.05, 0.1)
    second_HW = bell(inwards_HW, between(rng, 0.25, 0.45), 0.7 * fine)
    line_HW = mix(bell(inwards_HW, 0.06, fine), 1, second_HW, between(rng, 0, 0.6))
    grain_HW = mottle(rng, patch, 0.04, GRAINY)
    line_HW *= grain_HW + np.float32(0.35)
    film_HW = smoothstep(0.0, 0.1, inwards_HW)
    film_HW *= np.float32(between(rng, 0.08, 0.5))
    film_HW *= grain_HW + np.float32(0.5)
    line_HW += film_HW
    return line_HW


# Weak by default: clear water drops and puddles are what *clean* dishes show, so this is dried soap and starch
# (pale, grainy, matt), and little of it.
@DIRT_KINDS.register(
    "residue",
    title="Dried residue",
    help="Pale streaks of dried soap and starch; clean wet dishes look much like it, so keep it weak.",
    strength=0.15,
)
def residue(rng: np.random.Generator, surface: Surface, strength: float) -> tuple[Mark, ...]:
    """Pale dried streaks with tide lines.

    Args:
        rng: draws number, place and shape.
        surface: the dish.
        strength: 0 none, 1 about eight streaks.

    Returns:
        one mark for each streak.
    """
    if strength <= 0:
        return ()
    angle = surface.meal.angle + rng.normal(0, 0.3)
    count = math.ceil(strength * between(rng, 4, 9))
    return deferred(rng, count, partial(_dried_streak, surface=surface, strength=strength, angle=angle))


def _dried_streak(rng: Chance, surface: Surface, strength: float, angle: float) -> Layer | None:
    """One run of soapy water that dried, or None where it misses the dish."""
    x, y = surface.point(*surface.meal.place(rng, rim_share=0.05, groove_share=0.1))
    length, width = between(rng, 0.15, 0.45), between(rng, 0.05, 0.16)
    heading = angle + rng.normal(0, 0.2)
    tint = Tint.draw(rng, SOAP if rng.random() < 0.55 else STARCH)
    load = between(rng, 0.5, 1.1) * (0.5 + 0.9 * strength)
    c, s = math.cos(heading), math.sin(heading)
    patch = surface.patch(x, y, length * abs(c) + width * abs(s) + 0.03, length * abs(s) + width * abs(c) + 0.03)
    if patch is None:
        return None
    u_HW, v_HW = patch.plane(x, y, c, s), patch.plane(x, y, -s, c)
    cloud_HW = mottle(rng, patch, between(rng, 0.12, 0.3), CLOUDY)
    room_HW = cv.magnitude(u_HW * np.float32(1 / length), v_HW * np.float32(1 / width))
    np.subtract(np.float32(0.9) * cloud_HW + np.float32(0.55), room_HW, out=room_HW)
    film_HW = smoothstep(0.35, 0.9, streaks(rng, patch, u_HW, v_HW, 0.9 * length, between(rng, 0.02, 0.06), NATURAL))
    grain_HW = mottle(rng, patch, 0.03, GRAINY)
    film_HW *= np.float32(0.6 * load)
    film_HW += np.float32(0.12 * load)
    film_HW *= smoothstep(0.0, 0.2, room_HW)
    film_HW *= np.float32(0.9) * grain_HW + np.float32(0.4)
    line_HW = bell(room_HW, 0.03, 0.035)
    line_HW *= np.float32(0.8) * grain_HW + np.float32(0.3)
    line_HW *= np.float32(load * between(rng, 0.3, 1.0))
    film_HW += line_HW
    return deposit(rng, surface, patch, film_HW, tint, shade_HW=grain_HW, contrast=6.0, dull=0.8)
