"""Answers that the person corrected, on their way into the dataset."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from studio.ui.drop_zone import paint_zone
from studio.ui.icons import paint_icon
from studio.ui.pictures import rounded
from studio.ui.result import LOOK, Result
from studio.ui.result_model import ResultModel
from studio.ui.theme import ThemeManager
from studio.ui.thumbnails import Thumbnails
from studio.ui.widgets.flow import column, holder, row
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.ui.widgets.panels import Hairline
from studio.ui.words import count

_TILES = 4
_GAP_PX = 8
_PHOTO_PX, _COMPACT_PHOTO_PX = 58, 44
_CAPTION_PX = 20
_REMOVE_PX = 18
_EMPTY = "Correct a wrong card, and it is kept here."


class CorrectionTray(QWidget):
    """The last corrections as small pictures, each with what it was called and what it is."""

    picture_wanted = Signal(str)
    removed = Signal(str)

    def __init__(self, theme: ThemeManager, model: ResultModel, photos: Thumbnails) -> None:
        """Args:
        theme: where colours and measures come from.
        model: whose corrections are shown.
        photos: where pictures come from.
        """
        super().__init__()
        self._model = model
        self._count = Label("", "body", "text_3")
        self._target = ElidedLabel("", "small", "text_2")
        self._target.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._empty = Label(_EMPTY, "small", "text_2", wrap=True)
        self.tiles = [_Tile(theme, model, photos) for _ in range(_TILES - 1)]
        self.rest = _Rest(theme)
        strip = row(gap=_GAP_PX)
        for tile in (*self.tiles, self.rest):
            strip.addWidget(tile, 1)
        self._strip = holder(strip)
        for tile in self.tiles:
            tile.pressed_photo.connect(self.picture_wanted)
            tile.removed.connect(self.removed)
        heading = row(Label("Corrections", "body", weight=600), self._count, 8, gap=8)
        heading.addWidget(self._target, 1)
        self._column = column(heading, self._strip, self._empty, gap=14, margins=(16, 13, 16, 22))
        self.setLayout(column(Hairline(theme), self._column, gap=0))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        model.corrections_changed.connect(self._show)
        photos.arrived.connect(self._show_picture)
        self._show()

    def set_target(self, words: str) -> None:
        """Say for which dataset they are, or that there is none."""
        self._target.setText(words)

    def set_compact(self, is_compact: bool) -> None:
        """Use less height."""
        for tile in self.tiles:
            tile.set_photo_height(_COMPACT_PHOTO_PX if is_compact else _PHOTO_PX)
        self.rest.set_photo_height(_COMPACT_PHOTO_PX if is_compact else _PHOTO_PX)
        self._column.setContentsMargins(16, 8 if is_compact else 13, 16, 8 if is_compact else 22)
        self._column.setSpacing(6 if is_compact else 14)

    def _show(self) -> None:
        corrections = self._model.corrections
        self._count.setText(count(len(corrections)) if corrections else "")
        self._strip.setVisible(bool(corrections))
        self._empty.setVisible(not corrections)
        latest = corrections[-len(self.tiles) :]
        for number, tile in enumerate(self.tiles):
            tile.show_result(latest[number] if number < len(latest) else None)
        self.rest.show_count(len(corrections) - len(latest))

    def _show_picture(self, path: str) -> None:
        for tile in self.tiles:
            if tile.path == path:
                tile.update()


class _Tile(QAbstractButton):
    pressed_photo = Signal(str)
    removed = Signal(str)

    def __init__(self, theme: ThemeManager, model: ResultModel, photos: Thumbnails) -> None:
        super().__init__()
        self._theme = theme
        self._model = model
        self._photos = photos
        self._result: Result | None = None
        self._height_px = _PHOTO_PX
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("focusRadius", theme.radius("thumbnail"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(self._press)
        theme.changed.connect(self.update)

    @property
    def path(self) -> str:
        """The photo on show; empty for none."""
        return self._result.path if self._result is not None else ""

    def show_result(self, result: Result | None) -> None:
        self._result = result
        self.setEnabled(result is not None)
        if result is not None:
            words = f"{result.name}: {self._before(result)}, corrected to {result.correction}"
            self.setAccessibleName(words)
            self.setToolTip(f"{words}. Delete takes it off the tray.")
        self.update()

    def set_photo_height(self, height_px: int) -> None:
        self._height_px = height_px
        self.updateGeometry()

    def remove_box(self) -> QRect:
        """Where the cross lies that takes the correction back."""
        return QRect(self.width() - _REMOVE_PX - 4, 4, _REMOVE_PX, _REMOVE_PX)

    @override
    def sizeHint(self) -> QSize:
        return QSize(78, self._height_px + _CAPTION_PX)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.remove_box().contains(event.position().toPoint()) and self.isDown():
            self.setDown(False)
            self.removed.emit(self.path)
            return
        super().mouseReleaseEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.path:
            self.removed.emit(self.path)
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        result, theme = self._result, self._theme
        if result is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRect(0, 0, self.width(), self._height_px)
        ratio = self.devicePixelRatioF()
        size = round(box.width() * ratio), round(box.height() * ratio)
        picture = self._photos.picture(result.path, (Path(result.path),), *size)
        if picture is not None:
            rounded(painter, picture.toImage(), QRectF(box), theme.radius("thumbnail"))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("sunken"))
            painter.drawRoundedRect(QRectF(box), theme.radius("thumbnail"), theme.radius("thumbnail"))
        if self.underMouse() or self.hasFocus():
            cross = self.remove_box()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("surface"))
            painter.drawRoundedRect(QRectF(cross), theme.radius("chip"), theme.radius("chip"))
            paint_icon(painter, theme, "x", cross, "text", 12)
        self._paint_caption(painter, result)

    def _paint_caption(self, painter: QPainter, result: Result) -> None:
        theme, model = self._theme, self._model
        line = QRect(0, self._height_px + 4, self.width(), _CAPTION_PX - 4)
        before = model.class_look(LOOK if result.is_doubtful else result.chosen)
        after = model.class_look(result.correction)
        left = line.x()
        for glyph, token, width in ((before.glyph, before.token, 14), ("arrow-right", "text_3", 14)):
            paint_icon(painter, theme, glyph, QRect(left, line.y(), 12, line.height()), token, 12)
            left += width
        paint_icon(painter, theme, after.glyph, QRect(left, line.y(), 12, line.height()), after.token, 12)
        left += 15
        painter.setFont(theme.font("caption", 400))
        painter.setPen(theme.color("text"))
        room = line.right() - left
        shown = QFontMetrics(painter.font()).elidedText(result.correction, Qt.TextElideMode.ElideRight, room + 4)
        painter.drawText(QRect(left, line.y(), room + 4, line.height()), int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _before(self, result: Result) -> str:
        return "to be looked at" if result.is_doubtful else f"called {result.chosen}"

    def _press(self) -> None:
        if self.path:
            self.pressed_photo.emit(self.path)


class _Rest(QWidget):
    """How many more there are; a plus where the next one goes while there are none."""

    def __init__(self, theme: ThemeManager) -> None:
        super().__init__()
        self._theme = theme
        self._more = 0
        self._height_px = _PHOTO_PX
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(_EMPTY)
        theme.changed.connect(self.update)

    @property
    def more(self) -> int:
        """How many corrections have no tile."""
        return self._more

    def show_count(self, more: int) -> None:
        self._more = more
        self.update()

    def set_photo_height(self, height_px: int) -> None:
        self._height_px = height_px
        self.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        return QSize(78, self._height_px + _CAPTION_PX)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRect(0, 0, self.width(), self._height_px)
        radius = theme.radius("thumbnail")
        paint_zone(painter, theme, QRectF(box), False, False, line_px=1.0, radius_px=radius, ground="surface")
        if self._more:
            painter.setFont(theme.font("small", 500))
            painter.setPen(theme.color("text_2"))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), f"+{count(self._more)}")
        else:
            paint_icon(painter, theme, "plus", box, "text_3")
