"""Photos become a dataset: read once, hashed, their dishes found, what cannot be used set aside with a reason."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from studio.core.children import Emit, Seat, ShouldStop
from studio.core.errors import UserError
from studio.core.events import DatasetReady, Notice, PhaseStarted, PhotoRejected
from studio.core.requests import ImportRequest
from studio.data.changes import THUMBNAILS
from studio.data.guessed import WEIGHT
from studio.data.manifest import Manifest, Sample
from studio.data.outline_text import finder_of
from studio.data.pace import Pace
from studio.data.photos import class_of, read_photo, search, shown
from studio.data.pool import helpers_for, spread
from studio.data.quality import Grey, near_duplicates, small_grey
from studio.data.reading import Read, ToRead, read_one
from studio.data.sorting import Candidate, sort_photos, still_there
from studio.data.storage import building_folder, check_place, known_dataset, swap_in
from studio.dirt.outline import FINDER_VERSION

PHASES = ("reading", "comparing")
_MOST_NAMED = 50


def import_photos(config: ImportRequest, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """The job: make a dataset of photos in a folder, or add photos to the one that is there.

    Args:
        config: which photos.
        folder: the dataset's.
        seat: which process this is; rank 0 does the work.
        emit: takes the events.
        should_stop: asked between photos.

    Raises:
        UserError: as for `import_manifest`.
    """
    if seat.rank == 0:
        import_manifest(
            [Path(path) for path in config.paths],
            folder,
            name=config.name,
            label=config.label,
            is_addition=config.is_addition,
            is_correction=config.is_correction,
            emit=emit,
            should_stop=should_stop,
        )


def import_manifest(
    paths: Sequence[Path],
    folder: Path,
    *,
    name: str = "",
    label: str | None = None,
    is_addition: bool = False,
    is_correction: bool = False,
    keeps_painted: bool = False,
    emit: Emit,
    should_stop: ShouldStop,
    workers: int | None = None,
) -> Manifest | None:
    """Make a dataset of photos, or add photos to one.

    Photos known to the dataset already are read again only when their size or time of change differs. The photos
    stay where they are; what the dataset adds lies in `folder`.

    Args:
        paths: files and folders.
        folder: the dataset's.
        name: what the window calls it; the folder's name, or what it was called before, when empty.
        label: class of all these photos; None reads it off the folders' names.
        is_addition: whether the dataset in `folder` keeps what it has.
        is_correction: whether a model was wrong about these photos: they are learned from, and never judge.
        keeps_painted: whether what was painted on these photos stays until something else is painted.
        emit: takes the events.
        should_stop: asked between photos.
        workers: number of processes; None chooses for this machine and so many photos.

    Returns:
        the dataset, saved; None when stopped, and then nothing has changed.

    Raises:
        UserError: a path does not exist, there are no photos, none of them can be used, their folder went away, or
            `folder` cannot be written or is not a dataset's.
    """
    folder = Path(os.path.abspath(folder))
    given = [Path(os.path.abspath(path)) for path in paths]
    places, others = _places(given, label)
    folders = [path for path in given if path.is_dir()]
    if not places:
        raise UserError(f"{', '.join(shown(path) for path in paths)}: no photos here; name another folder")
    check_place(folder, paths)
    with building_folder(folder) as building:
        known = known_dataset(folder, is_needed=is_addition)
        read = _read_all(list(places), known, building, emit=emit, should_stop=should_stop, workers=workers)
        if read is None:
            return None
        _check_there(folders, read)
        candidates = [Candidate(read=item, label=places[item.path]) for item in read]
        manifest, fresh = _sorted(candidates, known if is_addition else None, folder)
        if is_correction:
            manifest = _marked(manifest, fresh)
        if keeps_painted and known:
            manifest = _with_painted(manifest, known)
        if not manifest.samples:
            first = manifest.rejected[0]
            raise UserError(f"none of {len(places)} files can be used: {shown(first.path)} {first.reason}")
        emit(PhaseStarted(phase="comparing", phases=PHASES))
        manifest = _compared(manifest, fresh, building)
        manifest = replace(manifest, name=name or (known.name if known else "") or folder.name)
        if should_stop():
            return None
        _put_in_place(manifest, known, building)
    _announce(manifest, others, emit)
    return manifest


def _marked(manifest: Manifest, fresh: set[str]) -> Manifest:
    """New photos as corrections: they never judge, and count several times, since photos from life are few."""
    return manifest.with_samples(
        replace(sample, is_corrected=True, times=WEIGHT) if sample.id in fresh else sample
        for sample in manifest.samples
    )


def _with_painted(manifest: Manifest, known: Manifest) -> Manifest:
    """A dataset with what was painted on its photos before."""
    photos = [
        replace(sample, twin=old.twin, twin_sha1=old.twin_sha1, pair=old.pair)
        if (old := known.by_id.get(sample.id)) is not None and old.label == sample.label
        else sample
        for sample in manifest.samples
    ]
    ids = {sample.id for sample in photos}
    painted = [sample for sample in known.samples if sample.synthetic and sample.source_photo in ids]
    return manifest.with_samples((*photos, *painted))


def _places(paths: Sequence[Path], label: str | None) -> tuple[dict[str, str], list[Path]]:
    """Every photo with its class, and the files beside them that are no photos by their names."""
    found: dict[str, str] = {}
    others: dict[Path, None] = {}
    for given in paths:
        root = given if given.is_dir() else given.parent
        sought = search([given])
        for photo in sought.photos:
            found.setdefault(str(photo), label if label is not None else class_of(photo, root))
        others.update(dict.fromkeys(sought.others))
    return found, [path for path in others if str(path) not in found]


def _read_all(
    paths: Sequence[str],
    known: Manifest | None,
    building: Path,
    *,
    emit: Emit,
    should_stop: ShouldStop,
    workers: int | None,
) -> list[Read] | None:
    """What is known of each photo, in order; None when stopped."""
    photos = [sample for sample in known.samples if not sample.synthetic] if known else []
    by_path = {str(known.picture(sample)): sample for sample in photos} if known else {}
    read: dict[str, Read] = {}
    for path in paths:
        sample = by_path.get(path)
        if known and sample and _is_unchanged(sample, path) and known.thumbnail(sample).is_file():
            read[path] = _remembered(sample, path)
    due = [path for path in paths if path not in read]
    pace = Pace(emit, "reading", len(paths), phases=PHASES)
    if read:
        pace.step(len(read))
    if workers is None:
        workers = helpers_for(len(due))
    items = [ToRead(path=path, thumbnails=str(building)) for path in due]
    for done in spread(read_one, items, workers=workers, should_stop=should_stop):
        path = due[done.number]
        item = done.value or Read(path=path, reason="is damaged: the process that read it died of it")
        read[path] = item
        if item.reason:
            emit(PhotoRejected(path=path, reason=item.reason))
        pace.step()
    return None if len(read) < len(paths) else [read[path] for path in paths]


def _check_there(folders: Sequence[Path], read: Sequence[Read]) -> None:
    """Tell a drive that went away from photos that cannot be used: half of a folder is not what was meant."""
    if not any(item.reason for item in read):
        return
    for folder in folders:
        photos = [item.path for item in read if Path(item.path).is_relative_to(folder)]
        if photos and not any(os.path.lexists(path) for path in photos):
            raise UserError(
                f"{shown(folder)}: went away while its photos were read; bring it back, and do it again. Nothing was"
                " changed"
            )


def _is_unchanged(sample: Sample, path: str) -> bool:
    """Whether an earlier import still tells the truth about a file."""
    try:
        status = os.stat(path)
    except OSError:
        return False
    is_same = (status.st_size, status.st_mtime_ns) == (sample.size, sample.mtime)
    return is_same and finder_of(sample.dish) == FINDER_VERSION


def _remembered(sample: Sample, path: str) -> Read:
    return Read(
        path=path,
        sha1=sample.sha1,
        dish=sample.dish,
        width=sample.width,
        height=sample.height,
        size=sample.size,
        mtime=sample.mtime,
        phash=sample.phash,
        is_blurred=sample.is_blurred,
    )


def _sorted(candidates: Sequence[Candidate], kept: Manifest | None, folder: Path) -> tuple[Manifest, set[str]]:
    """The dataset's next state without new pairs of look-alikes, and the ids of its new photos."""
    old = still_there(kept, candidates) if kept else []
    photos = [sample for sample in old if not sample.synthetic]
    painted = [sample for sample in old if sample.synthetic]
    fresh = sort_photos(candidates, photos, folder)
    again = {candidate.read.path for candidate in candidates}
    before = [item for item in kept.rejected if item.path not in again] if kept else []
    manifest = Manifest(
        folder=folder,
        rejected=(*before, *fresh.rejected),
        near_duplicates=kept.near_duplicates if kept else (),
    )
    return manifest.with_samples((*photos, *fresh.samples, *painted)), {sample.id for sample in fresh.samples}


def _compared(manifest: Manifest, fresh: set[str], building: Path) -> Manifest:
    """The manifest with pairs of look-alikes among photos, at least one of them new."""
    photos = [sample for sample in manifest.samples if not sample.synthetic]

    def small(number: int) -> Grey | None:
        made = building / f"{photos[number].id}.jpg"
        file = made if made.is_file() else manifest.thumbnail(photos[number])
        try:
            return small_grey(read_photo(file))
        except UserError:
            return None  # a thumbnail that someone deleted

    hashes = [sample.phash for sample in photos]
    found = near_duplicates(hashes, is_new=[sample.id in fresh for sample in photos], small=small)
    pairs = {tuple(sorted((photos[first].id, photos[second].id))) for first, second in found}
    known = {tuple(sorted(pair)) for pair in manifest.near_duplicates}
    merged = sorted((first, second) for first, second in pairs | known)
    return replace(manifest, near_duplicates=tuple(merged))


def _put_in_place(manifest: Manifest, known: Manifest | None, building: Path) -> None:
    thumbnails = building / THUMBNAILS
    thumbnails.mkdir()
    for sample in manifest.samples:
        made = building / f"{sample.id}.jpg"
        if made.is_file():
            os.replace(made, thumbnails / made.name)
    swap_in(building, known, manifest)


def _announce(manifest: Manifest, others: Sequence[Path], emit: Emit) -> None:
    if others:
        files, end = (
            ("file was", "its name does not end") if len(others) == 1 else ("files were", "their names do not end")
        )
        names = [shown(path) for path in others[:_MOST_NAMED]]
        more = [f"and {len(others) - _MOST_NAMED:,} more"] if len(others) > _MOST_NAMED else []
        text = f"{len(others):,} other {files} passed over: {end} like a photo's."
        emit(Notice(kind="info", text=text, details="\n".join([*names, *more])))
    for item in manifest.rejected:
        if item.kind != "unreadable":
            emit(PhotoRejected(path=item.path, reason=item.reason, kind=item.kind))
    if manifest.near_duplicates:
        count = len({photo for pair in manifest.near_duplicates for photo in pair})
        emit(Notice(kind="info", text=f"{count} photos show almost the same as another; these stay on one side."))
    emit(
        DatasetReady(
            folder=str(manifest.folder),
            counts=manifest.counts,
            painted=manifest.painted,
            rejected=len(manifest.rejected),
        )
    )
