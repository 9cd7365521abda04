"""Batches of a frozen network's features."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import psutil
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.data.batch_plan import Numbers
from studio.learn.feature_store import Rows
from studio.learn.pooling import PooledHead
from studio.learn.sources import Batch

ROWS_AT_ONCE = 4096
MOST_MEMORY = 0.25
"""Share of the device's free memory that features may take; beyond it they are read from the map, batch by batch."""


@dataclass(frozen=True, kw_only=True, eq=False)
class FeatureSource:
    """One split as features, for the head of a frozen network; its samples are the looks.

    Attributes:
        labels_N: int64, on the device; the class of each look.
        keys_N: uint64; equal for looks at members of a pair in the same variation.
        samples_N: the sample of each look, by its place in the split.
        table: float32, rows x features; of these looks and others.
        rows_N: the row of each look.
        held_NF: the same rows in the device's memory; None where they are read from the table.
    """

    labels_N: Tensor
    keys_N: NDArray[np.uint64]
    samples_N: Numbers
    table: Rows
    rows_N: Numbers
    held_NF: Tensor | None = None

    def __len__(self) -> int:
        return len(self.rows_N)

    def varied(self, parts: Sequence[Numbers], epoch: int) -> Iterator[Batch]:
        """The looks of each part; every epoch takes the same ones, since their variation lies in the looks."""
        return self.plain(parts)

    def plain(self, parts: Sequence[Numbers]) -> Iterator[Batch]:
        """The looks of each part."""
        for numbers in parts:
            places = torch.from_numpy(numbers).to(self.labels_N.device)
            # Indexing with a tensor gives the same rows in three times the time.
            held_BF = None if self.held_NF is None else self.held_NF.index_select(0, places)
            yield Batch(
                numbers_B=numbers,
                keys_B=self.keys_N[numbers],
                labels_B=self.labels_N[places],
                inputs=(self._read(numbers) if held_BF is None else held_BF,),
            )

    def part(self, wanted_S: NDArray[np.bool_]) -> FeatureSource:
        """The looks at some of the samples, in the device's memory where there is room.

        An epoch over them takes less time than reading them once from a map in scattered rows.
        """
        looks = np.flatnonzero(wanted_S[self.samples_N])
        part = FeatureSource(
            labels_N=self.labels_N[torch.from_numpy(looks).to(self.labels_N.device)],
            keys_N=self.keys_N[looks],
            samples_N=self.samples_N[looks],
            table=self.table,
            rows_N=self.rows_N[looks],
        )
        return replace(part, held_NF=part._held())

    def features(self) -> Iterator[Rows]:
        """All features, a few thousand rows at a time."""
        for start in range(0, len(self), ROWS_AT_ONCE):
            yield self.table[self.rows_N[start : start + ROWS_AT_ONCE]]

    def _read(self, numbers: Numbers) -> Tensor:
        return torch.from_numpy(self.table[self.rows_N[numbers]]).to(self.labels_N.device)

    def _held(self) -> Tensor | None:
        device, shape = self.labels_N.device, (len(self), self.table.shape[1])
        if 4 * shape[0] * shape[1] > MOST_MEMORY * _free_bytes(device):
            return None
        held_NF = torch.empty(shape, dtype=torch.float32, device=device)
        for start in range(0, len(self), ROWS_AT_ONCE):
            numbers = np.arange(start, min(len(self), start + ROWS_AT_ONCE))
            held_NF[start : start + ROWS_AT_ONCE] = self._read(numbers)
        return held_NF


def _free_bytes(device: torch.device) -> int:
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    return int(psutil.virtual_memory().available)


def standardise(head: PooledHead, source: FeatureSource) -> None:
    """Give a head the mean and spread of the training samples' features, over all looks."""
    total, square, count = np.zeros(()), np.zeros(()), 0
    for rows_NF in source.features():
        part = rows_NF.astype(np.float64)
        total, square, count = total + part.sum(0), square + np.square(part).sum(0), count + len(part)
    mean_F = total / count
    spread_F = np.sqrt(np.maximum(square / count - np.square(mean_F), 0))
    head.standardise(torch.from_numpy(mean_F), torch.from_numpy(spread_F))
