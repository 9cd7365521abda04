"""Whether probabilities are honest: what came true of them, beside the diagonal on which it should lie."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from studio.core.words import percent, plural
from studio.data.outlook import Honesty, calibration_error
from studio.ui.theme import ThemeManager
from studio.ui.widgets.plain import plain

_HEIGHT_PX = 168
_LEFT_PX, _BOTTOM_PX, _TOP_PX, _RIGHT_PX = 34, 30, 8, 16
_DOT_PX = 3.5
_REACH_PX = 9


class CalibrationPlot(QWidget):
    """A dot with its 95 % range for each tenth of the probabilities (reliability diagram)."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self._bins: Sequence[Honesty] = ()
        self._positive = ""
        self.setFixedHeight(_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Calibration")
        theme.changed.connect(self.update)

    def show_bins(self, bins: Sequence[Honesty], positive: str) -> None:
        """Show what became of probabilities.

        Args:
            bins: one for each tenth that holds samples; none while nobody knows.
            positive: the class whose probabilities they are.
        """
        self._bins, self._positive = bins, positive
        self.setAccessibleDescription(self.words)
        self.update()

    @property
    def words(self) -> str:
        """What is shown, in sentences."""
        if not self._bins:
            return "Not known: there are no held-out photos of both classes."
        told = "; ".join(_in_words(one) for one in self._bins)
        return f"Probabilities are off by {percent(calibration_error(self._bins))} in the mean. {told}."

    @override
    def sizeHint(self) -> QSize:
        return QSize(240, _HEIGHT_PX)

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            room = self._room()
            near = [one for one in self._bins if abs(_at(room, one.share, 0).x() - event.pos().x()) <= _REACH_PX]
            QToolTip.showText(event.globalPos(), plain(_in_words(near[0]) if near else self.words), self)
            return True
        return super().event(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme, room = self._theme, self._room()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("caption", 400))
        middle = int(Qt.AlignmentFlag.AlignCenter)
        for tick in (0.0, 0.5, 1.0):
            left, below = _at(room, 0, tick), _at(room, tick, 0)
            painter.setPen(QPen(theme.color("line"), 1))
            painter.drawLine(left, _at(room, 1, tick))
            painter.drawLine(below, _at(room, tick, 1))
            painter.setPen(theme.color("text_3"))
            painter.drawText(QRectF(0, left.y() - 8, _LEFT_PX - 4, 16), middle, f"{100 * tick:.0f}")
            painter.drawText(QRectF(below.x() - 16, room.bottom() + 1, 32, 14), middle, f"{100 * tick:.0f}")
        painter.drawText(
            QRectF(room.left(), room.bottom() + 14, room.width(), 14),
            middle,
            f"across: said %, up: was {self._positive} %",
        )
        if not self._bins:
            painter.drawText(room, middle, "Not known yet")
            return
        painter.setPen(QPen(theme.color("text_3"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(_at(room, 0, 0), _at(room, 1, 1))
        color = theme.curve("validation").color
        for one in self._bins:
            painter.setPen(QPen(color, 1.5))
            painter.drawLine(_at(room, one.share, one.low), _at(room, one.share, one.high))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawEllipse(_at(room, one.share, one.found), _DOT_PX, _DOT_PX)

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_LEFT_PX, _TOP_PX, -_RIGHT_PX, -_BOTTOM_PX)


def _at(room: QRectF, share: float, found: float) -> QPointF:
    return QPointF(room.left() + share * room.width(), room.bottom() - found * room.height())


def _in_words(one: Honesty) -> str:
    return (
        f"said {percent(one.share, 0)}, was so in {percent(one.found, 0)} ({100 * one.low:.0f} – {100 * one.high:.0f}) "
        f"of {plural(one.samples, 'sample')}"
    )
