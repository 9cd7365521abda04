"""How much each setting matters in a search."""

from __future__ import annotations

import bisect
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence

from studio.core.searches import FEWEST_FOR_IMPORTANCE, Value

_PARTS = 3
_SHUFFLES = 200


def importance(trials: Sequence[tuple[Mapping[str, Value], float]]) -> dict[str, float]:
    """Each setting's share in how much the figures differ.

    Args:
        trials: what was tried, with its figure.

    Returns:
        by path, adding up to 1, the largest first; empty where there are too few trials, or chance explains the
        differences as well. For each setting alone it is epsilon squared (T. L. Kelley, 1935): the share of variance
        between its values beyond what as many groups get by chance. Numbers are parted into thirds. Only settings
        count whose share is beyond the largest one of 19 in 20 shufflings of the figures.
    """
    if len(trials) < FEWEST_FOR_IMPORTANCE:
        return {}
    figures = [figure for _, figure in trials]
    columns = {path: _parted([values[path] for values, _ in trials]) for path in trials[0][0]}
    limit = _by_chance(list(columns.values()), figures)
    shares = {path: share for path, parts in columns.items() if (share := _explained(parts, figures)) > limit}
    total = sum(shares.values())
    return {path: share / total for path, share in sorted(shares.items(), key=lambda item: -item[1])}


def _by_chance(columns: Sequence[Sequence[Value]], figures: Sequence[float]) -> float:
    """The share that some setting reaches by chance in one of twenty searches."""
    dice, shuffled, largest = random.Random(0), list(figures), []
    for _ in range(_SHUFFLES):
        dice.shuffle(shuffled)
        largest.append(max(_explained(parts, shuffled) for parts in columns))
    return sorted(largest)[_SHUFFLES * 19 // 20]


def _explained(values: Sequence[Value], figures: Sequence[float]) -> float:
    groups: dict[Value, list[float]] = defaultdict(list)
    for value, figure in zip(values, figures, strict=True):
        groups[value].append(figure)
    count, middle = len(figures), sum(figures) / len(figures)
    whole = sum((figure - middle) ** 2 for figure in figures)
    within = sum(sum((figure - sum(group) / len(group)) ** 2 for figure in group) for group in groups.values())
    if whole == 0 or not 1 < len(groups) < count:
        return 0.0
    by_chance = (len(groups) - 1) * within / (count - len(groups))
    return max(0.0, (whole - within - by_chance) / whole)


def _parted(values: Sequence[Value]) -> list[Value]:
    """Numbers of which there are many as the third that they are in."""
    if len(set(values)) <= _PARTS + 1 or any(isinstance(value, str) for value in values):
        return list(values)
    ordered = sorted(float(value) for value in values)
    ends = [ordered[len(ordered) * part // _PARTS] for part in range(1, _PARTS)]
    return [bisect.bisect_right(ends, float(value)) for value in values]
