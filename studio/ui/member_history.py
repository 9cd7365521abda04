"""What the events of one network of a run add up to."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

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
        self._curves: dict[str, tuple[Series, int]] = {}

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
        place = bisect_left(self.epochs, number, key=_number)
        found = self.epochs[place : place + 1]
        return found[0] if found and found[0].epoch == number else None

    def starts_over(self, event: BatchesFinished | EpochFinished) -> bool:
        """Whether an event tells of an epoch that lies behind, so that it is the next network's."""
        if isinstance(event, BatchesFinished):
            return (event.epoch, event.batch) <= (self.last_epoch, self._last_batch)
        return bool(self.epochs) and event.epoch <= self.epochs[-1].epoch

    def cut(self, kept: int) -> None:
        """Drop all that came after this epoch: the run goes on from there."""
        self.epochs = [epoch for epoch in self.epochs if epoch.epoch <= kept]
        self._curves.clear()
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
        return self._curve(f"train {figure}", lambda epoch: getattr(epoch.train, figure))

    def validation(self, figure: str) -> Points:
        """`loss` or `accuracy` on what was kept from this network, over the epochs."""
        return self._curve(f"val {figure}", lambda epoch: getattr(epoch.val, figure, None))

    def interval(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Epochs with the low and the high end of validation accuracy's 95 % interval."""
        x, low = self._curve("low", lambda epoch: epoch.val.accuracy_95[0] if epoch.val else None)
        _, high = self._curve("high", lambda epoch: epoch.val.accuracy_95[1] if epoch.val else None)
        return x, low, high

    def heat(self) -> Points:
        """Share of the heat that lies in painted dirt, over the epochs that were asked for it."""
        return self._curve("heat", lambda epoch: epoch.heat.inside if epoch.heat else None)

    def learning_rate(self) -> Points:
        """The learning rate over the epochs."""
        return self._curve("rate", lambda epoch: epoch.learning_rate)

    def _curve(self, name: str, value_of: Callable[[EpochFinished], float | None]) -> Points:
        """A figure over the epochs; only what is new since the last call is looked at."""
        series, seen = self._curves.get(name, (Series(), 0))
        told = [(epoch.epoch, value_of(epoch)) for epoch in self.epochs[seen:]]
        known = [(number, value) for number, value in told if value is not None]
        series.extend([number for number, _ in known], [value for _, value in known])
        self._curves[name] = series, len(self.epochs)
        return series.points


def _number(epoch: EpochFinished) -> int:
    return epoch.epoch


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
