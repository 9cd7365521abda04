"""What a training says: to whoever listens, to the run's log, to its table and curves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import TracebackType

from studio.core.children import Emit
from studio.core.events import Event, PhaseStarted
from studio.core.runs import EventLog, RunFolder
from studio.core.sections import MonitoringSettings
from studio.learn.monitor import Monitor


class Speaker:
    """Passes events on. Only rank 0 has something to say; the others are silent."""

    def __init__(self, emit: Emit, *, is_first: bool) -> None:
        """Args:
        emit: whoever listens.
        is_first: whether this is rank 0.
        """
        self._emit = emit
        self._is_first = is_first
        self._phases: tuple[str, ...] = ()
        self._unwritten: list[Event] = []
        self._log: EventLog | None = None
        self._monitor: Monitor | None = None

    def __enter__(self) -> Speaker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._log is not None:
            self._log.close()
        if self._monitor is not None:
            self._monitor.close()

    def open(self, run: RunFolder, monitoring: MonitoringSettings, phases: tuple[str, ...]) -> None:
        """Write everything down from now on, and what was said before.

        Args:
            run: its folder.
            monitoring: whether and where to draw curves.
            phases: all phases of the job; the parts of it know only their own.

        Raises:
            UserError: the folder cannot be written.
        """
        self._phases = phases
        if not self._is_first:
            return
        curves = Path(monitoring.log_dir) if monitoring.log_dir else run.tensorboard
        self._monitor = Monitor(run, curves if monitoring.tensorboard else None)
        self._log = EventLog(run)
        for event in self._unwritten:
            self._log.write(event)
        self._unwritten.clear()

    def start_curves(self, *, member: int, first_epoch: int) -> None:
        """What an earlier part of the run drew from this epoch on is no longer true."""
        if self._monitor is not None:
            self._monitor.start(member=member, first_epoch=first_epoch)

    def say(self, event: Event) -> None:
        """Pass an event on.

        Raises:
            UserError: the run's folder cannot be written any more.
        """
        if not self._is_first:
            return
        if isinstance(event, PhaseStarted):
            event = replace(event, phases=self._phases)
        if self._log is None or self._monitor is None:
            self._unwritten.append(event)
        else:
            self._log.write(event)
            self._monitor.hear(event)
        self._emit(event)
