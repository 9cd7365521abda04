"""One row of the form: a setting with its name, help, range and control."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from studio.core.settings import Setting
from studio.ui.config_editors import EDITORS, KindsEditor
from studio.ui.icons import paint_icon
from studio.ui.run_differences import in_words
from studio.ui.theme import ThemeManager
from studio.ui.widgets.flow import column, holder, row
from studio.ui.widgets.labels import Label
from studio.ui.widgets.plain import plain
from studio.ui.widgets.switch import Switch

_RANGE_PX, _CONTROL_PX, _DOT_PX, _BACK_PX = 104, 168, 6, 18


class ConfigRow(QWidget):
    """A setting to look at and to change."""

    edited = Signal(str, object)
    hovered = Signal(str)
    laboratory_wanted = Signal()

    def __init__(self, theme: ThemeManager, setting: Setting) -> None:
        """Args:
        theme: where colours come from.
        setting: what the row is about; everything that it shows is read off it.
        """
        super().__init__()
        self._theme = theme
        self.setting = setting
        self._reference: Any = None
        self._fault = ""
        self._is_lit = False
        self._help = setting.help
        self._title_label = Label(setting.title, "label")
        self._help_label = Label(setting.help, "small", "text_2", wrap=True)
        self._range_label = Label(_range_text(setting), "caption", "text_3")
        self._range_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._range_label.setFixedWidth(_RANGE_PX)
        self.control = EDITORS[setting.kind](theme, setting)
        self.control.edited.connect(self._say)
        if isinstance(self.control, KindsEditor):
            self.control.clicked.connect(self.laboratory_wanted)
        self.control.setAccessibleName(setting.title)
        self.control.setAccessibleDescription(setting.help)
        place = holder(row(self.control, None) if isinstance(self.control, Switch) else row(self.control))
        place.setFixedWidth(_CONTROL_PX)
        self._back = _WayBack(theme)
        self._back.clicked.connect(self._go_back)
        self._back.hide()
        words = holder(column(row(self._title_label, self._back, None, gap=4), self._help_label, gap=0))
        words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setLayout(row(words, self._range_label, place, gap=16, margins=(16, 8, 16, 8)))
        self.setMinimumHeight(theme.height("form_row"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self.update)

    def show_value(self, value: Any, *, reference: Any, is_changed: bool) -> None:
        """Show a value without saying that it was edited.

        Args:
            value: as in the config.
            reference: the strategy's.
            is_changed: whether they differ.
        """
        self._reference = reference
        self.control.show_value(value)
        self._back.setVisible(is_changed)
        self._back.setToolTip(plain(f"The strategy has {in_words(reference)}; go back to it"))
        self._back.setAccessibleName(f"Go back to the strategy's {self.setting.title.lower()}")

    def show_fault(self, sentence: str) -> None:
        """Mark the control and put the sentence in the help's place; an empty one takes the mark away."""
        if sentence == self._fault:
            return
        self._fault = sentence
        self._help_label.setText(sentence or self._help)
        self._help_label.set_tone("danger" if sentence else "text_2")
        self.control.setProperty("state", "error" if sentence else "")
        self.control.style().unpolish(self.control)
        self.control.style().polish(self.control)

    def set_compact(self, is_compact: bool) -> None:
        """Leave the range to the tooltip where room is scarce."""
        self._range_label.setHidden(is_compact)
        self.setToolTip(plain(_range_text(self.setting) if is_compact else ""))

    def light_up(self, is_lit: bool) -> None:
        """Show that the JSON line of this setting is under the pointer."""
        self._is_lit = is_lit
        self.update()

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self.hovered.emit(self.setting.path)
        super().enterEvent(event)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit("")
        super().leaveEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._is_lit:
            painter.fillRect(self.rect(), theme.color("selected"))
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), theme.color("line"))

    def _say(self, value: Any) -> None:
        self.edited.emit(self.setting.path, value)

    def _go_back(self) -> None:
        self.edited.emit(self.setting.path, self._reference)


class _WayBack(QAbstractButton):
    """A dot where a setting differs from the strategy; under the pointer, the way back to it."""

    def __init__(self, theme: ThemeManager) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedSize(_BACK_PX, _BACK_PX)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.update)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            paint_icon(painter, self._theme, "rotate-ccw", self.rect(), "accent_text", 14)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accent"))
        painter.drawEllipse(QRectF(self.rect()).center(), _DOT_PX / 2, _DOT_PX / 2)


def _range_text(setting: Setting) -> str:
    if setting.kind == "choice":
        return f"{len(setting.choices)} kinds" if len(setting.choices) > 1 else ""
    if setting.low is None or setting.high is None:
        return ""
    if setting.high >= 2**31 - 1:
        return f"from {_plain(setting.low)}"
    return f"{'> ' if setting.low_is_open else ''}{_plain(setting.low)} – {_plain(setting.high)}"


def _plain(number: float) -> str:
    if float(number).is_integer():
        return f"{int(number):,}"
    return f"{number:.12f}".rstrip("0")
