"""How probabilities become answers, and what that is expected to cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from studio.core.held_out import HeldOut
from studio.core.sections import DecisionSettings
from studio.core.winner import winner
from studio.data.outlook import PER, Foretold, Outlook, foretell

__all__ = ["PER", "Decision", "Foretold", "Kept", "Outlook", "costs_of", "decided", "outlook", "threshold_of"]

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
        names = tuple(probabilities)
        positive = names.index(self.positive) if self.positive in probabilities else None
        return names[winner(tuple(probabilities.values()), positive, self.threshold)]

    def is_doubtful(self, probabilities: Mapping[str, float]) -> bool:
        """Whether a person should look."""
        return self.low <= self.share(probabilities) < self.high


@dataclass(frozen=True, kw_only=True)
class Kept:
    """An operating point that a model's file shall have.

    Attributes:
        costs: what it follows from.
        threshold: probability of the positive class from which it wins.
        band: probabilities between which a person should look; None for nobody.
    """

    costs: DecisionSettings
    threshold: float
    band: tuple[float, float] | None


def decided(positive: str, threshold: float, band: tuple[float, float] | None) -> Decision:
    """The operating point of a threshold and a band, which always has the threshold in it.

    Args:
        positive: the class that the threshold is about.
        threshold: its probability from which it wins.
        band: between them a person should look; nobody is asked to where it is None or empty.
    """
    low, high = band if band is not None and band[0] < band[1] else (threshold, threshold)
    return Decision(positive=positive, threshold=threshold, low=min(low, threshold), high=max(high, threshold))


def threshold_of(miss_cost: float, needless_cost: float, positive_share: float = 0.5) -> float:
    """The probability from which calling it positive is cheaper.

    Args:
        miss_cost: what a missed positive costs, above 0.
        needless_cost: what a needless alarm costs, above 0.
        positive_share: share of positive ones among the dishes to come; the model's probabilities are for a half.

    Returns:
        `c_fp / (c_fp + c_fn)` for a half, the Bayes decision on calibrated probabilities (Elkan, 2001).
    """
    needless, missed = needless_cost * (1 - positive_share), miss_cost * positive_share
    return needless / (needless + missed)


def costs_of(threshold: float) -> tuple[float, float]:
    """Costs of a miss, of a needless alarm, that lead to a threshold; the larger one is 1."""
    odds = threshold / max(1e-6, 1 - threshold)
    pair = (1.0, odds) if odds <= 1 else (1 / odds, 1.0)
    return max(_LEAST_COST, round(pair[0], 2)), max(_LEAST_COST, round(pair[1], 2))


def outlook(held_out: HeldOut, decision: Decision, positive_share: float) -> Outlook | None:
    """Foretell errors from validation samples; see `foretell`.

    Returns:
        None where a class has no samples, or the model has no positive class.
    """
    if decision.positive is None:
        return None
    band = (decision.low, decision.high)
    return foretell(held_out, decision.positive, decision.threshold, band, positive_share)
