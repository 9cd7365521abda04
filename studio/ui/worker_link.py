"""A warm process, asked and heard from the window."""

from __future__ import annotations

import threading
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal
from typing_extensions import override

from studio.core import log
from studio.core.children import kill_tree
from studio.core.workers import Answer, Worker

_DIED = "The helper process ended unexpectedly; it is started again with the next request."


class WorkerLink(QObject):
    """Numbered questions to one warm process, and its answers as signals.

    The process starts with the first question, or when warmed up, and again after it died. Of several questions
    in one channel only the newest is answered: an answer that has become stale is dropped.
    """

    ready = Signal()
    answered = Signal(int, object)
    failed = Signal(int, str, str)

    def __init__(self, target: str, parent: QObject | None = None) -> None:
        """Args:
        target: dotted name of a function that returns the handler, such as `studio.data.paint_host:make`.
        parent: owner.
        """
        super().__init__(parent)
        self._target = target
        self._listener: _Listener | None = None
        self._open: dict[int, str] = {}
        self._last = 0
        self._is_ready = False

    @property
    def is_ready(self) -> bool:
        """Whether the process has said that it is up."""
        return self._is_ready

    @property
    def is_waiting(self) -> bool:
        """Whether a question is still to be answered."""
        return bool(self._open)

    def warm_up(self) -> None:
        """Start the process, so that the first question does not wait for it."""
        if self._listener is None:
            self._listener = _Listener(self._target)
            self._listener.heard.connect(self._hear)
            self._listener.finished.connect(self._forget)
            self._listener.start()

    def ask(self, request: Any, *, channel: str = "") -> int:
        """Send a question.

        Args:
            request: what the handler takes.
            channel: a newer question in the same non-empty channel makes this one stale.

        Returns:
            the question's number, from 1.
        """
        self.warm_up()
        assert self._listener is not None
        self._last += 1
        if channel:
            for number in [number for number, other in self._open.items() if other == channel]:
                del self._open[number]
        self._open[self._last] = channel
        self._listener.send(self._last, request, channel)
        return self._last

    def close(self) -> None:
        """End the process and its thread; open questions stay unanswered."""
        listener, self._listener = self._listener, None
        self._open.clear()
        self._is_ready = False
        if listener is not None:
            listener.heard.disconnect(self._hear)
            listener.finished.disconnect(self._forget)
            listener.end()
            listener.wait()
            listener.deleteLater()

    def _hear(self, number: int, answer: Answer) -> None:
        if self._listener is None:
            return
        if number == 0:
            self._is_ready = True
            self.ready.emit()
            return
        if self._open.pop(number, None) is None:
            return
        if answer.error:
            self._note(answer.error, answer.details)
            self.failed.emit(number, answer.error, answer.details)
        else:
            self.answered.emit(number, answer.value)

    def _forget(self) -> None:
        """The process died: say so to whoever waits, and be ready to start another."""
        listener, self._listener = self._listener, None
        self._is_ready = False
        unanswered, self._open = sorted(self._open), {}
        reason = listener.reason if listener is not None else ""
        if listener is not None:
            listener.wait()
            listener.deleteLater()
        if reason:
            self._note(_DIED, reason)
        for number in unanswered:
            self.failed.emit(number, _DIED, reason)

    def _note(self, sentence: str, details: str) -> None:
        """Write a failure of ours into the log; what a person can mend, they are told where they asked."""
        if details:
            log.logger().error("%s", f"{self._target}: {sentence}\n{details}")


class _Listener(QThread):
    """Holds the worker: starts it, reads its answers, ends with it."""

    heard = Signal(int, object)

    def __init__(self, target: str) -> None:
        super().__init__()
        self._target = target
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._backlog: list[tuple[int, Any, str]] = []
        self._numbers: dict[int, int] = {}
        self._is_ended = False
        self.reason = ""

    def send(self, number: int, request: Any, channel: str) -> None:
        """Pass a question on, or keep it until the process is there."""
        with self._lock:
            if self._worker is None:
                self._backlog.append((number, request, channel))
            else:
                self._numbers[self._worker.ask(request, channel=channel)] = number

    def end(self) -> None:
        """End the process at once; the thread ends with it."""
        with self._lock:
            self._is_ended = True
            worker = self._worker
        if worker is not None:
            kill_tree(worker.process_id)

    @override
    def run(self) -> None:
        with self._lock:
            if self._is_ended:
                return
            try:
                worker = Worker(self._target)
            except OSError as error:
                self.reason = str(error)
                return
            self._worker = worker
            for number, request, channel in self._backlog:
                self._numbers[worker.ask(request, channel=channel)] = number
        for answer in worker.answers():
            with self._lock:
                number = self._numbers.pop(answer.number, 0) if answer.number else 0
            if number or not answer.number:
                self.heard.emit(number, answer)
        with self._lock:
            self._worker = None
            is_ended = self._is_ended
        self.reason = "" if is_ended else worker.last_words()
        worker.close()
