"""The shape of a dish turned on a lathe, by which metal mirrors.

Where a ray from the camera goes depends, at each distance from the axis, on the slope of the wall there alone: a flat
base enlarges the middle of the ceiling, a groove or the edge of the base squeezes the whole room into a thin ring, a
straight wall draws one circle of the room out into rays. So a dish is a profile: a table over the way from axis to rim.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from studio.dirt import cv
from studio.dirt.draws import between, whole
from studio.dirt.lookups import bell
from studio.dirt.outline import Field
from studio.dirt.scene import Scene, blurred

STEPS = 512
"""Entries of a profile from the axis to a little beyond the rim."""

_END = 1.1
"""Where a profile ends, in shares of the way from axis to rim."""


@dataclass(frozen=True, kw_only=True)
class Lathe:
    """The shape of a turned dish.

    Attributes:
        base: where the flat middle ends, share of the way from axis to rim.
        wall: where the wall ends.
        shift: by how much the axis' foot lies beside the rim's middle, as a deep dish seen askew shows it.
        profile_1S3: how far from the zenith the room is seen (1 is the room's border), how much of it is
            reflected, and how much light is added.
    """

    base: float
    wall: float
    shift: tuple[float, float]
    profile_1S3: Field


def turned(rng: np.random.Generator, boldness: float) -> Lathe:
    """A bowl, a plate, a pot or a dome.

    Args:
        rng: draws the shape.
        boldness: 0..1, how strongly rings and ridges show.
    """
    q = np.linspace(0, _END, STEPS, dtype=np.float32)
    is_plate = rng.random() < 0.25
    base = float(between(rng, 0.5, 0.75) if is_plate else between(rng, 0.22, 0.62))
    wall = float(between(rng, base + 0.06, 0.92) if is_plate else between(rng, max(base + 0.15, 0.78), 0.97))
    fillet = between(rng, 0.01, 0.09)
    seen = between(rng, 0.06, 0.45)
    low = float(between(rng, 0.2, 0.6) if is_plate else between(rng, 0.4, 1.0))
    high = low + between(rng, -0.35, 0.35)
    flange = between(rng, -0.4, 0.35)
    lip = between(rng, 0.955, 0.99)
    knots = [
        (0.0, 0.0),
        (base, seen),
        (base + fillet, low),
        (wall, high),
        (wall + 0.3 * (lip - wall), flange),
        (lip, flange + between(rng, -0.2, 0.2)),
        (1.0, -0.95 if rng.random() < 0.7 else 0.8),
        (_END, 0.6),
    ]
    if rng.random() < 0.15:
        # A round bottom without any edge, or a dome.
        knots[1:3] = [(base, seen + 0.5 * base * low)]
    places, reaches = np.array(knots).T
    reach = np.interp(q, places, reaches).astype(np.float32)
    for _ in range(whole(rng, 0, 6)):
        # A flat base is mostly left smooth, while ridges make a thin wall stiff.
        at = between(rng, 0.1 if rng.random() < 0.25 else base, 0.97)
        wide = between(rng, 0.008, 0.04)
        t = (q - np.float32(at)) / np.float32(wide)
        reach += np.float32(between(rng, 0.2, 1.4) * (1 if rng.random() < 0.5 else -1)) * t * bell(t[None], 0, 1)[0]
    waves = rng.standard_normal((1, STEPS)).astype(np.float32)
    waves = cv.GaussianBlur(waves, (0, 0), between(rng, 1.5, 14))[0]
    smooth = np.float32(between(rng, 0, 1) if rng.random() < 0.3 else between(rng, 0, 0.2))
    calm = smooth + (1 - smooth) * np.clip((q - np.float32(base)) * 40, 0, 1)
    height = between(rng, 0, 0.12) * rng.random() * (0.6 + boldness)
    waves *= calm * np.float32(height / float(waves.std(dtype=np.float64)))
    # Dishes are pressed with a sign of their own: reflections stand upside down in a hollow, upright on a dome.
    sign = np.float32(-1 if rng.random() < 0.8 else 1)
    reach = blurred((sign * (reach + waves))[None], between(rng, 0.6, 7))[0]
    rings = blurred(rng.standard_normal((1, STEPS)).astype(np.float32), between(rng, 0.5, 8))
    rings *= np.float32(between(rng, 0, 0.16) * (0.5 + boldness) / float(rings.std(dtype=np.float64)))
    gain = np.clip(1 + calm * rings[0], 0.2, 1.8)
    glow = np.zeros_like(q)
    for at in (base, base + fillet, wall, lip, 1.0, *rng.uniform(0.2, 1, 2)):
        wide = between(rng, 0.006, 0.025)
        line = bell(q[None], at, wide)[0]
        kind = rng.random()
        if kind < 0.45:
            gain *= 1 - np.float32(between(rng, 0.2, 0.9)) * line
        elif kind < 0.75:
            glow += np.float32(between(rng, 0.1, 0.9)) * line
    # The foot of a deep wall gets little light.
    gain *= 1 - np.float32(between(rng, 0, 0.6)) * bell(q[None], base + 0.1, 0.16)[0]
    away = between(rng, 0, 2 * math.pi)
    tilt = between(rng, 0, 0.4) * (1 if rng.random() < 0.5 else float(rng.random()))
    profile = np.stack([reach, gain, glow], -1)[None].astype(np.float32)
    return Lathe(base=base, wall=wall, shift=(tilt * math.cos(away), tilt * math.sin(away)), profile_1S3=profile)


def along(scene: Scene, lathe: Lathe) -> tuple[Field, Field, Field]:
    """For each pixel the turned circle on which it lies, 0 at the axis and 1 at the rim, and its direction."""
    patch = scene.patch
    height, width = patch.fine_height, patch.fine_width
    # All of it is smooth but for the very axis, where nothing is seen of it: half the pixels are enough.
    small = ((width + 1) // 2, (height + 1) // 2)
    rho = cv.resize(scene.rho_theta[0], small, interpolation=cv.INTER_LINEAR)
    x_1W, y_H1 = cv.resize(patch.x_1W, (small[0], 1)), cv.resize(patch.y_H1, (1, small[1]))
    x, y = np.broadcast_to(x_1W, rho.shape), np.broadcast_to(y_H1, rho.shape)
    away = rho / np.maximum(cv.magnitude(x, y), np.float32(1e-4))
    x, y = x * away, y * away
    dx, dy = np.float32(lathe.shift[0]), np.float32(lathe.shift[1])
    # Circle q has its middle at (1 - q) * shift; u = 1 - q solves |p - u * shift| = 1 - u.
    rest = np.float32(1 - lathe.shift[0] ** 2 - lathe.shift[1] ** 2)
    lean = 1 - x * dx - y * dy
    u = (lean - np.sqrt(np.maximum(lean * lean - rest * (1 - rho * rho), 0))) * (1 / rest)
    x, y = (cv.resize(part, (width, height), interpolation=cv.INTER_LINEAR) for part in (x - u * dx, y - u * dy))
    away = cv.magnitude(x, y)
    scale = 1 / np.maximum(away, np.float32(1e-4))
    return away, x * scale, y * scale


def read(table_1S: Field, q_HW: Field, step: float) -> Field:
    """Values of a profile at each pixel, averaged over it.

    Args:
        table_1S: one row of STEPS entries, one or three channels.
        q_HW: the circle of each pixel.
        step: size of a pixel, dish radii.

    Returns:
        float32 of q's shape, with the table's channels.
    """
    scale = (STEPS - 1) / _END
    # On a dish of few pixels rings finer than these would flicker.
    table_1S = blurred(table_1S, 0.4 * step * scale)
    column = q_HW * np.float32(scale)
    row = np.zeros_like(column)
    return cv.remap(table_1S, column, row, cv.INTER_LINEAR, borderMode=cv.BORDER_REPLICATE)  # type: ignore[no-any-return]


def stamps(rng: np.random.Generator, scene: Scene, lathe: Lathe) -> tuple[Field, Field]:
    """How far stamped leaves, letters or dots around the base bend the mirror."""
    height, width = scene.patch.fine_height, scene.patch.fine_width
    relief = np.zeros((height, width), np.uint8)
    count, far = whole(rng, 4, 14), lathe.base * between(rng, 0.45, 0.85)
    size, petals = lathe.base * between(rng, 0.05, 0.14), whole(rng, 1, 5)
    thin, turn = between(rng, 0.25, 0.7), between(rng, 0, math.pi)
    px = 16 / scene.patch.step
    for k in range(count):
        angle = turn + 2 * math.pi * k / count
        x = (1 - lathe.base) * lathe.shift[0] + far * math.cos(angle)
        y = (1 - lathe.base) * lathe.shift[1] + far * math.sin(angle)
        for petal in range(petals):
            lean = angle + petal * math.pi / petals
            centre = (round((x - scene.patch.first_x) * px), round((y - scene.patch.first_y) * px))
            axes = (max(8, round(size * px)), max(6, round(size * thin * px / max(1, petals - 1))))
            cv.ellipse(relief, centre, axes, math.degrees(lean), 0, 360, 255, -1, cv.LINE_AA, 4)
    soft = blurred(relief.astype(np.float32) * np.float32(1 / 255), max(0.5, 0.15 * size / scene.patch.step))
    depth = between(rng, 0.05, 0.4) * size / scene.patch.step
    slope_x: Field = cv.Sobel(soft, cv.CV_32F, 1, 0, scale=0.25 * depth)
    slope_y: Field = cv.Sobel(soft, cv.CV_32F, 0, 1, scale=0.25 * depth)
    return slope_x, slope_y
