"""Many small tasks on all cores, with nothing left behind and a culprit named when a process dies."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from studio.core.allocator import keep_freed_memory
from studio.core.children import ShouldStop, kill_tree
from studio.core.disks import trouble_of
from studio.core.errors import UserError

Item = TypeVar("Item")
Result = TypeVar("Result")

_AHEAD = 2
"""Tasks that a process holds at once, so that it never waits for the next one."""

_WORTH_IT = 64
_MOST_WORKERS = 60
"""Windows waits for no more than 63 things at once."""

_LOOK_EVERY_S = 0.1
_LARGEST_KEPT = 1 << 24
"""Bytes of the largest block that a process keeps for its next task: a photo as it is looked at, not one of 100
megapixels."""

_MOST_STILLBORN = 8


@dataclass(frozen=True, kw_only=True)
class Done(Generic[Result]):
    """One task's end.

    Attributes:
        number: of the item.
        value: what the task returned; None when its process died.
        is_lost: whether the process died over it, as decoders of damaged files do in native code.
    """

    number: int
    value: Result | None
    is_lost: bool = False


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def helpers_for(count: int) -> int:
    """How many processes pay for so many tasks of a tenth of a second: 0 means none, since starting takes a second."""
    if count < _WORTH_IT:
        return 0
    return min(cores(), count // (_WORTH_IT // 4), _MOST_WORKERS)


def spread(
    task: Callable[[Item], Result], items: Sequence[Item], *, workers: int, should_stop: ShouldStop
) -> Iterator[Done[Result]]:
    """Run a task for each item, and yield the ends as they come.

    Queues of the standard library's pools keep their children alive when the starter is killed; here each process
    has a pipe of its own, whose end of file it obeys.

    Args:
        task: a function of a module, so that a process can find it by name.
        items: what pickle can carry.
        workers: number of processes, spawned; 0 runs everything here.
        should_stop: asked between items; once true, the processes are ended and the iterator too.

    Raises:
        UserError: what a task raised.
        RuntimeError: another error of a task, with its traceback; or processes that cannot start.
    """
    if workers == 0:
        for number, item in enumerate(items):
            if should_stop():
                return
            yield Done(number=number, value=task(item))
        return
    crew = _Crew(task, items)
    try:
        crew.start(min(workers, len(items)))
        yield from crew.run(should_stop)
    finally:
        crew.end()


@dataclass(eq=False)
class _Worker:
    process: BaseProcess
    pipe: Connection
    given: deque[int] = field(default_factory=deque)
    has_answered: bool = False


class _Crew:
    def __init__(self, task: Callable[[Any], Any], items: Sequence[Any]) -> None:
        self._task = task
        self._items = items
        self._waiting = deque(range(len(items)))
        self._workers: dict[Connection, _Worker] = {}
        self._stillborn = 0

    def start(self, count: int) -> None:
        for _ in range(count):
            self._hire()

    def run(self, should_stop: ShouldStop) -> Iterator[Done[Any]]:
        for worker in self._workers.values():
            self._feed(worker)
        while any(worker.given for worker in self._workers.values()):
            if should_stop():
                return
            for pipe in wait(list(self._workers), timeout=_LOOK_EVERY_S):
                yield from self._heard(self._workers[pipe])  # type: ignore[index]

    def end(self) -> None:
        for worker in self._workers.values():
            worker.pipe.close()
            kill_tree(worker.process.pid)
        for worker in self._workers.values():
            worker.process.join()
            worker.process.close()
        self._workers.clear()

    def _hire(self) -> _Worker:
        context = multiprocessing.get_context("spawn")  # the only way that is the same on every system
        ours, theirs = context.Pipe(duplex=True)
        process = context.Process(target=_work, args=(self._task, theirs), daemon=True)
        process.start()
        theirs.close()
        worker = _Worker(process=process, pipe=ours)
        self._workers[ours] = worker
        return worker

    def _feed(self, worker: _Worker) -> None:
        # Towards the end nobody takes a task in advance that another could begin now.
        while self._waiting and len(worker.given) < (_AHEAD if len(self._waiting) > len(self._workers) else 1):
            number = self._waiting.popleft()
            worker.given.append(number)
            try:
                worker.pipe.send(self._items[number])
            except OSError:
                return  # it has died; its end of file comes next and says so

    def _heard(self, worker: _Worker) -> Iterator[Done[Any]]:
        try:
            value, error, details = worker.pipe.recv()
        except (EOFError, OSError):
            yield from self._buried(worker)
            return
        worker.has_answered = True
        number = worker.given.popleft()
        if isinstance(error, UserError):
            raise error
        if error is not None:
            raise RuntimeError(f"{error}\n{details}")
        self._feed(worker)
        yield Done(number=number, value=value)

    def _buried(self, worker: _Worker) -> Iterator[Done[Any]]:
        """A process has died: blame what it was working on, give the rest to another."""
        del self._workers[worker.pipe]
        worker.pipe.close()
        worker.process.join()
        code = worker.process.exitcode
        worker.process.close()
        if not worker.given:
            return
        self._stillborn += not worker.has_answered
        if self._stillborn and (code == 1 or self._stillborn > _MOST_STILLBORN):
            raise RuntimeError(f"helping processes cannot start (exit code {code})")
        lost = worker.given.popleft()
        self._waiting.extendleft(reversed(worker.given))
        if self._waiting:
            self._feed(self._hire())
        yield Done(number=lost, value=None, is_lost=True)


def _work(task: Callable[[Any], Any], pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the starter, which ends us
    from studio.dirt import cv

    keep_freed_memory(_LARGEST_KEPT)
    cv.setNumThreads(1)  # there is a process for each core already
    items: deque[Any] = deque()
    news = threading.Condition()
    threading.Thread(target=_listen, args=(pipe, items, news), daemon=True).start()
    while True:
        with news:
            while not items:
                news.wait()
            item = items.popleft()
        answer: tuple[Any, Any, str]
        try:
            answer = (task(item), None, "")
        except UserError as error:
            answer = (None, error, "")
        except BaseException as error:
            answer = (None, trouble_of(error, "a disk") or f"{type(error).__name__}: {error}", traceback.format_exc())
        try:
            pipe.send(answer)
        except OSError:
            os._exit(0)


def _listen(pipe: Connection, items: deque[Any], news: threading.Condition) -> None:
    """Take in tasks, and leave at once when the starter is gone, even in the middle of a long one."""
    while True:
        try:
            item = pipe.recv()
        except (EOFError, OSError):
            os._exit(0)
        with news:
            items.append(item)
            news.notify()
