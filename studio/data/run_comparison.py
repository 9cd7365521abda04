"""Whether the figures of two runs tell them apart."""

from __future__ import annotations

from dataclasses import dataclass

from studio.core.intervals import difference, no_narrower
from studio.core.run_summary import RunSummary
from studio.core.words import interval, percent, plural
from studio.data.run_pairs import Pair


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What two runs' figures say of each other.

    Attributes:
        sentence: in short.
        details: what was compared.
        is_apart: whether one is better by more than chance explains.
    """

    sentence: str
    details: str
    is_apart: bool


def compare(chosen: RunSummary, other: RunSummary, pair: Pair | None = None) -> Comparison | None:
    """Compare two runs on what was kept from their training; None while one of them has no figures.

    Where both were judged on the same samples, they are compared sample by sample, which tells them apart sooner.
    Where both know how many photos their samples stem from, balanced accuracies with the ranges by photo are
    compared: samples painted on one photo are no independent witnesses.
    """
    if chosen.best is None or other.best is None:
        return None
    if pair is not None:
        return _of_pair(pair, other.title)
    if chosen.balanced_95 is not None and other.balanced_95 is not None:
        name = "Balanced accuracy, ranges by photo"
        ours, ours_95 = chosen.best.balanced_accuracy, no_narrower(chosen.balanced_95, chosen.best.confusion)
        theirs, theirs_95 = other.best.balanced_accuracy, no_narrower(other.balanced_95, other.best.confusion)
    else:
        name = "Accuracy"
        ours, ours_95 = chosen.best.accuracy, chosen.best.accuracy_95
        theirs, theirs_95 = other.best.accuracy, other.best.accuracy_95
    assert ours_95 is not None and theirs_95 is not None
    low, high = difference(ours, ours_95, theirs, theirs_95)
    is_apart = low > 0 or high < 0
    counts = sorted({chosen.best.count, other.best.count})
    on = plural(counts[0], "held-out sample") if len(counts) == 1 else f"{counts[0]} and {counts[1]} held-out samples"
    return Comparison(
        sentence=_sentence(low, high, is_apart, other.title),
        details=f"{name}: {percent(ours)} ({interval(ours_95)}) here, {percent(theirs)} ({interval(theirs_95)}) for "
        f"{other.title}; {on}, 95 % intervals.",
        is_apart=is_apart,
    )


def _of_pair(pair: Pair, title: str) -> Comparison:
    low, high = pair.gain_95
    details = (
        f"Balanced accuracy on the same {plural(pair.samples, 'held-out sample')} of {plural(pair.photos, 'photo')}: "
        f"{percent(pair.ours)} here, {percent(pair.theirs)} for {title}; difference {100 * low:+.1f} to "
        f"{100 * high:+.1f} points (95 % interval by photo). Better here on {plural(pair.ours_only, 'photo')}, there "
        f"on {pair.theirs_only}; chance alone is as uneven in {percent(pair.chance, 0)} of cases (McNemar's test)."
    )
    return Comparison(sentence=_sentence(low, high, pair.is_apart, title), details=details, is_apart=pair.is_apart)


def _sentence(low: float, high: float, is_apart: bool, title: str) -> str:
    if not is_apart:
        return "The two runs cannot be told apart."
    ends = sorted((abs(low), abs(high)))
    which = "This run" if low > 0 else title
    return f"{which} is better by {100 * ends[0]:.0f} to {100 * ends[1]:.0f} points."
