"""Clear water on clean dishes."""

from __future__ import annotations

import math

import numpy as np

from studio.core.registry import LOOK_ALIKES
from studio.dirt import cv
from studio.dirt.blur import cast
from studio.dirt.draws import any_of, between, whole
from studio.dirt.lookalikes.drawing import Drawing
from studio.dirt.lookalikes.tones import brightness, read_off, rgb, swell
from studio.dirt.lookups import bell, mix, smoothstep
from studio.dirt.noise import CLOUDY, NATURAL, mottle
from studio.dirt.outline import Field
from studio.dirt.scene import Scene, blurred, place_of
from studio.dirt.surface import RIMS


@LOOK_ALIKES.register(
    "droplets",
    title="Water drops",
    help="Clear drops after rinsing, which bend and gather the light but have no colour of their own.",
    group="water",
    strength=0.2,
)
def droplets(rng: np.random.Generator, scene: Scene, strength: float) -> None:
    """A few to hundreds of clear drops, some merged, some running down the wall.

    Args:
        rng: draws number, sizes, places and how they shine.
        scene: the photo, changed in place.
        strength: 0 none, 1 up to about three hundred.
    """
    if strength <= 0:
        return
    count = int(np.exp(between(rng, math.log(3), math.log(25 + 300 * strength))))
    radii = np.exp(rng.normal(math.log(between(rng, 0.008, 0.018)), 0.4, count))
    radii[rng.random(count) < 0.06] *= 2.6
    radii = np.minimum(radii, 0.075)
    xs, ys, thetas = _places(rng, scene, count)
    body, shine = Drawing(scene), Drawing(scene)
    lx, ly = scene.surface.light
    slant, pixel = math.atan2(ly, lx) + math.pi / 2, between(rng, 0.3, 0.75) * scene.patch.step
    flat = between(rng, 0.55, 1)
    drops = zip(xs.tolist(), ys.tolist(), radii.tolist(), thetas.tolist(), rng.random((count, 3)).tolist(), strict=True)
    for x, y, radius, theta, (glare, round_share, many) in drops:
        body.blob(x, y, radius, radius * (flat + (1 - flat) * round_share), theta, 1.0)
        for _ in range(int(many < 0.4) + (whole(rng, 0, 4) if radius > 0.022 else 0)):
            # Drops that met: a lobed one, never a string of beads.
            dx, dy = rng.normal(0, 0.75 * radius, 2).tolist()
            body.blob(x + dx, y + dy, radius * between(rng, 0.4, 0.9), radius * 0.5, 0.0, 1.0)
        if radius > 0.8 * scene.patch.step:
            # However small the drop, the lamp in it is a bright point.
            wide, high = max(0.34 * radius, pixel), max(0.22 * radius, pixel)
            shine.blob(x + 0.45 * radius * lx, y + 0.45 * radius * ly, wide, high, slant, 0.3 + 0.7 * glare)
    for _ in range(int(rng.poisson(1.6 * strength))):
        _run(rng, scene, body)
    _wet(
        scene,
        body.field(),
        shine.field(),
        edge=between(rng, 0.006, 0.014),
        relief=between(rng, 0.12, 0.55) * (0.6 + 0.8 * strength),
        glare=between(rng, 0.5, 1.8),
    )


_DIRECTIONS = np.linspace(-math.pi, math.pi, RIMS, endpoint=False)
"""Where a surface keeps the distance of its rim."""


def _places(rng: np.random.Generator, scene: Scene, count: int) -> tuple[Field, Field, Field]:
    """Where drops hang: everywhere, on one side, in clusters or round the base; x, y and direction from the centre."""
    rho = np.sqrt(rng.random(count)) * 0.99
    theta = rng.uniform(-math.pi, math.pi, count)
    habit = whole(rng, 0, 4)
    if habit == 1:
        theta = rng.vonmises(between(rng, -math.pi, math.pi), 0.8, count)
    elif habit == 2:
        near = rng.random(count) < 0.6
        rho = np.where(near, np.clip(rng.normal(between(rng, 0.3, 0.9), 0.06, count), 0, 0.98), rho)
    reach = np.interp(theta, _DIRECTIONS, scene.surface.rim, period=2 * math.pi) * rho
    x, y = reach * np.cos(theta), reach * np.sin(theta)
    if habit == 3:
        centre = rng.uniform(-0.6, 0.6, (3, 2))[rng.integers(3, size=count)]
        near = rng.random(count) < 0.8
        spread = rng.normal(0, 0.18, (count, 2))
        x = np.where(near, centre[:, 0] + spread[:, 0], x)
        y = np.where(near, centre[:, 1] + spread[:, 1], y)
    return x.astype(np.float32), y.astype(np.float32), theta.astype(np.float32)


def _run(rng: np.random.Generator, scene: Scene, body: Drawing) -> None:
    """A drop that ran down the wall, with the thread of water behind it."""
    theta = between(rng, -math.pi, math.pi)
    x, y = scene.surface.point(between(rng, 0.6, 0.96), theta)
    width = between(rng, 0.005, 0.012)
    heading = theta + math.pi + float(rng.normal(0, 0.1))
    steps = whole(rng, 3, 10)
    for k in range(steps):
        heading += float(rng.normal(0, 0.08))
        to_x, to_y = x + 0.045 * math.cos(heading), y + 0.045 * math.sin(heading)
        if rng.random() < 0.85:
            body.line(x, y, to_x, to_y, width * (0.6 + 1.2 * k / steps))
        x, y = to_x, to_y
    body.blob(x, y, 1.1 * width, 0.9 * width, heading, 1.0)


def _wet(scene: Scene, body_HW: Field, shine_HW: Field, *, edge: float, relief: float, glare: float) -> None:
    """Lay clear water over the dish.

    Light comes in at the near edge, which stays dark, and gathers beyond the far one.

    Args:
        scene: the photo, changed in place.
        body_HW: where water is, 0..1.
        shine_HW: where it mirrors the lamp, 0..1.
        edge: how far the water's edge is rounded, dish radii.
        relief: contrast of its edges.
        glare: brightness of the lamps in it.
    """
    step = scene.patch.step
    lx, ly = scene.surface.light
    round_px = max(0.7, edge / step)
    place = place_of((cv.max(body_HW, shine_HW) > 0.004).astype(np.uint8), 4 * round_px + 3)
    body_HW, shine_HW, tone_HW = (field[place] for field in (body_HW, shine_HW, scene.surface.tone_HW))
    dish_HW3 = np.ascontiguousarray(scene.dish_HW3[place])
    body_HW = blurred(body_HW, 0.5)
    height_HW = blurred(body_HW, round_px)
    # Sobel's sums are eight times the slope per px.
    gain = round_px / 8 * 2.2
    slope_x = cv.Sobel(height_HW, cv.CV_32F, 1, 0, scale=gain)
    slope_y = cv.Sobel(height_HW, cv.CV_32F, 0, 1, scale=gain)
    columns = np.arange(body_HW.shape[1], dtype=np.float32)[None]
    rows = np.arange(body_HW.shape[0], dtype=np.float32)[:, None]
    bend = np.float32(1.6 * round_px)
    # A lens of water shows what lies beneath its middle larger, and its edges what lies beside it.
    wet_HW3 = read_off(dish_HW3, columns + bend * slope_x, rows + bend * slope_y, cv.BORDER_REFLECT)
    wet_HW3 -= dish_HW3
    wet_HW3 *= rgb(body_HW)
    wet_HW3 += dish_HW3
    shade_HW = mix(slope_x, relief * lx, slope_y, relief * ly)
    # Beyond the drop lies its shadow, on the side away from the light.
    cast_HW = cast(body_HW, round_px, -0.8 * round_px * lx, -0.8 * round_px * ly)
    cast_HW = np.maximum(cast_HW - body_HW, 0)
    wet_HW3 *= rgb(mix(shade_HW, 0.75, cast_HW, -0.3 * relief, 1))
    # A lamp in a drop is as bright on a black dish as on a white one.
    shade_HW *= tone_HW
    wet_HW3 += rgb(mix(shade_HW, 0.3, blurred(shine_HW, 0.4), glare))
    scene.put(wet_HW3, place=place)


@LOOK_ALIKES.register(
    "puddle",
    title="Puddles",
    help="A pool or film of clear water with a thin shining outline, sometimes with a few bubbles of foam.",
    group="water",
    strength=0.12,
)
def puddle(rng: np.random.Generator, scene: Scene, strength: float) -> None:
    """Water that stands in the base or clings to the wall.

    Args:
        rng: draws place, outline, ripples and bubbles.
        scene: the photo, changed in place.
        strength: 0 none, 1 large with strong outlines.
    """
    if strength <= 0:
        return
    patch = scene.patch
    rho_HW, _ = scene.rho_theta
    # Its own skin keeps water's outline smooth: a coarse field, not fractal noise.
    field_HW = swell(rng.random((whole(rng, 4, 9), 6), np.float32), scene.patch)
    field_HW = field_HW + np.float32(0.08) * mottle(rng, patch, 0.3, CLOUDY)
    if rng.random() < 0.6:
        reach_HW = rho_HW / np.float32(between(rng, 0.25, 0.75))
    else:
        x, y = scene.surface.point(between(rng, 0.2, 0.9), between(rng, -math.pi, math.pi))
        reach_HW = patch.distance(x, y) / np.float32(between(rng, 0.15, 0.3 + 0.3 * strength))
    field_HW = field_HW - np.float32(between(rng, 0.5, 2.2)) * (reach_HW - 1) - np.float32(0.55)
    if rng.random() < 0.3:
        # A film that has run off in its middle too.
        field_HW = np.float32(between(rng, 0.1, 0.3)) - np.abs(field_HW - np.float32(0.2))
    slope_HW = np.abs(cv.Sobel(field_HW, cv.CV_32F, 1, 0)) + np.abs(cv.Sobel(field_HW, cv.CV_32F, 0, 1))
    # Distance from the outline in px, positive inside.
    inside_HW = field_HW / np.maximum(slope_HW * np.float32(1 / 8), np.float32(0.1 * patch.step))
    body_HW = smoothstep(-0.7, 0.7, inside_HW)
    thin_px = max(0.6, between(rng, 0.003, 0.01) / patch.step)
    # The outline catches the lamp here and there.
    line_HW = bell(inside_HW, 0, thin_px)
    line_HW *= smoothstep(between(rng, 0.1, 0.6), 0.9, swell(rng.random((14, 14), np.float32), scene.patch))
    shine_HW = line_HW * np.float32(between(rng, 0.1, 0.9))
    if rng.random() < 0.5:
        shine_HW = shine_HW + body_HW * _ripples(rng, scene) * np.float32(between(rng, 0.2, 0.9))
    dark = any_of(rng, (0.0, between(rng, 0.0, 0.14)))
    if dark:
        scene.put(scene.dish_HW3 * rgb(1 - np.float32(dark) * body_HW))
    _wet(
        scene,
        body_HW,
        np.minimum(shine_HW, 1),
        edge=between(rng, 0.005, 0.016),
        relief=between(rng, 0.05, 0.4) * (0.5 + strength),
        glare=between(rng, 0.25, 0.9),
    )
    if rng.random() < 0.35:
        _foam(rng, scene)


def _ripples(rng: np.random.Generator, scene: Scene) -> Field:
    """Where ripples tilt just so that they mirror the lamp, 0..1."""
    coarse = cv.resize(rng.random((9, 9), np.float32), (72, 72), interpolation=cv.INTER_CUBIC)
    tilt_x, tilt_y = cv.Sobel(coarse, cv.CV_32F, 1, 0), cv.Sobel(coarse, cv.CV_32F, 0, 1)
    wanted = rng.normal(0, 0.25, 2).astype(np.float32)
    narrow = np.float32(between(rng, 0.02, 0.08) ** 2)
    lit = np.exp(-((tilt_x - wanted[0]) ** 2 + np.float32(0.3) * (tilt_y - wanted[1]) ** 2) / narrow)
    size = (scene.patch.width, scene.patch.height)
    lit_HW: Field = cv.resize(lit, size, interpolation=cv.INTER_LINEAR)
    return lit_HW


def _foam(rng: np.random.Generator, scene: Scene) -> None:
    """A few bubbles of soap: fine rings, each with a point of light."""
    drawing = Drawing(scene)
    for _ in range(whole(rng, 1, 4)):
        x, y = scene.surface.point(between(rng, 0, 0.8), between(rng, -math.pi, math.pi))
        spread = between(rng, 0.02, 0.1)
        for _ in range(whole(rng, 2, 14)):
            dx, dy = rng.normal(0, spread, 2)
            radius = between(rng, 0.006, 0.03)
            drawing.ring(x + float(dx), y + float(dy), radius, between(rng, 0.3, 0.9), 0.006)
            drawing.blob(x + float(dx) - 0.4 * radius, y + float(dy) - 0.4 * radius, 0.2 * radius, 0.2 * radius, 0, 1)
    foam_HW = np.float32(between(rng, 0.3, 0.9)) * drawing.field()
    scene.put(rgb(scene.surface.tone_HW), foam_HW)


@LOOK_ALIKES.register(
    "haze",
    title="Dried water",
    help="The faint colourless veil, rings and streaks of limescale that drying water leaves on a clean dish.",
    group="water",
    strength=0.1,
)
def haze(rng: np.random.Generator, scene: Scene, strength: float) -> None:
    """Limescale so faint that the dish still counts as clean.

    Args:
        rng: draws veil, rings and streaks.
        scene: the photo, changed in place.
        strength: 0 none, 1 still faint.
    """
    if strength <= 0:
        return
    patch = scene.patch
    veil_HW = smoothstep(0.2, 0.9, mottle(rng, patch, between(rng, 0.3, 1.0), NATURAL)) * np.float32(0.5)
    if rng.random() < 0.6:
        angle, stretch = between(rng, 0, math.pi), between(rng, 4, 12)
        # Faint as they are, streaks need no more than coarse pixels.
        streak_HW = scene.enlarged(mottle(rng, scene.coarse.patch, between(rng, 0.05, 0.12), NATURAL, stretch, angle))
        veil_HW = np.maximum(veil_HW, smoothstep(0.6, 1, streak_HW) * np.float32(between(rng, 0.3, 0.9)))
    count = whole(rng, 0, 10 + int(60 * strength))
    if count:
        rings = Drawing(scene)
        xs, ys, _ = _places(rng, scene, count)
        radii = np.exp(rng.uniform(math.log(0.008), math.log(0.06), count))
        for k in range(count):
            value = between(rng, 0.3, 1)
            rings.blob(float(xs[k]), float(ys[k]), float(radii[k]), float(radii[k]), 0.0, 0.35 * value)
            rings.ring(float(xs[k]), float(ys[k]), float(radii[k]), value, between(rng, 0.003, 0.008))
        veil_HW = veil_HW + blurred(rings.field(), 0.5) * np.float32(between(rng, 0.5, 1.3))
    share = between(rng, 0.05, 0.14) * (0.6 + 0.8 * strength)
    # White against a dark dish; on a white one the film is seen by the light that it keeps away.
    white = between(rng, 0.3, 0.6) if brightness(scene) > 0.55 else 0.9
    scene.put(rgb(np.float32(white) * scene.surface.tone_HW), np.float32(share) * np.minimum(veil_HW, 1.3))
