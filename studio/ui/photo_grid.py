"""A view of photos as a grid with a heading over each class, as quick with 10,000 of them as with ten."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QItemSelection, QModelIndex, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView
from typing_extensions import override

from studio.core.words import count
from studio.ui.grid_layout import GAP_PX, HEADING_PX, LEFT_PX, GridLayout
from studio.ui.icons import paint_icon
from studio.ui.painted_thumbnails import PaintedThumbnails
from studio.ui.photo_delegate import PhotoDelegate
from studio.ui.photo_model import PhotoModel, WallSection
from studio.ui.theme import ThemeManager
from studio.ui.thumbnails import Thumbnails
from studio.ui.tile_grid import Flag, Index, TileGrid, selection_of

_DEFAULT_PX = 95
_RING_PX = 6


class PhotoGrid(TileGrid):
    """The grid itself; which photos it shows is its model's business."""

    menu_wanted = Signal(QPoint)
    chosen_changed = Signal()

    def __init__(
        self, theme: ThemeManager, model: PhotoModel, thumbnails: Thumbnails, painted: PaintedThumbnails | None = None
    ) -> None:
        """Args:
        theme: where colours and measures come from.
        model: the photos.
        thumbnails: where their pictures come from.
        painted: who paints the pictures of samples that are painted when they are read.
        """
        super().__init__(theme, "Photos")
        self._theme = theme
        self._photos = model
        self._wanted_px = _DEFAULT_PX
        self._empty_words = ""
        self._layout = GridLayout(model.sections, 0, _DEFAULT_PX)
        self._anchor = 0
        self._drag_from: QPoint | None = None
        self._rubber = QRect()
        self.setModel(model)
        self.setItemDelegate(PhotoDelegate(theme, model, thumbnails, self, painted=painted))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        thumbnails.arrived.connect(self._show_thumbnail)

    @property
    def thumbnail_px(self) -> int:
        """Side of a thumbnail on screen, px."""
        return self._layout.side

    @property
    def columns(self) -> int:
        """Thumbnails in a row."""
        return self._layout.columns

    def set_thumbnail_px(self, side: int) -> None:
        """Ask for thumbnails of about this side; the row decides the rest."""
        self._wanted_px = side
        self._relayout()

    def set_empty_words(self, words: str) -> None:
        """What is said where no photo is shown."""
        self._empty_words = words
        self.viewport().update()

    def chosen_rows(self) -> list[int]:
        """The selected rows, in order."""
        return sorted(index.row() for index in self.selectionModel().selectedIndexes())

    def choose(self, row: int) -> None:
        """Select one row and bring it into view."""
        index = self._photos.index(row)
        self._anchor = row
        self.selectionModel().setCurrentIndex(index, Flag.ClearAndSelect)
        self.scrollTo(index)

    # What QAbstractItemView asks of every view.

    @override
    def reset(self) -> None:
        super().reset()
        self._relayout()

    @override
    def visualRect(self, index: Index) -> QRect:
        cell = self._layout.cell(index.row()) if index.isValid() else QRect()
        return cell.translated(0, -self.verticalOffset()) if not cell.isNull() else cell

    @override
    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self._layout.row_at(point + QPoint(0, self.verticalOffset()))
        return QModelIndex() if row is None else self._photos.index(row)

    @override
    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        if not index.isValid():
            return
        cell, bar = self._layout.cell(index.row()), self.verticalScrollBar()
        top, bottom = bar.value() + HEADING_PX, bar.value() + self.viewport().height()
        if hint == QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue(cell.center().y() - self.viewport().height() // 2)
        elif cell.top() - GAP_PX < top:
            bar.setValue(cell.top() - GAP_PX - HEADING_PX)
        elif cell.bottom() + GAP_PX > bottom:
            bar.setValue(cell.bottom() + GAP_PX - self.viewport().height())

    @override
    def setSelection(self, rect: QRect, command: Flag) -> None:
        """Select what `rect` touches; Qt asks for it, the mouse and keys here choose rows themselves."""
        area = rect.normalized().translated(0, self.verticalOffset())
        self.selectionModel().select(self._selection(self._layout.rows_in(area)), command)

    @override
    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        moves = QAbstractItemView.CursorAction
        last = len(self._photos.samples) - 1
        if last < 0:
            return QModelIndex()
        current = self.currentIndex()
        row = current.row() if current.isValid() else 0
        page = max(1, self.viewport().height() // self._layout.pitch - 1)
        if action in (moves.MoveLeft, moves.MovePrevious):
            row -= 1
        elif action in (moves.MoveRight, moves.MoveNext):
            row += 1
        elif action in (moves.MoveUp, moves.MovePageUp):
            row = self._layout.above(row, 1 if action == moves.MoveUp else page)
        elif action in (moves.MoveDown, moves.MovePageDown):
            row = self._layout.below(row, 1 if action == moves.MoveDown else page)
        elif action == moves.MoveHome:
            row = 0
        elif action == moves.MoveEnd:
            row = last
        return self._photos.index(min(max(row, 0), last))

    @override
    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.chosen_changed.emit()

    # Mouse, keys.

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        place = event.position().toPoint()
        row = self._layout.row_at(place + QPoint(0, self.verticalOffset()))
        if row is None:
            if event.button() == Qt.MouseButton.LeftButton:
                self._drag_from = place + QPoint(0, self.verticalOffset())
                if not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier):
                    self.clearSelection()
            return
        if event.button() == Qt.MouseButton.RightButton:
            if not self.selectionModel().isRowSelected(row, QModelIndex()):
                self.choose(row)
            return
        self._choose_with(row, event.modifiers())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag_from is None:
            return
        here = event.position().toPoint() + QPoint(0, self.verticalOffset())
        self._rubber = QRect(self._drag_from, here).normalized()
        adds = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        chosen = self._selection(self._layout.rows_in(self._rubber))
        self.selectionModel().select(chosen, Flag.Select if adds else Flag.ClearAndSelect)
        self.viewport().update()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag_from, self._rubber = None, QRect()
        self.viewport().update()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.activated.emit(index)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(self.menu_place(event))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        move = self.move_of(event)
        if move is not None:
            index = self.moveCursor(move, event.modifiers())
            if index.isValid():
                # Control moves nothing but the selection's edge here: what is current is what the laboratory shows.
                modifiers = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
                self._choose_with(index.row(), modifiers)
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.activated.emit(self.currentIndex())
            return
        if event.key() == Qt.Key.Key_A and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            everything = self._selection(range(len(self._photos.samples)))
            self.selectionModel().select(everything, Flag.ClearAndSelect)
            return
        event.ignore()

    def _choose_with(self, row: int, modifiers: Qt.KeyboardModifier) -> None:
        model, index = self.selectionModel(), self._photos.index(row)
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            rows = range(min(self._anchor, row), max(self._anchor, row) + 1)
            model.select(self._selection(rows), Flag.ClearAndSelect)
            model.setCurrentIndex(index, Flag.NoUpdate)
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            self._anchor = row
            model.setCurrentIndex(index, Flag.Toggle)
        else:
            self._anchor = row
            model.setCurrentIndex(index, Flag.ClearAndSelect)
        self.scrollTo(index)
        self.viewport().update()

    # Painting.

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        offset = self.verticalOffset()
        seen = QRect(0, offset, self.viewport().width(), self.viewport().height())
        layout = self._layout
        if not layout.sections:
            self._paint_empty(painter)
        for number, section in enumerate(layout.sections):
            if layout.bottom(number) < seen.top():
                continue
            if layout.tops[number] > seen.bottom():
                break
            self._paint_section(painter, section, number, event.rect().translated(0, offset), offset)
        if not self._rubber.isNull():
            area = QRectF(self._rubber.translated(0, -offset)).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.setPen(self._theme.color("accent"))
            painter.setBrush(self._theme.color("accent", 0.12))
            painter.drawRect(area)

    def _paint_section(self, painter: QPainter, section: WallSection, number: int, dirty: QRect, offset: int) -> None:
        for row in self._layout.rows_between(number, dirty.top() - _RING_PX, dirty.bottom() + _RING_PX):
            index = self._photos.index(row)
            option = self.option_for(index, self._layout.cell(row).translated(0, -offset))
            self.itemDelegate().paint(painter, option, index)
        self._paint_heading(painter, section, number, offset)

    def _paint_heading(self, painter: QPainter, section: WallSection, number: int, offset: int) -> None:
        """The heading stays at the top for as long as its class is in sight."""
        theme = self._theme
        lowest = self._layout.bottom(number) - HEADING_PX
        top = min(max(self._layout.tops[number], offset), lowest) - offset
        box = QRect(0, top, self.viewport().width(), HEADING_PX)
        if top + offset > self._layout.tops[number]:
            painter.fillRect(box, theme.color("canvas"))
        paint_icon(painter, theme, section.look.glyph, QRect(LEFT_PX, top, 16, HEADING_PX), section.look.token)
        left = LEFT_PX + 24
        painter.setFont(theme.font("body", 600))
        painter.setPen(theme.color("text"))
        words = section.look.title
        painter.drawText(box.adjusted(left, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), words)
        left += QFontMetrics(painter.font()).horizontalAdvance(words) + theme.space()
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color("text_2"))
        painter.drawText(box.adjusted(left, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), count(section.count))

    def _paint_empty(self, painter: QPainter) -> None:
        painter.setFont(self._theme.font("body"))
        painter.setPen(self._theme.color("text_2"))
        room = self.viewport().rect().adjusted(LEFT_PX, HEADING_PX, -LEFT_PX, 0)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(room, int(flags), self._empty_words)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._relayout()

    def _show_thumbnail(self, name: str) -> None:
        row = self._photos.row_of(name)
        if row is not None:
            self.viewport().update(self.visualRect(self._photos.index(row)).adjusted(-5, -5, 5, 5))

    def _relayout(self) -> None:
        bar = self.verticalScrollBar()
        top_row = self._layout.row_at(QPoint(LEFT_PX, self.verticalOffset() + HEADING_PX))
        self._layout = layout = GridLayout(self._photos.sections, self.width(), self._wanted_px)
        bar.setRange(0, max(0, layout.height - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(layout.pitch // 3)
        if top_row is not None and bar.value() > 0:
            cell = layout.cell(top_row)
            bar.setValue(cell.top() - HEADING_PX if not cell.isNull() else bar.value())
        self.viewport().update()

    def _selection(self, rows: Iterable[int]) -> QItemSelection:
        return selection_of(self._photos, rows)
