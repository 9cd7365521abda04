"""Teaches a run's model the place that the photos at hand come from, and takes it back."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.core.events import AdaptationFinished, Event, JobEnded
from studio.core.requests import AdaptRequest
from studio.core.runs import RunFolder, list_runs, new_run
from studio.core.words import count, plural
from studio.ui.evidence import Evidence, read_evidence
from studio.ui.job_runner import JobInfo
from studio.ui.run_files import to_bin
from studio.ui.session import Session

ADAPT_TARGET = "studio.learn.adapt_job:adapt"
FEWEST_PHOTOS = 20
KIND = "adapt"
_TITLE = "Adapting"

_Named = tuple[AdaptationFinished, Evidence | None, Evidence | None]
"""What came of it, what the new run was judged by, and the one before."""


class Adapting(QObject):
    """Runs the job, names the new run, and moves it to the bin when it is not wanted after all."""

    changed = Signal()
    kept = Signal(object, object, object)
    refused = Signal(object)
    undone = Signal(str)

    def __init__(self, session: Session, parent: QObject) -> None:
        """Args:
        session: runs the job.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session
        self._photos = 0
        self._is_running = False
        self._told: AdaptationFinished | None = None
        session.event_happened.connect(self._hear)
        session.job_ended.connect(self._end)

    @property
    def is_running(self) -> bool:
        """Whether a model is being adapted."""
        return self._is_running

    @property
    def photos(self) -> int:
        """How many photos the last adaptation was given."""
        return self._photos

    def obstacle(self, model: str, answered: int, *, is_answering: bool) -> str:
        """Why nothing can be adapted now, as a sentence; empty when it can.

        Args:
            model: the run's folder or the model file in force; empty for none.
            answered: photos that it has answered.
            is_answering: whether it is still answering.
        """
        if not model:
            return "Choose a model first."
        if self._session.summary(RunFolder(Path(model))) is None:
            return "Only a run of this studio can be adapted: a model file does not hold what it learned from."
        if is_answering:
            return "Wait until every photo is answered."
        if answered < FEWEST_PHOTOS:
            return f"{plural(FEWEST_PHOTOS, 'photo')} of the place of use are needed; {count(answered)} are answered."
        job = self._session.job
        return f"{job.title} is still running." if job is not None else ""

    def start(self, model: str, photos: Sequence[str]) -> None:
        """Adapt a run's model to photos; the run stays as it is.

        Args:
            model: the run's folder.
            photos: files.
        """
        folder = new_run(self._session.runs_folder, "adapted").path
        request = AdaptRequest(run=model, photos=tuple(photos))
        self._told = None
        # Told to those who hear of the job's start.
        self._is_running, self._photos = True, len(photos)
        self._is_running = self._session.start_job(ADAPT_TARGET, request, folder, kind=KIND, title=_TITLE)
        self.changed.emit()

    def undo(self, event: AdaptationFinished) -> None:
        """Move the adapted run to the bin; `undone` names the run before."""
        self.undone.emit(event.run_before)  # nothing asks the adapted model any more when its folder goes
        self._session.in_background(to_bin, RunFolder(Path(event.run)), done=self._say_undone)

    def _hear(self, event: Event) -> None:
        if self._is_running and isinstance(event, AdaptationFinished):
            self._told = event

    def _end(self, job: JobInfo, ending: JobEnded) -> None:
        if job.kind != KIND or not self._is_running:
            return
        self._is_running = False
        told = self._told if ending.outcome == "done" else None
        if told is not None and told.is_kept:
            self._session.in_background(_named, told, done=self._take_named)
        elif told is not None:
            self.refused.emit(told)
        self.changed.emit()

    def _take_named(self, named: _Named) -> None:
        self._session.refresh_runs()
        self.kept.emit(*named)

    def _say_undone(self, run: RunFolder) -> None:
        if self._session.run == run:
            self._session.set_run(None)
        self._session.refresh_runs()
        self._session.say("info", "Back to the model before; the adapted run was moved to the bin.")


def _named(told: AdaptationFinished) -> _Named:
    """Call the new run after the one before, with a number when others are called the same; what each was judged by."""
    run, before = RunFolder(Path(told.run)), RunFolder(Path(told.run_before))
    title = f"{before.title}, adapted"
    taken = {other.title for other in list_runs(run.path.parent) if other != run}
    names = itertools.chain([title], (f"{title} {number}" for number in itertools.count(2)))
    run.rename(next(name for name in names if name not in taken))
    return told, read_evidence(run), read_evidence(before)
