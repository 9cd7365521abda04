"""The log for whoever looks after the machine: what every process of the studio started, refused or failed at."""

from __future__ import annotations

import io
import logging
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import platformdirs

from studio.core.log_file import SharedLog
from studio.core.write_queue import WriteQueue

LOG_VARIABLE = "SPOTLESS_LOG"
_PRODUCT = "Spotless Studio"
_NAME = "studio.log"
_INDENT = "    "
_MOST_LETTERS, _KEPT_AT_START = 20_000, 5_000
_QUIET_S = 60.0
_REMEMBERED = 50
_PATIENCE_S = 2.0
"""How long a window waits for its last words to be written."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")


def log_folder() -> Path:
    """The folder named by `SPOTLESS_LOG`, else the one where this system keeps a user's logs."""
    named = os.environ.get(LOG_VARIABLE)
    return Path(named) if named else platformdirs.user_log_path(_PRODUCT, appauthor=False)


def log_file() -> Path:
    """The newest part of the log; older ones are called `studio.log.1` and so on."""
    return log_folder() / _NAME


def last_lines(count: int) -> list[str]:
    """The newest lines of the log, oldest of them first."""
    flush()
    return SharedLog(log_file()).last_lines(count)


def start(process: str) -> None:
    """Have this process write what `logger()` is told into the log from now on.

    Args:
        process: what the log calls it, such as `window` or `train`.
    """
    root, known = logger(), _handler()
    if known is None:
        known = _LogHandler()
        root.addHandler(known)
        root.setLevel(logging.INFO)
    known.setFormatter(_EntryFormatter(process))


@contextmanager
def written_behind() -> Iterator[None]:
    """Write off the thread that has something to say, as a window must, which would stand still with a stuck network.

    Afterwards all is written, or the folder is stuck and whatever follows waits behind it.
    """
    known = _handler()
    if known is None:
        yield
        return
    known.queue = known.queue or WriteQueue("log")
    try:
        yield
    finally:
        if known.queue.flush(_PATIENCE_S):
            known.queue = None


def flush() -> None:
    """Have what was said so far on the disk, as far as that goes in a moment: the process may be about to die."""
    known = _handler()
    if known is not None:
        known.flush()


def _handler() -> _LogHandler | None:
    return next((handler for handler in logger().handlers if isinstance(handler, _LogHandler)), None)


def logger() -> logging.Logger:
    """Where everything of the studio writes what the log should say; details follow the sentence in lines of their own.

    Paths are fine, what is in photos or in passwords is not.
    """
    return logging.getLogger("studio")


def adopt_missing_streams() -> None:
    """Send what this process prints to the log, where it was given no stream to print to, as a windowed bundle is."""
    if sys.stdout is None:
        sys.stdout = LogStream(logging.INFO)
    if sys.stderr is None:
        sys.stderr = LogStream(logging.WARNING)


class _LogHandler(logging.Handler):
    """Appends each record to the log; the same trouble again and again is written once a minute."""

    def __init__(self) -> None:
        super().__init__()
        self.queue: WriteQueue | None = None
        self._seen: dict[str, tuple[float, int]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        times = self._times(record)
        if not times:
            return
        entry = self.format(record)
        if times > 1:
            entry += f"\n{_INDENT}({times} times since it was written last)"
        write = partial(_append, SharedLog(log_file()), entry)
        if self.queue is None:
            write()
        else:
            self.queue.put(write)

    def flush(self) -> None:
        """Wait a moment for what is being written; `logging` itself asks for it when the process ends."""
        if self.queue is not None:
            self.queue.flush(_PATIENCE_S)

    def _times(self, record: logging.LogRecord) -> int:
        """How often a record happened since it was last written; 0 when it is too soon to write it again."""
        if record.levelno < logging.WARNING:
            return 1
        text = record.getMessage() + str(record.exc_info and record.exc_info[1])
        now = time.monotonic()
        written, count = self._seen.pop(text, (float("-inf"), 0))
        is_due = now - written >= _QUIET_S
        self._seen[text] = (now, 0) if is_due else (written, count + 1)
        while len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]
        return count + 1 if is_due else 0


def _append(file: SharedLog, entry: str) -> None:
    try:
        file.append(entry)
    except OSError:
        return  # a full disk or a read-only home: the work goes on, and there is nowhere left to say so


class _EntryFormatter(logging.Formatter):
    """`TIME PROCESS-ID PROCESS LEVEL sentence`; whatever follows the first line is indented, so nothing forges one."""

    def __init__(self, process: str) -> None:
        super().__init__("%(message)s")
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        told = super().format(record)
        if len(told) > _MOST_LETTERS:
            told = f"{told[:_KEPT_AT_START]}\n[...]\n{told[_KEPT_AT_START - _MOST_LETTERS :]}"
        first, *rest = told.splitlines() or [""]
        when = datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")
        lines = (
            f"{when} {record.process} {self._process} {record.levelname} {first}",
            *(_INDENT + one for one in rest),
        )
        return "\n".join(_CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", line) for line in lines)


class LogStream(io.TextIOBase):
    """A stream whose lines become entries of the log."""

    encoding = "utf-8"

    def __init__(self, level: int) -> None:
        """Args:
        level: of the entries, such as `logging.INFO`.
        """
        self._level = level
        self._begun = ""

    def writable(self) -> bool:
        """It can be written to."""
        return True

    def write(self, text: str) -> int:
        """Take text; whole lines are written down, the rest when its line ends."""
        *lines, self._begun = (self._begun + text).split("\n")
        for line in lines:
            if line.strip():
                logger().log(self._level, "%s", line.rstrip())
        return len(text)
