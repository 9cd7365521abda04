"""What a run's events add up to: the one thing that curves, figures and tables are drawn from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.core.events import (
    AdaptationFinished,
    BatchesFinished,
    ChecksFinished,
    EpochFinished,
    EvaluationFinished,
    Event,
    JobEnded,
    Notice,
    PhaseStarted,
    Progress,
    RunFinished,
    RunStarted,
    Scores,
)
from studio.core.runs import MAX_POINTS_PER_EPOCH

VALIDATION = "val"
_CHUNK = 4096
_DIGITS = 100.0

Points = tuple[NDArray[np.float64], NDArray[np.float64]]


class Series:
    """Points of one curve, appended cheaply, read as arrays without a copy, smoothed as they come."""

    def __init__(self) -> None:
        self._x = np.empty(256)
        self._y = np.empty(256)
        self._calm = np.empty(256)
        self._count = 0
        self._calm_count = 0
        self._weight = 0.0
        self._mean = 0.0

    def __len__(self) -> int:
        return self._count

    def extend(self, x: Sequence[float], y: Sequence[float]) -> None:
        """Add points to the end."""
        needed = self._count + len(x)
        if needed > len(self._x):
            size = max(needed, 2 * len(self._x))
            self._x, self._y = np.resize(self._x, size), np.resize(self._y, size)
            self._calm = np.resize(self._calm, size)
        self._x[self._count : needed] = x
        self._y[self._count : needed] = y
        self._count = needed

    def cut(self, x_max: float) -> None:
        """Drop the points beyond `x_max`."""
        self._count = int(np.searchsorted(self._x[: self._count], x_max, side="right"))
        self._calm_count = 0

    @property
    def points(self) -> Points:
        """The places and the values."""
        return self._x[: self._count], self._y[: self._count]

    def smoothed(self, weight: float) -> Points:
        """The places, with each value averaged with those before it.

        The exponential mean is divided by the sum of its weights, as Adam's moments are (Kingma and Ba, 2015), so
        the first points are not pulled to zero. Only what is new since the last call is computed.

        Args:
            weight: 0 leaves the values alone; towards 1 the past counts ever more.
        """
        if weight <= 0:
            return self.points
        if weight != self._weight or self._calm_count == 0:
            self._weight, self._calm_count, self._mean = weight, 0, 0.0
        # Powers of the weight stay far from the limits of a double within one chunk.
        chunk = max(1, min(_CHUNK, int(_DIGITS / -math.log10(weight))))
        while self._calm_count < self._count:
            first, last = self._calm_count, min(self._calm_count + chunk, self._count)
            decay = weight ** np.arange(1, last - first + 1)
            values = self._y[first:last]
            values = np.where(np.isfinite(values), values, self._mean)  # one overflow shall not be all that follows
            means = decay * (self._mean + (1 - weight) * np.cumsum(values / decay))
            self._calm[first:last] = means / (1 - weight ** np.arange(first + 1, last + 1))
            self._mean = float(means[-1])
            self._calm_count = last
        return self._x[: self._count], self._calm[: self._count]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Scores on samples that were kept from training.

    Attributes:
        scores: on all of them; None where there are none.
        real, painted: the same, apart.
    """

    scores: Scores | None
    real: Scores | None
    painted: Scores | None


class RunHistory:
    """A run as far as its events have told it; live events and stored ones go the same way."""

    def __init__(self) -> None:
        self.started: RunStarted | None = None
        self.finished: RunFinished | None = None
        self.ending: JobEnded | None = None
        self.epochs: list[EpochFinished] = []
        self.judged: EvaluationFinished | None = None
        self.checks: ChecksFinished | None = None
        self.adaptation: AdaptationFinished | None = None
        self.batch_losses = Series()
        self.speeds = Series()
        self.notices: list[Notice] = []
        self.phases: tuple[str, ...] = ()
        self.phase = ""
        self.phase_share: float | None = None
        self.remaining_s: float | None = None
        self.images_per_s: float | None = None
        self.place = 0.0
        self._last_batch = 0
        self._last_epoch = 0

    def receive(self, event: Event) -> None:
        """Take in one event."""
        match event:
            case PhaseStarted():
                self.phase = event.phase
                self.phases = event.phases or self.phases
                self.phase_share = None
                self.ending = None
            case Progress():
                self.phase_share = event.done / event.total if event.total else None
                self.remaining_s = event.remaining_s
            case RunStarted():
                self._start(event)
            case BatchesFinished():
                self._add_batches(event)
            case EpochFinished():
                self._add_epoch(event)
            case EvaluationFinished():
                self.judged = event if event.split == VALIDATION else self.judged
            case ChecksFinished():
                self.checks = event
            case AdaptationFinished():
                self.adaptation = event
            case RunFinished():
                self.finished = event
                self.remaining_s = None
            case Notice():
                self.notices.append(event)
            case JobEnded():
                self.ending = event
                self.remaining_s = None
            case _:
                pass

    # What was asked of the run

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes in the order of the confusion matrix."""
        return self.started.classes if self.started is not None else ()

    @property
    def planned(self) -> int:
        """Planned epochs; 0 while unknown."""
        if self.epochs:
            return self.epochs[-1].epochs
        return self.started.epochs if self.started is not None else 0

    # Where it stands

    @property
    def epoch(self) -> int:
        """The running epoch, from 1; the last whole one when it is over; 0 before the first."""
        if self.is_over:
            return self.last.epoch if self.last is not None else 0
        following = self.last.epoch + 1 if self.last is not None else int(self.started is not None)
        return min(max(self._last_epoch, following), self.planned)

    @property
    def is_over(self) -> bool:
        """Whether the run has ended, in good order or not."""
        return self.finished is not None or self.ending is not None

    @property
    def last(self) -> EpochFinished | None:
        """The last whole epoch."""
        return self.epochs[-1] if self.epochs else None

    @property
    def best(self) -> EpochFinished | None:
        """The best epoch."""
        if self.last is None:
            return None
        number = self.last.best_epoch
        return next((epoch for epoch in self.epochs if epoch.epoch == number), None)

    @property
    def folds(self) -> int:
        """Parts of the samples that are each held out once; 0 where a split is kept from training instead."""
        return self.started.folds if self.started is not None else 0

    @property
    def figures(self) -> Figures | None:
        """What is known of samples that the model never learned from: as it classifies, else at its best epoch.

        Where samples are held out in turn, an epoch tells of one member and its fold alone.
        """
        told = self.best or self.last
        if self.judged is not None:
            return Figures(scores=self.judged.scores, real=self.judged.real, painted=self.judged.painted)
        if told is None:
            return None
        return Figures(scores=told.val, real=told.val_real, painted=told.val_painted)

    @property
    def patience(self) -> int | None:
        """Epochs without progress that early stopping allows."""
        return self.started.patience if self.started is not None else None

    @property
    def patience_band(self) -> tuple[float, float] | None:
        """From the best epoch to where the run would stop; None without early stopping."""
        if self.patience is None or self.best is None:
            return None
        return float(self.best.epoch), float(min(self.best.epoch + self.patience, self.planned))

    def at(self, number: int) -> EpochFinished | None:
        """The epoch of this number."""
        return next((epoch for epoch in self.epochs if epoch.epoch == number), None)

    # Curves

    def train(self, figure: str) -> Points:
        """`loss` or `accuracy` while training, over the epochs."""
        return _points([(epoch.epoch, getattr(epoch.train, figure)) for epoch in self.epochs])

    def validation(self, figure: str) -> Points:
        """`loss` or `accuracy` on the validation split, over the epochs."""
        return _points([(epoch.epoch, getattr(epoch.val, figure)) for epoch in self.epochs if epoch.val is not None])

    def interval(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Epochs with the low and the high end of validation accuracy's 95 % interval."""
        known = [(epoch.epoch, epoch.val.accuracy_95) for epoch in self.epochs if epoch.val is not None]
        x = np.array([number for number, _ in known], float)
        return x, np.array([low for _, (low, _) in known], float), np.array([high for _, (_, high) in known], float)

    def learning_rate(self) -> Points:
        """The learning rate over the epochs."""
        return _points([(epoch.epoch, epoch.learning_rate) for epoch in self.epochs])

    # What the events do

    def _start(self, event: RunStarted) -> None:
        kept = event.first_epoch - 1
        self.started = event
        self.finished = self.ending = None
        self.judged = self.checks = None  # of the model as it was before it learned on
        self.epochs = [epoch for epoch in self.epochs if epoch.epoch <= kept]
        self.batch_losses.cut(kept)
        self.speeds.cut(kept)
        self.place = float(kept)
        self._last_epoch, self._last_batch = kept, 0

    def _add_batches(self, event: BatchesFinished) -> None:
        if event.epoch < self._last_epoch:
            self._begin_member()
        before = self._last_batch if event.epoch == self._last_epoch else 0
        numbers = _numbers(before, event)
        start = event.epoch - 1
        self.batch_losses.extend([start + number / event.batches for number in numbers], event.losses)
        self.place = start + event.batch / event.batches
        self.speeds.extend([self.place], [event.images_per_s])
        self.images_per_s = event.images_per_s
        self.remaining_s = event.remaining_s
        self._last_epoch, self._last_batch = event.epoch, event.batch

    def _add_epoch(self, event: EpochFinished) -> None:
        if self.epochs and event.epoch <= self.epochs[-1].epoch:
            self._begin_member()
        self.epochs.append(event)
        self.place = float(event.epoch)
        self.images_per_s = event.images_per_s
        self.remaining_s = event.remaining_s
        self._last_epoch = max(self._last_epoch, event.epoch)

    def _begin_member(self) -> None:
        """The next network of an ensemble starts over: its curves are the ones to watch."""
        self.epochs = []
        self.batch_losses.cut(-1.0)
        self.speeds.cut(-1.0)
        self._last_epoch = self._last_batch = 0


def accuracy_at(scores: Scores | None) -> str:
    """A set of scores as its accuracy in per cent; a dash without scores."""
    return "–" if scores is None else f"{100 * scores.accuracy:.1f} %"


def _points(pairs: Sequence[tuple[float, float]]) -> Points:
    return np.array([x for x, _ in pairs], float), np.array([y for _, y in pairs], float)


def _numbers(before: int, event: BatchesFinished) -> list[float]:
    """Which batches of the epoch the losses belong to; a stored event holds only every so many."""
    told = len(event.losses)
    if told == event.batch - before:
        return list(range(before + 1, event.batch + 1))
    stride = -(-event.batches // MAX_POINTS_PER_EPOCH)
    kept = [number for number in range(before + 1, event.batch + 1) if number % stride == 0]
    if told == len(kept):
        return [float(number) for number in kept]
    return list(np.linspace(before, event.batch, told + 1)[1:])
