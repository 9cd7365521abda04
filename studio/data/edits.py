"""Changes to a dataset made by hand: photos removed, restored, moved to another class."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from studio.data.manifest import Manifest, Sample

REMOVED_FILE = "removed.json"


def without(manifest: Manifest, ids: Collection[str]) -> Manifest:
    """The dataset without some samples; what was painted on a photo goes with it.

    Args:
        manifest: the dataset.
        ids: ids of samples.
    """
    gone = set(ids)
    kept = (sample for sample in manifest.samples if not gone & {sample.id, sample.source_photo})
    return manifest.with_samples(_paired(tuple(kept)))


def relabelled(manifest: Manifest, ids: Collection[str], label: str) -> Manifest:
    """The dataset with some photos in another class; what was painted on them is no longer true of it, so it goes.

    Args:
        manifest: the dataset.
        ids: ids of photos; painted samples keep their class.
        label: the class.
    """
    moved = {sample.id for sample in manifest.samples if sample.id in ids and not sample.synthetic}
    changed = (
        replace(sample, label=label, pair=None, is_guessed=False, times=1) if sample.id in moved else sample
        for sample in manifest.samples
        if not (sample.synthetic and sample.source_photo in moved)
    )
    return manifest.with_samples(changed)


def removed_with(manifest: Manifest, removed: Manifest | None, ids: Collection[str]) -> Manifest:
    """What is kept of removed photos, so that they can come back.

    Args:
        manifest: the dataset before the removal.
        removed: what was kept before, if anything.
        ids: ids of the samples that are removed; painted ones are not kept, since they can be painted again.

    Returns:
        a dataset of the removed photos alone.
    """
    before = () if removed is None else removed.samples
    known = {sample.id for sample in before}
    photos = tuple(
        replace(sample, pair=None, twin=None, twin_sha1="")  # the next painting sweeps the twin away
        for sample in manifest.samples
        if sample.id in ids and not sample.synthetic and sample.id not in known
    )
    pairs = set() if removed is None else set(removed.near_duplicates)
    pairs |= {pair for pair in manifest.near_duplicates if not set(pair).isdisjoint(ids)}
    return Manifest(
        folder=manifest.folder, name=manifest.name, samples=before + photos, near_duplicates=tuple(sorted(pairs))
    )


def restored(manifest: Manifest, removed: Manifest, ids: Collection[str]) -> tuple[Manifest, Manifest]:
    """Bring removed photos back.

    Returns:
        the dataset with them, and what is still removed.
    """
    there = {sample.id for sample in manifest.samples}
    back = tuple(sample for sample in removed.samples if sample.id in ids and sample.id not in there)
    photos = tuple(sample for sample in manifest.samples if not sample.synthetic)
    painted = tuple(sample for sample in manifest.samples if sample.synthetic)
    present = there | {sample.id for sample in back}
    pairs = {*manifest.near_duplicates, *(pair for pair in removed.near_duplicates if present.issuperset(pair))}
    grown = replace(manifest, samples=photos + back + painted, near_duplicates=tuple(sorted(pairs)))
    left = tuple(sample for sample in removed.samples if sample.id not in ids)
    return grown, replace(removed, samples=left)


def save_removed(removed: Manifest, manifest: Manifest) -> None:
    """Write what is kept of removed photos into the dataset's folder.

    Args:
        removed: the removed photos.
        manifest: the dataset that they were removed from.

    Raises:
        UserError: the folder cannot be written.
    """
    named = {sample_id for pair in removed.near_duplicates for sample_id in pair}
    gone = {sample.id for sample in removed.samples}
    # The other half of a pair is written too, since a manifest names no sample that it does not hold.
    others = tuple(sample for sample in manifest.samples if sample.id in named - gone and not sample.synthetic)
    held = gone | {sample.id for sample in others}
    pairs = tuple(pair for pair in removed.near_duplicates if held.issuperset(pair))
    whole = replace(removed, samples=removed.samples + others, near_duplicates=pairs)
    whole.write_to(removed.folder / REMOVED_FILE)


def load_removed(manifest: Manifest) -> Manifest | None:
    """What is kept of photos that were removed from a dataset; None when nothing was.

    Raises:
        UserError: the file is torn.
    """
    file: Path = manifest.folder / REMOVED_FILE
    if not file.is_file():
        return None
    stored = Manifest.load(file)
    there = {sample.id for sample in manifest.samples}
    return replace(stored, samples=tuple(sample for sample in stored.samples if sample.id not in there))


def _paired(samples: tuple[Sample, ...]) -> tuple[Sample, ...]:
    """Samples whose partner is gone stand alone again."""
    paired = {sample.pair for sample in samples if sample.synthetic}
    return tuple(
        replace(sample, pair=None)
        if sample.pair is not None and not sample.synthetic and sample.pair not in paired
        else sample
        for sample in samples
    )
