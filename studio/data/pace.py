"""Saying how far a phase has come, a few times a second."""

from __future__ import annotations

import time

from studio.core.children import Emit
from studio.core.events import PhaseStarted, Progress

_EVERY_S = 0.25
_HONEST_AFTER_S = 1.0


class Pace:
    """Counts finished items of one phase."""

    def __init__(self, emit: Emit, phase: str, total: int, *, phases: tuple[str, ...] = ()) -> None:
        """Announce the phase.

        Args:
            emit: takes the events.
            phase: its name, as shown.
            total: items in all.
            phases: all phases of the job in order.
        """
        self._emit, self._phase, self._total = emit, phase, total
        self._done = 0
        self._began = time.monotonic()
        self._said = self._began
        emit(PhaseStarted(phase=phase, phases=phases, total=total))

    def step(self, count: int = 1) -> None:
        """Some more items are finished."""
        self._done += count
        now = time.monotonic()
        if now - self._said >= _EVERY_S or self._done == self._total:
            self._said = now
            spent = now - self._began
            # The first second also pays for the start; what it foretells is too long.
            is_honest = spent > _HONEST_AFTER_S and self._done < self._total
            remaining_s = spent / self._done * (self._total - self._done) if is_honest else None
            self._emit(Progress(phase=self._phase, done=self._done, total=self._total, remaining_s=remaining_s))
