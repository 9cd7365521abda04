"""A bounded choice of a run's samples, as pixels, for probes to work with."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from studio.core.children import Emit, ShouldStop
from studio.core.config import StudioConfig
from studio.data.cache import cache_folder, open_cache, recipe_of
from studio.data.dealing import groups_of
from studio.data.manifest import Manifest, Sample
from studio.data.pixel_store import PixelStore, key_of
from studio.data.splits import Splits

MOST_LEARNED, MOST_KEPT = 160, 80
AT_ONCE = 32


@dataclass(frozen=True, kw_only=True, eq=False)
class Shelf:
    """Some samples with their pixels.

    Attributes:
        samples: what the manifest says of them.
        pixels_NHW4: uint8; red, green, blue, and how much the pixel is inside the dish.
        labels_N: int64; places of their classes.
        families_N: int64; the same number for what stems from one photo or its known look-alikes.
    """

    samples: tuple[Sample, ...]
    pixels_NHW4: NDArray[np.uint8]
    labels_N: NDArray[np.int64]
    families_N: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.samples)

    def part(self, wanted_N: NDArray[np.bool_]) -> Shelf:
        """Some of the samples."""
        return Shelf(
            samples=tuple(sample for sample, is_wanted in zip(self.samples, wanted_N, strict=True) if is_wanted),
            pixels_NHW4=self.pixels_NHW4[wanted_N],
            labels_N=self.labels_N[wanted_N],
            families_N=self.families_N[wanted_N],
        )

    @property
    def is_real_N(self) -> NDArray[np.bool_]:
        """Which of them are photos whose label a person gave."""
        return np.array(
            [not (one.synthetic or one.is_guessed or one.id.endswith("-clean")) for one in self.samples], bool
        )


def sides_of(splits: Splits) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids of what was learned from and of what judged; where photos are held out in turn, the first fold judges."""
    if splits.folds:
        first = set(splits.folds[0])
        return tuple(id for id in splits.train if id not in first), splits.folds[0]
    return splits.train, splits.val or splits.test


def fill_shelves(
    config: StudioConfig,
    manifest: Manifest,
    splits: Splits,
    classes: Sequence[str],
    *,
    emit: Emit,
    should_stop: ShouldStop,
) -> tuple[Shelf, Shelf] | None:
    """Choose samples of both sides, read them as the run saw them.

    Real photos come first, then painted ones with their clean twins, a few of as many photos as there are. The
    choice depends on the ids alone.

    Args:
        config: the run's settings.
        manifest: the dataset.
        splits: of the run.
        classes: in the model's order.
        emit: takes the events.
        should_stop: asked between photos.

    Returns:
        what was learned from, what was kept; None when stopped.

    Raises:
        UserError: a picture cannot be read.
    """
    learned, kept = sides_of(splits)
    chosen = [
        manifest.with_twins(_chosen(manifest, learned, MOST_LEARNED)),
        manifest.with_twins(_chosen(manifest, kept, MOST_KEPT)),
    ]
    every = [sample for part in chosen for sample in part]
    data, size = config.data, config.model.input_size
    recipe = recipe_of(data.framing, data.background, size)
    there = PixelStore.look(cache_folder(manifest.folder) / recipe.name, recipe)
    cache = open_cache(
        manifest,
        every,
        framing=data.framing,
        background=data.background,
        size_hw=size,
        limit_gb=data.cache_limit_gb,
        is_wanted=there.keys.issuperset(key_of(sample) for sample in every),  # a diagnosis only reads
        emit=emit,
        should_stop=should_stop,
    )
    if cache is None:
        return None
    pixels = np.empty((len(every), *size, 4), np.uint8)
    for start in range(0, len(every), AT_ONCE):
        if should_stop():
            return None
        stop = min(len(every), start + AT_ONCE)
        pixels[start:stop] = cache.take(range(start, stop))
    family = families(manifest, every)
    places = {name: place for place, name in enumerate(classes)}
    made, start = [], 0
    for part in chosen:
        rows = slice(start, start + len(part))
        made.append(
            Shelf(
                samples=tuple(part),
                pixels_NHW4=pixels[rows],
                labels_N=np.array([places[sample.label] for sample in part], np.int64),
                families_N=family[rows],
            )
        )
        start += len(part)
    return made[0], made[1]


def families(manifest: Manifest, samples: Sequence[Sample]) -> NDArray[np.int64]:
    """The same number for samples that stem from one photo, or from photos known to look almost the same."""
    photos = {sample.source_photo for sample in samples}
    pairs = [pair for pair in manifest.near_duplicates if photos.issuperset(pair)]
    unique = {sample.id: sample for sample in samples}
    number_of = {
        id: number for number, group in enumerate(groups_of(list(unique.values()), pairs)) for id in group.members
    }
    return np.array([number_of[sample.id] for sample in samples], np.int64)


def _chosen(manifest: Manifest, ids: Collection[str], most: int) -> list[Sample]:
    """Real photos of each class in turn, then painted samples of each photo in turn; about `most` with their twins."""
    # Once each, however often it weighs: copies would fill the shelf, and be named by ids that nobody knows.
    samples = [replace(manifest.by_id[id], times=1) for id in ids if id in manifest.by_id]
    real = [sample for sample in samples if not sample.synthetic]
    painted = [sample for sample in samples if sample.synthetic]
    # Where dirt is painted on everything, half of the room is for what was painted.
    room = most if not painted else max(most // 2, most - 2 * len(painted))
    found = _in_turn(real, [sample.label for sample in real], room)
    for sample in _in_turn(painted, [sample.source_photo for sample in painted], len(painted)):
        cost = 1 + (sample.twin is not None)
        if most - len(found) - sum(one.synthetic and one.twin is not None for one in found) < cost:
            break
        found.append(sample)
    return found


def _in_turn(samples: Sequence[Sample], kinds: Sequence[str], most: int) -> list[Sample]:
    """One of each kind in turn, by a fixed lot."""
    by_kind: dict[str, list[Sample]] = {}
    for sample, kind in sorted(zip(samples, kinds, strict=True), key=lambda pair: _lot(pair[0].id)):
        by_kind.setdefault(kind, []).append(sample)
    rounds = [(number, _lot(sample.id), sample) for some in by_kind.values() for number, sample in enumerate(some)]
    return [sample for _, _, sample in sorted(rounds, key=lambda one: one[:2])][:most]


def _lot(id: str) -> str:
    return hashlib.sha1(id.encode(), usedforsecurity=False).hexdigest()
