"""Where the ticks of an axis lie, and what they say."""

from __future__ import annotations

import math
from collections.abc import Sequence

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_TOLERANCE = 0.97  # a little headroom shall not halve the ticks
WHOLE_STEPS = (1.0, 2.0, 5.0, 10.0)


def nice_step(span: float, count: int, steps: Sequence[float] = STEPS) -> float:
    """The smallest round step that parts `span` into about `count` pieces, hardly more."""
    rough = span / max(1, count)
    power = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    return next(step * power for step in steps if step * power >= rough * _TOLERANCE)


def ticks(low: float, high: float, count: int, steps: Sequence[float] = STEPS) -> list[float]:
    """Round values from `low` to `high`, at most `count` + 1 of them."""
    if not high > low:
        return [low]
    step = nice_step(high - low, count, steps)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(number * step, 12) for number in range(first, last + 1)]


def epoch_ticks(low: float, high: float, count: int) -> list[float]:
    """Whole epochs from `low` to `high`, at most `count` + 1 of them."""
    step = max(1, math.ceil(nice_step(max(1.0, high - low), count, WHOLE_STEPS)))
    return [float(number) for number in range(math.ceil(low / step) * step, math.floor(high + 1e-6) + 1, step)]


def log_ticks(low: float, high: float) -> list[float]:
    """Ticks of a logarithmic axis as logarithms: decades, with 2 and 5 between them where there are few.

    Args:
        low: lower end, as a logarithm to base 10.
        high: upper end, likewise.
    """
    decades = range(math.floor(low), math.ceil(high) + 1)
    factors = (1, 2, 5) if high - low < 2.5 else (1,)
    found = [power + math.log10(factor) for power in decades for factor in factors]
    return [tick for tick in found if low - 1e-9 <= tick <= high + 1e-9]


def plain(value: float, step: float = 0.0) -> str:
    """A tick as a plain number with as many decimals as its neighbours need; very small ones as `2e-4`."""
    size = max(abs(value), step)
    if value and size < 0.01:
        return power(value)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9)) if step else 0
    if step and round(step * 10**decimals, 6) % 1:
        decimals += 1
    return f"{value:,.{min(decimals, 6)}f}"


def short(value: float, step: float = 0.0) -> str:
    """A tick for a narrow axis: `20`, `40k`."""
    return f"{value / 1000:g}k" if abs(value) >= 10_000 else plain(value, step)


def power(value: float) -> str:
    """A small number as people write it in settings: `2e-4`."""
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"


def per_cent(share: float, step: float = 0.0) -> str:
    """A share in per cent: `90 %`, with a decimal where its neighbours need one."""
    return f"{100 * share:.1f} %" if step and round(100 * step, 6) % 1 else f"{100 * share:.0f} %"
