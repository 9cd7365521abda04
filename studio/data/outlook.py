"""What a threshold will lead to: errors and looks in 1,000 dishes, with ranges; whether probabilities are honest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from studio.core.held_out import HeldOut
from studio.core.intervals import wilson
from studio.data.resampling import FEWEST_PHOTOS, RANGE_95, photo_weights

PER = 1000
BINS = 10


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


def foretell(
    held_out: HeldOut, positive: str, threshold: float, band: tuple[float, float], positive_share: float
) -> Outlook | None:
    """Foretell errors from validation samples.

    Painted samples stand in for a class only where it has no photos: the two never share a figure. Ranges come from
    draws of whole photos (cluster bootstrap); where none or all of the photos err, draws cannot tell, and Wilson's
    range over the photos is taken.

    Args:
        held_out: what the model said of samples that it did not learn from.
        positive: the class that the threshold is about.
        threshold: its probability from which it wins, 0..1.
        band: probabilities from which and below which a person looks instead; equal for nobody.
        positive_share: share of positive ones among the dishes to come, 0..1.

    Returns:
        None where a class has no samples, or the model does not know the positive one.
    """
    if positive not in held_out.classes:
        return None
    shares_N = np.array(held_out.probabilities, np.float64).reshape(-1, len(held_out.classes))
    share_N = shares_N[:, held_out.classes.index(positive)]
    is_positive_N = np.array([label == positive for label in held_out.labels], np.bool_)
    is_painted_N = np.array(held_out.is_painted, np.bool_)
    looked_N = (band[0] <= share_N) & (share_N < band[1])
    wrong_N = ((share_N >= threshold) != is_positive_N) & ~looked_N
    rates = []
    for is_positive in (True, False):
        told_N = np.flatnonzero((is_positive_N == is_positive) & ~is_painted_N)
        is_painted = not len(told_N)
        if is_painted:
            told_N = np.flatnonzero(is_positive_N == is_positive)
        if not len(told_N):
            return None
        scale = PER * (positive_share if is_positive else 1 - positive_share)
        low, high = _range(wrong_N[told_N], _photos_of(held_out, told_N))
        foretold = Foretold(
            count=scale * float(wrong_N[told_N].mean()),
            low=scale * low,
            high=scale * high,
            samples=len(told_N),
            is_painted=is_painted,
        )
        rates.append((foretold, scale * float(looked_N[told_N].mean())))
    (missed, looked_at), (needless, also_looked_at) = rates
    return Outlook(missed=missed, needless=needless, look=looked_at + also_looked_at, positive_share=positive_share)


@dataclass(frozen=True, kw_only=True)
class Honesty:
    """What became of the samples whose probability lay in one part of 0..1.

    Attributes:
        share: their mean probability of the positive class.
        found: how many of them are of it, both classes counting the same.
        low, high: 95 % range of that, by photo.
        samples: how many there are.
    """

    share: float
    found: float
    low: float
    high: float
    samples: int


def calibration(held_out: HeldOut, positive: str) -> tuple[Honesty, ...]:
    """Hold probabilities against what became of them (reliability diagram; DeGroot, Fienberg, 1983).

    The temperature is fitted with both classes counting the same, and so are they here.

    Args:
        held_out: what the model said of samples that it did not learn from.
        positive: the class whose probabilities are asked for.

    Returns:
        one for each tenth of 0..1 that holds samples; nothing where a class has none.
    """
    if positive not in held_out.classes:
        return ()
    place = held_out.classes.index(positive)
    share_N = np.array([shares[place] for shares in held_out.probabilities], np.float64)
    is_positive_N = np.array([label == positive for label in held_out.labels], np.bool_)
    if not is_positive_N.any() or is_positive_N.all():
        return ()
    weight_N = np.where(is_positive_N, 0.5 / is_positive_N.sum(), 0.5 / (~is_positive_N).sum())
    bin_N = np.minimum((share_N * BINS).astype(np.int64), BINS - 1)
    found = []
    for number in np.unique(bin_N).tolist():
        here_N = np.flatnonzero(bin_N == number)
        weight, hit = weight_N[here_N], is_positive_N[here_N]
        low, high = _range(hit, _photos_of(held_out, here_N), weight)
        found.append(
            Honesty(
                share=float(np.average(share_N[here_N], weights=weight)),
                found=float(weight[hit].sum() / weight.sum()),
                low=low,
                high=high,
                samples=len(here_N),
            )
        )
    return tuple(found)


def calibration_error(bins: Sequence[Honesty]) -> float:
    """By how much probabilities are off in the mean (expected calibration error; Naeini et al., 2015), 0..1."""
    total = sum(one.samples for one in bins)
    return sum(one.samples * abs(one.share - one.found) for one in bins) / max(1, total)


def _photos_of(held_out: HeldOut, numbers_N: NDArray[np.int64]) -> list[str] | None:
    return [held_out.photos[number] for number in numbers_N.tolist()] if held_out.photos else None


def _range(
    is_hit_N: NDArray[np.bool_], photos_N: Sequence[str] | None, weight_N: NDArray[np.float64] | None = None
) -> tuple[float, float]:
    """The 95 % range of a share, by photo; by sample where the photos are not known."""
    if photos_N is None:
        return wilson(int(is_hit_N.sum()), len(is_hit_N))
    _, photo_N = np.unique(np.asarray(photos_N), return_inverse=True)
    photos = int(photo_N.max()) + 1
    if photos < FEWEST_PHOTOS or is_hit_N.all() or not is_hit_N.any():
        return wilson(round(float(is_hit_N.mean()) * photos), photos)
    own_N = np.ones(len(is_hit_N)) if weight_N is None else weight_N
    totals_P = np.bincount(photo_N, weights=own_N)
    hits_P = np.bincount(photo_N, weights=own_N * is_hit_N)
    draws_DP = _draws(photos)
    low, high = np.quantile((draws_DP @ hits_P) / np.maximum(draws_DP @ totals_P, 1e-300), RANGE_95)
    return float(low), float(high)


@lru_cache(maxsize=32)
def _draws(photos: int) -> NDArray[np.float64]:
    """How often each photo counts in each of 1,000 draws; kept, since a dragged threshold asks many times."""
    return np.concatenate(list(photo_weights([f"{number:06}" for number in range(photos)])))
