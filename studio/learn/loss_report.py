"""Tells the losses of an epoch's batches a few times a second."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from studio.core.children import Emit
from studio.core.events import BatchesFinished
from studio.learn.stopwatch import Stopwatch


class LossReport:
    """Gathers losses where they are, since every reading makes the device wait."""

    def __init__(self, watch: Stopwatch, emit: Emit | None) -> None:
        """Args:
        watch: knows when it is time to speak.
        emit: takes the events; None in ranks that do not speak.
        """
        self._watch = watch
        self._emit = emit
        self._unread: list[Tensor] = []
        self._unchecked: list[Tensor] = []

    def note(self, loss: Tensor) -> None:
        """Take in the mean loss of a batch."""
        if self._emit is not None:
            self._unread.append(loss)
        self._unchecked.append(loss)

    def is_broken(self) -> bool:
        """Whether any loss since the last time is no number any more."""
        found = not bool(torch.stack(self._unchecked).isfinite().all())
        self._unchecked.clear()
        return found

    def is_due(self, *, at_once: bool) -> bool:
        """Whether to tell now.

        Args:
            at_once: whether it does not matter how long ago the last time was.
        """
        return self._emit is not None and (at_once or self._watch.is_time_to_speak())

    def tell(self, epoch: int, batch: int, batches: int, remaining_s: Callable[[int], float | None]) -> None:
        """Say the losses since the last time.

        Args:
            epoch: from 1.
            batch: the last one that they are of, from 1.
            batches: of the epoch.
            remaining_s: time left for the run, by how many batches of the epoch are left; asked when the watch has
                heard of these.
        """
        assert self._emit is not None
        losses = tuple(torch.stack(self._unread).tolist())
        self._unread.clear()
        speed = self._watch.speak(len(losses))
        self._emit(
            BatchesFinished(
                epoch=epoch,
                batch=batch,
                batches=batches,
                losses=losses,
                images_per_s=speed,
                remaining_s=remaining_s(batches - batch),
            )
        )
