"""Says which class wins by its probabilities."""

from __future__ import annotations

from collections.abc import Sequence


def winner(shares: Sequence[float], positive: int | None, threshold: float | None) -> int:
    """The place of the most probable class, save that the positive one wins exactly from its threshold.

    The only other place that knows this is the network that is exported, since it must be part of a graph there.

    Args:
        shares: probability of each class.
        positive: place of the class that the threshold is about; None where there is none.
        threshold: its probability from which it wins, 0..1; None takes the likeliest class.

    Returns:
        the first one of several that are equal.
    """
    places = range(len(shares))
    if positive is None or threshold is None:
        return max(places, key=shares.__getitem__)
    if shares[positive] >= threshold:
        return positive
    return max((other for other in places if other != positive), key=shares.__getitem__)
