"""The controls of the form, one for each kind of value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QSizePolicy, QWidget

from studio.core.settings import Setting
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.flow import row
from studio.ui.widgets.inputs import ComboBox, DecimalBox, SpinBox
from studio.ui.widgets.labels import Label
from studio.ui.widgets.switch import Switch

_LARGEST = 2**31 - 1
_STEPS = QAbstractSpinBox.StepType


class SwitchEditor(Switch):
    """On or off."""

    edited = Signal(object)

    def __init__(self, theme: ThemeManager, setting: Setting) -> None:
        super().__init__(theme, accessible_name=setting.title)
        self.toggled.connect(self._say)

    def show_value(self, value: bool) -> None:
        """Show on or off."""
        blocked = self.blockSignals(True)
        self.setChecked(value)
        self.blockSignals(blocked)

    def _say(self, is_on: bool) -> None:
        self.edited.emit(is_on)


class WholeEditor(SpinBox):
    """A whole number; one below its range stands for an empty setting."""

    edited = Signal(object)

    def __init__(self, theme: ThemeManager, setting: Setting) -> None:
        super().__init__(theme, unit=setting.unit)
        self._setting = setting
        low, high = int(setting.low or 0), int(min(setting.high or _LARGEST, _LARGEST))
        self._empty = low - 1 if setting.is_optional else None
        self.setRange(low if self._empty is None else self._empty, high)
        self.setSpecialValueText(setting.empty if setting.is_optional else "")
        if high > 10_000:
            self.setStepType(_STEPS.AdaptiveDecimalStepType)
        self.valueChanged.connect(self._say)

    def show_value(self, value: int | None) -> None:
        """Show a number, or that the setting is empty."""
        blocked = self.blockSignals(True)
        self.setValue(self.minimum() if value is None else value)
        self.blockSignals(blocked)
        self.set_unit("" if value is None else self._setting.unit)

    def _say(self, value: int) -> None:
        self.set_unit("" if value == self._empty else self._setting.unit)
        self.edited.emit(None if value == self._empty else value)


class NumberEditor(DecimalBox):
    """A number with decimals; where its low end is not allowed, reaching it means an empty setting."""

    edited = Signal(object)

    def __init__(self, theme: ThemeManager, setting: Setting) -> None:
        super().__init__(theme, unit=setting.unit)
        low, high = float(setting.low or 0.0), float(setting.high or 1e9)
        self._empty = low if setting.is_optional else None
        least = min(1e-9, high) if setting.low_is_open and not setting.is_optional else low
        self.setRange(least, high)
        self.setSpecialValueText(setting.empty if setting.is_optional else "")
        if setting.is_log or high > 10:
            self.setStepType(_STEPS.AdaptiveDecimalStepType)
        self.setSingleStep(0.05 if high <= 1 else 0.1 if high <= 10 else 1.0)
        self.valueChanged.connect(self._say)

    def show_value(self, value: float | None) -> None:
        """Show a number, or that the setting is empty."""
        blocked = self.blockSignals(True)
        self.setValue(self.minimum() if value is None else value)
        self.blockSignals(blocked)

    def _say(self, value: float) -> None:
        self.edited.emit(None if value == self._empty else value)


class TextEditor(QLineEdit):
    """A line of text; none is an empty setting."""

    edited = Signal(object)

    def __init__(self, theme: ThemeManager, setting: Setting) -> None:
        super().__init__()
        self.setPlaceholderText(setting.empty)
        self.editingFinished.connect(self._say)

    def show_value(self, value: str | None) -> None:
        """Show the text."""
        self.setText(value or "")

    def _say(self) -> None:
        self.edited.emit(self.text().strip() or None)


class ChoiceEditor(ComboBox):
    """One of several named values."""

    edited = Signal(object)

    def __init__(self, theme: ThemeManager, setting: Setting) -> None:
        super().__init__(theme)
        for name, title in zip(setting.choices, setting.titles, strict=True):
            self.addItem(title, name)
        self.currentIndexChanged.connect(self._say)

    def show_value(self, value: str) -> None:
        """Show the choice; one that only the JSON can name, such as timm/NAME, is added."""
        blocked = self.blockSignals(True)
        if self.findData(value) < 0:
            self.addItem(value, value)
        self.setCurrentIndex(self.findData(value))
        self.blockSignals(blocked)
        self.update()

    def _say(self, index: int) -> None:
        self.edited.emit(self.itemData(index))


class SizeEditor(QWidget):
    """Height and width."""

    edited = Signal(object)

    def __init__(self, theme: ThemeManager, setting: Setting) -> None:
        super().__init__()
        self._sides = [SpinBox(theme, accessible_name=f"{setting.title}, {side}") for side in ("height", "width")]
        for box in self._sides:
            box.setRange(int(setting.low or 1), int(setting.high or _LARGEST))
            box.setSingleStep(32)
            box.setMinimumWidth(0)
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            box.valueChanged.connect(self._say)
        height, width = self._sides
        layout = row(height, Label("×", "body", "text_3"), width, gap=6)
        layout.setStretch(0, 1)
        layout.setStretch(2, 1)
        self.setLayout(layout)

    def show_value(self, value: tuple[int, int]) -> None:
        """Show both sides."""
        for box, side in zip(self._sides, value, strict=True):
            blocked = box.blockSignals(True)
            box.setValue(side)
            box.blockSignals(blocked)

    def _say(self, _: int) -> None:
        self.edited.emit([box.value() for box in self._sides])


class KindsEditor(Button):
    """Strengths by kind of dirt, which are set beside a photo."""

    edited = Signal(object)

    def __init__(self, theme: ThemeManager, setting: Setting) -> None:
        super().__init__(theme, "Laboratory", icon="paintbrush", tooltip="Set the kinds beside a photo")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)  # as wide as the fields around it

    def show_value(self, value: Mapping[str, float]) -> None:
        """Say how many kinds have a strength of their own."""
        self.set_text(f"{len(value)} set" if value else "Laboratory")


EDITORS: dict[str, type[Any]] = {
    "switch": SwitchEditor,
    "whole": WholeEditor,
    "number": NumberEditor,
    "text": TextEditor,
    "choice": ChoiceEditor,
    "size": SizeEditor,
    "kinds": KindsEditor,
}
