"""A file for each running process, into which native code writes its last words; what is left of it tells of a crash.

It is empty as long as all is well and goes when the process ends by itself. So one that was left with words in it is
from a crash, and one that was left empty from a process that was killed, or from a machine that was switched off.
"""

from __future__ import annotations

import faulthandler
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil

from studio.core.log import log_folder, logger
from studio.core.processes import machine_name

_SUFFIX = ".crash"
_NAME = re.compile(rf"(?P<kind>[^-]+)-(?P<host>[^-]+)-(?P<number>\d+)-(?P<started>\d+){re.escape(_SUFFIX)}")
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
    assert "-" not in kind
    file = log_folder() / f"{kind}-{machine_name()}-{os.getpid()}-{_started_ms(os.getpid())}{_SUFFIX}"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        stream = open(file, "wb", buffering=0)  # noqa: SIM115 - closed below, once nothing writes to it
    except OSError:  # a full disk or a read-only home is no reason not to start
        stream = None
    if stream is None:
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
        with suppress(OSError):  # somebody reads it on Windows
            file.unlink()


def take_left_notes(but: str = "") -> list[LeftNote]:
    """Notes that processes on this machine have left; they are written into the log, and taken away.

    Args:
        but: the kind of process whose notes stay for somebody else.

    Returns:
        the notes, oldest first.
    """
    left = []
    for file in log_folder().glob(f"*{_SUFFIX}"):
        match = _NAME.fullmatch(file.name)
        if match is None or match["host"] != machine_name() or match["kind"] == but:
            continue
        number = int(match["number"])
        note = None if _is_running(number, int(match["started"])) else _read(match["kind"], number, file)
        if note is not None:
            left.append(note)
    left.sort(key=lambda note: note.time_s)
    for note in left:
        when = datetime.fromtimestamp(note.time_s).isoformat(sep=" ", timespec="seconds")
        who = f"{note.kind}, process {note.process_id},"
        if note.words:
            logger().error("%s", f"{who} crashed in native code at {when}\n{note.words}")
        else:
            logger().warning("%s was killed, or the machine stopped, after %s", who, when)
    return left


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
