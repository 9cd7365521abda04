"""The photo itself, read for as long as nothing is painted on it yet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from studio.ui.photo_reading import read_whole
from studio.ui.session import Session

if TYPE_CHECKING:
    from studio.data.manifest import Manifest, Sample


class FirstLook(QObject):
    """Reads a photo's thumbnail, which is there at once; where nothing will be painted, the photo after it."""

    read = Signal(str, QImage)

    def __init__(self, session: Session, parent: QObject) -> None:
        """Args:
        session: reads off the window's thread.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session

    def look(self, manifest: Manifest, photo: Sample, longest_px: int, *, is_whole_wanted: bool) -> None:
        """Read a photo; `read` follows with its id, once or twice.

        Args:
            manifest: the dataset.
            photo: one of its photos.
            longest_px: as large as it will be shown.
            is_whole_wanted: whether the thumbnail is not enough.
        """
        files = [manifest.thumbnail(photo), *([manifest.picture(photo)] if is_whole_wanted else [])]
        for file in files:
            self._session.in_background(_read, photo.id, file, longest_px, done=self._tell)

    def _tell(self, found: tuple[str, QImage]) -> None:
        name, image = found
        if not image.isNull():
            self.read.emit(name, image)


def _read(name: str, file: Path, longest_px: int) -> tuple[str, QImage]:
    return name, read_whole(str(file), longest_px)
