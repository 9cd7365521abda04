"""What the events of one network of a run add up to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from studio.core.events import BatchesFinished, EpochFinished
from studio.core.runs import MAX_POINTS_PER_EPOCH
from studio.ui.series import Points, Series


class MemberHistory:
    """One network's epochs with their batches; a run has one, an ensemble has several."""

    def __init__(self) -> None:
        self.epochs: list[EpochFinished] = []
        self.batch_losses = Series()
        self.speeds = Series()
        self.place = 0.0
        self.last_epoch = 0
        self._last_batch = 0

    @property
    def last(self) -> EpochFinished | None:
        """The last whole epoch."""
        return self.epochs[-1] if self.epochs else None

    @property
    def is_empty(self) -> bool:
        """Whether it has told nothing yet."""
        return not self.epochs and not len(self.batch_losses)

    def at(self, number: int) -> EpochFinished | None:
        """The epoch of this number."""
        return next((epoch for epoch in self.epochs if epoch.epoch == number), None)

    def starts_over(self, event: BatchesFinished | EpochFinished) -> bool:
        """Whether an event tells of an epoch that lies behind, so that it is the next network's."""
        if isinstance(event, BatchesFinished):
            return (event.epoch, event.batch) <= (self.last_epoch, self._last_batch)
        return bool(self.epochs) and event.epoch <= self.epochs[-1].epoch

    def cut(self, kept: int) -> None:
        """Drop all that came after this epoch: the run goes on from there."""
        self.epochs = [epoch for epoch in self.epochs if epoch.epoch <= kept]
        self.batch_losses.cut(kept)
        self.speeds.cut(kept)
        self.place = float(kept)
        self.last_epoch, self._last_batch = kept, 0

    def add_batches(self, event: BatchesFinished) -> None:
        """Take in some batches of the running epoch."""
        before = self._last_batch if event.epoch == self.last_epoch else 0
        numbers = _numbers(before, event)
        start = event.epoch - 1
        self.batch_losses.extend([start + number / event.batches for number in numbers], event.losses)
        self.place = start + event.batch / event.batches
        self.speeds.extend([self.place], [event.images_per_s])
        self.last_epoch, self._last_batch = event.epoch, event.batch

    def add_epoch(self, event: EpochFinished) -> None:
        """Take in a whole epoch."""
        self.epochs.append(event)
        self.place = float(event.epoch)
        self.last_epoch = max(self.last_epoch, event.epoch)

    # Curves

    def train(self, figure: str) -> Points:
        """`loss` or `accuracy` while training, over the epochs."""
        return _points([(epoch.epoch, getattr(epoch.train, figure)) for epoch in self.epochs])

    def validation(self, figure: str) -> Points:
        """`loss` or `accuracy` on what was kept from this network, over the epochs."""
        return _points([(epoch.epoch, getattr(epoch.val, figure)) for epoch in self.epochs if epoch.val is not None])

    def interval(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Epochs with the low and the high end of validation accuracy's 95 % interval."""
        known = [(epoch.epoch, epoch.val.accuracy_95) for epoch in self.epochs if epoch.val is not None]
        x = np.array([number for number, _ in known], float)
        return x, np.array([low for _, (low, _) in known], float), np.array([high for _, (_, high) in known], float)

    def heat(self) -> Points:
        """Share of the heat that lies in painted dirt, over the epochs that were asked for it."""
        return _points([(epoch.epoch, epoch.heat.inside) for epoch in self.epochs if epoch.heat is not None])

    def learning_rate(self) -> Points:
        """The learning rate over the epochs."""
        return _points([(epoch.epoch, epoch.learning_rate) for epoch in self.epochs])


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
