"""The painter's own handler, run in the window's process, so that a test does not wait for another one to start."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from studio.core.errors import UserError
from studio.data.paint_host import make


class PainterHere(QObject):
    """Answers like `WorkerLink`: later, by signal, the newest of a channel alone."""

    answered = Signal(int, object)
    failed = Signal(int, str, str)

    def __init__(self) -> None:
        super().__init__()
        self._handler = make()
        self._newest: dict[str, int] = {}
        self.asked: list[Any] = []

    def warm_up(self) -> None:
        """There is nothing to start."""

    def ask(self, request: Any, *, channel: str = "") -> int:
        """Answer once the event loop is reached."""
        self.asked.append(request)
        number = len(self.asked)
        self._newest[channel] = number
        QTimer.singleShot(0, partial(self._answer, number, request, channel))
        return number

    def close(self) -> None:
        """There is nothing to end."""

    def _answer(self, number: int, request: Any, channel: str) -> None:
        if self._newest[channel] != number:
            return
        try:
            self.answered.emit(number, self._handler(request))
        except UserError as error:
            self.failed.emit(number, str(error), "")
