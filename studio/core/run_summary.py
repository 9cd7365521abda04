"""What the list of runs says of each run, read from its log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.core.config import StudioConfig
from studio.core.errors import UserError
from studio.core.events import (
    VALIDATION,
    EpochFinished,
    EvaluationFinished,
    Event,
    RunFinished,
    RunStarted,
    Scores,
)
from studio.core.expert_events import TrialFinished
from studio.core.runs import TRIALS, RunFolder, list_runs


@dataclass(frozen=True, kw_only=True)
class RunSummary:
    """One run in a list.

    Attributes:
        run: its folder.
        title: its name in the window.
        architecture: the network's name.
        preset: slug of the strategy it was made with; None for settings of one's own.
        epoch: the last whole epoch; 0 when none was finished.
        epochs: planned epochs; 0 when the run never began.
        best: validation scores of the model as it classifies, else at the best epoch; None when there are none.
        best_epoch: that epoch; 0 when none was finished.
        balanced_95: 95 % interval of the model's balanced accuracy if other photos had been taken; None where nobody
            asked how many photos its samples stem from.
        member, members: the last network that finished an epoch, and how many the model shall have.
        outcome: `finished`, `stopped early`, `stopped`, `given up` (by its search), `interrupted`, or `never began`.
        at_s: when the log was last written, in seconds since 1970.
        has_model: whether there are weights to classify with.
        can_resume: whether something is left to do, epochs or the judgement of the model, and nothing to lose by it; a
            trial that its search gave up is over.
        can_extend: whether it has ended by itself, with weights to go on from for more epochs than were planned; an
            ensemble has not, since its earlier members would stay behind.
    """

    run: RunFolder
    title: str
    architecture: str = ""
    preset: str | None = None
    epoch: int = 0
    epochs: int = 0
    best: Scores | None = None
    best_epoch: int = 0
    balanced_95: tuple[float, float] | None = None
    member: int = 1
    members: int = 1
    outcome: str = "never began"
    at_s: float = 0.0
    has_model: bool = False
    can_resume: bool = False
    can_extend: bool = False


def summarise(run: RunFolder, *, is_given_up: bool = False) -> RunSummary:
    """Read a run's log and say what it came to.

    Only the lines that count are parsed: a log holds up to 200 points an epoch.

    Args:
        run: its folder.
        is_given_up: whether its search gave it up, which its own log does not tell from a stop by the person.
    """
    started: RunStarted | None = None
    last: EpochFinished | None = None
    ended: RunFinished | None = None
    best: Scores | None = None
    balanced_95: tuple[float, float] | None = None
    at_s = 0.0
    for at_s, event in _told(run, RunStarted, EpochFinished, EvaluationFinished, RunFinished):  # noqa: B007
        match event:
            case RunStarted():
                started, ended, balanced_95 = event, None, None
            case EpochFinished():
                last = event
                if event.is_best:
                    best, balanced_95 = event.val, event.balanced_accuracy_95
            case EvaluationFinished() if event.split == VALIDATION:
                best, balanced_95 = event.scores, event.balanced_accuracy_95
            case RunFinished():
                ended = event
            case _:
                pass
    config = _settings(run)
    epochs = last.epochs if last is not None else started.epochs if started is not None else 0
    epoch = last.epoch if last is not None else 0
    member = last.member if last is not None else 1
    members = config.ensemble.members if config is not None else 1
    has_model = run.best.is_file()
    # A run that was killed in its first epoch begins once more; with a model but no state, that would be lost.
    has_state = run.last.is_file() or (started is not None and run.environment.is_file() and not has_model)
    is_open = ended is None or epoch < epochs or member < members
    has_ended = ended is not None and ended.outcome in ("stopped early", "finished")
    outcome = ended.outcome if ended is not None else "interrupted" if started is not None else "never began"
    return RunSummary(
        run=run,
        title=run.title,
        architecture=config.model.architecture if config is not None else "",
        preset=config.preset if config is not None else None,
        epoch=epoch,
        epochs=epochs,
        best=best,
        best_epoch=last.best_epoch if last is not None else 0,
        balanced_95=balanced_95,
        member=member,
        members=members,
        outcome="given up" if outcome == "stopped" and is_given_up else outcome,
        at_s=at_s or _changed_s(run.config),
        has_model=has_model,
        can_resume=has_state and not has_ended and not is_given_up and is_open,
        can_extend=has_state and has_ended and epoch > 0 and members == 1,
    )


def summaries(runs: Path) -> Sequence[RunSummary]:
    """Summaries of all runs in a folder, newest first."""
    found = list_runs(runs)
    trials = {run.path.parent for run in found if run.path.parent.name == TRIALS}
    given_up = {path for place in trials for path in _given_up(place)}
    return [summarise(run, is_given_up=run.path in given_up) for run in found]


def was_given_up(run: RunFolder) -> bool:
    """Whether the run is a trial that its search gave up."""
    return run.path.parent.name == TRIALS and run.path in _given_up(run.path.parent)


def _given_up(trials: Path) -> list[Path]:
    """Folders of the trials that their search gave up, by its log; the workspace may have moved since."""
    told = _told(RunFolder(trials.parent), TrialFinished)
    ended = {Path(event.run).name: event.state for _, event in told if isinstance(event, TrialFinished)}
    return [trials / name for name, state in ended.items() if state == "pruned"]


def _told(run: RunFolder, *kinds: type[Event]) -> Iterator[tuple[float, Event]]:
    try:
        yield from run.replay(*kinds)
    except OSError:
        return  # a run that cannot be read is listed all the same


def _settings(run: RunFolder) -> StudioConfig | None:
    try:
        return run.load_config()
    except UserError:
        return None


def _changed_s(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
