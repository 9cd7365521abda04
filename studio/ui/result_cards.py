"""Answers as cards in a grid whose first cell takes more photos."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyle, QWidget
from typing_extensions import override

from studio.ui.card_layout import BOTTOM_PX, TOP_PX, CardLayout
from studio.ui.correcting import key_label
from studio.ui.heat_maps import HeatMaps
from studio.ui.result_card import MENU, ResultDelegate
from studio.ui.result_model import ResultModel
from studio.ui.theme import ThemeManager
from studio.ui.thumbnails import Thumbnails
from studio.ui.tile_grid import TileGrid

Index = QModelIndex | QPersistentModelIndex
Flag = QItemSelectionModel.SelectionFlag

_SIDE_PX, _COMPACT_SIDE_PX = 24, 16
_HOVER_MS = 150


class ResultCards(TileGrid):
    """The grid; the answers are its model's business."""

    corrected = Signal(object, str)
    menu_wanted = Signal(object, QPoint)
    opened = Signal(object)

    def __init__(
        self, theme: ThemeManager, model: ResultModel, photos: Thumbnails, heat_maps: HeatMaps, zone: QWidget
    ) -> None:
        """Args:
        theme: where colours and measures come from.
        model: the answers.
        photos: where pictures come from.
        heat_maps: where the network looked.
        zone: what lies in the first cell.
        """
        super().__init__(theme, "Answers")
        self._results = model
        self._photos = photos
        self._heat_maps = heat_maps
        self._zone = zone
        self._side_px = _SIDE_PX
        self._layout = CardLayout(width=0, side_px=_SIDE_PX)
        self._hovered = ""
        self._heated = ""
        self._shows_heat = False
        self._hover_timer = QTimer(self, singleShot=True, interval=_HOVER_MS)
        self._hover_timer.timeout.connect(self._heat_hovered)
        self._delegate = ResultDelegate(theme, model, photos, heat_maps, self)
        self._delegate.has_heat = self._has_heat
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setMouseTracking(True)
        zone.setParent(self.viewport())
        photos.arrived.connect(self._show_again)
        heat_maps.arrived.connect(self._show_again)
        model.layoutChanged.connect(self._relayout)

    @property
    def columns(self) -> int:
        """Cards in a row."""
        return self._layout.columns

    @property
    def current_path(self) -> str:
        """The photo of the current card; empty without one."""
        index = self.currentIndex()
        return self._results.result(index.row()).path if index.isValid() else ""

    def set_compact(self, is_compact: bool) -> None:
        """Use narrower margins."""
        self._side_px = _COMPACT_SIDE_PX if is_compact else _SIDE_PX
        self._relayout()

    def show_heat(self, is_shown: bool) -> None:
        """Lay heat maps over all photos in sight, or only over the one under the mouse."""
        self._shows_heat = is_shown
        self.viewport().update()

    def card(self, path: str) -> QRect:
        """Where a photo's card lies in the viewport; null when it is not shown."""
        row = self._results.row_of(path)
        return QRect() if row is None else self.visualRect(self._results.index(row, 0))

    def button(self, path: str, label: str) -> QRect:
        """Where the button that corrects a photo to a class lies in the viewport."""
        return next((box for name, box in self._delegate.buttons(self.card(path)) if name == label), QRect())

    # What QAbstractItemView asks of every view.

    @override
    def reset(self) -> None:
        super().reset()
        self._relayout()

    @override
    def rowsInserted(self, parent: Index, start: int, end: int) -> None:
        super().rowsInserted(parent, start, end)
        self._relayout()

    @override
    def dataChanged(self, top_left: Index, bottom_right: Index, roles: Sequence[int] = ()) -> None:
        self.viewport().update()

    @override
    def visualRect(self, index: Index) -> QRect:
        if not index.isValid():
            return QRect()
        return self._layout.cell(index.row() + 1).translated(0, -self.verticalOffset())

    @override
    def indexAt(self, point: QPoint) -> QModelIndex:
        place = self._layout.place_at(point + QPoint(0, self.verticalOffset()))
        is_card = place is not None and 0 < place <= self._results.rowCount()
        return self._results.index(place - 1, 0) if place is not None and is_card else QModelIndex()

    @override
    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        if not index.isValid():
            return
        cell, bar = self._layout.cell(index.row() + 1), self.verticalScrollBar()
        if cell.top() - TOP_PX < bar.value():
            bar.setValue(cell.top() - TOP_PX)
        elif cell.bottom() + BOTTOM_PX > bar.value() + self.viewport().height():
            bar.setValue(cell.bottom() + BOTTOM_PX - self.viewport().height())

    @override
    def setSelection(self, rect: QRect, command: Flag) -> None:
        index = self.indexAt(rect.center())
        if index.isValid():
            self.selectionModel().select(index, command)

    @override
    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        moves = QAbstractItemView.CursorAction
        last = self._results.rowCount() - 1
        if last < 0:
            return QModelIndex()
        columns = self._layout.columns
        page = max(1, self.viewport().height() // self._layout.pitch) * columns
        steps = {
            moves.MoveLeft: -1, moves.MovePrevious: -1, moves.MoveRight: 1, moves.MoveNext: 1,
            moves.MoveUp: -columns, moves.MoveDown: columns,
            moves.MovePageUp: -page, moves.MovePageDown: page, moves.MoveHome: -last - 1, moves.MoveEnd: last + 1,
        }  # fmt: skip
        current = self.currentIndex()
        row = (current.row() if current.isValid() else -1) + steps.get(action, 0)
        return self._results.index(min(max(row, 0), last), 0)

    @override
    def updateGeometries(self) -> None:
        super().updateGeometries()
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, self._layout.height_of(self._results.rowCount() + 1) - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(self._layout.pitch // 3)
        self._place_zone()

    @override
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self._place_zone()
        self.viewport().update()

    # Mouse, keys.

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        place = event.position().toPoint()
        index = self.indexAt(place)
        if not index.isValid():
            return
        self.selectionModel().setCurrentIndex(index, Flag.ClearAndSelect)
        result = self._results.result(index.row())
        if event.button() != Qt.MouseButton.LeftButton or result.prediction is None:
            return
        label = self._delegate.button_at(self.visualRect(index), place)
        if label == MENU:
            self.menu_wanted.emit(result.path, self.viewport().mapToGlobal(place))
        elif label:
            self.corrected.emit(result.path, label)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and not self._delegate.button_at(self.visualRect(index), event.position().toPoint()):
            self.opened.emit(self._results.result(index.row()).path)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        index = self.indexAt(place)
        self._hover(self._results.result(index.row()).path if index.isValid() else "")
        is_button = index.isValid() and bool(self._delegate.button_at(self.visualRect(index), place))
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if is_button else Qt.CursorShape.ArrowCursor)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.current_path:
            self.menu_wanted.emit(self.current_path, self.menu_place(event))

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover("")
        return super().viewportEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        move = self.move_of(event)
        if move is not None:
            index = self.moveCursor(move, event.modifiers())
            if index.isValid():
                self.selectionModel().setCurrentIndex(index, Flag.ClearAndSelect)
                self.scrollTo(index)
            return
        path = self.current_path
        label = key_label(self._results.classes, event)
        if path and label:
            self.corrected.emit(path, label)
        elif path and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit(path)
        else:
            event.ignore()

    # Heat

    def _has_heat(self, path: str) -> bool:
        return self._shows_heat or path == self._heated

    def _hover(self, path: str) -> None:
        if path != self._hovered:
            self._hovered, self._heated = path, ""
            if path:
                self._hover_timer.start()
            else:
                self._hover_timer.stop()
            self.viewport().update()

    def _heat_hovered(self) -> None:
        row = self._results.row_of(self._hovered)
        if row is not None and self._results.result(row).prediction is not None:
            self._heated = self._hovered
            self._heat_maps.want(self._heated)
            self.viewport().update()

    def _want_heat(self, rows: range) -> None:
        for row in reversed(rows):  # the last wish is granted first, and people read from the top
            result = self._results.result(row)
            if result.prediction is not None:
                self._heat_maps.want(result.path)

    def _show_again(self, path: str) -> None:
        self.viewport().update(self.card(path).adjusted(-2, -2, 2, 2))

    # Painting, geometry.

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        offset = self.verticalOffset()
        area = event.rect().translated(0, offset)
        places = self._layout.places_between(area.top() - 2, area.bottom() + 2)
        rows = range(max(0, places.start - 1), max(0, min(self._results.rowCount() + 1, places.stop) - 1))
        if self._shows_heat:
            self._want_heat(rows)
        for row in rows:
            index = self._results.index(row, 0)
            option = self.option_for(index, self.visualRect(index))
            if self._results.result(row).path == self._hovered:
                option.state |= QStyle.StateFlag.State_MouseOver  # type: ignore[attr-defined]
            self._delegate.paint(painter, option, index)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._relayout()

    def _relayout(self) -> None:
        self._layout = CardLayout(width=self.width(), side_px=self._side_px)
        self.updateGeometries()
        self.viewport().update()

    def _place_zone(self) -> None:
        self._zone.setGeometry(self._layout.cell(0).translated(0, -self.verticalOffset()))
