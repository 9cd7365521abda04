"""What a clean dish of metal looks like.

Steel is a mirror turned on a lathe. Where a ray from the camera goes depends, at each distance from the axis, on the
slope of the wall there alone: a flat base enlarges the middle of the ceiling, a groove or the edge of the base squeezes
the whole room into a thin ring, a straight wall draws one circle of the room out into rays. So a dish is a profile: a
table over the way from axis to rim that says how far from the zenith the room is seen, how dull it is, what glows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from studio.core.registry import LOOK_ALIKES
from studio.dirt import cv
from studio.dirt.noise import CLOUDY, GRAINY, NATURAL, mottle
from studio.dirt.outline import Field
from studio.dirt.rooms import ROOM_PX, room
from studio.dirt.scene import Scene, blurred, luma

_STEPS = 512
"""Entries of a profile from the axis to a little beyond the rim."""

_END = 1.1
"""Where a profile ends, in shares of the way from axis to rim."""


@dataclass(frozen=True, kw_only=True)
class _Lathe:
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


@LOOK_ALIKES.register(
    "steel",
    title="Polished steel",
    help="A mirror of steel that reflects the room: windows, wood, hands and the table, bent by its shape.",
    group="material",
    strength=0.3,
)
def steel(rng: np.random.Generator, scene: Scene, strength: float) -> None:
    """Turn the dish into polished steel, or a dark glaze that mirrors as well.

    Args:
        rng: draws the room, the shape and the polish.
        scene: changed in place.
        strength: 0..1, how rich in contrast and colour the reflections are.
    """
    lathe = _turned(rng, strength)
    surroundings = room(rng, scene, strength)
    q_HW, dir_x, dir_y = _along(scene, lathe)
    values_HW3 = _read(lathe.profile_1S3, q_HW)
    reach = values_HW3[..., 0]
    dent = np.float32(rng.uniform(0.0, 0.22) * rng.random())
    patch = scene.patch
    feature = float(rng.uniform(0.25, 1.6))
    x = dir_x * reach + dent * (mottle(rng, patch, feature, CLOUDY) - np.float32(0.5))
    y = dir_y * reach + dent * (mottle(rng, patch, feature, CLOUDY) - np.float32(0.5))
    # Without this the mirror would not move with the place: even a flat base sees more of the room on its far side.
    lean = np.float32(rng.uniform(-0.15, 0.25))
    x += lean * patch.x_1W + np.float32(rng.uniform(-0.2, 0.2))
    y += lean * patch.y_H1 + np.float32(rng.uniform(-0.2, 0.2))
    if rng.random() < 0.3:
        stamp_x, stamp_y = _stamps(rng, scene, lathe)
        x += stamp_x
        y += stamp_y
    metal_HW3 = _reflection(surroundings, x, y)
    metal_HW3 *= values_HW3[..., 1][..., None]
    _glow(rng, metal_HW3, values_HW3[..., 2], dir_x, dir_y)
    _bloom(rng, metal_HW3, scene)
    is_glaze = rng.random() < 0.1
    _finish(rng, scene, metal_HW3, strength, glaze=0.75 if is_glaze else 0.0)


@LOOK_ALIKES.register(
    "brushed",
    title="Brushed steel",
    help="Spun or brushed steel: fine rings, with highlights that fan out from the middle.",
    group="material",
    strength=0.15,
)
def brushed(rng: np.random.Generator, scene: Scene, strength: float) -> None:
    """Turn the dish into steel whose fine grooves draw every reflection out across them.

    Args:
        rng: draws the room, the shape and the grooves.
        scene: changed in place.
        strength: 0..1, how rich in contrast the highlights are.
    """
    lathe = _turned(rng, 0.6 * strength)
    surroundings = room(rng, scene, 0.5 * strength)
    q_HW, dir_x, dir_y = _along(scene, lathe)
    values_HW3 = _read(lathe.profile_1S3, q_HW)
    # Grooves run around, so what is mirrored blurs from the middle outwards and hardly around.
    half = ROOM_PX / 2
    fan_A3 = cv.warpPolar(surroundings, (64, 128), (half, half), half, cv.INTER_LINEAR | cv.WARP_POLAR_LINEAR)
    sharp = float(rng.uniform(0.5, 4))
    fan_A3 = cv.copyMakeBorder(fan_A3, 16, 16, 0, 0, cv.BORDER_WRAP)
    fan_A3 = cv.GaussianBlur(fan_A3, (0, 0), sigmaX=float(rng.uniform(6, 30)), sigmaY=sharp)
    contrast = np.float32(rng.uniform(1.2, 3.5))
    mean_3 = fan_A3.mean((0, 1), dtype=np.float64).astype(np.float32)
    fan_A3 = np.maximum(mean_3 + contrast * (fan_A3 - mean_3), 0.3 * mean_3)
    angle = np.arctan2(dir_y, dir_x) * np.float32(64 / math.pi) + np.float32(64 + 16)
    column = np.clip(np.abs(values_HW3[..., 0]) * 64, 0, 63)
    swirl = np.float32(rng.uniform(-6, 6))
    metal_HW3 = cv.remap(fan_A3, column, angle + swirl * q_HW, cv.INTER_LINEAR, borderMode=cv.BORDER_REPLICATE)
    rings = rng.standard_normal((1, _STEPS)).astype(np.float32)
    rings = cv.GaussianBlur(rings, (0, 0), float(rng.uniform(0.4, 2.0)))
    rings *= np.float32(rng.uniform(0.01, 0.14)) / np.float32(rings.std(dtype=np.float64))
    texture = values_HW3[..., 1] * (1 + _read(rings, q_HW))
    if rng.random() < 0.4:
        turn = float(rng.uniform(0, math.pi))
        lines = mottle(rng, scene.patch, 0.12, GRAINY, stretch=14, angle=turn)
        straight = q_HW < lathe.base if rng.random() < 0.6 else np.ones_like(q_HW, bool)
        texture = texture * (1 + straight * np.float32(rng.uniform(0.05, 0.35)) * (lines - np.float32(0.5)))
    metal_HW3 *= texture[..., None]
    _glow(rng, metal_HW3, 0.6 * values_HW3[..., 2], dir_x, dir_y)
    _finish(rng, scene, metal_HW3, 0.6 * strength)


@LOOK_ALIKES.register(
    "aluminium",
    title="Dull aluminium",
    help="Old aluminium: grey, mottled and scratched, with soft clouds of oxide and no colour.",
    group="material",
    strength=0.1,
)
def aluminium(rng: np.random.Generator, scene: Scene, strength: float) -> None:
    """Turn the dish into dull aluminium, zinc or worn iron.

    Args:
        rng: draws light, mottle, scratches and stains.
        scene: changed in place.
        strength: 0..1, how worn it is.
    """
    lathe = _turned(rng, 0.3)
    coarse = cv.resize(luma(room(rng, scene, 0.0)), (16, 16), interpolation=cv.INTER_AREA)
    coarse = blurred(coarse, float(rng.uniform(1.0, 3.0)))
    q_HW, dir_x, dir_y = _along(scene, lathe)
    values_HW3 = _read(lathe.profile_1S3, q_HW)
    reach = values_HW3[..., 0] * np.float32(rng.uniform(0.4, 1)) * 8
    light = cv.remap(coarse, 7.5 + dir_x * reach, 7.5 + dir_y * reach, cv.INTER_LINEAR, borderMode=cv.BORDER_REPLICATE)
    light *= np.float32(rng.uniform(0.28, 0.78)) / np.float32(light.mean(dtype=np.float64) + 1e-3)
    patch, worn = scene.patch, 0.4 + 1.2 * strength
    half = np.float32(0.5)
    coat = 1 + np.float32(worn * rng.uniform(0.05, 0.3)) * (mottle(rng, patch, rng.uniform(0.2, 0.9), NATURAL) - half)
    coat += np.float32(worn * rng.uniform(0.02, 0.25)) * (mottle(rng, patch, rng.uniform(0.03, 0.1), GRAINY) - half)
    for _ in range(int(rng.integers(0, 4))):
        cloud = mottle(rng, patch, float(rng.uniform(0.25, 0.9)), CLOUDY if rng.random() < 0.5 else NATURAL)
        edge, soft = np.float32(rng.uniform(0.55, 0.85)), np.float32(1 / rng.uniform(0.08, 0.5))
        coat += np.float32(worn * rng.uniform(-0.28, 0.25)) * np.clip((cloud - edge) * soft, 0, 1)
    coat += _scratches(rng, scene, worn)
    mixed = 0.4 * values_HW3[..., 1] + np.float32(0.6)
    grey = light * coat * mixed + np.float32(0.3) * values_HW3[..., 2]
    warmth = rng.uniform(-0.05, 0.02)
    tint = np.array([1 + warmth, 1, 1 - warmth + rng.uniform(0, 0.03)], np.float32)
    _finish(rng, scene, grey[..., None] * tint, 0.3, is_grey=True)


def _turned(rng: np.random.Generator, boldness: float) -> _Lathe:
    """A bowl, a plate, a pot or a dome.

    Args:
        rng: draws the shape.
        boldness: 0..1, how strongly rings and ridges show.
    """
    q = np.linspace(0, _END, _STEPS, dtype=np.float32)
    is_plate = rng.random() < 0.25
    base = float(rng.uniform(0.5, 0.75) if is_plate else rng.uniform(0.22, 0.62))
    wall = float(rng.uniform(base + 0.06, 0.92) if is_plate else rng.uniform(max(base + 0.15, 0.78), 0.97))
    fillet = float(rng.uniform(0.01, 0.09))
    seen = float(rng.uniform(0.06, 0.45))
    low = float(rng.uniform(0.2, 0.6) if is_plate else rng.uniform(0.4, 1.0))
    high = low + float(rng.uniform(-0.35, 0.35))
    flange = float(rng.uniform(-0.4, 0.35))
    lip = float(rng.uniform(0.955, 0.99))
    knots = [
        (0.0, 0.0),
        (base, seen),
        (base + fillet, low),
        (wall, high),
        (wall + 0.3 * (lip - wall), flange),
        (lip, flange + float(rng.uniform(-0.2, 0.2))),
        (1.0, -0.95 if rng.random() < 0.7 else 0.8),
        (_END, 0.6),
    ]
    if rng.random() < 0.15:
        # A round bottom without any edge, or a dome.
        knots[1:3] = [(base, seen + 0.5 * base * low)]
    places, reaches = np.array(knots).T
    reach = np.interp(q, places, reaches).astype(np.float32)
    for _ in range(int(rng.integers(0, 6))):
        at, wide = float(rng.uniform(0.1, 0.96)), float(rng.uniform(0.008, 0.04))
        t = (q - np.float32(at)) / np.float32(wide)
        reach += np.float32(rng.uniform(0.2, 1.4) * (1 if rng.random() < 0.5 else -1)) * t * np.exp(-t * t)
    waves = rng.standard_normal((1, _STEPS)).astype(np.float32)
    waves = cv.GaussianBlur(waves, (0, 0), float(rng.uniform(1.5, 14)))[0]
    waves *= np.float32(rng.uniform(0, 0.09) * (0.5 + boldness)) / np.float32(waves.std(dtype=np.float64) + 1e-6)
    # Dishes are pressed with a sign of their own: reflections stand upside down in a hollow, upright on a dome.
    sign = np.float32(-1 if rng.random() < 0.8 else 1)
    reach = blurred((sign * (reach + waves))[None], float(rng.uniform(0.6, 7)))[0]
    rings = blurred(rng.standard_normal((1, _STEPS)).astype(np.float32), float(rng.uniform(0.5, 8)))[0]
    rings *= np.float32(rng.uniform(0, 0.16) * (0.5 + boldness)) / np.float32(rings.std(dtype=np.float64) + 1e-6)
    gain = np.clip(1 + rings, 0.2, 1.8)
    glow = np.zeros_like(q)
    for at in (base, base + fillet, wall, lip, 1.0, *rng.uniform(0.2, 1, 2)):
        wide = float(rng.uniform(0.006, 0.025))
        line = np.exp(-(((q - np.float32(at)) / np.float32(wide)) ** 2))
        kind = rng.random()
        if kind < 0.45:
            gain *= 1 - np.float32(rng.uniform(0.2, 0.9)) * line
        elif kind < 0.75:
            glow += np.float32(rng.uniform(0.1, 0.9)) * line
    # The foot of a deep wall gets little light.
    gain *= 1 - np.float32(rng.uniform(0, 0.6)) * np.exp(-(((q - np.float32(base + 0.1)) / np.float32(0.16)) ** 2))
    away, tilt = float(rng.uniform(0, 2 * math.pi)), float(rng.uniform(0, 0.3) * rng.random())
    profile = np.stack([reach, gain, glow], -1)[None].astype(np.float32)
    return _Lathe(base=base, wall=wall, shift=(tilt * math.cos(away), tilt * math.sin(away)), profile_1S3=profile)


def _along(scene: Scene, lathe: _Lathe) -> tuple[Field, Field, Field]:
    """For each pixel the turned circle on which it lies, 0 at the axis and 1 at the rim, and its direction."""
    rho = scene.rho_theta[0]
    x_1W, y_H1 = scene.patch.x_1W, scene.patch.y_H1
    away = rho / np.maximum(np.sqrt(x_1W * x_1W + y_H1 * y_H1), np.float32(1e-4))
    x: Field = (x_1W * away).astype(np.float32, copy=False)
    y: Field = (y_H1 * away).astype(np.float32, copy=False)
    dx, dy = np.float32(lathe.shift[0]), np.float32(lathe.shift[1])
    # Circle q has its middle at (1 - q) * shift; u = 1 - q solves |p - u * shift| = 1 - u.
    rest = np.float32(1 - lathe.shift[0] ** 2 - lathe.shift[1] ** 2)
    lean = 1 - (x * dx + y * dy)
    root = np.sqrt(np.maximum(lean * lean - rest * (1 - rho * rho), 0))
    u = (lean - root) / rest
    x -= u * dx
    y -= u * dy
    scale = (1 / np.maximum(np.sqrt(x * x + y * y), np.float32(1e-4))).astype(np.float32)
    return (1 - u).astype(np.float32), x * scale, y * scale


def _read(table_1S3: Field, q_HW: Field) -> Field:
    """Values of a profile at each pixel."""
    column = q_HW * np.float32((_STEPS - 1) / _END)
    row = np.zeros_like(column)
    return cv.remap(table_1S3, column, row, cv.INTER_LINEAR, borderMode=cv.BORDER_REPLICATE)  # type: ignore[no-any-return]


def _reflection(surroundings: Field, x: Field, y: Field) -> Field:
    """The room at places from -1 to 1; beyond its border it is mirrored."""
    half = np.float32((ROOM_PX - 1) / 2)
    mirrored: Field = cv.remap(
        surroundings, x * half + half, y * half + half, cv.INTER_LINEAR, borderMode=cv.BORDER_REFLECT_101
    )
    return mirrored


def _stamps(rng: np.random.Generator, scene: Scene, lathe: _Lathe) -> tuple[Field, Field]:
    """How far stamped leaves, letters or dots around the base bend the mirror."""
    height, width = scene.patch.fine_height, scene.patch.fine_width
    relief = np.zeros((height, width), np.uint8)
    count, far = int(rng.integers(4, 14)), lathe.base * float(rng.uniform(0.45, 0.85))
    size, petals = lathe.base * float(rng.uniform(0.06, 0.16)), int(rng.integers(1, 6))
    thin, turn = float(rng.uniform(0.25, 0.7)), float(rng.uniform(0, math.pi))
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
    depth = float(rng.uniform(0.15, 0.7)) * size / scene.patch.step
    slope_x: Field = cv.Sobel(soft, cv.CV_32F, 1, 0, scale=0.25 * depth)
    slope_y: Field = cv.Sobel(soft, cv.CV_32F, 0, 1, scale=0.25 * depth)
    return slope_x, slope_y


def _glow(rng: np.random.Generator, metal_HW3: Field, glow_HW: Field, dir_x: Field, dir_y: Field) -> None:
    """Add the light that edges catch, on the sides that face it."""
    angle, sides = float(rng.uniform(0, 2 * math.pi)), float(rng.uniform(0.1, 0.9))
    facing = dir_x * np.float32(math.cos(angle)) + dir_y * np.float32(math.sin(angle))
    if rng.random() < 0.5:
        facing = np.abs(facing)
    metal_HW3 += (glow_HW * np.clip((facing - np.float32(sides)) * 3 + 1, 0, 1))[..., None]


def _bloom(rng: np.random.Generator, metal_HW3: Field, scene: Scene) -> None:
    """Let what is too bright to be shown spill over."""
    sigma_px = float(rng.uniform(0.004, 0.04)) / scene.patch.step
    excess = np.maximum(metal_HW3 - 1, 0)
    metal_HW3 += np.float32(rng.uniform(0, 0.5)) * blurred(excess, sigma_px)


def _scratches(rng: np.random.Generator, scene: Scene, worn: float) -> Field:
    """Fine lines, straight or around the middle, lighter or darker than the metal."""
    patch = scene.patch
    lines = np.full((patch.fine_height, patch.fine_width), 128, np.uint8)
    px = 1 / patch.step
    middle = (round(-patch.first_x * px), round(-patch.first_y * px))
    for _ in range(int(worn * rng.integers(0, 60))):
        tone = int(128 + rng.uniform(-1, 1) * 60)
        angle, far = float(rng.uniform(0, 2 * math.pi)), float(rng.random()) ** 0.5
        if rng.random() < 0.5:
            radius, start = max(1, round(far * px)), math.degrees(angle)
            sweep = start + float(rng.uniform(3, 40))
            cv.ellipse(lines, middle, (radius, radius), 0, start, sweep, tone, 1, cv.LINE_AA)
        else:
            x, y = far * math.cos(angle), far * math.sin(angle)
            turn, length = float(rng.uniform(0, math.pi)), float(rng.uniform(0.02, 0.35))
            first = (round((x - patch.first_x) * px), round((y - patch.first_y) * px))
            last = (round(first[0] + length * px * math.cos(turn)), round(first[1] + length * px * math.sin(turn)))
            cv.line(lines, first, last, tone, 1, cv.LINE_AA)
    drawn: Field = (lines.astype(np.float32) - 128) * np.float32(rng.uniform(0.1, 0.8) / 128)
    return drawn


def _finish(
    rng: np.random.Generator,
    scene: Scene,
    metal_HW3: Field,
    strength: float,
    *,
    glaze: float = 0.0,
    is_grey: bool = False,
) -> None:
    """Expose the metal like a photo, keep some of the dish's own light and shade, put it in place.

    Args:
        rng: draws exposure, tint and what is kept.
        scene: changed in place.
        metal_HW3: reflected light, float32 RGB; changed in place.
        strength: 0..1, how much contrast.
        glaze: 0..1, how much of it is a dark brown, black or blue glaze below a weaker mirror.
        is_grey: no tint of its own.
    """
    mask_HW = scene.surface.mask_HW
    if not is_grey:
        mean = float((luma(metal_HW3) * mask_HW).sum(dtype=np.float64) / max(1.0, float(mask_HW.sum(dtype=np.float64))))
        aim = float(rng.uniform(0.18, 0.62))
        contrast = np.float32(rng.uniform(0.75, 1.25) + 0.5 * strength * rng.random())
        metal_HW3 *= np.float32(aim / max(mean, 0.03))
        metal_HW3 -= np.float32(aim)
        metal_HW3 *= contrast
        metal_HW3 += np.float32(aim)
        warmth = rng.uniform(-0.07, 0.05)
        metal_HW3 *= np.array([1 + warmth, 1, 1 - warmth], np.float32)
        # Metal never is quite black: it scatters a little of the room's light.
        floor = np.float32(rng.uniform(0.0, 0.12))
        np.maximum(metal_HW3, 0, out=metal_HW3)
        metal_HW3 *= 1 - floor
        metal_HW3 += floor
    if glaze:
        level = rng.uniform(0.04, 0.22)
        body = level * (np.array([1.25, 0.85, 0.7]) if rng.random() < 0.7 else rng.uniform(0.6, 1.2, 3))
        metal_HW3 *= np.float32(1 - glaze)
        metal_HW3 += body.astype(np.float32)
    kept = np.float32(rng.uniform(0, 0.9) * rng.random())
    metal_HW3 *= (1 + kept * (scene.shade_HW - 1))[..., None]
    grain = np.float32(rng.uniform(0, 0.025))
    metal_HW3 += (grain * (mottle(rng, scene.patch, 8 * scene.patch.step, GRAINY) - np.float32(0.5)))[..., None]
    sharpness_px = (
        float(rng.uniform(0.0, 0.9)) if rng.random() < 0.85 else float(rng.uniform(0.004, 0.015)) / scene.patch.step
    )
    scene.put(blurred(metal_HW3, sharpness_px), float(rng.uniform(0.85, 1.0)))
