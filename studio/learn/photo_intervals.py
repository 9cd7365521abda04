"""How sure figures are whose samples share a few source photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from studio.data.resampling import Interval, aurocs, photo_weights, range_95, shares


def intervals_by_photo(
    labels_N: NDArray[np.int64],
    chosen_N: NDArray[np.int64],
    scores_N: NDArray[np.floating] | None,
    photos_N: Sequence[str],
    *,
    score_class: int | None,
) -> Mapping[str, Interval]:
    """The 95 % ranges of accuracy, balanced accuracy and AUROC if other photos had been taken.

    Whole photos are drawn, and not samples; see `resampling`.

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
    drawn: dict[str, list[NDArray[np.float64]]] = {"accuracy": [], "balanced_accuracy": [], "auroc": []}
    for weights_DN in photo_weights(photos_N):
        accuracy_D, balanced_D = shares(labels_N, chosen_N, weights_DN)
        drawn["accuracy"].append(accuracy_D)
        drawn["balanced_accuracy"].append(balanced_D)
        if scores_N is not None and score_class is not None:
            drawn["auroc"].append(aurocs(scores_N, labels_N == score_class, weights_DN))
    return {f"{name}_95_by_photo": range_95(values) for name, values in drawn.items()}
