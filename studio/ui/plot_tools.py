"""The controls that say how curves are looked at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from studio.ui.curve_plot import PlotView
from studio.ui.memory import whole_number
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import IconButton
from studio.ui.widgets.flow import row
from studio.ui.widgets.inputs import Slider
from studio.ui.widgets.labels import Label
from studio.ui.widgets.segmented import Choice, SegmentedControl
from studio.ui.widgets.switch import Switch

_SMOOTHING_PX = 80
_POPUP_PX = 480


class PlotSwitches(QWidget):
    """Linear or logarithmic, smoothing, outliers; what is chosen is remembered."""

    changed = Signal()

    def __init__(self, session: Session, theme: ThemeManager) -> None:
        """Args:
        session: remembers what is chosen.
        theme: where colours come from.
        """
        super().__init__()
        self._settings = session.settings
        self._scale = SegmentedControl(
            theme,
            [
                Choice(key="linear", text="Linear", tooltip="Loss on a linear axis"),
                Choice(key="log", text="Log", tooltip="Loss on a logarithmic axis"),
            ],
            height_px=theme.height("control_small"),
            accessible_name="Axis of the loss",
        )
        self._scale.choose("log" if self._settings.value("train/scale") == "log" else "linear")
        self._smoothing = Slider(
            low=0,
            high=99,
            value=whole_number(self._settings, "train/smoothing", 20),
            accessible_name="Smoothing",
            tooltip="Average each batch with those before it",
        )
        self._smoothing.setFixedWidth(_SMOOTHING_PX)
        self._value = Label("", "small", "text_2", tabular=True)
        self._value.setFixedWidth(theme.space(3.5))
        self._clip = Switch(
            theme,
            tooltip="Leave single batches far above the rest out of the picture",
            accessible_name="Clip outliers",
            checked=str(self._settings.value("train/clip", "true")) == "true",
        )
        self._scale.chosen.connect(self._change)
        self._smoothing.valueChanged.connect(self._change)
        self._clip.toggled.connect(self._change)
        gap = theme.space()
        self.setLayout(
            row(
                self._scale,
                gap,
                Label("Smoothing", "small", "text_2"),
                self._smoothing,
                self._value,
                self._clip,
                Label("Clip outliers", "small", "text_2"),
                None,
                gap=gap,
            )
        )
        self._say_smoothing()

    @property
    def view(self) -> PlotView:
        """How curves are looked at."""
        return PlotView(
            is_log=self._scale.current == "log",
            smoothing=self._smoothing.value() / 100,
            is_clipped=self._clip.isChecked(),
        )

    def choose(self, view: PlotView) -> None:
        """Look at the curves in another way, as if the controls had been used."""
        self._scale.choose("log" if view.is_log else "linear")
        self._smoothing.setValue(round(100 * view.smoothing))
        self._clip.setChecked(view.is_clipped)

    def _change(self, *_: object) -> None:
        view = self.view
        self._settings.setValue("train/scale", "log" if view.is_log else "linear")
        self._settings.setValue("train/smoothing", self._smoothing.value())
        self._settings.setValue("train/clip", "true" if view.is_clipped else "false")
        self._say_smoothing()
        self.changed.emit()

    def _say_smoothing(self) -> None:
        self._value.setText(f"{self._smoothing.value() / 100:.2g}")


class ToolsPopup(QFrame):
    """A sheet with widgets that live elsewhere while there is room."""

    def __init__(self, theme: ThemeManager, widgets: Sequence[QWidget], owner: QWidget) -> None:
        """Args:
        theme: where measures come from.
        widgets: what it holds, one below the other.
        owner: the widget that they come from.
        """
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
        """Open with the upper right corner at a place on the screen."""
        self.adjustSize()
        self.move(top_right.x() - self.width(), top_right.y())
        self.show()

    def give_back(self) -> None:
        """Return the widgets to where they come from, and be gone."""
        self.hide()
        for widget, home in zip(self._widgets, self._homes, strict=True):
            widget.setParent(home)
        self.deleteLater()


def export_buttons(theme: ThemeManager) -> tuple[IconButton, IconButton]:
    """The two buttons that stand for the tools where there is no room for them: tools, export."""
    tools = IconButton(
        theme, "sliders-horizontal", "How the curves are looked at; Ctrl+0 shows all epochs again", kind="tool"
    )
    export = IconButton(theme, "download", "Save the curves as a file", kind="tool")
    return tools, export
