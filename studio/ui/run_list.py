"""The list of runs, by mouse or by keys."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QListView
from typing_extensions import override

from studio.core.run_summary import RunSummary
from studio.ui.run_delegate import RunDelegate
from studio.ui.run_rows import RunListModel


class RunListView(QListView):
    """The list itself; the space bar ticks, Enter chooses, F2 renames, Delete asks to delete."""

    delete_asked = Signal(object)

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
        elif event.key() == Qt.Key.Key_Delete and summary is not None:
            self.delete_asked.emit(summary.run)
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
