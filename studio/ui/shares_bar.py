"""One bar cut into light, medium, heavy: how often each amount of dirt is painted."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from studio.ui.theme import ThemeManager

_GRIP_W, _GRIP_H = 6, 28
_BAR_PX = 32
_WORDS_PX = 24
_PARTS = (("Light", "dirty_soft"), ("Medium", "share_medium"), ("Heavy", "share_heavy"))


class SharesBar(QWidget):
    """Three shares that add up to 100 %, moved by two grips."""

    changed = Signal(int, int, int)
    released = Signal()

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self._cuts = [30, 80]
        self.grips = (_Grip(self, 0, "Light to medium"), _Grip(self, 1, "Medium to heavy"))
        self.setFixedHeight(_WORDS_PX + _BAR_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Shares of light, medium and heavy dirt")
        self.setToolTip("Drag a grip, or press its arrow keys: how many dishes get light, medium or heavy dirt")
        theme.changed.connect(self.update)

    @property
    def shares(self) -> tuple[int, int, int]:
        """Light, medium, heavy in percent."""
        first, second = self._cuts
        return first, second - first, 100 - second

    @property
    def theme(self) -> ThemeManager:
        """Where colours come from."""
        return self._theme

    def set_shares(self, light: float, medium: float, heavy: float) -> None:
        """Show shares; any scale, at least one above 0."""
        total = light + medium + heavy
        self._cuts = [round(100 * light / total), round(100 * (light + medium) / total)]
        self._arrange()

    def move_cut(self, number: int, percent: int) -> None:
        """Put a grip somewhere; the other gives way no further than itself.

        Args:
            number: 0 between light and medium, 1 between medium and heavy.
            percent: 0..100.
        """
        low, high = (0, self._cuts[1]) if number == 0 else (self._cuts[0], 100)
        percent = min(max(percent, low), high)
        if percent != self._cuts[number]:
            self._cuts[number] = percent
            self._arrange()
            self.changed.emit(*self.shares)

    def cut(self, number: int) -> int:
        """Where a grip stands, in percent."""
        return self._cuts[number]

    def percent_at(self, x: float) -> int:
        """The share that a place on the bar stands for."""
        return round(100 * x / self.width())

    @override
    def sizeHint(self) -> QSize:
        return QSize(384, _WORDS_PX + _BAR_PX)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_words(painter)
        bar = QRectF(0, _WORDS_PX, self.width(), _BAR_PX)
        whole = QPainterPath()
        whole.addRoundedRect(bar, theme.radius("control"), theme.radius("control"))
        font = theme.font("small", 500)
        painter.setFont(font)
        left = 0.0
        for share, (_, token) in zip(self.shares, _PARTS, strict=True):
            width = bar.width() * share / 100
            part = QRectF(left, bar.y(), width, bar.height())
            inside = QPainterPath()
            inside.addRect(part)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(token))
            painter.drawPath(whole.intersected(inside))
            words = f"{share} %"
            if width > QFontMetrics(font).horizontalAdvance(words) + 2 * _GRIP_W:
                painter.setPen(theme.color("text"))
                painter.drawText(part, int(Qt.AlignmentFlag.AlignCenter), words)
            left += width

    def _paint_words(self, painter: QPainter) -> None:
        theme = self._theme
        painter.setFont(theme.font("small", 500))
        painter.setPen(theme.color("text_2"))
        metrics = QFontMetrics(painter.font())
        first, second = (self.width() * cut / 100 for cut in self._cuts)
        middle = metrics.horizontalAdvance("Medium") / 2
        low = metrics.horizontalAdvance("Light") + theme.space() + middle
        high = self.width() - metrics.horizontalAdvance("Heavy") - theme.space() - middle
        centre = min(max((first + second) / 2, low), high)
        room = QRectF(0, 0, self.width(), _WORDS_PX)
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, int(flags | Qt.AlignmentFlag.AlignLeft), "Light")
        painter.drawText(room, int(flags | Qt.AlignmentFlag.AlignRight), "Heavy")
        room.moveCenter(QPointF(centre, room.center().y()))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), "Medium")

    def _arrange(self) -> None:
        for number, grip in enumerate(self.grips):
            x = self.width() * self._cuts[number] / 100
            left = min(max(round(x - grip.width() / 2), 0), self.width() - grip.width())
            grip.move(left, _WORDS_PX + (_BAR_PX - grip.height()) // 2)
            grip.setAccessibleDescription(f"{self._cuts[number]} %")
        self.update()


class _Grip(QWidget):
    def __init__(self, bar: SharesBar, number: int, name: str) -> None:
        super().__init__(bar)
        self._bar = bar
        self._number = number
        self.setFixedSize(_GRIP_W + 4, _BAR_PX)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            x = self.mapToParent(event.position().toPoint()).x()
            self._bar.move_cut(self._number, self._bar.percent_at(x))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._bar.released.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Down: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: 1,
            Qt.Key.Key_PageDown: -10,
            Qt.Key.Key_PageUp: 10,
            Qt.Key.Key_Home: -100,
            Qt.Key.Key_End: 100,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self._bar.move_cut(self._number, self._bar.cut(self._number) + step)
        self._bar.released.emit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._bar.theme
        painter = QPainter(self)
        gap = QRectF((self.width() - 2) / 2, 0, 2, self.height())
        painter.fillRect(gap, theme.color("surface"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_focused = self.hasFocus()
        line = theme.color("focus" if is_focused else "knob" if theme.is_dark else "control_line")
        painter.setPen(QPen(line, 2 if is_focused else 1))
        painter.setBrush(theme.color("knob"))
        box = QRectF((self.width() - _GRIP_W) / 2, (self.height() - _GRIP_H) / 2, _GRIP_W, _GRIP_H)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 2.5, 2.5)
