"""What one member of a model learns from, what judges it, what is kept from a whole model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.data.batch_plan import Numbers
from studio.data.manifest import Sample
from studio.learn.picture_source import PictureSource
from studio.learn.sources import Source

IN_NO_FOLD = -1
"""In the place of a fold: every network learns from the sample."""


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What one network is trained with.

    Attributes:
        train: what it learns from.
        judging: what judges each epoch; empty where nothing does.
        samples: what the manifest says of those that judge, in the same order.
        weights_C: of the classes in the loss.
    """

    train: Source
    judging: Source
    samples: Sequence[Sample]
    weights_C: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Samples that were kept from training, by all networks of a model or in turn.

    Attributes:
        name: val or test.
        source: the samples as they are, as pictures or as features.
        pictures: the same as pictures, for other views of them.
        samples: what the manifest says of them, in the same order.
        folds_N: the fold of each sample where they were held out in turn; None where no network learned from any.
    """

    name: str
    source: Source
    pictures: PictureSource
    samples: Sequence[Sample]
    folds_N: NDArray[np.int64] | None = None

    def judged_by(self, place: int) -> Numbers:
        """The samples that the network at this place in its model, from 0, has never learned from."""
        if self.folds_N is None:
            return np.arange(len(self.samples))
        return np.flatnonzero(is_held_out(self.folds_N, place))


def is_held_out(folds_N: NDArray[np.int64], place: int) -> NDArray[np.bool_]:
    """Which samples are held out from a network.

    Args:
        folds_N: the fold of each, from 0 without gaps; `IN_NO_FOLD` of what every network learns from.
        place: of the network in its model, from 0; with more networks than folds they begin anew.
    """
    held_out: NDArray[np.bool_] = folds_N == place % (int(folds_N.max()) + 1)
    return held_out
