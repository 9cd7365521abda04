"""Patterns on sample dishes: lines, bands, leaves, flowers, dots, strokes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from studio.data.kitchen.glazes import Canvas, Glaze, Skin
from studio.data.kitchen.noise import Floats, linear, mix, step, strands
from studio.dirt import cv

Ink: TypeAlias = npt.NDArray[np.uint8]
Decor: TypeAlias = Callable[[np.random.Generator, Canvas, Skin], Skin]


def decorated(glaze: Glaze, *decors: Decor) -> Glaze:
    """A glaze with patterns over it."""

    def make(rng: np.random.Generator, canvas: Canvas) -> Skin:
        skin = glaze(rng, canvas)
        for decor in decors:
            skin = decor(rng, canvas, skin)
        return skin

    return make


def _painted(skin: Skin, colour: str, share: Floats) -> Skin:
    return replace(skin, colour_HW3=mix(skin.colour_HW3, linear(colour), share))


def _inked(rng: np.random.Generator, canvas: Canvas, ink: Ink, depth: float = 0.9) -> Floats:
    """Drawn shapes as a brush leaves them: uneven, and darker where the colour gathers at the edge."""
    flat = cv.GaussianBlur(ink.astype(np.float32) / 255, (0, 0), 0.8)
    inner = cv.GaussianBlur(flat, (0, 0), 4.0)
    wash = 0.80 + 0.10 * canvas.noise(rng, 0.06, 4) + 0.35 * (flat - inner)
    return np.asarray(np.clip(flat * wash * depth, 0, 1), np.float32)


def band(colour: str, low: float, high: float, *, uneven: float = 0.0, depth: float = 0.95) -> Decor:
    """A ring of colour between two shares of the radius."""

    def draw(rng: np.random.Generator, canvas: Canvas, skin: Skin) -> Skin:
        rho = canvas.rho
        if uneven:
            rho = np.asarray(rho + canvas.noise(rng, 0.35, 3) * uneven, np.float32)
        share = step(low - 0.002, low + 0.002, rho) * step(high + 0.002, high - 0.002, rho)
        wash = 1 + canvas.noise(rng, 0.08, 4) * (0.05 if uneven else 0.015)
        return _painted(skin, colour, np.asarray(np.clip(share * wash * depth, 0, 1), np.float32))

    return draw


def gilded(low: float = 0.965, high: float = 0.992, colour: str = "d9a94f") -> Decor:
    """A line of gold that mirrors the room."""

    def draw(rng: np.random.Generator, canvas: Canvas, skin: Skin) -> Skin:
        share = step(low - 0.002, low + 0.002, canvas.rho) * step(high + 0.003, high - 0.002, canvas.rho)
        old = skin.metal_HW if skin.metal_HW is not None else np.zeros((canvas.side, canvas.side), np.float32)
        return replace(_painted(skin, colour, share), metal_HW=np.maximum(old, share))

    return draw


def _leaf(ink: Ink, base: Floats, tip: Floats, width: float, level: int = 255) -> None:
    along = tip - base
    across = np.array([-along[1], along[0]]) * width
    share = np.linspace(0, 1, 14)[:, None]
    belly = np.sin(np.pi * share**0.8) * (1 - 0.25 * share)
    outline = np.concatenate([base + along * share + across * belly, (base + along * share - across * belly)[::-1]])
    cv.fillPoly(ink, [np.round(outline * 16).astype(np.int32)], level, cv.LINE_AA, 4)


def _petal(ink: Ink, base: Floats, tip: Floats, width: float) -> None:
    along = tip - base
    across = np.array([-along[1], along[0]]) * width
    turn = np.linspace(0, 2 * np.pi, 28)[:, None]
    share = 0.5 - 0.5 * np.cos(turn)
    # Widest beyond the middle, with a slight notch at the tip.
    notch = 1 - 0.10 * np.exp(-(((share - 1) / 0.02) ** 2))
    outline = base + along * share * notch + across * np.sin(turn) * (0.35 + 0.75 * share)
    cv.fillPoly(ink, [np.round(outline * 16).astype(np.int32)], 255, cv.LINE_AA, 4)


def _line(ink: Ink, points: Floats, width_px: float) -> None:
    path = [np.round(points * 16).astype(np.int32)]
    cv.polylines(ink, path, False, 255, max(round(width_px), 1), cv.LINE_AA, 4)


def vine(colour: str, berry: str = "", *, rho: float = 0.85, sprays: int = 3, leaves: int = 7) -> Decor:
    """Leafy stems that repeat around the rim, with berries or buds."""

    def draw(rng: np.random.Generator, canvas: Canvas, skin: Skin) -> Skin:
        ink, buds = (
            np.zeros((canvas.side, canvas.side), np.uint8),
            np.zeros((canvas.side, canvas.side), np.uint8),
        )
        start = rng.uniform(0, 2 * np.pi)
        span = 2 * np.pi / sprays * 0.86
        phase, swing = rng.uniform(0, 6), rng.uniform(0.018, 0.035)
        sizes = rng.uniform(0.8, 1.2, leaves)
        for spray in range(sprays):
            theta = start + spray * 2 * np.pi / sprays + np.linspace(0, span, 60)
            stem = canvas.at(rho + swing * np.sin(phase + (theta - theta[0]) * 9), theta)
            _line(ink, stem, canvas.size_px(0.007))
            for index in range(leaves):
                at = int((index + 0.6) / leaves * 58)
                ahead = stem[at + 1] - stem[at]
                ahead = ahead / np.linalg.norm(ahead)
                for side in (-1, 1):
                    aside = np.array([-ahead[1], ahead[0]]) * side
                    tip = stem[at] + canvas.size_px(0.085 * sizes[index]) * (0.75 * ahead + 0.72 * aside)
                    _leaf(ink, stem[at], tip, 0.20)
                if berry and index % 2:
                    centre = stem[at] - canvas.size_px(0.05) * np.array([-ahead[1], ahead[0]])
                    reach = max(int(canvas.size_px(0.016) * 16), 24)
                    cv.circle(buds, tuple((centre * 16).astype(int).tolist()), reach, 255, -1, cv.LINE_AA, 4)
        skin = _painted(skin, colour, _inked(rng, canvas, ink))
        return _painted(skin, berry, _inked(rng, canvas, buds)) if berry else skin

    return draw


def flowers(
    petal: str,
    heart: str,
    leaf: str,
    *,
    rho: float = 0.83,
    count: int = 6,
    size: float = 0.10,
    scatter: float = 0.0,
) -> Decor:
    """Flowers with leaves, in a ring or scattered."""

    def draw(rng: np.random.Generator, canvas: Canvas, skin: Skin) -> Skin:
        green, petals, dark, hearts = (np.zeros((canvas.side, canvas.side), np.uint8) for _ in range(4))
        start = rng.uniform(0, 6)
        angles = start + np.arange(count) * 2 * np.pi / count
        away = np.full(count, rho)
        if scatter:
            angles, away = angles + rng.normal(0, scatter, count), rho + rng.normal(0, scatter * 0.35, count)
        for theta, share, grown in zip(angles, away, rng.uniform(0.85, 1.15, count), strict=True):
            centre = canvas.at(share, theta)
            reach = canvas.size_px(size * grown)
            turn = rng.uniform(0, 6)
            for way in turn + np.array([0.0, 2.3, 4.0]):
                tip = centre + 1.75 * reach * np.array([np.cos(way), np.sin(way)])
                _leaf(green, centre, tip, 0.17)
            for way in turn + 0.4 + np.arange(5) * 2 * np.pi / 5:
                ahead = np.array([np.cos(way), np.sin(way)])
                _petal(petals, centre + 0.06 * reach * ahead, centre + reach * ahead, 0.40)
                for lean in (-0.22, 0, 0.22):
                    vein = np.array([np.cos(way + lean), np.sin(way + lean)])
                    _line(dark, np.stack([centre + 0.2 * reach * vein, centre + 0.62 * reach * vein]), 1)
            place = tuple((centre * 16).astype(int).tolist())
            cv.circle(hearts, place, int(reach * 0.20 * 16), 255, -1, cv.LINE_AA, 4)
        skin = _painted(skin, leaf, _inked(rng, canvas, green))
        skin = _painted(skin, petal, _inked(rng, canvas, petals))
        skin = _painted(skin, heart, _inked(rng, canvas, dark, 0.45))
        return _painted(skin, heart, _inked(rng, canvas, hearts))

    return draw


def dots(colour: str, *, rho: float = 0.90, count: int = 48, size: float = 0.016, rows: int = 1) -> Decor:
    """Rings of dots set by hand."""

    def draw(rng: np.random.Generator, canvas: Canvas, skin: Skin) -> Skin:
        ink = np.zeros((canvas.side, canvas.side), np.uint8)
        for row in range(rows):
            for index in range(count):
                theta = (index + 0.5 * row) * 2 * np.pi / count + rng.normal(0, 0.06) / count
                centre = canvas.at(rho - row * size * 3.2 + rng.normal(0, 0.0012), theta)
                reach = canvas.size_px(size * rng.uniform(0.88, 1.1) * (1 - 0.13 * row))
                place = tuple((centre * 16).astype(int).tolist())
                cv.circle(ink, place, int(reach * 16), 255, -1, cv.LINE_AA, 4)
        return _painted(skin, colour, _inked(rng, canvas, ink))

    return draw


def zigzag(colour: str, *, low: float = 0.78, high: float = 0.93, count: int = 28, filled: bool = True) -> Decor:
    """A ring of triangles between two lines."""

    def draw(rng: np.random.Generator, canvas: Canvas, skin: Skin) -> Skin:
        saw = np.abs((canvas.theta * np.float32(count / (2 * np.pi))) % 1 * 2 - 1)
        level = (canvas.rho - low) / np.float32(high - low)
        edge = 0.03
        inside = step(0, 0.02, level) * step(1, 0.98, level)
        share = step(-edge, edge, saw - level) if filled else step(0.14, 0.08, np.abs(saw - level))
        lines = step(0.012, 0.008, np.abs(canvas.rho - high - 0.018)) + step(
            0.012, 0.008, np.abs(canvas.rho - low + 0.018)
        )
        wash = 0.88 + canvas.noise(rng, 0.06, 4) * 0.06
        return _painted(skin, colour, np.asarray(np.clip((share * inside + lines) * wash, 0, 1), np.float32))

    return draw


def strokes(colour: str, *, count: int = 26, low: float = 0.52, high: float = 0.97, width: float = 0.045) -> Decor:
    """Dry brush strokes that point to the middle."""

    def draw(rng: np.random.Generator, canvas: Canvas, skin: Skin) -> Skin:
        turn = canvas.theta * np.float32(count / (2 * np.pi))
        index = np.floor(turn).astype(int) % count
        ends = low + rng.uniform(-0.05, 0.09, count).astype(np.float32)
        wide = (width * rng.uniform(0.7, 1.2, count)).astype(np.float32)
        lean = rng.uniform(-0.25, 0.25, count).astype(np.float32)
        across = ((turn % 1) - 0.5) * np.float32(2 * np.pi / count) * canvas.rho + lean[index] * (
            canvas.rho - 0.8
        ) * 0.2
        hair = strands(rng, 40, 300, 30)
        column = np.clip((canvas.rho - low) / (1 - low) * 299, 0, 299).astype(np.float32)
        row = ((across / wide[index] + 1) * 16 + index * 3.7) % 39
        dry = cv.remap(hair, column, row.astype(np.float32), cv.INTER_LINEAR)
        along = (canvas.rho - ends[index]) / np.maximum(high - ends[index], 0.05)
        body = step(1.0, 0.7, np.abs(across) / wide[index]) * step(1.0, 0.97, along)
        load = step(0.0, 0.75, along) * 1.9 - 0.65 + 0.34 * dry
        ink = np.clip(body * step(0.0, 0.35, np.asarray(load, np.float32)), 0, 1) * step(-0.02, 0.05, along)
        return _painted(skin, colour, np.asarray(ink * 0.88, np.float32))

    return draw


def swirl(colour: str, *, turns: float = 5.5, width: float = 0.016, high: float = 0.90) -> Decor:
    """One brush line that spirals out from the middle."""

    def draw(rng: np.random.Generator, canvas: Canvas, skin: Skin) -> Skin:
        phase = canvas.rho / high * turns - canvas.theta / np.float32(2 * np.pi)
        wobble = canvas.noise(rng, 0.5, 3) * 0.05
        away = np.abs((phase + wobble) % 1 - 0.5) * np.float32(high / turns)
        thick = width * (0.8 + 0.14 * canvas.noise(rng, 0.4, 2))
        share = step(0.002, -0.002, np.asarray(away - thick, np.float32)) * step(high, high - 0.03, canvas.rho)
        return _painted(skin, colour, np.asarray(share * 0.85, np.float32))

    return draw


def lattice(colour: str, *, low: float = 0.72, high: float = 0.95, count: int = 60) -> Decor:
    """A net of crossing lines, as on blue and white porcelain."""

    def draw(rng: np.random.Generator, canvas: Canvas, skin: Skin) -> Skin:
        turn = canvas.theta * np.float32(count / (2 * np.pi))
        lift = (canvas.rho - low) / np.float32(high - low) * 4
        thin = canvas.noise(rng, 0.1, 3) * 0.02
        net = np.maximum(*(step(0.16, 0.08, np.abs((turn + side * lift) % 1 - 0.5) + thin) for side in (-1, 1)))
        knots = step(0.30, 0.22, np.hypot((turn + lift) % 1 - 0.5, (turn - lift) % 1 - 0.5))
        inside = step(low, low + 0.003, canvas.rho) * step(high, high - 0.003, canvas.rho)
        lines = sum(step(0.009, 0.005, np.abs(canvas.rho - edge)) for edge in (low - 0.02, low, high, high + 0.018))
        wash = 0.85 + canvas.noise(rng, 0.08, 4) * 0.08
        share = np.clip((np.maximum(net * 0.8, knots) * inside + lines) * wash, 0, 1)
        return _painted(skin, colour, np.asarray(share, np.float32))

    return draw


def embossed(*, low: float = 0.74, high: float = 0.95, count: int = 36, height: float = 0.006) -> Decor:
    """Pressed flutes around the rim, seen by their shading alone."""

    def draw(rng: np.random.Generator, canvas: Canvas, skin: Skin) -> Skin:
        inside = step(low, low + 0.05, canvas.rho) * step(high, high - 0.02, canvas.rho)
        arch = np.abs(np.cos(canvas.theta * count / 2)) * inside * height
        beads = np.hypot((canvas.theta * count / np.pi) % 1 - 0.5, (canvas.rho - 0.975) * 30)
        pearl = np.sqrt(np.maximum(0.2 - beads**2, 0)) * 0.008
        old = skin.bump_HW if skin.bump_HW is not None else 0
        return replace(skin, bump_HW=np.asarray(old + arch + pearl, np.float32))

    return draw
