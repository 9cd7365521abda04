"""A text file that several processes append to, and that never grows beyond its bounds."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LOCK_LIMIT_S, _LOCK_STEP_S = 0.2, 0.005
_TAKEN = {errno.EAGAIN, errno.EACCES, errno.EDEADLK}
"""What else a lock may say is that there are none here, as on some drives of a network."""


class SharedLog:
    """Appends whole entries; when the file is full it becomes `NAME.1`, `NAME.1` becomes `NAME.2`, the oldest goes.

    No handle is kept open: on Windows a file that anybody holds open cannot be renamed.
    """

    def __init__(self, file: Path, *, most_bytes: int = 1_000_000, kept: int = 4) -> None:
        """Args:
        file: the newest part; its folder is made when missing.
        most_bytes: size at which a new part is begun.
        kept: older parts that stay.
        """
        self.file = file
        self._most_bytes = most_bytes
        self._kept = kept

    def append(self, entry: str) -> None:
        """Write an entry so that no other process's lies within it.

        Args:
            entry: one or more lines; a line feed is added.

        Raises:
            OSError: the disk is full, the folder read-only, or the like.
        """
        written = (entry + "\n").encode("utf-8", "backslashreplace")
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with _locked(self.file.with_name(self.file.name + ".lock")) as is_mine:
            handle = self._open()
            try:
                size = os.fstat(handle).st_size
                if is_mine and size and size + len(written) > self._most_bytes:
                    os.close(handle)
                    handle = -1
                    self._turn()
                    handle = self._open()
                    size = os.fstat(handle).st_size
                if size and not _ends_a_line(handle, size):  # the disk was full in the middle of the last entry
                    written = b"\n" + written
                os.write(handle, written)
            finally:
                if handle >= 0:
                    os.close(handle)

    def last_lines(self, count: int) -> list[str]:
        """The newest lines, oldest of them first; fewer where there are not so many."""
        lines: list[str] = []
        for file in (self.file, self._part(1)):
            try:
                text = file.read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue
            lines = [*text.splitlines()[-(count - len(lines)) :], *lines]
            if len(lines) >= count:
                break
        return lines

    def _open(self) -> int:
        return os.open(self.file, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)

    def _part(self, number: int) -> Path:
        return self.file.with_name(f"{self.file.name}.{number}")

    def _turn(self) -> None:
        try:
            for number in range(self._kept, 1, -1):
                if self._part(number - 1).exists():
                    os.replace(self._part(number - 1), self._part(number))
            os.replace(self.file, self._part(1))
        except OSError:
            return  # somebody reads it on Windows: this part gets longer, and the next entry tries again


def _ends_a_line(handle: int, size: int) -> bool:
    os.lseek(handle, size - 1, os.SEEK_SET)
    return os.read(handle, 1) == b"\n"


@contextmanager
def _locked(file: Path) -> Iterator[bool]:
    """Hold a lock among processes; False when it cannot be had soon, since nobody may wait long to be heard.

    A process may be suspended while it holds the lock.
    """
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        until = time.monotonic() + _LOCK_LIMIT_S
        while not (is_mine := _lock(handle)) and time.monotonic() < until:
            time.sleep(_LOCK_STEP_S)
        yield is_mine
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            return error.errno not in _TAKEN
        return True

else:
    import fcntl

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            return error.errno not in _TAKEN
        return True
