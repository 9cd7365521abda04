"""One bar cut into three shares by two grips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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

from studio.ui.count_bar import part_color
from studio.ui.theme import ThemeManager
from studio.ui.widgets.plain import plain

_GRIP_W, _GRIP_H = 6, 28
_BAR_PX = 32
_WORDS_PX = 24


@dataclass(frozen=True, kw_only=True)
class Share:
    """One of the three.

    Attributes:
        title: what stands above it.
        token: a colour token, or the name of a curve.
        least: percent that it keeps at least.
    """

    title: str
    token: str
    least: int = 0


DIRT_SHARES = (
    Share(title="Light", token="dirty_soft"),
    Share(title="Medium", token="share_medium"),
    Share(title="Heavy", token="share_heavy"),
)


class SharesBar(QWidget):
    """Three shares that add up to 100 %, moved by two grips."""

    changed = Signal(int, int, int)
    released = Signal()

    def __init__(
        self,
        theme: ThemeManager,
        *,
        parts: Sequence[Share] = DIRT_SHARES,
        name: str = "Shares of light, medium and heavy dirt",
        help: str = "how many dishes get light, medium or heavy dirt",
        is_told_above: bool = False,
    ) -> None:
        """Args:
        theme: where colours come from.
        parts: the three.
        name: what is shared out, for those who cannot see it.
        help: what a grip changes.
        is_told_above: whether the percents stand beside the titles instead of in the bar.
        """
        super().__init__()
        self._theme = theme
        self._parts = tuple(parts)
        self._is_told_above = is_told_above
        self._cuts = [30, 80]
        first, second, third = (part.title for part in parts)
        self.grips = (
            _Grip(self, 0, f"{first} to {second.lower()}"),
            _Grip(self, 1, f"{second} to {third.lower()}"),
        )
        self.setFixedHeight(_WORDS_PX + _BAR_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        self.setToolTip(plain(f"Drag a grip, or press its arrow keys: {help}"))
        theme.changed.connect(self.update)

    @property
    def shares(self) -> tuple[int, int, int]:
        """The three in percent."""
        first, second = self._cuts
        return first, second - first, 100 - second

    @property
    def theme(self) -> ThemeManager:
        """Where colours come from."""
        return self._theme

    def set_shares(self, first: float, second: float, third: float) -> None:
        """Show shares; any scale, at least one above 0."""
        total = first + second + third
        self._cuts = [round(100 * first / total), round(100 * (first + second) / total)]
        self._arrange()

    def move_cut(self, number: int, percent: int) -> None:
        """Put a grip somewhere; the other gives way no further than itself.

        Args:
            number: 0 between the first two, 1 between the last two.
            percent: 0..100.
        """
        first, second, third = (part.least for part in self._parts)
        low = first if number == 0 else self._cuts[0] + second
        high = self._cuts[1] - second if number == 0 else 100 - third
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
        for share, one in zip(self.shares, self._parts, strict=True):
            width = bar.width() * share / 100
            part = QRectF(left, bar.y(), width, bar.height())
            inside = QPainterPath()
            inside.addRect(part)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(part_color(theme, one.token))
            painter.drawPath(whole.intersected(inside))
            words = f"{share} %"
            if not self._is_told_above and width > QFontMetrics(font).horizontalAdvance(words) + 2 * _GRIP_W:
                painter.setPen(theme.color("text"))
                painter.drawText(part, int(Qt.AlignmentFlag.AlignCenter), words)
            left += width

    def _paint_words(self, painter: QPainter) -> None:
        theme = self._theme
        painter.setFont(theme.font("small", 500))
        painter.setPen(theme.color("text_2"))
        metrics = QFontMetrics(painter.font())
        words = self._titles()
        first, second = (self.width() * cut / 100 for cut in self._cuts)
        middle = metrics.horizontalAdvance(words[1]) / 2
        low = metrics.horizontalAdvance(words[0]) + theme.space() + middle
        high = self.width() - metrics.horizontalAdvance(words[2]) - theme.space() - middle
        centre = min(max((first + second) / 2, low), high)
        room = QRectF(0, 0, self.width(), _WORDS_PX)
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, int(flags | Qt.AlignmentFlag.AlignLeft), words[0])
        painter.drawText(room, int(flags | Qt.AlignmentFlag.AlignRight), words[2])
        room.moveCenter(QPointF(centre, room.center().y()))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), words[1])

    def _titles(self) -> list[str]:
        if not self._is_told_above:
            return [part.title for part in self._parts]
        return [f"{part.title} {share} %" for part, share in zip(self._parts, self.shares, strict=True)]

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
