"""The four plots of a run with the tools to look at them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QGridLayout, QMenu, QVBoxLayout, QWidget
from typing_extensions import override

from studio.core.files import write_atomically
from studio.ui.curve_export import csv_text, png_bytes, svg_bytes
from studio.ui.curve_plot import CurvePlot, Overlay, PlotView, SmallPlot
from studio.ui.run_history import Points, RunHistory
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button, IconButton
from studio.ui.widgets.flow import holder, row
from studio.ui.widgets.inputs import Slider
from studio.ui.widgets.labels import Label
from studio.ui.widgets.segmented import Choice, SegmentedControl
from studio.ui.widgets.switch import Switch

_REDRAW_MS = 100
_SMALL_PX = 90
_SMOOTHING_PX = 80
_TWO_ABREAST_PX = 960
_POPUP_PX = 480


class PlotsPanel(QWidget):
    """Loss over accuracy over learning rate beside speed.

    Drawing is throttled apart from the rate of messages: however many events arrive, curves are drawn at most ten
    times a second, and not at all while nobody sees them.
    """

    redrawn = Signal()

    def __init__(self, session: Session, theme: ThemeManager) -> None:
        """Args:
        session: remembers how curves are looked at; writes exports off the window's thread.
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
        self._timer.timeout.connect(self._draw)
        self.loss = CurvePlot(theme, "loss")
        self.accuracy = CurvePlot(theme, "accuracy")
        self.rate = SmallPlot(theme, "Learning rate", "learning_rate", _learning_rate, is_rate=True)
        self.speed = SmallPlot(theme, "Images per second", "images_per_s", _speed)
        for plot in (self.loss, self.accuracy):
            plot.hovered.connect(self._hover)
        # pyqtgraph's own link lines plots up by their pixels, which stretches those of another width.
        self._all = (self.loss, self.accuracy, self.rate, self.speed)
        for zoomed in self._all:
            zoomed.canvas.zoomed.connect(self._zoom)
        self._make_tools()
        self._plots = QWidget()
        self._grid = QGridLayout(self._plots)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.space())
        self._small = holder(row(self.rate, self.speed, gap=theme.space()))
        self._small.setFixedHeight(_SMALL_PX)
        self._columns = 0
        self._place_plots(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.space(2), 0, theme.space(2), theme.space(2))
        layout.setSpacing(0)
        layout.addWidget(self.tools)
        layout.addWidget(self._plots, 1)
        self._popup: _Popup | None = None

    def show_history(self, history: RunHistory, overlays: Sequence[Overlay], name: str) -> None:
        """Look at another run, or lay other runs over it."""
        self._history, self._overlays, self._name = history, overlays, name
        self.redraw_soon()

    def redraw_soon(self) -> None:
        """The history has grown: draw it within a tenth of a second."""
        self._is_due = True
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def redraw_now(self) -> None:
        """Draw what is known without waiting, as exports and tests need it."""
        self._is_due = True
        self._draw()

    @property
    def view(self) -> PlotView:
        """How curves are looked at."""
        return PlotView(
            is_log=self._scale.current == "log",
            smoothing=self._smoothing.value() / 100,
            is_clipped=self._clip.isChecked(),
        )

    def choose_view(self, view: PlotView) -> None:
        """Look at the curves in another way, as if its controls had been used."""
        self._scale.choose("log" if view.is_log else "linear")
        self._smoothing.setValue(round(100 * view.smoothing))
        self._clip.setChecked(view.is_clipped)

    def set_compact(self, is_compact: bool) -> None:
        """Move the tools with the two small plots behind a button, or bring them back."""
        self._is_compact = is_compact
        self.tools.setVisible(not is_compact)
        self._small.setVisible(not is_compact)
        if not is_compact and self._popup is not None:
            self._popup.give_back()
            self._popup = None
            self._place_tools()
            columns, self._columns = self._columns, 0
            self._place_plots(columns)
            self._switches.show()
            self._small.show()

    def open_tools(self, below: QWidget) -> None:
        """Show the tools with the two small plots in a sheet under a button."""
        if self._popup is None:
            self._popup = _Popup(self._theme, [self._switches, self._small], self)
        corner = below.mapToGlobal(QPoint(below.width(), below.height() + self._theme.space() // 2))
        self._small.show()
        self._popup.show_at(corner)

    def open_export(self, below: QWidget) -> None:
        """Offer what curves can be saved as."""
        menu = QMenu(self)
        menu.addAction("Picture (PNG)…", self._save_png)
        menu.addAction("Drawing (SVG)…", self._save_svg)
        menu.addAction("Table of epochs (CSV)…", self._save_csv)
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
        theme, settings = self._theme, self._session.settings
        self._scale = SegmentedControl(
            theme,
            [
                Choice(key="linear", text="Linear", tooltip="Loss on a linear axis"),
                Choice(key="log", text="Log", tooltip="Loss on a logarithmic axis"),
            ],
            height_px=theme.height("control_small"),
            accessible_name="Axis of the loss",
        )
        self._scale.choose(str(settings.value("train/scale", "linear")))
        self._scale.chosen.connect(self._change_view)
        self._smoothing = Slider(
            low=0,
            high=99,
            value=int(str(settings.value("train/smoothing", 20))),
            accessible_name="Smoothing",
            tooltip="Average each batch with those before it",
        )
        self._smoothing.setFixedWidth(_SMOOTHING_PX)
        self._smoothing.valueChanged.connect(self._change_view)
        self._smoothing_value = Label("", "small", "text_2")
        self._smoothing_value.setFixedWidth(theme.space(3.5))
        self._clip = Switch(
            theme,
            tooltip="Leave single batches far above the rest out of the picture",
            accessible_name="Clip outliers",
            checked=str(settings.value("train/clip", "true")) == "true",
        )
        self._clip.toggled.connect(self._change_view)
        self._fit = Button(
            theme, "Fit", icon="rotate-ccw", kind="tool", size="small", keys="Ctrl+0", tooltip="Show all epochs again"
        )
        self._fit.clicked.connect(self.fit)
        self._export = Button(
            theme, "Export", icon="download", kind="tool", size="small", tooltip="Save the curves as a file"
        )
        self._export.set_trailing_icon("chevron-down")
        self._export.clicked.connect(self._open_own_export)
        gap = theme.space()
        self._switches = holder(
            row(
                self._scale,
                gap,
                Label("Smoothing", "small", "text_2"),
                self._smoothing,
                self._smoothing_value,
                self._clip,
                Label("Clip outliers", "small", "text_2"),
                None,
                gap=gap,
            )
        )
        self.tools = QWidget()
        self.tools.setFixedHeight(theme.height("panel_header"))
        self._tools_row = row(self._fit, self._export, gap=gap)
        self.tools.setLayout(self._tools_row)
        self._place_tools()
        self._say_smoothing()

    def _place_tools(self) -> None:
        self._tools_row.insertWidget(0, self._switches, 1)

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

    def _draw(self) -> None:
        if not self._is_due:
            return
        self._is_due = False
        for plot in (self.loss, self.accuracy):
            plot.show_history(self._history, self._overlays, self.view)
        for small in (self.rate, self.speed):
            small.show_history(self._history)
        self.redrawn.emit()

    def _hover(self, epoch: int | None) -> None:
        for plot in (self.loss, self.accuracy):
            plot.set_hover(epoch)

    def _zoom(self, low: float, high: float) -> None:
        for plot in self._all:
            if plot.canvas.visible_epochs() != (low, high):
                plot.canvas.show_epochs(low, high)

    def _change_view(self, *_: object) -> None:
        settings, view = self._session.settings, self.view
        settings.setValue("train/scale", "log" if view.is_log else "linear")
        settings.setValue("train/smoothing", self._smoothing.value())
        settings.setValue("train/clip", "true" if view.is_clipped else "false")
        self._say_smoothing()
        self.redraw_soon()

    def _say_smoothing(self) -> None:
        self._smoothing_value.setText(f"{self._smoothing.value() / 100:.2g}")

    def _open_own_export(self) -> None:
        self.open_export(self._export)

    def _save_png(self) -> None:
        self._ask(png_bytes(self._plots), "PNG picture (*.png)", ".png")

    def _save_svg(self) -> None:
        self._ask(svg_bytes(self._plots), "SVG drawing (*.svg)", ".svg")

    def _save_csv(self) -> None:
        self._ask(csv_text(self._history).encode(), "CSV table (*.csv)", ".csv")

    def _ask(self, content: bytes, kind: str, suffix: str) -> None:
        """Ask where to, without stopping anything, then write in the background."""
        dialog = QFileDialog(self, "Save the curves", f"{self._name}{suffix}", kind)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._content = content
        dialog.fileSelected.connect(self.save)
        dialog.open()

    def save(self, file: str, content: bytes | None = None) -> None:
        """Write an export.

        Args:
            file: where to.
            content: what; the export asked for last when omitted.
        """
        self._session.in_background(
            _write, Path(file), self._content if content is None else content, done=self._tell_saved
        )

    def _tell_saved(self, file: Path) -> None:
        self._session.say("success", f"Saved {file.name} in {file.parent}.")


class _Popup(QFrame):
    """A sheet with widgets that live elsewhere while there is room."""

    def __init__(self, theme: ThemeManager, widgets: Sequence[QWidget], owner: PlotsPanel) -> None:
        super().__init__(owner, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setProperty("card", "true")
        self._widgets = widgets
        self._homes = [widget.parentWidget() for widget in widgets]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.space(1.5),) * 4)
        layout.setSpacing(theme.space(1.5))
        for widget in widgets:
            layout.addWidget(widget)
        self.setFixedWidth(_POPUP_PX)

    def show_at(self, top_right: QPoint) -> None:
        self.adjustSize()
        self.move(top_right.x() - self.width(), top_right.y())
        self.show()

    def give_back(self) -> None:
        self.hide()
        for widget, home in zip(self._widgets, self._homes, strict=True):
            widget.setParent(home)
        self.deleteLater()


def export_buttons(theme: ThemeManager) -> tuple[IconButton, IconButton]:
    """The two buttons that stand for the tools where there is no room for them: tools, export."""
    tools = IconButton(theme, "sliders-horizontal", "How the curves are looked at", kind="tool")
    export = IconButton(theme, "download", "Save the curves as a file", kind="tool")
    return tools, export


def _learning_rate(history: RunHistory) -> Points:
    return history.learning_rate()


def _speed(history: RunHistory) -> Points:
    return history.speeds.points


def _write(file: Path, content: bytes) -> Path:
    write_atomically(file, lambda stream: stream.write(content))
    return file
