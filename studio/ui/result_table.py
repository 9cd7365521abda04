"""Answers as a table that sorts, for thousands of them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from studio.core.words import percent
from studio.ui.correcting import key_label
from studio.ui.icons import paint_icon
from studio.ui.result import ANSWER, PHOTO, PLACE, SHARE, TIME, Result
from studio.ui.result_model import RESULT_ROLE, ResultModel
from studio.ui.theme import ThemeManager
from studio.ui.thumbnails import Thumbnails
from studio.ui.widgets.row_table import RowTable

_ROW_PX = 44
_THUMBNAIL_PX = (48, 36)
_PAD_PX = 8
_WIDE = (PHOTO, PLACE)
"""Columns that share what the others leave."""

_LINE_PX = 17
_WIDTHS = {ANSWER: 132, SHARE: 164, TIME: 72}


class ResultTable(RowTable):
    """One row a photo; a click on a heading sorts, a third one gives back the order in which answers came."""

    corrected = Signal(object, str)
    menu_wanted = Signal(object, QPoint)
    opened = Signal(object)

    def __init__(self, theme: ThemeManager, model: ResultModel, photos: Thumbnails) -> None:
        """Args:
        theme: where colours come from.
        model: the answers.
        photos: where thumbnails come from.
        """
        super().__init__()
        self._results = model
        self.set_up_columns(model, name="Answers", row_px=_ROW_PX, widths_px=_WIDTHS, shared=_WIDE)
        self._rows = _RowDelegate(theme, model, photos, self)
        self.setItemDelegate(self._rows)
        self.setProperty("edge", "page")
        header = self.horizontalHeader()
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        photos.arrived.connect(self._show_again)
        theme.changed.connect(self.viewport().update)

    @property
    def current_path(self) -> str:
        """The photo of the current row; empty without one."""
        index = self.currentIndex()
        return self._results.result(index.row()).path if index.isValid() else ""

    def set_compact(self, is_compact: bool) -> None:
        """Leave the folders out where there is little room."""
        self.setColumnHidden(PLACE, is_compact)
        self._rows.set_compact(is_compact)
        self.setProperty("edge", "narrow" if is_compact else "page")
        self.style().unpolish(self.horizontalHeader())
        self.style().polish(self.horizontalHeader())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        path = self.current_path
        label = key_label(self._results.classes, event)
        if path and label:
            self.corrected.emit(path, label)
        elif path and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(path)
        else:
            super().keyPressEvent(event)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.current_path:
            self.menu_wanted.emit(self.current_path, event.globalPos())

    def _show_again(self, path: str) -> None:
        row = self._results.row_of(path)
        if row is not None:
            self.update(self._results.index(row, PHOTO))


class _RowDelegate(QStyledItemDelegate):
    def __init__(self, theme: ThemeManager, model: ResultModel, photos: Thumbnails, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._photos = photos
        self._is_compact = False

    def set_compact(self, is_compact: bool) -> None:
        """Begin where the tools above begin."""
        self._is_compact = is_compact

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = self._theme
        box: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        result: Result = index.data(RESULT_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.fillRect(box, theme.color("selected" if is_chosen else "surface"))
        painter.fillRect(box.x(), box.bottom(), box.width(), 1, theme.color("line"))
        column = index.column()
        edge = theme.space(2 if self._is_compact else 3)
        inner = box.adjusted(edge if column == PHOTO else _PAD_PX, 0, -_PAD_PX, 0)
        if column == PHOTO:
            self._paint_photo(painter, inner, result)
        elif column == ANSWER:
            self._paint_answer(painter, inner, result)
        elif column == SHARE and result.prediction is not None:
            self._paint_share(painter, inner, result)
        else:
            align = Qt.AlignmentFlag.AlignRight if column == TIME else Qt.AlignmentFlag.AlignLeft
            text = str(index.data() or "")
            self._paint_text(painter, inner, text, "text_2", align, Qt.TextElideMode.ElideMiddle)
        painter.restore()

    def _paint_photo(self, painter: QPainter, box: QRect, result: Result) -> None:
        theme = self._theme
        width, height = _THUMBNAIL_PX
        frame = QRect(box.x(), box.y() + (box.height() - 1 - height) // 2, width, height)
        ratio = painter.device().devicePixelRatioF()
        picture = None
        if result.prediction is not None:
            size = round(width * ratio), round(height * ratio)
            picture = self._photos.picture(result.path, (Path(result.path),), *size)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("sunken"))
        painter.drawRoundedRect(QRectF(frame), theme.radius("chip"), theme.radius("chip"))
        if picture is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(frame, picture)
        elif result.prediction is None:
            paint_icon(painter, theme, "file-x", frame, "text_3")
        rest = box.adjusted(width + _PAD_PX, 0, 0, 0)
        if result.prediction is None:
            below = QRect(rest.x(), rest.center().y() + 1, rest.width(), _LINE_PX)
            self._paint_text(painter, below, result.refusal, "danger", role="caption")
            rest = below.translated(0, -_LINE_PX)
        self._paint_text(painter, rest, result.name, "text", mode=Qt.TextElideMode.ElideMiddle)

    def _paint_answer(self, painter: QPainter, box: QRect, result: Result) -> None:
        if result.prediction is None:
            self._paint_text(painter, box, "Not answered", "text_2")
            return
        look = self._model.look_of(result)
        paint_icon(painter, self._theme, look.glyph, QRect(box.x(), box.y(), 16, box.height()), look.token)
        token = "text" if look.token == "look" else look.token
        self._paint_text(painter, box.adjusted(24, 0, 0, 0), look.title, token, weight=600)

    def _paint_share(self, painter: QPainter, box: QRect, result: Result) -> None:
        theme, model = self._theme, self._model
        share = model.decision.share(result.prediction.probabilities) if result.prediction is not None else 0.0
        words = "corrected" if result.correction else percent(share)
        self._paint_text(painter, box, words, "text", Qt.AlignmentFlag.AlignRight)
        bar = QRectF(box.x(), box.center().y() - 1, max(0, box.width() - 64), theme.height("progress"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("pressed" if theme.is_dark else "sunken"))
        painter.drawRoundedRect(bar, 2, 2)
        painter.setBrush(theme.color(model.look_of(result).token))
        painter.drawRoundedRect(bar.adjusted(0, 0, bar.width() * (share - 1), 0), 2, 2)

    def _paint_text(
        self,
        painter: QPainter,
        box: QRect,
        text: str,
        token: str,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        *,
        weight: int | None = None,
        role: str = "small",
    ) -> None:
        painter.setFont(self._theme.font(role, weight))
        painter.setPen(self._theme.color(token))
        shown = QFontMetrics(painter.font()).elidedText(text, mode, box.width())
        painter.drawText(box, int(align | Qt.AlignmentFlag.AlignVCenter), shown)
