"""How one photo that was set aside is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from studio.ui.aside_groups import Aside
from studio.ui.icons import paint_icon
from studio.ui.theme import ThemeManager
from studio.ui.thumbnails import Thumbnails

Index = QModelIndex | QPersistentModelIndex
ENTRY_ROLE = int(Qt.ItemDataRole.UserRole)

_ROW_PX, _THUMBNAIL_PX, _BUTTON_PX = 72, 48, 84


class AsideDelegate(QStyledItemDelegate):
    """Thumbnail, name, reason, and the button that mends it."""

    def __init__(self, theme: ThemeManager, thumbnails: Thumbnails, parent: QObject) -> None:
        """Args:
        theme: where colours come from.
        thumbnails: where pictures come from.
        parent: the list.
        """
        super().__init__(parent)
        self._theme = theme
        self._thumbnails = thumbnails

    def button_rect(self, row: QRect) -> QRect:
        """Where the row's button is drawn."""
        height = self._theme.height("control_small")
        top = row.y() + (row.height() - height) // 2
        return QRect(row.right() - _BUTTON_PX - self._theme.space(1.5), top, _BUTTON_PX, height)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, _ROW_PX)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._theme
        entry: Aside = index.data(ENTRY_ROLE)
        box: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.color("selected"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, theme.color("hover"))
        painter.fillRect(QRect(box.x(), box.bottom(), box.width(), 1), theme.color("line"))
        picture = QRect(theme.space(2), box.y() + (_ROW_PX - _THUMBNAIL_PX) // 2, _THUMBNAIL_PX, _THUMBNAIL_PX)
        self._paint_thumbnail(painter, picture, entry.key, entry.files)
        if entry.twin:
            picture.translate(_THUMBNAIL_PX + theme.space(0.5), 0)
            self._paint_thumbnail(painter, picture, entry.twin, entry.twin_files)
        right = self.button_rect(box).left() if entry.action else box.right() - theme.space(1.5)
        left = picture.right() + theme.space(1.5)
        room = QRect(left, box.y() + 8, right - left - theme.space(), theme.line_px("body"))
        self._paint_line(painter, room, entry.name, "label", "text", Qt.TextElideMode.ElideMiddle)
        room.translate(0, theme.line_px("body") + 2)
        first, rest = self._broken(entry.reason, room.width())
        if not rest:
            room.translate(0, theme.line_px("small") // 4)
        self._paint_line(painter, room, first, "small", "text_2", Qt.TextElideMode.ElideRight)
        room.translate(0, theme.line_px("small"))
        self._paint_line(painter, room, rest, "small", "text_2", Qt.TextElideMode.ElideRight)
        if entry.action:
            self._paint_button(painter, self.button_rect(box), entry.action.capitalize())
        painter.restore()

    def _paint_thumbnail(self, painter: QPainter, box: QRect, key: str, files: Sequence[Path]) -> None:
        theme, ratio = self._theme, painter.device().devicePixelRatioF()
        radius = theme.radius("thumbnail")
        found = None
        if files:
            side, corner = round(box.width() * ratio), round(radius * ratio)
            found = self._thumbnails.picture(key, files, side, corner)
        if found is not None:
            painter.drawPixmap(box, found)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("sunken"))
        painter.drawRoundedRect(box, radius, radius)
        if not files or self._thumbnails.is_unreadable(key):
            paint_icon(painter, theme, "file-x", box, "text_3", theme.icon_px("card"))

    def _broken(self, words: str, width: int) -> tuple[str, str]:
        """A sentence on two lines: what fits the first, and the rest."""
        metrics, line = QFontMetrics(self._theme.font("small")), ""
        parts = words.split()
        for number, part in enumerate(parts):
            longer = f"{line} {part}".strip()
            if line and metrics.horizontalAdvance(longer) > width:
                return line, " ".join(parts[number:])
            line = longer
        return line, ""

    def _paint_line(
        self, painter: QPainter, room: QRect, words: str, role: str, token: str, mode: Qt.TextElideMode
    ) -> None:
        painter.setFont(self._theme.font(role))
        painter.setPen(self._theme.color(token))
        shown = QFontMetrics(painter.font()).elidedText(words, mode, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _paint_button(self, painter: QPainter, box: QRect, words: str) -> None:
        theme = self._theme
        painter.setPen(theme.color("line"))
        painter.setBrush(theme.color("surface"))
        painter.drawRoundedRect(box, theme.radius("control"), theme.radius("control"))
        painter.setFont(theme.font("small", 500))
        painter.setPen(theme.color("text"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)
