"""Goes on training with the corrected photos that a run has not learned yet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from studio.core.config import read_json
from studio.core.events import CorrectionsLearned, Event, JobEnded
from studio.core.requests import ContinueRequest
from studio.core.runs import RunFolder, new_run
from studio.ui.job_runner import JobInfo
from studio.ui.session import Session

CONTINUE_TARGET = "studio.learn.continue_job:continue_run"
_TITLE = "Training with corrections"


class Continuing(QObject):
    """Knows how many corrected photos wait, starts the job, and says what it brought on the same held-out photos."""

    changed = Signal()
    improved = Signal(str)

    def __init__(self, session: Session, parent: QObject) -> None:
        """Args:
        session: runs the job, and has the dataset with the corrections.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session
        self._model = ""
        self._photos = 0
        self._told: CorrectionsLearned | None = None
        session.dataset_changed.connect(self._count)
        session.runs_changed.connect(self._count)  # at the start the dataset may be read before the runs are
        session.event_happened.connect(self._hear)
        session.job_ended.connect(self._end)

    @property
    def photos(self) -> int:
        """How many corrected photos of the open dataset the model in force has not learned."""
        return self._photos

    def follow_model(self, model: str) -> None:
        """Another model answers now: a run's folder, or a model file, which cannot go on."""
        self._model = model
        self._count()

    def obstacle(self) -> str:
        """Why it cannot go on now, as a sentence; empty when it can."""
        job = self._session.job
        return f"{job.title} is still running." if job is not None else ""

    def start(self) -> None:
        """Go on from the run in force, in a run of its own."""
        self._told = None
        folder = new_run(self._session.runs_folder, "continued").path
        request = ContinueRequest(run=self._model)
        self._session.start_job(CONTINUE_TARGET, request, folder, kind="train", title=_TITLE)

    def _count(self, *_: object) -> None:
        dataset, run = self._session.dataset, RunFolder(Path(self._model or "."))
        corrected = {sample.id for sample in dataset.samples if sample.is_corrected} if dataset is not None else set()
        if not corrected or not self._model or self._session.summary(run) is None or dataset is None:
            self._take((self._model, 0))
            return
        self._session.in_background(_unlearned, self._model, dataset.folder, corrected, done=self._take)

    def _take(self, found: tuple[str, int]) -> None:
        model, photos = found
        if model == self._model and photos != self._photos:
            self._photos = photos
            self.changed.emit()

    def _hear(self, event: Event) -> None:
        if isinstance(event, CorrectionsLearned):
            self._told = event

    def _end(self, job: JobInfo, ending: JobEnded) -> None:
        told, self._told = self._told, None
        if told is None or ending.outcome != "done":
            return
        self._session.in_background(_named, told, done=self._tell)

    def _tell(self, told: CorrectionsLearned) -> None:
        self._session.refresh_runs()
        is_better = told.after.balanced_accuracy >= told.before.balanced_accuracy
        self._session.say("success" if is_better else "warning", told.sentence)
        if is_better and told.run_before == self._model:
            self.improved.emit(told.run)


def _unlearned(model: str, dataset: Path, corrected: set[str]) -> tuple[str, int]:
    """How many of the corrected photos a run has not met, where it was trained on this dataset."""
    run = RunFolder(Path(model))
    if not (run.environment.is_file() and run.split.is_file() and run.best.is_file()):
        return model, 0
    place: Any = read_json(run.environment).get("dataset", "")
    if not place or Path(place).resolve() != dataset.resolve():
        return model, 0
    splits = read_json(run.split)
    known = {str(id) for name in ("train", "val", "test") for id in splits.get(name, ())}
    return model, len(corrected - known)


def _named(told: CorrectionsLearned) -> CorrectionsLearned:
    """Call the new run after the one before."""
    RunFolder(Path(told.run)).rename(f"{RunFolder(Path(told.run_before)).title}, corrected")
    return told
