"""Whether a dataset and its photos still lie where they were, and what has come to lie beside them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from studio.core.errors import UserError
from studio.data.manifest import FILE_NAME, Manifest
from studio.data.photos import PHOTO_EXTENSIONS, ending_of

MOST_FOLDERS = 64
"""Folders of photos that are looked at: photos from more places than that are not followed."""


@dataclass(frozen=True, kw_only=True)
class NewPhoto:
    """A photo beside those of a dataset that is not in it.

    Attributes:
        path: its file.
        label: the class of most photos in its folder.
    """

    path: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Whereabouts:
    """What was found on disk.

    Attributes:
        is_there: whether the dataset's folder is there.
        is_other: whether the manifest on disk says something else than the one at hand.
        missing: ids of the samples whose photos are gone.
        new: photos beside the others, in folders whose photos are mostly in the dataset.
    """

    is_there: bool = True
    is_other: bool = False
    missing: frozenset[str] = frozenset()
    new: tuple[NewPhoto, ...] = ()


def photo_folders(manifest: Manifest) -> tuple[Path, ...]:
    """Where the photos of a dataset lie, the folders with most of them first; at most `MOST_FOLDERS`."""
    counts = Counter(str(manifest.picture(sample).parent) for sample in manifest.samples if not sample.synthetic)
    return tuple(Path(folder) for folder, _ in counts.most_common(MOST_FOLDERS))


def look_around(manifest: Manifest, set_aside: Collection[str] = ()) -> Whereabouts:
    """Compare a dataset with what lies on disk.

    Args:
        manifest: the dataset at hand.
        set_aside: files of photos that were taken out of it by hand, which are no news.
    """
    if not (manifest.folder / FILE_NAME).is_file():
        return Whereabouts(is_there=False)
    try:
        is_other = Manifest.load(manifest.folder) != manifest
    except UserError:  # half-written by someone else; whoever opens it next is told
        is_other = False
    listings: dict[str, frozenset[str] | None] = {}
    known: dict[str, set[str]] = {}
    labels: dict[str, Counter[str]] = {}
    missing: set[str] = set()
    followed = {str(folder) for folder in photo_folders(manifest)}
    for sample in manifest.samples:
        folder, name = os.path.split(manifest.picture(sample))
        if sample.synthetic or folder not in followed:
            continue
        if folder not in listings:
            listings[folder] = _names(folder)
        names = listings[folder]
        if names is None or name not in names:
            missing.add(sample.id)
        known.setdefault(folder, set()).add(name)
        labels.setdefault(folder, Counter())[sample.label] += 1
    for item in manifest.rejected:
        folder, name = os.path.split(item.path)
        if folder in known:
            known[folder].add(name)
    new: list[NewPhoto] = []
    for folder, mine in known.items():
        there = {name for name in listings[folder] or () if ending_of(name) in PHOTO_EXTENSIONS}
        strange = sorted(there - mine)
        if len(strange) <= len(there & mine):  # of a folder that was picked from, the rest was left out on purpose
            label = labels[folder].most_common(1)[0][0]
            new += [NewPhoto(path=os.path.join(folder, name), label=label) for name in strange]
    out = {str(Path(path)) for path in set_aside}
    fresh = tuple(photo for photo in new if photo.path not in out)
    return Whereabouts(is_other=is_other, missing=frozenset(missing), new=fresh)


def _names(folder: str) -> frozenset[str] | None:
    """What lies in a folder; None where it is gone."""
    try:
        return frozenset(os.listdir(folder))
    except OSError:
        return None
