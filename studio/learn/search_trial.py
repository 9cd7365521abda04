"""One trial of a search: a quick training that tells each epoch, and ends when it is given up."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from studio.core.children import ALONE, Emit, ShouldStop
from studio.core.config import StudioConfig
from studio.core.errors import UserError
from studio.core.events import EpochFinished, Event, Notice, RunStarted, Scores
from studio.core.requests import TrainRequest
from studio.core.runs import RunFolder
from studio.core.searches import Value
from studio.learn.search_space import trial_config
from studio.learn.search_study import Study, figure_of
from studio.learn.train_job import train

if TYPE_CHECKING:
    import optuna


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How a trial ended.

    Attributes:
        state: `done`, `pruned`, `failed`, or `stopped` by the person: then it counts for nothing.
        cause: why it failed.
    """

    state: Literal["done", "pruned", "failed", "stopped"]
    cause: str = ""


class TrialRunner:
    """Trains one trial and hears it."""

    def __init__(self, study: Study, trial: optuna.Trial, run: RunFolder, emit: Emit, should_stop: ShouldStop) -> None:
        """Args:
        study: is told each epoch.
        trial: the trial in it.
        run: the trial's run.
        emit: takes what the training says that matters to others: its start, its epochs, warnings.
        should_stop: whether someone wants the search to stop.
        """
        self._study = study
        self._trial = trial
        self._run = run
        self._emit = emit
        self._asked_to_stop = should_stop
        self._best: tuple[float, Scores] | None = None
        self._score_95: tuple[float, float] | None = None
        self._epochs = 0
        self._is_over = self._is_pruned = False

    def work(self, config: StudioConfig, values: dict[str, Value], data: str) -> Ending:
        """Train, and tell the study how it ended.

        Args:
            config: of the search.
            values: what is tried.
            data: the dataset's folder.
        """
        began = time.monotonic()
        self._study.note_run(self._trial, str(self._run.path))
        cause = ""
        try:
            request = TrainRequest(config=trial_config(config, values), data=data)
            train(request, self._run.path, seat=ALONE, emit=self._hear, should_stop=self._should_stop)
        except UserError as error:  # a loss that is no number any more tells of these settings, not of the search
            cause = str(error)
        if not cause and not self._is_over and not self._is_pruned:
            self._study.put_back(self._trial)
            return Ending(state="stopped")
        state: Literal["done", "pruned", "failed"] = "failed" if cause else "pruned" if self._is_pruned else "done"
        self._study.close(
            self._trial, state, self._best[0] if self._best else None, self._facts(time.monotonic() - began, cause)
        )
        return Ending(state=state, cause=cause)

    def _facts(self, duration_s: float, cause: str) -> dict[str, Any]:
        facts: dict[str, Any] = {"epochs": self._epochs, "duration_s": round(duration_s, 3)}
        if cause:
            facts["cause"] = cause
        if self._best is not None:
            facts |= {"score": self._best[1].balanced_accuracy, "confusion": self._best[1].confusion}
        if self._score_95 is not None:
            facts["score_95"] = self._score_95
        return facts

    def _hear(self, event: Event) -> None:
        match event:
            case EpochFinished():
                self._emit(event)
                self._take(event)
            case RunStarted():
                self._emit(event)
            case Notice() if event.kind == "warning":
                self._emit(event)
            case _:
                pass

    def _take(self, event: EpochFinished) -> None:
        assert event.val is not None, "the search has checked that there are validation photos"
        self._epochs = event.epoch
        figure = figure_of(event.val.balanced_accuracy, event.val.auroc)
        if self._best is None or figure > self._best[0]:
            self._best = figure, event.val
        if event.is_best:  # by balanced accuracy too, whatever breaks its ties
            self._score_95 = event.balanced_accuracy_95
        # By its best epoch a trial is judged, and by its best epoch so far it is compared.
        must_prune = self._study.report(self._trial, self._best[0], event.epoch)
        self._is_over = event.epoch >= event.epochs
        self._is_pruned = must_prune and not self._is_over

    def _should_stop(self) -> bool:
        # A trial that is over is not judged on the test photos: a hundred looks at them would wear them out.
        return self._is_over or self._is_pruned or self._asked_to_stop()
