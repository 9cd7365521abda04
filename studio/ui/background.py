"""Plain functions run off the window's thread, their results brought back to it."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal
from typing_extensions import override

from studio.core.disks import trouble_of
from studio.core.errors import UserError

Done = Callable[[Any], None]
Failed = Callable[[str, str], None]


class Background(QObject):
    """A pool of a few threads for file work.

    What is given to it must not touch widgets; what comes back arrives as a signal in the window's thread.
    """

    _returned = Signal(int, object)
    _raised = Signal(int, str, str)

    def __init__(self, parent: QObject | None = None, *, threads: int = 2) -> None:
        """Args:
        parent: owner.
        threads: how many calls run at once.
        """
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        self._waiting: dict[int, tuple[Done | None, Failed | None]] = {}
        self._last = 0
        self._is_closed = False
        self._returned.connect(self._take_result)
        self._raised.connect(self._take_error)

    def call(
        self, function: Callable[..., Any], *args: Any, done: Done | None = None, failed: Failed | None = None
    ) -> None:
        """Run `function(*args)` in the pool.

        Args:
            function: knows no widgets.
            args: its arguments.
            done: called with the result in the window's thread.
            failed: called there with a sentence and details when it raised.
        """
        self._last += 1
        self._waiting[self._last] = (done, failed)
        self._pool.start(_Call(self, self._last, function, args))

    def close(self) -> None:
        """Forget what waits, and wait for what runs; nothing is called back any more."""
        self._is_closed = True
        self._waiting.clear()
        self._pool.clear()
        self._pool.waitForDone()

    def wait_for_done(self, limit_ms: int = 10_000) -> bool:
        """Wait until the pool is idle; the results still arrive through the event loop."""
        return self._pool.waitForDone(limit_ms)

    def report_result(self, number: int, result: object) -> None:
        """Say, from a thread of the pool, what a call returned."""
        if not self._is_closed:
            self._returned.emit(number, result)

    def report_error(self, number: int, sentence: str, details: str) -> None:
        """Say, from a thread of the pool, that a call raised."""
        if not self._is_closed:
            self._raised.emit(number, sentence, details)

    def _take_result(self, number: int, result: object) -> None:
        done, _ = self._waiting.pop(number, (None, None))
        if done is not None and _still_there(done):
            done(result)

    def _take_error(self, number: int, sentence: str, details: str) -> None:
        _, failed = self._waiting.pop(number, (None, None))
        if failed is not None and _still_there(failed):
            failed(sentence, details)


def _still_there(slot: Callable[..., Any]) -> bool:
    """Whether the widget that asked still exists: a tile may be gone before its picture is read."""
    owner = getattr(slot, "__self__", None)
    return not isinstance(owner, QObject) or shiboken6.isValid(owner)


class _Call(QRunnable):
    def __init__(self, owner: Background, number: int, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        super().__init__()
        self._owner = owner
        self._number = number
        self._function = function
        self._args = args

    @override
    def run(self) -> None:
        try:
            result = self._function(*self._args)
        except UserError as error:
            self._owner.report_error(self._number, str(error), "")
        except Exception as error:
            sentence = str(trouble_of(error, "a disk") or f"{type(error).__name__}: {error}")
            self._owner.report_error(self._number, sentence, traceback.format_exc())
        else:
            self._owner.report_result(self._number, result)
