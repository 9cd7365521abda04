"""Starts, stops and continues searches, knows the one on show, and puts its best settings to use."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.core.config import StudioConfig
from studio.core.errors import UserError
from studio.core.events import Event, JobEnded
from studio.core.requests import SearchRequest
from studio.core.runs import new_run
from studio.core.searches import SearchFolder, list_searches, planned_trials, with_best
from studio.data.manifest import Manifest
from studio.ui.job_runner import JobInfo
from studio.ui.search_history import SearchHistory
from studio.ui.session import Session

SEARCH_TARGET = "studio.learn.search_job:search"
KIND = "search"
_TITLE = "Searching"


@dataclass(frozen=True)
class _Stored:
    """The newest search of a dataset's folder, of any dataset for None; None where there is none."""

    of: Path | None
    search: tuple[SearchFolder, SearchRequest, list[Event]] | None


class Searching(QObject):
    """One search at a time, live or read from its folder; `changed` says that something of it did."""

    changed = Signal()
    began = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        """Args:
        session: runs the job.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session
        self.place: SearchFolder | None = None
        self.history = SearchHistory()
        self.is_running = False
        self._asked: SearchRequest | None = None
        self._applied: tuple[StudioConfig, StudioConfig] | None = None
        self._of: Path | None = None
        self._is_wanted = False
        session.job_started.connect(self._note_start)
        session.event_happened.connect(self._hear)
        session.job_ended.connect(self._end)
        session.config_changed.connect(self._tell)
        session.dataset_changed.connect(self._leave_others)

    @property
    def obstacle(self) -> str:
        """What stands in the way of a new search, as a sentence; empty when nothing does."""
        return self._session.training_obstacle()

    @property
    def continue_obstacle(self) -> str:
        """What stands in the way of going on with the search on show; empty when nothing does."""
        if self.place is None or self._asked is None:
            return "There is no search to go on with."
        if self._session.is_busy:
            return f"{self._session.job.title if self._session.job else 'A job'} is still running."
        planned = planned_trials(self._longer(self._asked).config)
        if len(self.history.ended) >= planned:
            more = "" if self._asked.config.search.mode == "grid" else "; plan more in Configure, Search"
            return f"All {planned} trials are done{more}."
        return ""

    @property
    def is_in_force(self) -> bool:
        """Whether the next run has the best trial's values, whatever else of the settings has changed."""
        best, config = self.history.best, self._session.config
        try:
            return best is not None and with_best(config, best.values) == config
        except UserError:  # of another version of the studio; pressing the button says so
            return False

    @property
    def is_applied(self) -> bool:
        """Whether the best settings are those for the next run, put there by `use_best`."""
        return self._applied is not None and self._session.config == self._applied[1]

    def look_for_newest(self) -> None:
        """Show the newest search of the open dataset, of any where none is open, unless one is on show."""
        self._is_wanted = True
        if self.place is None:
            self._of = None if self._session.dataset is None else self._session.dataset.folder
            self._session.in_background(_newest, self._session.runs_folder, self._of, done=self._take)

    def start(self) -> None:
        """Begin a search on the open dataset with the settings at hand."""
        dataset = self._session.dataset
        if self.obstacle or dataset is None:
            self._session.say("warning", self.obstacle)
            return
        folder = new_run(self._session.runs_folder, "search").path
        self._run(SearchFolder(folder), SearchRequest(config=self._session.config, data=str(dataset.folder)))

    def go_on(self) -> None:
        """Go on with the search on show, for as long as Configure says now."""
        if self.place is not None and self._asked is not None and not self.continue_obstacle:
            self._run(self.place, self._longer(self._asked))

    def stop(self) -> None:
        """End the search after the running batch; a second call ends it at once."""
        self._session.stop_job()

    def use_best(self) -> None:
        """Put the best trial's values into the settings for the next run."""
        best = self.history.best
        if best is None:
            return
        before = self._session.config
        try:
            after = with_best(before, best.values)
        except UserError as error:
            self._session.say("danger", str(error))
            return
        self._applied = before, after
        self._session.set_config(after)
        self.changed.emit()

    def undo(self) -> None:
        """Take the best settings back, unless the settings have changed since."""
        if self._applied is None:
            return
        (before, after), self._applied = self._applied, None
        if self._session.config == after:
            self._session.set_config(before)
        else:
            self._session.say("info", "The settings have changed since; they are left as they are.")
        self.changed.emit()

    def receive(self, event: Event) -> None:
        """Take in one event of the search, live or stored; the only way in."""
        self.history.receive(event)
        self.changed.emit()

    def _longer(self, request: SearchRequest) -> SearchRequest:
        """The same search with today's number of trials and time limit."""
        now, then = self._session.config.search, request.config
        values = {"search.trials": max(now.trials, then.search.trials), "search.timeout_s": now.timeout_s}
        return request.model_copy(update={"config": then.with_values(values)})

    def _run(self, place: SearchFolder, request: SearchRequest) -> None:
        is_started = self._session.start_job(SEARCH_TARGET, request, place.path, kind=KIND, title=_TITLE)
        if not is_started:
            return
        if self.place != place:
            self._clear()
            self._of = Path(request.data)
        self.history.finished = None
        self.place, self._asked = place, request
        self.changed.emit()

    def _note_start(self, job: JobInfo) -> None:
        self.is_running = job.kind == KIND
        if self.is_running:
            self.began.emit()
        self.changed.emit()

    def _hear(self, event: Event) -> None:
        if self.is_running:
            self.receive(event)

    def _end(self, job: JobInfo, ending: JobEnded) -> None:
        if job.kind == KIND:
            self.is_running = False
            self.history.close()
            self._session.refresh_runs()
        self.changed.emit()

    def _tell(self, *_: object) -> None:
        self.changed.emit()

    def _clear(self) -> None:
        self.place, self._asked, self._applied = None, None, None
        self.history = SearchHistory()

    def _leave_others(self, dataset: Manifest | None) -> None:
        """Show no search of another dataset than the open one, but for the one that is running."""
        if dataset is not None and dataset.folder != self._of and not self.is_running:
            self._clear()
            self._of = dataset.folder
            if self._is_wanted:
                self.look_for_newest()
        self.changed.emit()

    def _take(self, found: _Stored) -> None:
        if found.search is None or found.of != self._of or self.place is not None:
            return
        self.place, self._asked, events = found.search
        for event in events:
            self.history.receive(event)
        self.changed.emit()


def _newest(runs: Path, dataset: Path | None) -> _Stored:
    for place in list_searches(runs):
        try:
            asked = place.load()
            if dataset is None or os.path.realpath(asked.data) == os.path.realpath(dataset):
                return _Stored(dataset, (place, asked, [event for _, event in place.replay()]))
        except UserError:
            continue  # a torn record cannot be gone on with; its runs are in the list all the same
    return _Stored(dataset, None)
