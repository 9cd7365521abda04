"""Draws of whole photos, by which figures on samples that share photos become ranges (cluster bootstrap)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

DRAWS = 1000
AT_ONCE = 50
RANGE_95 = (0.025, 0.975)
SEED = 0
FEWEST_PHOTOS = 2

Interval = list[float] | None


def photo_weights(photos_N: Sequence[str]) -> Iterator[NDArray[np.float64]]:
    """How often each sample counts if other photos had been taken, the same draws each time.

    Everything painted on one photo succeeds or fails together, so whole photos are drawn, with replacement (cluster
    bootstrap; Field, Welsh, 2007), and not samples.

    Args:
        photos_N: the photo that each sample stems from.

    Yields:
        weights_DN of 50 draws at a time, 1,000 in all; nothing with fewer than two photos.
    """
    _, photo_N = np.unique(np.asarray(photos_N), return_inverse=True)
    count = int(photo_N.max()) + 1 if len(photo_N) else 0
    if count < FEWEST_PHOTOS:
        return
    rng = np.random.default_rng(SEED)
    for _ in range(0, DRAWS, AT_ONCE):
        yield rng.multinomial(count, np.full(count, 1 / count), size=AT_ONCE)[:, photo_N].astype(np.float64)


def range_95(parts: Sequence[NDArray[np.float64]]) -> Interval:
    """The range that holds 95 % of the draws; None without any."""
    values = np.concatenate(parts) if parts else np.empty(0)
    known = values[~np.isnan(values)]
    return [float(end) for end in np.quantile(known, RANGE_95)] if len(known) else None


def balanced_difference(
    labels_N: NDArray[np.int64],
    before_KN: Sequence[NDArray[np.int64]],
    after_N: NDArray[np.int64],
    photos_N: Sequence[str],
) -> tuple[float, float, Interval]:
    """What answers gain in balanced accuracy over others for the same samples (paired cluster bootstrap).

    Both are counted on the same draws, so what makes a photo hard for both does not widen the range.

    Args:
        labels_N: true classes.
        before_KN: chosen classes of one or several to compare with, whose mean counts.
        after_N: chosen classes.
        photos_N: the photo that each sample stems from.

    Returns:
        balanced accuracy before and after, and the 95 % range of after less before; None with fewer than two photos.
    """
    whole_DN = np.ones((1, len(labels_N)))

    def balanced(chosen_N: NDArray[np.int64], weights_DN: NDArray[np.float64]) -> NDArray[np.float64]:
        return shares(labels_N, chosen_N, weights_DN)[1]

    def before(weights_DN: NDArray[np.float64]) -> NDArray[np.float64]:
        result: NDArray[np.float64] = np.mean([balanced(chosen_N, weights_DN) for chosen_N in before_KN], axis=0)
        return result

    gains = [balanced(after_N, weights_DN) - before(weights_DN) for weights_DN in photo_weights(photos_N)]
    return float(before(whole_DN)[0]), float(balanced(after_N, whole_DN)[0]), range_95(gains)


def shares(
    labels_N: NDArray[np.int64], chosen_N: NDArray[np.int64], weights_DN: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Accuracy, and mean recall over the classes that occur, of each draw."""
    is_right_N = (labels_N == chosen_N).astype(np.float64)
    is_label_NC = (labels_N[:, None] == np.unique(labels_N)).astype(np.float64)
    counts_DC = weights_DN @ is_label_NC
    with np.errstate(invalid="ignore"):
        recalls_DC = weights_DN @ (is_label_NC * is_right_N[:, None]) / counts_DC
    occurs_DC = counts_DC > 0
    balanced_D = np.where(occurs_DC, recalls_DC, 0.0).sum(axis=1) / occurs_DC.sum(axis=1)
    return weights_DN @ is_right_N / weights_DN.sum(axis=1), balanced_D


def aurocs(
    scores_N: NDArray[np.floating], is_positive_N: NDArray[np.bool_], weights_DN: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How often a positive sample scores above another one in each draw, ties counting half; no number without both."""
    values, place_N = np.unique(scores_N, return_inverse=True)
    order = np.argsort(place_N, kind="stable")
    starts = np.searchsorted(place_N[order], np.arange(len(values)))
    positives_DV = np.add.reduceat((weights_DN * is_positive_N)[:, order], starts, axis=1)
    others_DV = np.add.reduceat((weights_DN * ~is_positive_N)[:, order], starts, axis=1)
    below_DV = np.cumsum(others_DV, axis=1) - others_DV / 2
    with np.errstate(invalid="ignore"):
        result: NDArray[np.float64] = (positives_DV * below_DV).sum(axis=1) / (
            positives_DV.sum(axis=1) * others_DV.sum(axis=1)
        )
    return result
