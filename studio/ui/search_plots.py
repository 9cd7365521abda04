"""How a search went: the best score so far, and which settings mattered."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget
from typing_extensions import override

from studio.core.searches import FEWEST_FOR_IMPORTANCE, title_of
from studio.core.words import percent, plural
from studio.ui.curve_style import CurveStyle
from studio.ui.plot_canvas import PlotCanvas
from studio.ui.search_history import SearchHistory
from studio.ui.search_table import score_words
from studio.ui.theme import ThemeManager
from studio.ui.ticks import per_cent
from studio.ui.widgets.flow import column, row
from studio.ui.widgets.labels import Label
from studio.ui.widgets.panels import Card

_LINE_PX, _BAR_PX, _MOST_BARS = 24, 6, 7
_FIGURE_PX = 44
_NOTHING = f"Which settings matter is said at the end of a search, from {FEWEST_FOR_IMPORTANCE} trials on."


class SearchPlot(QFrame):
    """Each trial as a point, given up ones as a cross, and the best score so far as a line."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self.setProperty("card", "plot")
        self.canvas = PlotCanvas(theme, per_cent, accessible_name="Balanced accuracy of each trial")
        self.line = self.canvas.add_curve(_style(theme))
        self.points = pg.ScatterPlotItem(size=7, pen=None)
        self.crosses = pg.ScatterPlotItem(size=8, symbol="x", pen=None)
        self.canvas.addItem(self.points)
        self.canvas.addItem(self.crosses)
        head = row(
            Label("Balanced accuracy", "label", weight=600),
            Label("line: best so far; cross: given up early", "caption", "text_3"),
            None,
            margins=(13, 0, 8, 0),
        )
        self.setLayout(column(head, self.canvas, gap=0, margins=(1, 9, 1, 1)))
        self._history = SearchHistory()
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_history(self, history: SearchHistory) -> None:
        """Draw a search as far as it is known."""
        self._history = history
        ended = history.ended
        whole = [(at, event.score) for at, event in enumerate(ended, start=1) if event.state == "done"]
        given_up = [(at, event.score) for at, event in enumerate(ended, start=1) if event.state == "pruned"]
        best = np.asarray(history.best_so_far)
        known = np.isfinite(best)
        at = np.arange(1, len(ended) + 1)
        self.line.setData(_steps(at[known]), np.repeat(best[known], 2)[:-1] if known.any() else best[known])
        for item, found in ((self.points, whole), (self.crosses, given_up)):
            pairs = [(place, score) for place, score in found if score is not None]
            item.setData([place for place, _ in pairs], [score for _, score in pairs])
        scores = [event.score for event in ended if event.score is not None]
        low = math.floor(10 * min(scores, default=0.5) - 0.2) / 10
        self.canvas.set_y(max(0.0, min(low, 0.9)), 1.0)
        self.canvas.shown.set_epochs(max(history.total or 0, len(ended)) + 1)
        self.canvas.data_changed()
        self.canvas.setAccessibleDescription(_described(history))

    def _restyle(self) -> None:
        theme = self._theme
        self.canvas.restyle_curve(self.line, _style(theme))
        self.points.setBrush(theme.color("accent", 0.7))
        self.crosses.setBrush(theme.color("text_3"))
        self.canvas.data_changed()


class ImportanceBars(QWidget):
    """One bar a setting: its share in how much the scores differ."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self._shares: list[tuple[str, float]] = []
        self.setAccessibleName("What mattered")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_shares(self, shares: Mapping[str, float]) -> None:
        """Show these shares, 0..1, by path of the setting."""
        ranked = sorted(shares.items(), key=lambda item: -item[1])[:_MOST_BARS]
        self._shares = [(title_of(path), share) for path, share in ranked]
        self.setAccessibleDescription("; ".join(f"{title} {percent(share, 0)}" for title, share in self._shares))
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, _LINE_PX * max(1, len(self._shares)))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("small"))
        metrics = QFontMetrics(painter.font())
        names = min(self.width() // 2, max((metrics.horizontalAdvance(title) for title, _ in self._shares), default=0))
        room = max(0, self.width() - names - _FIGURE_PX - 12)
        longest = max((share for _, share in self._shares), default=1.0) or 1.0
        for number, (title, share) in enumerate(self._shares):
            line = QRect(0, number * _LINE_PX, self.width(), _LINE_PX)
            painter.setPen(theme.color("text"))
            shown = metrics.elidedText(title, Qt.TextElideMode.ElideRight, names)
            painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), shown)
            painter.setPen(theme.color("text_2"))
            painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), percent(share, 0))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent"))
            top = line.center().y() - _BAR_PX / 2
            painter.drawRoundedRect(QRectF(names + 12, top, room * share / longest, _BAR_PX), 3, 3)


class ImportanceCard(Card):
    """The bars with their title, or why there are none."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self.bars = ImportanceBars(theme)
        self._note = Label(_NOTHING, "small", "text_3", wrap=True)
        title = Label("What mattered", "label", weight=600)
        self.setLayout(column(title, self.bars, self._note, None, gap=8, margins=(13, 9, 13, 9)))
        self.show_history(SearchHistory())

    def show_history(self, history: SearchHistory) -> None:
        """Tell what mattered in a search."""
        told = history.finished
        shares = told.importance if told is not None else {}
        self.bars.show_shares(shares)
        self.bars.setVisible(bool(shares))
        self._note.setVisible(not shares)
        scored = sum(event.score is not None for event in history.ended)
        is_quiet = told is not None and scored >= FEWEST_FOR_IMPORTANCE
        self._note.setText("Nothing beyond what chance explains." if is_quiet else _NOTHING)


def _described(history: SearchHistory) -> str:
    """The plot in words."""
    best, ended = history.best, history.ended
    if best is None:
        return f"{plural(len(ended), 'trial')} ended; none has a score to compare yet."
    crosses = sum(event.state == "pruned" for event in ended)
    words = f"{plural(len(ended), 'trial')} ended; trial {best.number + 1} is the best so far with "
    words += score_words(best.score, best.score_95)
    return f"{words}; {crosses} given up early." if crosses else f"{words}."


def _style(theme: ThemeManager) -> CurveStyle:
    return replace(theme.curve("validation"), has_marker=False)


def _steps(at: np.ndarray) -> np.ndarray:
    """Whole numbers so that a line through them climbs upright."""
    return np.repeat(at, 2)[1:] if len(at) else at
