"""How lamps and windows shine in a dish."""

from __future__ import annotations

import math

import numpy as np

from studio.dirt.noise import smoothstep
from studio.dirt.outline import Field
from studio.dirt.scene import Scene


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
    long = float(rng.choice((1.0, rng.uniform(1, 3))))
    # Round a bowl's wall a lamp is drawn out along the rim.
    angle = theta + math.pi / 2 + float(rng.normal(0, 0.3))
    hardness = int(rng.integers(1, 5))
    reach = 2.6 * size * long + 2 * patch.step
    left, right = (int((x - patch.first_x + side * reach) / patch.step) for side in (-1, 1))
    top, bottom = (int((y - patch.first_y + side * reach) / patch.step) for side in (-1, 1))
    place = (slice(max(0, top), max(0, bottom + 1)), slice(max(0, left), max(0, right + 1)))
    across, down = patch.x_1W[:, place[1]] - np.float32(x), patch.y_H1[place[0]] - np.float32(y)
    if across.size == 0 or down.size == 0:
        return
    c, s = math.cos(angle), math.sin(angle)
    size = max(size, 0.7 * patch.step)
    near_HW = ((across * c + down * s) / (size * long)) ** 2 + ((down * c - across * s) / size) ** 2
    near_HW = near_HW.astype(np.float32)
    shape_HW = np.exp(-(near_HW**hardness)) + np.float32(0.25) * np.exp(-near_HW / 3)
    light_HW[place] += np.float32(power) * shape_HW


def pane(rng: np.random.Generator, scene: Scene, rho_HW: Field, theta_HW: Field, theta: float) -> Field:
    """A window with its bars, bent along the wall or lying flat in the base.

    Args:
        rng: draws size, place, bars and softness.
        scene: whose dish mirrors it.
        rho_HW, theta_HW: polar coordinates of the dish's box, bent where the wall is not true.
        theta: direction from the dish's centre to its middle.

    Returns:
        light over the dish's box, about 0..1.
    """
    rho = float(rng.uniform(0, 0.9))
    half_u, half_v = (float(np.exp(rng.uniform(math.log(0.02), math.log(0.22)))) for _ in range(2))
    if rho > 0.4:
        u_HW = np.float32(rho) * _turn(theta_HW - np.float32(theta))
        v_HW = rho_HW - np.float32(rho)
    else:
        x, y = scene.surface.point(rho, theta)
        angle = float(rng.uniform(0, math.pi))
        c, s = np.float32(math.cos(angle)), np.float32(math.sin(angle))
        across, down = scene.patch.x_1W - np.float32(x), scene.patch.y_H1 - np.float32(y)
        u_HW, v_HW = across * c + down * s, down * c - across * s
    soft = np.float32(max(scene.patch.step, min(half_u, half_v) * float(rng.choice((0.05, 0.2, 0.8)))))
    width_HW = np.float32(half_u) * (1 + np.float32(rng.uniform(-0.4, 0.4) / half_v) * v_HW)
    pane_HW: Field = np.clip((width_HW - np.abs(u_HW)) / soft + 0.5, 0, 1)
    pane_HW *= np.clip((np.float32(half_v) - np.abs(v_HW)) / soft + 0.5, 0, 1)
    bar = float(rng.uniform(0.06, 0.16))
    for part_HW, half in ((u_HW, half_u), (v_HW, half_v)):
        count = int(rng.integers(1, 4))
        if count > 1:
            stripe_HW = np.abs((part_HW * np.float32(count / (2 * half)) + np.float32(count / 2)) % 1 - np.float32(0.5))
            pane_HW *= smoothstep(0.5, 0.5 - bar - float(soft) * count / half, stripe_HW)
    pane_HW *= 1 + np.float32(rng.uniform(-0.5, 0.5) / half_v) * v_HW
    return np.maximum(pane_HW, 0)


def crescent(rng: np.random.Generator, rho_HW: Field, theta_HW: Field, rho: float, theta: float) -> Field:
    """A band along the rim or the base's ring, sharp on one side, fading at its ends.

    Args:
        rng: draws width, length and ends.
        rho_HW, theta_HW: polar coordinates of the dish's box.
        rho, theta: the middle of the band.

    Returns:
        float32 over the dish's box, 0..1.
    """
    thin = float(np.exp(rng.uniform(math.log(0.006), math.log(0.05))))
    wide = thin * float(rng.uniform(1, 5))
    along_HW = np.cos(theta_HW - np.float32(theta))
    width = (wide, thin) if rng.random() < 0.5 else (thin, wide)
    off_HW = rho_HW - np.float32(rho)
    if rng.random() < 0.4:
        # Thickest in the middle, as the moon is.
        off_HW = off_HW + np.float32(rng.uniform(-0.12, 0.12)) * (1 - along_HW)
    off_HW = off_HW / np.where(off_HW < 0, np.float32(width[0]), np.float32(width[1]))
    band_HW = np.exp(-(off_HW**2))
    if rng.random() < 0.35:
        half = float(rng.uniform(0.1, 1.3))
        ends_HW = smoothstep(math.cos(half), math.cos(half * float(rng.uniform(0.5, 0.97))), along_HW)
    else:
        ends_HW = np.exp(np.float32(rng.uniform(0.5, 14)) * (along_HW - 1))
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
    count = int(rng.integers(3, 13))
    spacing = float(rng.uniform(0.08, 0.5))
    size = float(rng.uniform(0.008, 0.024))
    rho, drift = float(rng.uniform(0.15, 0.96)), float(rng.normal(0, 0.015))
    rows = int(rng.choice((1, 1, 2)))
    for row in range(rows):
        for k in range(count):
            angle = theta + (k - count / 2) * spacing
            spot(rng, scene, light_HW, power * float(rng.uniform(0.5, 1)), rho + k * drift - 0.12 * row, angle, size)


def _turn(angle_HW: Field) -> Field:
    """Angles brought into -pi..pi."""
    turned: Field = (angle_HW + np.float32(math.pi)) % np.float32(2 * math.pi) - np.float32(math.pi)
    return turned
