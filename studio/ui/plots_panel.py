"""The four plots of a run with the tools to look at them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QGridLayout, QMenu, QVBoxLayout, QWidget
from typing_extensions import override

from studio.ui.curve_plot import CurvePlot, Overlay, PlotView
from studio.ui.curve_saver import CurveSaver
from studio.ui.plot_tools import PlotSwitches, ToolsPopup
from studio.ui.run_history import RunHistory
from studio.ui.series import Points
from studio.ui.session import Session
from studio.ui.small_plot import SmallPlot
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.flow import holder, row
from studio.ui.widgets.plain import plain

_REDRAW_MS = 100
_SMALL_PX = 90
_TWO_ABREAST_PX = 960


class PlotsPanel(QWidget):
    """Loss over accuracy over learning rate beside speed, and beside where the network looks if that is known.

    Drawing is throttled apart from the rate of messages: however many events arrive, curves are drawn at most ten
    times a second, one plot a turn of the event loop, and not at all while nobody sees them.
    """

    redrawn = Signal()
    member_chosen = Signal()

    def __init__(self, session: Session, theme: ThemeManager) -> None:
        """Args:
        session: remembers how curves are looked at; writes files off the window's thread.
        theme: where colours come from.
        """
        super().__init__()
        self._session = session
        self._theme = theme
        self._history = RunHistory()
        self._overlays: Sequence[Overlay] = ()
        self._name = "run"
        self._is_compact = False
        self._is_due = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REDRAW_MS)
        self._timer.timeout.connect(self._begin)
        self._turn = QTimer(self)
        self._turn.setInterval(0)
        self._turn.timeout.connect(self._draw_next)
        self._undrawn: list[CurvePlot | SmallPlot] = []
        self.loss = CurvePlot(theme, "loss")
        self.accuracy = CurvePlot(theme, "accuracy")
        self.rate = SmallPlot(theme, "Learning rate", "learning_rate", _learning_rate, is_rate=True)
        self.speed = SmallPlot(theme, "Images per second", "images_per_s", _speed)
        self.heat = SmallPlot(theme, "Heat in the dirt", "validation", _heat)
        self.heat.hide()
        for plot in (self.loss, self.accuracy):
            plot.hovered.connect(self._hover)
            plot.members.chosen.connect(self._watch)
        # pyqtgraph's own link lines plots up by their pixels, which stretches those of another width.
        self._all = (self.loss, self.accuracy, self.rate, self.speed, self.heat)
        for zoomed in self._all:
            zoomed.canvas.shown.zoomed.connect(self._zoom)
        self._make_tools()
        self._plots = QWidget()
        self.saver = CurveSaver(session, self._plots, self)
        self.saver.blocked.connect(self._export.set_blocked)
        self._grid = QGridLayout(self._plots)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.space())
        self._small = holder(row(self.rate, self.speed, self.heat, gap=theme.space()))
        self._small.setFixedHeight(_SMALL_PX)
        self._columns = 0
        self._place_plots(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.space(2), 0, theme.space(2), theme.space(2))
        layout.setSpacing(0)
        layout.addWidget(self.tools)
        layout.addWidget(self._plots, 1)
        self._popup: ToolsPopup | None = None

    def show_history(self, history: RunHistory, overlays: Sequence[Overlay], name: str) -> None:
        """Look at another run, or lay other runs over it."""
        self._history, self._overlays, self._name = history, overlays, name
        self.redraw_soon()

    def redraw_soon(self) -> None:
        """The history has grown: draw it within a tenth of a second."""
        self._is_due = True
        if self.isVisible() and not self._timer.isActive() and not self._undrawn:
            self._timer.start()

    def redraw_now(self) -> None:
        """Draw what is known without waiting, as exports and tests need it."""
        self._begin()
        while self._undrawn:
            self._draw_next()

    @property
    def view(self) -> PlotView:
        """How curves are looked at."""
        return self.switches.view

    def set_compact(self, is_compact: bool) -> None:
        """Move the tools with the two small plots behind a button, or bring them back."""
        self._is_compact = is_compact
        self.tools.setVisible(not is_compact)
        self._fit_keys.setEnabled(is_compact)
        self._small.setVisible(not is_compact)
        if not is_compact and self._popup is not None:
            self._popup.give_back()
            self._popup = None
            self._place_tools()
            columns, self._columns = self._columns, 0
            self._place_plots(columns)
            self.switches.show()
            self._small.show()

    def open_tools(self, below: QWidget) -> None:
        """Show the tools with the two small plots in a sheet under a button."""
        if self._popup is None:
            self._popup = ToolsPopup(self._theme, [self.switches, self._small], self)
        corner = below.mapToGlobal(QPoint(below.width(), below.height() + self._theme.space() // 2))
        self._small.show()
        self._popup.show_at(corner)

    def open_export(self, below: QWidget) -> None:
        """Offer what curves can be saved as."""
        menu = QMenu(self)
        self.saver.offer(menu, self._history, self._name)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(below.mapToGlobal(QPoint(0, below.height() + 4)))

    def fit(self) -> None:
        """Show all epochs again."""
        for plot in self._all:
            plot.fit()
        self.redraw_now()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_plots(2 if self.width() >= _TWO_ABREAST_PX else 1)
        self.redraw_soon()

    @override
    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        if self._is_due:
            self.redraw_soon()

    def _make_tools(self) -> None:
        theme = self._theme
        self.switches = PlotSwitches(self._session, theme)
        self.switches.changed.connect(self.redraw_soon)
        self._fit = Button(
            theme, "Fit", icon="rotate-ccw", kind="tool", size="small", keys="Ctrl+0", tooltip="Show all epochs again"
        )
        self._fit.clicked.connect(self.fit)
        self._fit_keys = QShortcut(QKeySequence("Ctrl+0"), self, self.fit)
        self._fit_keys.setEnabled(False)  # unless the button is not there
        self._export = Button(
            theme, "Export", icon="download", kind="tool", size="small", tooltip="Save the curves as a file"
        )
        self._export.set_trailing_icon("chevron-down")
        self._export.clicked.connect(self._open_own_export)
        self.tools = QWidget()
        self.tools.setFixedHeight(theme.height("panel_header"))
        self._tools_row = row(self._fit, self._export, gap=theme.space())
        self.tools.setLayout(self._tools_row)
        self._place_tools()

    def _place_tools(self) -> None:
        self._tools_row.insertWidget(0, self.switches, 1)

    def _place_plots(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for widget in (self.loss, self.accuracy, self._small):
            self._grid.removeWidget(widget)
        places = [(self.loss, 0, 0), (self.accuracy, 0 if columns == 2 else 1, columns - 1)]
        for widget, at_row, at_column in places:
            self._grid.addWidget(widget, at_row, at_column)
        self._grid.addWidget(self._small, 2, 0, 1, columns)
        self._grid.setRowStretch(0, 208)
        self._grid.setRowStretch(1, 194 if columns == 1 else 0)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1 if columns == 2 else 0)

    def _begin(self) -> None:
        self._is_due = False
        words = self._history.heat_in_words
        self.heat.setVisible(bool(words))
        self.heat.setToolTip(plain(words))
        self.heat.canvas.setAccessibleDescription(words)
        self._undrawn = [plot for plot in self._all if plot is not self.heat or words]
        self._turn.start()

    def _draw_next(self) -> None:
        """Draw one plot: all four at once would keep the mouse waiting."""
        plot = self._undrawn.pop(0)
        if isinstance(plot, CurvePlot):
            plot.show_history(self._history, self._overlays, self.view)
        else:
            plot.show_history(self._history)
        if self._undrawn:
            return
        self._turn.stop()
        self.redrawn.emit()
        if self._is_due:
            self.redraw_soon()

    def _watch(self, number: int) -> None:
        # The newest one stays the newest one, also when the next begins.
        self._history.watch(number if number < len(self._history.members) else None)
        self.redraw_soon()
        self.member_chosen.emit()

    def _hover(self, epoch: int | None) -> None:
        for plot in (self.loss, self.accuracy):
            plot.set_hover(epoch)

    def _zoom(self, low: float, high: float) -> None:
        for plot in self._all:
            if plot.canvas.shown.visible != (low, high):
                plot.canvas.shown.show_epochs(low, high)

    def _open_own_export(self) -> None:
        self.open_export(self._export)


def _learning_rate(history: RunHistory) -> Points:
    return history.learning_rate()


def _heat(history: RunHistory) -> Points:
    return history.heat()


def _speed(history: RunHistory) -> Points:
    return history.speeds.points
