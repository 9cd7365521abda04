"""How far the running job has come, told from its events."""

from __future__ import annotations

from dataclasses import dataclass

from studio.core.events import BatchesFinished, EpochFinished, Event, PhaseStarted, Progress, RunStarted
from studio.core.words import count


@dataclass(frozen=True, kw_only=True)
class JobProgress:
    """One moment of a running job.

    Attributes:
        words: what it is doing, such as `epoch 12 of 20` or `painting 120 of 464`.
        share: how much of the whole is done, 0..1; None while nobody knows.
        remaining_s: time left in seconds; None while nobody knows.
    """

    words: str = "starting"
    share: float | None = None
    remaining_s: float | None = None


class ProgressReader:
    """Folds a job's events into what every progress bar shows."""

    def __init__(self) -> None:
        self._epochs = 0
        self._members = 1
        self._member = 1
        self._before: tuple[int, float] = (0, 0.0)
        self.now = JobProgress()

    def read(self, event: Event) -> JobProgress:
        """The progress after `event`; unchanged by events that say nothing of it."""
        match event:
            case PhaseStarted():
                of = f" 0 of {count(event.total)}" if event.total else ""
                self.now = JobProgress(words=f"{event.phase}{of}")
            case Progress():
                self.now = JobProgress(
                    words=f"{event.phase} {count(event.done)} of {count(event.total)}",
                    share=event.done / event.total if event.total else None,
                    remaining_s=event.remaining_s,
                )
            case RunStarted():
                self._epochs, self._members = event.epochs, max(1, event.members)
                self._before = (0, 0.0)
            case BatchesFinished():
                inner = event.batch / event.batches if event.batches else 0.0
                place = (event.epoch, inner)
                if place <= self._before:
                    self._member = min(self._member + 1, self._members)  # the next network begins at its first epoch
                self._before = place
                self.now = self._in_epoch(event.epoch, event.epoch - 1 + inner, event.remaining_s)
            case EpochFinished():
                self._epochs, self._member = event.epochs, event.member
                self._before = (event.epoch, 1.0)
                following = min(event.epoch + 1, event.epochs)
                self.now = self._in_epoch(following, event.epoch, event.remaining_s)
            case _:
                pass
        return self.now

    def _in_epoch(self, epoch: int, done: float, remaining_s: float | None) -> JobProgress:
        words = f"epoch {epoch} of {self._epochs}" if self._epochs else f"epoch {epoch}"
        if self._members > 1:
            words = f"member {self._member} of {self._members}, {words}"
        share = (self._member - 1 + done / self._epochs) / self._members if self._epochs else None
        return JobProgress(words=words, share=share, remaining_s=remaining_s)
