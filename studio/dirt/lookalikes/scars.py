"""What years of use leave on clean dishes."""

from __future__ import annotations

import cmath
import math

import numpy as np

from studio.core.registry import LOOK_ALIKES
from studio.dirt import cv
from studio.dirt.draws import any_of, between, whole
from studio.dirt.lookalikes.ink import Shape
from studio.dirt.lookalikes.lamps import around
from studio.dirt.lookalikes.tones import brightness, rgb
from studio.dirt.lookups import mix, ring, smoothstep
from studio.dirt.noise import GRAINY, NATURAL, mottle
from studio.dirt.outline import Field, Image
from studio.dirt.scene import WHOLE, Scene, blurred, place_of

BARE = np.array(
    [
        (0.05, 0.05, 0.06),
        (0.09, 0.07, 0.06),
        (0.16, 0.11, 0.08),
        (0.30, 0.20, 0.14),
        (0.28, 0.28, 0.29),
        (0.62, 0.52, 0.42),
    ],
    np.float32,
)
"""What shows where enamel or glaze is gone, RGB 0..1: iron, rust, steel, clay."""

STAINED = np.array(
    [
        (0.80, 0.66, 0.48),
        (0.72, 0.58, 0.44),
        (0.86, 0.78, 0.58),
        (0.70, 0.70, 0.70),
        (0.55, 0.52, 0.50),
        (0.82, 0.72, 0.66),
    ],
    np.float32,
)
"""By what an old even tint multiplies a dish's colour where it is deepest: tea, coffee, age, metal."""


@LOOK_ALIKES.register(
    "scratches",
    title="Scratches",
    help="Fine marks of knives, spoons and scouring pads, tone on tone or grey.",
    group="wear",
    strength=0.25,
)
def scratches(rng: np.random.Generator, scene: Scene, strength: float) -> None:
    """Bundles of straight or slightly curved scratches, metal marks, scuffed rings.

    Args:
        rng: draws number, place, direction and tone.
        scene: the photo, changed in place.
        strength: 0 none, 1 a dish scratched all over.
    """
    if strength <= 0:
        return
    patch = scene.patch
    light, dark = (np.zeros((patch.height, patch.width), np.uint8) for _ in range(2))
    lean = between(rng, 0, 1)
    first = complex(patch.first_x, patch.first_y)
    thin = float(np.exp(between(rng, math.log(0.003), math.log(0.008))))
    for _ in range(1 + int(rng.poisson(0.8 + 5 * strength))):
        at = complex(*scene.surface.point(between(rng, 0, 0.9), between(rng, -math.pi, math.pi)))
        count = 1 + int(rng.poisson((0.5, 4.0, 10.0)[whole(rng, 0, 3)]))
        lines = _arcs(rng, count, at) if rng.random() < 0.25 else _strokes(rng, count, at)
        points = np.rint(((lines - first) * (16 / patch.step)).view(np.float64)).astype(np.int32)
        for line, (side, wide, deep) in zip(points.reshape(count, -1, 2), rng.random((count, 3)).tolist(), strict=True):
            wanted = thin * (0.5 + 1.3 * wide) / patch.step
            tone = round(255 * (0.25 + 0.75 * deep) * min(1.0, wanted))
            canvas = light if side < lean else dark
            cv.polylines(canvas, [line], False, tone, max(1, round(wanted)), cv.LINE_AA, 4)
    is_rubbed = rng.random() < 0.3
    place = WHOLE if is_rubbed else place_of(cv.max(light, dark), 1)
    # A blade skips: scratches break and fade along their way.
    broken_HW = mottle(rng, patch, between(rng, 0.06, 0.3), GRAINY)[place] + np.float32(0.25)
    depth = between(rng, 0.12, 0.5) * (0.6 + 0.8 * strength)
    sheen_HW = broken_HW * light[place] * (np.float32(0.7 * depth / 255) * scene.surface.tone_HW[place])
    mark_HW = np.minimum(broken_HW * dark[place] * np.float32(1.4 * depth / 255), 0.9)
    # Tone on tone; else grey metal that a knife left.
    metal = any_of(rng, (0.0, between(rng, 0.1, 0.5)))
    worn_HW3 = scene.dish_HW3[place] * rgb(1 - mark_HW)
    worn_HW3 += rgb(mix(mark_HW, metal, sheen_HW, 1))
    if is_rubbed:
        rubbed_HW = np.float32(between(rng, 0.1, 0.4)) * _scuffs(rng, scene) * broken_HW
        worn_HW3 *= 1 - rgb(rubbed_HW) * rng.uniform(0.6, 1.0, 3).astype(np.float32)
    scene.put(worn_HW3, place=place)


def _scuffs(rng: np.random.Generator, scene: Scene) -> Field:
    """Broad soft arcs, as spoons that stirred rub them into the base, 0..1."""
    patch = scene.patch
    canvas = np.zeros((patch.height, patch.width), np.uint8)
    x, y = scene.surface.point(between(rng, 0, 0.45), between(rng, -math.pi, math.pi))
    bow = between(rng, 0.08, 0.4)
    for _ in range(whole(rng, 2, 9)):
        dx, dy = rng.normal(0, 0.12, 2)
        start = between(rng, -math.pi, math.pi)
        theta = start + np.linspace(0, between(rng, 0.5, 2.5), 13)
        reach = bow * between(rng, 0.5, 1.3)
        points = patch.pixels(x + float(dx) + reach * np.cos(theta), y + float(dy) + reach * np.sin(theta))
        wanted = between(rng, 0.006, 0.02) / patch.step
        tone = round(255 * between(rng, 0.3, 1) * min(1.0, wanted))
        shape = [np.round(points * 16).astype(np.int32)]
        cv.polylines(canvas, shape, False, tone, max(1, round(wanted)), cv.LINE_AA, 4)
    rubbed_HW: Field = canvas.astype(np.float32) * np.float32(1 / 255)
    return blurred(rubbed_HW, between(rng, 0.004, 0.014) / patch.step)


_ALONG = np.linspace(-1, 1, 7)
"""Where along a stroke its corners are."""

_ROUND = np.linspace(0, 1, 13)
"""The same along an arc."""


def _strokes(rng: np.random.Generator, count: int, at: complex) -> Shape:
    """Nearly straight lines side by side, each a row of corners in dish radii."""
    heading = between(rng, 0, math.pi)
    size = math.exp(between(rng, math.log(0.06), math.log(0.55)))
    half = 0.5 * size * (0.3 + 0.7 * rng.random((count, 1)))
    right, down, turn, bow = rng.standard_normal((4, count, 1))
    bow *= 0.25 * half * half / np.maximum(half, 0.1)
    lines: Shape = (_ALONG * half + _ALONG * _ALONG * (1j * bow)) * np.exp(1j * (heading + 0.15 * turn))
    lines += at + 0.35 * size * (right + 1j * down)
    return lines


def _arcs(rng: np.random.Generator, count: int, at: complex) -> Shape:
    """Lines round the centre, as a scouring pad or a stirring spoon leaves them; each a row of corners."""
    reach, sweep = rng.random((2, count, 1))
    start, off = rng.standard_normal((2, count, 1))
    rho, theta = cmath.polar(at)
    turn = (0.1 + 1.3 * sweep) * _ROUND
    lines: Shape = (rho * (0.85 + 0.25 * reach) + 0.05 * off * turn) * np.exp(1j * (theta + 0.3 * start + turn))
    return lines


@LOOK_ALIKES.register(
    "chips",
    title="Chips",
    help="Bare spots with sharp edges where enamel or glaze has chipped off, mostly at the rim.",
    group="wear",
    strength=0.1,
)
def chips(rng: np.random.Generator, scene: Scene, strength: float) -> None:
    """Chipped enamel or glaze at the rim and in the base.

    Args:
        rng: draws number, place, shape and colour.
        scene: the photo, changed in place.
        strength: 0 none, 1 a worn rim and about six spots.
    """
    if strength <= 0:
        return
    patch = scene.patch
    rho_HW, _ = scene.rho_theta
    ragged_HW = mottle(rng, patch, between(rng, 0.04, 0.1), NATURAL) - np.float32(0.5)
    # Signed distance, dish radii: below 0 the ground is bare.
    away_HW = np.full(rho_HW.shape, np.float32(1))
    is_worn = rng.random() < 0.5
    for _ in range(1 + int(rng.poisson(0.5 + 4 * strength))):
        if rng.random() < 0.65:
            rho, theta = between(rng, 0.95, 1.0), between(rng, -math.pi, math.pi)
            size = float(np.exp(between(rng, math.log(0.012), math.log(0.07))))
        else:
            rho, theta = 0.9 * math.sqrt(float(rng.random())), between(rng, -math.pi, math.pi)
            size = float(np.exp(between(rng, math.log(0.008), math.log(0.045))))
        x, y = scene.surface.point(rho, theta)
        angle = theta + float(rng.normal(0, 0.4))
        c, s = np.float32(math.cos(angle)), np.float32(math.sin(angle))
        flat = np.float32(1 / between(rng, 0.3, 1.0))
        # Further away than its border and the raggedness of its edge a chip says nothing.
        place = around(patch, x, y, size + 0.1)
        across, down = patch.x_1W[:, place[1]] - np.float32(x), patch.y_H1[place[0]] - np.float32(y)
        near_HW = np.hypot(across * (c * flat) + down * (s * flat), down * c - across * s) - np.float32(size)
        np.minimum(away_HW[place], near_HW, out=away_HW[place])
    roughness = np.float32(between(rng, 0.02, 0.06))
    away_HW = away_HW + roughness * ragged_HW
    if is_worn:
        # The edge itself is rubbed through in stretches.
        stretch_HW = mottle(rng, patch, between(rng, 0.15, 0.5), NATURAL)
        width = np.float32(between(rng, 0.01, 0.05))
        worn_HW = (1 - rho_HW) - width * (stretch_HW + ragged_HW - np.float32(between(rng, 0.4, 0.8))) * 3
        away_HW = np.minimum(away_HW, worn_HW)
    soft = max(1.2 * patch.step, 0.003)
    bare_HW = smoothstep(soft / 2, -soft / 2, away_HW)
    border = between(rng, 0.004, 0.018)
    border_HW = smoothstep(border + soft, border * 0.5, away_HW) * np.float32(between(rng, 0.1, 0.8))
    is_dark = brightness(scene) < 0.35
    # Below a dark glaze lies a pale ground, below a pale one dark iron.
    pool = BARE[3:] if is_dark else BARE
    ground_3 = pool[whole(rng, 0, len(pool))]
    lit_HW3 = np.clip(scene.dish_HW3 * np.float32(1.1) + np.float32(between(rng, 0.02, 0.15)), 0, 1)
    scene.put(lit_HW3, border_HW)
    tone_HW = scene.surface.tone_HW * (np.float32(0.8) + np.float32(0.5) * ragged_HW)
    scene.put(ground_3 * rgb(tone_HW), bare_HW * np.float32(between(rng, 0.6, 1)))


@LOOK_ALIKES.register(
    "tint",
    title="Old tint",
    help="An even darkening of base or rim that no washing removes, and fine cracks in the glaze.",
    group="wear",
    strength=0.1,
)
def tint(rng: np.random.Generator, scene: Scene, strength: float) -> None:
    """An even tint, symmetric about the centre, without any texture; crazing.

    Args:
        rng: draws colour, ring and depth.
        scene: the photo, changed in place.
        strength: 0 none, 1 deep.
    """
    if strength <= 0:
        return
    rho_HW, _ = scene.rho_theta
    depth = between(rng, 0.15, 0.6) * (0.6 + 0.8 * strength)
    colour_3 = STAINED[whole(rng, 0, len(STAINED))] + rng.normal(0, 0.03, 3).astype(np.float32)
    off = rng.normal(0, 0.06, 2).astype(np.float32)
    ring_HW = rho_HW + off[0] * scene.patch.x_1W + off[1] * scene.patch.y_H1
    edge = float(np.exp(between(rng, math.log(0.015), math.log(0.4))))
    radius = between(rng, 0.25, 0.85)
    share_HW = smoothstep(radius + edge, radius, ring_HW)
    kind = whole(rng, 0, 4)
    if kind == 1:
        share_HW = 1 - share_HW
    elif kind == 2:
        # Deepest in the groove where base and wall meet.
        share_HW = ring(ring_HW, radius, edge)
    elif kind == 3:
        share_HW = share_HW * (np.float32(0.5) + np.float32(0.5) * smoothstep(0, radius, ring_HW))
    share_HW = share_HW * np.float32(min(depth, 1))
    colour_3 = np.clip(colour_3, 0, 1)
    if brightness(scene) < 0.35:
        # A dark dish does not darken with age: it wears dull and pale.
        scene.put(np.full_like(scene.dish_HW3, colour_3), np.float32(0.3) * share_HW)
    else:
        left = [mix(share_HW, -lack, share_HW, 0, 1) for lack in (1 - colour_3).tolist()]
        scene.put(cv.merge(left) * scene.dish_HW3)
    if rng.random() < 0.3:
        _craze(rng, scene, strength)


def _craze(rng: np.random.Generator, scene: Scene, strength: float) -> None:
    """A net of hairline cracks: the borders between the nearest of scattered points."""
    patch = scene.patch
    spacing_px = max(4.0, between(rng, 0.04, 0.13) / patch.step)
    count = int(patch.width * patch.height / spacing_px**2) + 2
    seeds: Image = np.full((patch.height, patch.width), 255, np.uint8)
    seeds[rng.integers(patch.height, size=count), rng.integers(patch.width, size=count)] = 0
    _, cells = cv.distanceTransformWithLabels(seeds, cv.DIST_L2, 5, labelType=cv.DIST_LABEL_PIXEL)
    line_HW = np.zeros(seeds.shape, np.float32)
    line_HW[:-1] += cells[1:] != cells[:-1]
    line_HW[:, :-1] += cells[:, 1:] != cells[:, :-1]
    fading_HW = smoothstep(0.3, 0.8, mottle(rng, patch, 0.5, NATURAL))
    thin = min(1.0, 0.004 / patch.step)
    shade_HW = (
        blurred(np.minimum(line_HW, 1), 0.4) * fading_HW * np.float32(thin * between(rng, 0.1, 0.4) * (0.5 + strength))
    )
    scene.put(scene.dish_HW3 * rgb(1 - np.minimum(shade_HW, 0.8)))
