"""Batches of pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.data.augment import Augmenter
from studio.data.batch_plan import Numbers
from studio.data.loaders import PixelLoader
from studio.data.transforms import InputScale, to_input, unpack
from studio.learn.sources import Batch


@dataclass(frozen=True, kw_only=True, eq=False)
class PictureSource:
    """One split's samples as normalised pictures.

    Attributes:
        loader: gives their pixels.
        places_N: int64; their places in the cache.
        labels_N: int64, on the device; their classes.
        keys_N: uint64; equal for the members of a pair.
        augmenter: varies them for training.
        scale: of the network's weights.
        has_inside: whether the network also wants to know where the dish is.
    """

    loader: PixelLoader
    places_N: Numbers
    labels_N: Tensor
    keys_N: NDArray[np.uint64]
    augmenter: Augmenter
    scale: InputScale
    has_inside: bool

    def __len__(self) -> int:
        return len(self.places_N)

    def varied(self, parts: Sequence[Numbers], epoch: int) -> Iterator[Batch]:
        """The samples of each part, varied for training in the way of this epoch."""
        for numbers, pixels in self._pixels(parts):
            keys = self.keys_N[numbers]
            if self.has_inside:
                yield self._batch(numbers, *self.augmenter(pixels, keys, epoch))
            else:
                yield self._batch(numbers, self.augmenter.pictures(pixels, keys, epoch))

    def plain(self, parts: Sequence[Numbers]) -> Iterator[Batch]:
        """The samples of each part as they are, for judging."""
        for numbers, pixels in self._pixels(parts):
            images, inside = unpack(pixels)
            yield self._batch(numbers, images, *([inside] if self.has_inside else []))

    def part(self, wanted_S: NDArray[np.bool_]) -> PictureSource:
        """Some of the samples."""
        numbers = np.flatnonzero(wanted_S)
        return replace(
            self,
            places_N=self.places_N[numbers],
            labels_N=self.labels_N[torch.from_numpy(numbers).to(self.labels_N.device)],
            keys_N=self.keys_N[numbers],
        )

    def _pixels(self, parts: Sequence[Numbers]) -> Iterator[tuple[Numbers, Tensor]]:
        return zip(parts, self.loader.stream([self.places_N[numbers] for numbers in parts]), strict=True)

    def _batch(self, numbers: Numbers, images: Tensor, *inside: Tensor) -> Batch:
        return Batch(
            numbers_B=numbers,
            keys_B=self.keys_N[numbers],
            labels_B=self.labels_N[torch.from_numpy(numbers).to(self.labels_N.device)],
            inputs=(to_input(images, self.scale), *inside),
        )
