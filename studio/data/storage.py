"""A dataset's folder: built beside itself, swapped in when whole, never mixed with a person's own files."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from studio.core.disks import cannot_write, trouble_of
from studio.core.errors import UserError
from studio.core.files import write_text
from studio.data.manifest import FILE_NAME, Manifest, Sample
from studio.data.photos import SYSTEM_FILES, is_dataset

OUR_NAMES = frozenset(
    {FILE_NAME, "synthesis.json", "removed.json", "rejected.csv", "images", "masks", "thumbnails", "cache", "tray"}
)  # fmt: skip
SWAPPED = ("images", "masks", "synthesis.json")
"""What painting replaces as a whole."""

_BUILDING = ".building-"
_REPLACED = "replaced"


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Say a disk that is full, gone or may not be written as the person's own trouble.

    Raises:
        UserError: in the place of such an OSError.
    """
    try:
        yield
    except OSError as error:
        # The person knows the dataset's folder, not the one inside it in which it is built.
        place = next((each.parent for each in (folder, *folder.parents) if each.name.startswith(_BUILDING)), folder)
        if trouble_of(error, place) is None:
            raise
        raise cannot_write(place, error) from error


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
    with writing(folder):
        for left in folder.glob(f"{_BUILDING}*"):
            if not _is_alive(left.name):  # of a process that was killed
                _swap_back(left, folder)
                shutil.rmtree(left, ignore_errors=True)
        building = Path(tempfile.mkdtemp(prefix=f"{_BUILDING}{os.getpid()}-", dir=folder))
        try:
            yield building
        finally:
            shutil.rmtree(building, ignore_errors=True)
            if not was_there:
                with suppress(OSError):  # it has something in it: the dataset
                    folder.rmdir()


def known_dataset(folder: Path, paths: Sequence[Path], *, is_needed: bool) -> Manifest | None:
    """The dataset that is in a folder already; None for a new one.

    Args:
        folder: the dataset's.
        paths: photos that are about to be imported into it.
        is_needed: whether a torn manifest is an error, since what it names was to be kept.

    Raises:
        UserError: the folder holds someone's files and no dataset, or the photos are a dataset themselves.
    """
    for path in paths:
        if is_dataset(path):
            raise UserError(f"{path}: is a dataset already; open it, or name the folder with the photos")
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder}: is a file; name a folder for the dataset")
    if is_dataset(folder):
        try:
            return Manifest.load(folder)
        except UserError:
            if is_needed:
                raise
            return None
    strangers = sorted(
        item.name for item in folder.glob("*")
        if item.name not in OUR_NAMES | SYSTEM_FILES and not item.name.startswith(_BUILDING)
    )  # fmt: skip
    if strangers:
        raise UserError(
            f"{folder}: holds other files ({strangers[0]}) and is no dataset; name an empty or a new folder for it"
        )
    return None


def swap_in(building: Path, manifest: Manifest) -> None:
    """Put newly painted pictures in the place of a dataset's old ones, and the new manifest last.

    If anything fails the old ones come back; after a kill, at the next change of the dataset.

    Args:
        building: holds the new files and folders under the names of `SWAPPED`.
        manifest: the dataset's next state.

    Raises:
        UserError: the disk is full or may not be written; the dataset is as it was.
    """
    folder = manifest.folder
    write_text(building / FILE_NAME, manifest.to_text())
    (building / _REPLACED).mkdir()
    try:
        for name in SWAPPED:
            if (folder / name).exists():
                os.replace(folder / name, building / _REPLACED / name)
            os.replace(building / name, folder / name)
        os.replace(building / FILE_NAME, folder / FILE_NAME)
    except BaseException:
        _swap_back(building, folder)
        raise


def _swap_back(building: Path, folder: Path) -> None:
    """Undo a swap that did not reach the manifest."""
    if not (building / _REPLACED).is_dir() or not (building / FILE_NAME).exists():
        return
    for name in SWAPPED:
        if not (building / name).exists() and (folder / name).exists():
            os.replace(folder / name, building / name)
        if (building / _REPLACED / name).exists():
            os.replace(building / _REPLACED / name, folder / name)


def sweep(before: Manifest, after: Manifest) -> None:
    """Delete what a dataset made and no longer names: painted pictures, twins, masks, thumbnails."""
    named = {path for sample in after.samples for path in _made(sample)}
    for sample in before.samples:
        for path in _made(sample):
            if path not in named:
                with suppress(OSError):  # a viewer may hold it open; nothing refers to it any more
                    (before.folder / path).unlink()


def _made(sample: Sample) -> list[str]:
    """The files that the studio itself made for a sample, relative to the dataset's folder."""
    made = [sample.mask, sample.twin, sample.path if sample.synthetic else None]
    thumbnails = [f"thumbnails/{sample.id}.jpg", *([f"thumbnails/{sample.id}-clean.jpg"] if sample.is_promised else [])]
    return [*thumbnails, *(path for path in made if path and not os.path.isabs(path))]


def _is_alive(name: str) -> bool:
    number = name.removeprefix(_BUILDING).partition("-")[0]
    return number.isdecimal() and psutil.pid_exists(int(number))
