"""A few samples as small pictures, each with its class."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget
from typing_extensions import override

from studio.core.diagnoses import Pictured
from studio.core.words import plural
from studio.ui.file_opener import HINT, FileOpener
from studio.ui.mistakes_view import cover, paint_focus, paint_ground
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.tile_pictures import TilePictures
from studio.ui.widgets.flow import column
from studio.ui.widgets.labels import Label
from studio.ui.widgets.plain import plain

_COLUMNS, _MOST = 4, 12
_TILE_PX, _CAPTION_PX = 64, 18


class SamplePictures(QWidget):
    """Tiles four abreast, the first dozen where there are many."""

    def __init__(self, session: Session, theme: ThemeManager, samples: Sequence[Pictured]) -> None:
        """Args:
        session: reads pictures off the window's thread.
        theme: where colours come from.
        samples: worst first.
        """
        super().__init__()
        self._pictures = TilePictures(session, self)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.space())
        for number, sample in enumerate(samples[:_MOST]):
            grid.addWidget(_Tile(self._pictures, theme, sample), number // _COLUMNS, number % _COLUMNS)
        for place in range(_COLUMNS):
            grid.setColumnStretch(place, 1)
        layout = column(grid, gap=4, margins=(0, 4, 0, 0))
        if len(samples) > _MOST:
            layout.addWidget(Label(f"And {plural(len(samples) - _MOST, 'more photo')}.", "small", "text_3"))
        self.setLayout(layout)

    @property
    def tiles(self) -> list[QWidget]:
        """The pictures on show."""
        return list(self.findChildren(_Tile))


class _Tile(QWidget):
    """One picture over its class, which can be opened."""

    def __init__(self, pictures: TilePictures, theme: ThemeManager, sample: Pictured) -> None:
        super().__init__()
        self._theme = theme
        self._sample = sample
        self._opener = FileOpener(self, sample.path)
        self._image: QImage | None = None
        name = Path(sample.path).name
        self.setToolTip(plain(f"{name}, kept as {sample.label}. {HINT}"))
        self.setAccessibleName(f"{name}, kept as {sample.label}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_TILE_PX + _CAPTION_PX)
        pictures.arrived.connect(self._take)
        pictures.want(sample.path)
        theme.changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        return QSize(_TILE_PX, _TILE_PX + _CAPTION_PX)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        frame = QRectF(0, 0, self.width(), self.height() - _CAPTION_PX)
        path = paint_ground(painter, theme, frame)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text_2"))
        label = QFontMetrics(painter.font()).elidedText(self._sample.label, Qt.TextElideMode.ElideRight, self.width())
        below = QRectF(0, frame.height(), self.width(), _CAPTION_PX)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignVCenter), label)
        if self._image is not None and not frame.isEmpty():
            painter.setClipPath(path)
            painter.drawImage(frame, self._image, cover(self._image, frame))
            painter.setClipping(False)
        if self.hasFocus():
            paint_focus(painter, theme, frame)

    def _take(self, path: str, file: str, image: QImage) -> None:
        if path == self._sample.path:
            self._image, self._opener.file = image, file
            self.update()
