"""How sure a share is that was counted on few samples."""

from __future__ import annotations

import math
from collections.abc import Sequence

Z_95 = 1.959963984540054


def wilson(right: int, count: int, *, z: float = Z_95) -> tuple[float, float]:
    """The range in which a true share probably lies.

    Args:
        right: how often it was right.
        count: out of how many.
        z: width in standard deviations; 95 % by default.

    Returns:
        low and high, 0..1; (0, 1) without samples. E. B. Wilson, 1927.
    """
    if count == 0:
        return 0.0, 1.0
    share = right / count
    spread = 1 + z * z / count
    middle = (share + z * z / (2 * count)) / spread
    reach = z / spread * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    # The formula is exact at the ends; rounding must not leave 0..1 or part them from it.
    low = 0.0 if right == 0 else max(0.0, middle - reach)
    high = 1.0 if right == count else min(1.0, middle + reach)
    return low, high


def difference(
    one: float, one_95: tuple[float, float], other: float, other_95: tuple[float, float]
) -> tuple[float, float]:
    """The range in which the difference of two shares probably lies, from the range of each.

    Args:
        one: a share, 0..1.
        one_95: its range.
        other: the share that is taken from it.
        other_95: its range.

    Returns:
        low and high, -1..1. Where 0 lies between them, the two cannot be told apart. The shares are taken to be
        independent, which makes the range wider than it need be where both were counted on the same samples.
        G. Y. Zou and A. Donner, 2008; for Wilson's ranges that is R. G. Newcombe's tenth method, 1998.
    """
    middle = one - other
    below = math.hypot(one - one_95[0], other_95[1] - other)
    above = math.hypot(one_95[1] - one, other - other_95[0])
    return middle - below, middle + above


def mean(shares: Sequence[float], ranges_95: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The range in which the mean of independent shares probably lies, such as that of recalls: balanced accuracy.

    Args:
        shares: 0..1, one at least.
        ranges_95: of each.

    Returns:
        low and high, 0..1. G. Y. Zou and A. Donner, 2008.
    """
    count = len(shares)
    middle = sum(shares) / count
    below = math.hypot(*(share - low for share, (low, _) in zip(shares, ranges_95, strict=True))) / count
    above = math.hypot(*(high - share for share, (_, high) in zip(shares, ranges_95, strict=True))) / count
    return max(0.0, middle - below), min(1.0, middle + above)


def balanced_range(confusion: Sequence[Sequence[int]]) -> tuple[float, float]:
    """The range of balanced accuracy: of the mean of the classes' recalls, each with Wilson's.

    Args:
        confusion: counts; rows are true classes, columns predicted ones.

    Returns:
        low and high, 0..1; (0, 1) without samples.
    """
    rows = [(row[place], sum(row)) for place, row in enumerate(confusion) if sum(row)]
    if not rows:
        return 0.0, 1.0
    return mean([right / count for right, count in rows], [wilson(right, count) for right, count in rows])


def no_narrower(by_photo: tuple[float, float] | None, confusion: Sequence[Sequence[int]]) -> tuple[float, float] | None:
    """A range of balanced accuracy by photo, as wide as the one by sample at least.

    Draws of three photos hardly differ, or not at all where nothing was wrong, and prove nothing by that.

    Args:
        by_photo: from draws of photos; None with fewer than two of them.
        confusion: rows are true classes, columns predicted ones.

    Returns:
        low and high, 0..1; None where `by_photo` is.
    """
    if by_photo is None or not any(map(sum, confusion)):
        return by_photo
    low, high = balanced_range(confusion)
    return min(low, by_photo[0]), max(high, by_photo[1])


def binomial_tail(hits: int, count: int, share: float) -> float:
    """How probable so many hits or more are by chance.

    Args:
        hits: how often it happened.
        count: out of how many.
        share: of a single try, 0..1.

    Returns:
        0..1; exact.
    """
    return math.fsum(math.comb(count, k) * share**k * (1 - share) ** (count - k) for k in range(hits, count + 1))
