"""Diagnoses of the chosen run: asked for, awaited, read back from its folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.core.diagnoses import StoredDiagnoses, read_diagnoses
from studio.core.events import Event, JobEnded
from studio.core.expert_events import DiagnosisFinished
from studio.core.requests import DiagnoseRequest
from studio.core.runs import RunFolder
from studio.ui.job_runner import JobInfo
from studio.ui.session import Session

TARGET = "studio.learn.diagnose_job:diagnose"
KIND = "diagnose"

_Read = tuple[RunFolder, StoredDiagnoses | None]


class Diagnosing(QObject):
    """Starts the job that the command line calls; tells what it found, now or earlier."""

    told = Signal(object)
    changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        """Args:
        session: runs the job.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session
        self._run: RunFolder | None = None
        self.target = TARGET
        session.event_happened.connect(self._hear)
        session.job_started.connect(self._look)
        session.job_ended.connect(self._look)

    @property
    def is_running(self) -> bool:
        """Whether a diagnosis of this run is under way."""
        job = self._session.job
        return job is not None and job.kind == KIND and self._run is not None and job.folder == self._run.path

    @property
    def obstacle(self) -> str:
        """Why none can be started, as a sentence; empty when nothing stands in the way."""
        if self._run is None:
            return "Choose a run first."
        if self._session.job is not None and not self.is_running:
            return f"{self._session.job.title} is still running."
        return ""

    def show_run(self, run: RunFolder | None) -> None:
        """Look at a run; what was found of it earlier is told."""
        if run != self._run:
            self._run = run
            self.told.emit(None)
            self._read()
            self.changed.emit()

    def start(self) -> None:
        """Diagnose the run, or stop the diagnosis that is running."""
        if self.is_running:
            self._session.stop_job()
        elif self._run is not None:
            request = DiagnoseRequest(run=str(self._run.path))
            self._session.start_job(self.target, request, self._run.path, kind=KIND, title="Checking the model")

    def _hear(self, event: Event) -> None:
        if isinstance(event, DiagnosisFinished) and self._run is not None and Path(event.run) == self._run.path:
            self._read()

    def _look(self, job: JobInfo, ending: JobEnded | None = None) -> None:
        self.changed.emit()

    def _read(self) -> None:
        if self._run is not None:
            self._session.in_background(_read_of, self._run, done=self._take)

    def _take(self, read: _Read) -> None:
        run, stored = read
        if run == self._run:
            self.told.emit(stored)


def _read_of(run: RunFolder) -> _Read:
    return run, read_diagnoses(run)
