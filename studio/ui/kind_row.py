"""One kind of dirt or one look-alike: switch, title, strength, slider."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from studio.ui.theme import ThemeManager
from studio.ui.widgets.inputs import Slider
from studio.ui.widgets.plain import plain
from studio.ui.widgets.switch import Switch

ROW_INSET_PX = 6
"""How far a row's ground reaches beyond what stands on it, left and right."""

_SLIDER_PX, _VALUE_PX = 16, 24
_ON_AGAIN = 50
_BY_KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


class KindRow(QWidget):
    """A row that can be switched off and keeps its strength meanwhile; it may also be pointed at, to be seen alone."""

    changed = Signal()
    released = Signal()
    pointed = Signal(bool)
    pressed = Signal()
    reached = Signal()

    def __init__(
        self,
        theme: ThemeManager,
        title: str,
        help: str,
        *,
        own: float,
        switch_name: str,
        slider_name: str,
        can_be_shown: bool = False,
    ) -> None:
        """Args:
        theme: where colours and measures come from.
        title: what stands beside the switch.
        help: one sentence, as the tooltip.
        own: strength when the settings do not name it, 0..1.
        switch_name: what the switch does, for those who cannot see it.
        slider_name: what the slider sets.
        can_be_shown: whether pointing at the row means something.
        """
        super().__init__()
        self._theme = theme
        self._own = own
        self._can_be_shown = can_be_shown
        self._is_pointed = self._is_chosen = self._is_dormant = False
        self.switch = Switch(theme, accessible_name=switch_name, tooltip=help)
        self.slider = Slider(accessible_name=slider_name, tooltip=help)
        self._title, self._help = title, help
        for child in (self.switch, self.slider):
            child.setParent(self)
        self.setToolTip(plain(help))
        self.show_strength(None)
        self.switch.toggled.connect(self._switched)
        self.slider.valueChanged.connect(self._slid)
        self.slider.sliderReleased.connect(self.released)
        theme.changed.connect(self.update)
        if can_be_shown:
            for control in (self.switch, self.slider):
                control.installEventFilter(self)

    @property
    def strength(self) -> float:
        """0..1; 0 while switched off."""
        return self.slider.value() / 100 if self.switch.isChecked() else 0.0

    @property
    def is_chosen(self) -> bool:
        """Whether it stays on show when nothing is pointed at."""
        return self._is_chosen

    def show_strength(self, strength: float | None) -> None:
        """Show a strength; None the row's own. Off keeps the slider where it is."""
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

    def set_chosen(self, is_chosen: bool) -> None:
        """Mark it as the one on show."""
        self._is_chosen = is_chosen
        self.update()

    def set_dormant(self, is_dormant: bool) -> None:
        """Show that it has no effect at present, its strength kept."""
        self._is_dormant = is_dormant
        self._say()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        line = self._theme.line_px("body")
        top = min(6, (self.height() - line - _SLIDER_PX) // 3)
        self.switch.setGeometry(ROW_INSET_PX, top, self._theme.width("switch"), line)
        slider_top = top + line + min(5, (self.height() - line - _SLIDER_PX) // 3)
        self.slider.setGeometry(ROW_INSET_PX, slider_top, self.width() - 2 * ROW_INSET_PX, _SLIDER_PX)
        is_cut = self._shown_title() != self._title
        self.setToolTip(plain(f"{self._title}: {self._help}" if is_cut else self._help))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        # Two labels a row would cost as much as all the rest of it, and the list is built while a person waits.
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._is_chosen or self._is_pointed:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("selected" if self._is_chosen else "hover"))
            painter.drawRoundedRect(QRectF(self.rect()), theme.radius("control"), theme.radius("control"))
        is_on = self.switch.isChecked()
        line = QRect(ROW_INSET_PX, self.switch.y(), self.width() - 2 * ROW_INSET_PX, self.switch.height())
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(theme.color("text" if is_on and not self._is_dormant else "text_2"))
        painter.setFont(theme.font("body"))
        painter.drawText(line.adjusted(self._title_x(), 0, 0, 0), int(middle), self._shown_title())
        painter.setPen(theme.color("text_2"))
        painter.setFont(theme.font("small"))
        value = str(self.slider.value()) if is_on else "off"
        painter.drawText(line, int(middle | Qt.AlignmentFlag.AlignRight), value)

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self._point(True)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._point(False)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._can_be_shown and event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent) and event.gotFocus() and event.reason() in _BY_KEYBOARD:
            self.reached.emit()
        return super().eventFilter(watched, event)

    def _point(self, is_pointed: bool) -> None:
        if self._can_be_shown:
            self._is_pointed = is_pointed
            self.update()
            self.pointed.emit(is_pointed)

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
        self.slider.set_off(not self.switch.isChecked() or self._is_dormant)
        self.update()

    def _title_x(self) -> int:
        return self._theme.width("switch") + self._theme.space()

    def _shown_title(self) -> str:
        room = self.width() - 2 * ROW_INSET_PX - self._title_x() - _VALUE_PX
        return QFontMetrics(self._theme.font("body")).elidedText(self._title, Qt.TextElideMode.ElideRight, room)
