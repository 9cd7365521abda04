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
from studio.data.dice import keys_of
from studio.data.pace import Pace
from studio.data.pixel_store import key_of
from studio.learn.feature_source import FeatureSource
from studio.learn.feature_store import FeatureKind, FeatureStore, Rows, open_store
from studio.learn.fusion import fused
from studio.learn.network import Network
from studio.learn.picture_source import PictureSource
from studio.learn.ranks import Ranks

PHASE = "looking"

PLAIN = 0
"""The round in which nothing is varied; variations are the rounds from 1."""

# On a CPU the first maps of a few pictures still fit its cache; sixteen take half as long again for each.
LOOKS_AT_ONCE = {"cpu": 4, "cuda": 128, "mps": 32}
FEATURES_VERSION = 2
"""Part of what stored features are kept by; one more whenever the same picture would get others."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Looks:
    """Which samples are looked at, and in which variation.

    Attributes:
        samples_L: int64; the sample of each look.
        rounds_L: int64; its variation, `PLAIN` for none.
    """

    samples_L: Numbers
    rounds_L: Numbers

    def __len__(self) -> int:
        return len(self.samples_L)


def plan_looks(keys_N: NDArray[np.uint64], labels_N: NDArray[np.int64], views: int) -> Looks:
    """Deal variations to samples so that every class of a pair is seen in each of the pair's variations once.

    A clean photo with twenty dirty children is so looked at twenty times as often as each of them, always beside one
    that is varied in the very same way: classes are balanced, and nothing but the dirt tells them apart.

    Args:
        keys_N: equal for the members of a pair.
        labels_N: their classes.
        views: looks at each sample of the class that is most frequent in its pair; 0 looks at every sample once, as
            it is.
    """
    count = len(keys_N)
    if not views:
        return Looks(samples_L=np.arange(count), rounds_L=np.full(count, PLAIN, np.int64))
    members: dict[int, dict[int, list[int]]] = {}
    for number, (key, label) in enumerate(zip(keys_N.tolist(), labels_N.tolist(), strict=True)):
        members.setdefault(key, {}).setdefault(label, []).append(number)
    samples: list[int] = []
    rounds: list[int] = []
    for classes in members.values():
        all_rounds = np.arange(1, 1 + views * max(map(len, classes.values())))
        for numbers in classes.values():
            for number, own in zip(numbers, np.array_split(all_rounds, len(numbers)), strict=True):
                samples += [number] * len(own)
                rounds += own.tolist()
    return Looks(samples_L=np.array(samples, np.int64), rounds_L=np.array(rounds, np.int64))


def held_out_looks(learned: Looks, is_painted_N: NDArray[np.bool_]) -> Looks:
    """One look at each sample for judging it: photos as they are, painted samples in a variation that is learned too.

    Looking anew at thousands of painted samples would take as long as looking at them for learning.

    Args:
        learned: all looks at the samples, for learning.
        is_painted_N: of each sample, whether the studio made it.
    """
    numbers, places = np.unique(learned.samples_L, return_index=True)
    rounds_N = np.full(len(is_painted_N), PLAIN, np.int64)
    rounds_N[numbers] = learned.rounds_L[places]
    return Looks(samples_L=np.arange(len(is_painted_N)), rounds_L=np.where(is_painted_N, rounds_N, PLAIN))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Task:
    """What is asked of one split."""

    source: PictureSource
    looks: Looks
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

    def measure(self, asked: Sequence[tuple[PictureSource, Looks]]) -> list[FeatureSource] | None:
        """Look at the samples of some splits.

        Args:
            asked: each split with the looks at it; see `plan_looks`.

        Returns:
            a source of features for each; None when stopped. What was seen before a stop is kept.

        Raises:
            UserError: a photo cannot be read any more, or the disk ran full.
        """
        tasks = [self._task(source, looks) for source, looks in asked]
        with open_store(self._folder, self._kind, {key for task in tasks for key in task.keys}, self._ranks) as store:
            if not self._look(tasks, store):
                return None
        table, rows = store.read([task.keys for task in tasks])
        return [self._source(task, table, rows_N) for task, rows_N in zip(tasks, rows, strict=True)]

    def _task(self, source: PictureSource, looks: Looks) -> _Task:
        ways = [f"{source.scale}", f"{source.scale} {source.augmenter}"]
        digests = [hashlib.sha1(way.encode(), usedforsecurity=False).hexdigest() for way in ways]
        keys = []
        for number, round in zip(looks.samples_L.tolist(), looks.rounds_L.tolist(), strict=True):
            content = self._contents[int(source.places_N[number])]
            way = digests[0] if round == PLAIN else f"{digests[1]} {round} {source.keys_N[number]}"
            keys.append(hashlib.sha1(f"{content} {way}".encode(), usedforsecurity=False).hexdigest()[:24])
        return _Task(source=source, looks=looks, keys=keys)

    def _source(self, task: _Task, table: Rows, rows_N: Numbers) -> FeatureSource:
        labels_N = task.source.labels_N
        names = (
            f"{key} {round}"
            for key, round in zip(
                task.source.keys_N[task.looks.samples_L].tolist(), task.looks.rounds_L.tolist(), strict=True
            )
        )
        return FeatureSource(
            labels_N=labels_N[torch.from_numpy(task.looks.samples_L).to(labels_N.device)],
            keys_N=keys_of(list(names)),
            samples_N=task.looks.samples_L,
            table=table,
            rows_N=rows_N,
        )

    def _look(self, tasks: Sequence[_Task], store: FeatureStore) -> bool:
        """Take every look that the store does not know; whether it came to the end."""
        missing = _missing(tasks, set(store.known))
        total = sum(len(looks_L) for _, looks_L in missing)
        if not total:
            return True
        pace = Pace(self._emit, PHASE, total, phases=self._phases)
        at_once = LOOKS_AT_ONCE[self._ranks.device.type] * self._ranks.world_size
        for task, looks_L in missing:
            for round in np.unique(task.looks.rounds_L[looks_L]).tolist():
                parts = in_batches(looks_L[task.looks.rounds_L[looks_L] == round], at_once)
                for part, rows_BF in zip(parts, self._rows(task, round, parts), strict=True):
                    store.add([task.keys[look] for look in part], rows_BF)
                    pace.step(len(part))
                    if self._ranks.agree(self._should_stop())[0]:
                        return False
        return True

    def _rows(self, task: _Task, round: int, parts: list[Numbers]) -> Iterator[Rows]:
        """The features of each part's looks: every rank takes its share of them and is told the others'."""
        own = [share_of(task.looks.samples_L[part], self._ranks.rank, self._ranks.world_size) for part in parts]
        some = [share for share in own if len(share)]
        batches = task.source.varied(some, round) if round != PLAIN else task.source.plain(some)
        for share in own:
            rows_BF = np.empty((0, self._kind.length), np.float32)
            if len(share):
                # Pictures are varied in full precision: an index_add of float32 and bfloat16 fails, to begin with.
                inputs = next(batches).inputs
                with torch.no_grad(), self._ranks.autocast():
                    rows_BF = self._network.pooled(*inputs).cpu().numpy()
            yield np.concatenate(self._ranks.gather(rows_BF))


def _missing(tasks: Sequence[_Task], seen: set[str]) -> list[tuple[_Task, Numbers]]:
    """The looks of each split whose features nobody has, each but once."""
    missing = []
    for task in tasks:
        looks_L = np.array([look for look, key in enumerate(task.keys) if key not in seen], np.int64)
        seen.update(task.keys)
        missing.append((task, looks_L))
    return missing


def _digest_of(network: Network, precision: str) -> str:
    """What features depend on besides the picture."""
    digest = hashlib.sha1(
        f"{FEATURES_VERSION} {precision} {network.name} {network.taps}".encode(), usedforsecurity=False
    )
    for name, tensor in sorted(network.body.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]
