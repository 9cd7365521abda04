"""A view of photos as a grid with a heading over each class, as quick with 10,000 of them as with ten."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem
from typing_extensions import override

from studio.ui.icons import paint_icon
from studio.ui.photo_delegate import PhotoDelegate
from studio.ui.photo_model import PhotoModel, WallSection
from studio.ui.theme import ThemeManager
from studio.ui.thumbnails import Thumbnails
from studio.ui.words import count

Index = QModelIndex | QPersistentModelIndex
Flag = QItemSelectionModel.SelectionFlag

_LEFT_PX, _RIGHT_PX = 16, 20
_GAP_PX = 8
_HEADING_PX = 40
_AFTER_SECTION_PX = 4
_BOTTOM_PX = 12


class PhotoGrid(QAbstractItemView):
    """The grid itself; which photos it shows is its model's business."""

    menu_wanted = Signal(QPoint)
    chosen_changed = Signal()

    def __init__(self, theme: ThemeManager, model: PhotoModel, thumbnails: Thumbnails) -> None:
        """Args:
        theme: where colours and measures come from.
        model: the photos.
        thumbnails: where their pictures come from.
        """
        super().__init__()
        self._theme = theme
        self._photos = model
        self._wanted_px = 95
        self._side, self._columns = 95, 4
        self._tops: list[int] = []
        self._height = 0
        self._anchor = 0
        self._drag_from: QPoint | None = None
        self._rubber = QRect()
        self.setModel(model)
        self.setItemDelegate(PhotoDelegate(theme, model, thumbnails, self))
        self.setFrameShape(self.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("ownFocus", True)
        self.setAccessibleName("Photos")
        self.viewport().setAutoFillBackground(False)
        thumbnails.arrived.connect(self._show_thumbnail)
        theme.changed.connect(self.viewport().update)

    @property
    def thumbnail_px(self) -> int:
        """Side of a thumbnail on screen, px."""
        return self._side

    @property
    def columns(self) -> int:
        """Thumbnails in a row."""
        return self._columns

    def set_thumbnail_px(self, side: int) -> None:
        """Ask for thumbnails of about this side; the row decides the rest."""
        self._wanted_px = side
        self._relayout()

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
        if not index.isValid() or index.row() >= len(self._photos.samples):
            return QRect()
        return self._cell(index.row()).translated(0, -self.verticalOffset())

    @override
    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self._row_at(point + QPoint(0, self.verticalOffset()))
        return QModelIndex() if row is None else self._photos.index(row)

    @override
    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        if not index.isValid():
            return
        cell, bar = self._cell(index.row()), self.verticalScrollBar()
        top, bottom = bar.value() + _HEADING_PX, bar.value() + self.viewport().height()
        if hint == QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue(cell.center().y() - self.viewport().height() // 2)
        elif cell.top() - _GAP_PX < top:
            bar.setValue(cell.top() - _GAP_PX - _HEADING_PX)
        elif cell.bottom() + _GAP_PX > bottom:
            bar.setValue(cell.bottom() + _GAP_PX - self.viewport().height())

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
    def setSelection(self, rect: QRect, command: Flag) -> None:
        """Select what `rect` touches; Qt asks for it, the mouse and keys here choose rows themselves."""
        area = rect.normalized().translated(0, self.verticalOffset())
        self.selectionModel().select(self._selection(self._rows_in(area)), command)

    @override
    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        return QRegion(self.viewport().rect())

    @override
    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        moves = QAbstractItemView.CursorAction
        last = len(self._photos.samples) - 1
        if last < 0:
            return QModelIndex()
        current = self.currentIndex()
        row = current.row() if current.isValid() else 0
        page = max(1, self.viewport().height() // (self._side + _GAP_PX) - 1)
        if action in (moves.MoveLeft, moves.MovePrevious):
            row -= 1
        elif action in (moves.MoveRight, moves.MoveNext):
            row += 1
        elif action in (moves.MoveUp, moves.MovePageUp):
            row = self._row_above(row, 1 if action == moves.MoveUp else page)
        elif action in (moves.MoveDown, moves.MovePageDown):
            row = self._row_below(row, 1 if action == moves.MoveDown else page)
        elif action == moves.MoveHome:
            row = 0
        elif action == moves.MoveEnd:
            row = last
        return self._photos.index(min(max(row, 0), last))

    @override
    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.viewport().update()
        self.chosen_changed.emit()

    # Mouse, keys.

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        place = event.position().toPoint()
        row = self._row_at(place + QPoint(0, self.verticalOffset()))
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
        chosen = self._selection(self._rows_in(self._rubber))
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
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self.currentIndex().isValid():
            place = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center())
        self.menu_wanted.emit(place)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        move = _MOVES.get(Qt.Key(event.key()))
        if move is not None:
            index = self.moveCursor(move, event.modifiers())
            if index.isValid():
                # Control moves nothing but the selection's edge here: what is current is what the laboratory shows.
                modifiers = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
                self._choose_with(index.row(), modifiers)
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
        for number, section in enumerate(self._photos.sections):
            if self._bottom(number) < seen.top():
                continue
            if self._tops[number] > seen.bottom():
                break
            self._paint_section(painter, section, number, event.rect().translated(0, offset), offset)
        if not self._rubber.isNull():
            area = QRectF(self._rubber.translated(0, -offset)).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.setPen(self._theme.color("accent"))
            painter.setBrush(self._theme.color("accent", 0.12))
            painter.drawRect(area)

    def _paint_section(self, painter: QPainter, section: WallSection, number: int, dirty: QRect, offset: int) -> None:
        chosen, current = self.selectionModel(), self.currentIndex().row()
        has_focus = self.hasFocus() or self.viewport().hasFocus()
        for row in self._rows_between(section, number, dirty.top() - 6, dirty.bottom() + 6):
            option = QStyleOptionViewItem()
            option.rect = self._cell(row).translated(0, -offset)  # type: ignore[attr-defined]
            state = option.state  # type: ignore[attr-defined]
            if chosen.isRowSelected(row, QModelIndex()):
                state |= QStyle.StateFlag.State_Selected
            if has_focus and row == current:
                state |= QStyle.StateFlag.State_HasFocus
            option.state = state  # type: ignore[attr-defined]
            self.itemDelegate().paint(painter, option, self._photos.index(row))
        self._paint_heading(painter, section, number, offset)

    def _paint_heading(self, painter: QPainter, section: WallSection, number: int, offset: int) -> None:
        """The heading stays at the top for as long as its class is in sight."""
        theme = self._theme
        lowest = self._bottom(number) - _HEADING_PX
        top = min(max(self._tops[number], offset), lowest) - offset
        box = QRect(0, top, self.viewport().width(), _HEADING_PX)
        if top + offset > self._tops[number]:
            painter.fillRect(box, theme.color("canvas"))
        paint_icon(painter, theme, section.look.glyph, QRect(_LEFT_PX, top, 16, _HEADING_PX), section.look.token)
        left = _LEFT_PX + 24
        painter.setFont(theme.font("body", 600))
        painter.setPen(theme.color("text"))
        words = section.look.title
        painter.drawText(box.adjusted(left, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), words)
        left += QFontMetrics(painter.font()).horizontalAdvance(words) + theme.space()
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color("text_2"))
        painter.drawText(box.adjusted(left, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), count(section.count))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._relayout()

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.viewport().update()
        return super().viewportEvent(event)

    def _show_thumbnail(self, name: str) -> None:
        row = self._photos.row_of(name)
        if row is not None:
            self.viewport().update(self.visualRect(self._photos.index(row)).adjusted(-5, -5, 5, 5))

    # Geometry: sections from top to bottom, each a heading with full rows of squares.

    def _relayout(self) -> None:
        room = self.width() - _LEFT_PX - _RIGHT_PX + _GAP_PX
        if room <= _GAP_PX:
            return
        top_row = self._row_at(QPoint(_LEFT_PX, self.verticalOffset() + _HEADING_PX))
        self._columns = max(1, round(room / (self._wanted_px + _GAP_PX)))
        self._side = max(24, room // self._columns - _GAP_PX)
        self._tops = []
        top = 0
        for section in self._photos.sections:
            self._tops.append(top)
            top += _HEADING_PX + self._lines(section) * (self._side + _GAP_PX) - _GAP_PX + _AFTER_SECTION_PX
        self._height = top + _BOTTOM_PX if self._tops else 0
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, self._height - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep((self._side + _GAP_PX) // 3)
        if top_row is not None and top_row < len(self._photos.samples) and bar.value() > 0:
            bar.setValue(self._cell(top_row).top() - _HEADING_PX)
        self.viewport().update()

    def _lines(self, section: WallSection) -> int:
        return -(-section.count // self._columns)

    def _bottom(self, number: int) -> int:
        return self._tops[number + 1] if number + 1 < len(self._tops) else self._height

    def _section_of(self, row: int) -> int:
        firsts = [section.first for section in self._photos.sections]
        return bisect_right(firsts, row) - 1

    def _cell(self, row: int) -> QRect:
        number = self._section_of(row)
        if not 0 <= number < len(self._tops):
            return QRect()
        line, column = divmod(row - self._photos.sections[number].first, self._columns)
        pitch = self._side + _GAP_PX
        return QRect(
            _LEFT_PX + column * pitch,
            self._tops[number] + _HEADING_PX + line * pitch,
            self._side,
            self._side,
        )

    def _row_at(self, point: QPoint) -> int | None:
        number = bisect_right(self._tops, point.y()) - 1
        if not 0 <= number < len(self._photos.sections):
            return None
        section, pitch = self._photos.sections[number], self._side + _GAP_PX
        y, x = point.y() - self._tops[number] - _HEADING_PX, point.x() - _LEFT_PX
        if x < 0 or y < 0 or x % pitch >= self._side or y % pitch >= self._side:
            return None
        place = y // pitch * self._columns + x // pitch
        return section.first + place if x // pitch < self._columns and place < section.count else None

    def _rows_between(self, section: WallSection, number: int, top: int, bottom: int) -> range:
        start, pitch = self._tops[number] + _HEADING_PX, self._side + _GAP_PX
        first = max(0, (top - start) // pitch) * self._columns
        last = min(section.count, ((bottom - start) // pitch + 1) * self._columns)
        return range(section.first + first, section.first + max(first, last))

    def _rows_in(self, area: QRect) -> Iterator[int]:
        for number, section in enumerate(self._photos.sections):
            for row in self._rows_between(section, number, area.top(), area.bottom()):
                if self._cell(row).intersects(area):
                    yield row

    def _row_above(self, row: int, lines: int) -> int:
        for _ in range(lines):
            number = self._section_of(row)
            section = self._photos.sections[number]
            if row - section.first >= self._columns:
                row -= self._columns
            elif number > 0:
                above = self._photos.sections[number - 1]
                column = row - section.first
                start = above.first + (self._lines(above) - 1) * self._columns
                row = min(start + column, above.first + above.count - 1)
        return row

    def _row_below(self, row: int, lines: int) -> int:
        for _ in range(lines):
            number = self._section_of(row)
            section = self._photos.sections[number]
            line, column = divmod(row - section.first, self._columns)
            if line + 1 < self._lines(section):
                row = min(row + self._columns, section.first + section.count - 1)
            elif number + 1 < len(self._photos.sections):
                below = self._photos.sections[number + 1]
                row = min(below.first + column, below.first + below.count - 1)
        return row

    def _selection(self, rows: Iterator[int] | range) -> QItemSelection:
        """Rows as few ranges: one for each run of neighbours."""
        chosen = QItemSelection()
        start = previous = -2
        for row in rows:
            if row != previous + 1:
                if start >= 0:
                    chosen.select(self._photos.index(start), self._photos.index(previous))
                start = row
            previous = row
        if start >= 0:
            chosen.select(self._photos.index(start), self._photos.index(previous))
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
