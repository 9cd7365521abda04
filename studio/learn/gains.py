"""What averaging brings: several networks over one, several views over the photo as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from studio.core.events import Gain
from studio.data.resampling import balanced_difference

Shares: TypeAlias = NDArray[np.float64]
Choose: TypeAlias = Callable[[Shares], NDArray[np.int64]]


def gains(
    members_MNC: Shares,
    first_MNC: Shares | None,
    labels_N: NDArray[np.int64],
    photos_N: Sequence[str],
    choose: Choose,
    *,
    views: int,
) -> tuple[Gain, ...]:
    """Compare the model with what it would be with one network, or with one look at each photo.

    Args:
        members_MNC: probabilities that each network gives, the mean over its views.
        first_MNC: probabilities for the photo as it is; None where there is no other view.
        labels_N: true classes.
        photos_N: the photo that each sample stems from.
        choose: makes classes of probabilities NC, at the model's threshold.
        views: how many there are.

    Returns:
        one for the networks where there are several, one for the views likewise.
    """
    chosen_N = choose(members_MNC.mean(axis=0))
    found = []
    if len(members_MNC) > 1:
        alone = [choose(shares_NC) for shares_NC in members_MNC]
        found.append(_gain("members", len(members_MNC), labels_N, alone, chosen_N, photos_N))
    if first_MNC is not None:
        found.append(_gain("views", views, labels_N, [choose(first_MNC.mean(axis=0))], chosen_N, photos_N))
    return tuple(found)


def _gain(
    of: Literal["members", "views"],
    count: int,
    labels_N: NDArray[np.int64],
    single: Sequence[NDArray[np.int64]],
    together_N: NDArray[np.int64],
    photos_N: Sequence[str],
) -> Gain:
    before, after, ends = balanced_difference(labels_N, single, together_N, photos_N)
    return Gain(of=of, count=count, single=before, together=after, gain_95=None if ends is None else (ends[0], ends[1]))
