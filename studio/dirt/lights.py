"""What light does on clean dishes."""

from __future__ import annotations

import math

import numpy as np

from studio.core.registry import LOOK_ALIKES
from studio.dirt import cv
from studio.dirt.noise import CLOUDY, mottle, smoothstep
from studio.dirt.outline import Field, Image
from studio.dirt.scene import Scene, blurred, luma

CANVAS_PX = 300
"""Longest side on which shadows of hands are drawn: their edges are soft, so more would only cost time."""

REFLECTED = np.array(
    [
        (0.30, 0.17, 0.10),  # dark stained wood
        (0.45, 0.28, 0.17),
        (0.62, 0.43, 0.27),  # planks
        (0.74, 0.58, 0.42),
        (0.85, 0.50, 0.20),  # lamplight on orange wood
        (0.72, 0.30, 0.12),
        (0.80, 0.58, 0.46),  # skin
        (0.56, 0.36, 0.28),
        (0.12, 0.10, 0.09),  # a phone, a dark room
        (0.32, 0.31, 0.31),
        (0.55, 0.55, 0.53),
        (0.62, 0.14, 0.11),  # clothes
        (0.20, 0.27, 0.42),
        (0.30, 0.38, 0.24),
        (0.80, 0.70, 0.40),
    ],
    np.float32,
)
"""Colours of what stands around a dish, RGB 0..1; those of sauces are among them on purpose."""


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
    rho_HW, theta_HW = scene.rho_theta
    bend_HW = mottle(rng, scene.patch, float(rng.uniform(0.3, 1.2)), CLOUDY) - np.float32(0.5)
    # Two kinds of lamps at most, so that colours meet the picture once.
    lamps = [np.zeros(rho_HW.shape, np.float32) for _ in range(2)]
    toward = math.atan2(scene.surface.light[1], scene.surface.light[0]) + math.pi * int(rng.integers(2))
    base = float(rng.uniform(0.25, 0.7))
    for _ in range(1 + min(9, int(rng.poisson(1 + 4 * strength)))):
        light_HW = lamps[int(rng.random() < 0.3)]
        power = np.float32(rng.uniform(0.25, 1.3) * (0.5 + strength))
        theta = toward + float(rng.vonmises(0, 0.8))
        wobbly_HW = rho_HW + np.float32(rng.uniform(0, 0.16)) * bend_HW
        kind = int(rng.choice(6, p=(0.26, 0.2, 0.26, 0.08, 0.1, 0.1)))
        if kind == 0:
            size = float(np.exp(rng.uniform(math.log(0.012), math.log(0.12))))
            _spot(rng, scene, light_HW, float(power), float(rng.uniform(0, 0.96)), theta, size)
        elif kind == 1:
            light_HW += power * _pane(rng, scene, wobbly_HW, theta_HW, theta)
        elif kind == 2:
            rho = float(rng.choice((base, base, rng.uniform(0.9, 0.985), rng.uniform(0.1, 0.95))))
            light_HW += power * _crescent(rng, wobbly_HW, theta_HW, rho, theta)
        elif kind == 3:
            fan_HW = np.exp(np.float32(rng.uniform(4, 120)) * (np.cos(theta_HW - np.float32(theta)) - 1))
            reach_HW = np.exp(
                -(((wobbly_HW - np.float32(rng.uniform(0.2, 0.9))) / np.float32(rng.uniform(0.1, 0.4))) ** 2)
            )
            light_HW += np.float32(0.7) * power * fan_HW * reach_HW
        elif kind == 4:
            _string(rng, scene, light_HW, max(float(power), 0.5), theta)
        else:
            x, y = scene.surface.point(float(rng.uniform(0, 1)), theta)
            far_HW = (scene.patch.x_1W - np.float32(x)) ** 2 + (scene.patch.y_H1 - np.float32(y)) ** 2
            wide_HW = np.exp(-far_HW / np.float32(rng.uniform(0.2, 0.9) ** 2))
            light_HW += np.float32(0.35) * power * wide_HW
    kept_HW3 = 1 - scene.dish_HW3
    for light_HW in lamps:
        warm = float(rng.normal(0, 0.07))
        for channel, tint in enumerate((1 + warm, 1.0, 1 - 1.4 * warm)):
            kept_HW3[..., channel] *= 1 - np.minimum(light_HW * np.float32(min(max(tint, 0.7), 1.1)), 1)
    scene.put(1 - kept_HW3)


def _spot(
    rng: np.random.Generator, scene: Scene, light_HW: Field, power: float, rho: float, theta: float, size: float
) -> None:
    """Add one lamp, hard or soft, round or long, to `light_HW`."""
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


def _pane(rng: np.random.Generator, scene: Scene, rho_HW: Field, theta_HW: Field, theta: float) -> Field:
    """A window with its bars, bent along the wall or lying flat in the base."""
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


def _crescent(rng: np.random.Generator, rho_HW: Field, theta_HW: Field, rho: float, theta: float) -> Field:
    """A band along the rim or the base's ring, sharp on one side, fading at its ends."""
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


def _string(rng: np.random.Generator, scene: Scene, light_HW: Field, power: float, theta: float) -> None:
    """Equal small lamps in a row, round an arc or in two rows."""
    count = int(rng.integers(3, 13))
    spacing = float(rng.uniform(0.08, 0.5))
    size = float(rng.uniform(0.008, 0.024))
    rho, drift = float(rng.uniform(0.15, 0.96)), float(rng.normal(0, 0.015))
    rows = int(rng.choice((1, 1, 2)))
    for row in range(rows):
        for k in range(count):
            angle = theta + (k - count / 2) * spacing
            _spot(rng, scene, light_HW, power * float(rng.uniform(0.5, 1)), rho + k * drift - 0.12 * row, angle, size)


def _turn(angle_HW: Field) -> Field:
    """Angles brought into -pi..pi."""
    turned: Field = (angle_HW + np.float32(math.pi)) % np.float32(2 * math.pi) - np.float32(math.pi)
    return turned


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
        kind = int(rng.choice(6, p=(0.34, 0.2, 0.14, 0.08, 0.14, 0.1)))
        if kind == 0:
            shade_HW = _silhouette(rng, size, (cx, cy), unit, 1.0)
        elif kind == 1:
            shade_HW = _half_plane(rng, x_1W, y_H1)
        elif kind == 2:
            shade_HW = _bars(rng, x_1W, y_H1)
        elif kind == 3:
            shade_HW = _leaves(rng, size, unit)
        elif kind == 4:
            # The bowl's own rim keeps the light from its near wall.
            away = float(rng.uniform(0.12, 0.7))
            lx, ly = scene.surface.light
            lit_HW = np.sqrt((x_1W + np.float32(away * lx)) ** 2 + (y_H1 + np.float32(away * ly)) ** 2)
            is_dish_HW = x_1W**2 + y_H1**2 < np.float32(1)
            shade_HW = np.where(is_dish_HW, smoothstep(0.99, 1.01, lit_HW * np.float32(rng.uniform(0.95, 1.3))), 0)
        else:
            x, y = rng.uniform(-0.7, 0.7, 2).astype(np.float32)
            shade_HW = smoothstep(0.3, float(rng.uniform(1.3, 3)), np.sqrt((x_1W - x) ** 2 + (y_H1 - y) ** 2))
        soft = unit * float(np.exp(rng.uniform(math.log(0.006), math.log(0.14))))
        sharp_HW = np.ascontiguousarray(shade_HW, np.float32)
        shade_HW = blurred(sharp_HW, soft)
        if rng.random() < 0.35:
            # The farther from what casts it, the softer a shadow's edge.
            angle = float(rng.uniform(-math.pi, math.pi))
            near_HW = smoothstep(-0.8, 0.8, x_1W * np.float32(math.cos(angle)) + y_H1 * np.float32(math.sin(angle)))
            shade_HW = shade_HW + near_HW * (blurred(sharp_HW, 0.15 * soft) - shade_HW)
        if rng.random() < 0.2:
            # Two lamps throw two shadows.
            dx, dy = rng.normal(0, 0.12 * unit, 2)
            shift = np.array([[1, 0, dx], [0, 1, dy]])
            shade_HW = 0.5 * (shade_HW + cv.warpAffine(shade_HW, shift, size, borderMode=cv.BORDER_REPLICATE))
        deep = float(np.clip(rng.uniform(0.12, 0.58) * (0.6 + 0.8 * strength), 0, 0.8))
        warm = float(rng.normal(0, 0.09))
        depth_3 = deep * np.clip([1 - warm, 1 + rng.normal(0, 0.03), 1 + warm], 0.6, 1.3)
        lift = float(rng.uniform(0, 0.5)) * deep * float(shade_HW.mean())
        shade_HW = cv.resize(shade_HW, (width, height), interpolation=cv.INTER_LINEAR)
        for channel in range(3):
            scene.image_HW3[..., channel] *= np.float32(1 + lift) - np.float32(depth_3[channel]) * shade_HW
    np.clip(scene.image_HW3, 0, 1, out=scene.image_HW3)


def _half_plane(rng: np.random.Generator, x_1W: Field, y_H1: Field) -> Field:
    """Everything beyond a straight edge, or between two of them."""
    angle, offset = float(rng.uniform(-math.pi, math.pi)), np.float32(rng.uniform(-0.8, 0.8))
    d_HW = x_1W * np.float32(math.cos(angle)) + y_H1 * np.float32(math.sin(angle)) - offset
    shade_HW = (d_HW > 0).astype(np.float32)
    if rng.random() < 0.45:
        shade_HW *= d_HW < np.float32(rng.uniform(0.1, 1.0))
    return shade_HW


def _bars(rng: np.random.Generator, x_1W: Field, y_H1: Field) -> Field:
    """Sun through a window: bars or blinds in one or two directions."""
    angle = float(rng.uniform(-math.pi, math.pi))
    c, s = np.float32(math.cos(angle)), np.float32(math.sin(angle))
    lean = np.float32(rng.normal(0, 0.3))
    u_HW, v_HW = x_1W * c + y_H1 * s, y_H1 * c - x_1W * s
    period, share = float(rng.uniform(0.18, 1.3)), np.float32(rng.uniform(0.1, 0.6))
    shade_HW = ((u_HW + lean * v_HW) * np.float32(1 / period) + np.float32(rng.random())) % 1 < share
    if rng.random() < 0.5:
        period = float(rng.uniform(0.5, 1.8))
        shade_HW |= (v_HW * np.float32(1 / period) + np.float32(rng.random())) % 1 < share
    return shade_HW.astype(np.float32)


def _leaves(rng: np.random.Generator, size: tuple[int, int], unit: float) -> Field:
    """Dappled light, as through leaves or a curtain."""
    cells = [max(2, round(extent / (unit * float(rng.uniform(0.12, 0.5))))) for extent in size]
    coarse = rng.random((min(cells[1], 40), min(cells[0], 40)), np.float32)
    field_HW = cv.resize(coarse, size, interpolation=cv.INTER_CUBIC)
    level = float(rng.uniform(0.35, 0.65))
    return smoothstep(level - 0.06, level + 0.06, field_HW)


def _silhouette(
    rng: np.random.Generator, size: tuple[int, int], centre: tuple[float, float], unit: float, scale: float
) -> Field:
    """A hand, a phone in a hand, or an arm that reaches in from outside, as 0..1.

    Args:
        rng: draws which, and its place.
        size: width and height of the field, px.
        centre: of the dish, px.
        unit: the dish's radius, px.
        scale: size of a hand's palm against half the dish's radius.
    """
    canvas: Image = np.zeros((size[1], size[0]), np.uint8)
    into = float(rng.uniform(-math.pi, math.pi))
    palm = unit * scale * float(rng.uniform(0.2, 0.5))
    reach = unit * float(rng.uniform(0, 0.9))
    x = centre[0] - reach * math.cos(into) + float(rng.normal(0, 0.25)) * unit
    y = centre[1] - reach * math.sin(into) + float(rng.normal(0, 0.25)) * unit

    def limb(x0: float, y0: float, angle: float, length: float, thick: float) -> None:
        ends = [(x0, y0), (x0 + length * math.cos(angle), y0 + length * math.sin(angle))]
        first, last = (tuple(round(value * 16) for value in end) for end in ends)
        cv.line(canvas, first, last, 255, max(1, min(round(thick), 250)), cv.LINE_AA, 4)

    limb(x, y, into + math.pi + float(rng.normal(0, 0.15)), 8 * unit, 1.25 * palm)
    kind = int(rng.integers(3))
    if kind == 0:
        limb(x, y, into, 0.5 * palm, 1.7 * palm)
        spread = float(rng.uniform(0.05, 0.3))
        for k, length in enumerate((1.5, 1.75, 1.65, 1.3)):
            angle = into + (k - 1.5) * spread + float(rng.normal(0, 0.05))
            side = (k - 1.5) * 0.45 * palm
            limb(x - side * math.sin(into), y + side * math.cos(into), angle, length * palm, 0.36 * palm)
        thumb = int(rng.choice((-1, 1)))
        limb(x, y, into + thumb * float(rng.uniform(0.6, 1.2)), 1.4 * palm, 0.42 * palm)
    elif kind == 1:
        angle = into + float(rng.choice((0.0, math.pi / 2))) + float(rng.normal(0, 0.2))
        corners = cv.boxPoints(((x, y), (3.6 * palm, 1.8 * palm), math.degrees(angle)))
        cv.fillConvexPoly(canvas, np.round(corners * 16).astype(np.int32), 255, cv.LINE_AA, 4)
        for k in range(4):
            along = (k - 1.5) * 0.5 * palm
            limb(x + along * math.cos(angle), y + along * math.sin(angle), angle + 1.57, 1.1 * palm, 0.36 * palm)
    else:
        limb(x, y, into + float(rng.normal(0, 0.5)), 0.8 * palm, 1.5 * palm)
    return canvas.astype(np.float32) * np.float32(1 / 255)


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
    rho_HW, theta_HW = scene.rho_theta
    patch = scene.patch
    # White glaze mirrors no more than a hint; the darker a dish is, the more its reflections outshine it.
    most = 0.6 - 0.4 * brightness(scene)
    for _ in range(1 + min(3, int(rng.poisson(0.4 + 1.4 * strength)))):
        theta = np.float32(rng.uniform(-math.pi, math.pi))
        kind = int(rng.choice(4, p=(0.4, 0.2, 0.22, 0.18)))
        along_HW = patch.x_1W * np.cos(theta) + patch.y_H1 * np.sin(theta)
        first, second = REFLECTED[rng.integers(len(REFLECTED), size=2)]
        if rng.random() < 0.4:
            first = _table_colour(rng, scene)
        mixed_HW = smoothstep(-0.6, 0.6, along_HW)
        if kind == 0:
            share_HW = _blotch(rng, scene, rho_HW, theta_HW, along_HW)
        elif kind == 1:
            share_HW = _crescent(rng, rho_HW, theta_HW, float(rng.uniform(0.2, 0.97)), float(theta))
            share_HW = np.maximum(
                share_HW, 0.8 * _crescent(rng, rho_HW, theta_HW, float(rng.uniform(0.2, 0.97)), float(theta) + math.pi)
            )
        elif kind == 2:
            share_HW, mixed_HW = _planks(rng, rho_HW, along_HW, patch.y_H1 * np.cos(theta) - patch.x_1W * np.sin(theta))
            second = REFLECTED[int(rng.choice((0, 0, 1, 8, 9)))]
        else:
            size = (patch.width, patch.height)
            middle = (-patch.first_x / patch.step, -patch.first_y / patch.step)
            share_HW = _silhouette(rng, size, middle, 1 / patch.step, float(rng.uniform(0.3, 1.0)))
            share_HW = blurred(share_HW, float(rng.uniform(0.004, 0.05)) / patch.step)
            share_HW = share_HW * smoothstep(1.0, float(rng.uniform(0.3, 0.99)), rho_HW)
        contrast = float(np.clip(most * rng.uniform(0.15, 1) * (0.6 + 0.8 * strength), 0, 0.9))
        tint_HW3 = first + mixed_HW[..., None] * (second - first)
        if rng.random() < 0.5:
            # What glaze mirrors is as dark or bright as the light on it.
            tint_HW3 = tint_HW3 * (0.4 + 0.6 * scene.surface.tone_HW)[..., None]
        scene.put(tint_HW3, np.float32(contrast) * share_HW)


def _table_colour(rng: np.random.Generator, scene: Scene) -> Field:
    """The colour of some place at the photo's border: what stands beside the dish is what it mirrors."""
    height, width = scene.image_HW3.shape[:2]
    along, is_upright = float(rng.random()), rng.random() < 0.5
    far = float(rng.choice((0.0, 1.0)))
    x, y = (far, along) if is_upright else (along, far)
    size = max(1, min(height, width) // 12)
    top, left = int(y * (height - size)), int(x * (width - size))
    colour_3: Field = scene.image_HW3[top : top + size, left : left + size].reshape(-1, 3).mean(0)
    return colour_3


def brightness(scene: Scene) -> float:
    """How bright the dish has become, 0..1: after another material its surface's colour says nothing any more."""
    tone = luma(scene.dish_HW3[::4, ::4])[scene.surface.mask_HW[::4, ::4] > 0.5]
    return float(np.median(tone)) if tone.size else 0.5


def _blotch(rng: np.random.Generator, scene: Scene, rho_HW: Field, theta_HW: Field, along_HW: Field) -> Field:
    """Smooth islands, sharp on one side and soft on the other, often drawn out along the rim."""
    field_HW = _smooth(rng, scene, rho_HW, theta_HW)
    level = float(rng.uniform(0.4, 0.7))
    edge = float(np.exp(rng.uniform(math.log(0.02), math.log(0.4))))
    share_HW = smoothstep(level, level + edge, field_HW)
    start = float(rng.uniform(-0.9, 0.3))
    side_HW = along_HW if rng.random() < 0.5 else rho_HW
    share_HW *= smoothstep(start, start + float(rng.uniform(0.3, 1.2)), side_HW)
    if rng.random() < 0.4:
        ring = float(rng.uniform(0.3, 1.0))
        share_HW *= smoothstep(ring, ring - float(rng.choice((0.02, 0.15))), rho_HW)
    return share_HW


def _smooth(rng: np.random.Generator, scene: Scene, rho_HW: Field, theta_HW: Field) -> Field:
    """A random field without any detail, 0..1: what is mirrored has no grain, so fractal noise would be wrong."""
    if rng.random() < 0.4:
        cells = rng.integers(3, 8, 2)
        coarse = rng.random((int(cells[0]), int(cells[1])), np.float32)
        size = (scene.patch.width, scene.patch.height)
        even: Field = cv.resize(coarse, size, interpolation=cv.INTER_CUBIC)
        return even
    columns, rows = int(rng.integers(3, 9)), int(rng.integers(3, 8))
    coarse = rng.random((rows, columns), np.float32)
    # Enlarged with a column of its other side at each end, the field meets itself where the angle starts anew.
    around = np.concatenate([coarse[:, -2:], coarse, coarse[:, :2]], 1)
    table = cv.resize(around, (16 * (columns + 4), 16 * rows), interpolation=cv.INTER_CUBIC)
    twist = np.float32(rng.uniform(-0.6, 0.6) * columns * 8 / math.pi)
    column_HW = (theta_HW + np.float32(math.pi)) * np.float32(columns * 8 / math.pi) + np.float32(32)
    column_HW += np.float32(0.25) * twist * rho_HW
    bent: Field = cv.remap(
        table, column_HW, rho_HW * np.float32(16 * rows / 1.05), cv.INTER_LINEAR, borderMode=cv.BORDER_REFLECT
    )
    return bent


def _planks(rng: np.random.Generator, rho_HW: Field, along_HW: Field, across_HW: Field) -> tuple[Field, Field]:
    """A table of planks, mirrored small in the base or bent around the wall: where it shows, and its gaps."""
    bulge = np.float32(rng.uniform(-0.7, 0.7))
    u_HW = along_HW * (1 + bulge * rho_HW * rho_HW)
    count = int(rng.integers(6, 40))
    gaps = (rng.random(count) < 0.16).astype(np.float32) + rng.uniform(0, 0.4, count).astype(np.float32)
    line = cv.resize(np.clip(gaps, 0, 1)[None], (256, 1), interpolation=cv.INTER_LINEAR)
    line = cv.GaussianBlur(line, (0, 0), float(rng.uniform(0.8, 6)))
    place_HW = ((u_HW + 1.3) * np.float32(255 / 2.6)).astype(np.float32)
    mixed_HW = cv.remap(line, place_HW, np.zeros_like(place_HW), cv.INTER_LINEAR, borderMode=cv.BORDER_REFLECT)
    inner, outer = (0.0, float(rng.uniform(0.25, 0.7))) if rng.random() < 0.6 else (float(rng.uniform(0.3, 0.6)), 1.0)
    edge = float(rng.choice((0.02, 0.08, 0.3)))
    share_HW = smoothstep(outer, outer - edge, rho_HW)
    if inner:
        share_HW = share_HW * smoothstep(inner - edge, inner, rho_HW)
        share_HW = share_HW * smoothstep(float(rng.uniform(-0.6, 0.3)), 0.7, across_HW)
    return share_HW, mixed_HW
