"""The shape of a dish turned on a lathe, by which metal mirrors.

Where a ray from the camera goes depends, at each distance from the axis, on the slope of the wall there alone: a flat
base enlarges the middle of the ceiling, a groove or the edge of the base squeezes the whole room into a thin ring, a
straight wall draws one circle of the room out into rays. So a dish is a profile: a table over the way from axis to rim.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from studio.dirt import cv
from studio.dirt.draws import between, whole
from studio.dirt.lookups import bump, mix
from studio.dirt.outline import Field
from studio.dirt.scene import Scene, blurred

STEPS = 512
"""Entries of a profile from the axis to a little beyond the rim."""

_END = 1.1
"""Where a profile ends, in shares of the way from axis to rim."""


Circles: TypeAlias = NDArray[np.int32]
"""Entries of a profile, one for each pixel."""


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


@cache
def places_along() -> Field:
    """Where a profile's entries lie, shares of the way from axis to rim."""
    places = np.linspace(0, _END, STEPS, dtype=np.float32)
    places.setflags(write=False)
    return places


def turned(rng: np.random.Generator, boldness: float) -> Lathe:
    """A bowl, a plate, a pot or a dome.

    Args:
        rng: draws the shape.
        boldness: 0..1, how strongly rings and ridges show.
    """
    q = places_along()
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
    ridges = whole(rng, 0, 6)
    # A flat base is mostly left smooth, while ridges make a thin wall stiff.
    at = [between(rng, 0.1 if rng.random() < 0.25 else base, 0.97) for _ in range(ridges)]
    lines_at = [base, base + fillet, wall, lip, 1.0, between(rng, 0.2, 1), between(rng, 0.2, 1)]
    wide = [*(between(rng, 0.008, 0.04) for _ in at), *(between(rng, 0.006, 0.025) for _ in lines_at), 0.16]
    away_NS = q - np.array([*at, *lines_at, base + 0.1], np.float32)[:, None]
    away_NS *= np.array([1 / one for one in wide], np.float32)[:, None]
    bells_NS = bump(away_NS * away_NS)
    for number in range(ridges):
        bold = between(rng, 0.2, 1.4) * (1 if rng.random() < 0.5 else -1)
        reach += np.float32(bold) * away_NS[number] * bells_NS[number]
    waves = smoothed(rng, between(rng, 1.5, 14))[0]
    smooth = np.float32(between(rng, 0, 1) if rng.random() < 0.3 else between(rng, 0, 0.2))
    calm = smooth + (1 - smooth) * np.clip((q - np.float32(base)) * 40, 0, 1)
    height = between(rng, 0, 0.12) * rng.random() * (0.6 + boldness)
    waves *= calm * np.float32(height)
    # Dishes are pressed with a sign of their own: reflections stand upside down in a hollow, upright on a dome.
    sign = np.float32(-1 if rng.random() < 0.8 else 1)
    reach = blurred((sign * (reach + waves))[None], between(rng, 0.6, 7))[0]
    rings = smoothed(rng, between(rng, 0.5, 8))
    rings *= np.float32(between(rng, 0, 0.16) * (0.5 + boldness))
    gain = np.clip(1 + calm * rings[0], 0.2, 1.8)
    glow = np.zeros_like(q)
    for line in bells_NS[ridges:-1]:
        kind = rng.random()
        if kind < 0.45:
            gain *= 1 - np.float32(between(rng, 0.2, 0.9)) * line
        elif kind < 0.75:
            glow += np.float32(between(rng, 0.1, 0.9)) * line
    # The foot of a deep wall gets little light.
    gain *= 1 - np.float32(between(rng, 0, 0.6)) * bells_NS[-1]
    away = between(rng, 0, 2 * math.pi)
    tilt = between(rng, 0, 0.4) * (1 if rng.random() < 0.5 else float(rng.random()))
    profile = np.stack([reach, gain, glow], -1)[None].astype(np.float32)
    return Lathe(base=base, wall=wall, shift=(tilt * math.cos(away), tilt * math.sin(away)), profile_1S3=profile)


def smoothed(rng: np.random.Generator, sigma: float) -> Field:
    """Random values along a profile, about 1 large, that change over so many of its entries; one row."""
    noise = rng.standard_normal((1, STEPS), np.float32)
    # By as much as averaging makes them smaller.
    return blurred(noise, sigma) * np.float32(math.sqrt(2 * sigma * math.sqrt(math.pi)))


def along(scene: Scene, lathe: Lathe) -> tuple[Field, Field, Field]:
    """For each pixel the turned circle on which it lies, 0 at the axis and 1 at the rim, and its direction."""
    # All of it is smooth but for the very axis, where nothing is seen of it: coarse pixels are enough.
    rho = scene.coarse.rho_theta[0]
    x, y = (rho * aim for aim in scene.coarse.aims)
    # Circle q has its middle at (1 - q) * shift; u = 1 - q solves |p - u * shift| = 1 - u.
    rest = 1 - lathe.shift[0] ** 2 - lathe.shift[1] ** 2
    lean = mix(x, -lathe.shift[0], y, -lathe.shift[1], 1)
    root = lean * lean
    root += cv.multiply(rho, rho, scale=rest)
    root -= np.float32(rest)
    lean -= np.sqrt(np.maximum(root, 0))
    x, y = (mix(part, 1, lean, -by / rest) for part, by in ((x, lathe.shift[0]), (y, lathe.shift[1])))
    x, y = (scene.enlarged(part) for part in (x, y))
    away = cv.magnitude(x, y)
    scale = 1 / (away + np.float32(1e-4))
    x *= scale
    y *= scale
    return away, x, y


def circles(q_HW: Field) -> Circles:
    """For each pixel the entry of a profile that tells of it; `q_HW` as `along` makes it."""
    return cv.addWeighted(q_HW, (STEPS - 1) / _END, q_HW, 0, 0, dtype=cv.CV_32S)  # type: ignore[no-any-return]


def read(table_1S: Field, circle_HW: Circles, step: float) -> list[Field]:
    """Values of a profile at each pixel, averaged over it.

    Args:
        table_1S: one row of STEPS entries, one or more channels.
        circle_HW: the entry of each pixel.
        step: size of a pixel, dish radii.

    Returns:
        for each of the table's channels float32 of the pixels' shape.
    """
    # On a dish of few pixels rings finer than these would flicker.
    table_SC = blurred(table_1S, 0.4 * step * (STEPS - 1) / _END).reshape(STEPS, -1)
    # Beyond its ends a profile stays as it is there.
    return [np.take(row, circle_HW, mode="clip") for row in np.ascontiguousarray(table_SC.T)]


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
