"""Decoration that repeats around a dish or all over it."""

from __future__ import annotations

import math

import numpy as np

from studio.dirt.draws import any_of, between, whole
from studio.dirt.lookalikes.ink import Sheet
from studio.dirt.lookalikes.motifs import TURN, coloured, disc, flower, motif
from studio.dirt.outline import Field


def lines(rng: np.random.Generator, sheet: Sheet, colours: list[Field]) -> None:
    """Rings along the rim or the base."""
    at = any_of(rng, [0.975, between(rng, 0.3, 0.98), between(rng, 0.85, 0.98)])
    for _ in range(whole(rng, 1, 6)):
        width = any_of(rng, (0.008, 0.02, 0.06)) * between(rng, 0.6, 1.6)
        sheet.ring(at - width, at, colours[whole(rng, 0, len(colours))])
        at -= width + between(rng, 0.008, 0.08)
        if at < 0.1:
            break


def borders(rng: np.random.Generator, sheet: Sheet, colours: list[Field], count: int) -> None:
    """Bands that are filled, waved, checked, or made of strokes."""
    outer = between(rng, 0.6, 0.99)
    for k in range(count):
        width = between(rng, 0.03, 0.22)
        inner = max(0.05, outer - width)
        body, other = colours[k % len(colours)], colours[(k + 1) % len(colours)]
        theta = np.linspace(-math.pi, math.pi, 361)[:-1]
        waves = whole(rng, 8, 40)
        kind = rng.random()
        if kind < 0.2:
            sheet.ring(inner, outer, body)
        elif kind < 0.4:
            swing = 0.4 * width * np.cos(waves * np.linspace(-math.pi, math.pi, 181)[:-1])
            sheet.ring((inner + outer) / 2 - 0.12 * width, (inner + outer) / 2 + 0.12 * width, body, swing)
            if rng.random() < 0.4:
                sheet.ring((inner + outer) / 2 - 0.1 * width, (inner + outer) / 2 + 0.1 * width, other, -swing)
        elif kind < 0.55:
            if rng.random() < 0.5:
                sheet.ring(inner, outer, other)
            tooth = np.abs((theta * waves / TURN) % 1 * 2 - 1)
            sheet.weave([sheet.around(outer, theta), sheet.around(inner + width * tooth, theta)], body)
        elif kind < 0.8:
            rows, cells = whole(rng, 1, 4), 2 * whole(rng, 10, 40)
            for row in range(rows):
                low, high = inner + width * row / rows, inner + width * (row + 1) / rows
                corners = (np.arange(cells)[:, None] + row + 2 * np.array([0, 0.5, 0.5, 0])) * TURN / cells
                reach = np.broadcast_to(np.array([low, low, high, high]), corners.shape)
                sheet.fill(list(sheet.around(reach, corners)[::2]), body)
        else:
            angles = np.arange(3 * waves)[:, None] * TURN / (3 * waves)
            ends = sheet.around(np.array([inner, outer]), angles + np.array([0, float(rng.normal(0, 0.12))]))
            sheet.line(list(ends), body, between(rng, 0.008, 0.02))
        outer = inner - between(rng, 0.0, 0.06)
        if outer < 0.2:
            break


def garlands(rng: np.random.Generator, sheet: Sheet, colours: list[Field], count: int) -> None:
    """Figures that repeat around the dish, one ring of them or several."""
    copies = whole(rng, 3, 25)
    for k in range(count):
        rho = any_of(rng, [between(rng, 0.72, 0.93), between(rng, 0.15, 0.9)])
        size = between(rng, 0.35, 1.05) * min(0.5, TURN * rho / copies)
        angles = (np.arange(copies) + 0.5 * k) * TURN / copies + float(between(rng, 0, TURN) if k == 0 else 0)
        places = sheet.around(rho, angles)
        factors = size * np.exp(1j * (angles + (0, math.pi, math.pi / 2, 0.6)[whole(rng, 0, 4)]))
        start = whole(rng, 0, len(colours))
        turned = colours[start:] + colours[:start]
        is_rich = size > 0.14 and rng.random() < 0.5
        sheet.draw(flower(rng, turned) if is_rich else coloured(motif(rng), turned), places, factors)
        if rng.random() < 0.3:
            # A twining line ties them together.
            theta = np.linspace(-math.pi, math.pi, 241)
            twine = rho + 0.4 * size * np.cos(copies * theta)
            sheet.line([sheet.around(twine, theta)], colours[-1], between(rng, 0.006, 0.015))


def rays(rng: np.random.Generator, sheet: Sheet, colours: list[Field]) -> None:
    """Strokes from the middle or from the rim, straight or swirling, ruled or by hand."""
    count = whole(rng, 10, 80)
    inner, outer = between(rng, 0.05, 0.65), between(rng, 0.75, 1.0)
    loose, swirl = any_of(rng, [0.0, 0.12, 0.25]), any_of(rng, [0.0, 0.0, 0.5, 1.2])
    t, numbers = np.linspace(0, 1, 9), np.arange(count)[:, None]
    off, late, early = rng.standard_normal((3, count, 1)) * loose
    wide = 0.2 + 0.25 * rng.random((count, 1)) if loose else 0.25
    first = np.maximum(inner + 0.5 * late, 0.03)
    last = np.maximum(outer - 0.3 * np.abs(early) - first, 0.05)
    half = wide * TURN / count * np.sin(math.pi * t**0.6) ** 0.4
    reach = first + last * t
    angle = (numbers + off) * TURN / count + swirl * reach
    rays = sheet.around(
        np.concatenate([reach, reach[:, ::-1]], 1), np.concatenate([angle - half, (angle + half)[:, ::-1]], 1)
    )
    for k, colour_3 in enumerate(colours):
        sheet.fill(rays[k :: len(colours)], colour_3)


def allover(rng: np.random.Generator, sheet: Sheet, colours: list[Field]) -> None:
    """Dots, stripes, checks or figures over the whole dish or its base."""
    pitch = between(rng, 0.09, 0.4)
    turn = np.exp(1j * between(rng, 0, math.pi))
    kind = rng.random()
    if kind < 0.6:
        count = math.ceil(1.4 / pitch)
        rows, columns = (grid.ravel() for grid in np.mgrid[-count : count + 1, -count : count + 1])
        shifted = columns + 0.5 * (rows % 2) if rng.random() < 0.6 else columns
        places = (shifted + 1j * rows) * pitch * turn
        places = places + pitch * any_of(rng, [0, 0, 0.25]) * (
            rng.normal(size=rows.size) + 1j * rng.normal(size=rows.size)
        )
        reach = any_of(rng, [1.2, 1.2, between(rng, 0.3, 0.8)])
        places = places[np.abs(places) < reach]
        size = pitch * between(rng, 0.15, 0.8)
        turns = rng.uniform(0, TURN, places.size) if rng.random() < 0.5 else np.zeros(places.size)
        figure = [disc()] if kind < 0.25 else motif(rng)
        sheet.draw(coloured(figure, colours), places, (size * np.exp(1j * turns)).astype(np.complex128))
        return
    offsets = np.arange(-math.ceil(1.4 / pitch), math.ceil(1.4 / pitch) + 1) * pitch
    half = 0.5 * pitch * between(rng, 0.06, 0.6)
    bar = np.array([-1.5 - 1j, 1.5 - 1j, 1.5 + 1j, -1.5 + 1j])
    bars = [(bar.real + 1j * half * bar.imag + 1j * offset) * turn for offset in offsets]
    if kind < 0.8:
        for k, colour_3 in enumerate(colours):
            sheet.fill(bars[k :: len(colours)], colour_3)
    else:
        # Checks: where two bars of one fill cross, the dish shows through; lines leave a grid.
        sheet.weave(bars + [one * 1j for one in bars], colours[0])
