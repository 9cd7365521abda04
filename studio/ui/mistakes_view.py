"""The worst validation mistakes, as pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QEnterEvent,
    QFontMetrics,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget
from typing_extensions import override

from studio.core.events import Mistake
from studio.ui.file_opener import HINT, FileOpener
from studio.ui.heat_maps import HeatMaps
from studio.ui.icons import paint_icon
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.tile_pictures import REPLACED, TilePictures
from studio.ui.widgets.class_glyph import class_look
from studio.ui.widgets.flow import clear, holder
from studio.ui.widgets.plain import plain

_CAPTION_PX = 24
_GLYPH_PX = 12


class MistakeTile(QWidget):
    """A photo, what it was called, what it is."""

    def __init__(self, pictures: TilePictures, theme: ThemeManager, mistake: Mistake, classes: Sequence[str]) -> None:
        """Args:
        pictures: reads the picture off the window's thread.
        theme: where colours come from.
        mistake: what went wrong.
        classes: all classes in order, which decides the glyphs.
        """
        super().__init__()
        self._theme = theme
        self._image: QImage | None = None
        self._opener = FileOpener(self, mistake.path)
        self._layer: QImage | None = None
        self._is_unreadable = self._is_replaced = False
        self.mistake = mistake
        places = {name: number for number, name in enumerate(classes)}
        self._called = class_look(mistake.predicted, index=places.get(mistake.predicted, 0))
        self._true = class_look(mistake.label, index=places.get(mistake.label, 0))
        words = f"{Path(mistake.path).name}: called {mistake.predicted} at {100 * mistake.probability:.0f} %"
        truth = "which is right" if mistake.label == mistake.predicted else f"but it is {mistake.label}"
        self.setToolTip(plain(f"{words}, {truth}. {HINT}"))
        self.setAccessibleName(f"{words}, {truth}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        pictures.arrived.connect(self._take_image)
        pictures.missed.connect(self._take_failure)
        pictures.want(mistake.path, mistake.sample)
        theme.changed.connect(self.update)

    def set_heat(self, layer: QImage | None) -> None:
        """Lay a picture of the evidence over the photo, or none."""
        self._layer = layer
        self.update()

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int) -> int:
        return round(width * 3 / 4) + _CAPTION_PX

    @override
    def sizeHint(self) -> QSize:
        return QSize(112, self.heightForWidth(112))

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        frame = QRectF(0, 0, self.width(), self.height() - _CAPTION_PX)
        path = paint_ground(painter, theme, frame)
        if self._image is not None:
            painter.setClipPath(path)
            part = cover(self._image, frame)
            painter.drawImage(frame, self._image, part)
            if self._layer is not None:
                across, down = self._layer.width() / self._image.width(), self._layer.height() / self._image.height()
                same = QRectF(part.x() * across, part.y() * down, part.width() * across, part.height() * down)
                painter.drawImage(frame, self._layer, same)
            painter.setClipping(False)
        elif self._is_unreadable:
            paint_icon(painter, theme, "image-off", frame, "text_3")
            if self._is_replaced:
                painter.setFont(theme.font("caption", 400))
                painter.setPen(theme.color("text_2"))
                below = frame.adjusted(0, frame.height() / 2 + _GLYPH_PX, 0, 0)
                painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, "replaced since")
        if self.hasFocus():
            paint_focus(painter, theme, frame)
        self._paint_caption(painter)

    def _paint_caption(self, painter: QPainter) -> None:
        theme = self._theme
        row = QRect(0, self.height() - _CAPTION_PX, self.width(), _CAPTION_PX)
        paint_icon(
            painter, theme, self._called.glyph, QRect(0, row.y(), _GLYPH_PX, row.height()), self._called.token, 12
        )
        painter.setFont(theme.font("caption", 600, tabular=True))
        painter.setPen(theme.color("text"))
        align = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(row.adjusted(_GLYPH_PX + 4, 0, 0, 0), align, f"{100 * self.mistake.probability:.0f} %")
        right = row.right() + 1
        box = QRect(right - _GLYPH_PX, row.y(), _GLYPH_PX, row.height())
        paint_icon(painter, theme, self._true.glyph, box, self._true.token, 12)
        painter.setFont(theme.font("caption", 400))
        painter.setPen(theme.color("text_2"))
        width = QFontMetrics(painter.font()).horizontalAdvance("is") + 4
        painter.drawText(QRect(box.x() - width, row.y(), width, row.height()), align, "is")

    def _take_image(self, path: str, file: str, image: QImage) -> None:
        if path == self.mistake.path:
            self._image, self._opener.file = image, file
            self.update()

    def _take_failure(self, path: str, sentence: str) -> None:
        if path != self.mistake.path:
            return
        self._is_unreadable, self._is_replaced = True, sentence == REPLACED
        self.setToolTip(plain(f"{self.mistake.path}: cannot be shown ({sentence})"))
        self.update()


class MistakesView(QWidget):
    """Tiles in rows of a few; keeps those that stay when the mistakes change."""

    def __init__(
        self,
        session: Session,
        theme: ThemeManager,
        heat_maps: HeatMaps,
        *,
        columns: int = 3,
        limit: int | None = None,
    ) -> None:
        """Args:
        session: reads pictures off the window's thread.
        theme: where colours come from.
        heat_maps: asked where the network looked, while that is shown.
        columns: tiles abreast.
        limit: at most so many tiles; all when omitted.
        """
        super().__init__()
        self._pictures = TilePictures(session, self)
        self._theme = theme
        self._after: QWidget | None = None
        self._heat_maps = heat_maps
        self._is_heated = False
        self._columns = columns
        self._limit = limit
        self._shown: Sequence[Mistake] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.space())
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        heat_maps.arrived.connect(self._lay_heat)

    def follow(self, widget: QWidget) -> None:
        """Let the keyboard come to the tiles after this widget, though they are made later than the rest."""
        self._after = widget

    def show_heat(self, is_shown: bool) -> None:
        """Lay over each photo where the network looked, or take it away."""
        self._is_heated = is_shown
        for tile in self.tiles:
            self._heat(tile)

    def show_mistakes(self, mistakes: Sequence[Mistake], classes: Sequence[str]) -> None:
        """Show these mistakes, worst first."""
        chosen = tuple(mistakes[: self._limit] if self._limit is not None else mistakes)
        if chosen == self._shown:
            return
        self._shown = chosen
        clear(self._grid)
        before = self._after
        for number, mistake in enumerate(chosen):
            tile = MistakeTile(self._pictures, self._theme, mistake, classes)
            self._grid.addWidget(tile, number // self._columns, number % self._columns)
            self._heat(tile)
            if before is not None:
                QWidget.setTabOrder(before, tile)
            before = tile
        for number in range(len(chosen), self._columns):
            self._grid.addWidget(holder(QGridLayout()), 0, number)

    def _heat(self, tile: MistakeTile) -> None:
        path = tile.mistake.path
        tile.set_heat(self._heat_maps.image(path) if self._is_heated else None)
        if self._is_heated:
            self._heat_maps.want(path)

    def _lay_heat(self, path: str) -> None:
        for tile in self.tiles:
            if self._is_heated and tile.mistake.path == path:
                tile.set_heat(self._heat_maps.image(path))

    @property
    def tiles(self) -> list[MistakeTile]:
        """The tiles on show."""
        return [tile for tile in self.findChildren(MistakeTile) if not tile.isHidden()]


def cover(image: QImage, frame: QRectF) -> QRectF:
    """The middle part of an image that fills a frame of this shape."""
    scale = min(image.width() / frame.width(), image.height() / frame.height())
    width, height = frame.width() * scale, frame.height() * scale
    corner = QPointF((image.width() - width) / 2, (image.height() - height) / 2)
    return QRectF(corner.x(), corner.y(), width, height)


def paint_ground(painter: QPainter, theme: ThemeManager, frame: QRectF) -> QPainterPath:
    """Draw what a tile's picture lies on, smooth from then on.

    Returns:
        its outline, to clip the picture with.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    path = QPainterPath()
    path.addRoundedRect(frame, theme.radius("thumbnail"), theme.radius("thumbnail"))
    painter.fillPath(path, theme.color("sunken"))
    return path


def paint_focus(painter: QPainter, theme: ThemeManager, frame: QRectF) -> None:
    """Draw the ring of a tile that has the keyboard, inside its frame."""
    width, radius = theme.theme.tokens["line_px"]["focus_ring"], theme.radius("thumbnail")
    painter.setPen(QPen(theme.color("focus"), width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(frame.adjusted(width / 2, width / 2, -width / 2, -width / 2), radius, radius)
