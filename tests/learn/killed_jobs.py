"""A job that loses its process in the middle, at the same batch on every machine."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from studio.core.children import Emit, Seat, ShouldStop
from studio.core.events import EpochFinished, Event
from studio.core.requests import TrainRequest
from studio.learn import train_job

EPOCH, BATCH = 3, 5


def train_until_killed(config: TrainRequest, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Train, and get SIGKILL within the third epoch."""
    epoch, asked = 1, 0

    def heard(event: Event) -> None:
        nonlocal epoch, asked
        emit(event)
        if isinstance(event, EpochFinished):
            epoch, asked = event.epoch + 1, 0

    def asked_in_each_batch() -> bool:
        nonlocal asked
        asked += 1
        if epoch == EPOCH and asked == BATCH:
            os.kill(os.getpid(), signal.SIGKILL)
        return should_stop()

    train_job.train(config, folder, seat=seat, emit=heard, should_stop=asked_in_each_batch)
