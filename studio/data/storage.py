"""A dataset's folder: built beside itself, swapped in when whole, never mixed with a person's own files."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from studio.core.disks import cannot_write, trouble_of
from studio.core.errors import UserError
from studio.core.files import make_durable, write_json, write_text
from studio.data.changes import (
    BUILDING,
    FORGOTTEN,
    MANIFEST,
    REJECTED,
    REPLACED,
    SWAPPED,
    THUMBNAILS,
    changing,
    clear_up,
    finish,
    forget,
    is_half_done,
    is_passing,
    swap_back,
)
from studio.data.manifest import Manifest, Sample
from studio.data.photos import SYSTEM_FILES, is_dataset

OUR_NAMES = frozenset(
    {MANIFEST, REJECTED, THUMBNAILS, *SWAPPED, "removed.json", "cache", "tray"}
)  # fmt: skip


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Say a disk that is full, gone or may not be written as the person's own trouble.

    Raises:
        UserError: in the place of such an OSError.
    """
    # The person knows the dataset's folder, not the one inside it in which it is built.
    place = next((each.parent for each in (folder, *folder.parents) if each.name.startswith(BUILDING)), folder)
    try:
        yield
    except OSError as error:
        if trouble_of(error, place) is None:
            raise
        raise cannot_write(place, error) from error
    except UserError as error:
        if BUILDING in str(error) and isinstance(error.__cause__, OSError):
            raise cannot_write(place, error.__cause__) from error
        raise


@contextmanager
def building_folder(folder: Path) -> Iterator[Path]:
    """An empty folder inside a dataset's folder in which its next state is built; gone afterwards.

    The dataset's folder is made when missing, and removed again if nothing came of it.

    Raises:
        UserError: the folder cannot be written, or the disk is full.
    """
    was_there = folder.is_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:  # whatever it is, another folder is the way out
        raise UserError(f"{folder}: cannot be made ({error.strerror}); name another folder") from error
    try:
        with changing(folder) as is_alone, writing(folder):
            clear_up(folder, is_alone=is_alone)
            building = Path(tempfile.mkdtemp(prefix=f"{BUILDING}{os.getpid()}-", dir=folder))
            try:
                yield building
            finally:
                if not is_half_done(building):  # its undoing failed: it holds the only copy, and is mended later
                    shutil.rmtree(building, ignore_errors=True)
    finally:
        if not was_there:
            with suppress(OSError):  # it has something in it: the dataset
                folder.rmdir()


def check_place(folder: Path, paths: Sequence[Path]) -> None:
    """Refuse a folder that no dataset may be made in.

    Args:
        folder: the dataset's, there or not.
        paths: photos that are about to be imported into it.

    Raises:
        UserError: the folder holds someone's files and no dataset, or the photos are a dataset themselves.
    """
    for path in paths:
        if is_dataset(path):
            raise UserError(f"{path}: is a dataset already; open it, or name the folder with the photos")
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder}: is a file; name a folder for the dataset")
    if is_dataset(folder):
        return
    strangers = sorted(
        item.name for item in folder.glob("*")
        if item.name not in OUR_NAMES | SYSTEM_FILES and not is_passing(item)
    )  # fmt: skip
    if strangers:
        raise UserError(
            f"{folder}: holds other files ({strangers[0]}) and is no dataset; name an empty or a new folder for it"
        )


def known_dataset(folder: Path, *, is_needed: bool) -> Manifest | None:
    """The dataset that is in a folder already, for whoever may change it; None for a new one.

    Args:
        folder: the dataset's.
        is_needed: whether a torn manifest is an error, since what it names was to be kept.

    Raises:
        UserError: it is needed, and torn.
    """
    if not is_dataset(folder):
        return None
    try:
        return Manifest.load(folder)
    except UserError:
        if is_needed:
            raise
        return None


def swap_in(building: Path, before: Manifest | None, after: Manifest) -> None:
    """Put a dataset's next state in its place: what replaces pictures, then the manifest, then thumbnails.

    Killed before the manifest is in its place, the dataset comes back as it was, and afterwards as it was to become,
    when it is next read.

    Args:
        building: holds new files: `SWAPPED`, where pictures are replaced, all of them; `thumbnails`.
        before: the dataset as it is.
        after: its next state.

    Raises:
        UserError: the disk is full or may not be written; the dataset is as it was.
    """
    folder = after.folder
    make_durable(building)  # a pulled plug would leave a manifest that names empty files
    write_text(building / REJECTED, after.rejected_text())
    after.write_to(building / MANIFEST)
    write_json(building / FORGOTTEN, _forgotten(before, after))
    swapped = [name for name in SWAPPED if (building / name).exists()]
    assert swapped in ([], list(SWAPPED)), swapped
    if swapped:
        (building / REPLACED).mkdir()
    try:
        for name in swapped:
            if (folder / name).exists():
                os.replace(folder / name, building / REPLACED / name)
            os.replace(building / name, folder / name)
        os.replace(building / MANIFEST, folder / MANIFEST)
    except BaseException:
        swap_back(building, folder)
        raise
    finish(building, folder)


def _forgotten(before: Manifest | None, after: Manifest) -> list[str]:
    """What the studio made and the next state has no use for, and thumbnails of promises, which promise anew."""
    return [
        *_no_more(before, after),
        *(path for sample in after.samples if sample.is_promised for path in _thumbnails(sample)),
    ]


def sweep(before: Manifest, after: Manifest) -> None:
    """Delete what a dataset made and no longer names: painted pictures, twins, masks, thumbnails."""
    forget(_no_more(before, after), before.folder)


def _no_more(before: Manifest | None, after: Manifest) -> list[str]:
    """What the studio made for one state and the next does not name."""
    named = {path for sample in after.samples for path in _made(sample)}
    return [path for sample in before.samples for path in _made(sample) if path not in named] if before else []


def _made(sample: Sample) -> list[str]:
    """The files that the studio itself made for a sample, relative to the dataset's folder."""
    made = [sample.mask, sample.twin, sample.path if sample.synthetic else None]
    return [*_thumbnails(sample), *(path for path in made if path and not os.path.isabs(path))]


def _thumbnails(sample: Sample) -> list[str]:
    return [
        f"{THUMBNAILS}/{sample.id}.jpg",
        *([f"{THUMBNAILS}/{sample.id}-clean.jpg"] if sample.is_promised else []),
    ]
