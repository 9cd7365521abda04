"""Thumbnails of pictures that are painted when they are read."""

from __future__ import annotations

from pathlib import Path

from studio.core.errors import UserError
from studio.core.requests import ThumbnailRequest
from studio.data.photos import read_photo, shown
from studio.data.reading import write_thumbnail


def paint_thumbnail(request: ThumbnailRequest) -> str:
    """Paint a promised picture, and keep it small.

    Args:
        request: the promise, and where its thumbnail goes.

    Returns:
        the thumbnail's file.

    Raises:
        UserError: the promise is gone, torn or another one by now, or its photo is gone or has changed.
    """
    promise, thumbnail = Path(request.picture), Path(request.thumbnail)
    before = _content(promise)
    image_HW3 = read_photo(promise)
    if _content(promise) != before:  # painted anew meanwhile: this would be the thumbnail of another picture
        raise UserError(f"{shown(promise)}: has changed while it was painted")
    thumbnail.parent.mkdir(exist_ok=True)
    write_thumbnail(image_HW3, thumbnail)
    return str(thumbnail)


def _content(promise: Path) -> bytes:
    try:
        return promise.read_bytes()
    except OSError as error:
        raise UserError(f"{shown(promise)}: cannot be opened ({error.strerror})") from error
