"""How probabilities become answers, and what that is expected to cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from studio.core.held_out import HeldOut
from studio.core.intervals import wilson

PER = 1000
_LEAST_COST = 0.01


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The operating point in force.

    Attributes:
        positive: the class that the threshold is about; None when the likeliest class wins.
        threshold: its probability from which it wins, 0..1.
        low, high: between them, a person should look: the probability of the positive class; without one, below
            `high`, the probability of the class that won. Equal when nobody is asked to look.
    """

    positive: str | None = None
    threshold: float = 0.5
    low: float = 0.0
    high: float = 0.0

    def share(self, probabilities: Mapping[str, float]) -> float:
        """The probability that decides, 0..1; 0 in the answer of a model that does not know the class."""
        return max(probabilities.values()) if self.positive is None else probabilities.get(self.positive, 0.0)

    def chosen(self, probabilities: Mapping[str, float]) -> str:
        """The class that wins."""
        if self.positive is None:
            return max(probabilities, key=probabilities.__getitem__)
        if probabilities[self.positive] >= self.threshold:
            return self.positive
        others = [name for name in probabilities if name != self.positive]
        return others[0] if len(others) == 1 else max(others, key=probabilities.__getitem__)

    def is_doubtful(self, probabilities: Mapping[str, float]) -> bool:
        """Whether a person should look."""
        return self.low <= self.share(probabilities) < self.high


def threshold_of(miss_cost: float, needless_cost: float) -> float:
    """The probability from which calling it positive is cheaper.

    Args:
        miss_cost: what a missed positive costs, above 0.
        needless_cost: what a needless alarm costs, above 0.

    Returns:
        `c_fp / (c_fp + c_fn)`, the Bayes decision on calibrated probabilities (Elkan, 2001).
    """
    return needless_cost / (needless_cost + miss_cost)


def costs_of(threshold: float) -> tuple[float, float]:
    """Costs of a miss, of a needless alarm, that lead to a threshold; the larger one is 1."""
    odds = threshold / max(1e-6, 1 - threshold)
    pair = (1.0, odds) if odds <= 1 else (1 / odds, 1.0)
    return max(_LEAST_COST, round(pair[0], 2)), max(_LEAST_COST, round(pair[1], 2))


@dataclass(frozen=True, kw_only=True)
class Foretold:
    """A rate on held-out samples, scaled to 1,000 dishes.

    Attributes:
        count: the expected number.
        low, high: its 95 % range.
        samples: how many samples tell.
        is_painted: whether they are painted, since there were no photos.
    """

    count: float
    low: float
    high: float
    samples: int
    is_painted: bool = False


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What to expect of 1,000 dishes.

    Attributes:
        missed: positive ones called otherwise.
        needless: others called positive.
        look: how many a person looks at.
        positive_share: share of positive ones that is assumed, 0..1.
    """

    missed: Foretold
    needless: Foretold
    look: float
    positive_share: float

    def cost(self, miss_cost: float, needless_cost: float) -> float:
        """What the errors cost."""
        return self.missed.count * miss_cost + self.needless.count * needless_cost


def outlook(held_out: HeldOut, decision: Decision, positive_share: float) -> Outlook | None:
    """Foretell errors from validation samples.

    Painted samples stand in for a class only where it has no photos: the two never share a figure.

    Args:
        held_out: what the model said of samples that it did not learn from.
        decision: the operating point.
        positive_share: share of positive ones among the dishes to come, 0..1.

    Returns:
        None where a class has no samples, or the model has no positive class.
    """
    if decision.positive is None or decision.positive not in held_out.classes:
        return None
    place = held_out.classes.index(decision.positive)
    rates = []
    for is_positive in (True, False):
        samples = [
            (shares[place], painted)
            for label, shares, painted in zip(held_out.labels, held_out.probabilities, held_out.is_painted, strict=True)
            if (label == decision.positive) == is_positive
        ]
        photos = [share for share, painted in samples if not painted]
        told = photos or [share for share, _ in samples]
        if not told:
            return None
        part = positive_share if is_positive else 1 - positive_share
        looked = sum(decision.low <= share < decision.high for share in told)
        wrong = sum(
            (share >= decision.threshold) != is_positive and not decision.low <= share < decision.high for share in told
        )
        low, high = wilson(wrong, len(told))
        foretold = Foretold(
            count=PER * part * wrong / len(told),
            low=PER * part * low,
            high=PER * part * high,
            samples=len(told),
            is_painted=not photos,
        )
        rates.append((foretold, PER * part * looked / len(told)))
    (missed, looked_at), (needless, also_looked_at) = rates
    return Outlook(missed=missed, needless=needless, look=looked_at + also_looked_at, positive_share=positive_share)
