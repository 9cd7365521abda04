"""What is known of each run: live events, and the logs of old ones."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from studio.core.events import Event
from studio.core.runs import RunFolder
from studio.ui.run_history import RunHistory
from studio.ui.session import Session

_SLICE = 400


class RunReplays(QObject):
    """Histories of runs; a stored log is read off the window's thread and handed on in slices.

    Live events of a run whose log is still being read wait until that is done.
    """

    happened = Signal(object, object)
    """An event, and the run that it is of."""
    was_read = Signal(object)
    """A run whose whole log is known now."""

    def __init__(self, session: Session, parent: QObject) -> None:
        """Args:
        session: reads files off the window's thread.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session
        self._histories: dict[Path, RunHistory] = {}
        self._replays: list[tuple[RunFolder, Iterator[Event]]] = []
        self._held: dict[Path, list[Event]] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._hand_on)

    def history(self, run: RunFolder | None) -> RunHistory:
        """What is known of a run so far."""
        # Not kept: a run that was merely asked about would never be read.
        known = None if run is None else self._histories.get(run.path)
        return RunHistory() if known is None else known

    def is_being_read(self, run: RunFolder) -> bool:
        """Whether its log is not known to its end yet."""
        return run.path in self._held

    def load(self, run: RunFolder) -> None:
        """Read a run's log, unless that was done."""
        if run.path not in self._histories:
            self._histories[run.path] = RunHistory()
            self._held[run.path] = []
            self._session.in_background(_stored, run, done=self._replay)

    def hear(self, event: Event, run: RunFolder) -> None:
        """Take in an event of a run that is being trained; what the log knows already comes first."""
        held = self._held.get(run.path)
        if held is not None:
            held.append(event)
        else:
            self.happened.emit(event, run)

    def forget(self, run: RunFolder) -> None:
        """Know nothing of a run any more: it was deleted."""
        self._histories.pop(run.path, None)
        self._held.pop(run.path, None)
        self._replays = [replay for replay in self._replays if replay[0] != run]

    def _replay(self, found: tuple[RunFolder, list[Event]]) -> None:
        run, events = found
        if run.path not in self._held:
            return  # forgotten while its log was read
        self._replays.append((run, iter(events)))
        self._timer.start()

    def _hand_on(self) -> None:
        """Hand on some hundred events a turn, so that a log of any length never blocks the window."""
        if not self._replays:
            self._timer.stop()
            return
        run, events = self._replays[0]
        part = list(islice(events, _SLICE))
        for event in part:
            self.happened.emit(event, run)
        if len(part) < _SLICE:
            self._replays.pop(0)
            for event in self._held.pop(run.path, []):
                self.happened.emit(event, run)
            self.was_read.emit(run)


def _stored(run: RunFolder) -> tuple[RunFolder, list[Event]]:
    return run, [event for _, event in run.replay()]
