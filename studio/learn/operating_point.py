"""The temperature that makes probabilities honest, the threshold that parts two classes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.core.sections import DecisionSettings

ENOUGH_OF_EACH_CLASS = 20
TEMPERATURES = np.exp(np.arange(-32, 47) / 20)


@dataclass(frozen=True, kw_only=True)
class OperatingPoint:
    """How a model's logits become an answer.

    Attributes:
        temperature: logits are divided by it; above 0.
        threshold: probability of the positive class from which it wins; None for more than two classes.
        band: probabilities of it between which a person should look; None where nobody is asked to.
    """

    temperature: float
    threshold: float | None
    band: tuple[float, float] | None = None


def choose_operating_point(
    margins_MN: NDArray[np.floating],
    is_positive_N: NDArray[np.bool_],
    *,
    has_threshold: bool,
    photos_N: Sequence[str] | None = None,
    decision: DecisionSettings | None = None,
) -> OperatingPoint:
    """Choose temperature and threshold on held-out samples, where there are enough of them to tell.

    Args:
        margins_MN: log-odds of the positive class, one row for each network of the model.
        is_positive_N: which samples are of that class.
        has_threshold: whether the model tells two classes apart, one of them positive.
        photos_N: the photo that each sample stems from; samples of one photo are not independent.
        decision: what errors and looks cost, and how rare the positive class is; None weighs both errors the same.

    Returns:
        with fewer than 20 samples of either class temperature 1, and the threshold that the costs alone ask for.
    """
    if not has_threshold:
        return OperatingPoint(temperature=1.0, threshold=None)
    decision = DecisionSettings() if decision is None else decision
    miss_cost = effective_miss_cost(decision)
    positives = int(is_positive_N.sum())
    if min(positives, len(is_positive_N) - positives) < ENOUGH_OF_EACH_CLASS:
        threshold = bayes_threshold(miss_cost)
        return OperatingPoint(temperature=1.0, threshold=threshold, band=band_around(threshold, decision))
    temperature = fit_temperature(margins_MN, is_positive_N)
    shares_N = mean_share(margins_MN, temperature)
    threshold = choose_threshold(shares_N, is_positive_N, photos_N=photos_N, miss_cost=miss_cost)
    return OperatingPoint(temperature=temperature, threshold=threshold, band=band_around(threshold, decision))


def effective_miss_cost(decision: DecisionSettings) -> float:
    """What a miss costs beside a needless alarm, if both classes are as frequent as each other.

    Temperature and threshold are chosen with both classes counting the same, so a class that is rare among the dishes
    to come costs less by its odds (Elkan, 2001).
    """
    return decision.miss_cost / decision.rewash_cost * decision.prevalence / (1 - decision.prevalence)


def band_around(threshold: float, decision: DecisionSettings) -> tuple[float, float] | None:
    """Probabilities between which a look is cheaper than either answer (Chow, 1970), moved along with the threshold.

    Args:
        threshold: the one in force; where it is not the one that follows from the costs, the band moves by as many
            log-odds.
        decision: the costs.

    Returns:
        low and high around the threshold; None where a look has no price, or is never the cheapest.
    """
    if decision.look_cost is None or decision.look_cost <= 0:
        return None
    low, high = decision.look_cost / decision.miss_cost, 1 - decision.look_cost / decision.rewash_cost
    if not 0 < low < high < 1:
        return None
    # Those are probabilities among the dishes to come, the model's are for classes that are equally frequent.
    prior = log_odds(decision.prevalence)
    shift = log_odds(threshold) - log_odds(bayes_threshold(effective_miss_cost(decision))) - prior
    return share_of(log_odds(low) + shift), share_of(log_odds(high) + shift)


def log_odds(share: float) -> float:
    """The logarithm of the odds, for 0..1; finite at the ends."""
    bounded = min(max(share, 1e-9), 1 - 1e-9)
    return math.log(bounded / (1 - bounded))


def share_of(odds: float) -> float:
    """What `log_odds` was made of."""
    return 1 / (1 + math.exp(-odds))


def bayes_threshold(miss_cost: float) -> float:
    """The probability from which an alarm is the cheaper error, if probabilities are right."""
    return 1 / (1 + miss_cost)


def mean_share(margins_MN: NDArray[np.floating], temperature: float) -> NDArray[np.float64]:
    """Probability of the positive class: the mean over the networks.

    Returns:
        shares_N, 0..1.
    """
    scaled = np.clip(margins_MN.astype(np.float64) / temperature, -700, 700)
    result: NDArray[np.float64] = (1 / (1 + np.exp(-scaled))).mean(axis=0)
    return result


def fit_temperature(margins_MN: NDArray[np.floating], is_positive_N: NDArray[np.bool_]) -> float:
    """The temperature with the most likely labels, both classes counting the same (Guo et al., 2017).

    Returns:
        0.2 to 10.
    """
    weights_N = np.where(is_positive_N, 0.5 / is_positive_N.sum(), 0.5 / (~is_positive_N).sum())

    def surprise(temperature: float) -> float:
        shares_N = np.clip(mean_share(margins_MN, temperature), 1e-12, 1 - 1e-12)
        return -float((weights_N * np.log(np.where(is_positive_N, shares_N, 1 - shares_N))).sum())

    # Without a single mistake the most likely temperature is the lowest one there is, which is no honesty.
    has_mistakes = bool(((mean_share(margins_MN, 1.0) >= 0.5) != is_positive_N).any())
    known = TEMPERATURES if has_mistakes else TEMPERATURES[TEMPERATURES >= 1]
    return float(min(known, key=surprise))


def choose_threshold(
    shares_N: NDArray[np.float64],
    is_positive_N: NDArray[np.bool_],
    *,
    photos_N: Sequence[str] | None = None,
    miss_cost: float = 1.0,
) -> float:
    """The threshold nearest to the costs' own whose gain is as good as the best one's, within its own uncertainty.

    The best threshold of a few dozen photos is mostly chance, so it takes evidence to leave the one that follows from
    the costs, 0.5 where both errors cost the same. On photos of other dishes the best held-out threshold, or a
    percentile of the clean ones' scores, is right no more often.

    Args:
        shares_N: probabilities of the positive class, 0..1.
        is_positive_N: which samples are of that class; both kinds occur.
        photos_N: the photo that each sample stems from; its samples err together. None takes each for itself.
        miss_cost: what a miss costs, where a needless alarm costs 1; above 0.
    """
    anchor = bayes_threshold(miss_cost)
    values = np.unique(np.concatenate([shares_N, [0.0, 1.0]]))
    candidates = np.append((values[1:] + values[:-1]) / 2, anchor)
    found = np.sort(shares_N[is_positive_N])
    spared = np.sort(shares_N[~is_positive_N])
    hits = 1 - np.searchsorted(found, candidates, side="left") / len(found)
    quiet = np.searchsorted(spared, candidates, side="left") / len(spared)
    gains = (miss_cost * hits + quiet) / (1 + miss_cost)
    best = int(gains.argmax())
    is_right_N = (shares_N >= candidates[best]) == is_positive_N
    rest_N = np.where(
        is_positive_N,
        miss_cost * (is_right_N - hits[best]) / len(found),
        (is_right_N - quiet[best]) / len(spared),
    ) / (1 + miss_cost)
    # The spread of a sum over photos: samples of one photo count as one draw (the cluster-robust variance).
    numbers_N = np.arange(len(rest_N)) if photos_N is None else np.unique(photos_N, return_inverse=True)[1]
    spread = float(np.sqrt(np.square(np.bincount(numbers_N, weights=rest_N)).sum()))
    as_good = candidates[gains >= gains[best] - spread / 2]
    return float(as_good[np.abs(as_good - anchor).argmin()])
