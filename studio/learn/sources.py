"""What the trainer draws its batches from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from studio.data.batch_plan import Numbers


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Samples as the network takes them, on its device.

    Attributes:
        numbers_B: their places in the split.
        keys_B: uint64; equal for the members of a pair.
        labels_B: int64 on the device; true classes.
        inputs: what the network's `forward` takes, each with B rows.
    """

    numbers_B: Numbers
    keys_B: NDArray[np.uint64]
    labels_B: Tensor
    inputs: tuple[Tensor, ...]


class Source(Protocol):
    """Gives one split's samples as batches."""

    def __len__(self) -> int:
        """Number of samples in the split."""

    @property
    def keys_N(self) -> NDArray[np.uint64]:
        """A key for each sample; equal for the members of a pair."""

    @property
    def labels_N(self) -> Tensor:
        """The class of each sample, int64 on the device."""

    def varied(self, parts: Sequence[Numbers], epoch: int) -> Iterator[Batch]:
        """The samples of each part, varied for training in the way of this epoch."""

    def plain(self, parts: Sequence[Numbers]) -> Iterator[Batch]:
        """The samples of each part as they are, for judging."""


class SplitSource(Source, Protocol):
    """Gives a whole split, or some of it."""

    def part(self, wanted_S: NDArray[np.bool_]) -> Source:
        """Some of the split's samples.

        Args:
            wanted_S: which ones, in the order of the split.
        """
