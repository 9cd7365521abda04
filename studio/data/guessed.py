"""A dataset of its own for a model that learns from its guesses."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from studio.core.children import ShouldStop
from studio.core.errors import UserError
from studio.core.files import write_bytes
from studio.core.painted_record import RECORD
from studio.data.cache import cache_folder
from studio.data.manifest import Manifest, Sample
from studio.data.photos import read_photo
from studio.data.pixel_store import INDEX
from studio.data.quality import Grey, near_duplicates, small_grey
from studio.data.storage import writing

WEIGHT = 4
"""How often a guess is learned from in an epoch, beside each painted sample once: photos from life are few."""

MOST_UNEVEN = 3
"""The class with fewer guesses weighs so much more at most; a single guess is not to speak for forty."""

MOST_SHARE = 0.5
"""Guesses weigh no more than this for each sample whose label is known."""

SPARE_BYTES = 1_000_000_000


def link_dataset(manifest: Manifest, folder: Path, *, should_stop: ShouldStop) -> Manifest | None:
    """The same dataset in another folder, without copying its pictures where the disk can do without.

    Args:
        manifest: the dataset; it stays as it is.
        folder: an empty or a new one.
        should_stop: asked between samples.

    Returns:
        the dataset there, not yet saved; None when stopped.

    Raises:
        UserError: a picture of it is gone, or the folder cannot be written.
    """
    with writing(folder):
        for sample in manifest.samples:
            if should_stop():
                return None
            own = (sample.path, sample.twin, sample.mask)
            for name in (path for path in own if path and not os.path.isabs(path)):
                _link(manifest.folder / name, folder / name)
            if manifest.thumbnail(sample).is_file():
                _link(manifest.thumbnail(sample), folder / "thumbnails" / f"{sample.id}.jpg")
        if (manifest.folder / RECORD).is_file():
            _link(manifest.folder / RECORD, folder / RECORD)
    return replace(manifest, folder=folder)


def copy_cache(dataset: Path, folder: Path, *, names: Sequence[str], should_stop: ShouldStop) -> None:
    """Take what is known of a dataset's pixels and features along, where there is room for it.

    The files grow while they are in use, so two datasets cannot share them; what is not taken along is made anew.

    Args:
        dataset: its folder.
        folder: the other dataset's.
        names: how the names of the wanted caches begin.
        should_stop: asked between files.
    """
    wanted = [place for place in cache_folder(dataset).glob("*") if place.name.startswith(tuple(names))]
    # The index first: what is appended meanwhile is then unknown to it.
    files = [file for place in wanted for file in (place / INDEX, *place.glob("*.bin")) if file.is_file()]
    needed = sum(file.stat().st_size for file in files)
    if shutil.disk_usage(folder).free < needed + SPARE_BYTES:
        return
    for file in files:
        if should_stop():
            return
        there = cache_folder(folder) / file.parent.name / file.name
        there.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(file, there)
        except OSError:  # another training replaced it this moment
            shutil.rmtree(there.parent, ignore_errors=True)


def strangers(manifest: Manifest, place: Manifest) -> tuple[Sample, ...]:
    """The photos of a place that a dataset does not know, nor any that looks almost the same.

    What is learned from is never to be like what judges.

    Args:
        manifest: the dataset; guesses of an earlier adaptation do not count, since they judge nothing.
        place: the photos of the place.
    """
    photos = [sample for sample in manifest.samples if not (sample.synthetic or sample.is_guessed)]
    contents = {sample.sha1 for sample in photos}
    fresh = [sample for sample in place.samples if sample.sha1 not in contents]
    both = [*((manifest, sample) for sample in photos), *((place, sample) for sample in fresh)]

    def small(number: int) -> Grey | None:
        owner, sample = both[number]
        file = owner.thumbnail(sample)
        try:
            return small_grey(read_photo(file if file.is_file() else owner.picture(sample)))
        except UserError:
            return None  # moved away since

    is_new = [owner is place for owner, _ in both]
    pairs = near_duplicates([sample.phash for _, sample in both], is_new=is_new, small=small)
    known = {pair[1] for pair in pairs if not is_new[pair[0]]}
    return tuple(sample for number, (_, sample) in enumerate(both) if is_new[number] and number not in known)


def with_guesses(manifest: Manifest, place: Manifest, labels: Mapping[str, str]) -> Manifest:
    """A dataset that learns from guesses too.

    Args:
        manifest: the dataset.
        place: the photos of the place.
        labels: the guessed class of some of them, by id.

    Returns:
        the dataset with these photos, weighed so that they matter, and classes of them nearly the same.
    """
    kept = [sample for sample in manifest.samples if not (sample.is_guessed and sample.id in place.by_id)]
    times = weights_of(labels, len(manifest.with_twins(sample for sample in kept if not sample.is_guessed)))
    guessed = [
        replace(
            place.by_id[id],
            path=str(place.picture(place.by_id[id])),
            label=label,
            is_guessed=True,
            times=times[label],
        )
        for id, label in sorted(labels.items())
    ]
    photos = [sample for sample in kept if not sample.synthetic]
    painted = [sample for sample in kept if sample.synthetic]
    return manifest.with_samples((*photos, *guessed, *painted))


def weights_of(labels: Mapping[str, str], learned: int) -> dict[str, int]:
    """How often the guesses of each class are learned from in an epoch.

    Args:
        labels: the guessed classes, by id.
        learned: samples whose label is known.
    """
    counts: dict[str, int] = {}
    for label in labels.values():
        counts[label] = counts.get(label, 0) + 1
    largest = max(counts.values(), default=0)
    wanted = {label: WEIGHT * min(MOST_UNEVEN, largest / count) for label, count in counts.items()}
    total = sum(wanted[label] * count for label, count in counts.items())
    room = min(1.0, MOST_SHARE * learned / total) if total else 1.0
    return {label: max(1, round(room * weight)) for label, weight in wanted.items()}


def keep_thumbnails(place: Manifest, manifest: Manifest) -> None:
    """Bring the guessed photos' thumbnails into the dataset's folder."""
    with writing(manifest.folder):
        for sample in manifest.samples:
            if sample.id in place.by_id and place.thumbnail(sample).is_file():
                _link(place.thumbnail(sample), manifest.thumbnail(sample))


def _link(file: Path, there: Path) -> None:
    """A second name for a file that is replaced and never changed; a copy where the disk knows no such names.

    Raises:
        UserError: the file is gone.
    """
    if there.exists():
        return
    there.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file, there)
    except FileNotFoundError:
        raise UserError(f"{file}: is gone; bring it back, or train anew") from None
    except OSError:
        write_bytes(there, file.read_bytes())
