"""The shown photos' probabilities, with the threshold and the band that asks a person to look."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from studio.core.words import percent
from studio.ui.theme import ThemeManager
from studio.ui.widgets.plain import plain

_CHIP_PX, _GAP_PX, _AXIS_PX = 18, 2, 24
_BAR_PX = 10
_GRIP_PX = (8, 22)
_REACH_PX = 5
_HATCH_PX = 5
_LEAST_BAR_PX = 2
_STEP, _PAGE = 0.01, 0.1


class ShareHistogram(QWidget):
    """Bars of the answers by probability; grips for the band, a line that can be dragged for the threshold."""

    band_moved = Signal(float, float)
    threshold_moved = Signal(float)

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self._positive: str | None = None
        self._threshold = 0.5
        self._low = self._high = 0.5
        self._shares: tuple[tuple[float, bool], ...] = ()
        self._bars: list[tuple[int, int]] = []
        self._is_dragging = False
        self._height_px = 160
        self.low_grip = _Grip(theme, self, "Please look from")
        self.high_grip = _Grip(theme, self, "Please look up to")
        self.low_grip.moved.connect(self._move_low)
        self.high_grip.moved.connect(self._move_high)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("How sure the model is")
        theme.changed.connect(self.update)

    @property
    def counts(self) -> list[tuple[int, int]]:
        """For each bar from 0 to 1: answers that are not of the positive class, answers that are."""
        return self._bars

    def set_height(self, height_px: int) -> None:
        """Use less height where there is little."""
        self._height_px = height_px
        self.updateGeometry()

    def show_point(self, positive: str | None, threshold: float, low: float, high: float) -> None:
        """Show the operating point.

        Args:
            positive: the class that the threshold is about; None shows the winner's probability, with one grip.
            threshold: 0..1.
            low, high: the band; equal when nobody is asked to look.
        """
        self._positive, self._threshold = positive, threshold
        self._low, self._high = (low, high) if low < high else (threshold, threshold)
        if positive is None:
            self._low, self._high = 0.0, high
        self.low_grip.setVisible(positive is not None)
        self.high_grip.show()
        self._place_grips()
        self.update()

    def show_nothing(self) -> None:
        """There is no model yet: no threshold, no grips."""
        self._positive, self._low, self._high = None, 0.0, 0.0
        for grip in (self.low_grip, self.high_grip):
            grip.hide()
        self.update()

    def show_shares(self, shares: Sequence[tuple[float, bool]]) -> None:
        """Show answers: each one's probability 0..1, and whether it is called positive."""
        self._shares = tuple(shares)
        self._fill_bars()
        calls = sum(is_positive for _, is_positive in shares)
        self.setAccessibleDescription(f"{len(shares)} photos, {calls} called {self._positive or 'so'}")
        self.update()

    def place(self, share: float) -> int:
        """Where a probability lies, px from the left."""
        return round(share * (self.width() - 1))

    @override
    def sizeHint(self) -> QSize:
        return QSize(336, self._height_px)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._height_px)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fill_bars()
        self._place_grips()

    # Mouse: the line follows from its chip down.

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._is_over_line(event.position()):
            self._is_dragging = True

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._is_dragging:
            self.threshold_moved.emit(min(0.99, max(0.01, event.position().x() / max(1, self.width() - 1))))
        else:
            over = self._is_over_line(event.position())
            self.setCursor(Qt.CursorShape.SizeHorCursor if over else Qt.CursorShape.ArrowCursor)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._is_dragging = False

    # Painting

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plot = self._plot()
        if self._low < self._high:
            left, right = self.place(self._low), self.place(self._high)
            painter.fillRect(QRect(left, plot.y(), right - left, plot.height()), theme.color("look_soft"))
        self._paint_bars(painter, plot)
        painter.fillRect(QRectF(0, plot.bottom(), self.width(), 1), theme.color("text_3"))
        self._paint_axis(painter, plot)
        if self._positive is not None:
            self._paint_threshold(painter, plot)

    def _paint_bars(self, painter: QPainter, plot: QRect) -> None:
        theme = self._theme
        most = max((low + high for low, high in self._bars), default=0)
        if not most:
            return
        pitch = self.width() / len(self._bars)
        tone, other = ("dirty", "clean") if self._positive == "dirty" else ("accent_text", "text_3")
        for number, (below, above) in enumerate(self._bars):
            left, right = round(number * pitch), round((number + 1) * pitch) - 1
            bottom = plot.bottom()
            for amount, token, is_hatched in ((below, other, False), (above, tone, True)):
                if not amount:
                    continue
                height = max(_LEAST_BAR_PX, round(plot.height() * 0.97 * amount / most))
                box = QRect(left, bottom - height, right - left, height)
                bottom -= height
                if is_hatched:
                    self._paint_hatched(painter, box, token)
                else:
                    painter.fillRect(box, theme.color(token, 0.85))

    def _paint_hatched(self, painter: QPainter, box: QRect, token: str) -> None:
        theme = self._theme
        painter.save()
        painter.setClipRect(box)
        painter.fillRect(box, theme.color(token, 0.6))
        painter.setPen(QPen(theme.color(token), 1.5))
        for start in range(box.top() - box.width() - box.top() % _HATCH_PX, box.bottom() + box.width(), _HATCH_PX):
            painter.drawLine(QPointF(box.left(), start + box.width()), QPointF(box.left() + box.width(), start))
        painter.restore()

    def _paint_axis(self, painter: QPainter, plot: QRect) -> None:
        theme = self._theme
        painter.setFont(theme.font("caption", 400))
        painter.setPen(theme.color("text_2"))
        line = QRect(0, plot.bottom() + 3, self.width(), 18)
        for align, words in (("AlignLeft", "0 %"), ("AlignHCenter", "50 %"), ("AlignRight", "100 %")):
            painter.drawText(line, int(getattr(Qt.AlignmentFlag, align) | Qt.AlignmentFlag.AlignVCenter), words)

    def _paint_threshold(self, painter: QPainter, plot: QRect) -> None:
        theme = self._theme
        middle = self.place(self._threshold)
        painter.fillRect(QRect(middle - 1, plot.y() - _GAP_PX, 2, plot.height() + _GAP_PX), theme.color("text"))
        chip = self._chip()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("tooltip"))
        painter.drawRoundedRect(QRectF(chip), theme.radius("chip"), theme.radius("chip"))
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("tooltip_text"))
        painter.drawText(chip, int(Qt.AlignmentFlag.AlignCenter), self._chip_words())

    def _chip_words(self) -> str:
        return f"{self._positive} from {percent(self._threshold, 0)}"

    def _chip(self) -> QRect:
        width = QFontMetrics(self._theme.font("caption")).horizontalAdvance(self._chip_words()) + 12
        left = min(max(0, self.place(self._threshold) - width // 2), self.width() - width)
        return QRect(left, 0, width, _CHIP_PX)

    def _plot(self) -> QRect:
        top = _CHIP_PX + _GAP_PX
        return QRect(0, top, self.width(), self.height() - top - _AXIS_PX)

    def _is_over_line(self, point: QPointF) -> bool:
        if self._positive is None:
            return False
        return self._chip().contains(point.toPoint()) or abs(point.x() - self.place(self._threshold)) <= _REACH_PX

    def _fill_bars(self) -> None:
        number = max(8, self.width() // _BAR_PX)
        bars = [[0, 0] for _ in range(number)]
        for share, is_positive in self._shares:
            bars[min(number - 1, int(share * number))][is_positive] += 1
        self._bars = [(below, above) for below, above in bars]

    # The band

    def _place_grips(self) -> None:
        width, height = _GRIP_PX
        plot = self._plot()
        top = plot.y() + (plot.height() - height) // 2
        left, right = self.place(self._low), self.place(self._high)
        is_closed = right - left < width
        for grip, place, aside in ((self.low_grip, left, -width), (self.high_grip, right, 0)):
            at = place + aside if is_closed and self._positive is not None else place - width // 2
            grip.setGeometry(min(max(0, at), self.width() - width), top, width, height)
        self.low_grip.say(self._low)
        self.high_grip.say(self._high)

    def _move_low(self, share: float) -> None:
        self.band_moved.emit(min(share, self._threshold), max(self._high, self._threshold))

    def _move_high(self, share: float) -> None:
        low = self._low if self._positive is not None else 0.0
        least = self._threshold if self._positive is not None else 0.0
        self.band_moved.emit(low, max(share, least))


class _Grip(QWidget):
    moved = Signal(float)

    def __init__(self, theme: ThemeManager, histogram: ShareHistogram, name: str) -> None:
        super().__init__(histogram)
        self._theme = theme
        self._histogram = histogram
        self._name = name
        self._share = 0.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setProperty("ownFocus", True)
        theme.changed.connect(self.update)

    def say(self, share: float) -> None:
        self._share = share
        self.setAccessibleName(f"{self._name} {percent(share, 0)}")
        self.setToolTip(plain(f"{self._name} {percent(share, 0)}: between the two grips a person decides (arrow keys)"))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self.mapToParent(event.position().toPoint()).x()
        self.moved.emit(min(1.0, max(0.0, place / max(1, self._histogram.width() - 1))))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -_STEP, Qt.Key.Key_Down: -_STEP, Qt.Key.Key_Right: _STEP, Qt.Key.Key_Up: _STEP,
            Qt.Key.Key_PageDown: -_PAGE, Qt.Key.Key_PageUp: _PAGE, Qt.Key.Key_Home: -1.0, Qt.Key.Key_End: 1.0,
        }  # fmt: skip
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            event.ignore()
            return
        self.moved.emit(min(1.0, max(0.0, self._share + step)))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = "focus" if self.hasFocus() else "text_2"
        painter.setPen(QPen(theme.color(ring), 2 if self.hasFocus() else 1))
        painter.setBrush(theme.color("surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 3, 3)
