"""Where something is typed, picked or slid."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)
from typing_extensions import override

from studio.ui.icons import paint_icon
from studio.ui.theme import ThemeManager
from studio.ui.widgets.plain import plain

_ARROWS_PX = 28
_DOT_PX = 10


class ComboBox(QComboBox):
    """A list that folds down; it scrolls past when the wheel turns over it unfocused."""

    def __init__(
        self,
        theme: ThemeManager,
        *,
        icon: str = "",
        accessible_name: str = "",
        tooltip: str = "",
        role: str = "body",
        curve: str = "",
    ) -> None:
        """Args:
        theme: where colours come from.
        icon: an icon name, drawn before the text.
        accessible_name: what is picked.
        tooltip: what picking changes.
        role: step of the type scale of what is picked.
        curve: name of a curve whose colour is shown as a dot before the text.
        """
        super().__init__()
        self._theme = theme
        self._icon_name = icon
        self._role = role
        self._curve = curve
        self.unpicked = ""
        """Shown while nothing is picked, shortened like any entry; Qt's placeholder takes all the room it needs."""

        self.setAccessibleName(accessible_name)
        self.setToolTip(plain(tooltip))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        theme.changed.connect(self.update)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        _pass_on_unless_focused(self, event, super().wheelEvent)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        ink = "text" if self.isEnabled() else "text_disabled"
        left = 11
        if self._icon_name:
            paint_icon(painter, theme, self._icon_name, QRect(left, 0, 16, self.height()), "text_2")
            left += 16 + theme.space()
        if self._curve:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.curve(self._curve).color)
            painter.drawEllipse(QRectF(left, (self.height() - _DOT_PX) / 2, _DOT_PX, _DOT_PX))
            left += _DOT_PX + theme.space()
        painter.setFont(theme.font(self._role))
        painter.setPen(theme.color(ink if self.currentIndex() >= 0 else "text_3"))
        text = self.currentText() if self.currentIndex() >= 0 else self.unpicked or self.placeholderText()
        room = QRect(left, 0, self.width() - left - _ARROWS_PX, self.height())
        shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)
        box = QRect(self.width() - _ARROWS_PX, 0, 18, self.height())
        paint_icon(painter, theme, "chevron-down", box, "text_2" if self.isEnabled() else "text_disabled", 14)


class SpinBox(QSpinBox):
    """A whole number with its unit at the right."""

    def __init__(self, theme: ThemeManager, *, unit: str = "", accessible_name: str = "", tooltip: str = "") -> None:
        """Args:
        theme: where colours come from.
        unit: what is counted, such as `epochs`.
        accessible_name: what the number is.
        tooltip: what it changes.
        """
        super().__init__()
        self._unit = _Unit(theme, self, unit)
        _prepare_spin_box(self, theme, accessible_name, tooltip)
        self.setGroupSeparatorShown(True)

    def set_unit(self, unit: str) -> None:
        """Change the unit."""
        self._unit.set_text(unit)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        _pass_on_unless_focused(self, event, super().wheelEvent)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self._unit.paint()


class DecimalBox(QDoubleSpinBox):
    """A number with decimals, shown without trailing zeros, with its unit at the right."""

    def __init__(
        self,
        theme: ThemeManager,
        *,
        unit: str = "",
        accessible_name: str = "",
        tooltip: str = "",
        least_decimals: int = 0,
    ) -> None:
        """Args as for `SpinBox`; `least_decimals` are always shown, as two are for money."""
        self._least_decimals = least_decimals
        super().__init__()
        self._unit = _Unit(theme, self, unit)
        _prepare_spin_box(self, theme, accessible_name, tooltip)
        self.setDecimals(12)

    def set_unit(self, unit: str) -> None:
        """Change the unit."""
        self._unit.set_text(unit)

    @override
    def textFromValue(self, value: float) -> str:
        whole, _, rest = f"{value:.12f}".partition(".")
        rest = rest.rstrip("0").ljust(self._least_decimals, "0")
        return f"{whole}.{rest}" if rest else whole

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        _pass_on_unless_focused(self, event, super().wheelEvent)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self._unit.paint()


class SearchField(QLineEdit):
    """A field that filters what is below it."""

    def __init__(self, theme: ThemeManager, placeholder: str, *, tooltip: str = "") -> None:
        """Args:
        theme: where colours come from.
        placeholder: what is searched, such as `Find by name`.
        tooltip: what may be typed.
        """
        super().__init__()
        self._theme = theme
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setToolTip(plain(tooltip))
        self.setTextMargins(22, 0, 0, 0)
        self.setClearButtonEnabled(False)
        theme.changed.connect(self.update)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        paint_icon(painter, self._theme, "search", QRect(11, 0, 14, self.height()), "text_3", 14)


class Slider(QSlider):
    """A value from a range; grey with the word "off" left to its owner while switched off."""

    def __init__(
        self, *, low: int = 0, high: int = 100, value: int = 0, accessible_name: str = "", tooltip: str = ""
    ) -> None:
        """Args:
        low: smallest value.
        high: largest value.
        value: value to start from.
        accessible_name: what the value is.
        tooltip: what it changes.
        """
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(low, high)
        self.setValue(value)
        self.setSingleStep(1)
        self.setPageStep(10)
        self.setAccessibleName(accessible_name)
        self.setToolTip(plain(tooltip))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_off(self, is_off: bool) -> None:
        """Show the slider grey, its value kept."""
        if bool(self.property("off")) == is_off:
            return  # to polish costs more than all the rest of a move of the slider
        self.setProperty("off", is_off)
        self.style().unpolish(self)
        self.style().polish(self)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        _pass_on_unless_focused(self, event, super().wheelEvent)


class _Unit:
    """The unit with the two arrows that a spin box paints over itself."""

    def __init__(self, theme: ThemeManager, box: QAbstractSpinBox, text: str) -> None:
        self._theme = theme
        self._box = box
        self._text = text
        self.set_text(text)

    def set_text(self, text: str) -> None:
        self._text = text
        width = QFontMetrics(self._theme.font("small")).horizontalAdvance(text)
        self._box.lineEdit().setTextMargins(8, 0, width + self._theme.space() if text else 0, 0)
        self._box.update()

    def paint(self) -> None:
        box, theme = self._box, self._theme
        ink = "text_3" if box.isEnabled() else "text_disabled"
        painter = QPainter(box)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color(ink))
        room = QRect(0, 0, box.width() - _ARROWS_PX, box.height())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), self._text)
        arrows = QRect(box.width() - 21, 0, 16, box.height())
        paint_icon(painter, theme, "chevrons-up-down", arrows, "text_2" if box.isEnabled() else ink, 16)


def _prepare_spin_box(box: QAbstractSpinBox, theme: ThemeManager, accessible_name: str, tooltip: str) -> None:
    box.setAccessibleName(accessible_name)
    box.setToolTip(plain(tooltip))
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box.setKeyboardTracking(False)
    box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    theme.changed.connect(box.update)


def _pass_on_unless_focused(widget: QWidget, event: QWheelEvent, handle: object) -> None:
    """Let the page scroll: a wheel that turns over a control must not change a setting in passing."""
    if widget.hasFocus() and callable(handle):
        handle(event)
    else:
        event.ignore()
