"""The temperature that makes probabilities honest, the threshold that parts two classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ENOUGH_OF_EACH_CLASS = 20
TEMPERATURES = np.exp(np.arange(-32, 47) / 20)


@dataclass(frozen=True, kw_only=True)
class OperatingPoint:
    """How a model's logits become an answer.

    Attributes:
        temperature: logits are divided by it; above 0.
        threshold: probability of the positive class from which it wins; None for more than two classes.
    """

    temperature: float
    threshold: float | None


def choose_operating_point(
    margins_MN: NDArray[np.floating],
    is_positive_N: NDArray[np.bool_],
    *,
    has_threshold: bool,
    photos_N: Sequence[str] | None = None,
    miss_cost: float = 1.0,
) -> OperatingPoint:
    """Choose temperature and threshold on held-out samples, where there are enough of them to tell.

    Args:
        margins_MN: log-odds of the positive class, one row for each network of the model.
        is_positive_N: which samples are of that class.
        has_threshold: whether the model tells two classes apart, one of them positive.
        photos_N: the photo that each sample stems from; samples of one photo are not independent.
        miss_cost: what a miss of the positive class costs, where a needless alarm costs 1.

    Returns:
        with fewer than 20 samples of either class temperature 1, and the threshold that the costs alone ask for.
    """
    if not has_threshold:
        return OperatingPoint(temperature=1.0, threshold=None)
    positives = int(is_positive_N.sum())
    if min(positives, len(is_positive_N) - positives) < ENOUGH_OF_EACH_CLASS:
        return OperatingPoint(temperature=1.0, threshold=bayes_threshold(miss_cost))
    temperature = fit_temperature(margins_MN, is_positive_N)
    shares_N = mean_share(margins_MN, temperature)
    threshold = choose_threshold(shares_N, is_positive_N, photos_N=photos_N, miss_cost=miss_cost)
    return OperatingPoint(temperature=temperature, threshold=threshold)


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
