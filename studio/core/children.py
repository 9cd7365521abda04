"""What runs in the processes that a job or a warm worker is given."""

from __future__ import annotations

import faulthandler
import importlib
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeAlias

import psutil

from studio.core.disks import trouble_of
from studio.core.errors import UserError
from studio.core.events import Event, JobEnded

Emit: TypeAlias = Callable[[Event], None]
ShouldStop: TypeAlias = Callable[[], bool]
Job: TypeAlias = Callable[..., Any]

EXIT_DONE, EXIT_FAILED, EXIT_BAD_INPUT, EXIT_ORPHANED = 0, 1, 2, 3


@dataclass(frozen=True, kw_only=True)
class Seat:
    """Which of how many processes this one is.

    Attributes:
        rank: 0 is the one that writes.
        world_size: number of processes in the job.
        rendezvous: address where ranks meet (`file://...`); empty when alone or under torchrun.
    """

    rank: int = 0
    world_size: int = 1
    rendezvous: str = ""


ALONE = Seat()


def load_target(target: str) -> Job:
    """The function behind a dotted name such as `studio.learn.train_job:train`."""
    module, _, name = target.partition(":")
    job: Job = getattr(importlib.import_module(module), name)
    return job


def never() -> bool:
    """A `should_stop` for jobs that nobody stops."""
    return False


def kill_tree(pid: int | None) -> None:
    """End a process with all its descendants at once; quiet when it is gone."""
    if pid is None:
        return
    try:
        root = psutil.Process(pid)
        family = [*root.children(recursive=True), root]
    except psutil.NoSuchProcess:
        return
    for member in family:
        try:
            member.kill()
        except psutil.NoSuchProcess:
            continue


def run_job(
    target: str, config: Any, folder: Path, seat: Seat, events: Connection, lifeline: Connection, log: str
) -> None:
    """Be one rank: run the job, say its events and its ending, leave."""
    redirect_output(log)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the starter, which then asks us to stop
    stopped = threading.Event()
    threading.Thread(target=_watch_lifeline, args=(lifeline, stopped), daemon=True, name="lifeline").start()
    send_lock = threading.Lock()

    def emit(event: Event) -> None:
        try:
            with send_lock:
                events.send(event)
        except OSError:  # the starter is gone
            leave(EXIT_ORPHANED)

    code = EXIT_DONE
    try:
        load_target(target)(config, folder, seat=seat, emit=emit, should_stop=stopped.is_set)
        ending = JobEnded(outcome="stopped" if stopped.is_set() else "done")
    except UserError as error:
        code, ending = EXIT_BAD_INPUT, JobEnded(outcome="bad input", cause=str(error))
    except BaseException as error:
        trouble = trouble_of(error, folder)
        code = EXIT_FAILED if trouble is None else EXIT_BAD_INPUT
        ending = JobEnded(
            outcome="failed" if trouble is None else "bad input",
            cause=str(trouble or _said(error)),
            details=traceback.format_exc(),
        )
    emit(ending)
    events.close()
    leave(code)


def _watch_lifeline(lifeline: Connection, stopped: threading.Event) -> None:
    while True:
        try:
            lifeline.recv()
        except (EOFError, OSError):
            leave(EXIT_ORPHANED)
        stopped.set()


def leave(code: int) -> None:
    """End this process at once, its own children first; interpreter teardown with torch loaded takes seconds."""
    for helper in psutil.Process().children(recursive=True):
        try:
            helper.kill()
        except psutil.NoSuchProcess:
            continue
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


def redirect_output(log: str) -> None:
    """Send what this process prints, and what native code says before it dies, to a file."""
    # A windowed bundle has no streams at all; and what native code says before it dies is worth keeping.
    stream = open(log, "w", encoding="utf-8", errors="replace", buffering=1)  # noqa: SIM115 - lives as long as we do
    for number in (1, 2):
        os.dup2(stream.fileno(), number)
    sys.stdout = sys.stderr = stream
    faulthandler.enable(stream)


def _said(error: BaseException) -> str:
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0]}" if text else type(error).__name__
