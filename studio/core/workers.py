"""A warm process that answers requests: kept ready so that a preview or an answer does not wait for imports."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from studio.core.children import kill_tree, leave, load_target, redirect_output
from studio.core.disks import trouble_of
from studio.core.errors import UserError
from studio.core.scratch import Scratch

_TOLD_BYTES = 8192


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a warm process replied.

    Attributes:
        number: which request it answers; 0 says that the process is ready.
        value: the reply; None when it failed.
        error: one sentence when it failed, else empty.
        details: traceback of a failure of ours.
        is_user_error: whether the person can mend it.
    """

    number: int
    value: Any = None
    error: str = ""
    details: str = ""
    is_user_error: bool = False


@dataclass(frozen=True, kw_only=True)
class _Request:
    number: int
    channel: str
    value: Any


class Worker:
    """A spawned process around one handler.

    Any thread may call `ask`; one thread iterates `answers`.
    """

    def __init__(self, target: str) -> None:
        """Spawn the process.

        Args:
            target: dotted name of a function without arguments that returns the handler, `handler(request) -> reply`.
        """
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe(duplex=True)
        self._lock = threading.Lock()
        self._last = 0
        self._scratch = Scratch("worker")
        self._log = str(self._scratch.path / "worker.log")
        self._process = context.Process(target=_serve, args=(target, theirs, self._log), daemon=False)
        self._process.start()
        theirs.close()

    @property
    def process_id(self) -> int:
        """Its process id."""
        return self._process.pid or 0

    def ask(self, value: Any, *, channel: str = "") -> int:
        """Send a request.

        Args:
            value: what the handler takes.
            channel: a request still waiting in the same non-empty channel is dropped unanswered.

        Returns:
            the request's number, from 1.
        """
        with self._lock:
            self._last += 1
            number = self._last
            try:
                self._pipe.send(_Request(number=number, channel=channel, value=value))
            except OSError:
                return number  # it has died; `answers` ends and says so
        return number

    def answers(self) -> Iterator[Answer]:
        """Replies as they come; ends when the process has ended."""
        while True:
            try:
                yield self._pipe.recv()
            except (EOFError, OSError):
                return

    def last_words(self) -> str:
        """The end of what the process wrote to its console, for the details of an error; empty for nothing."""
        try:
            with open(self._log, "rb") as log:
                log.seek(max(0, os.path.getsize(self._log) - _TOLD_BYTES))
                return log.read().decode("utf-8", "replace").strip()
        except OSError:  # it never got so far
            return ""

    def close(self) -> None:
        """End the process at once."""
        kill_tree(self._process.pid)
        self._process.join()
        self._pipe.close()
        self._scratch.close()


def _serve(target: str, pipe: Connection, log: str) -> None:
    redirect_output(log)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        handler = load_target(target)()
        pipe.send(Answer(number=0))
        waiting: list[_Request] = []
        while True:
            waiting = _with_news(waiting, pipe)
            pipe.send(_answered(handler, waiting.pop(0)))
    except (EOFError, OSError):  # the starter is gone
        leave(0)


def _with_news(waiting: list[_Request], pipe: Connection) -> list[_Request]:
    while not waiting or pipe.poll():
        news: _Request = pipe.recv()
        if news.channel:
            waiting = [old for old in waiting if old.channel != news.channel]
        waiting.append(news)
    return waiting


def _answered(handler: Callable[[Any], Any], request: _Request) -> Answer:
    try:
        return Answer(number=request.number, value=handler(request.value))
    except UserError as error:
        return Answer(number=request.number, error=str(error), is_user_error=True)
    except Exception as error:
        trouble = trouble_of(error, "a disk")
        return Answer(
            number=request.number,
            error=str(trouble or f"{type(error).__name__}: {error}"),
            details=traceback.format_exc(),
            is_user_error=trouble is not None,
        )
