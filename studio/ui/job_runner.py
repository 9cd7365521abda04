"""At most one job at a time, told in the window's thread."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from studio.core.events import Event, JobEnded
from studio.core.spares import Spare
from studio.ui.job_thread import JobThread
from studio.ui.progress import JobProgress, ProgressReader


@dataclass(frozen=True, kw_only=True)
class JobInfo:
    """The job that is running.

    Attributes:
        kind: import, generate, train, evaluate, adapt, diagnose, search, threshold, report or export.
        title: what the status bar calls it, such as `Training`.
        target: its dotted name.
        folder: where it works.
        started_s: when it was started, in seconds since 1970.
    """

    kind: str
    title: str
    target: str
    folder: Path
    started_s: float


class JobRunner(QObject):
    """Starts a job, hears it, stops it; says what it is and how far it has come."""

    started = Signal(object)
    happened = Signal(object)
    progressed = Signal(object)
    ended = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        """Args:
        parent: owner.
        """
        super().__init__(parent)
        self._job: JobInfo | None = None
        self._thread: JobThread | None = None
        self._reader = ProgressReader()
        self._spare: Spare | None = None

    @property
    def job(self) -> JobInfo | None:
        """The running job."""
        return self._job

    @property
    def is_stopping(self) -> bool:
        """Whether the running job has been asked to stop."""
        return self._thread is not None and self._thread.is_stopping

    @property
    def progress(self) -> JobProgress:
        """How far the running job has come."""
        return self._reader.now

    def prepare(self, modules: Sequence[str]) -> None:
        """Have a process import what the next training needs, so that it begins when it is asked for."""
        if self._spare is not None and not self._spare.is_alive:
            self._end_spare()
        if self._spare is None:
            self._spare = Spare(modules)

    def start(self, target: str, request: Any, folder: Path, *, kind: str, title: str, ranks: int = 1) -> None:
        """Start a job; none may be running. Arguments as for `Session.start_job`."""
        assert self._job is None, "one job at a time"
        self._job = JobInfo(kind=kind, title=title, target=target, folder=folder, started_s=time.time())
        self._reader = ProgressReader()
        spare = None
        if kind == "train":
            spare, self._spare = self._spare, None
        self._thread = JobThread(target, request, folder, ranks=ranks, spare=spare, parent=self)
        self._thread.happened.connect(self._hear)
        self._thread.ended.connect(self._end)
        self._thread.start()
        self.started.emit(self._job)
        self.progressed.emit(self._reader.now)

    def stop(self) -> None:
        """Ask the job to stop at the next good moment; a second call ends it at once."""
        if self._thread is not None:
            self._thread.request_stop()
            self.progressed.emit(self._reader.now)

    def kill(self) -> None:
        """End the job at once."""
        if self._thread is not None:
            self._thread.kill()

    def close(self) -> None:
        """End the job and its thread without another word, and the process that waits for another."""
        self._end_spare()
        if self._thread is not None:
            self._thread.happened.disconnect(self._hear)
            self._thread.ended.disconnect(self._end)
            self._thread.kill()
            self._thread.wait()
            self._thread, self._job = None, None

    def _end_spare(self) -> None:
        spare, self._spare = self._spare, None
        if spare is not None:
            spare.close()

    def _hear(self, event: Event) -> None:
        if self._thread is None:
            return  # it was on its way when this was closed
        before = self._reader.now
        now = self._reader.read(event)
        self.happened.emit(event)
        if now != before:
            self.progressed.emit(now)

    def _end(self, ending: JobEnded) -> None:
        job, thread = self._job, self._thread
        if job is None or thread is None:
            return  # it was on its way when this was closed
        thread.wait()
        thread.deleteLater()
        self._job, self._thread = None, None
        self.happened.emit(ending)
        self.progressed.emit(None)
        self.ended.emit(job, ending)
