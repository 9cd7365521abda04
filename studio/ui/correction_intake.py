"""Brings corrected photos into the open dataset."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from studio.core.events import Event, JobEnded, PhotoRejected
from studio.core.requests import ImportRequest
from studio.core.words import plural
from studio.ui.job_runner import JobInfo
from studio.ui.result import Result
from studio.ui.result_model import ResultModel
from studio.ui.session import Session

IMPORT_TARGET = "studio.data.import_job:import_photos"
_TITLE = "Adding corrections"


class CorrectionIntake(QObject):
    """Imports the tray's photos, one job for each class; what a dataset has taken leaves the tray."""

    changed = Signal()

    def __init__(self, session: Session, model: ResultModel, parent: QObject) -> None:
        """Args:
        session: runs the jobs.
        model: whose corrections are taken.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session
        self._model = model
        self._groups: list[tuple[str, tuple[str, ...]]] = []
        self._paths: tuple[str, ...] = ()
        self._refused: list[PhotoRejected] = []
        self._total = self._taken = 0
        self._name = ""
        session.event_happened.connect(self._hear)
        session.job_ended.connect(self._end)

    @property
    def is_running(self) -> bool:
        """Whether photos are being brought in."""
        return bool(self._paths)

    def obstacle(self) -> str:
        """Why nothing can be added now, as a sentence; empty when it can."""
        session = self._session
        if not self._model.corrections:
            return "Correct a wrong answer first; it is then collected here."
        if session.dataset is None:
            return "Open a dataset first, on the Dataset tab."
        return f"{session.job.title} is still running." if session.job is not None else ""

    def start(self) -> None:
        """Add all corrections to the open dataset."""
        obstacle = self.obstacle()
        if obstacle:
            self._session.say("warning", obstacle)
            return
        assert self._session.dataset is not None
        self._groups = _by_class(self._model.corrections)
        self._refused = []
        self._total = len(self._model.corrections)
        self._taken = 0
        self._name = self._session.dataset.name
        self._next()

    def _next(self) -> None:
        dataset = self._session.dataset
        if not self._groups or dataset is None:
            self._tell()
            return
        label, paths = self._groups.pop(0)
        request = ImportRequest(paths=paths, name=dataset.name, label=label, is_addition=True, is_correction=True)
        if self._session.start_job(IMPORT_TARGET, request, dataset.folder, kind="import", title=_TITLE):
            self._paths = paths
        else:
            self._groups = []
        self.changed.emit()

    def _hear(self, event: Event) -> None:
        if self._paths and isinstance(event, PhotoRejected):
            self._refused.append(event)

    def _end(self, job: JobInfo, ending: JobEnded) -> None:
        if not self._paths:
            return
        paths, self._paths = self._paths, ()
        if ending.outcome == "done":
            refused = {event.path for event in self._refused}
            taken = [path for path in paths if path not in refused]
            self._taken += len(taken)
            self._model.hand_over(paths)
            self._next()
        else:  # what was stopped or failed stays on the tray; the session has said why
            self._groups = []
            self.changed.emit()

    def _tell(self) -> None:
        if self._refused:
            reasons = "\n".join(f"{event.path}: {event.reason}" for event in self._refused)
            words = f"{self._taken} of {plural(self._total, 'photo')} joined {self._name}; the others were set aside."
            self._session.say("info", words, reasons)
        else:
            self._session.say("success", f"{plural(self._taken, 'photo')} joined {self._name}.")
        self.changed.emit()


def _by_class(corrections: Sequence[Result]) -> list[tuple[str, tuple[str, ...]]]:
    groups: dict[str, list[str]] = {}
    for result in corrections:
        groups.setdefault(result.correction, []).append(result.path)
    return [(label, tuple(paths)) for label, paths in groups.items()]
