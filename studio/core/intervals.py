"""How sure a share is that was counted on few samples."""

from __future__ import annotations

import math

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
