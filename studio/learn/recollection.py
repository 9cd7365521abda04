"""Recollection: the photos last asked about, kept as the network saw them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from studio.data.framing import Framed


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of a photo.

    Attributes:
        framed: as the network saw it.
        shares: probability of each class; None until it was answered for.
    """

    framed: Framed
    shares: tuple[float, ...] | None = None


class Recollection:
    """A second question about a photo, such as where its evidence lies, then neither reads it nor finds its dish again.

    Any thread may ask. A photo whose file has changed is a new one.
    """

    def __init__(self, limit_bytes: int) -> None:
        """Args:
        limit_bytes: how much the pictures may take; those not asked about for longest go first. 0 keeps nothing.
        """
        self._limit_bytes = limit_bytes
        self._size_bytes = 0
        self._known: OrderedDict[tuple[str, int, int], Known] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, path: Path) -> Known | None:
        """What is known of a photo as its file is now."""
        stamp = _stamp(path)
        with self._lock:
            known = self._known.get(stamp) if stamp is not None else None
            if stamp is not None and known is not None:
                self._known.move_to_end(stamp)
        return known

    def keep(self, path: Path, known: Known) -> None:
        """Remember this of a photo instead of what was known."""
        stamp, size_bytes = _stamp(path), _bytes_of(known)
        if stamp is None or size_bytes > self._limit_bytes:
            return
        with self._lock:
            before = self._known.pop(stamp, None)
            self._size_bytes += size_bytes - (_bytes_of(before) if before is not None else 0)
            self._known[stamp] = known
            while self._size_bytes > self._limit_bytes:
                self._size_bytes -= _bytes_of(self._known.popitem(last=False)[1])


def _stamp(path: Path) -> tuple[str, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None  # whoever reads it says what is wrong
    return str(path), status.st_mtime_ns, status.st_size


def _bytes_of(known: Known) -> int:
    return known.framed.image_HW3.nbytes + known.framed.inside_HW.nbytes
