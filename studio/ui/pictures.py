"""Pictures of one painting: as it was, as it is now, where the dirt lies, what the network sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen

from studio.core.requests import Painting, Picture

VIEWS = ("before", "after", "mask", "wipe", "seen")
"""What can be looked at, in the order of the film strip."""

_MASK_OPACITY = 0.6
_DIMMED = 0.5


class Pictures(Protocol):
    """What can be shown as squares, view by view."""

    def square(self, view: str, side_px: int) -> QImage:
        """One view as a square of so many device pixels."""


class PhotoPictures:
    """A photo alone in every view, for as long as nothing is painted on it yet."""

    def __init__(self, photo: QImage, dish: QRectF | None) -> None:
        """Args:
        photo: the photo, perhaps small.
        dish: as for `PaintingPictures`.
        """
        self._photo = photo
        self._cut = square_around(photo.rect(), dish)
        self._squares: dict[tuple[str, int], QImage] = {}

    def square(self, view: str, side_px: int) -> QImage:
        """One view as a square.

        Args:
            view: any; the ground of a mask is grey.
            side_px: side in device pixels.
        """
        key = ("mask" if view == "mask" else "", side_px)
        if key not in self._squares:
            made = cut(self._photo, self._cut, side_px)
            self._squares[key] = dimmed(made) if view == "mask" else made
        return self._squares[key]


class PaintingPictures:
    """One painting's pictures, cut to the same square and made as large as the screen asks, each once."""

    def __init__(self, painting: Painting, dish: QRectF | None, mask_color: QColor) -> None:
        """Args:
        painting: what the painter answered.
        dish: the box around the dish, in shares of width and height; None takes the middle.
        mask_color: the colour laid over dirt.
        """
        self._images = {
            "before": to_image(painting.before),
            "after": to_image(painting.after),
            "seen": to_image(painting.seen),
        }
        self._mask = to_image(painting.mask)
        self._mask_color = mask_color
        self._cut = square_around(self._images["before"].rect(), dish)
        self._squares: dict[tuple[str, int], QImage] = {}

    def square(self, view: str, side_px: int) -> QImage:
        """One view as a square.

        Args:
            view: before, after, seen, mask (the greyed photo under its mask) or marked (the dirty one under it).
            side_px: side in device pixels.
        """
        key = (view, side_px)
        if key not in self._squares:
            self._squares[key] = self._made(view, side_px)
        return self._squares[key]

    def _made(self, view: str, side_px: int) -> QImage:
        if view in ("mask", "marked"):
            ground = QImage(self.square("before" if view == "mask" else "after", side_px))
            if view == "mask":
                ground = dimmed(ground)
            painter = QPainter(ground)
            painter.drawImage(0, 0, overlay(cut(self._mask, self._cut, side_px), self._mask_color))
            painter.end()
            return ground
        image = self._images[view]
        return cut(image, image.rect() if view == "seen" else self._cut, side_px)


def to_image(picture: Picture) -> QImage:
    """A Qt image with its own memory."""
    image = QImage(picture.rgb, picture.width, picture.height, 3 * picture.width, QImage.Format.Format_RGB888)
    return image.convertToFormat(QImage.Format.Format_RGB32)


def square_around(whole: QRect, dish: QRectF | None) -> QRect:
    """The square part of a photo that shows the dish.

    Args:
        whole: the photo, in px.
        dish: the box around the dish, in shares of width and height; None takes the middle.

    Returns:
        a square within the photo as high or wide as the photo; the whole photo where the dish would not fit.
    """
    side = min(whole.width(), whole.height())
    box = dish or QRectF(0.5, 0.5, 0.0, 0.0)
    width, height = box.width() * whole.width(), box.height() * whole.height()
    if width > side * 1.02 or height > side * 1.02:
        return whole
    left = round(box.center().x() * whole.width() - side / 2)
    top = round(box.center().y() * whole.height() - side / 2)
    return QRect(min(max(left, 0), whole.width() - side), min(max(top, 0), whole.height() - side), side, side)


def cut(image: QImage, part: QRect, side_px: int) -> QImage:
    """A part of an image in the middle of a square; what it leaves free stays transparent."""
    kept = Qt.AspectRatioMode.KeepAspectRatio
    scaled = image.copy(part).scaled(side_px, side_px, kept, Qt.TransformationMode.SmoothTransformation)
    if scaled.width() == scaled.height():
        return scaled
    square = QImage(side_px, side_px, QImage.Format.Format_ARGB32_Premultiplied)
    square.fill(Qt.GlobalColor.transparent)
    painter = QPainter(square)
    painter.drawImage((side_px - scaled.width()) // 2, (side_px - scaled.height()) // 2, scaled)
    painter.end()
    return square


def dimmed(image: QImage) -> QImage:
    """An image without colour, half as bright, so that what is laid over it stands out."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8).convertToFormat(
        QImage.Format.Format_ARGB32_Premultiplied
    )
    grey.setAlphaChannel(image.convertToFormat(QImage.Format.Format_Alpha8))
    painter = QPainter(grey)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceAtop)
    painter.fillRect(grey.rect(), QColor(0, 0, 0, round(255 * _DIMMED)))
    painter.end()
    return grey


def overlay(mask: QImage, color: QColor) -> QImage:
    """A mask as a translucent colour with an edge around each mark.

    Args:
        mask: white where dirt lies.
        color: what it is filled with.
    """
    import numpy as np  # at the first mask: the window is in sight a tenth of a second earlier without it

    grey = mask.convertToFormat(QImage.Format.Format_Grayscale8)
    height, width = grey.height(), grey.width()
    rows = np.frombuffer(grey.constBits(), np.uint8).reshape(height, grey.bytesPerLine())[:, :width]
    inside = np.pad(rows > 64, 1)
    core = inside[1:-1, 1:-1]
    is_edge = core & ~(inside[:-2, 1:-1] & inside[2:, 1:-1] & inside[1:-1, :-2] & inside[1:-1, 2:])
    alpha_HW = np.clip(rows * _MASK_OPACITY, 0, 255 * _MASK_OPACITY).astype(np.uint8)
    alpha_HW[is_edge] = 255
    layer = np.empty((height, width, 4), np.uint8)
    share_HW1 = alpha_HW[..., None] / 255.0
    layer[..., :3] = np.array([color.blue(), color.green(), color.red()]) * share_HW1 + 0.5
    layer[..., 3] = alpha_HW
    made = QImage(layer.tobytes(), width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
    return made.copy()


def rounded(painter: QPainter, image: QImage, box: QRectF, radius: float) -> None:
    """Draw an image that fills `box`, its corners rounded and smooth."""
    brush = QBrush(image)
    transform = brush.transform()
    transform.translate(box.x(), box.y())
    transform.scale(box.width() / image.width(), box.height() / image.height())
    brush.setTransform(transform)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush)
    painter.drawRoundedRect(box, radius, radius)
    painter.restore()


def dish_box(polygon: Sequence[tuple[float, float]] | None) -> QRectF | None:
    """The box around an outline, in shares of width and height."""
    if not polygon:
        return None
    xs, ys = [x for x, _ in polygon], [y for _, y in polygon]
    return QRectF(QPointF(min(xs), min(ys)), QPointF(max(xs), max(ys)))


def ring_pen(color: QColor, width_px: float) -> QPen:
    """The pen of a selection ring."""
    pen = QPen(color, width_px)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen
