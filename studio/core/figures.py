"""Figures of a run: curves, confusion matrix, calibration."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from studio.core.drawing import Drawing, Point, ticks
from studio.core.intervals import wilson

LEFT, RIGHT, TOP, BOTTOM = 46.0, 12.0, 44.0, 34.0
BINS = 10
MOST_CLASSES = 16
"""Beyond these a confusion matrix has no room for its figures."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One curve.

    Attributes:
        name: in the legend; empty where it is not to stand there.
        look: a class of drawings, such as `curve-train`.
        points: x and y; what is no number is left out.
    """

    name: str
    look: str
    points: Sequence[Point]


@dataclass(frozen=True, kw_only=True)
class Axes:
    """The ranges of a plot.

    Attributes:
        x, y: low and high.
        x_title: what x is.
        say: a value of y in words.
        say_x: a value of x in words; None for whole numbers, such as epochs.
        size: width and height, px.
    """

    x: tuple[float, float]
    y: tuple[float, float]
    x_title: str
    say: Callable[[float], str]
    say_x: Callable[[float], str] | None = None
    size: tuple[float, float] = (420.0, 260.0)

    def place(self, point: Point) -> Point:
        """Where a point lies in the drawing."""
        (x, y), (width, height) = point, self.size
        across = (x - self.x[0]) / ((self.x[1] - self.x[0]) or 1)
        up = (y - self.y[0]) / ((self.y[1] - self.y[0]) or 1)
        return LEFT + across * (width - LEFT - RIGHT), height - BOTTOM - up * (height - TOP - BOTTOM)


def plot(title: str, lines: Sequence[Line], axes: Axes, *, marks: Sequence[float] = ()) -> Drawing:
    """Curves over one another.

    Args:
        title: above them.
        lines: the curves, the first one lowest.
        axes: their ranges.
        marks: values of x with a dashed line.
    """
    drawing = Drawing(*axes.size, title)
    _frame(drawing, title, axes)
    for mark in marks:
        drawing.line(axes.place((mark, axes.y[0])), axes.place((mark, axes.y[1])), "mark")
    for line in lines:
        known = [point for point in line.points if all(map(math.isfinite, point))]
        if known:
            drawing.curve([axes.place(point) for point in known], line.look)
    x = LEFT
    for line in lines:
        if line.name:
            drawing.line((x, 34), (x + 14, 34), line.look.replace("faint", "curve"))
            drawing.words((x + 18, 38), line.name)
            x += 30 + 6.2 * len(line.name)
    return drawing


def confusion(title: str, classes: Sequence[str], counts: Sequence[Sequence[int]]) -> Drawing | None:
    """How often each class was called what; None with too many classes, or without samples.

    Args:
        title: above it.
        classes: in order.
        counts: rows are true classes, columns predicted ones.
    """
    total = sum(map(sum, counts))
    if len(classes) > MOST_CLASSES or not total:
        return None
    cell = 64.0 if len(classes) <= 4 else 44.0 if len(classes) <= 8 else 32.0
    names = [name if len(name) <= 14 else f"{name[:13]}…" for name in classes]
    left = 24.0 + 7.2 * max(map(len, names))
    drawing = Drawing(max(320.0, left + cell * len(classes) + 12), 62 + cell * len(classes) + 8, title)
    drawing.words((0, 16), title, "strong")
    drawing.words((left, 36), "Predicted")
    for row, (name, line) in enumerate(zip(names, counts, strict=True)):
        middle = 62 + cell * (row + 0.5)
        drawing.words((left - 8, middle + 4), name, anchor="end")
        # Long names lean on one another above narrow cells, so those of columns are cut to what fits.
        fits = max(2, int(cell / 6.4))
        drawing.words((left + cell * (row + 0.5), 54), name[:fits], anchor="middle")
        for column, count in enumerate(line):
            share = count / sum(line) if sum(line) else 0.0
            corner = (left + cell * column + 1, 62 + cell * row + 1)
            drawing.box(corner, cell - 2, cell - 2, "empty")
            if share:
                drawing.box(corner, cell - 2, cell - 2, "cell", opacity=0.12 + 0.88 * share)
            look = "on-top" if share > 0.55 else "figure"
            drawing.words((left + cell * (column + 0.5), middle + 4), str(count), look, anchor="middle")
    return drawing


def calibration(title: str, bins: Sequence[tuple[float, float, float, float]]) -> Drawing:
    """What was said beside how often it was so.

    Args:
        title: above it.
        bins: mean probability that was said, how often it was so, low and high end of that, 0..1.
    """
    axes = Axes(
        x=(0, 1), y=(0, 1), x_title="Probability that the model says", say=percent, say_x=percent, size=(300.0, 280.0)
    )
    drawing = Drawing(*axes.size, title)
    _frame(drawing, title, axes)
    drawing.line(axes.place((0, 0)), axes.place((1, 1)), "mark")
    drawing.words((LEFT, 38), "How often it is so, with 95 % range")
    for said, found, low, high in bins:
        drawing.line(axes.place((said, low)), axes.place((said, high)), "curve-accent")
        drawing.dot(axes.place((said, found)), "dot-accent", 3.5)
    return drawing


def binned(shares: Sequence[float], is_true: Sequence[bool]) -> list[tuple[float, float, float, float]]:
    """Probabilities in tenths of 0..1, each with how often it was so and its Wilson range."""
    found = []
    for number in range(BINS):
        inside = [
            (share, true)
            for share, true in zip(shares, is_true, strict=True)
            if min(int(share * BINS), BINS - 1) == number
        ]
        if inside:
            right = sum(true for _, true in inside)
            said = sum(share for share, _ in inside) / len(inside)
            found.append((said, right / len(inside), *wilson(right, len(inside))))
    return found


def spread(
    title: str, groups: Sequence[tuple[str, str, Sequence[float]]], marks: Sequence[float], x_title: str
) -> Drawing:
    """How probabilities are spread in each class.

    Args:
        title: above it.
        groups: name, class of drawings for a curve, and probabilities 0..1 of each class.
        marks: where the answer turns; nothing where it does not.
        x_title: what the probabilities are of.
    """
    bins = 2 * BINS
    lines: list[Line] = []
    top = 0.05
    for name, look, shares in groups:
        counts = [0] * bins
        for share in shares:
            counts[min(int(share * bins), bins - 1)] += 1
        heights = [count / max(1, len(shares)) for count in counts]
        top = max(top, *heights)
        steps = [(place / bins, height) for number, height in enumerate(heights) for place in (number, number + 1)]
        lines.append(Line(name=f"{name} ({len(shares)})", look=look, points=steps))
    axes = Axes(x=(0, 1), y=(0, top * 1.05), x_title=x_title, say=percent, say_x=percent, size=(420.0, 280.0))
    return plot(title, lines, axes, marks=marks)


def percent(value: float) -> str:
    """A share for an axis."""
    return f"{100 * value:.3g} %"


def plain(value: float) -> str:
    """A number for an axis."""
    return f"{value:.0e}".replace("e-0", "e-") if value and abs(value) < 0.001 else f"{value:.3g}"


def around(values: Sequence[float], *, floor: float | None = None, ceiling: float | None = None) -> tuple[float, float]:
    """A range with some air around the numbers among values."""
    known = [value for value in values if math.isfinite(value)]
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    air = 0.06 * (high - low) or 0.1 * abs(high) or 0.5
    low, high = low - air, high + air
    return max(low, floor) if floor is not None else low, min(high, ceiling) if ceiling is not None else high


def _frame(drawing: Drawing, title: str, axes: Axes) -> None:
    width, height = axes.size
    drawing.words((LEFT, 18), title, "strong")
    for value in ticks(*axes.y):
        x, y = axes.place((axes.x[0], value))
        drawing.line((x, y), (width - RIGHT, y), "grid")
        drawing.words((x - 6, y + 3.5), axes.say(value), "tick", anchor="end")
    say_x = axes.say_x or plain
    for value in ticks(*axes.x, most=5 if axes.say_x else 8):
        if axes.say_x is None and value != round(value):
            continue
        x, y = axes.place((value, axes.y[0]))
        drawing.words((x, y + 14), say_x(value), "tick", anchor="middle")
    corner = axes.place((axes.x[0], axes.y[0]))
    drawing.line(corner, (width - RIGHT, corner[1]), "axis")
    drawing.words(((LEFT + width - RIGHT) / 2, height - 6), axes.x_title, "tick", anchor="middle")
