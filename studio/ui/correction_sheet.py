"""Every correction, on a sheet above the tray."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from studio.core.words import count
from studio.ui.correction_tile import CAPTION_PX, PHOTO_PX, CorrectionTile
from studio.ui.result_model import ResultModel
from studio.ui.theme import ThemeManager
from studio.ui.thumbnails import Thumbnails
from studio.ui.widgets.flow import column, row
from studio.ui.widgets.labels import Label
from studio.ui.widgets.panels import ScrollPanel

_COLUMNS, _GAP_PX = 4, 8
_ROWS_IN_SIGHT = 4
_MOST = 200
"""Tiles; who corrects more than that adds them to the dataset on the way."""


class CorrectionSheet(QFrame):
    """All corrections, the last one first; a press shows the card, the cross takes a correction back."""

    pressed_photo = Signal(object)
    removed = Signal(object)

    def __init__(self, theme: ThemeManager, model: ResultModel, photos: Thumbnails) -> None:
        """Args:
        theme: where colours and measures come from.
        model: whose corrections are shown.
        photos: where pictures come from.
        """
        super().__init__()
        self._theme = theme
        self._model = model
        self._photos = photos
        self.tiles: list[CorrectionTile] = []
        self.setProperty("card", "true")
        self.setAccessibleName("All corrections")
        self._count = Label("", "body", "text_3")
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP_PX)
        for place in range(_COLUMNS):
            self._grid.setColumnStretch(place, 1)
        self._scroll = ScrollPanel()
        self._scroll.content.setLayout(column(self._grid, None, gap=0))
        pad = theme.space(2)
        heading = row(Label("Corrections", "body", weight=600), self._count, None, gap=theme.space())
        self.setLayout(column(heading, self._scroll, gap=theme.space(1.5), margins=(pad, 12, pad, 12)))
        model.corrections_changed.connect(self._follow)
        photos.arrived.connect(self._show_picture)

    def open_above(self, tray: QWidget) -> None:
        """Open as wide as the tray, right above it."""
        self._show()
        rows = -(-len(self._shown()) // _COLUMNS)
        tall = PHOTO_PX + CAPTION_PX + _GAP_PX
        self._scroll.setFixedHeight(min(rows, _ROWS_IN_SIGHT) * tall)
        self.setFixedWidth(tray.width())
        self.adjustSize()
        self.move(tray.mapToGlobal(QPoint(0, -self.height())))
        self.show()
        self.tiles[0].setFocus(Qt.FocusReason.PopupFocusReason)

    def _shown(self) -> list[CorrectionTile]:
        return [tile for tile in self.tiles if tile.path]

    def _follow(self) -> None:
        if self.isVisible():
            self._show()
            self.setVisible(bool(self._model.corrections))

    def _show(self) -> None:
        corrections = self._model.corrections
        latest = corrections[: -_MOST - 1 : -1]
        while len(self.tiles) < len(latest):
            tile = CorrectionTile(self._theme, self._model, self._photos)
            tile.pressed_photo.connect(self._press)
            tile.removed.connect(self.removed)
            self._grid.addWidget(tile, len(self.tiles) // _COLUMNS, len(self.tiles) % _COLUMNS)
            self.tiles.append(tile)
        for number, tile in enumerate(self.tiles):
            tile.show_result(latest[number] if number < len(latest) else None)
        left_out = len(corrections) > len(latest)
        self._count.setText(f"the last {count(_MOST)} of {count(len(corrections))}" if left_out else count(len(latest)))

    def _press(self, path: str) -> None:
        self.hide()
        self.pressed_photo.emit(path)

    def _show_picture(self, path: str) -> None:
        if self.isVisible():
            for tile in self.tiles:
                if tile.path == path:
                    tile.update()
