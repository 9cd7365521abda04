"""Decoration that a clean dish came with: printed, painted, stamped or moulded."""

from __future__ import annotations

import math

import numpy as np

from studio.core.registry import LOOK_ALIKES
from studio.dirt.draws import any_of, between, whole
from studio.dirt.lookalikes.glazes import one_of
from studio.dirt.lookalikes.ink import INKS, Shape, Sheet, emboss, inks, press
from studio.dirt.lookalikes.motifs import (
    TURN,
    blob,
    coloured,
    creature,
    disc,
    flower,
    fruit,
    lettering,
    motif,
    petal,
    spiral,
    stem,
    stroke,
)
from studio.dirt.lookalikes.repeats import allover, borders, garlands, lines, rays
from studio.dirt.outline import Field
from studio.dirt.scene import Scene


@LOOK_ALIKES.register(
    "pattern",
    title="Patterns",
    help="Printed rings, garlands, dots, stripes and checks that repeat over the dish.",
    group="print",
    strength=0.2,
)
def pattern(rng: np.random.Generator, scene: Scene, strength: float) -> None:
    """Print a decoration that repeats.

    Args:
        rng: draws what repeats, where and in which colours.
        scene: changed in place.
        strength: 0 a faded line, 1 several bold decorations.
    """
    sheet = Sheet(scene)
    colours = inks(rng, scene, whole(rng, 1, 5))
    kind = rng.random()
    if kind < 0.28:
        allover(rng, sheet, colours)
    elif kind < 0.42:
        rays(rng, sheet, colours)
    elif kind < 0.72:
        garlands(rng, sheet, colours, 1 + int(rng.poisson(1.5 * strength)))
    else:
        borders(rng, sheet, colours, 1 + int(rng.poisson(2 * strength)))
    if rng.random() < 0.5:
        lines(rng, sheet, colours)
    press(rng, scene, sheet, strength, is_painted=rng.random() < 0.3)


@LOOK_ALIKES.register(
    "drawing",
    title="Drawings",
    help="Single flowers, fruit, animals, brush strokes, lettering, stamps and moulding marks.",
    group="print",
    strength=0.15,
)
def drawing(rng: np.random.Generator, scene: Scene, strength: float) -> None:
    """Put one or a few drawings, stamps or moulding marks on the dish.

    Args:
        rng: draws what, where and in which colours.
        scene: changed in place.
        strength: 0 one faint mark, 1 several bold ones.
    """
    sheet = Sheet(scene)
    colours = inks(rng, scene, whole(rng, 2, 5))
    kind = rng.random()
    if kind < 0.2:
        _stamp(rng, sheet, colours[0])
        if rng.random() < 0.6:
            emboss(rng, scene, sheet, strength)
            return
    elif kind < 0.34:
        _moulding(rng, sheet, colours[0])
        emboss(rng, scene, sheet, strength)
        return
    elif kind < 0.55:
        _strokes(rng, sheet, colours, 1 + int(rng.poisson(5 * strength)))
        press(rng, scene, sheet, strength, is_crisp=True)
        return
    elif kind < 0.65:
        _sketch(rng, sheet, colours[0])
    else:
        _figures(rng, sheet, colours, strength)
    press(rng, scene, sheet, strength)


def _figures(rng: np.random.Generator, sheet: Sheet, colours: list[Field], strength: float) -> None:
    """Flowers, fruit or animals: a large one in the base, a bunch at one side, or copies around."""
    seed, kind = int(rng.integers(2**32)), rng.random()
    layout = rng.random()
    if layout < 0.35:
        spots = [(0.25 * float(rng.random()), between(rng, 0, TURN), between(rng, 0.25, 0.8))]
    elif layout < 0.7:
        side, count = between(rng, 0, TURN), 1 + int(rng.poisson(4 * strength))
        spots = [
            (between(rng, 0.4, 0.9), side + float(rng.normal(0, 0.6)), between(rng, 0.12, 0.5)) for _ in range(count)
        ]
    else:
        count, rho, size = whole(rng, 2, 6), between(rng, 0.45, 0.85), between(rng, 0.12, 0.4)
        first = between(rng, 0, TURN)
        spots = [(rho, first + k * TURN / count, size) for k in range(count)]
    is_same = layout >= 0.7
    leafy = np.array([0.25, 0.5, 0.2], np.float32) * np.float32(between(rng, 0.5, 1.4))
    green = one_of(rng, INKS) if rng.random() < 0.3 else leafy
    for rho, theta, size in spots:
        drawn = np.random.default_rng(seed) if is_same else rng
        at = np.array([complex(sheet.around(rho, theta))])
        turn: Shape = np.exp(1j * np.array([theta if is_same else float(drawn.uniform(0, TURN))]))
        if kind < 0.6:
            if drawn.random() < 0.7:
                away = turn * size * np.exp(1j * float(drawn.uniform(0, TURN))) * float(drawn.uniform(0.7, 2))
                sheet.draw(stem(drawn, [green, colours[-1]]), at, away)
            sheet.draw(flower(drawn, colours), at, turn * size)
        elif kind < 0.78:
            sheet.draw(fruit(drawn, [*colours[:-1], green]), at, turn * size)
        else:
            sheet.draw(creature(drawn, colours), at, turn * 0.8 * size)


def _strokes(rng: np.random.Generator, sheet: Sheet, colours: list[Field], count: int) -> None:
    """Free strokes of a brush, a scroll or a spiral."""
    if rng.random() < 0.35:
        outer = between(rng, 0.15, 0.95)
        coil = spiral(0.01, outer, between(rng, 1, 5), between(rng, 0, TURN))
        at = complex(sheet.around(any_of(rng, [0.0, between(rng, 0, 0.8)]), between(rng, 0, TURN)))
        sheet.line([at * (outer < 0.5) + coil], colours[0], between(rng, 0.01, 0.06))
        count = count // 2
    # A painter repeats a stroke; one alone, red or brown, would be a smear to anybody.
    copies = whole(rng, 2, 13)
    is_round = rng.random() < 0.6
    for k in range(math.ceil(count / 3)):
        rho, theta = between(rng, 0.1, 0.95), between(rng, 0, TURN)
        heading = between(rng, 0, TURN)
        length, width = between(rng, 0.15, 1.1), between(rng, 0.02, 0.14)
        if is_round:
            length = min(length, 3 * TURN * rho / copies)
            width = min(width, 0.5 * TURN * rho / copies)
            ribbons = stroke(rng, 0j, heading, length, width)
            angles = theta + np.arange(copies) * TURN / copies
            sheet.draw(coloured(ribbons, [colours[k % len(colours)]]), sheet.around(rho, angles), np.exp(1j * angles))
            continue
        step = between(rng, 1.3, 2.5) * width * np.exp(1j * (heading + math.pi / 2))
        for number in range(min(copies, 6)):
            at = complex(sheet.around(rho, theta)) + number * step
            sheet.fill(stroke(rng, at, heading, length, width), colours[(k + number) % len(colours)])


def _sketch(rng: np.random.Generator, sheet: Sheet, colour_3: Field) -> None:
    """A drawing of thin lines: something folded, or something rounded with details."""
    at = complex(sheet.around(0.3 * float(rng.random()), between(rng, 0, TURN)))
    size = between(rng, 0.2, 0.7) * np.exp(1j * between(rng, 0, TURN))
    width = between(rng, 0.006, 0.02)
    if rng.random() < 0.5:
        angles = np.sort(rng.uniform(0, TURN, whole(rng, 4, 8)))
        corners = rng.uniform(0.25, 0.6, angles.size) * np.exp(1j * angles)
        sheet.line([at + size * corners], colour_3, width, is_closed=True)
        for _ in range(whole(rng, 2, 6)):
            first, last = rng.choice(angles.size, 2, replace=False)
            sheet.line([at + size * corners[[first, last]]], colour_3, width)
    else:
        outline = blob(rng, 0.4)
        sheet.line([at + size * outline], colour_3, width, is_closed=True)
        for _ in range(whole(rng, 2, 7)):
            inner = complex(*rng.normal(0, 0.2, 2)) + between(rng, 0.1, 0.4) * blob(rng, 0.5)
            sheet.line([at + size * inner], colour_3, width, is_closed=rng.random() < 0.5)


def _stamp(rng: np.random.Generator, sheet: Sheet, colour_3: Field) -> None:
    """A maker's mark in the base: lines of lettering, straight or round, a frame, an emblem, or figures in a ring."""
    at = complex(sheet.around(any_of(rng, [0.0, between(rng, 0, 0.5)]), between(rng, 0, TURN)))
    if rng.random() < 0.35:
        copies, rho = whole(rng, 5, 24), between(rng, 0.12, 0.6)
        angles = np.arange(copies) * TURN / copies
        figure = [motif(rng)[0]] if rng.random() < 0.6 else [petal(0.4, 1.0) * np.exp(0.5j)]
        size = TURN * rho / copies * between(rng, 0.25, 0.6)
        sheet.draw(coloured(figure, [colour_3]), rho * np.exp(1j * angles), size * np.exp(1j * angles))
        return
    height = between(rng, 0.03, 0.09)
    bow = between(rng, 0.1, 0.4)
    if rng.random() < 0.5:
        full = int(TURN * bow / (0.85 * height))
        lettering(rng, sheet, colour_3, at, height, bow, max(3, int(full * between(rng, 0.3, 1))))
    for row in range(whole(rng, 0, 4)):
        lettering(rng, sheet, colour_3, at + 1.5j * (row - 1) * height, height, 0.0, whole(rng, 3, 10))
    if rng.random() < 0.6:
        reach = bow + any_of(rng, [-1, 1]) * 0.9 * height
        sheet.line([at + 2 * reach * disc(48)], colour_3, between(rng, 0.006, 0.02), is_closed=True)
    if rng.random() < 0.5:
        for outline in motif(rng)[:1]:
            sheet.fill([at + between(rng, 0.06, 0.2) * outline], colour_3)


def _moulding(rng: np.random.Generator, sheet: Sheet, colour_3: Field) -> None:
    """What a mould leaves: a nub in the middle, rings, arrows, small type, ribs along the wall."""
    if rng.random() < 0.8:
        sheet.fill([between(rng, 0.02, 0.08) * disc()], colour_3)
    for _ in range(whole(rng, 0, 4)):
        width = between(rng, 0.006, 0.025)
        outer = between(rng, 0.06, 0.95)
        sheet.ring(outer - width, outer, colour_3)
    if rng.random() < 0.4:
        at = complex(sheet.around(between(rng, 0, 0.35), between(rng, 0, TURN)))
        size = between(rng, 0.06, 0.16)
        corners: Shape = at + size * np.exp(1j * np.arange(3) * TURN / 3)
        sheet.line([corners], colour_3, 0.1 * size, is_closed=True)
        lettering(rng, sheet, colour_3, at, 0.5 * size, 0.0, whole(rng, 1, 6))
    if rng.random() < 0.35:
        inner = between(rng, 0.4, 0.9)
        angles = np.arange(count := whole(rng, 16, 70)) * TURN / count
        ribs = sheet.around(np.array([[inner, between(rng, 0.92, 1)]]), angles[:, None])
        sheet.line(list(ribs), colour_3, between(rng, 0.2, 0.5) * TURN / count)
    if rng.random() < 0.3:
        lettering(rng, sheet, colour_3, 0j, between(rng, 0.04, 0.09), between(rng, 0.15, 0.5), 14)
