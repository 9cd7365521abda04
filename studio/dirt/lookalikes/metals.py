"""What a clean dish of metal looks like.

All are turned on a lathe and mirror a room: steel sharply, brushed steel drawn out across its grooves, aluminium as
soft light and shade alone.
"""

from __future__ import annotations

import math

import numpy as np

from studio.core.registry import LOOK_ALIKES
from studio.dirt import cv
from studio.dirt.blur import kernel
from studio.dirt.draws import between, whole
from studio.dirt.lookalikes.exposures import exposed
from studio.dirt.lookalikes.furnishings import ROOM_PX
from studio.dirt.lookalikes.lathe import along, circles, read, smoothed, stamps, turned
from studio.dirt.lookalikes.rooms import room
from studio.dirt.lookalikes.tones import read_off, rgb, saturated, spread
from studio.dirt.lookups import mix
from studio.dirt.noise import CLOUDY, COARSEST_CYCLES, GRAINY, NATURAL, TILE_TEXELS, mottle
from studio.dirt.outline import Field
from studio.dirt.scene import Scene, blurred

_FAN, _LAP = 128, 32
"""Directions in which brushed steel mirrors, and how many of them are laid out twice where the circle closes."""


GRAIN_PX = TILE_TEXELS / COARSEST_CYCLES / 8
"""Size of a photo's grain as noise takes it: one texel of its coarsest tile a pixel, which needs no enlarging."""


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
    lathe = turned(rng, strength)
    surroundings = room(rng, scene, strength)
    q_HW, dir_x, dir_y = along(scene, lathe)
    reach, gain, glow = read(lathe.profile_1S3, circles(q_HW), scene.patch.step)
    patch = scene.patch
    # Without this the mirror would not move with the place: even a flat base sees more of the room on its far side.
    lean = between(rng, -0.15, 0.25)
    x, y = dir_x * reach, dir_y * reach
    x += lean * patch.x_1W + np.float32(between(rng, -0.2, 0.2))
    y += lean * patch.y_H1 + np.float32(between(rng, -0.2, 0.2))
    dent, feature = between(rng, 0.0, 0.22) * rng.random(), between(rng, 0.25, 1.6)
    x, y = (mix(part, 1, mottle(rng, patch, feature, CLOUDY), dent, -dent / 2) for part in (x, y))
    if rng.random() < 0.3:
        stamp_x, stamp_y = stamps(rng, scene, lathe)
        x += stamp_x
        y += stamp_y
    glow_HW = _glow(rng, glow, dir_x, dir_y)
    glaze = between(rng, 0.35, 0.75) if rng.random() < 0.12 else 0.0
    # What is exposed is the room: it has a fifth of the pixels of a dish.
    seen = _reflection(surroundings, scene.sampled(x), scene.sampled(y))
    metal_HW3 = _reflection(exposed(rng, scene, seen, strength, glaze).taken(surroundings), x, y)
    haze = between(rng, 0, 0.6) * rng.random()
    _finish(rng, scene, metal_HW3, gain, glow_HW, haze)


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
    lathe = turned(rng, 0.6 * strength)
    surroundings = room(rng, scene, 0.3 * strength)
    q_HW, dir_x, dir_y = along(scene, lathe)
    circle_HW = circles(q_HW)
    reach, gain, glow = read(lathe.profile_1S3, circle_HW, scene.patch.step)
    angle = mix(cv.phase(dir_x, dir_y), _FAN / (2 * math.pi), q_HW, between(rng, -6, 6), _LAP)
    fan, column = _fan(rng, surroundings), np.abs(reach) * np.float32(24)
    seen = read_off(fan, scene.sampled(column), scene.sampled(angle), cv.BORDER_REPLICATE)
    exposure = exposed(rng, scene, seen, 0.6 * strength)
    metal_HW3 = read_off(exposure.taken(fan), column, angle, cv.BORDER_REPLICATE)
    mirrored = between(rng, -0.3, 0.7)
    if mirrored > 0:
        # So soft a mirror needs a quarter of the pixels.
        room_HW3 = exposure.taken(blurred(surroundings, 2.5))
        dull = _reflection(room_HW3, *((part * reach)[::2, ::2] for part in (dir_x, dir_y)))
        dull_HW3 = cv.resize(dull, reach.shape[::-1], interpolation=cv.INTER_LINEAR)
        metal_HW3 = cv.addWeighted(metal_HW3, 1 - mirrored, dull_HW3, mirrored, 0)
    rings = smoothed(rng, between(rng, 0.4, 2.0)) * np.float32(between(rng, 0.01, 0.14))
    texture = gain * read(1 + rings, circle_HW, scene.patch.step)[0]
    if rng.random() < 0.4:
        turn, depth = between(rng, 0, math.pi), between(rng, 0.05, 0.35)
        lines = mottle(rng, scene.patch, 0.12, GRAINY, stretch=14, angle=turn)
        lined = mix(lines, depth, lines, 0, 1 - depth / 2)
        if rng.random() < 0.6:
            lined[q_HW >= lathe.base] = 1
        texture *= lined
    glow_HW = _glow(rng, glow * np.float32(0.6), dir_x, dir_y)
    _finish(rng, scene, metal_HW3, texture, glow_HW, 0.0)


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
    lathe = turned(rng, 0.3)
    # So dull a mirror sees no more of a room than where it is bright.
    around = rng.uniform(0.2, 1.0, (4, 4)) ** between(rng, 0.5, 2)
    around[tuple(rng.integers(0, 4, (2, whole(rng, 1, 3))))] += between(rng, 0.2, 1.5)
    coarse = cv.resize(around.astype(np.float32), (16, 16), interpolation=cv.INTER_LINEAR)
    q_HW, dir_x, dir_y = along(scene, lathe)
    reach, gain, glow = read(lathe.profile_1S3, circles(q_HW), scene.patch.step)
    reach *= np.float32(between(rng, 4, 9))
    light = cv.remap(coarse, 7.5 + dir_x * reach, 7.5 + dir_y * reach, cv.INTER_LINEAR, borderMode=cv.BORDER_REPLICATE)
    light *= np.float32(between(rng, 0.22, 0.7)) / np.float32(light.mean(dtype=np.float64) + 1e-3)
    patch, worn = scene.patch, 0.4 + 1.2 * strength
    large, small = worn * between(rng, 0.02, 0.22), worn * between(rng, 0.02, 0.16)
    large_HW = mottle(rng, patch, between(rng, 0.2, 1.2), NATURAL)
    small_HW = mottle(rng, patch, between(rng, 0.03, 0.1), GRAINY)
    coat = mix(large_HW, large, small_HW, small, 1 - (large + small) / 2)
    for _ in range(whole(rng, 0, 4)):
        cloud = mottle(rng, patch, between(rng, 0.25, 0.9), CLOUDY if rng.random() < 0.5 else NATURAL)
        edge, soft = np.float32(between(rng, 0.55, 0.85)), np.float32(1 / between(rng, 0.08, 0.5))
        coat += np.float32(worn * between(rng, -0.28, 0.25)) * np.clip((cloud - edge) * soft, 0, 1)
    coat += _scratches(rng, scene, worn)
    warmth = between(rng, -0.1, 0.03)
    tint = np.array([1 + warmth, 1, 1 - 0.7 * warmth], np.float32)
    coat *= mix(gain, 0.4, gain, 0, 0.6)
    _finish(rng, scene, cv.merge([light * part for part in tint]), coat, np.float32(0.3) * glow, 0.0)


def _fan(rng: np.random.Generator, surroundings: Field) -> Field:
    """What grooves that run around mirror: the room drawn out from its middle outwards, hardly around it.

    Args:
        rng: draws contrast, colour, fine rays.
        surroundings: the room.

    Returns:
        float32 RGB, one row for each direction with _LAP more at either end, 24 columns from the middle outwards.
    """
    half = (ROOM_PX - 1) / 2
    fan_A3 = cv.warpPolar(surroundings, (24, _FAN), (half, half), half - 1, cv.INTER_LINEAR | cv.WARP_POLAR_LINEAR)
    if rng.random() < 0.5:
        # A groove shines towards a lamp on either side of the middle.
        fan_A3 = np.maximum(fan_A3, np.float32(between(rng, 0.5, 1)) * np.roll(fan_A3, _FAN // 2, 0))
    rays = rng.standard_normal((_FAN, 1)).astype(np.float32) * np.float32(between(rng, 0, 0.7))
    fan_A3 *= rgb(np.broadcast_to(1 + blurred(rays, between(rng, 0.4, 2)), fan_A3.shape[:2]))
    fan_A3 = cv.copyMakeBorder(fan_A3, _LAP, _LAP, 0, 0, cv.BORDER_WRAP)
    far, around = between(rng, 1.5, 10), float(between(rng, 0.8, 7) if rng.random() < 0.7 else 12)
    fan_A3 = cv.GaussianBlur(fan_A3, (kernel(far)[0], kernel(around)[1]), sigmaX=far, sigmaY=around)
    fan_A3 = saturated(fan_A3, between(rng, 0, 0.7))
    contrast = between(rng, 1, 2.4)
    *means, _ = cv.mean(fan_A3)
    gain_34 = np.array([[0.0, 0, 0, mean * (1 - contrast)] for mean in means], np.float32)
    gain_34[(0, 1, 2), (0, 1, 2)] = contrast
    return cv.max(cv.transform(fan_A3, gain_34), (*(0.3 * mean for mean in means), 0.0))  # type: ignore[no-any-return]


def _reflection(surroundings: Field, x: Field, y: Field) -> Field:
    """The room at places from -1 to 1; beyond its border it is mirrored."""
    half = (ROOM_PX - 1) / 2
    return read_off(surroundings, mix(x, half, x, 0, half), mix(y, half, y, 0, half), cv.BORDER_REFLECT_101)


def _glow(rng: np.random.Generator, glow_HW: Field, dir_x: Field, dir_y: Field) -> Field:
    """The light that edges catch, on the sides that face it."""
    angle, sides = between(rng, 0, 2 * math.pi), between(rng, 0.1, 0.9)
    facing = mix(dir_x, 3 * math.cos(angle), dir_y, 3 * math.sin(angle))
    if rng.random() < 0.5:
        facing = np.abs(facing)
    facing += np.float32(1 - 3 * sides)
    np.clip(facing, 0, 1, out=facing)
    facing *= glow_HW
    return facing


def _scratches(rng: np.random.Generator, scene: Scene, worn: float) -> Field:
    """Fine lines, straight or around the middle, lighter or darker than the metal."""
    patch = scene.patch
    lines = np.full((patch.fine_height, patch.fine_width), 128, np.uint8)
    px = 1 / patch.step
    middle = (round(-patch.first_x * px), round(-patch.first_y * px))
    for _ in range(int(worn * rng.integers(0, 60))):
        tone = int(128 + between(rng, -1, 1) * 60)
        angle, far = between(rng, 0, 2 * math.pi), float(rng.random()) ** 0.5
        if rng.random() < 0.5:
            radius, start = max(1, round(far * px)), math.degrees(angle)
            sweep = start + between(rng, 3, 40)
            cv.ellipse(lines, middle, (radius, radius), 0, start, sweep, tone, 1, cv.LINE_AA)
        else:
            x, y = far * math.cos(angle), far * math.sin(angle)
            turn, length = between(rng, 0, math.pi), between(rng, 0.02, 0.35)
            first = (round((x - patch.first_x) * px), round((y - patch.first_y) * px))
            last = (round(first[0] + length * px * math.cos(turn)), round(first[1] + length * px * math.sin(turn)))
            cv.line(lines, first, last, tone, 1, cv.LINE_AA)
    drawn: Field = (lines.astype(np.float32) - 128) * np.float32(between(rng, 0.1, 0.8) / 128)
    return drawn


def _finish(
    rng: np.random.Generator, scene: Scene, metal_HW3: Field, gain_HW: Field, glow_HW: Field, haze: float
) -> None:
    """Let metal shine, keep some of the dish's own light and shade, put it in place.

    Args:
        rng: draws what is kept, grain and sharpness.
        scene: changed in place.
        metal_HW3: exposed light, float32 RGB of the dish's box; changed in place.
        gain_HW: how much of it each place gives back.
        glow_HW: light added.
        haze: 0..1, how much of the light a worn polish scatters.
    """
    step = scene.patch.step
    size = gain_HW.shape[::-1]
    kept = np.float32(between(rng, 0, 0.9) * rng.random())
    if rng.random() < 0.6:
        # A print on the dish is no shape of it: far from every detail only light and depth are left.
        smooth = blurred(scene.shade(scene.sampled(scene.grey_HW)), 0.048 / step / scene.stride)
        gain_HW = gain_HW * spread(scene, 1 - kept + kept * smooth)
    else:
        gain_HW = gain_HW * (1 - kept + kept * scene.shade(scene.grey_HW))
    metal_HW3 *= rgb(gain_HW)
    grain = between(rng, 0, 0.025)
    metal_HW3 += rgb(mix(glow_HW, 1, mottle(rng, scene.patch, GRAIN_PX * step, GRAINY), grain, -grain / 2))
    bloom, far = between(rng, 0, 0.6), between(rng, 0.03, 0.2) / step
    coarse = scene.sampled(metal_HW3)
    coarse = blurred(mix(coarse, haze, np.maximum(coarse - 1, 0), bloom), far / scene.stride)
    # What blinds or is scattered is seen far around.
    metal_HW3 = cv.addWeighted(
        metal_HW3, 1 - haze, cv.resize(coarse, size, interpolation=cv.INTER_LINEAR), 1, 0, dst=metal_HW3
    )
    soft = between(rng, 0, 0.9) if rng.random() < 0.85 else between(rng, 0.004, 0.015) / step
    scene.put(blurred(metal_HW3, soft), 1.0 if rng.random() < 0.8 else between(rng, 0.85, 1.0))
