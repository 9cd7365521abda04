"""How sure figures are whose samples share a few source photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

DRAWS = 1000
AT_ONCE = 50
RANGE_95 = (0.025, 0.975)
SEED = 0
FEWEST_PHOTOS = 2

Interval = list[float] | None


def intervals_by_photo(
    labels_N: NDArray[np.int64],
    chosen_N: NDArray[np.int64],
    scores_N: NDArray[np.floating] | None,
    photos_N: Sequence[str],
    *,
    score_class: int | None,
) -> Mapping[str, Interval]:
    """The 95 % ranges of accuracy, balanced accuracy and AUROC if other photos had been taken.

    Everything painted on one photo succeeds or fails together, so whole photos are drawn, with replacement (cluster
    bootstrap; Field, Welsh, 2007), and not samples.

    Args:
        labels_N: true classes.
        chosen_N: chosen ones.
        scores_N: of the scored class, in any monotone scale; None where no class is scored.
        photos_N: the photo that each sample stems from.
        score_class: the class that the ROC curve is about.

    Returns:
        `accuracy_95_by_photo`, `balanced_accuracy_95_by_photo` and `auroc_95_by_photo`: low and high, 0..1; None
        with fewer than two photos, or where no draw has the figure.
    """
    _, photo_N = np.unique(np.asarray(photos_N), return_inverse=True)
    count = int(photo_N.max()) + 1 if len(photo_N) else 0
    drawn: dict[str, list[NDArray[np.float64]]] = {"accuracy": [], "balanced_accuracy": [], "auroc": []}
    if count >= FEWEST_PHOTOS:
        rng = np.random.default_rng(SEED)
        for _ in range(0, DRAWS, AT_ONCE):
            weights_DN = rng.multinomial(count, np.full(count, 1 / count), size=AT_ONCE)[:, photo_N].astype(np.float64)
            accuracy_D, balanced_D = _shares(labels_N, chosen_N, weights_DN)
            drawn["accuracy"].append(accuracy_D)
            drawn["balanced_accuracy"].append(balanced_D)
            if scores_N is not None and score_class is not None:
                drawn["auroc"].append(_aurocs(scores_N, labels_N == score_class, weights_DN))
    return {f"{name}_95_by_photo": _range(values) for name, values in drawn.items()}


def _shares(
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


def _aurocs(
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


def _range(parts: Sequence[NDArray[np.float64]]) -> Interval:
    values = np.concatenate(parts) if parts else np.empty(0)
    known = values[~np.isnan(values)]
    return [float(end) for end in np.quantile(known, RANGE_95)] if len(known) else None
