"""What a search says at its end: how far the best trial can be told from the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studio.core.intervals import difference
from studio.core.searches import Value, values_words
from studio.core.words import percent

METRIC = "balanced accuracy on validation"


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A trial that was trained to its end.

    Attributes:
        number: from 0.
        values: what it tried.
        score: balanced accuracy at its best epoch, 0..1.
        score_95: its 95 % range if other photos had been taken.
    """

    number: int
    values: dict[str, Value]
    score: float
    score_95: tuple[float, float]


def is_apart(best: Whole, other: Whole) -> bool:
    """Whether one trial is better beyond what chance explains, by the 95 % interval of the difference."""
    low, _ = difference(best.score, best.score_95, other.score, other.score_95)
    return low > 0


def ending_words(best: Whole | None, others: Sequence[Whole], *, ended: int) -> str:
    """What a search found, for a person.

    Args:
        best: the best trial; None when none was whole.
        others: the other whole trials.
        ended: how many ended in all, pruned and failed ones too.
    """
    if best is None:
        return "No trial was trained to its end, so no settings can be recommended yet."
    low, high = best.score_95
    head = (
        f"Trial {best.number + 1} is the best of {ended}: balanced accuracy {percent(best.score)} "
        f"(95 % interval {percent(low)} to {percent(high)}) with {values_words(best.values)}."
    )
    if not others:
        return f"{head} There is no other whole trial to compare it with."
    alike = sum(not is_apart(best, other) for other in others)
    if alike == len(others):
        told = f"It cannot be told apart from any of the {len(others)} other whole trials"
    elif alike:
        told = (
            f"It is better than {len(others) - alike} of the other whole trials, but cannot be told apart from {alike}"
        )
    else:
        told = f"It is better than each of the {len(others)} other whole trials beyond what chance explains"
    return (
        f"{head} {told}. Chosen among many on the same photos, it flatters itself a little: train it in full and see."
    )
