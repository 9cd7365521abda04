"""The trials of a search: what each tries, how it ended."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from studio.core.config import StudioConfig
from studio.core.expert_events import TrialFinished
from studio.core.intervals import balanced_range
from studio.core.searches import Value, plain_values, planned_trials
from studio.core.storage_address import without_password
from studio.learn.search_importance import importance
from studio.learn.search_proposals import pruner_of, sampler_of
from studio.learn.search_space import Dimension, own_values, suggest
from studio.learn.search_storage import import_optuna, open_study, storage_errors
from studio.learn.search_words import Whole
from studio.learn.search_workers import is_gone, worker_name

if TYPE_CHECKING:
    import optuna
    from optuna.trial import FrozenTrial

TIE = 1e-6
"""What AUROC adds to the figure: it breaks ties of balanced accuracy, and nothing more."""
_SET_BACK = "set back"
"""Mark of a trial that was stopped, or proposed once too often: it is over and counts for nothing."""
_STATES: dict[str, Literal["done", "pruned", "failed"]] = {"COMPLETE": "done", "PRUNED": "pruned", "FAIL": "failed"}


class Study:
    """The trials of a search, which other machines may share."""

    def __init__(
        self, config: StudioConfig, space: tuple[Dimension, ...], *, journal: Path, storage: str, fingerprint: str
    ) -> None:
        """Open the study, or begin it.

        Args:
            config: of the search.
            space: what is searched.
            journal: the file where the study lies unless `storage` names a database.
            storage: a database's URL, or empty.
            fingerprint: of the dataset; other data or settings make another study, also in the same database.

        Raises:
            UserError: the storage cannot be opened.
        """
        self.total = planned_trials(config)
        self._space = space
        self._optuna = import_optuna()
        self._is_shared = bool(storage)
        self._place = without_password(storage) or str(journal)
        self._worker = worker_name()
        is_grid = config.search.mode == "grid"
        with self._storage_errors(ImportError, ValueError, KeyError, TypeError, RuntimeError):
            self._study: optuna.Study = open_study(_study_name(config, space, fingerprint), journal, storage)
            count = len(self._study.get_trials(deepcopy=False))
            # Workers that share a study must not propose the same; one that goes on must not propose it again.
            seed = None if self._is_shared else config.training.seed + count
            self._study.sampler = sampler_of(config, space, seed)
            self._study.pruner = pruner_of(config)
            if count == 0 and not is_grid:
                self._study.enqueue_trial(own_values(space, config))
            self._set_back_orphans()

    def ask(self) -> tuple[optuna.Trial, dict[str, Value]] | None:
        """The next trial and what it tries; None when there are enough."""
        with self._storage_errors():
            while len(self._counted()) < self.total:
                trial = self._study.ask()
                trial.set_user_attr("worker", self._worker)
                values = suggest(self._space, trial)
                earlier = [other for other in self._counted() if other.number < trial.number]
                if len(earlier) >= self.total:  # another machine was quicker
                    self._set_back(trial)
                    return None
                if isinstance(self._study.sampler, self._optuna.samplers.GridSampler) and any(
                    other.params == trial.params for other in earlier
                ):
                    self._set_back(trial)
                    continue
                return trial, plain_values(values)
        return None

    def report(self, trial: optuna.Trial, figure: float, epoch: int) -> bool:
        """Tell how a trial stands after an epoch.

        Returns:
            whether to give it up.
        """
        with self._storage_errors():
            trial.report(figure, epoch)
            return trial.should_prune()

    def close(
        self,
        trial: optuna.Trial,
        state: Literal["done", "pruned", "failed"],
        figure: float | None,
        facts: dict[str, Any],
    ) -> None:
        """Tell how a trial ended.

        Args:
            trial: the trial.
            state: how.
            figure: the best one, where there is one.
            facts: score, its range, epochs, duration, confusion; kept with it.
        """
        kinds = self._optuna.trial.TrialState
        with self._storage_errors():
            for name, fact in facts.items():
                trial.set_user_attr(name, fact)
            if state == "done":
                self._study.tell(trial, figure)
            else:
                self._study.tell(trial, state=kinds.PRUNED if state == "pruned" else kinds.FAIL)

    def note_run(self, trial: optuna.Trial, run: str) -> None:
        """Tell where a trial is trained, before it is."""
        with self._storage_errors():
            trial.set_user_attr("run", run)

    def runs_over(self) -> list[str]:
        """Runs of all trials that have ended, those that count for nothing among them."""
        with self._storage_errors():
            trials = self._study.get_trials(deepcopy=False)
        return [str(trial.user_attrs.get("run", "")) for trial in trials if trial.state.is_finished()]

    def put_back(self, trial: optuna.Trial) -> None:
        """End a trial that was stopped, and have its values tried first when the search goes on."""
        with self._storage_errors():
            self._set_back(trial)
            self._study.enqueue_trial(trial.params)

    def ended(self) -> list[FrozenTrial]:
        """Trials that have ended, on any machine, by number."""
        with self._storage_errors():
            return [trial for trial in self._counted() if trial.state.is_finished()]

    def best(self) -> FrozenTrial | None:
        """The best whole trial; the earlier one of two that are equal."""
        whole = [trial for trial in self.ended() if trial.state.name == "COMPLETE" and trial.value is not None]
        return max(whole, key=lambda trial: (trial.value, -trial.number), default=None)

    def importance(self) -> dict[str, float]:
        """How much each setting matters; see `search_importance`."""
        # Optuna's evaluators need scikit-learn, or look at the best tenth alone: two or three trials of twenty.
        scored = [trial for trial in self.ended() if "score" in trial.user_attrs]
        return importance([(plain_values(trial.params), float(trial.user_attrs["score"])) for trial in scored])

    def event_of(self, trial: FrozenTrial, study: Path) -> TrialFinished:
        """How a trial ended, as everyone hears it."""
        facts, best, ended = trial.user_attrs, self.best(), self.ended()
        return TrialFinished(
            study=str(study),
            number=trial.number,
            done=sum(other.number <= trial.number for other in ended),
            total=self.total,
            state=_STATES[trial.state.name],
            values=plain_values(trial.params),
            score=facts.get("score"),
            epochs=int(facts.get("epochs", 0)),
            run=str(facts.get("run", "")),
            best=None if best is None else best.number,
            duration_s=float(facts.get("duration_s", 0.0)),
            score_95=_ends(facts),
        )

    def _storage_errors(self, *others: type[Exception]) -> AbstractContextManager[None]:
        return storage_errors(self._place, *others, is_shared=self._is_shared)

    def _counted(self) -> list[FrozenTrial]:
        """Trials that have begun and count."""
        return [
            trial
            for trial in self._study.get_trials(deepcopy=False)
            if trial.state.name != "WAITING" and _SET_BACK not in trial.user_attrs
        ]

    def _set_back(self, trial: optuna.Trial) -> None:
        trial.set_user_attr(_SET_BACK, True)
        self._study.tell(trial, state=self._optuna.trial.TrialState.FAIL)

    def _set_back_orphans(self) -> None:
        """Trials whose process on this machine was killed are tried again."""
        for trial in self._counted():
            if trial.state.name == "RUNNING" and is_gone(str(trial.user_attrs.get("worker", ""))):
                self.put_back(self._optuna.trial.Trial(self._study, trial._trial_id))


def figure_of(balanced_accuracy: float, auroc: float | None) -> float:
    """What a search makes large."""
    return balanced_accuracy + TIE * (auroc or 0.0)


def whole_of(trial: FrozenTrial) -> Whole:
    """A whole trial as the words at the end need it."""
    facts = trial.user_attrs
    return Whole(
        number=trial.number,
        values=plain_values(trial.params),
        score=float(facts["score"]),
        score_95=_ends(facts) or (0.0, 1.0),
    )


def _ends(facts: Mapping[str, Any]) -> tuple[float, float] | None:
    """The range of a trial's score: by photo, or by sample in studies of older versions."""
    if "score_95" in facts:
        return (float(facts["score_95"][0]), float(facts["score_95"][1]))
    return balanced_range(facts["confusion"]) if "confusion" in facts else None


def _study_name(config: StudioConfig, space: tuple[Dimension, ...], fingerprint: str) -> str:
    """One name on every machine that searches the same on the same data."""
    told = config.to_mapping()
    told["search"] = {key: told["search"][key] for key in ("mode", "quick_epochs", "quick_batches")}
    for section in ("hardware", "preset", "monitoring", "checkpointing"):
        told.pop(section)
    text = json.dumps([told, [repr(dimension) for dimension in space], fingerprint], sort_keys=True)
    return f"spotless-{config.search.mode}-{hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:12]}"
