"""One correction as a small picture."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy
from typing_extensions import override

from studio.ui.icons import paint_icon
from studio.ui.pictures import rounded
from studio.ui.result import LOOK, Result
from studio.ui.result_model import ResultModel
from studio.ui.theme import ThemeManager
from studio.ui.thumbnails import Thumbnails
from studio.ui.widgets.plain import plain

PHOTO_PX, CAPTION_PX = 58, 20
_REMOVE_PX = 18


class CorrectionTile(QAbstractButton):
    """A photo, what it was called, what it is; a press shows its card, the cross takes the correction back."""

    pressed_photo = Signal(object)
    removed = Signal(object)

    def __init__(self, theme: ThemeManager, model: ResultModel, photos: Thumbnails) -> None:
        """Args:
        theme: where colours come from.
        model: knows what each class looks like.
        photos: where pictures come from.
        """
        super().__init__()
        self._theme = theme
        self._model = model
        self._photos = photos
        self._result: Result | None = None
        self._height_px = PHOTO_PX
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
        """Show another correction; None leaves the place empty."""
        self._result = result
        self.setEnabled(result is not None)
        if result is not None:
            words = f"{result.name}: {self._before(result)}, corrected to {result.correction}"
            self.setAccessibleName(words)
            self.setToolTip(plain(f"{words}. Delete takes it off the tray."))
        self.update()

    def set_photo_height(self, height_px: int) -> None:
        """Use more or less height for the photo."""
        self._height_px = height_px
        self.updateGeometry()

    def remove_box(self) -> QRect:
        """Where the cross lies that takes the correction back."""
        return QRect(self.width() - _REMOVE_PX - 4, 4, _REMOVE_PX, _REMOVE_PX)

    @override
    def sizeHint(self) -> QSize:
        return QSize(78, self._height_px + CAPTION_PX)

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
        line = QRect(0, self._height_px + 4, self.width(), CAPTION_PX - 4)
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
