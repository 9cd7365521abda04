"""How one photo of the wall is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from studio.ui.icons import paint_icon
from studio.ui.painted_thumbnails import PaintedThumbnails
from studio.ui.photo_model import SAMPLE_ROLE, PhotoModel, name_of
from studio.ui.pictures import ring_pen
from studio.ui.theme import ThemeManager
from studio.ui.thumbnails import Thumbnails

if TYPE_CHECKING:
    from studio.data.manifest import Sample

_BADGE_PX = 20
_BADGE_INSET_PX = 5


class PhotoDelegate(QStyledItemDelegate):
    """Thumbnail, selection ring, the brush of painted samples."""

    def __init__(
        self,
        theme: ThemeManager,
        model: PhotoModel,
        thumbnails: Thumbnails,
        parent: QObject,
        *,
        painted: PaintedThumbnails | None = None,
    ) -> None:
        """Args:
        theme: where colours come from.
        model: the photos.
        thumbnails: where pictures come from.
        parent: the view.
        painted: who paints the pictures of samples that are painted when they are read.
        """
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._thumbnails = thumbnails
        self._painted = painted

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(95, 95)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = self._theme
        box: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        sample = index.data(SAMPLE_ROLE)
        radius = theme.radius("thumbnail")
        ratio = painter.device().devicePixelRatioF()
        picture = self._thumbnails.picture(
            sample.id, self._model.files(sample), round(box.width() * ratio), round(radius * ratio)
        )
        if picture is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(box, picture)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("sunken"))
            painter.drawRoundedRect(box, radius, radius)
            if self._thumbnails.is_unreadable(sample.id) and not self._is_on_its_way(sample):
                self._paint_unreadable(painter, box, name_of(sample))
        if sample.synthetic:
            self._paint_badge(painter, box)
        if state & QStyle.StateFlag.State_Selected:
            self._paint_ring(painter, box, 2)
        elif state & QStyle.StateFlag.State_HasFocus:
            self._paint_ring(painter, box, 1)

    def _is_on_its_way(self, sample: Sample) -> bool:
        return sample.is_promised and self._painted is not None and not self._painted.want(sample)

    def _paint_unreadable(self, painter: QPainter, box: QRect, name: str) -> None:
        theme = self._theme
        upper = QRect(box.x(), box.y(), box.width(), box.height() - 18)
        paint_icon(painter, theme, "file-x", upper, "text_3", theme.icon_px("card"))
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("text_2"))
        words = QFontMetrics(painter.font()).elidedText(name, Qt.TextElideMode.ElideMiddle, box.width() - 12)
        lower = QRect(box.x(), box.bottom() - 24, box.width(), 18)
        painter.drawText(lower, int(Qt.AlignmentFlag.AlignCenter), words)

    def _paint_badge(self, painter: QPainter, box: QRect) -> None:
        theme = self._theme
        badge = QRect(0, 0, _BADGE_PX, _BADGE_PX)
        badge.moveBottomLeft(box.bottomLeft())
        badge.translate(_BADGE_INSET_PX, -_BADGE_INSET_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("surface"))
        painter.drawRoundedRect(badge, theme.radius("chip"), theme.radius("chip"))
        paint_icon(painter, theme, "paintbrush", badge, "dirty", theme.icon_px("small"))

    def _paint_ring(self, painter: QPainter, box: QRect, width: int) -> None:
        theme = self._theme
        out = 2 + width / 2
        painter.setPen(ring_pen(theme.color("focus"), width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        around = QRectF(box).adjusted(-out, -out, out, out)
        painter.drawRoundedRect(around, theme.radius("thumbnail") + 2, theme.radius("thumbnail") + 2)
