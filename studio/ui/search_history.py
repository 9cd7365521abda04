"""What a search's events add up to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from studio.core.events import EpochFinished, Event, Progress, RunStarted, Scores
from studio.core.expert_events import SearchFinished, TrialFinished
from studio.core.intervals import balanced_range
from studio.core.searches import values_words

State = Literal["running", "done", "pruned", "failed"]


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One trial as the window shows it.

    Attributes:
        name: such as `Trial 4`.
        number: from 0; -1 of the one that runs.
        state: how it ended, or that it runs.
        score: balanced accuracy at its best epoch so far, 0..1.
        score_95: its 95 % interval.
        epochs: finished ones.
        words: what it tries.
        run: its folder.
        duration_s: wall time; 0 while it runs.
    """

    name: str
    number: int
    state: State
    score: float | None
    epochs: int
    words: str
    run: str
    duration_s: float = 0.0
    score_95: tuple[float, float] | None = None


class SearchHistory:
    """Folds the events of one search, live or stored; `receive` is the only way in."""

    def __init__(self) -> None:
        self.running: Trial | None = None
        self.finished: SearchFinished | None = None
        self.total: int | None = None
        self._ended: dict[int, TrialFinished] = {}
        self._best: int | None = None

    @property
    def ended(self) -> list[TrialFinished]:
        """Trials that have ended, in the order of starting."""
        return [self._ended[number] for number in sorted(self._ended)]

    @property
    def trials(self) -> list[Trial]:
        """All trials: the one that runs first, then the newest ones."""
        ended = [_told(event) for event in reversed(self.ended)]
        return [*([self.running] if self.running is not None else []), *ended]

    @property
    def best(self) -> TrialFinished | None:
        """The best trial so far."""
        return self._ended.get(-1 if self._best is None else self._best)

    @property
    def best_so_far(self) -> list[float]:
        """The best whole trial's score after each trial that has ended; NaN before the first."""
        best, line = float("nan"), []
        for event in self.ended:
            if event.state == "done" and event.score is not None and not best >= event.score:
                best = event.score
            line.append(best)
        return line

    def receive(self, event: Event) -> None:
        """Take in one event."""
        match event:
            case TrialFinished():
                self._ended[event.number] = event
                self.total, self._best = event.total, event.best
                if self.running is not None and self.running.run in ("", event.run):
                    self.running = None
            case Progress():
                self.total = event.total if event.phase.startswith("searching") else self.total
            case RunStarted():
                name, _, words = event.name.partition(": ")
                self.running = Trial(
                    name=name, number=-1, state="running", score=None, epochs=0, words=words, run=event.folder
                )
            case EpochFinished() if self.running is not None and event.val is not None:
                self._follow(self.running, event.epoch, event.val)
            case SearchFinished():
                self.finished, self._best = event, event.best
                self.running = None
            case _:
                pass

    def close(self) -> None:
        """Nothing runs any more, however it ended."""
        self.running = None

    def _follow(self, trial: Trial, epoch: int, val: Scores) -> None:
        is_best = trial.score is None or val.balanced_accuracy > trial.score
        self.running = Trial(
            name=trial.name,
            number=-1,
            state="running",
            score=val.balanced_accuracy if is_best else trial.score,
            score_95=balanced_range(val.confusion) if is_best else trial.score_95,
            epochs=epoch,
            words=trial.words,
            run=trial.run,
        )


def _told(event: TrialFinished) -> Trial:
    return Trial(
        name=f"Trial {event.number + 1}",
        number=event.number,
        state=event.state,
        score=event.score,
        epochs=event.epochs,
        words=values_words(event.values),
        run=event.run,
        duration_s=event.duration_s,
        score_95=event.score_95,
    )
