"""Answers of a plain judge for samples whose family it never learned from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RIDGES = (0.03, 0.3, 3.0)
"""Tried strengths of the pull towards zero, in shares of the mean square of a row of features."""

MOST_FOLDS = 10


def out_of_fold(
    features_NF: NDArray[np.float64], labels_N: NDArray[np.int64], families_N: NDArray[np.int64], *, classes: int
) -> NDArray[np.float64]:
    """For each sample, how strongly each class is told by the other families.

    Ridge regression on classes as 0 and 1, in its dual form, so that it takes milliseconds for hundreds of samples
    with thousands of features (Saunders et al., 1998). Classes weigh the same, however rare.

    Args:
        features_NF: a description of each.
        labels_N: its class.
        families_N: samples of one number are held out together.
        classes: how many there are.

    Returns:
        N x classes, near 0 to 1; rows add up to about 1.
    """
    products_NN = features_NF @ features_NF.T
    scale = max(float(np.mean(np.diag(products_NN))), 1e-12)
    wanted_NC = np.eye(classes)[labels_N]
    folds_N = _folds(families_N)
    found = [_held_out(products_NN, wanted_NC, labels_N, folds_N, ridge * scale) for ridge in RIDGES]
    errors = [float(np.square(told - wanted_NC).mean()) for told in found]
    return found[int(np.argmin(errors))]


def _folds(families_N: NDArray[np.int64]) -> NDArray[np.int64]:
    """The fold of each sample; a family is never parted."""
    names, place_N = np.unique(families_N, return_inverse=True)
    order = np.random.default_rng(0).permutation(len(names))
    folds: NDArray[np.int64] = (order % min(MOST_FOLDS, len(names)))[place_N]
    return folds


def _held_out(
    products_NN: NDArray[np.float64],
    wanted_NC: NDArray[np.float64],
    labels_N: NDArray[np.int64],
    folds_N: NDArray[np.int64],
    ridge: float,
) -> NDArray[np.float64]:
    told_NC = np.full_like(wanted_NC, 1 / wanted_NC.shape[1])
    for fold in np.unique(folds_N):
        rest, own = np.flatnonzero(folds_N != fold), np.flatnonzero(folds_N == fold)
        counts = np.bincount(labels_N[rest], minlength=wanted_NC.shape[1])
        if not len(rest) or (counts > 0).sum() < 2:
            continue
        weights = len(rest) / ((counts > 0).sum() * counts[labels_N[rest]])
        share_R = weights / weights.sum()
        mean_C = share_R @ wanted_NC[rest]
        # Measured from the mean of the others alone: a mean that the held-out ones shared in would tell their class.
        middle_N = products_NN[:, rest] @ share_R
        centre = share_R @ middle_N[rest]
        known_RR = products_NN[np.ix_(rest, rest)] - middle_N[rest][:, None] - middle_N[rest] + centre
        asked_OR = products_NN[np.ix_(own, rest)] - middle_N[own][:, None] - middle_N[rest] + centre
        # Dividing the ridge by a sample's weight is the same as weighing its error.
        solved_RC = np.linalg.solve(known_RR + np.diag(ridge / weights), wanted_NC[rest] - mean_C)
        told_NC[own] = asked_OR @ solved_RC + mean_C
    return told_NC
