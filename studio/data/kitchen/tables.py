"""Tables under sample dishes: wood, cloth, stone, paint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from studio.data.kitchen.noise import Floats, field, linear, mix, step, strands
from studio.data.kitchen.render import Camera, Window
from studio.data.kitchen.shapes import look_up
from studio.dirt import cv


@dataclass(frozen=True, kw_only=True)
class Board:
    """A piece of table top, seen from straight above.

    Attributes:
        colour_HW3: float32, linear 0..1.
        relief_HW: how its height changes the light, as heights in px.
    """

    colour_HW3: Floats
    relief_HW: Floats


Table = Callable[[np.random.Generator, int, int, float], Board]


def laid(rng: np.random.Generator, table: Table, camera: Camera, window: Window, turn: float) -> Floats:
    """A table as the camera sees it, before the dish's shadow falls on it.

    Args:
        rng: where the random numbers come from.
        table: which one.
        camera: who looks.
        window: whose light models weave, grain and folds.
        turn: by how much the table is turned, radians.

    Returns:
        float32 of the camera's picture (H, W, 3), linear.
    """
    column, row = np.meshgrid(np.arange(camera.width, dtype=np.float32), np.arange(camera.height, dtype=np.float32))
    x, y = camera.ground(column, row)
    cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    along, across = x * cos + y * sin, y * cos - x * sin
    unit = float(camera.focal / np.linalg.norm(camera.origin))
    low_x, low_y = float(along.min()), float(across.min())
    width, height = int((along.max() - low_x) * unit) + 2, int((across.max() - low_y) * unit) + 2
    board = table(rng, height, width, unit)
    slant = window.azimuth - turn
    steep = 1 / max(np.tan(window.elevation), 0.2)
    towards = np.float32(np.cos(slant) * steep), np.float32(np.sin(slant) * steep)
    slope_x = cv.Sobel(board.relief_HW, cv.CV_32F, 1, 0, scale=1 / 8)
    slope_y = cv.Sobel(board.relief_HW, cv.CV_32F, 0, 1, scale=1 / 8)
    shade = np.clip(1 - (slope_x * towards[0] + slope_y * towards[1]), 0.15, 1.9)
    lit = np.asarray(board.colour_HW3 * shade[..., None], np.float32)
    return look_up(lit, np.asarray((along - low_x) * unit, np.float32), np.asarray((across - low_y) * unit, np.float32))


def wood(
    early: str = "b98d5e",
    late: str = "7d5431",
    *,
    plank: float = 0.85,
    gap: float = 1.0,
    knots: float = 0.5,
    contrast: float = 1.0,
) -> Table:
    """Planks of wood with rings, fibres, pores and knots.

    Args:
        early: colour of the wide pale part of a ring.
        late: colour of its dark edge.
        plank: width of a plank in radii of the dish.
        gap: how dark the joints are, 0..1.
        knots: knots to expect on a plank.
        contrast: strength of the grain.
    """  # fmt: skip

    def draw(rng: np.random.Generator, height: int, width: int, unit: float) -> Board:
        wide = max(int(plank * unit), 24)
        rows: list[Floats] = []
        tones: list[Floats] = []
        reliefs: list[Floats] = []
        first = int(rng.uniform(0.2, 1) * wide)
        total = 0
        while total < height:
            tall = min(first if not rows else wide, height - total)
            value, joint = _plank(rng, tall, width, unit, knots)
            rows.append(value * contrast + rng.normal(0, 0.13))
            tones.append(joint * gap)
            reliefs.append(-joint * 3.0 * gap + value * 0.35)
            total += tall
        grain, joints = np.concatenate(rows), np.concatenate(tones)
        colour = mix(linear(early), linear(late), np.clip(grain, 0, 1.25).astype(np.float32))
        colour = colour * (1 + field(rng, height, width, unit * 1.2, octaves=3, stretch=2)[..., None] * 0.045)
        colour = colour * (1 - 0.86 * np.clip(joints, 0, 1))[..., None]
        return Board(colour_HW3=np.asarray(colour, np.float32), relief_HW=np.concatenate(reliefs).astype(np.float32))

    return draw


def _plank(rng: np.random.Generator, tall: int, width: int, unit: float, knots: float) -> tuple[Floats, Floats]:
    x = np.arange(width, dtype=np.float32)[None] / np.float32(unit)
    y = np.arange(tall, dtype=np.float32)[:, None] / np.float32(unit)
    heart = rng.uniform(-0.6, 1.4) * tall / unit
    bend = field(rng, tall, width, unit * 1.4, octaves=3, stretch=5) * np.float32(0.055)
    off = y - np.float32(heart) - bend
    squeeze = np.zeros((tall, width), np.float32)
    core = np.zeros((tall, width), np.float32)
    for _ in range(rng.poisson(knots)):
        kx, ky = rng.uniform(0, width / unit), rng.uniform(0.15, 0.85) * tall / unit
        size = rng.uniform(0.035, 0.075)
        away = np.sqrt(((x - kx) / 1.5) ** 2 + (y - ky) ** 2)
        squeeze += np.exp(-((away / (size * 2.6)) ** 2)) * 0.30
        core = np.maximum(core, step(size, size * 0.55, away.astype(np.float32)))
    depth = 0.10 + 0.32 * np.abs(np.sin(x * rng.uniform(0.25, 0.6) + rng.uniform(0, 6)))
    distance = np.sqrt(off * off + depth**2) + squeeze
    ring = (distance * rng.uniform(15, 24) + field(rng, tall, width, unit * 0.3, octaves=2, stretch=14) * 0.12) % 1
    late = step(0.05, 0.95, np.asarray(ring, np.float32)) * step(1.0, 0.93, np.asarray(ring, np.float32))
    fibre = strands(rng, tall, width, unit * 0.28)
    fine = strands(rng, tall, width, unit * 0.08)
    pores = np.maximum(strands(rng, tall, width, unit * 0.045) - 1.75, 0)
    value = 0.30 + 0.42 * (late - 0.3) + 0.065 * fibre + 0.05 * fine + 0.42 * pores
    value = value + core * (0.75 + 0.2 * np.sin(distance * 160))
    edge = np.minimum(np.arange(tall), np.arange(tall)[::-1]).astype(np.float32)[:, None]
    edge = edge + field(rng, 1, width, unit * 0.3)[0] * 0.25
    return np.asarray(value, np.float32), np.asarray(step(2.2, 0.6, edge) + 0.25 * step(6, 1, edge), np.float32)


def painted(colour: str = "c9d3d1", under: str = "6f5a45", *, plank: float = 0.62, worn: float = 0.5) -> Table:
    """Painted boards, worn where the grain stands up.

    Args:
        colour: of the paint.
        under: of the wood that shows.
        plank: width of a board in radii of the dish.
        worn: how much paint is gone, 0..1.
    """

    def draw(rng: np.random.Generator, height: int, width: int, unit: float) -> Board:
        bare = wood(under, "3f3022", plank=plank, knots=0.4)(rng, height, width, unit)
        stroke = strands(rng, height, width, unit * 0.6) * 0.5 + field(rng, height, width, unit * 0.06, stretch=30)
        away = field(rng, height, width, unit * 0.7, octaves=6, stretch=3) + 0.45 * stroke
        gone = step(2.1 - worn, 2.45 - worn, np.asarray(away, np.float32))
        joint = step(0.35, 0.15, bare.colour_HW3.mean(2) / float(linear(under).mean()))
        tone = 1 + 0.022 * stroke + 0.03 * field(rng, height, width, unit)
        paint = np.asarray(linear(colour) * tone[..., None], np.float32)
        share = np.clip(gone + joint, 0, 1)[..., None]
        relief = bare.relief_HW - gone * 0.5 + stroke * 0.10
        return Board(colour_HW3=np.asarray(paint * (1 - share) + bare.colour_HW3 * share, np.float32), relief_HW=relief)

    return draw


def linen(
    colour: str = "cfc4b0", stripe: str = "", *, folds: int = 2, thread: float = 4.2, check: bool = False
) -> Table:
    """A woven cloth with uneven threads and ironed folds.

    Args:
        colour: of the threads.
        stripe: colour of woven stripes, none if empty.
        folds: how many creases.
        thread: width of a thread, px.
        check: stripes both ways, as gingham.
    """

    def draw(rng: np.random.Generator, height: int, width: int, unit: float) -> Board:
        rows, columns = int(height / thread) + 2, int(width / thread) + 2
        y, x = np.mgrid[0:height, 0:width].astype(np.float32) / np.float32(thread)
        y += field(rng, height, width, unit * 0.8, octaves=2) * 0.7
        x += field(rng, height, width, unit * 0.8, octaves=2) * 0.7
        weft, warp = strands(rng, rows, columns, 9), strands(rng, columns, rows, 9)
        far = np.clip(y, 0, rows - 1.01), np.clip(x, 0, columns - 1.01)
        weft_at = look_up(weft, far[1].astype(np.float32), np.floor(far[0]).astype(np.float32))
        warp_at = look_up(warp, far[0].astype(np.float32), np.floor(far[1]).astype(np.float32))
        over = np.cos(np.pi * np.floor(x)) * np.cos(np.pi * np.floor(y))
        round_x, round_y = np.abs(np.sin(np.pi * x)), np.abs(np.sin(np.pi * y))
        is_weft = over > 0
        height_of = np.where(is_weft, round_y * (0.75 + 0.25 * round_x), round_x * (0.75 + 0.25 * round_y))
        tone = np.where(is_weft, weft_at, warp_at)
        colours = np.broadcast_to(linear(colour), (height, width, 3))
        if stripe:
            period = 0.55 * unit / thread
            band_y = (np.floor(far[0]) / period) % 1 < (0.5 if check else 0.16)
            band_x = ((np.floor(far[1]) / period) % 1 < 0.5) if check else np.zeros_like(band_y)
            dyed = np.where(is_weft, band_y, band_x) if check else band_y & (is_weft | (height_of < 0.8))
            colours = mix(linear(colour), linear(stripe), dyed.astype(np.float32))
        shade = (0.62 + 0.38 * height_of) * (1 + 0.075 * tone)
        cloth = cv.GaussianBlur(np.asarray(colours * shade[..., None], np.float32), (0, 0), 0.6)
        relief = field(rng, height, width, unit * 0.9, octaves=3) * (0.020 * unit)
        for _ in range(folds):
            angle = rng.choice([0, np.pi / 2]) + rng.normal(0, 0.04)
            away = (x - columns * rng.uniform(0.1, 0.9)) * np.cos(angle) + (y - rows * rng.uniform(0.1, 0.9)) * np.sin(
                angle
            )
            away = away * np.float32(thread / unit) + field(rng, height, width, unit * 0.8, octaves=2) * 0.010
            relief = relief + np.float32(0.030 * unit) * np.exp(-np.abs(away) / 0.06)
        smooth = cv.GaussianBlur(np.asarray(relief, np.float32), (0, 0), unit * 0.012)
        return Board(colour_HW3=np.asarray(cloth * 1.18, np.float32), relief_HW=smooth)

    return draw


def marble(colour: str = "e9e7e3", vein: str = "8b8d91", *, density: float = 1.0) -> Table:
    """Polished marble with veins.

    Args:
        colour: of the ground.
        vein: of the veins.
        density: how much of the stone they cover.
    """

    def draw(rng: np.random.Generator, height: int, width: int, unit: float) -> Board:
        cloud = field(rng, height, width, unit * 1.3, octaves=6)
        share = step(-0.5, 2.4, cloud) * 0.35
        for size, sharp, weight in ((1.6, 0.035, 0.75), (0.8, 0.03, 0.40), (0.45, 0.03, 0.22)):
            ridge = np.abs(field(rng, height, width, unit * size, octaves=7, stretch=1.7, gain=0.55))
            breaks = step(-0.3, 1.2, field(rng, height, width, unit, octaves=3))
            share = share + weight * density * breaks * (0.7 * np.exp(-ridge / sharp) + 0.3 * np.exp(-ridge / 0.2))
        base = mix(linear(colour), linear(vein), np.clip(share, 0, 1).astype(np.float32))
        grain = 1 + 0.010 * rng.standard_normal((height, width, 1), dtype=np.float32)
        return Board(colour_HW3=np.asarray(base * grain, np.float32), relief_HW=np.zeros((height, width), np.float32))

    return draw


def slate(colour: str = "4a4d50", *, rough: float = 1.0, cloud: float = 0.08) -> Table:
    """Split stone or plaster with a fine relief.

    Args:
        colour: of the stone.
        rough: height of the relief.
        cloud: how uneven its colour is.
    """

    def draw(rng: np.random.Generator, height: int, width: int, unit: float) -> Board:
        steps = field(rng, height, width, unit * 0.9, octaves=7, stretch=1.6, gain=0.58)
        layers = np.floor(steps * 1.6) * 0.55 + steps * 0.5
        relief = cv.GaussianBlur(np.asarray(layers, np.float32), (0, 0), 1.2) * (0.0085 * unit * rough)
        relief = relief + field(rng, height, width, unit * 0.05, octaves=3) * (0.0016 * unit * rough)
        tone = 1 + cloud * field(rng, height, width, unit * 0.7, octaves=6)
        tone = tone + 0.03 * rng.standard_normal((height, width), dtype=np.float32)
        tint = field(rng, height, width, unit * 1.1, octaves=3)[..., None] * np.array([0.02, 0, -0.02], np.float32)
        base = linear(colour) * (np.maximum(tone, 0.3)[..., None] + tint)
        return Board(colour_HW3=np.asarray(base, np.float32), relief_HW=np.asarray(relief, np.float32))

    return draw


def terrazzo(colour: str = "dcd8cf", chips: tuple[str, ...] = ("9c6b4e", "5d6d6a", "b9a889", "3d3f42")) -> Table:
    """Polished cement with chips of stone.

    Args:
        colour: of the cement.
        chips: colours of the stones.
    """

    def draw(rng: np.random.Generator, height: int, width: int, unit: float) -> Board:
        colours = np.clip(linear(colour) * (1 + field(rng, height, width, unit, octaves=5)[..., None] * 0.03), 0, 1)
        picture = np.asarray(colours, np.float32)
        count = int(height * width / (unit * unit) * 95)
        for x, y, share, turn in rng.uniform(0, 1, (count, 4)):
            size = unit * (0.008 + 0.05 * share**4)
            corners = np.sort(rng.uniform(0, 2 * np.pi, 6)) + turn
            away = size * rng.uniform(0.6, 1.1, 6)
            shape = np.stack([x * width + away * np.cos(corners), y * height + away * np.sin(corners)], 1)
            stone = linear(chips[int(rng.integers(len(chips)))]) * rng.uniform(0.75, 1.25)
            cv.fillPoly(picture, [(shape * 16).astype(np.int32)], stone.tolist(), cv.LINE_8, 4)
        return Board(colour_HW3=cv.GaussianBlur(picture, (0, 0), 0.6), relief_HW=np.zeros((height, width), np.float32))

    return draw
