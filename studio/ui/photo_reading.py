"""Photos read for a card, off the window's thread."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QImageIOHandler

from studio.ui.picture_reader import reader_of


def read_cover(file: str, width_px: int, height_px: int) -> QImage:
    """A picture that fills a box, its edges cut where the shapes differ; a null image when it cannot be read.

    Args:
        file: any picture that Qt reads, else any that the importer reads (HEIC, CMYK); turned upright.
        width_px, height_px: measures of the result.
    """
    reader = reader_of(file)
    box = QSize(width_px, height_px)
    size = reader.size()
    if size.isValid():
        turned = reader.transformation() & QImageIOHandler.Transformation.TransformationRotate90
        wanted = QSize(2 * height_px, 2 * width_px) if turned else QSize(2 * width_px, 2 * height_px)
        if size.width() > wanted.width() and size.height() > wanted.height():
            # Twice as large as wanted is where a JPEG's own shrinking ends and smooth scaling begins.
            reader.setScaledSize(size.scaled(wanted, Qt.AspectRatioMode.KeepAspectRatioByExpanding))
    image = reader.read()
    if image.isNull():
        image = _read_as_imported(file, 2 * max(width_px, height_px))
    if image.isNull():
        return image
    cut = covering(image.size(), box)
    scaled = image.copy(cut).scaled(
        box, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    return scaled.convertToFormat(QImage.Format.Format_RGB32)


def read_whole(file: str, longest_px: int) -> QImage:
    """A picture no larger than asked; a null image when it cannot be read.

    Args:
        file: as for `read_cover`.
        longest_px: longest side of the result, where the picture has as many.
    """
    reader = reader_of(file)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > longest_px:
        reader.setScaledSize(size.scaled(longest_px, longest_px, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return _read_as_imported(file, longest_px) if image.isNull() else image


def covering(size: QSize, box: QSize) -> QRect:
    """The middle part of a picture that has the shape of a box."""
    part = box.scaled(size, Qt.AspectRatioMode.KeepAspectRatio)
    return QRect((size.width() - part.width()) // 2, (size.height() - part.height()) // 2, part.width(), part.height())


def _read_as_imported(file: str, longest_px: int) -> QImage:
    from studio.core.errors import UserError
    from studio.data.photos import read_photo  # Pillow, for the few files that Qt cannot read

    try:
        photo_HW3 = read_photo(file, longest_px=longest_px)
    except UserError:
        return QImage()  # the card says it; its reason comes with the answer
    height, width = photo_HW3.shape[:2]
    return QImage(photo_HW3.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
