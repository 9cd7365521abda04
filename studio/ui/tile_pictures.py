"""Pictures for tiles of single photos, read in the background."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from studio.core.requests import ThumbnailRequest
from studio.ui.photo_reading import read_whole
from studio.ui.picture_reader import reader_of
from studio.ui.session import Session

_LOAD_PX = 360
_STRIP = 20
"""From this proportion of its sides on, a picture as wide as a tile would be as high as a house."""

REPLACED = "the photo was replaced since"
"""Why a mistake has no picture whose file holds another one by now."""

_Read = tuple[str, str, QImage, str]
"""Picture, the file that was read for it, its content, why there is none."""


class TilePictures(QObject):
    """Reads photos at about the size of a tile; what is painted when it is read is seen as its thumbnail.

    A thumbnail that is not there yet is painted by a process of its own, one after another.
    """

    arrived = Signal(object, object, QImage)
    missed = Signal(object, str)

    def __init__(self, session: Session, parent: QObject) -> None:
        """Args:
        session: reads off the window's thread, and leads to the process that paints.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session
        self._due: OrderedDict[str, ThumbnailRequest] = OrderedDict()
        self._painted: set[str] = set()
        self._asked, self._asked_for = 0, ""
        session.thumbnailer.answered.connect(self._take_painted)
        session.thumbnailer.failed.connect(self._miss)

    def want(self, path: str, sample: str = "") -> None:
        """Have a picture read; `arrived` tells it with the file that shows it, or `missed` why there is none.

        Args:
            path: its file.
            sample: id of the sample that it has to be; whatever is there is shown when omitted.
        """
        self._session.in_background(read_picture, path, sample, done=self._take)

    def _take(self, read: _Read) -> None:
        path, file, image, reason = read
        if not image.isNull():
            self._painted.discard(path)  # painted anew, it has another thumbnail
            self.arrived.emit(path, file, image)
        elif file != path and not reason and path not in self._painted:
            self._due[path] = ThumbnailRequest(picture=path, thumbnail=file)
            self._ask()
        else:
            self.missed.emit(path, reason or "its thumbnail cannot be read")

    def _ask(self) -> None:
        if self._due and not self._asked:
            self._asked_for, request = self._due.popitem(last=False)
            self._asked = self._session.thumbnailer.ask(request)

    def _take_painted(self, number: int, thumbnail: object) -> None:
        if number == self._asked:
            self._asked = 0
            self._painted.add(self._asked_for)
            self.want(self._asked_for)
            self._ask()

    def _miss(self, number: int, sentence: str, details: str) -> None:
        if number == self._asked:
            self._asked = 0
            self.missed.emit(self._asked_for, sentence)
            self._ask()


def read_picture(path: str, sample: str = "") -> _Read:
    """Read a picture at about the size of a tile; safe off the window's thread.

    Args:
        path: a photo, or the file that says what to paint.
        sample: as for `want`.

    Returns:
        the path, the file that shows it (the thumbnail of what is painted when it is read), the picture, and why there
        is none; a thumbnail that is not there yet has no reason.
    """
    from studio.core.errors import UserError
    from studio.data.promises import SUFFIX, thumbnail_of
    from studio.data.unchanged import is_replaced

    if is_replaced(path, sample):
        return path, path, QImage(), REPLACED
    if not path.endswith(SUFFIX):
        image = _read_small(path)
        if image.isNull():
            image = read_whole(path, 2 * _LOAD_PX)
        return path, path, image, "the file is gone or no picture" if image.isNull() else ""
    try:
        file = thumbnail_of(Path(path))
    except UserError as error:
        return path, path, QImage(), str(error)
    return path, str(file), _read_small(str(file)), ""


def _read_small(file: str) -> QImage:
    reader = reader_of(file)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) <= _STRIP * min(size.width(), size.height()):
        reader.setScaledSize(size.scaled(_LOAD_PX, _LOAD_PX, Qt.AspectRatioMode.KeepAspectRatioByExpanding))
    return reader.read()
