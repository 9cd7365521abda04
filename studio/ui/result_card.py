"""How one answer is drawn as a card."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from studio.core.words import percent
from studio.ui.heat_maps import HeatMaps, is_visible
from studio.ui.icons import paint_icon
from studio.ui.photo_reading import covering
from studio.ui.pictures import ring_pen
from studio.ui.result import Result
from studio.ui.result_model import RESULT_ROLE, ResultModel
from studio.ui.theme import ThemeManager
from studio.ui.thumbnails import Thumbnails

TEXT_PX = 63
"""Height of the words below the photo."""
PHOTO_SHAPE = 148 / 205
"""Height of the photo as a share of its width."""

_INSET_PX = 12
_BUTTON_INSET_PX, _BUTTON_GAP_PX, _BUTTON_PX = 8, 6, 28
_MOST_BUTTONS = 3
_DASHES = (4.0, 3.0)
MENU = "…"
"""What `button_at` says of the button that opens a menu, where the classes are too many for a button each."""


class ResultDelegate(QStyledItemDelegate):
    """Photo with heat map, class, share, bar, name, time; the buttons that correct it."""

    def __init__(
        self, theme: ThemeManager, model: ResultModel, photos: Thumbnails, heat_maps: HeatMaps, parent: QObject
    ) -> None:
        """Args:
        theme: where colours come from.
        model: the answers.
        photos: where pictures come from.
        heat_maps: where the network looked.
        parent: the view.
        """
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._photos = photos
        self._heat_maps = heat_maps
        self.has_heat: Callable[[str], bool] = lambda path: False

    def button_at(self, card: QRect, point: QPoint) -> str:
        """The class whose button is at a place of a card, `MENU`, or nothing."""
        for name, box in self.buttons(card):
            if box.contains(point):
                return name
        return ""

    def buttons(self, card: QRect) -> list[tuple[str, QRect]]:
        """The buttons of a card with their places."""
        classes = self._model.classes
        names = list(classes) if len(classes) <= _MOST_BUTTONS else [MENU]
        photo = photo_box(card)
        room = photo.width() - 2 * _BUTTON_INSET_PX - _BUTTON_GAP_PX * (len(names) - 1)
        top = photo.bottom() + 1 - _BUTTON_INSET_PX - _BUTTON_PX
        boxes, left = [], photo.x() + _BUTTON_INSET_PX
        for place, name in enumerate(names):
            width = room // len(names) + (1 if place < room % len(names) else 0)
            boxes.append((name, QRect(left, top, width, _BUTTON_PX)))
            left += width + _BUTTON_GAP_PX
        return boxes

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(207, 212)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        card: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        result: Result = index.data(RESULT_ROLE)
        is_hot = bool(state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_HasFocus))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, card)
        self._paint_photo(painter, card, result, is_hot=is_hot)
        if result.prediction is None:
            self._paint_rejected(painter, card, result)
        else:
            self._paint_words(painter, card, result)
            if is_hot:
                self._paint_buttons(painter, card, result)
        self._paint_edge(painter, card, result, state)
        painter.restore()

    def _paint_ground(self, painter: QPainter, card: QRect) -> None:
        theme = self._theme
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("surface"))
        painter.drawRoundedRect(QRectF(card), theme.radius("card"), theme.radius("card"))

    def _paint_photo(self, painter: QPainter, card: QRect, result: Result, *, is_hot: bool) -> None:
        theme, box = self._theme, photo_box(card)
        painter.save()
        painter.setClipPath(_rounded_top(QRectF(box), theme.radius("card") - 1))
        painter.fillRect(box, theme.color("sunken"))
        picture = self._picture(painter, box, result) if result.prediction is not None else None
        if picture is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(box, picture)
        elif result.prediction is None or self._photos.is_unreadable(result.path):
            paint_icon(painter, theme, "file-x", box, "text_3", theme.icon_px("card"))
        if result.prediction is not None and self.has_heat(result.path):
            self._paint_heat(painter, box, result, is_hot=is_hot)
        painter.restore()

    def _paint_heat(self, painter: QPainter, box: QRect, result: Result, *, is_hot: bool) -> None:
        strength = self._model.heat_strength(result)
        heat = self._heat_maps.image(result.path, strength)
        if heat is None:
            if self._heat_maps.is_waiting:
                self._paint_tag(painter, box, "Heat map…")
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(box, heat, covering(heat.size(), box.size()))
        if is_hot and not is_visible(strength):
            self._paint_tag(painter, box, "Nothing glows")

    def _picture(self, painter: QPainter, box: QRect, result: Result) -> QPixmap | None:
        ratio = painter.device().devicePixelRatioF()
        size = round(box.width() * ratio), round(box.height() * ratio)
        return self._photos.picture(result.path, (Path(result.path),), *size)

    def _paint_tag(self, painter: QPainter, box: QRect, words: str) -> None:
        theme = self._theme
        painter.setFont(theme.font("caption"))
        width = QFontMetrics(painter.font()).horizontalAdvance(words) + theme.space(1.5)
        tag = QRect(box.right() - width - 7, box.y() + 8, width, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("photo_tag", 0.8))
        painter.drawRoundedRect(tag, theme.radius("chip"), theme.radius("chip"))
        painter.setPen(theme.color("photo_tag_text"))
        painter.drawText(tag, int(Qt.AlignmentFlag.AlignCenter), words)

    def _paint_words(self, painter: QPainter, card: QRect, result: Result) -> None:
        theme, model = self._theme, self._model
        look = model.look_of(result)
        token = "text" if look.token == "look" else look.token
        top = photo_box(card).bottom() + 1
        line = QRect(card.x() + _INSET_PX, top + 8, card.width() - 2 * _INSET_PX, 20)
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(theme.font("body", 600))
        if result.correction:
            painter.setFont(theme.font("small"))
            painter.setPen(theme.color("text_3"))
            note = "corrected"
        else:
            painter.setPen(theme.color(token))
            note = percent(model.shown_share(result))
        painter.drawText(line, right, note)
        room = line.width() - 24 - QFontMetrics(painter.font()).horizontalAdvance(note) - 8
        paint_icon(painter, theme, look.glyph, QRect(line.x(), line.y(), 16, 20), look.token)
        painter.setFont(theme.font("body", 600))
        painter.setPen(theme.color(token))
        title = QFontMetrics(painter.font()).elidedText(look.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(line.adjusted(24, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), title)
        self._paint_bar(painter, QRectF(line.x(), top + 34, line.width(), theme.height("progress")), result, look.token)
        self._paint_name(painter, QRect(line.x(), top + 43, line.width(), 16), result)

    def _paint_bar(self, painter: QPainter, bar: QRectF, result: Result, token: str) -> None:
        theme = self._theme
        radius = bar.height() / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("sunken" if not theme.is_dark else "pressed"))
        painter.drawRoundedRect(bar, radius, radius)
        share = 1.0 if result.correction else self._model.shown_share(result)
        painter.setBrush(theme.color(token))
        painter.drawRoundedRect(bar.adjusted(0, 0, bar.width() * (share - 1), 0), radius, radius)

    def _paint_name(self, painter: QPainter, line: QRect, result: Result) -> None:
        theme = self._theme
        painter.setFont(theme.font("caption", 400))
        metrics = QFontMetrics(painter.font())
        time = result.time
        painter.setPen(theme.color("text_2"))
        painter.drawText(line, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), time)
        room = line.width() - metrics.horizontalAdvance(time) - 12
        name = metrics.elidedText(result.name, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), name)

    def _paint_rejected(self, painter: QPainter, card: QRect, result: Result) -> None:
        theme = self._theme
        top = photo_box(card).bottom() + 1
        line = QRect(card.x() + _INSET_PX, top + 6, card.width() - 2 * _INSET_PX, 18)
        painter.setFont(theme.font("body", 600))
        painter.setPen(theme.color("text"))
        name = QFontMetrics(painter.font()).elidedText(result.name, Qt.TextElideMode.ElideMiddle, line.width())
        painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), name)
        painter.setFont(theme.font("caption", 400))
        painter.setPen(theme.color("danger"))
        words = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop
        painter.drawText(QRect(line.x(), line.bottom() + 1, line.width(), 34), int(words), result.refusal)

    def _paint_buttons(self, painter: QPainter, card: QRect, result: Result) -> None:
        theme = self._theme
        for name, box in self.buttons(card):
            is_given = result.correction == name
            painter.setPen(QPen(theme.color("focus" if is_given else "line"), 1))
            painter.setBrush(theme.color("accent_soft" if is_given else "surface"))
            edge = QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(edge, theme.radius("control"), theme.radius("control"))
            look = self._model.class_look(name)
            words = "Correct…" if name == MENU else look.title
            painter.setFont(theme.font("small", 500))
            metrics = QFontMetrics(painter.font())
            shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, box.width() - 34)
            width = metrics.horizontalAdvance(shown) + (0 if name == MENU else 22)
            left = box.x() + (box.width() - width) // 2
            if name != MENU:
                paint_icon(painter, theme, look.glyph, QRect(left, box.y(), 14, box.height()), look.token, 14)
                left += 22
            painter.setPen(theme.color("text"))
            painter.drawText(QRect(left, box.y(), box.width(), box.height()), int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _paint_edge(self, painter: QPainter, card: QRect, result: Result, state: QStyle.StateFlag) -> None:
        theme = self._theme
        radius = theme.radius("card")
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(ring_pen(theme.color("focus"), 2))
            painter.drawRoundedRect(QRectF(card), radius, radius)
            return
        pen = QPen(theme.color("line"), 1)
        if result.is_doubtful and not result.correction:
            pen = QPen(theme.color("control_line"), 1.5)
            pen.setDashPattern([length / 1.5 for length in _DASHES])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(card).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


def photo_box(card: QRect) -> QRect:
    """Where the photo lies in a card."""
    return QRect(card.x() + 1, card.y() + 1, card.width() - 2, card.height() - 1 - TEXT_PX)


def _rounded_top(box: QRectF, radius: float) -> QPainterPath:
    path = QPainterPath()
    path.moveTo(box.bottomLeft())
    path.lineTo(box.left(), box.top() + radius)
    path.quadTo(box.topLeft(), box.topLeft() + QPoint(int(radius), 0))
    path.lineTo(box.right() - radius, box.top())
    path.quadTo(box.topRight(), box.topRight() + QPoint(0, int(radius)))
    path.lineTo(box.bottomRight())
    path.closeSubpath()
    return path
