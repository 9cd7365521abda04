"""What every view of tiles does, whatever it shows: scrolls up and down, follows keys, asks for menus."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QRegion
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem
from typing_extensions import override

from studio.ui.theme import ThemeManager

Index = QModelIndex | QPersistentModelIndex
Flag = QItemSelectionModel.SelectionFlag


class TileGrid(QAbstractItemView):
    """A view that lays its own tiles; where each lies is its subclass's business."""

    def __init__(self, theme: ThemeManager, name: str) -> None:
        """Args:
        theme: where colours come from.
        name: what the view is called for those who cannot see it.
        """
        super().__init__()
        self.setFrameShape(self.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("ownFocus", True)
        self.setAccessibleName(name)
        self.viewport().setAutoFillBackground(False)
        theme.changed.connect(self.viewport().update)

    @override
    def horizontalOffset(self) -> int:
        return 0

    @override
    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    @override
    def isIndexHidden(self, index: Index) -> bool:
        return False

    @override
    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        return QRegion(self.viewport().rect())

    @override
    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.viewport().update()

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.viewport().update()
        return super().viewportEvent(event)

    def move_of(self, event: QKeyEvent) -> QAbstractItemView.CursorAction | None:
        """Where a key leads; None for a key that leads nowhere."""
        return _MOVES.get(Qt.Key(event.key()))

    def menu_place(self, event: QContextMenuEvent) -> QPoint:
        """Where a menu opens: at the mouse, or on the current tile when a key asked for it."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self.currentIndex().isValid():
            return self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center())
        return event.globalPos()

    def option_for(self, index: QModelIndex, box: QRect) -> QStyleOptionViewItem:
        """What a delegate is told of a tile: its place, whether it is selected, whether it has the focus."""
        option = QStyleOptionViewItem()
        state = option.state  # type: ignore[attr-defined]
        if self.selectionModel().isSelected(index):
            state |= QStyle.StateFlag.State_Selected
        has_focus = self.hasFocus() or self.viewport().hasFocus()
        if has_focus and index.row() == self.currentIndex().row():
            state |= QStyle.StateFlag.State_HasFocus
        option.rect, option.state = box, state  # type: ignore[attr-defined]
        return option


def selection_of(model: QAbstractItemModel, rows: Iterable[int]) -> QItemSelection:
    """Rows as few ranges: one for each run of neighbours.

    Args:
        model: a list.
        rows: in ascending order.
    """
    chosen = QItemSelection()
    start = previous = -2
    for row in rows:
        if row != previous + 1:
            if start >= 0:
                chosen.select(model.index(start, 0), model.index(previous, 0))
            start = row
        previous = row
    if start >= 0:
        chosen.select(model.index(start, 0), model.index(previous, 0))
    return chosen


_MOVES = {
    Qt.Key.Key_Left: QAbstractItemView.CursorAction.MoveLeft,
    Qt.Key.Key_Right: QAbstractItemView.CursorAction.MoveRight,
    Qt.Key.Key_Up: QAbstractItemView.CursorAction.MoveUp,
    Qt.Key.Key_Down: QAbstractItemView.CursorAction.MoveDown,
    Qt.Key.Key_PageUp: QAbstractItemView.CursorAction.MovePageUp,
    Qt.Key.Key_PageDown: QAbstractItemView.CursorAction.MovePageDown,
    Qt.Key.Key_Home: QAbstractItemView.CursorAction.MoveHome,
    Qt.Key.Key_End: QAbstractItemView.CursorAction.MoveEnd,
}
