"""The file in which a search's trials are written down, which survives a full disk and a pulled plug."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

_BLOCK = 1 << 16


class Journal(JournalFileBackend):
    """Optuna's journal, which never goes on behind half a line.

    Optuna's own appends to whatever is there; behind a line that a full disk or a kill cut short, that makes a line
    which nobody can read, and the whole search with it.
    """

    def __init__(self, file: Path) -> None:
        """Args:
        file: made when missing.
        """
        # The lock by a link, Optuna's own choice, is refused to most people by Windows.
        self._own_lock = JournalFileOpenLock(str(file))
        super().__init__(str(file), lock_obj=self._own_lock)
        self._file = file

    def append_logs(self, logs: list[dict[str, Any]]) -> None:
        """Append some records, all of them or none.

        Raises:
            OSError: the disk is full or gone.
        """
        content = "".join(json.dumps(log, separators=(",", ":")) + "\n" for log in logs).encode()
        with self._locked(), open(self._file, "r+b", buffering=0) as stream:
            end = _end_of_whole_lines(stream.fileno())
            stream.truncate(end)
            stream.seek(end)
            try:
                rest = memoryview(content)
                while rest:
                    rest = rest[stream.write(rest) :]
                os.fsync(stream.fileno())
            except OSError:
                stream.truncate(end)
                raise

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._own_lock.acquire()
        try:
            yield
        finally:
            self._own_lock.release()


def _end_of_whole_lines(handle: int) -> int:
    """Where the last whole line ends, in bytes."""
    end = os.lseek(handle, 0, os.SEEK_END)
    while end > 0:
        start = max(0, end - _BLOCK)
        os.lseek(handle, start, os.SEEK_SET)
        newline = os.read(handle, end - start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        end = start
    return 0
