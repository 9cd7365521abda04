"""A file for each running process, into which native code writes its last words; what is left of it tells of a crash.

It is empty as long as all is well and goes when the process ends by itself. So one that was left with words in it is
from a crash, and one that was left empty from a process that was killed, or from a machine that was switched off.
"""

from __future__ import annotations

import faulthandler
import os
import platform
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from studio.core.log import log_folder

_SUFFIX = ".crash"
_MOST_BYTES = 64_000
_SAME_S = 2.0
"""What the clock may have been set by since a process started."""


@dataclass(frozen=True, kw_only=True)
class LeftNote:
    """A note whose process has ended without taking it away.

    Attributes:
        kind: what the process was, such as `window`.
        process_id: its number.
        words: what native code wrote before it died; empty when it was killed.
        time_s: when it wrote last, or started; seconds since 1970.
    """

    kind: str
    process_id: int
    words: str
    time_s: float


@contextmanager
def crash_note(kind: str) -> Iterator[None]:
    """Keep a note while this process works.

    Args:
        kind: what it is, such as `window` or `train`.
    """
    file = log_folder() / f"{kind}-{_host()}-{os.getpid()}-{_started_ms(os.getpid())}{_SUFFIX}"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        stream = open(file, "wb", buffering=0)  # noqa: SIM115 - closed below, once nothing writes to it
    except OSError:  # a full disk or a read-only home is no reason not to start
        yield
        return
    is_ours = not faulthandler.is_enabled()  # else somebody has asked for it elsewhere
    if is_ours:
        faulthandler.enable(stream)
    try:
        yield
    finally:
        if is_ours:
            faulthandler.disable()
        stream.close()
        file.unlink(missing_ok=True)


def take_left_notes(kind: str) -> list[LeftNote]:
    """Notes that processes of a kind on this machine have left; they are taken away.

    Args:
        kind: what the processes were.

    Returns:
        the notes, oldest first.
    """
    found = []
    for file in log_folder().glob(f"{kind}-{_host()}-*{_SUFFIX}"):
        number, _, started = file.stem.removeprefix(f"{kind}-{_host()}-").partition("-")
        if not (number.isdigit() and started.isdigit()) or _is_running(int(number), int(started)):
            continue
        note = _read(kind, int(number), file)
        if note is not None:
            found.append(note)
    return sorted(found, key=lambda note: note.time_s)


def _read(kind: str, number: int, file: Path) -> LeftNote | None:
    try:
        time_s = file.stat().st_mtime
        with open(file, "rb") as stream:
            words = stream.read(_MOST_BYTES).decode("utf-8", "replace").strip()
        file.unlink()
    except OSError:
        return None  # another process is faster, or the folder cannot be written
    return LeftNote(kind=kind, process_id=number, words=words, time_s=time_s)


def _is_running(number: int, started_ms: int) -> bool:
    try:
        return abs(float(psutil.Process(number).create_time()) - started_ms / 1000) < _SAME_S
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True


def _started_ms(number: int) -> int:
    return round(float(psutil.Process(number).create_time()) * 1000)


def _host() -> str:
    """This machine's name: a home may be shared by several, and nobody can look at a process on another one."""
    return re.sub(r"[^A-Za-z0-9.]+", "_", platform.node()) or "here"
