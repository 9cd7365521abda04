"""Which samples are in which batch, for every epoch and rank."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class BatchPlan:
    """The epochs' order of samples.

    It follows from seed and epoch alone, so it is the same on every rank and for any number of ranks, and a resumed
    run needs no position: an epoch that was broken off begins anew. A clean photo and its dirty children, whose keys
    are equal, stay in one batch.

    Attributes:
        keys_N: uint64; equal for the members of a pair.
        batch_size: samples in a batch over all ranks, at most.
        seed: another one gives another order.
        max_batches: shortens the epochs; None for all.
        ranks: number of processes that share each batch.
    """

    keys_N: NDArray[np.uint64]
    batch_size: int
    seed: int
    max_batches: int | None = None
    ranks: int = 1

    def batches(self, epoch: int) -> list[Numbers]:
        """The samples of each batch of an epoch, over all ranks.

        Args:
            epoch: from 1.

        Returns:
            numbers of samples, int64; every sample once unless `max_batches` cuts the epoch short.
        """
        order = np.random.default_rng([self.seed, epoch]).permutation(len(self._units))
        batches: list[list[int]] = [[]]
        for place in order:
            unit = self._units[place]
            if batches[-1] and len(batches[-1]) + len(unit) > self.batch_size:
                batches.append([])
            batches[-1].extend(unit)
        # Batch normalisation cannot learn from one sample, and no rank may go without.
        if len(batches) > 1 and len(batches[-1]) < 2 * self.ranks:
            batches[-2:] = [batches[-2] + batches[-1]]
        return [np.array(batch, dtype=np.int64) for batch in batches[: self.max_batches]]

    @cached_property
    def _units(self) -> list[list[int]]:
        """Samples that stay together, cut where a pair alone is larger than a batch."""
        members: dict[int, list[int]] = {}
        for number, key in enumerate(self.keys_N.tolist()):
            members.setdefault(key, []).append(number)
        size = self.batch_size
        return [unit[start : start + size] for unit in members.values() for start in range(0, len(unit), size)]


def share_of(numbers: Numbers, rank: int, world_size: int) -> Numbers:
    """A rank's part of samples: neighbours, as evenly as it goes, nobody twice and nobody left out."""
    return np.array_split(numbers, world_size)[rank]


def in_batches(numbers: Numbers, batch_size: int) -> list[Numbers]:
    """Samples in order, cut into batches."""
    return [numbers[start : start + batch_size] for start in range(0, len(numbers), batch_size)]
