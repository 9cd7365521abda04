"""How fast a training goes, and how long it will still take."""

from __future__ import annotations

import time

EVENTS_PER_S = 4
MEMORY = 0.8
HONEST_AFTER_BATCHES = 3


class Stopwatch:
    """Times batches and validations; nothing that is computed depends on it."""

    def __init__(self) -> None:
        """Start the clock."""
        self._flushed_at = self._epoch_at = time.monotonic()
        self._batch_s: float | None = None
        self._validation_s: float | None = None
        self._batches_timed = 0
        self._images = 0
        self._epoch_images = 0

    def start_epoch(self) -> None:
        """An epoch begins."""
        self._flushed_at = self._epoch_at = time.monotonic()
        self._images = self._epoch_images = 0

    def count(self, images: int) -> None:
        """This many samples, over all ranks, were learned from."""
        self._images += images
        self._epoch_images += images

    def is_time_to_speak(self) -> bool:
        """Whether the last event lies a quarter of a second back."""
        return time.monotonic() - self._flushed_at >= 1 / EVENTS_PER_S

    def speak(self, batches: int) -> float:
        """Close an interval of so many batches.

        Returns:
            images per second within it.
        """
        now = time.monotonic()
        spent_s, images = max(now - self._flushed_at, 1e-6), self._images
        self._flushed_at, self._images = now, 0
        if batches:
            fresh = spent_s / batches
            self._batch_s = fresh if self._batch_s is None else MEMORY * self._batch_s + (1 - MEMORY) * fresh
            self._batches_timed += batches
        return images / spent_s

    def epoch_speed(self) -> float:
        """Images per second since the epoch began; asked when its last batch is done."""
        return self._epoch_images / max(time.monotonic() - self._epoch_at, 1e-6)

    def epoch_s(self) -> float:
        """Seconds since the epoch began."""
        return time.monotonic() - self._epoch_at

    def note_validation(self, seconds: float) -> None:
        """A validation took so long."""
        self._validation_s = seconds

    def remaining_s(self, batches: int, validations: int) -> float | None:
        """Seconds for so many batches and validations; None before it can be said honestly."""
        if self._batch_s is None or self._batches_timed < HONEST_AFTER_BATCHES:
            return None
        return batches * self._batch_s + validations * (self._validation_s or 0.0)
