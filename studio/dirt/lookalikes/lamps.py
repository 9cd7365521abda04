"""How lamps and windows shine in a dish."""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from studio.dirt.draws import any_of, between, whole
from studio.dirt.lookups import fading, index, look_up, mix, positions, smoothstep
from studio.dirt.outline import Field
from studio.dirt.patch import Patch
from studio.dirt.scene import Grid, Scene

_SPOT_ENDS = 9.0
"""Square of the distance from a lamp, in its radii, from which nothing of it is seen."""

_BAND_ENDS = 2.6
"""In widths: a band's brightness there is below a thousandth."""


def spot(
    rng: np.random.Generator, scene: Scene, light_HW: Field, power: float, rho: float, theta: float, size: float
) -> None:
    """Add one lamp, hard or soft, round or long.

    Args:
        rng: draws its shape.
        scene: whose dish mirrors it.
        light_HW: light over the dish's box, changed in place.
        power: how bright it is; 1 makes white.
        rho, theta: its place, share of the way from centre to rim, and direction.
        size: its radius, dish radii.
    """
    patch = scene.patch
    x, y = scene.surface.point(rho, theta)
    long = any_of(rng, (1.0, between(rng, 1, 3)))
    # Round a bowl's wall a lamp is drawn out along the rim.
    angle = theta + math.pi / 2 + float(rng.normal(0, 0.3))
    hardness = whole(rng, 1, 5)
    reach = 2.6 * size * long + 2 * patch.step
    place = around(patch, x, y, reach)
    across, down = patch.x_1W[:, place[1]] - np.float32(x), patch.y_H1[place[0]] - np.float32(y)
    if across.size == 0 or down.size == 0:
        return
    size = max(size, 0.7 * patch.step)
    c, s = math.cos(angle) / size, math.sin(angle) / size
    # Squares of the way along and across, in one: a x x + b y y + 2 c x y.
    near_HW = across * np.float32(2 * c * s * (1 / long**2 - 1)) * down
    near_HW += across * across * np.float32((c / long) ** 2 + s * s)
    near_HW += down * down * np.float32((s / long) ** 2 + c * c)
    light_HW[place] += look_up(index(near_HW, 0, _SPOT_ENDS), np.float32(power) * _spot_table(hardness))


@cache
def _spot_table(hardness: int) -> Field:
    """A lamp with the shine around it, by the square of the distance in radii."""
    near = _SPOT_ENDS * positions()
    heights = np.exp(-(near**hardness)) + 0.25 * (np.exp(-near / 3) - math.exp(-_SPOT_ENDS / 3))
    return heights.astype(np.float32)


def pane(rng: np.random.Generator, scene: Scene, light_HW: Field, power: float, bend_HW: Field, theta: float) -> None:
    """Add a window with its bars, bent along the wall or lying flat in the base.

    Args:
        rng: draws size, place, bars and softness.
        scene: whose dish mirrors it.
        light_HW: light over the dish's box, changed in place.
        power: how bright it is; 1 makes white.
        bend_HW: by how much of the way to the rim the wall is not true.
        theta: direction from the dish's centre to its middle.
    """
    patch = scene.patch
    rho = between(rng, 0, 0.9)
    half_u, half_v = (float(np.exp(between(rng, math.log(0.02), math.log(0.22)))) for _ in range(2))
    soft = np.float32(max(patch.step, min(half_u, half_v) * (0.05, 0.2, 0.8)[whole(rng, 0, 3)]))
    x, y = scene.surface.point(rho, theta)
    # A window is small: only the pixels around it are reckoned.
    place = around(patch, x, y, 1.1 * (math.hypot(1.4 * half_u, half_v) + float(soft)) + 0.1)
    across, down = patch.x_1W[:, place[1]] - np.float32(x), patch.y_H1[place[0]] - np.float32(y)
    if across.size == 0 or down.size == 0:
        return
    if rho > 0.4:
        rho_HW, theta_HW = (field[place] for field in scene.rho_theta)
        u_HW = np.float32(rho) * _turn(theta_HW - np.float32(theta))
        v_HW = rho_HW + bend_HW[place] - np.float32(rho)
    else:
        angle = between(rng, 0, math.pi)
        c, s = np.float32(math.cos(angle)), np.float32(math.sin(angle))
        u_HW, v_HW = across * c + down * s, down * c - across * s
    width_HW = np.float32(half_u) * (1 + np.float32(between(rng, -0.4, 0.4) / half_v) * v_HW)
    pane_HW: Field = np.clip((width_HW - np.abs(u_HW)) / soft + 0.5, 0, 1)
    pane_HW *= np.clip((np.float32(half_v) - np.abs(v_HW)) / soft + 0.5, 0, 1)
    bar = between(rng, 0.06, 0.16)
    for part_HW, half in ((u_HW, half_u), (v_HW, half_v)):
        count = whole(rng, 1, 4)
        if count > 1:
            stripe_HW = part_HW * np.float32(count / (2 * half)) + np.float32(count / 2)
            stripe_HW = np.abs(stripe_HW - np.floor(stripe_HW) - np.float32(0.5))
            pane_HW *= smoothstep(0.5, 0.5 - bar - float(soft) * count / half, stripe_HW)
    pane_HW *= 1 + np.float32(between(rng, -0.5, 0.5) / half_v) * v_HW
    light_HW[place] += np.float32(power) * np.maximum(pane_HW, 0)


def crescent(rng: np.random.Generator, grid: Grid, rho_HW: Field, rho: float, theta: float) -> Field:
    """A band along the rim or the base's ring, sharp on one side, fading at its ends.

    Args:
        rng: draws width, length and ends.
        grid: pixels of the dish that mirrors it.
        rho_HW: share of the way to the rim for each pixel, bent where the wall is not true.
        rho, theta: the middle of the band.

    Returns:
        float32 of the grid's pixels, 0..1.
    """
    thin = float(np.exp(between(rng, math.log(0.006), math.log(0.05))))
    wide = thin * between(rng, 1, 5)
    along_HW = grid.facing(theta)
    width = (wide, thin) if rng.random() < 0.5 else (thin, wide)
    # Thickest in the middle, as the moon is.
    moon = between(rng, -0.12, 0.12) if rng.random() < 0.4 else 0.0
    off_HW = mix(rho_HW, 1, along_HW, -moon, moon - rho)
    low, high = (-_BAND_ENDS * width[0], _BAND_ENDS * width[1])
    away = low + (high - low) * positions()
    heights = np.exp(-((away / np.where(away < 0, *width)) ** 2))
    heights[[0, -1]] = 0
    band_HW = look_up(index(off_HW, low, high), heights.astype(np.float32))
    if rng.random() < 0.35:
        half = between(rng, 0.1, 1.3)
        ends_HW = smoothstep(math.cos(half), math.cos(half * between(rng, 0.5, 0.97)), along_HW)
    else:
        fast = between(rng, 0.5, 14)
        ends_HW = fading(mix(along_HW, -fast, along_HW, 0, fast))
    lit: Field = band_HW * ends_HW
    return lit


def string(rng: np.random.Generator, scene: Scene, light_HW: Field, power: float, theta: float) -> None:
    """Add equal small lamps in a row, round an arc or in two rows.

    Args:
        rng: draws number, spacing and place.
        scene: whose dish mirrors them.
        light_HW: light over the dish's box, changed in place.
        power: how bright the brightest is.
        theta: direction from the dish's centre to the middle of the row.
    """
    count = whole(rng, 3, 13)
    spacing = between(rng, 0.08, 0.5)
    size = between(rng, 0.008, 0.024)
    rho, drift = between(rng, 0.15, 0.96), float(rng.normal(0, 0.015))
    rows = any_of(rng, (1, 1, 2))
    for row in range(rows):
        for k in range(count):
            angle = theta + (k - count / 2) * spacing
            spot(rng, scene, light_HW, power * between(rng, 0.5, 1), rho + k * drift - 0.12 * row, angle, size)


def _turn(angle_HW: Field) -> Field:
    """Angles brought into -pi..pi."""
    # NumPy's remainder takes thirty times as long as its rounding.
    turned: Field = angle_HW - np.float32(2 * math.pi) * np.rint(angle_HW * np.float32(0.5 / math.pi))
    return turned


def around(patch: Patch, x: float, y: float, reach: float) -> tuple[slice, slice]:
    """Rows and columns within `reach` of a place, dish radii."""
    left, right = (int((x - patch.first_x + side * reach) / patch.step) for side in (-1, 1))
    top, bottom = (int((y - patch.first_y + side * reach) / patch.step) for side in (-1, 1))
    return slice(max(0, top), max(0, bottom + 1)), slice(max(0, left), max(0, right + 1))
