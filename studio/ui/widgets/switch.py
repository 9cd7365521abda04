"""A switch that is on or off."""

from __future__ import annotations

from PySide6.QtCore import Property, QPropertyAnimation, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy
from typing_extensions import override

from studio.ui.theme import ThemeManager
from studio.ui.widgets.plain import plain, show_letters

_KNOB_PX = 12


class Switch(QAbstractButton):
    """A knob on a track, its word beside it."""

    def __init__(
        self,
        theme: ThemeManager,
        text: str = "",
        *,
        tooltip: str = "",
        accessible_name: str = "",
        checked: bool = False,
    ) -> None:
        """Args:
        theme: where colours come from.
        text: the word beside it; empty for the track alone.
        tooltip: what it changes.
        accessible_name: its name where there is no text.
        checked: whether it starts on.
        """
        super().__init__()
        self._theme = theme
        self._place = 1.0 if checked else 0.0
        show_letters(self, text)
        self.setCheckable(True)
        self.setChecked(checked)
        self.setToolTip(plain(tooltip))
        self.setAccessibleName(accessible_name or text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._motion = QPropertyAnimation(self, b"place", self)
        self._motion.setEasingCurve(theme.easing)
        self.toggled.connect(self._move)
        theme.changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        theme = self._theme
        width = theme.width("switch")
        if self.text():
            width += theme.space() + QFontMetrics(theme.font("body")).horizontalAdvance(self.text()) + 1
        return QSize(width, theme.line_px("body"))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width, height = theme.width("switch"), theme.height("switch")
        top = (self.height() - height) / 2
        painter.setPen(Qt.PenStyle.NoPen)
        track = "accent" if self.isChecked() else "control_line"
        painter.setBrush(theme.color(track if self.isEnabled() else "track"))
        painter.drawRoundedRect(QRectF(0, top, width, height), height / 2, height / 2)
        inset = (height - _KNOB_PX) / 2
        # A change made with signals blocked has no motion: the knob then lies where the state says.
        is_moving = self._motion.state() == QPropertyAnimation.State.Running
        place = self._place if is_moving else float(self.isChecked())
        left = inset + place * (width - _KNOB_PX - 2 * inset)
        painter.setBrush(theme.color("on_accent" if self.isEnabled() else "text_disabled"))
        painter.drawEllipse(QRectF(left, top + inset, _KNOB_PX, _KNOB_PX))
        if self.text():
            painter.setFont(theme.font("body"))
            painter.setPen(theme.color("text" if self.isEnabled() else "text_disabled"))
            room = self.rect().adjusted(width + theme.space(), 0, 0, 0)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), self.text())

    def _get_place(self) -> float:
        return self._place

    def _set_place(self, place: float) -> None:
        self._place = place
        self.update()

    place = Property(float, _get_place, _set_place)

    def _move(self, is_on: bool) -> None:
        self._motion.stop()
        duration = self._theme.duration_ms("switch_and_slider") if self.isVisible() else 0
        if not duration:
            self._set_place(float(is_on))
            return
        self._motion.setDuration(duration)
        self._motion.setStartValue(self._place)
        self._motion.setEndValue(float(is_on))
        self._motion.start()
