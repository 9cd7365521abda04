"""Small pictures of every view of a painting, one of which is shown large."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget
from typing_extensions import override

from studio.ui.pictures import Pictures, ring_pen, rounded
from studio.ui.theme import ThemeManager
from studio.ui.widgets.plain import plain, show_letters

VIEW_TITLES = {
    "before": "Before",
    "after": "After",
    "mask": "Mask",
    "wipe": "Wipe",
    "seen": "What it sees",
}
"""Every view with its caption, in order."""

_TILE_PX, _CAPTION_PX = 70, 16
_RING_PX = 4
_CAPTION_GAP_PX = 5


class FilmStrip(QWidget):
    """Five tiles; pressing one shows its view."""

    chosen = Signal(str)

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._group = QButtonGroup(self)
        self.tiles: dict[str, FilmTile] = {}
        for view, title in VIEW_TITLES.items():
            tile = FilmTile(theme, view, title, self)
            self._group.addButton(tile)
            self.tiles[view] = tile
        self.tiles["wipe"].setChecked(True)
        self._group.buttonClicked.connect(self._tell)
        self.setFixedHeight(_TILE_PX + _CAPTION_GAP_PX + _CAPTION_PX + 2 * _RING_PX)
        self.setAccessibleName("Views")

    def show_pictures(self, pictures: Pictures | None, place: float) -> None:
        """Show another painting.

        Args:
            pictures: the painting.
            place: where the line between before and after lies, 0..1.
        """
        for tile in self.tiles.values():
            tile.show_pictures(pictures, place)

    def show_view(self, view: str) -> None:
        """Mark the view that is shown large."""
        self.tiles[view].setChecked(True)

    def set_blocked(self, reason: str) -> None:
        """Leave only the photo itself to look at, with the reason; an empty reason allows all."""
        for view, tile in self.tiles.items():
            tile.setEnabled(not reason or view == "before")
            tile.setToolTip(plain(reason))

    @override
    def sizeHint(self) -> QSize:
        return QSize(384, self.height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        # A ring lies outside its picture, so tiles, like the strip, are wider than what they show.
        across = _TILE_PX + 2 * _RING_PX
        pitch = (self.width() - across) / (len(self.tiles) - 1)
        for number, tile in enumerate(self.tiles.values()):
            tile.setGeometry(round(number * pitch), 0, across, self.height())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        views = [view for view, tile in self.tiles.items() if tile.isEnabled()]
        checked = self._group.checkedButton()
        current = checked.view if isinstance(checked, FilmTile) else views[0]
        following = views[(views.index(current) + step) % len(views)] if current in views else views[0]
        self.tiles[following].click()
        self.tiles[following].setFocus(Qt.FocusReason.TabFocusReason)

    def _tell(self, tile: FilmTile) -> None:
        self.chosen.emit(tile.view)


class FilmTile(QAbstractButton):
    """One view, small."""

    def __init__(self, theme: ThemeManager, view: str, title: str, parent: QWidget) -> None:
        """Args:
        theme: where colours come from.
        view: which view.
        title: its caption.
        parent: the strip.
        """
        super().__init__(parent)
        self.view = view
        self._theme = theme
        self._pictures: Pictures | None = None
        self._place = 0.5
        show_letters(self, title)
        self.setAccessibleName(title)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.toggled.connect(self._take_tab)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_pictures(self, pictures: Pictures | None, place: float) -> None:
        """Show another painting, or the line in another place."""
        self._pictures, self._place = pictures, place
        self.update()

    def _take_tab(self, is_chosen: bool) -> None:
        """The strip is one stop of the keyboard: the tile on show."""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if is_chosen else Qt.FocusPolicy.NoFocus)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = theme.radius("thumbnail")
        box = QRectF(_RING_PX, _RING_PX, _TILE_PX, _TILE_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("sunken"))
        painter.drawRoundedRect(box, radius, radius)
        if self._pictures is not None and self.isEnabled():
            self._paint_picture(painter, self._pictures, box, radius)
        if self.isChecked():
            painter.setPen(ring_pen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), radius + 2, radius + 2)
        painter.setFont(theme.font("caption", 600 if self.isChecked() else None))
        ink = "text" if self.isChecked() else "text_2" if self.isEnabled() else "text_disabled"
        painter.setPen(theme.color(ink))
        top = _RING_PX + _TILE_PX + _CAPTION_GAP_PX
        caption = QRect(0, top, self.width(), _CAPTION_PX)
        painter.drawText(caption, int(Qt.AlignmentFlag.AlignCenter), self.text())

    def _paint_picture(self, painter: QPainter, pictures: Pictures, box: QRectF, radius: int) -> None:
        side_px = round(_TILE_PX * self.devicePixelRatioF())
        if self.view != "wipe":
            rounded(painter, pictures.square(self.view, side_px), box, radius)
            return
        line_x = box.x() + self._place * box.width()
        for view, left, right in (("before", box.left(), line_x), ("after", line_x, box.right())):
            painter.save()
            painter.setClipRect(QRectF(left, box.y(), right - left, box.height()))
            rounded(painter, pictures.square(view, side_px), box, radius)
            painter.restore()
        painter.fillRect(QRectF(line_x - 1, box.y(), 2, box.height()), self._theme.color("photo_tag_text"))
