"""Thumbnails read in the background, the ones last asked for first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock

from PySide6.QtCore import QObject, QRect, QRectF, QRunnable, QSize, Qt, QThreadPool, Signal, Slot
from PySide6.QtGui import QBrush, QImage, QPainter, QPixmap
from typing_extensions import override

from studio.ui.picture_reader import reader_of

_THREADS = 2
_WAITING = 400
_KEPT_BYTES = 96 * 1024 * 1024

Key = tuple[str, int, int]
Read = Callable[[str, int, int], QImage]


class Thumbnails(QObject):
    """Square pictures with round corners, by file; what is not there yet arrives later."""

    arrived = Signal(object)
    """The name. Not `str`: text of Qt loses the bytes of a file's name that are no text."""

    def __init__(self, parent: QObject | None = None, *, read: Read | None = None) -> None:
        """Args:
        parent: whose life it shares.
        read: how a file becomes a picture of two measures in px; a square with round corners when omitted.
        """
        super().__init__(parent)
        self._read = read or read_square
        self._kept: OrderedDict[Key, QPixmap] = OrderedDict()
        self._size_bytes = 0
        self._newest: dict[str, Key] = {}
        self._unreadable: set[str] = set()
        self._waiting: OrderedDict[Key, tuple[str, ...]] = OrderedDict()
        self._reading: set[Key] = set()
        self._lock = Lock()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(_THREADS)
        self._relay = _Relay()
        self._relay.read.connect(self._keep)

    def picture(self, name: str, files: Sequence[Path], side_px: int, radius_px: int) -> QPixmap | None:
        """The thumbnail of a photo, or None until `arrived` sends its name.

        Args:
            name: what the photo is known by here.
            files: where it may be read from, the best first.
            side_px: side in device pixels.
            radius_px: radius of the corners in device pixels.
        """
        key = (name, side_px, radius_px)
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept
        if name not in self._unreadable:
            self._ask(key, files)
        older = self._newest.get(name)
        return self._kept.get(older) if older is not None else None

    def is_unreadable(self, name: str) -> bool:
        """Whether none of the photo's files could be read."""
        return name in self._unreadable

    def retry(self, name: str) -> None:
        """Try a photo again that could not be read: its files may be there by now."""
        self._unreadable.discard(name)
        self.arrived.emit(name)

    def forget(self) -> None:
        """Drop every picture and every wish: another dataset is shown, or files have changed."""
        with self._lock:
            self._waiting.clear()
        self._kept.clear()
        self._newest.clear()
        self._unreadable.clear()
        self._size_bytes = 0

    def close(self) -> None:
        """Stop reading; waits for the pictures that are being read."""
        with self._lock:
            self._waiting.clear()
        self._pool.waitForDone()

    def take(self) -> tuple[Key, tuple[str, ...]] | None:
        """The wish that came last, for a thread of the pool."""
        with self._lock:
            if not self._waiting:
                return None
            key, files = self._waiting.popitem()
            self._reading.add(key)
            return key, files

    def _ask(self, key: Key, files: Sequence[Path]) -> None:
        with self._lock:
            if key in self._reading:
                return
            is_new = key not in self._waiting
            self._waiting[key] = tuple(str(file) for file in files)
            self._waiting.move_to_end(key)
            if len(self._waiting) > _WAITING:
                self._waiting.popitem(last=False)  # scrolled past long ago; it is asked for again when seen
        if is_new:
            self._pool.start(_Reading(self, self._relay, self._read))

    @Slot(object, QImage)
    def _keep(self, key: Key, image: QImage) -> None:
        with self._lock:
            self._reading.discard(key)
        name = key[0]
        if image.isNull():
            self._unreadable.add(name)
        else:
            picture = QPixmap.fromImage(image)
            self._size_bytes += _bytes_of(picture)
            self._kept[key] = picture
            self._newest[name] = key
            self._trim()
        self.arrived.emit(name)

    def _trim(self) -> None:
        while self._size_bytes > _KEPT_BYTES and len(self._kept) > 1:
            key, dropped = self._kept.popitem(last=False)
            self._size_bytes -= _bytes_of(dropped)
            if self._newest.get(key[0]) == key:
                del self._newest[key[0]]


class _Relay(QObject):
    """Carries pictures from the pool's threads to the window's; outlives them."""

    read = Signal(object, QImage)


class _Reading(QRunnable):
    def __init__(self, wishes: Thumbnails, relay: _Relay, read: Read) -> None:
        super().__init__()
        self._wishes = wishes
        self._relay = relay
        self._read = read

    @override
    def run(self) -> None:
        wish = self._wishes.take()
        if wish is None:
            return
        key, files = wish
        image = QImage()
        for file in files:
            image = self._read(file, key[1], key[2])
            if not image.isNull():
                break
        self._relay.read.emit(key, image)


def read_square(file: str, side_px: int, radius_px: int) -> QImage:
    """The middle of a picture as a square with round corners; a null image when it cannot be read.

    Args:
        file: any picture that Qt reads; turned upright.
        side_px: side of the result.
        radius_px: radius of its corners.
    """
    reader = reader_of(file)
    size = reader.size()
    if size.isValid() and min(size.width(), size.height()) > 2 * side_px:
        # Twice as large as wanted is where a JPEG's own shrinking ends and smooth scaling begins.
        reader.setScaledSize(
            size.scaled(QSize(2 * side_px, 2 * side_px), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
        )
    image = reader.read()
    if image.isNull():
        return image
    side = min(image.width(), image.height())
    middle = QRect((image.width() - side) // 2, (image.height() - side) // 2, side, side)
    square = image.copy(middle).scaled(
        side_px,
        side_px,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    made = QImage(side_px, side_px, QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(square))
    painter.drawRoundedRect(QRectF(0, 0, side_px, side_px), radius_px, radius_px)
    painter.end()
    return made


def _bytes_of(picture: QPixmap) -> int:
    return 4 * picture.width() * picture.height()
