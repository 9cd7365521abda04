"""Figures of which a dish's decoration is made."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from studio.dirt.draws import any_of, between, whole
from studio.dirt.lookalikes.ink import Part, Shape, Sheet
from studio.dirt.outline import Field

TURN = 2 * math.pi


def petal(width: float, tip: float, bend: float = 0.0, points: int = 12) -> Shape:
    """From 0 to 1 along the real axis, `width` wide; a `tip` above 1 is pointed, below 1 blunt."""
    t = np.linspace(0, 1, points)
    half = 0.5 * width * np.sin(math.pi * t**0.8) ** tip
    spine = t + 1j * bend * t * t
    return np.concatenate([spine + 1j * half, (spine - 1j * half)[::-1]])


def disc(points: int = 20) -> Shape:
    """A circle of radius 0.5 around 0."""
    circle: Shape = 0.5 * np.exp(1j * np.linspace(0, TURN, points, endpoint=False))
    return circle


def star(corners: int, depth: float) -> Shape:
    """A star of radius 0.5 around 0."""
    reach = np.where(np.arange(2 * corners) % 2 == 0, 0.5, 0.5 * depth)
    at: Shape = reach * np.exp(1j * math.pi * np.arange(2 * corners) / corners)
    return at


def blob(rng: np.random.Generator, rough: float = 0.25, points: int = 32) -> Shape:
    """A smooth irregular outline about 1 wide around 0."""
    t = np.linspace(0, TURN, points, endpoint=False)
    reach = np.full(points, 0.5)
    for k in range(2, 6):
        reach *= 1 + rough / k * rng.normal() * np.cos(k * t + between(rng, 0, TURN))
    at: Shape = np.maximum(reach, 0.1) * np.exp(1j * t)
    return at


def heart() -> Shape:
    """A heart about 1 wide, its point towards -1."""
    t = np.linspace(0, TURN, 28, endpoint=False)
    along = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    at: Shape = (along + 1j * 16 * np.sin(t) ** 3) / 32
    return at


def motif(rng: np.random.Generator) -> list[Shape]:
    """One small figure about 1 large around 0, as one to three outlines of different colours."""
    kinds: Sequence[Callable[[], list[Shape]]] = (
        lambda: [disc(), 0.55 * disc()],
        lambda: [petal(between(rng, 0.2, 0.6), between(rng, 0.6, 1.6)) - 0.5],
        lambda: [petal(0.7, 1.2) - 0.5, 0.6 * petal(0.6, 1.2) - 0.35],
        lambda: [0.9 * (petal(0.35, 0.9, between(rng, 0.2, 0.6)) - 0.5)],
        lambda: [np.array([0.5, 0.35j, -0.5, -0.35j])],
        lambda: [np.array([0.5, -0.4 + 0.45j, -0.4 - 0.45j])],
        lambda: [heart()],
        lambda: [star(whole(rng, 4, 9), between(rng, 0.3, 0.7))],
        lambda: _rosette(rng),
        lambda: _sprig(rng),
        lambda: [blob(rng)],
    )
    return list(kinds[whole(rng, 0, len(kinds))]())


def _rosette(rng: np.random.Generator) -> list[Shape]:
    count, width = whole(rng, 4, 9), between(rng, 0.25, 0.6)
    # One outline: petals of one fill that overlap would cut holes into each other.
    reach = np.abs(np.cos(0.5 * count * np.linspace(0, TURN, 60, endpoint=False)))
    outline: Shape = (0.15 + 0.35 * reach ** (2 * width + 0.2)) * np.exp(1j * np.linspace(0, TURN, 60, endpoint=False))
    return [outline, 0.22 * disc()]


def _sprig(rng: np.random.Generator) -> list[Shape]:
    leaf = 0.45 * petal(0.4, 1.1)
    lean = between(rng, 0.4, 0.9)
    return [0.6 * petal(0.35, 1.1) - 0.1, leaf * np.exp(1j * lean) - 0.5, leaf * np.exp(-1j * lean) - 0.5]


def coloured(outlines: Sequence[Shape], colours: Sequence[Field]) -> list[Part]:
    """Outlines as a figure, each in the next colour."""
    return [Part(shape=shape, colour_3=colours[k % len(colours)]) for k, shape in enumerate(outlines)]


def flower(rng: np.random.Generator, colours: Sequence[Field]) -> list[Part]:
    """A flower about 1 wide, with outlined petals, veins and a middle."""
    count = whole(rng, 4, 12)
    width, tip = between(rng, 0.9, 1.7) * math.pi / count, between(rng, 0.4, 1.3)
    body, edge, middle = colours[0], colours[0] * np.float32(between(rng, 0.2, 0.7)), colours[-1]
    has_edge, has_veins = rng.random() < 0.6, rng.random() < 0.4
    figure: list[Part] = []
    for layer in range(whole(rng, 1, 3)):
        shrink = 0.5 * (1 - 0.35 * layer)
        tone = np.clip(body * np.float32(1 + 0.25 * layer), 0, 1).astype(np.float32)
        angles = (np.arange(count) + 0.5 * layer) * TURN / count + rng.normal(0, 0.08, count)
        for factor in shrink * rng.uniform(0.85, 1.1, count) * np.exp(1j * angles):
            leaf = factor * petal(width, tip, float(rng.normal(0, 0.12)))
            figure.append(Part(shape=leaf, colour_3=tone))
            if has_edge:
                figure.append(Part(shape=leaf, colour_3=edge, width=0.02))
            if has_veins:
                vein = factor * np.array([0.15, 0.75])
                figure.append(Part(shape=vein, colour_3=edge, width=0.012, is_closed=False))
    figure.append(Part(shape=between(rng, 0.12, 0.3) * disc(), colour_3=middle))
    if rng.random() < 0.4:
        dots = 0.15 * np.exp(1j * np.arange(7) * TURN / 7)
        figure += [Part(shape=dot + 0.04 * disc(8), colour_3=edge) for dot in dots]
    return figure


def stem(rng: np.random.Generator, colours: Sequence[Field]) -> list[Part]:
    """A bent stem from 0 on, 1 long, with leaves on both sides."""
    t = np.linspace(0, 1, 14)
    heading = float(rng.normal(0, 1.0)) * t
    path: Shape = np.cumsum(np.exp(1j * heading), dtype=np.complex128) / 14
    figure = [Part(shape=path, colour_3=colours[0], width=between(rng, 0.015, 0.04), is_closed=False)]
    for k in range(2, 13, whole(rng, 2, 5)):
        side = (1 if rng.random() < 0.5 else -1) * between(rng, 0.4, 1.0)
        leaf = petal(between(rng, 0.25, 0.5), 1.1, float(rng.normal(0, 0.2)))
        factor = between(rng, 0.15, 0.4) * np.exp(1j * (heading[k] + side))
        figure.append(Part(shape=path[k] + factor * leaf, colour_3=colours[k % len(colours)]))
    return figure


def fruit(rng: np.random.Generator, colours: Sequence[Field]) -> list[Part]:
    """One or a few round fruits with outline, light side, stalk and leaf, together about 1 wide."""
    figure: list[Part] = []
    for _ in range(whole(rng, 1, 4)):
        here = 0.3 * complex(*rng.normal(0, 0.6, 2))
        body = blob(rng, 0.12) * between(rng, 0.5, 0.8)
        lighter = np.clip(colours[0] * np.float32(1.25) + np.float32(0.06), 0, 1).astype(np.float32)
        figure.append(Part(shape=here + body, colour_3=colours[0]))
        figure.append(Part(shape=here + 0.5 * body - 0.08 * (1 + 1j), colour_3=lighter))
        if rng.random() < 0.6:
            figure.append(Part(shape=here + body, colour_3=colours[0] * np.float32(0.3), width=0.025))
        up = np.exp(1j * between(rng, -2.2, -0.9))
        stalk = here + np.array([0.25, 0.45]) * up
        figure.append(Part(shape=stalk, colour_3=colours[-1] * np.float32(0.5), width=0.03, is_closed=False))
        leaf = stalk[-1] + 0.35 * petal(0.45, 1.1) * up * np.exp(1j * float(rng.normal(0, 1)))
        figure.append(Part(shape=leaf, colour_3=colours[-1]))
    return figure


def creature(rng: np.random.Generator, colours: Sequence[Field]) -> list[Part]:
    """Something like a fish, a bird or a cat, about 1 long: body, head or tail, limbs, an eye, an outline."""
    dark = colours[-1] * np.float32(between(rng, 0.1, 0.4))
    body: Shape = blob(rng, 0.2).real + 1j * between(rng, 0.4, 0.8) * blob(rng, 0.2).imag
    if rng.random() < 0.5:
        tail = np.array([-0.35, -0.8 + 0.3j, -0.65, -0.8 - 0.3j])
        parts = [body, tail, 0.1 + 0.35j * petal(0.5, 0.8), 0.05 - 0.3j * petal(0.5, 0.8)]
        eye = 0.3 + 0.07j
    else:
        head = 0.55 + 0.15j + 0.42 * blob(rng, 0.1)
        limbs = [0.35 * petal(0.3, 0.8) * np.exp(1j * turn) - 0.1 for turn in rng.uniform(-2.6, -0.6, 4)]
        parts = [*limbs, body, head, -0.4 + 0.6 * petal(0.25, 0.7, 0.5) * np.exp(2.6j)]
        eye = 0.6 + 0.2j
    figure: list[Part] = []
    for k, part in enumerate(parts):
        figure.append(Part(shape=part, colour_3=colours[k % len(colours)]))
        figure.append(Part(shape=part, colour_3=dark, width=0.03))
    for _ in range(whole(rng, 0, 5)):
        spot = complex(*rng.normal(0, 0.14, 2)) + between(rng, 0.06, 0.18) * blob(rng)
        figure.append(Part(shape=spot, colour_3=colours[-1]))
    figure.append(Part(shape=eye + 0.09 * disc(10), colour_3=dark))
    return figure


def stroke(rng: np.random.Generator, start: complex, heading: float, length: float, width: float) -> list[Shape]:
    """The hairs of one brush stroke: a swelling ribbon, split where the brush ran dry."""
    t = np.linspace(0, 1, 26)
    turn = heading + np.cumsum(rng.normal(0, 0.12, 26)) + float(rng.normal(0, 1.4)) * t
    path = start + np.cumsum(np.exp(1j * turn)) * length / 26
    swell = np.sin(math.pi * np.minimum(1, t * 0.9 + 0.1) ** between(rng, 0.4, 1.6)) ** 0.6
    normal = 1j * np.exp(1j * turn)
    ribbons: list[Shape] = []
    hairs = whole(rng, 1, 7)
    for k in range(hairs):
        first, last = -0.5 + k / hairs, -0.5 + (k + between(rng, 0.6, 1.15)) / hairs
        end = 26 if hairs == 1 else whole(rng, 15, 27)
        low, high = path + normal * swell * width * first, path + normal * swell * width * last
        ribbons.append(np.concatenate([low[:end], high[:end][::-1]]))
    return ribbons


def spiral(inner: float, outer: float, turns: float, start: float) -> Shape:
    """A spiral around 0."""
    t = np.linspace(0, 1, max(24, int(40 * turns)))
    at: Shape = (inner + (outer - inner) * t) * np.exp(1j * (start + TURN * turns * t))
    return at


def glyph(rng: np.random.Generator) -> list[Shape]:
    """The strokes of a letter that is none, 0.6 wide and 1 high around 0; upright is -i."""
    knots = np.array([x + 1j * y for y in (-0.5, 0.0, 0.5) for x in (-0.3, 0.0, 0.3)])
    strokes: list[Shape] = []
    for _ in range(whole(rng, 2, 4)):
        first, last = rng.choice(9, 2, replace=False)
        bulge = any_of(rng, [0.0, 0.0, 0.35, -0.35])
        t = np.linspace(0, 1, 2 if bulge == 0 else 9)
        way = knots[last] - knots[first]
        strokes.append(knots[first] + way * (t + 1j * bulge * np.sin(math.pi * t)))
    return strokes


def lettering(
    rng: np.random.Generator, sheet: Sheet, colour_3: Field, at: complex, height: float, bow: float, count: int
) -> None:
    """A line of glyphs, on a circle of radius `bow` around `at`, or straight through it where `bow` is 0."""
    letters = [glyph(rng) for _ in range(min(count, 9))]
    first = between(rng, 0, TURN)
    step = 0.85 * height
    strokes: list[Shape] = []
    for k in range(count):
        if rng.random() < 0.12:
            continue
        if bow > 0:
            angle = first + k * step / bow
            place, turn = at + bow * np.exp(1j * angle), np.exp(1j * (angle + math.pi / 2))
        else:
            turn = np.exp(1j * first)
            place = at + (k - (count - 1) / 2) * step * turn
        strokes += [place + turn * height * part for part in letters[k % len(letters)]]
    sheet.line(strokes, colour_3, max(0.006, 0.13 * height))
