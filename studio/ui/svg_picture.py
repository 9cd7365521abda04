"""A drawing as a picture."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer


def svg_png(svg: bytes, *, scale: float = 1.0, side_px: int = 0, is_on_white: bool = False) -> bytes:
    """A drawing as a PNG.

    Args:
        svg: the drawing.
        scale: how many times its own size.
        side_px: side of a square to draw it in instead; 0 for its own size.
        is_on_white: whether it lies on white; else on nothing.

    Raises:
        ValueError: it is no drawing.
    """
    renderer = QSvgRenderer(QByteArray(svg))
    if not renderer.isValid():
        raise ValueError("no SVG")
    size = QSize(side_px, side_px) if side_px else renderer.defaultSize() * scale
    image = QImage(size, QImage.Format.Format_RGB32 if is_on_white else QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.white if is_on_white else Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())
