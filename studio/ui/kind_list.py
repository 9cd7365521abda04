"""Every registered kind of dirt with its switch and its strength."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from studio.core.registry import DIRT_KINDS, Entry
from studio.ui.theme import ThemeManager
from studio.ui.widgets.inputs import Slider
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.ui.widgets.panels import ScrollPanel
from studio.ui.widgets.switch import Switch

_ROW_PX, _LEAST_ROW_PX = 54, 36
_SLIDER_PX = 16
_ON_AGAIN = 50


class KindList(ScrollPanel):
    """Rows as high as there is room for; it scrolls when there is too little."""

    changed = Signal(object)
    released = Signal()

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__()
        self.rows = {entry.name: KindRow(theme, entry, self.content) for entry in DIRT_KINDS}
        for kind_row in self.rows.values():
            kind_row.changed.connect(self._tell)
            kind_row.released.connect(self.released)

    @property
    def strengths(self) -> dict[str, float]:
        """Strength of every kind, 0..1; 0 is off."""
        return {name: kind_row.strength for name, kind_row in self.rows.items()}

    def show_strengths(self, strengths: Mapping[str, float]) -> None:
        """Show strengths; a kind that is not named shows its own."""
        for name, kind_row in self.rows.items():
            kind_row.show_strength(strengths.get(name))

    @override
    def sizeHint(self) -> QSize:
        return QSize(167, _ROW_PX * len(self.rows))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        pitch = min(_ROW_PX, max(_LEAST_ROW_PX, self.height() // max(1, len(self.rows))))
        is_scrolled = pitch * len(self.rows) > self.height()
        width = self.width() - (self.verticalScrollBar().sizeHint().width() if is_scrolled else 0)
        self.content.setFixedHeight(pitch * len(self.rows))
        for number, kind_row in enumerate(self.rows.values()):
            kind_row.setGeometry(0, number * pitch, width, pitch)

    def _tell(self) -> None:
        self.changed.emit(self.strengths)


class KindRow(QWidget):
    """One kind: switch, title, strength in words, slider."""

    changed = Signal()
    released = Signal()

    def __init__(self, theme: ThemeManager, entry: Entry[Any], parent: QWidget) -> None:
        """Args:
        theme: where colours and measures come from.
        entry: the registered kind.
        parent: where it lies.
        """
        super().__init__(parent)
        self._theme = theme
        own = entry.traits["strength"]
        assert isinstance(own, int | float)
        self._own = float(own)
        self.switch = Switch(theme, accessible_name=f"Paint {entry.title.lower()}", tooltip=entry.help)
        self.slider = Slider(accessible_name=f"Strength of {entry.title.lower()}", tooltip=entry.help)
        self._title = ElidedLabel(entry.title)
        self._value = Label("", "small", "text_2")
        self._value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for child in (self.switch, self._title, self._value, self.slider):
            child.setParent(self)
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_strength(None)
        self.switch.toggled.connect(self._switched)
        self.slider.valueChanged.connect(self._slid)
        self.slider.sliderReleased.connect(self.released)

    @property
    def strength(self) -> float:
        """0..1; 0 while switched off."""
        return self.slider.value() / 100 if self.switch.isChecked() else 0.0

    def show_strength(self, strength: float | None) -> None:
        """Show a strength; None the kind's own. Off keeps the slider where it is."""
        strength = self._own if strength is None else strength
        for child in (self.switch, self.slider):
            child.blockSignals(True)
        if strength != self.strength:
            self.switch.setChecked(strength > 0)
            self.switch.setProperty("place", float(strength > 0))
        if strength > 0:
            self.slider.setValue(round(100 * strength))
        elif self.slider.value() == 0:
            self.slider.setValue(round(100 * self._own) or _ON_AGAIN)
        for child in (self.switch, self.slider):
            child.blockSignals(False)
        self._say()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        theme, width = self._theme, self.width()
        line, gap = theme.line_px("body"), theme.space()
        top = min(6, (self.height() - line - _SLIDER_PX) // 3)
        switch = theme.width("switch")
        value = 26
        self.switch.setGeometry(0, top, switch, line)
        self._title.setGeometry(switch + gap, top, width - switch - gap - value, line)
        self._value.setGeometry(width - value, top, value, line)
        slider_top = top + line + min(5, (self.height() - line - _SLIDER_PX) // 3)
        self.slider.setGeometry(0, slider_top, width, _SLIDER_PX)

    def _switched(self) -> None:
        self._say()
        self.changed.emit()
        self.released.emit()

    def _slid(self, value: int) -> None:
        if value > 0 and not self.switch.isChecked():
            self.switch.setChecked(True)  # moving the slider of a kind that is off means wanting it
            return
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        is_on = self.switch.isChecked()
        self.slider.set_off(not is_on)
        self._value.setText(str(self.slider.value()) if is_on else "off")
        self._title.set_tone("text" if is_on else "text_2")
