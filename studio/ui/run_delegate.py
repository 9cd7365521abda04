"""How a row of the list of runs is painted."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from studio.core.run_summary import RunSummary
from studio.core.runs import RunFolder
from studio.core.words import interval, percent
from studio.ui.run_rows import Index, RunListModel, state_in_words
from studio.ui.theme import ThemeManager

_PADDING_PX = 12
_TEXT_PX = 38
_RIGHT_PX = 16
_BOX_PX = 16
_TICK = (QPointF(4.3, 8.3), QPointF(6.9, 10.8), QPointF(11.7, 5.3))


class RunDelegate(QStyledItemDelegate):
    """Paints a row of 64 px: tick box in the run's colour, name, accuracy, state."""

    def __init__(self, theme: ThemeManager, model: RunListModel) -> None:
        """Args:
        theme: where colours come from.
        model: knows what is ticked and what is running.
        """
        super().__init__()
        self._theme = theme
        self._model = model
        self.chosen: RunFolder | None = None

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._theme.height("run_row"))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        summary = self._model.summary(index)
        if summary is None:
            return
        theme, rect = self._theme, QRect(option.rect)  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if summary.run == self.chosen:
            painter.fillRect(rect, theme.color("selected"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.color("hover"))
        self._paint_box(painter, rect, summary)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(
                QRectF(rect).adjusted(3, 3, -3, -3), theme.radius("control"), theme.radius("control")
            )
        scores = self._model.scores(summary)
        figure = percent(scores.accuracy) if scores is not None else ""
        ends = interval(scores.accuracy_95) if scores is not None else ""
        font = theme.font("label", 600, tabular=True)
        figure_px = QFontMetrics(font).horizontalAdvance(figure)
        right = rect.right() + 1 - _RIGHT_PX
        painter.setFont(font)
        painter.setPen(theme.color("text"))
        top = QRect(rect.x() + _TEXT_PX, rect.y() + 10, right - rect.x() - _TEXT_PX, 20)
        painter.drawText(top, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), figure)
        painter.setFont(theme.font("label"))
        name = top.adjusted(0, 0, -figure_px - 8, 0)
        shown = QFontMetrics(painter.font()).elidedText(summary.title, Qt.TextElideMode.ElideRight, name.width())
        painter.drawText(name, int(Qt.AlignmentFlag.AlignVCenter), shown)
        words = self._model.running_words if summary.run == self._model.running else ""
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text_2" if summary.run == self.chosen else "text_3"))
        below = QRect(top.x(), rect.y() + 31, top.width(), 18)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), ends)
        below.setWidth(below.width() - QFontMetrics(painter.font()).horizontalAdvance(ends) - 8)
        said = QFontMetrics(painter.font()).elidedText(
            state_in_words(summary, words), Qt.TextElideMode.ElideRight, below.width()
        )
        painter.drawText(below, int(Qt.AlignmentFlag.AlignVCenter), said)
        painter.restore()

    @override
    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setAccessibleName("New name of the run")
        return editor

    @override
    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        rect = QRect(option.rect)  # type: ignore[attr-defined]
        editor.setGeometry(rect.x() + 28, rect.y() + 4, rect.width() - 36, self._theme.height("control"))

    def color_of(self, run: RunFolder) -> QColor | None:
        """The colour of a run's curves; None while it is not drawn."""
        if run == self.chosen:
            return self._theme.curve("validation").color
        if run in self._model.ticked:
            return self._theme.curve("overlay", self._model.ticked.index(run)).color
        return None

    @staticmethod
    def box(rect: QRect) -> QRectF:
        """Where the tick box lies in a row."""
        return QRectF(rect.x() + _PADDING_PX, rect.y() + _PADDING_PX, _BOX_PX, _BOX_PX)

    def _paint_box(self, painter: QPainter, rect: QRect, summary: RunSummary) -> None:
        box = self.box(rect)
        color = self.color_of(summary.run)
        radius = self._theme.radius("chip")
        if color is None:
            painter.setPen(QPen(self._theme.color("control_line"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawRoundedRect(box, radius, radius)
        tick = QPen(self._theme.color("canvas" if self._theme.is_dark else "on_accent"), 2)
        tick.setCapStyle(Qt.PenCapStyle.RoundCap)
        tick.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(tick)
        painter.drawPolyline([box.topLeft() + point for point in _TICK])
