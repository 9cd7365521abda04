"""The legend of a plot, in which the values appear that the crosshair reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from studio.ui.curve_style import CurveStyle
from studio.ui.theme import ThemeManager

_SWATCH_PX = 20
_BOX_PX = 14
_GAP_PX = 16
_INNER_PX = 6
_DASH = (5.0, 2.5)
_HEIGHT_PX = 20


@dataclass(frozen=True, kw_only=True)
class LegendEntry:
    """One curve in a legend.

    Attributes:
        label: its name.
        style: how it is drawn.
        value: what it reads at the crosshair, or last; empty for none.
        swatch: a piece of the line, or a filled box for a band.
        rank: entries with the highest rank go first where there is no room.
    """

    label: str
    style: CurveStyle
    value: str = ""
    swatch: Literal["line", "box"] = "line"
    rank: int = 0


class PlotLegend(QWidget):
    """Entries side by side; what does not fit is left out."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where fonts and colours come from.
        """
        super().__init__()
        self._theme = theme
        self._entries: Sequence[LegendEntry] = ()
        self.setFixedHeight(_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def set_entries(self, entries: Sequence[LegendEntry]) -> None:
        """Show these entries."""
        if entries != self._entries:
            self._entries = entries
            told = [f"{entry.label} {entry.value}".strip() for entry in entries]
            self.setAccessibleName(", ".join(told))
            self.update()

    def value(self, label: str) -> str:
        """What the entry of this name reads."""
        return next((entry.value for entry in self._entries if entry.label == label), "")

    @override
    def sizeHint(self) -> QSize:
        return QSize(sum(self._width(entry) for entry in self._entries), _HEIGHT_PX)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(0, _HEIGHT_PX)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = 0
        for entry in self._fitting():
            self._paint_swatch(painter, entry, left)
            swatch = _SWATCH_PX if entry.swatch == "line" else _BOX_PX
            left += swatch + _INNER_PX
            left += self._paint_text(painter, entry.label, left, "text_2", None)
            if entry.value:
                left += _INNER_PX
                left += self._paint_text(painter, entry.value, left, "text", 600)
            left += _GAP_PX

    def _paint_text(self, painter: QPainter, text: str, left: int, token: str, weight: int | None) -> int:
        font = self._theme.font("small", weight, tabular=weight is not None)
        painter.setFont(font)
        painter.setPen(self._theme.color(token))
        width = QFontMetrics(font).horizontalAdvance(text)
        painter.drawText(QRectF(left, 0, width + 2, self.height()), int(Qt.AlignmentFlag.AlignVCenter), text)
        return width

    def _paint_swatch(self, painter: QPainter, entry: LegendEntry, left: int) -> None:
        middle = self.height() / 2
        if entry.swatch == "box":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(entry.style.color)
            painter.drawRoundedRect(QRectF(left, middle - 4, _BOX_PX, 8), 2, 2)
            return
        dash = _DASH if entry.style.dash else ()
        painter.setPen(replace(entry.style, dash=dash).pen())
        painter.drawLine(QPointF(left, middle), QPointF(left + _SWATCH_PX, middle))
        if entry.style.has_marker:
            painter.setPen(QPen(entry.style.color, 1.75))
            painter.setBrush(self._theme.color("plot_bg"))
            painter.drawEllipse(QPointF(left + _SWATCH_PX / 2, middle), 2.75, 2.75)

    def _fitting(self) -> Sequence[LegendEntry]:
        shown = list(self._entries)
        while shown and sum(self._width(entry) for entry in shown) - _GAP_PX > self.width():
            worst = max(range(len(shown)), key=lambda number: (shown[number].rank, number))
            del shown[worst]
        return shown

    def _width(self, entry: LegendEntry) -> int:
        width = (_SWATCH_PX if entry.swatch == "line" else _BOX_PX) + _INNER_PX + _GAP_PX
        width += QFontMetrics(self._theme.font("small")).horizontalAdvance(entry.label)
        if entry.value:
            width += _INNER_PX + QFontMetrics(self._theme.font("small", 600, tabular=True)).horizontalAdvance(
                entry.value
            )
        return width
