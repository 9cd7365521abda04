"""What light does on clean dishes."""

from __future__ import annotations

import math
from bisect import bisect

import numpy as np

from studio.core.registry import LOOK_ALIKES
from studio.dirt import cv
from studio.dirt.draws import any_of, between, whole
from studio.dirt.lookalikes.lamps import crescent, pane, spot, string
from studio.dirt.lookalikes.mirrored import REFLECTED, blotch, planks, table_colour
from studio.dirt.lookalikes.shades import bars, half_plane, leaves, silhouette
from studio.dirt.lookalikes.tones import brightness, rgb
from studio.dirt.lookups import bell, fading, mix, smoothstep
from studio.dirt.noise import CLOUDY, mottle
from studio.dirt.outline import Field
from studio.dirt.scene import Scene, blurred

CANVAS_PX = 300
"""Longest side on which shadows of hands are drawn: their edges are soft, so more would only cost time."""


@LOOK_ALIKES.register(
    "glints",
    title="Glints",
    help="Lamps and windows that shine in the dish, as spots, panes, crescents or strings of lights.",
    group="light",
    strength=0.45,
)
def glints(rng: np.random.Generator, scene: Scene, strength: float) -> None:
    """Reflections of lamps and windows.

    Args:
        rng: draws number, place, shape and colour.
        scene: the photo, changed in place.
        strength: 0 none, 1 about eight bright ones.
    """
    if strength <= 0:
        return
    rho_HW, _ = scene.rho_theta
    bend_HW = scene.enlarged(mottle(rng, scene.coarse.patch, between(rng, 0.3, 1.2), CLOUDY) - np.float32(0.5))
    # Two kinds of lamps at most, so that colours meet the picture once.
    lamps: dict[bool, Field] = {}
    toward = math.atan2(scene.surface.light[1], scene.surface.light[0]) + math.pi * whole(rng, 0, 2)
    base = between(rng, 0.25, 0.7)
    for _ in range(1 + min(9, int(rng.poisson(1 + 4 * strength)))):
        is_other = rng.random() < 0.3
        if is_other not in lamps:
            lamps[is_other] = np.zeros(rho_HW.shape, np.float32)
        light_HW = lamps[is_other]
        power = np.float32(between(rng, 0.25, 1.3) * (0.5 + strength))
        theta = toward + float(rng.vonmises(0, 0.8))
        wobble = np.float32(between(rng, 0, 0.16))
        kind = bisect((0.26, 0.46, 0.72, 0.8, 0.9), rng.random())
        if kind == 0:
            size = float(np.exp(between(rng, math.log(0.012), math.log(0.12))))
            spot(rng, scene, light_HW, float(power), between(rng, 0, 0.96), theta, size)
        elif kind == 1:
            pane(rng, scene, light_HW, float(power), wobble * bend_HW, theta)
        elif kind == 2:
            rho = any_of(rng, (base, base, between(rng, 0.9, 0.985), between(rng, 0.1, 0.95)))
            light_HW += power * crescent(rng, scene.grid, mix(rho_HW, 1, bend_HW, float(wobble)), rho, theta)
        elif kind == 3:
            narrow, facing_HW = between(rng, 4, 120), scene.facing(theta)
            fan_HW = fading(mix(facing_HW, -narrow, facing_HW, 0, narrow))
            away_HW = mix(rho_HW, 1, bend_HW, float(wobble), -between(rng, 0.2, 0.9))
            fan_HW *= bell(away_HW, 0, between(rng, 0.1, 0.4))
            light_HW += np.float32(0.7) * power * fan_HW
        elif kind == 4:
            string(rng, scene, light_HW, max(float(power), 0.5), theta)
        else:
            x, y = scene.surface.point(between(rng, 0, 1), theta)
            far_HW = (scene.patch.x_1W - np.float32(x)) ** 2 + (scene.patch.y_H1 - np.float32(y)) ** 2
            wide_HW = fading(far_HW * np.float32(1 / between(rng, 0.2, 0.9) ** 2))
            light_HW += np.float32(0.35) * power * wide_HW
    kept_HW3 = 1 - scene.dish_HW3
    for light_HW in lamps.values():
        warm = float(rng.normal(0, 0.07))
        tints = (min(max(tint, 0.7), 1.1) for tint in (1 + warm, 1.0, 1 - 1.4 * warm))
        left_HW3 = cv.merge([mix(light_HW, -tint, light_HW, 0, 1) for tint in tints])
        kept_HW3 *= cv.threshold(left_HW3, 0, 0, cv.THRESH_TOZERO)[1]
    scene.put(1 - kept_HW3)


@LOOK_ALIKES.register(
    "shadow",
    title="Shadows",
    help="The shadow of a hand, a phone, a window's bars or the dish's own rim, over dish and table alike.",
    group="light",
    strength=0.3,
)
def shadow(rng: np.random.Generator, scene: Scene, strength: float) -> None:
    """Shadows over the whole photo, with coloured ambient light in them.

    Args:
        rng: draws shape, place, softness, depth and colour.
        scene: the photo, changed in place, the table too.
        strength: 0 none, 1 deep ones.
    """
    if strength <= 0:
        return
    height, width = scene.image_HW3.shape[:2]
    scale = min(1.0, CANVAS_PX / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    unit = scene.surface.radius_px * scale
    cx, cy = (value * scale for value in scene.surface.centre)
    x_1W = ((np.arange(size[0], dtype=np.float32) - np.float32(cx)) / np.float32(unit))[None]
    y_H1 = ((np.arange(size[1], dtype=np.float32) - np.float32(cy)) / np.float32(unit))[:, None]
    for _ in range(1 + (rng.random() < 0.3)):
        kind = bisect((0.34, 0.54, 0.68, 0.76, 0.9), rng.random())
        if kind == 0:
            shade_HW = silhouette(rng, size, (cx, cy), unit, 1.0)
        elif kind == 1:
            shade_HW = half_plane(rng, x_1W, y_H1)
        elif kind == 2:
            shade_HW = bars(rng, x_1W, y_H1)
        elif kind == 3:
            shade_HW = leaves(rng, size, unit)
        elif kind == 4:
            # The bowl's own rim keeps the light from its near wall.
            away = between(rng, 0.12, 0.7)
            lx, ly = scene.surface.light
            lit_HW = np.sqrt((x_1W + np.float32(away * lx)) ** 2 + (y_H1 + np.float32(away * ly)) ** 2)
            dish_HW = np.zeros((height, width), np.float32)
            left, top, right, bottom = scene.surface.box
            dish_HW[top:bottom, left:right] = scene.surface.mask_HW
            shade_HW = smoothstep(0.99, 1.01, lit_HW * np.float32(between(rng, 0.95, 1.3)))
            shade_HW = shade_HW * cv.resize(dish_HW, size, interpolation=cv.INTER_AREA)
        else:
            x, y = rng.uniform(-0.7, 0.7, 2).astype(np.float32)
            shade_HW = smoothstep(0.3, between(rng, 1.3, 3), np.sqrt((x_1W - x) ** 2 + (y_H1 - y) ** 2))
        soft = unit * float(np.exp(between(rng, math.log(0.006), math.log(0.14))))
        sharp_HW = np.ascontiguousarray(shade_HW, np.float32)
        shade_HW = blurred(sharp_HW, soft)
        if rng.random() < 0.35:
            # The farther from what casts it, the softer a shadow's edge.
            angle = between(rng, -math.pi, math.pi)
            near_HW = smoothstep(-0.8, 0.8, x_1W * np.float32(math.cos(angle)) + y_H1 * np.float32(math.sin(angle)))
            shade_HW = shade_HW + near_HW * (blurred(sharp_HW, 0.15 * soft) - shade_HW)
        if rng.random() < 0.2:
            # Two lamps throw two shadows.
            dx, dy = rng.normal(0, 0.12 * unit, 2)
            shift = np.array([[1, 0, dx], [0, 1, dy]])
            shade_HW = 0.5 * (shade_HW + cv.warpAffine(shade_HW, shift, size, borderMode=cv.BORDER_REPLICATE))
        deep = min(between(rng, 0.12, 0.58) * (0.6 + 0.8 * strength), 0.8)
        warm = float(rng.normal(0, 0.09))
        depth_3 = [deep * min(max(tint, 0.6), 1.3) for tint in (1 - warm, 1 + float(rng.normal(0, 0.03)), 1 + warm)]
        lift = between(rng, 0, 0.5) * deep * float(shade_HW.mean())
        shade_HW = cv.resize(shade_HW, (width, height), interpolation=cv.INTER_LINEAR)
        left_HW3 = cv.merge([mix(shade_HW, -depth, shade_HW, 0, 1 + lift) for depth in depth_3])
        scene.image_HW3 *= cv.threshold(left_HW3, 0, 0, cv.THRESH_TOZERO)[1]
    cv.threshold(scene.image_HW3, 1, 1, cv.THRESH_TRUNC, scene.image_HW3)


@LOOK_ALIKES.register(
    "reflection",
    title="Reflections",
    help="Wood, hands, clothes and dark rooms mirrored softly in the glaze, in colours of sauce but without its grain.",
    group="light",
    strength=0.3,
)
def reflection(rng: np.random.Generator, scene: Scene, strength: float) -> None:
    """Coloured blotches, bands and silhouettes that glaze mirrors.

    Args:
        rng: draws shape, place, colour and contrast.
        scene: the photo, changed in place.
        strength: 0 none, 1 about three of high contrast.
    """
    if strength <= 0:
        return
    # What glaze mirrors has soft edges: coarse pixels are enough.
    grid = scene.coarse
    patch, rho_HW = grid.patch, grid.rho_theta[0]
    tone_HW = cv.resize(scene.surface.tone_HW, (patch.width, patch.height), interpolation=cv.INTER_LINEAR)
    # White glaze mirrors no more than a hint; the darker a dish is, the more its reflections outshine it.
    most = 0.58 - 0.42 * brightness(scene)
    # Reflections gather on coarse pixels, and meet the dish once: what is added to it, and what is left of it.
    seen_HW3 = np.zeros((patch.height, patch.width, 3), np.float32)
    left_HW = np.ones((patch.height, patch.width), np.float32)
    for _ in range(1 + min(3, int(rng.poisson(0.4 + 1.4 * strength)))):
        theta = between(rng, -math.pi, math.pi)
        kind = bisect((0.4, 0.6, 0.82), rng.random())
        along_HW = grid.along(theta)
        first, second = (REFLECTED[whole(rng, 0, len(REFLECTED))] for _ in range(2))
        if rng.random() < 0.4:
            first = table_colour(rng, scene)
        mixed_HW = smoothstep(-0.6, 0.6, along_HW)
        if kind == 0:
            share_HW = blotch(rng, grid, along_HW)
        elif kind == 1:
            share_HW = crescent(rng, grid, rho_HW, between(rng, 0.2, 0.97), theta)
            across_HW = crescent(rng, grid, rho_HW, between(rng, 0.2, 0.97), theta + math.pi)
            share_HW = cv.max(share_HW, 0.8 * across_HW)
        elif kind == 2:
            share_HW, mixed_HW = planks(rng, rho_HW, along_HW, grid.along(theta + math.pi / 2))
            second = REFLECTED[any_of(rng, (0, 0, 1, 8, 9))]
        else:
            size = (patch.width, patch.height)
            middle = (-patch.first_x / patch.step, -patch.first_y / patch.step)
            share_HW = silhouette(rng, size, middle, 1 / patch.step, between(rng, 0.3, 1.0))
            share_HW = blurred(share_HW, between(rng, 0.004, 0.05) / patch.step)
            share_HW = share_HW * smoothstep(1.0, between(rng, 0.3, 0.99), rho_HW)
        contrast = min(max(most * between(rng, 0.15, 1) * (0.6 + 0.8 * strength), 0.0), 0.9)
        colours = list(zip(first.tolist(), second.tolist(), strict=True))
        if rng.random() < 0.5:
            # What glaze mirrors is often as dark or bright as the light on it.
            lit_HW = mix(tone_HW, 0.6, tone_HW, 0, 0.4)
            mixed_HW = mixed_HW * lit_HW
            tint_HW3 = cv.merge([mix(lit_HW, low, mixed_HW, high - low) for low, high in colours])
        else:
            tint_HW3 = cv.merge([mix(mixed_HW, high - low, mixed_HW, 0, low) for low, high in colours])
        share_HW = share_HW * np.float32(contrast)
        tint_HW3 *= rgb(share_HW)
        kept_HW = 1 - share_HW
        seen_HW3 *= rgb(kept_HW)
        seen_HW3 += tint_HW3
        left_HW *= kept_HW
    mirrored_HW3 = scene.dish_HW3 * rgb(scene.enlarged(left_HW))
    mirrored_HW3 += scene.enlarged(seen_HW3)
    scene.put(mirrored_HW3)
