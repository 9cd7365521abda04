"""What the list of runs says of each run, read from its log."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
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

_TAIL_BYTES = 4096


@dataclass(kw_only=True)
class _Told:
    """What the lines of a log up to a place add up to."""

    started: RunStarted | None = None
    last: EpochFinished | None = None
    ended: RunFinished | None = None
    best: Scores | None = None
    balanced_95: tuple[float, float] | None = None
    at_s: float = 0.0
    place: int = 0
    tail: bytes = b""

    def take(self, at_s: float, event: Event) -> None:
        self.at_s = at_s
        match event:
            case RunStarted():
                self.started, self.ended, self.balanced_95 = event, None, None
            case EpochFinished():
                self.last = event
                if event.is_best:
                    self.best, self.balanced_95 = event.val, event.balanced_accuracy_95
            case EvaluationFinished() if event.split == VALIDATION:
                self.best, self.balanced_95 = event.scores, event.balanced_accuracy_95
            case RunFinished():
                self.ended = event
            case _:
                pass


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


class KnownLogs:
    """What logs had said when they were last read, so that only their new ends are read: a log may hold 50,000 epochs.

    Any thread may use it.
    """

    def __init__(self) -> None:
        self._told: dict[Path, _Told] = {}

    def read(self, run: RunFolder) -> _Told:
        """What a run's log says now; as far as it can be read."""
        known = self._told.get(run.path)
        told = replace(known) if known is not None and known.tail == _tail(run, known.place) else _Told()
        unfinished = None
        try:
            for place, line in run.lines_from(told.place, RunStarted, EpochFinished, EvaluationFinished, RunFinished):
                if place is None:
                    unfinished = line
                    continue
                told.place = place
                if line is not None:
                    told.take(*line)
        except OSError:
            pass  # a run that cannot be read is listed all the same
        told.tail = _tail(run, told.place)
        self._told[run.path] = told
        if unfinished is not None:
            told = replace(told)
            told.take(*unfinished)
        return told


def summarise(run: RunFolder, *, is_given_up: bool = False, known: KnownLogs | None = None) -> RunSummary:
    """Read a run's log and say what it came to.

    Only the lines that count are parsed: a log holds up to 200 points an epoch.

    Args:
        run: its folder.
        is_given_up: whether its search gave it up, which its own log does not tell from a stop by the person.
        known: what was read of logs before.
    """
    told = (known or KnownLogs()).read(run)
    started, last, ended, best = told.started, told.last, told.ended, told.best
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
        balanced_95=told.balanced_95,
        member=member,
        members=members,
        outcome="given up" if outcome == "stopped" and is_given_up else outcome,
        at_s=told.at_s or _changed_s(run.config),
        has_model=has_model,
        can_resume=has_state and not has_ended and not is_given_up and is_open,
        can_extend=has_state and has_ended and epoch > 0 and members == 1,
    )


def summaries(runs: Path, known: KnownLogs | None = None) -> Sequence[RunSummary]:
    """Summaries of all runs in a folder, newest first.

    Args:
        runs: the folder.
        known: what was read of logs before.
    """
    found = list_runs(runs)
    trials = {run.path.parent for run in found if run.path.parent.name == TRIALS}
    given_up = {path for place in trials for path in _given_up(place)}
    return [summarise(run, is_given_up=run.path in given_up, known=known) for run in found]


def was_given_up(run: RunFolder) -> bool:
    """Whether the run is a trial that its search gave up."""
    return run.path.parent.name == TRIALS and run.path in _given_up(run.path.parent)


def _given_up(trials: Path) -> list[Path]:
    """Folders of the trials that their search gave up, by its log; the workspace may have moved since."""
    ended: dict[str, str] = {}
    with suppress(OSError):
        for _, event in RunFolder(trials.parent).replay(TrialFinished):
            if isinstance(event, TrialFinished):
                ended[Path(event.run).name] = event.state
    return [trials / name for name, state in ended.items() if state == "pruned"]


def _settings(run: RunFolder) -> StudioConfig | None:
    try:
        return run.load_config()
    except UserError:
        return None


def _tail(run: RunFolder, place: int) -> bytes:
    """The last bytes before a place in a log, by which it is known again: each line says when it was written."""
    try:
        with run.events.open("rb") as log:
            log.seek(max(0, place - _TAIL_BYTES))
            return log.read(min(place, _TAIL_BYTES))
    except OSError:
        return b""


def _changed_s(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
