"""Counts as parts of one thin bar."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from studio.ui.theme import ThemeManager
from studio.ui.widgets.plain import plain

_BAR_PX = 8
_GAP_PX = 2
_LEAST_PX = 3
_CORNER_PX = 2
_STRIPE_PX, _PERIOD_PX = 5.0, 8.5


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of the bar.

    Attributes:
        count: how many.
        title: what is counted.
        token: a colour token, or the name of a curve.
        is_striped: whether it is drawn in stripes, as painted samples are.
    """

    count: int
    title: str
    token: str
    is_striped: bool = False


class CountBar(QWidget):
    """Parts side by side, each as long as its share; the smallest stays visible."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self._parts: tuple[Part, ...] = ()
        self.setFixedHeight(_BAR_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_parts(self, parts: Sequence[Part]) -> None:
        """Show other counts; parts of 0 take no room."""
        self._parts = tuple(part for part in parts if part.count)
        words = ", ".join(f"{part.title} {part.count:,}" for part in parts)
        self.setAccessibleName(words)
        self.setToolTip(plain(words))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, _BAR_PX)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if not self._parts:
            painter.setBrush(self._theme.color("track"))
            painter.drawRoundedRect(QRectF(self.rect()), _CORNER_PX, _CORNER_PX)
            return
        left = 0.0
        for part, width in zip(self._parts, self._widths(), strict=True):
            self._paint_part(painter, part, QRectF(left, 0, width, self.height()))
            left += width + _GAP_PX

    def _widths(self) -> list[float]:
        total = sum(part.count for part in self._parts)
        room = self.width() - _GAP_PX * (len(self._parts) - 1)
        widths = [max(_LEAST_PX, room * part.count / total) for part in self._parts]
        scale, edges = room / sum(widths), [0.0]
        for width in widths:
            edges.append(edges[-1] + width * scale)
        return [round(right) - round(left) for left, right in itertools.pairwise(edges)]

    def _paint_part(self, painter: QPainter, part: Part, box: QRectF) -> None:
        if not part.is_striped:
            painter.setBrush(part_color(self._theme, part.token))
            painter.drawRoundedRect(box, _CORNER_PX, _CORNER_PX)
            return
        painter.setBrush(self._theme.color(f"{part.token}_soft"))
        painter.drawRoundedRect(box, _CORNER_PX, _CORNER_PX)
        shape = QPainterPath()
        shape.addRoundedRect(box, _CORNER_PX, _CORNER_PX)
        stripes = QPainterPath()
        slant = box.height()
        left = box.x() - slant
        while left < box.right():
            corners = (
                QPointF(left, box.bottom()),
                QPointF(left + slant, box.top()),
                QPointF(left + slant + _STRIPE_PX, box.top()),
                QPointF(left + _STRIPE_PX, box.bottom()),
            )
            stripes.addPolygon(QPolygonF([*corners, corners[0]]))
            left += _PERIOD_PX
        painter.setBrush(part_color(self._theme, part.token))
        painter.drawPath(shape.intersected(stripes))


def part_color(theme: ThemeManager, token: str) -> QColor:
    """The colour of a part: a curve's for the splits, else a token's."""
    return theme.curve(token).color if token in ("train", "validation") else theme.color(token)
