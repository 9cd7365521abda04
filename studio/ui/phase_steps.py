"""The phases of a job as steps, the running one with a turning arc."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QFont, QFontMetrics, QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from studio.ui.icons import paint_icon
from studio.ui.theme import ThemeManager

_ICON_PX = 14
_GAP_PX = 6
_ARROW_PX = 14
_BEFORE_ARROW_PX = 6
_AFTER_ARROW_PX = 8
_TURN_MS = 1100
_FRAME_MS = 40
_ARC_DEG = 110


class PhaseSteps(QWidget):
    """Tick and word for what is done, arc and bold word for what runs, arrows between."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self._done: Sequence[str] = ()
        self._running = ""
        self._ending = ("", "", "")
        self._angle = 0
        self._arc = QRect()
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self._turn)
        self.setFixedHeight(20)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_running(self, done: Sequence[str], running: str) -> None:
        """Show a job that runs.

        Args:
            done: names of the phases behind it.
            running: what it is doing, such as `Epoch 12 of 20`.
        """
        self._done, self._running, self._ending = tuple(done), running, ("", "", "")
        self._say()

    def show_ending(self, icon: str, token: str, words: str) -> None:
        """Show how a job ended.

        Args:
            icon: an icon name.
            token: its colour.
            words: how it ended.
        """
        self._done, self._running, self._ending = (), "", (icon, token, words)
        self._say()

    @property
    def words(self) -> str:
        """What the last step says."""
        return self._running or self._ending[2]

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(80, 20)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._keep_turning()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._running and self._arc.contains(event.rect()):
            self._paint_arc(painter)  # it turns 25 times a second; the words stand still
            return
        if self._ending[2]:
            icon, token, words = self._ending
            paint_icon(painter, theme, icon, QRect(0, 0, _ICON_PX, self.height()), token, _ICON_PX)
            self._paint_words(painter, words, _ICON_PX + _GAP_PX, "text", theme.font("small", 500))
            return
        left = 0
        for word in self._fitting():
            paint_icon(painter, theme, "check", QRect(left, 0, _ICON_PX, self.height()), "success", _ICON_PX)
            left = self._paint_words(painter, word, left + _ICON_PX + _GAP_PX, "text_2", theme.font("small"))
            left += _BEFORE_ARROW_PX
            box = QRect(left, 0, _ARROW_PX, self.height())
            paint_icon(painter, theme, "chevron-right", box, "text_disabled", _ARROW_PX)
            left += _ARROW_PX + _AFTER_ARROW_PX
        if self._running:
            self._arc = QRect(left, (self.height() - _ICON_PX) // 2, _ICON_PX, _ICON_PX)
            self._paint_arc(painter)
            self._paint_words(painter, self._running, left + _ICON_PX + _GAP_PX, "text", theme.font("small", 600))

    def _paint_words(self, painter: QPainter, words: str, left: int, token: str, font: QFont) -> int:
        painter.setFont(font)
        painter.setPen(self._theme.color(token))
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(0, self.width() - left))
        width = metrics.horizontalAdvance(shown)
        painter.drawText(QRect(left, 0, width + 2, self.height()), int(Qt.AlignmentFlag.AlignVCenter), shown)
        return left + width

    def _paint_arc(self, painter: QPainter) -> None:
        box = QRectF(self._arc).adjusted(1, 1, -1, -1)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.color("track"), 2))
        painter.drawEllipse(box)
        pen = QPen(self._theme.color("progress"), 2)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawArc(box, (90 - self._angle) * 16, -_ARC_DEG * 16)

    def _fitting(self) -> Sequence[str]:
        """The phases for which there is room; the oldest are left out first."""
        shown = list(self._done)
        last = QFontMetrics(self._theme.font("small", 600)).horizontalAdvance(self._running) + _ICON_PX + _GAP_PX
        metrics = QFontMetrics(self._theme.font("small"))
        while shown and last + sum(self._step_px(metrics, word) for word in shown) > self.width():
            shown.pop(0)
        return shown

    @staticmethod
    def _step_px(metrics: QFontMetrics, word: str) -> int:
        return _ICON_PX + _GAP_PX + metrics.horizontalAdvance(word) + _BEFORE_ARROW_PX + _ARROW_PX + _AFTER_ARROW_PX

    def _say(self) -> None:
        done = ", ".join(f"{word} done" for word in self._done)
        self.setAccessibleName("; ".join(part for part in (done, self.words) if part))
        self._keep_turning()
        self.update()

    def _keep_turning(self) -> None:
        if self._running and self.isVisible() and self._theme.duration_ms("progress"):
            if not self._timer.isActive():
                self._timer.start()
        else:
            self._timer.stop()

    def _turn(self) -> None:
        self._angle = (self._angle + 360 * _FRAME_MS // _TURN_MS) % 360
        self.update(self._arc)
