"""Photos that stand on both sides of a run's split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from studio.core.errors import UserError
from studio.core.expert_events import Diagnosis
from studio.data.manifest import Manifest, Sample
from studio.data.photos import read_photo
from studio.data.quality import MAX_DISTANCE, MIN_CORRELATION, correlation, nearest, small_grey
from studio.data.splits import Splits

NAME = "leak across splits"
MOST_COMPARED = 500
"""Pairs with near hashes whose pictures are laid over each other."""

MOST_LISTED = 48


def leak(manifest: Manifest, splits: Splits) -> Diagnosis:
    """Look for one photo, or two that show almost the same, on different sides.

    Args:
        manifest: the dataset as it is now.
        splits: as the run used them.
    """
    side_of = _sides(splits)
    samples = [sample for sample in manifest.samples if sample.id in side_of]
    shared = _shared(samples, side_of)
    alike = [pair for pair in _alike(manifest, samples, side_of) if not shared.keys() & set(pair)]
    ids = list(shared)
    for first, second in alike:
        ids += [id for id in (first, second) if id not in ids]
    photos = len({manifest.by_id[id].source_photo for id in shared})
    measured = (
        f"Of {len(samples)} samples on {len(set(side_of.values()))} sides, {photos} source photos stand on more than "
        f"one side, and {len(alike)} pairs of photos on different sides show almost the same."
    )
    if not ids:
        return Diagnosis(
            name=NAME,
            title="No photo stands on two sides",
            state="quiet",
            measured=measured,
            meaning="Whatever judges the network is new to it.",
            value=0.0,
            limit=0.0,
        )
    return Diagnosis(
        name=NAME,
        title="Photos stand on two sides of the split",
        state="fired",
        measured=measured,
        meaning="The network is judged on photos that it has learned from, so its figures are too good.",
        proposal="Keep look-alikes together, deal the photos anew, and train again.",
        changes={"split.group_near_duplicates": True},
        value=float(photos + len(alike)),
        limit=0.0,
        samples=tuple(ids[:MOST_LISTED]),
    )


def _sides(splits: Splits) -> dict[str, str]:
    if splits.folds:
        sides = {f"fold {place}": fold for place, fold in enumerate(splits.folds)}
        return {id: name for name, ids in {**sides, "test": splits.test}.items() for id in ids}
    return {id: name for name in ("train", "val", "test") for id in getattr(splits, name)}


def _shared(samples: Sequence[Sample], side_of: Mapping[str, str]) -> dict[str, str]:
    """Samples whose photo, or whose very content, stands on another side too; one for each side."""
    found: dict[str, str] = {}
    for name in ("source_photo", "sha1"):
        first: dict[tuple[str, str], str] = {}
        sides: dict[str, set[str]] = {}
        for sample in samples:
            key = str(getattr(sample, name))
            if not key or (name == "sha1" and sample.is_promised):
                continue
            first.setdefault((key, side_of[sample.id]), sample.id)
            sides.setdefault(key, set()).add(side_of[sample.id])
        found |= {id: key for (key, _), id in first.items() if len(sides[key]) > 1}
    return found


def _alike(manifest: Manifest, samples: Sequence[Sample], side_of: Mapping[str, str]) -> list[tuple[str, str]]:
    """Pairs on different sides that show almost the same: those that the import knew, and those found now."""
    pairs = {
        (first, second)
        for first, second in manifest.near_duplicates
        if first in side_of and second in side_of and side_of[first] != side_of[second]
    }
    photos = [sample for sample in samples if sample.phash and not sample.synthetic]
    sides = list(dict.fromkeys(side_of.values()))
    near: list[tuple[int, str, str]] = []
    for number, side in enumerate(sides[1:], start=1):
        here = [sample for sample in photos if side_of[sample.id] == side]
        others = [sample for sample in photos if side_of[sample.id] in sides[:number]]
        if here and others:
            found = nearest([sample.phash for sample in here], [sample.phash for sample in others])
            near += [
                (bits, others[other].id, sample.id)
                for sample, (other, bits) in zip(here, found, strict=True)
                if bits <= MAX_DISTANCE
            ]
    for _, first, second in sorted(near)[:MOST_COMPARED]:
        if (second, first) not in pairs and _is_alike(manifest, first, second):
            pairs.add((first, second))
    return sorted(pairs)


def _is_alike(manifest: Manifest, first: str, second: str) -> bool:
    try:
        smalls = [small_grey(read_photo(_small_file(manifest, manifest.by_id[id]))) for id in (first, second)]
    except UserError:
        return False  # moved away; nobody can say
    return correlation(*smalls) > MIN_CORRELATION


def _small_file(manifest: Manifest, sample: Sample) -> str:
    thumbnail = manifest.thumbnail(sample)
    return str(thumbnail if thumbnail.is_file() else manifest.picture(sample))
