"""What is painted around the curves of a plot: grid, epochs, markers, best epoch, crosshair."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from studio.ui.curve_style import CurveStyle
from studio.ui.theme import ThemeManager
from studio.ui.ticks import STEPS, epoch_ticks, log_ticks, nice_step, ticks

Curve = tuple[NDArray[np.float64], NDArray[np.float64], CurveStyle]

_LABEL_GAP_PX = 8
_CHIP_PX = 18
_CHIP_LEAST_PX = 54
_TICK_EVERY_PX = 26
_MOST_TICKS = 8
_EPOCH_EVERY_PX = 44
_MARKER_PX = 5.5
_MARKER_LINE_PX = 1.5
_MARKERS_FROM_PX = 12
_HOVERED_PX = 7.5
_LEAST = 1e-12


@dataclass(frozen=True, kw_only=True)
class HoverPoint:
    """A point that is filled while the crosshair is on it.

    Attributes:
        y: its height, in the curve's own unit.
        color: the curve's colour.
    """

    y: float
    color: QColor


@dataclass(frozen=True, kw_only=True)
class PlotFrame:
    """Where the curves lie on the screen.

    Attributes:
        area: their rectangle, in px.
        x: epochs at its left and right edge.
        y: values at its lower and upper edge; logarithms when `is_log`.
        is_log: whether the y axis is logarithmic.
        right_px: room to the right of it.
    """

    area: QRectF
    x: tuple[float, float]
    y: tuple[float, float]
    is_log: bool
    right_px: int

    def px(self, epoch: float) -> float:
        """Where an epoch is, in px."""
        low, high = self.x
        return self.area.left() + (epoch - low) / ((high - low) or 1.0) * self.area.width()

    def py(self, value: float) -> float:
        """How high a value of a curve is, in px."""
        return self.axis_py(math.log10(max(value, _LEAST)) if self.is_log else value)

    def axis_py(self, mark: float) -> float:
        """How high a mark of the axis is, in px."""
        low, high = self.y
        return self.area.bottom() - (mark - low) / ((high - low) or 1.0) * self.area.height()

    def epoch_at(self, x: float) -> float:
        """Which epoch is at `x` px."""
        low, high = self.x
        return low + (x - self.area.left()) / self.area.width() * (high - low)

    @property
    def tick_count(self) -> int:
        """How many steps the y axis has room for."""
        return min(_MOST_TICKS, max(2, round(self.area.height() / _TICK_EVERY_PX)))


def draw_grid(
    painter: QPainter,
    theme: ThemeManager,
    frame: PlotFrame,
    text: Callable[[float, float], str],
    steps: Sequence[float] = STEPS,
) -> None:
    """Horizontal lines with their values.

    Args:
        painter: of the plot.
        theme: where colours come from.
        frame: where the curves lie.
        text: what a tick says, from its value and the distance to the next.
        steps: the mantissas that steps may have.
    """
    painter.setFont(theme.font("caption", 400, tabular=True))
    (low, high), area = frame.y, frame.area
    marks = log_ticks(low, high) if frame.is_log else ticks(low, high, frame.tick_count, steps)
    step = nice_step(high - low, frame.tick_count, steps) if high > low and not frame.is_log else 0.0
    for mark in marks:
        y = round(frame.axis_py(mark))
        painter.setPen(QPen(theme.color("plot_grid"), 1))
        painter.drawLine(QPointF(area.left(), y + 0.5), QPointF(area.right(), y + 0.5))
        painter.setPen(theme.color("plot_axis"))
        box = QRectF(0, y - 8, area.left() - _LABEL_GAP_PX, 16)
        align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, int(align), text(10**mark if frame.is_log else mark, step))


def draw_epochs(painter: QPainter, theme: ThemeManager, frame: PlotFrame, hover: float | None) -> None:
    """The numbers below the curves; those that the crosshair's chip covers are left out."""
    font = theme.font("caption", 400, tabular=True)
    metrics, area = QFontMetricsF(font), frame.area
    painter.setFont(font)
    painter.setPen(theme.color("plot_axis"))
    room = max(2, int(area.width() / _EPOCH_EVERY_PX))
    for mark in epoch_ticks(max(0.0, frame.x[0]), frame.x[1], room):
        text = f"{mark:.0f}"
        width = metrics.horizontalAdvance(text)
        left = max(area.left(), min(frame.px(mark) - width / 2, area.right() + frame.right_px - width - 2))
        reach = (_CHIP_LEAST_PX + width) / 2 + 2
        if hover is None or abs(left + width / 2 - frame.px(hover)) > reach:
            painter.drawText(QPointF(left, area.bottom() + 17), text)


def draw_markers(painter: QPainter, theme: ThemeManager, frame: PlotFrame, curves: Iterable[Curve]) -> None:
    """Round markers on the curves that have them, as long as there is room between them."""
    if frame.area.width() / max(1e-9, frame.x[1] - frame.x[0]) < _MARKERS_FROM_PX:
        return
    painter.save()
    painter.setClipRect(frame.area.adjusted(-4, -4, 4, 4))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(theme.color("plot_bg"))
    for point, style in _marked(frame, curves):
        painter.setPen(QPen(style.color, _MARKER_LINE_PX))
        painter.drawEllipse(point, _MARKER_PX / 2, _MARKER_PX / 2)
    painter.restore()


def draw_best(
    painter: QPainter, theme: ThemeManager, frame: PlotFrame, best: int, curves: Iterable[Curve], *, words: str
) -> None:
    """A dotted line at the epoch that is kept; its words and number, if it has words, where no curve passes."""
    area, x = frame.area, frame.px(float(best))
    if not area.left() <= x <= area.right():
        return
    painter.setPen(theme.curve("best_epoch").pen())
    painter.drawLine(QPointF(round(x) + 0.5, area.top()), QPointF(round(x) + 0.5, area.bottom()))
    if words:
        covered = QRectF(x - _CHIP_LEAST_PX, area.top() - 8, 2 * _CHIP_LEAST_PX, _CHIP_PX + 16)
        is_free = not any(covered.contains(point) for point, _ in _marked(frame, curves))
        top = area.top() + 2 if is_free else area.bottom() - _CHIP_PX - 2
        _draw_chip(painter, theme, frame, x, top, f"{words} {best}")


def draw_crosshair(
    painter: QPainter,
    theme: ThemeManager,
    frame: PlotFrame,
    epoch: float,
    points: Sequence[HoverPoint],
    *,
    has_chip: bool,
) -> None:
    """A line at an epoch, its points filled, its number on the axis: nothing covers a curve."""
    area, x = frame.area, frame.px(epoch)
    if not area.left() - 1 <= x <= area.right() + 1:
        return
    painter.setPen(QPen(theme.color("text_3"), 1))
    painter.drawLine(QPointF(round(x) + 0.5, area.top()), QPointF(round(x) + 0.5, area.bottom()))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color("plot_bg"), 1))
    for point in points:
        if math.isfinite(point.y):
            painter.setBrush(point.color)
            painter.drawEllipse(QPointF(x, frame.py(point.y)), _HOVERED_PX / 2, _HOVERED_PX / 2)
    if has_chip:
        _draw_chip(painter, theme, frame, x, area.bottom() + 4, f"epoch {epoch:.0f}")


def _marked(frame: PlotFrame, curves: Iterable[Curve]) -> list[tuple[QPointF, CurveStyle]]:
    """Where the points of the curves with markers are; those that are no numbers are nowhere."""
    return [
        (QPointF(frame.px(x), frame.py(y)), style)
        for xs, ys, style in curves
        if style.has_marker
        for x, y in zip(xs, ys, strict=True)
        if math.isfinite(y)
    ]


def _draw_chip(painter: QPainter, theme: ThemeManager, frame: PlotFrame, x: float, top: float, text: str) -> None:
    font = theme.font("caption")
    width = max(_CHIP_LEAST_PX, QFontMetricsF(font).horizontalAdvance(text) + 13)
    left = min(max(x - width / 2, frame.area.left()), frame.area.right() + frame.right_px - width - 2)
    box = QRectF(round(left), round(top), round(width), _CHIP_PX)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("tooltip"))
    painter.drawRoundedRect(box, theme.radius("chip"), theme.radius("chip"))
    painter.setFont(font)
    painter.setPen(theme.color("tooltip_text"))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
