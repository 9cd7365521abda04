"""From whatever a person names to a dataset that can be trained on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from studio.core.children import Emit, ShouldStop
from studio.core.sections import DirtSettings
from studio.data.import_job import import_manifest
from studio.data.manifest import Manifest, is_dataset
from studio.data.photos import CLEAN, class_of, find_photos
from studio.data.synthesis_job import paint_dataset


def has_only_clean(place: Path) -> bool:
    """Whether photos of clean dishes are all there is, so that dirt has to be painted, or was.

    Args:
        place: a dataset's folder, or photos; nothing is opened but a manifest.

    Raises:
        UserError: the manifest is torn.
    """
    if is_dataset(place):
        photos = [
            sample.label for sample in Manifest.load(place).samples if not (sample.synthetic or sample.is_guessed)
        ]
    else:
        root = place if place.is_dir() else place.parent
        photos = [class_of(photo, root) for photo in find_photos([place])]
    return bool(photos) and set(photos) == {CLEAN}


def make_dataset(
    photos: Sequence[Path], folder: Path, dirt: DirtSettings, *, emit: Emit, should_stop: ShouldStop
) -> Manifest | None:
    """Import photos and paint on the clean ones; for a dataset of ours, paint in it anew.

    Args:
        photos: folders and files, or the dataset in `folder` itself.
        folder: the dataset's.
        dirt: what to paint.
        emit: takes the events.
        should_stop: asked between photos.

    Returns:
        the dataset; None when stopped.

    Raises:
        UserError: as for `import_manifest` and `paint_dataset`.
    """
    if is_dataset(folder) and [path.resolve() for path in photos] == [folder.resolve()]:
        manifest: Manifest | None = Manifest.load(folder)
    else:
        manifest = import_manifest(photos, folder, keeps_painted=True, emit=emit, should_stop=should_stop)
    return manifest and paint_dataset(manifest, dirt, emit=emit, should_stop=should_stop)


def open_or_make(
    photos: Path, folder: Path, dirt: DirtSettings, *, emit: Emit, should_stop: ShouldStop
) -> Manifest | None:
    """A dataset to train on: the named one as it is, or one made of photos.

    A single class of clean photos is painted on first; photos of two classes or more are taken as they are.

    Args:
        photos: a dataset's folder, or photos.
        folder: where a new dataset goes.
        dirt: what to paint.
        emit: takes the events.
        should_stop: asked between photos.

    Returns:
        the dataset; None when stopped.

    Raises:
        UserError: as for `import_manifest` and `paint_dataset`.
    """
    if is_dataset(photos):
        return Manifest.load(photos)
    manifest = import_manifest([photos], folder, emit=emit, should_stop=should_stop)
    if manifest is None or len(manifest.classes) > 1:
        return manifest
    return paint_dataset(manifest, dirt, emit=emit, should_stop=should_stop)
