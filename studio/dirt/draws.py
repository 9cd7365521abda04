"""Random numbers of a mark, drawn at little cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

Value = TypeVar("Value")


class Source(Protocol):
    """Where random numbers come from: NumPy's generator, or a mark's own row."""

    def random(self) -> float:
        """The next number, uniform over 0..1."""


def between(rng: Source, low: float, high: float) -> float:
    """A number from `low` to `high`, in a third of the time of NumPy's own: a mark draws some thirty of them."""
    return low + (high - low) * rng.random()


def whole(rng: Source, low: int, high: int) -> int:
    """A whole number from `low` up to, but not, `high`."""
    return low + int((high - low) * rng.random())


def any_of(rng: Source, values: Sequence[Value]) -> Value:
    """One of a few values, each as likely as any other."""
    return values[int(len(values) * rng.random())]
