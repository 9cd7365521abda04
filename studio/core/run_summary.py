"""What the list of runs says of each run, read from its log."""

from __future__ import annotations

from collections.abc import Sequence
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
    from_line,
)
from studio.core.expert_events import TrialFinished
from studio.core.runs import TRIALS, RunFolder, list_runs

_TOLD_BY = tuple(
    f'{{"event": "{kind.__name__}"' for kind in (RunStarted, EpochFinished, EvaluationFinished, RunFinished)
)
_OF_TRIALS = (f'{{"event": "{TrialFinished.__name__}"',)


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
        can_resume: whether there are weights to go on from, with epochs left.
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
    told = _told(run, _TOLD_BY)
    for _, event in told:
        match event:
            case RunStarted():
                started, ended, balanced_95 = event, None, None
            case EpochFinished():
                last = event
                if event.is_best:
                    best = event.val
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
    has_state = run.last.is_file()
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
        at_s=told[-1][0] if told else _changed_s(run.config),
        has_model=run.best.is_file(),
        can_resume=has_state and not has_ended and (epoch < epochs or member < members),
        can_extend=has_state and has_ended and epoch > 0 and members == 1,
    )


def summaries(runs: Path) -> Sequence[RunSummary]:
    """Summaries of all runs in a folder, newest first."""
    found = list_runs(runs)
    trials = {run.path.parent for run in found if run.path.parent.name == TRIALS}
    given_up = {path for place in trials for path in _given_up(place)}
    return [summarise(run, is_given_up=run.path in given_up) for run in found]


def _given_up(trials: Path) -> list[Path]:
    """Folders of the trials that their search gave up, by its log; the workspace may have moved since."""
    told = [event for _, event in _told(RunFolder(trials.parent), _OF_TRIALS)]
    ended = {Path(event.run).name: event.state for event in told if isinstance(event, TrialFinished)}
    return [trials / name for name, state in ended.items() if state == "pruned"]


def _told(run: RunFolder, kinds: tuple[str, ...]) -> list[tuple[float, Event]]:
    try:
        with run.events.open(encoding="utf-8", errors="replace") as lines:
            told = [line for line in lines if line.startswith(kinds)]
    except OSError:
        return []
    read = []
    for line in told:
        try:
            read.append(from_line(line))
        except UserError:
            continue  # torn when the plug was pulled
    return read


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
