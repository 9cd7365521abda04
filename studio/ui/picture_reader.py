"""A reader of pictures that are anybody's files."""

from __future__ import annotations

import os
import stat

from PySide6.QtGui import QImageReader

from studio.core.photo_limits import LIMIT_BYTES, is_jpeg_cut_off, is_too_large

_FORMATS = frozenset({b"bmp", b"gif", b"jpeg", b"png", b"tiff", b"webp"})


def reader_of(file: str) -> QImageReader:
    """What reads a photo's file, turned upright.

    Qt would wait for a pipe without end, draw a text named .jpg that says how to (SVG, XPM), and work for minutes on a
    JPEG of a kilobyte that claims to be giant.

    Args:
        file: any file.

    Returns:
        a reader that gives null images where the file is not a plain one with a photo's content.
    """
    try:
        status = os.stat(file)
    except (OSError, ValueError):  # a name with a zero in it is none
        return QImageReader()
    if not stat.S_ISREG(status.st_mode) or status.st_size > LIMIT_BYTES:
        return QImageReader()
    reader = QImageReader(file)
    reader.setAutoTransform(True)
    form, size = bytes(reader.format().data()), reader.size()
    if form not in _FORMATS or is_too_large(size.width(), size.height()):
        return QImageReader()
    if form == b"jpeg" and is_jpeg_cut_off(size.width(), size.height(), status.st_size):
        return QImageReader()
    return reader
