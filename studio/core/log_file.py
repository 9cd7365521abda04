"""A text file that several processes append to, and that never grows beyond its bounds."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

from studio.core.locks import InUseError, holding

_PATIENCE_S = 0.2
"""Nobody may wait long to be heard, and a process may be suspended while it holds the lock."""


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
        with ExitStack() as lock:
            try:
                lock.enter_context(holding(self.file.with_name(self.file.name + ".lock"), "", patience_s=_PATIENCE_S))
                is_mine = True  # also on a drive that knows no locks
            except InUseError:
                is_mine = False
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
