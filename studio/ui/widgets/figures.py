"""Figures in a summary."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from studio.ui.theme import ThemeManager


class FigureWithInterval(QWidget):
    """A figure under its caption, its 95 % interval beside it."""

    def __init__(self, theme: ThemeManager, caption: str) -> None:
        """Args:
        theme: where fonts and colours come from.
        caption: what the figure is, such as `Best validation accuracy`.
        """
        super().__init__()
        self._theme = theme
        self._caption = caption
        self._figure = "–"
        self._note = ""
        self._figure_px: int | None = None
        theme.changed.connect(self.update)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._say()

    def set_caption(self, caption: str) -> None:
        """Change what the figure is."""
        self._caption = caption
        self._say()

    def set_figure(self, figure: str, note: str = "") -> None:
        """Show a figure such as `94.8 %` with its interval such as `87 – 98`."""
        if (figure, note) != (self._figure, self._note):
            self._figure, self._note = figure, note
            self._say()

    def set_figure_px(self, px: int | None) -> None:
        """Use a smaller figure where the layout gives way."""
        self._figure_px = px
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        figure = QFontMetrics(self._figure_font()).horizontalAdvance(self._figure)
        small = QFontMetrics(self._theme.font("small"))
        note = small.horizontalAdvance(self._note) + self._theme.space() if self._note else 0
        width = max(figure + note, small.horizontalAdvance(self._caption))
        return QSize(width + 2, self._theme.line_px("small") + self._theme.line_px("figure"))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        caption_font = theme.font("small")
        metrics = QFontMetricsF(caption_font)
        painter.setFont(caption_font)
        painter.setPen(theme.color("text_2"))
        line = theme.line_px("small")
        caption = metrics.elidedText(self._caption, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(QRectF(0, 0, self.width(), line), int(Qt.AlignmentFlag.AlignVCenter), caption)
        figure_font = self._figure_font()
        painter.setFont(figure_font)
        painter.setPen(theme.color("text"))
        figure_metrics = QFontMetricsF(figure_font)
        baseline = line + (theme.line_px("figure") + figure_metrics.capHeight()) / 2
        painter.drawText(0, round(baseline), self._figure)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text_3"))
        left = figure_metrics.horizontalAdvance(self._figure) + theme.space()
        painter.drawText(round(left), round(baseline), self._note)

    def _figure_font(self) -> QFont:
        return self._theme.font("figure", px=self._figure_px)

    def _say(self) -> None:
        self.setAccessibleName(f"{self._caption}: {self._figure} {self._note}".strip())
        self.updateGeometry()
        self.update()
