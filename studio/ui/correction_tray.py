"""Answers that the person corrected, on their way into the dataset."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from studio.core.words import count, plural
from studio.ui.correction_sheet import CorrectionSheet
from studio.ui.correction_tile import CAPTION_PX, PHOTO_PX, CorrectionTile
from studio.ui.drop_zone import paint_zone
from studio.ui.icons import paint_icon
from studio.ui.result_model import ResultModel
from studio.ui.theme import ThemeManager
from studio.ui.thumbnails import Thumbnails
from studio.ui.widgets.flow import column, holder, row
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.ui.widgets.panels import Hairline

_TILES = 4
_GAP_PX = 8
_COMPACT_PHOTO_PX = 44
_EMPTY = "Correct a wrong card, and it is kept here."


class CorrectionTray(QWidget):
    """The last corrections as small pictures, each with what it was called and what it is."""

    picture_wanted = Signal(object)
    removed = Signal(object)

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
        self.tiles = [CorrectionTile(theme, model, photos) for _ in range(_TILES - 1)]
        self.rest = RestButton(theme)
        self.sheet = CorrectionSheet(theme, model, photos)
        self.sheet.setParent(self, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        strip = row(gap=_GAP_PX)
        for tile in (*self.tiles, self.rest):
            strip.addWidget(tile, 1)
        self._strip = holder(strip)
        showing: list[CorrectionTile | CorrectionSheet] = [*self.tiles, self.sheet]
        for shown in showing:
            shown.pressed_photo.connect(self.picture_wanted)
            shown.removed.connect(self.removed)
        self.rest.clicked.connect(self._open_sheet)
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
            tile.set_photo_height(_COMPACT_PHOTO_PX if is_compact else PHOTO_PX)
        self.rest.set_photo_height(_COMPACT_PHOTO_PX if is_compact else PHOTO_PX)
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

    def _open_sheet(self) -> None:
        self.sheet.open_above(self)

    def _show_picture(self, path: str) -> None:
        for tile in self.tiles:
            if tile.path == path:
                tile.update()


class RestButton(QAbstractButton):
    """How many more there are, and the way to them; a plus where the next one goes while there are none."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self._more = 0
        self._height_px = PHOTO_PX
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setProperty("focusRadius", theme.radius("thumbnail"))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self.update)
        self.show_count(0)

    @property
    def more(self) -> int:
        """How many corrections have no tile."""
        return self._more

    def show_count(self, more: int) -> None:
        """Say how many corrections have no tile."""
        self._more = more
        self.setEnabled(bool(more))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if more else Qt.FocusPolicy.NoFocus)
        self.setToolTip("Show every correction" if more else _EMPTY)
        self.setAccessibleName(f"{plural(more, 'more correction')}: show all" if more else _EMPTY)
        self.update()

    def set_photo_height(self, height_px: int) -> None:
        """Use more or less height."""
        self._height_px = height_px
        self.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        return QSize(78, self._height_px + CAPTION_PX)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRect(0, 0, self.width(), self._height_px)
        radius = theme.radius("thumbnail")
        if self._more:
            is_lit = self.isDown() or self.underMouse()
            painter.setPen(QPen(theme.color("line_strong"), 1))
            painter.setBrush(theme.color("pressed" if self.isDown() else "hover" if is_lit else "surface"))
            painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
            painter.setFont(theme.font("small", 500))
            painter.setPen(theme.color("text" if is_lit else "text_2"))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), f"+{count(self._more)}")
        else:
            paint_zone(painter, theme, QRectF(box), False, False, line_px=1.0, radius_px=radius, ground="surface")
            paint_icon(painter, theme, "plus", box, "text_3")
