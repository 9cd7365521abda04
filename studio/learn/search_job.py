"""The job that looks for better settings by many short trainings."""

from __future__ import annotations

import os
import time
from pathlib import Path

from studio.core.children import Emit, Seat, ShouldStop
from studio.core.errors import ConfigError, UserError
from studio.core.events import Event, Notice, Progress
from studio.core.expert_events import SearchFinished, TrialFinished
from studio.core.files import write_text
from studio.core.requests import SearchRequest
from studio.core.runs import EventLog, RunFolder, new_run
from studio.core.searches import SearchFolder, differences, values_words, with_best
from studio.core.storage_address import with_password, without_password
from studio.data.photos import is_dataset
from studio.learn.environment import Environment
from studio.learn.run_setup import Material, Setup, prepare
from studio.learn.search_space import space_of, trial_config
from studio.learn.search_storage import import_optuna
from studio.learn.search_study import Study, whole_of
from studio.learn.search_trial import TrialRunner
from studio.learn.search_words import METRIC, ending_words

PHASE = "searching, trial"
_HOPELESS = 3
"""So many failures before the first success end a search: what fails is not the settings."""
_ANEW = (
    "The search begins anew: its earlier trials had other photos or another version's settings, or the study that held"
    " them is gone; their runs stay"
)


def search(request: SearchRequest, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Look for better settings, or go on looking.

    Args:
        request: settings, data, storage; in a folder with a search these must be its own, but for how long to look.
        folder: the search's; trials are runs in its `trials`.
        seat: a search has one.
        emit: takes the events.
        should_stop: asked between batches; what was tried is kept, and the same folder goes on.

    Raises:
        ConfigError: other settings than the search began with, or no validation photos.
        UserError: data, folder or storage cannot be used, or every trial fails.
    """
    assert seat.world_size == 1
    began = time.monotonic()
    import_optuna()
    request = request.model_copy(update={"storage": with_password(request.storage, os.environ)})
    place = SearchFolder(folder.absolute())
    _open(place, request)
    log = EventLog(RunFolder(place.path))
    try:
        _Search(place, request, log, emit, should_stop, began).work()
    finally:
        log.close()


class _Search:
    def __init__(
        self,
        place: SearchFolder,
        request: SearchRequest,
        log: EventLog,
        emit: Emit,
        should_stop: ShouldStop,
        began: float,
    ) -> None:
        self._place = place
        self._config = request.config
        self._request = request
        self._log = log
        self._emit = emit
        self._should_stop = should_stop
        self._began = began
        self._told = {(event.number, event.run) for _, event in place.replay() if isinstance(event, TrialFinished)}
        self._said: set[str] = set()
        self._failures = 0

    def work(self) -> None:
        material = self._material()
        if material is None:
            return
        study = Study(
            self._config,
            space_of(self._config),
            journal=self._place.journal,
            storage=self._request.storage,
            fingerprint=material.fingerprint,
        )
        if self._told and not study.ended():
            self._say(Notice(kind="warning", text=_ANEW))
        self._tell_new(study)
        while not (self._should_stop() or self._is_late()):
            asked = study.ask()
            if asked is None:
                break
            trial, values = asked
            run = new_run(self._place.trials, f"trial-{trial.number + 1:03d}")
            run.rename(f"Trial {trial.number + 1}: {values_words(values)}")
            runner = TrialRunner(study, trial, run, lambda event: self._pass_on(event, study), self._should_stop)
            ending = runner.work(self._config, values, str(material.folder))
            self._keep_best_model_alone(study)
            self._tell_new(study)
            self._check_hope(study, ending.state == "failed", ending.cause)
        self._finish(study)

    def _material(self) -> Material | None:
        """The dataset that all trials share.

        Raises:
            ConfigError: nothing would judge the trials.
        """
        config = trial_config(self._config, {})
        own = RunFolder(self._place.path)
        made = str(own.dataset) if own.split.is_file() and is_dataset(own.dataset) else ""
        environment = Environment(data=self._request.data, dataset=made)
        setup = Setup(config=config, environment=environment, is_resumed=False)
        material = prepare(setup, own, emit=self._emit, should_stop=self._should_stop)
        if material is not None and not material.splits.val:
            raise ConfigError(
                f"data.val_ratio: {config.data.val_ratio:g} leaves no photos to compare trials on; set it to 0.1 or"
                " more"
            )
        return material

    def _pass_on(self, event: Event, study: Study) -> None:
        if isinstance(event, Notice):
            if event.text in self._said:
                return
            self._said.add(event.text)
        self._emit(event)
        self._tell_progress(study)

    def _tell_progress(self, study: Study) -> None:
        self._emit(Progress(phase=PHASE, done=min(study.total, len(study.ended()) + 1), total=study.total))

    def _tell_new(self, study: Study) -> None:
        """Say which trials have ended since, here or on another machine."""
        for trial in study.ended():
            told = (trial.number, str(trial.user_attrs.get("run", "")))  # numbers begin again where a search does
            if told not in self._told:
                self._told.add(told)
                self._say(study.event_of(trial, self._place.path))
        self._tell_progress(study)

    def _keep_best_model_alone(self, study: Study) -> None:
        """A hundred models would fill a disk; the best trial's is kept, and those that others may be training now."""
        best = study.best()
        kept = "" if best is None else Path(str(best.user_attrs.get("run", ""))).name
        over = {Path(run).name for run in study.runs_over()} - {kept}
        for folder in self._place.trials.iterdir():
            if folder.name in over:
                RunFolder(folder).best.unlink(missing_ok=True)

    def _check_hope(self, study: Study, has_failed: bool, cause: str) -> None:
        self._failures = self._failures + 1 if has_failed else 0
        if has_failed:
            self._say(Notice(kind="info", text=f"A trial failed: {cause}"))
        if self._failures >= _HOPELESS and study.best() is None:
            raise UserError(f"The first {self._failures} trials all failed; the last one said: {cause}")

    def _is_late(self) -> bool:
        limit_s = self._config.search.timeout_s
        return limit_s is not None and time.monotonic() - self._began >= limit_s

    def _finish(self, study: Study) -> None:
        best, ended = study.best(), study.ended()
        whole = [whole_of(trial) for trial in ended if trial.state.name == "COMPLETE"]
        chosen = next((trial for trial in whole if best is not None and trial.number == best.number), None)
        others = [trial for trial in whole if trial is not chosen]
        if chosen is not None:
            write_text(self._place.best_config, with_best(self._config, chosen.values).to_json())
        self._say(
            SearchFinished(
                study=str(self._place.path),
                trials=len(ended),
                pruned=sum(trial.state.name == "PRUNED" for trial in ended),
                failed=sum(trial.state.name == "FAIL" for trial in ended),
                best=None if chosen is None else chosen.number,
                values={} if chosen is None else chosen.values,
                score=None if chosen is None else chosen.score,
                metric=METRIC,
                importance=study.importance(),
                sentence=ending_words(chosen, others, ended=len(ended)),
            )
        )

    def _say(self, event: Event) -> None:
        self._log.write(event)
        self._emit(event)


def _open(place: SearchFolder, request: SearchRequest) -> None:
    """Begin a search, or see that it is the same one.

    Raises:
        ConfigError: it began otherwise.
        UserError: something else lies in the folder, or it cannot be written.
    """
    if place.exists():
        then = place.load()
        changed = differences(then.config, request.config)
        if changed:
            raise ConfigError(
                f"{changed[0]}: the search in {place.path} was begun with {then.config.value(changed[0])!r}; one that"
                " goes on keeps its settings, and only search.trials and search.timeout_s may differ"
            )
        storages = [without_password(asked.storage) for asked in (then, request)]
        for name, was, now in (("data", then.data, request.data), ("storage", *storages)):
            if was != now:
                raise ConfigError(
                    f"{name}: the search in {place.path} was begun with {was or 'its own file'!r}, not {now!r}; name"
                    " another folder"
                )
    elif RunFolder(place.path).exists():
        raise UserError(f"{place.path}: holds a run; name another folder for the search")
    place.save(request)
