"""A low plot of one curve under the large ones."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtWidgets import QFrame

from studio.ui.plot_canvas import PlotCanvas
from studio.ui.run_history import RunHistory
from studio.ui.series import Points
from studio.ui.theme import ThemeManager
from studio.ui.ticks import WHOLE_STEPS, nice_step, power, short
from studio.ui.widgets.flow import column, row
from studio.ui.widgets.labels import Label

_SMOOTH_EDGES_BELOW = 4000


class SmallPlot(QFrame):
    """A low plot of one curve: the learning rate, or the speed."""

    def __init__(
        self,
        theme: ThemeManager,
        title: str,
        style: str,
        points: Callable[[RunHistory], Points],
        *,
        is_rate: bool = False,
    ) -> None:
        """Args:
        theme: where colours come from.
        title: what is plotted.
        style: name of the curve among the design tokens.
        points: takes the curve from a history.
        is_rate: whether values are small, written as powers of ten.
        """
        super().__init__()
        self._theme = theme
        self._style = style
        self._points = points
        self._empty_top = 1e-3 if is_rate else 1.0
        self.setProperty("card", "plot")
        self.canvas = PlotCanvas(
            theme,
            _rate_text if is_rate else short,
            margins_px=(46, 6, 11, 12),
            has_x_labels=False,
            steps=WHOLE_STEPS,
            accessible_name=f"{title} over the epochs",
        )
        self._curve = self.canvas.add_curve(theme.curve(style))
        head = row(Label(title, "label", weight=600), None, margins=(13, 0, 8, 0))
        self.setLayout(column(head, self.canvas, gap=0, margins=(1, 9, 1, 1)))
        theme.changed.connect(self._restyle)

    def show_history(self, history: RunHistory) -> None:
        """Draw a run as far as it is known."""
        x, y = self._points(history)
        self._curve.setData(x, y, antialias=len(x) < _SMOOTH_EDGES_BELOW)
        self.canvas.shown.set_epochs(history.planned)
        self.canvas.data_changed()
        top = float(y.max()) if len(y) else self._empty_top
        step = nice_step(top or 1.0, 2, WHOLE_STEPS)
        self.canvas.set_y(0.0, math.ceil((top or 1.0) / step - 1e-6) * step)

    def fit(self) -> None:
        """Show all epochs again."""
        self.canvas.shown.fit()

    def _restyle(self) -> None:
        self.canvas.restyle_curve(self._curve, self._theme.curve(self._style))


def _rate_text(value: float, step: float) -> str:
    return power(value)
