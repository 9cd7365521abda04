"""The rows of the list of runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from studio.core.runs import RunFolder
from studio.ui.run_summary import RunSummary
from studio.ui.theme import ThemeManager
from studio.ui.words import ago, percent

Index = QModelIndex | QPersistentModelIndex
SUMMARY_ROLE = int(Qt.ItemDataRole.UserRole)
_PADDING_PX = 12
_TEXT_PX = 38
_RIGHT_PX = 16
_BOX_PX = 16
_TICK = (QPointF(4.3, 8.3), QPointF(6.9, 10.8), QPointF(11.7, 5.3))


def state_in_words(summary: RunSummary, running: str = "") -> str:
    """The second line of a row.

    Args:
        summary: the run.
        running: what it is doing right now; empty when it does not run.
    """
    if running:
        return f"{running}, running"
    when = ago(summary.at_s) if summary.at_s else ""
    match summary.outcome:
        case "finished":
            return f"{summary.epoch} epochs, {when}"
        case "stopped early":
            return f"stopped early at {summary.epoch}, {when}"
        case "stopped":
            return f"finished by hand at {summary.epoch}, {when}" if summary.epoch else f"stopped, {when}"
        case "interrupted":
            return f"interrupted at epoch {summary.epoch + 1}, {when}"
        case _:
            return "not begun"


class RunListModel(QAbstractListModel):
    """Runs, newest first, with what is ticked and what is running."""

    renamed = Signal(object, str)

    def __init__(self) -> None:
        super().__init__()
        self._all: Sequence[RunSummary] = ()
        self._rows: Sequence[RunSummary] = ()
        self._filter = ""
        self.ticked: list[RunFolder] = []
        self.running: RunFolder | None = None
        self.running_words = ""
        self.running_accuracy: float | None = None

    def set_summaries(self, summaries: Sequence[RunSummary]) -> None:
        """Show these runs."""
        self.beginResetModel()
        self._all = summaries
        known = {summary.run for summary in summaries}
        self.ticked = [run for run in self.ticked if run in known]
        self._rows = self._found()
        self.endResetModel()

    def set_filter(self, text: str) -> None:
        """Show the runs whose name or network holds this text."""
        self.beginResetModel()
        self._filter = text.strip().lower()
        self._rows = self._found()
        self.endResetModel()

    def set_running(self, run: RunFolder | None, words: str, accuracy: float | None) -> None:
        """Say which run is running, what it is doing, how good it is so far."""
        self.running, self.running_words, self.running_accuracy = run, words, accuracy
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def set_ticked(self, run: RunFolder, is_ticked: bool) -> None:
        """Lay a run over the chosen one, or take it away."""
        if is_ticked and run not in self.ticked:
            self.ticked = [*self.ticked, run]
        elif not is_ticked:
            self.ticked = [other for other in self.ticked if other != run]
        self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def summary(self, index: Index) -> RunSummary | None:
        """The run of a row."""
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    def accuracy(self, summary: RunSummary) -> float | None:
        """Validation accuracy at a run's best epoch, 0..1, as far as it has come."""
        if summary.run == self.running:
            return self.running_accuracy
        return summary.best.accuracy if summary.best is not None else None

    def row_of(self, run: RunFolder | None) -> int:
        """The row of a run; -1 when it is not shown."""
        return next((number for number, row in enumerate(self._rows) if row.run == run), -1)

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    @override
    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        summary = self.summary(index)
        if summary is None:
            return None
        words = self.running_words if summary.run == self.running else ""
        match role:
            case int(Qt.ItemDataRole.DisplayRole) | int(Qt.ItemDataRole.EditRole):
                return summary.title
            case int(Qt.ItemDataRole.ToolTipRole):
                return f"{summary.title}\n{state_in_words(summary, words)}\n{summary.run.path.name}"
            case int(Qt.ItemDataRole.AccessibleTextRole):
                accuracy = percent(summary.best.accuracy) if summary.best else "no figures yet"
                return f"{summary.title}, {accuracy}, {state_in_words(summary, words)}"
            case _ if role == SUMMARY_ROLE:
                return summary
        return None

    @override
    def setData(self, index: Index, value: Any, role: int = int(Qt.ItemDataRole.EditRole)) -> bool:
        summary = self.summary(index)
        title = str(value).strip()
        if summary is None or not title or title == summary.title:
            return False
        self.renamed.emit(summary.run, title)
        return True

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def _found(self) -> Sequence[RunSummary]:
        if not self._filter:
            return self._all
        return [run for run in self._all if self._filter in f"{run.title} {run.architecture}".lower()]


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
        accuracy = self._model.accuracy(summary)
        figure = percent(accuracy) if accuracy is not None else ""
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


class RunListView(QListView):
    """The list itself; the space bar ticks, Enter chooses, F2 renames."""

    def __init__(self, model: RunListModel, delegate: RunDelegate) -> None:
        """Args:
        model: the runs.
        delegate: paints them.
        """
        super().__init__()
        self.setModel(model)
        self.setItemDelegate(delegate)
        self._runs, self._delegate = model, delegate
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.EditKeyPressed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName("Runs")
        self.setProperty("ownFocus", True)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        # A press on the tick box ticks, and does not choose the run as well.
        summary = self._on_box(event)
        if summary is None:
            super().mousePressEvent(event)
        else:
            self._tick(summary)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._on_box(event) is None:
            super().mouseReleaseEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        summary = self._runs.summary(self.currentIndex())
        if event.key() == Qt.Key.Key_Space and summary is not None:
            self._tick(summary)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and summary is not None:
            self.activated.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _on_box(self, event: QMouseEvent) -> RunSummary | None:
        index = self.indexAt(event.position().toPoint())
        box = self._delegate.box(self.visualRect(index)).adjusted(-8, -8, 6, 8)
        summary = self._runs.summary(index)
        is_on = event.button() == Qt.MouseButton.LeftButton and box.contains(event.position())
        return summary if is_on and summary is not None and summary.run != self._delegate.chosen else None

    def _tick(self, summary: RunSummary) -> None:
        if summary.run != self._delegate.chosen:
            self._runs.set_ticked(summary.run, summary.run not in self._runs.ticked)
