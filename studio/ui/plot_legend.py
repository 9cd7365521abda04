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
_LEAST_NAME_PX = 48
"""A name is not shortened below this; entries are left out instead."""


@dataclass(frozen=True, kw_only=True)
class LegendEntry:
    """One curve in a legend.

    Attributes:
        label: its name.
        style: how it is drawn.
        value: what it reads at the crosshair, or last; empty for none.
        range: the ends of the value's interval, where they have no entry of their own.
        swatch: a piece of the line, or a filled box for a band.
        rank: entries with the highest rank go first where there is no room.
        is_name: whether the label is a name that somebody gave, which is shortened before any entry goes.
    """

    label: str
    style: CurveStyle
    value: str = ""
    range: str = ""
    swatch: Literal["line", "box"] = "line"
    rank: int = 0
    is_name: bool = False


class PlotLegend(QWidget):
    """Entries side by side; where they do not fit, names are shortened, then entries left out."""

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
            told = [" ".join(filter(None, (entry.label, entry.value, entry.range))) for entry in entries]
            self.setAccessibleName(", ".join(told))
            self.update()

    def value(self, label: str) -> str:
        """What the entry of this name reads."""
        return next((entry.value for entry in self._entries if entry.label == label), "")

    def shown(self) -> list[LegendEntry]:
        """The entries that there is room for, as they are drawn."""
        kept = list(self._entries)
        while kept and self._total(shown := self._shortened(kept)) > self.width():
            worst = max(range(len(kept)), key=lambda number: (kept[number].rank, number))
            del kept[worst]
        return shown if kept else []

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
        for entry in self.shown():
            self._paint_swatch(painter, entry, left)
            swatch = _SWATCH_PX if entry.swatch == "line" else _BOX_PX
            left += swatch + _INNER_PX
            left += self._paint_text(painter, entry.label, left, "text_2", None)
            if entry.value:
                left += _INNER_PX
                left += self._paint_text(painter, entry.value, left, "text", 600)
            if entry.range:
                left += _INNER_PX
                left += self._paint_text(painter, entry.range, left, "text_3", 400)
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

    def _shortened(self, entries: Sequence[LegendEntry]) -> list[LegendEntry]:
        """The entries with names no wider than they all may be for everything to fit, if that is possible."""
        font = QFontMetrics(self._theme.font("small"))
        widths = [font.horizontalAdvance(entry.label) for entry in entries if entry.is_name]
        spare = self.width() - self._total(entries) + sum(widths)
        room = max(widths, default=0)
        for left, width in zip(range(len(widths), 0, -1), sorted(widths), strict=True):
            room = max(_LEAST_NAME_PX, spare // left)
            if width > room:
                break
            spare -= width
        return [
            replace(entry, label=font.elidedText(entry.label, Qt.TextElideMode.ElideMiddle, room))
            if entry.is_name
            else entry
            for entry in entries
        ]

    def _total(self, entries: Sequence[LegendEntry]) -> int:
        return sum(self._width(entry) for entry in entries) - _GAP_PX

    def _width(self, entry: LegendEntry) -> int:
        width = (_SWATCH_PX if entry.swatch == "line" else _BOX_PX) + _INNER_PX + _GAP_PX
        width += QFontMetrics(self._theme.font("small")).horizontalAdvance(entry.label)
        for text, weight in ((entry.value, 600), (entry.range, 400)):
            if text:
                font = self._theme.font("small", weight, tabular=True)
                width += _INNER_PX + QFontMetrics(font).horizontalAdvance(text)
        return width
