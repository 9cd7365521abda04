"""Jobs that tests start in child processes."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from studio.core.errors import UserError
from studio.core.events import Notice
from studio.core.jobs import Emit, Seat, ShouldStop


def _say(emit: Emit, text: str) -> None:
    emit(Notice(kind="info", text=text))


def count(config: int, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Say the numbers below `config`."""
    for number in range(config):
        _say(emit, str(number))


def refuse(config: str, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Meet bad input."""
    raise UserError(config)


def fail(config: str, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Meet a mistake of ours."""
    raise RuntimeError(config)


def fill_the_disk(config: int, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Meet an error of the system that nobody foresaw."""
    raise OSError(config, os.strerror(config))


def wait_for_stop(config: None, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Work until asked to stop."""
    _say(emit, "working")
    while not should_stop():
        time.sleep(0.005)
    _say(emit, "kept the best")


def ignore_stop(config: None, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Never look at the flag."""
    _say(emit, "working")
    while True:
        time.sleep(0.05)


def die(config: int, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Rank `config` is killed; the others complain of it, as ranks do."""
    if seat.rank == config:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.3)
    raise ConnectionError("connection reset by peer")


def crash(config: None, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Die in native code, as a faulty library does."""
    ctypes.string_at(0)


def have_children(config: None, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Start a helper of its own, say its process id, and never end."""
    helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    _say(emit, f"{os.getpid()} {helper.pid}")
    while True:
        time.sleep(0.05)


def make_doubler() -> Callable[[int], int]:
    """A handler for a warm process."""

    def double(value: int) -> int:
        if value < 0:
            raise UserError(f"{value} is negative; give a positive number")
        return 2 * value

    return double


def make_slow_echo() -> Callable[[int], int]:
    """A handler that takes its time."""

    def echo(value: int) -> int:
        time.sleep(0.2)
        return value

    return echo


def start_and_wait(target: str) -> None:
    """Run a job until killed from outside; for a test that pulls the plug on the starter."""
    from studio.core import jobs

    for event in jobs.start(f"tests.core.job_targets:{target}", None, Path()).events():
        print(event.text if isinstance(event, Notice) else event, flush=True)
