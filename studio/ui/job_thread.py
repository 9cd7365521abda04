"""One running job, turned into two signals."""

from __future__ import annotations

import threading
import traceback
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal
from typing_extensions import override

from studio.core import jobs
from studio.core.events import JobEnded


class JobThread(QThread):
    """The supervisor of a job: it starts the processes, hears them, and says in the window's thread what it heard."""

    happened = Signal(object)
    ended = Signal(object)

    def __init__(
        self,
        target: str,
        request: Any,
        folder: Path,
        *,
        ranks: int = 1,
        spare: jobs.Spare | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Args:
        target: dotted name of the job, such as `studio.learn.train_job:train`.
        request: what the job takes first.
        folder: where the job works.
        ranks: number of processes.
        spare: a process that waits for a job; it is used up.
        parent: owner.
        """
        super().__init__(parent)
        self._arguments = (target, request, folder)
        self._ranks = ranks
        self._spare = spare
        self._lock = threading.Lock()
        self._job: jobs.RunningJob | None = None
        self._stops_asked = 0

    @property
    def is_stopping(self) -> bool:
        """Whether someone has asked the job to stop."""
        return self._stops_asked > 0

    def request_stop(self) -> None:
        """Ask the job to stop at the next good moment; a second call ends it at once."""
        with self._lock:
            self._stops_asked += 1
            job = self._job
        if job is not None:
            job.request_stop()

    def kill(self) -> None:
        """End the job's processes at once."""
        with self._lock:
            self._stops_asked += 2
            job = self._job
        if job is not None:
            job.kill()

    @override
    def run(self) -> None:
        try:
            self._supervise()
        except Exception as error:
            sentence = f"The job could not be started: {error}"
            self.ended.emit(JobEnded(outcome="failed", cause=sentence, details=traceback.format_exc()))

    def _supervise(self) -> None:
        target, request, folder = self._arguments
        with self._lock:
            if self._stops_asked:
                if self._spare is not None:
                    self._spare.close()
                self.ended.emit(JobEnded(outcome="stopped"))
                return
            self._job = jobs.start(target, request, folder, ranks=self._ranks, spare=self._spare)
        for event in self._job.events():
            if isinstance(event, JobEnded):
                with self._lock:
                    self._job = None
                self.ended.emit(event)
            else:
                self.happened.emit(event)
