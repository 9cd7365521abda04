"""Statistics of a frozen network's maps, computed once for each look at a sample."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from studio.core.children import Emit, ShouldStop
from studio.data.batch_plan import Numbers, in_batches, share_of
from studio.data.cache import PixelCache
from studio.data.pace import Pace
from studio.data.pixel_store import key_of
from studio.learn.feature_store import FeatureKind, FeatureStore, Rows, open_store
from studio.learn.fusion import fused
from studio.learn.network import Network
from studio.learn.picture_source import PictureSource
from studio.learn.pooling import PooledHead
from studio.learn.ranks import Ranks
from studio.learn.sources import Batch

PHASE = "looking"

PLAIN = 0
"""The round in which nothing is varied; training's views are the rounds from 1."""

LOOKS_AT_ONCE = {"cpu": 16, "cuda": 128, "mps": 32}
ROWS_AT_ONCE = 4096

FEATURES_VERSION = 1
"""Part of what stored features are kept by; one more whenever the same picture would get others."""


@dataclass(frozen=True, kw_only=True, eq=False)
class FeatureSource:
    """One split's samples as features, for the head of a frozen network.

    Each epoch shows every sample in one of its views, the next epoch in the next one.

    Attributes:
        pictures: the same samples as pictures.
        views: how many varied looks at each sample there are; 0 when they were looked at as they are.
        table: float32, rows x features; of these samples and others.
        rows: for each round, which row of the table a sample has.
        device: where the head learns.
    """

    pictures: PictureSource
    views: int
    table: Rows
    rows: dict[int, Numbers]
    device: torch.device

    def __len__(self) -> int:
        return len(self.pictures)

    @property
    def keys_N(self) -> NDArray[np.uint64]:
        """A key for each sample; equal for the members of a pair."""
        return self.pictures.keys_N

    def varied(self, parts: Sequence[Numbers], epoch: int) -> Iterator[Batch]:
        """The samples of each part, in the view whose turn it is."""
        return self._batches(parts, 1 + (epoch - 1) % self.views)

    def plain(self, parts: Sequence[Numbers]) -> Iterator[Batch]:
        """The samples of each part as they are."""
        return self._batches(parts, PLAIN)

    def features(self) -> Iterator[Rows]:
        """All looks at these samples, a few thousand rows at a time."""
        for rows_N in self.rows.values():
            for start in range(0, len(rows_N), ROWS_AT_ONCE):
                yield self.table[rows_N[start : start + ROWS_AT_ONCE]]

    def _batches(self, parts: Sequence[Numbers], round: int) -> Iterator[Batch]:
        labels_N = self.pictures.labels_N
        for numbers in parts:
            features_BF = torch.from_numpy(self.table[self.rows[round][numbers]])
            yield Batch(
                numbers_B=numbers,
                keys_B=self.keys_N[numbers],
                labels_B=labels_N[torch.from_numpy(numbers).to(labels_N.device)],
                inputs=(features_BF.to(self.device),),
            )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Round:
    """The samples of one split in one view."""

    source: PictureSource
    number: int
    keys: list[str]


class FeatureMeter:
    """Looks at samples with a frozen network, and keeps what it saw beside the cached pixels."""

    def __init__(
        self,
        network: Network,
        cache: PixelCache,
        folder: Path | None,
        *,
        ranks: Ranks,
        emit: Emit,
        should_stop: ShouldStop,
        phases: tuple[str, ...] = (PHASE,),
    ) -> None:
        """Args:
        network: with a frozen backbone, on its device.
        cache: where the pixels come from.
        folder: where caches lie; None keeps features in memory only.
        ranks: share the work.
        emit: takes the events.
        should_stop: asked between batches.
        phases: all phases of the job, for the event.
        """
        self._network = fused(network)
        self._contents = [f"{source.recipe.name}/{key_of(source.sample)}" for source in cache.sources]
        self._folder = folder
        self._ranks = ranks
        self._emit = emit
        self._should_stop = should_stop
        self._phases = phases
        name = f"features-{_digest_of(network, ranks.precision)}"
        self._kind = FeatureKind(name=name, length=network.num_features)

    def measure(self, asked: Sequence[tuple[PictureSource, int]]) -> list[FeatureSource] | None:
        """Look at the samples of some splits.

        Args:
            asked: each split with its number of varied views; with 0 its samples are looked at as they are.

        Returns:
            a source of features for each; None when stopped. What was seen before a stop is kept.

        Raises:
            UserError: a photo cannot be read any more, or the disk ran full.
        """
        plan = [
            [_Round(source=source, number=number, keys=self._keys(source, number)) for number in _rounds(views)]
            for source, views in asked
        ]
        rounds = [one for split in plan for one in split]
        with open_store(self._folder, self._kind, {key for one in rounds for key in one.keys}, self._ranks) as store:
            if not self._look(rounds, store):
                return None
        table, places = store.read([one.keys for one in rounds])
        rows = iter(places)
        return [
            FeatureSource(
                pictures=source,
                views=views,
                table=table,
                rows={one.number: next(rows) for one in split},
                device=self._ranks.device,
            )
            for (source, views), split in zip(asked, plan, strict=True)
        ]

    def _keys(self, source: PictureSource, number: int) -> list[str]:
        """What the features of each sample depend on besides the network."""
        scale = source.scale
        if number == PLAIN:
            ways = [f"{scale}" for _ in range(len(source))]
        else:
            varied = hashlib.sha1(f"{scale} {source.augmenter} {number}".encode(), usedforsecurity=False).hexdigest()
            ways = [f"{varied} {key}" for key in source.keys_N.tolist()]
        contents = (self._contents[place] for place in source.places_N.tolist())
        return [
            hashlib.sha1(f"{content} {way}".encode(), usedforsecurity=False).hexdigest()[:24]
            for content, way in zip(contents, ways, strict=True)
        ]

    def _look(self, rounds: list[_Round], store: FeatureStore) -> bool:
        """Look at every sample that the store does not know; whether it came to the end."""
        seen = set(store.known)
        tasks: list[tuple[_Round, Numbers]] = []
        for one in rounds:
            tasks.append((one, np.array([n for n, key in enumerate(one.keys) if key not in seen], np.int64)))
            seen.update(one.keys)
        total = sum(len(numbers) for _, numbers in tasks)
        if not total:
            return True
        pace = Pace(self._emit, PHASE, total, phases=self._phases)
        at_once = LOOKS_AT_ONCE[self._ranks.device.type] * self._ranks.world_size
        for one, numbers in tasks:
            parts = in_batches(numbers, at_once)
            for part, rows_BF in zip(parts, self._rows(one, parts), strict=True):
                store.add([one.keys[number] for number in part], rows_BF)
                pace.step(len(part))
                if self._ranks.agree(self._should_stop())[0]:
                    return False
        return True

    def _rows(self, one: _Round, parts: list[Numbers]) -> Iterator[Rows]:
        """The features of each part: every rank looks at its share and is told the others'."""
        own = [share_of(part, self._ranks.rank, self._ranks.world_size) for part in parts]
        some = [share for share in own if len(share)]
        batches = one.source.varied(some, one.number) if one.number != PLAIN else one.source.plain(some)
        for share in own:
            rows_BF = np.empty((0, self._kind.length), np.float32)
            if len(share):
                with torch.no_grad(), self._ranks.autocast():
                    rows_BF = self._network.pooled(*next(batches).inputs).cpu().numpy()
            yield np.concatenate(self._ranks.gather(rows_BF))


def standardise(head: PooledHead, source: FeatureSource) -> None:
    """Give a head the mean and spread of the training samples' features, over all their views."""
    total, square, count = np.zeros(()), np.zeros(()), 0
    for rows_NF in source.features():
        part = rows_NF.astype(np.float64)
        total, square, count = total + part.sum(0), square + np.square(part).sum(0), count + len(part)
    mean_F = total / count
    spread_F = np.sqrt(np.maximum(square / count - np.square(mean_F), 0))
    head.standardise(torch.from_numpy(mean_F), torch.from_numpy(spread_F))


def _rounds(views: int) -> range:
    return range(1, views + 1) if views else range(PLAIN, PLAIN + 1)


def _digest_of(network: Network, precision: str) -> str:
    """What features depend on besides the picture."""
    digest = hashlib.sha1(
        f"{FEATURES_VERSION} {precision} {network.name} {network.taps}".encode(), usedforsecurity=False
    )
    for name, tensor in sorted(network.body.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]
