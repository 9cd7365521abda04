"""What a clean dish of metal looks like.

All are turned on a lathe and mirror a room: steel sharply, brushed steel drawn out across its grooves, aluminium as
soft light and shade alone.
"""

from __future__ import annotations

import math

import numpy as np

from studio.core.registry import LOOK_ALIKES
from studio.dirt import cv
from studio.dirt.draws import between, whole
from studio.dirt.lookalikes.lathe import STEPS, along, read, stamps, turned
from studio.dirt.lookalikes.rooms import ROOM_PX, room
from studio.dirt.lookups import mix
from studio.dirt.noise import CLOUDY, GRAINY, NATURAL, mottle
from studio.dirt.outline import Field
from studio.dirt.scene import Scene, blurred, luma

_FAN, _LAP = 128, 32
"""Directions in which brushed steel mirrors, and how many of them are laid out twice where the circle closes."""


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
    values_HW3 = read(lathe.profile_1S3, q_HW, scene.patch.step)
    reach = values_HW3[..., 0]
    dent = np.float32(between(rng, 0.0, 0.22) * rng.random())
    patch = scene.patch
    feature = between(rng, 0.25, 1.6)
    x = dir_x * reach + dent * (mottle(rng, patch, feature, CLOUDY) - np.float32(0.5))
    y = dir_y * reach + dent * (mottle(rng, patch, feature, CLOUDY) - np.float32(0.5))
    # Without this the mirror would not move with the place: even a flat base sees more of the room on its far side.
    lean = np.float32(between(rng, -0.15, 0.25))
    x += lean * patch.x_1W + np.float32(between(rng, -0.2, 0.2))
    y += lean * patch.y_H1 + np.float32(between(rng, -0.2, 0.2))
    if rng.random() < 0.3:
        stamp_x, stamp_y = stamps(rng, scene, lathe)
        x += stamp_x
        y += stamp_y
    metal_HW3 = _reflection(surroundings, x, y)
    glow_HW = _glow(rng, values_HW3[..., 2], dir_x, dir_y)
    glaze = between(rng, 0.35, 0.75) if rng.random() < 0.12 else 0.0
    metal_HW3 = _exposed(rng, scene, metal_HW3, strength, glaze)
    haze = float(between(rng, 0, 0.6) * rng.random())
    _finish(rng, scene, metal_HW3, values_HW3[..., 1], glow_HW, haze)


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
    values_HW3 = read(lathe.profile_1S3, q_HW, scene.patch.step)
    reach = values_HW3[..., 0]
    angle = cv.phase(dir_x, dir_y) * np.float32(_FAN / (2 * math.pi)) + np.float32(between(rng, -6, 6)) * q_HW
    radius = np.abs(reach) * np.float32(24)
    metal_HW3 = cv.remap(_fan(rng, surroundings), radius, angle + _LAP, cv.INTER_LINEAR, borderMode=cv.BORDER_REPLICATE)
    mirrored = np.float32(between(rng, -0.3, 0.7))
    if mirrored > 0:
        metal_HW3 += mirrored * (_reflection(blurred(surroundings, 2.5), dir_x * reach, dir_y * reach) - metal_HW3)
    rings = rng.standard_normal((1, STEPS)).astype(np.float32)
    rings = cv.GaussianBlur(rings, (0, 0), between(rng, 0.4, 2.0))
    rings *= np.float32(between(rng, 0.01, 0.14)) / np.float32(rings.std(dtype=np.float64))
    texture = values_HW3[..., 1] * (1 + read(rings, q_HW, scene.patch.step))
    if rng.random() < 0.4:
        turn = between(rng, 0, math.pi)
        lines = mottle(rng, scene.patch, 0.12, GRAINY, stretch=14, angle=turn)
        straight = q_HW < lathe.base if rng.random() < 0.6 else np.ones_like(q_HW, bool)
        texture = texture * (1 + straight * np.float32(between(rng, 0.05, 0.35)) * (lines - np.float32(0.5)))
    glow_HW = _glow(rng, 0.6 * values_HW3[..., 2], dir_x, dir_y)
    _finish(rng, scene, _exposed(rng, scene, metal_HW3, 0.6 * strength), texture, glow_HW, 0.0)


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
    values_HW3 = read(lathe.profile_1S3, q_HW, scene.patch.step)
    reach = values_HW3[..., 0] * np.float32(between(rng, 4, 9))
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
    coat *= 0.4 * values_HW3[..., 1] + np.float32(0.6)
    _finish(rng, scene, cv.merge([light * part for part in tint]), coat, np.float32(0.3) * values_HW3[..., 2], 0.0)


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
    fan_A3 *= (1 + blurred(rays, between(rng, 0.4, 2)))[..., None]
    fan_A3 = cv.copyMakeBorder(fan_A3, _LAP, _LAP, 0, 0, cv.BORDER_WRAP)
    far, around = between(rng, 1.5, 10), float(between(rng, 0.8, 7) if rng.random() < 0.7 else 12)
    fan_A3 = cv.GaussianBlur(fan_A3, (0, 0), sigmaX=far, sigmaY=around)
    mean_3 = fan_A3.mean((0, 1), dtype=np.float64).astype(np.float32)
    grey = luma(fan_A3)[..., None]
    fan_A3 = grey + np.float32(between(rng, 0, 0.7)) * (fan_A3 - grey)
    contrast = np.float32(between(rng, 1, 2.4))
    fan: Field = np.maximum(mean_3 + contrast * (fan_A3 - mean_3), np.float32(0.3) * mean_3)
    return fan


def _reflection(surroundings: Field, x: Field, y: Field) -> Field:
    """The room at places from -1 to 1; beyond its border it is mirrored."""
    half = np.float32((ROOM_PX - 1) / 2)
    mirrored: Field = cv.remap(
        surroundings, x * half + half, y * half + half, cv.INTER_LINEAR, borderMode=cv.BORDER_REFLECT_101
    )
    return mirrored


def _glow(rng: np.random.Generator, glow_HW: Field, dir_x: Field, dir_y: Field) -> Field:
    """The light that edges catch, on the sides that face it."""
    angle, sides = between(rng, 0, 2 * math.pi), between(rng, 0.1, 0.9)
    facing = dir_x * np.float32(3 * math.cos(angle)) + dir_y * np.float32(3 * math.sin(angle))
    if rng.random() < 0.5:
        facing = np.abs(facing)
    lit: Field = glow_HW * np.clip(facing + np.float32(1 - 3 * sides), 0, 1)
    return lit


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


def _exposed(rng: np.random.Generator, scene: Scene, metal_HW3: Field, strength: float, glaze: float = 0.0) -> Field:
    """Mirrored light as a photo shows it.

    Args:
        rng: draws exposure, white balance and contrast.
        scene: whose dish sets the exposure.
        metal_HW3: mirrored light, float32 RGB of the dish's box.
        strength: 0..1, how much contrast.
        glaze: 0..1, how much of it is a dark glaze below a weaker mirror.

    Returns:
        float32 RGB, about 0..1, above it where a lamp blinds.
    """
    seen = np.array(cv.mean(metal_HW3, (scene.surface.mask_HW > 0).astype(np.uint8))[:3]) + 0.02
    mean = 0.3 * seen[0] + 0.59 * seen[1] + 0.11 * seen[2]
    aim, contrast = between(rng, 0.16, 0.6), between(rng, 0.75, 1.3) + 0.6 * strength * rng.random()
    # A camera takes most of a room's cast away: what stays coloured in a mirror is what differs from the rest.
    balance = (mean / seen) ** between(rng, 0, 1.1)
    warmth = between(rng, -0.07, 0.05)
    tint = np.array([1 + warmth, 1, 1 - warmth]) * (1 - glaze)
    # Metal is never quite black: it scatters a little of the room's light.
    floor = np.full(3, between(rng, 0, 0.12))
    if glaze:
        brown = np.array([1.25, 0.85, 0.7]) if rng.random() < 0.7 else rng.uniform(0.6, 1.2, 3)
        floor = between(rng, 0.03, 0.2) * brown
    gain = tint * balance * (contrast * aim / mean)
    shift = tint * aim * (1 - contrast) + floor
    exposed = cv.transform(metal_HW3, np.concatenate([np.diag(gain), shift[:, None]], 1).astype(np.float32))
    return cv.max(exposed, (*(0.5 * floor).tolist(), 0.0))  # type: ignore[no-any-return]


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
    height, width = gain_HW.shape
    small = (width // 4 + 1, height // 4 + 1)
    shade_HW = scene.shade_HW
    if rng.random() < 0.6:
        # A print on the dish is no shape of it: far from every detail only light and depth are left.
        smooth = blurred(cv.resize(shade_HW, small, interpolation=cv.INTER_AREA), 0.012 / step)
        shade_HW = cv.resize(smooth, (width, height), interpolation=cv.INTER_LINEAR)
    kept = np.float32(between(rng, 0, 0.9) * rng.random())
    gain_HW = gain_HW * (1 - kept + kept * shade_HW)
    metal_HW3 *= cv.merge([gain_HW, gain_HW, gain_HW])
    grain = np.float32(between(rng, 0, 0.025))
    added_HW = glow_HW + grain * (mottle(rng, scene.patch, 8 * step, GRAINY) - np.float32(0.5))
    metal_HW3 += cv.merge([added_HW, added_HW, added_HW])
    bloom, far = np.float32(between(rng, 0, 0.6)), float(between(rng, 0.03, 0.2) / 4 / step)
    coarse = cv.resize(metal_HW3, small, interpolation=cv.INTER_AREA)
    coarse = blurred(np.float32(haze) * coarse + bloom * np.maximum(coarse - 1, 0), far)
    metal_HW3 *= np.float32(1 - haze)
    metal_HW3 += cv.resize(coarse, (width, height), interpolation=cv.INTER_LINEAR)
    soft = between(rng, 0, 0.9) if rng.random() < 0.85 else between(rng, 0.004, 0.015) / step
    scene.put(blurred(metal_HW3, soft), 1.0 if rng.random() < 0.8 else between(rng, 0.85, 1.0))
