"""A change of a dataset's folder: one at a time, undone when the process that began it was killed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from studio.core.files import is_unfinished, sweep_unfinished
from studio.core.locks import PATIENCE_S, InUseError, holding, is_held
from studio.core.painted_record import RECORD
from studio.core.processes import is_running

BUILDING = ".building-"
"""How the name of a folder begins in which a dataset's next state is built."""

REPLACED = "replaced"
"""Within it, what the next state takes the place of."""

SWAPPED = ("images", "masks", RECORD)
"""What painting replaces as a whole."""

FORGOTTEN = "forgotten.json"
"""Within it, names of files in the dataset that the next state has no use for."""

MANIFEST, REJECTED, THUMBNAILS = "manifest.json", "rejected.csv", "thumbnails"

_LOCK = ".lock"


@contextmanager
def changing(folder: Path, *, patience_s: float = PATIENCE_S) -> Iterator[bool]:
    """Be the only one to change a dataset.

    Args:
        folder: the dataset's.
        patience_s: as for `holding`.

    Yields:
        as `holding` does.

    Raises:
        InUseError: another process changes it.
    """
    busy = f"{folder}: is being changed by another job; wait until that has ended"
    with holding(folder / _LOCK, busy, patience_s=patience_s) as is_held:
        yield is_held


def is_passing(item: Path) -> bool:
    """Whether something in a dataset's folder is there only while the dataset changes."""
    return item.name == _LOCK or item.name.startswith(BUILDING) or is_unfinished(item)


def recover(folder: Path) -> None:
    """Bring a dataset back to the state before a change that was killed half-way; quick where there was none."""
    if next(folder.glob(f"{BUILDING}*"), None) is None and not (folder / _LOCK).exists():
        return
    if is_held(folder / _LOCK):  # maybe by the caller, who would undo its own change
        return
    with suppress(InUseError, OSError), changing(folder, patience_s=0.0) as is_alone:
        if is_alone:
            clear_up(folder, is_alone=True)


def clear_up(folder: Path, *, is_alone: bool) -> None:
    """Undo or finish what killed processes had begun.

    Args:
        folder: the dataset's.
        is_alone: whether nobody else can be changing it; else what processes of this machine build is let be.
    """
    for left in folder.glob(f"{BUILDING}*"):
        number = left.name.removeprefix(BUILDING).partition("-")[0]
        if left.is_symlink() or (not is_alone and is_running(number)):
            continue
        swap_back(left, folder)
        finish(left, folder)
        shutil.rmtree(left, ignore_errors=True)
    for place in (folder, *folder.glob("cache/*")):
        if _is_inside(place, folder):
            sweep_unfinished(place)


def is_half_done(building: Path) -> bool:
    """Whether pictures have been taken away and their change was neither finished nor undone."""
    return (building / REPLACED).is_dir() and (building / MANIFEST).exists()


def swap_back(building: Path, folder: Path) -> None:
    """Undo a change whose manifest did not come into its place."""
    if not (building / MANIFEST).exists():
        return
    for name in SWAPPED if (building / REPLACED).is_dir() else ():
        if not (building / name).exists() and (folder / name).exists():
            os.replace(folder / name, building / name)
        if (building / REPLACED / name).exists():
            os.replace(building / REPLACED / name, folder / name)
    # It is undone: what is left of it says so, however much of that a second kill leaves.
    (building / FORGOTTEN).unlink(missing_ok=True)
    (building / MANIFEST).unlink()


def finish(building: Path, folder: Path) -> None:
    """Do what is left to do of a change whose manifest is in its place; again, if need be."""
    if (building / MANIFEST).exists() or not (building / FORGOTTEN).is_file():
        return
    forget(_forgotten(building), folder)
    (folder / THUMBNAILS).mkdir(exist_ok=True)
    if not _is_inside(folder / THUMBNAILS, folder):
        return
    for made in (building / THUMBNAILS).glob("*"):
        os.replace(made, folder / THUMBNAILS / made.name)
    if (building / REJECTED).exists():
        os.replace(building / REJECTED, folder / REJECTED)


def forget(names: Iterable[str], folder: Path) -> None:
    """Delete files that a dataset has no use for, in its folder and nowhere else.

    Args:
        names: relative to the folder; somebody else may have made the dataset, and its links.
        folder: the dataset's.
    """
    for name in names:
        if _is_inside((folder / name).parent, folder):
            with suppress(OSError):  # a viewer may hold it open; nothing refers to it any more
                (folder / name).unlink()


def _forgotten(building: Path) -> list[str]:
    with suppress(ValueError):
        names = json.loads((building / FORGOTTEN).read_bytes())
        if isinstance(names, list) and all(isinstance(name, str) for name in names):
            return names
    return []


def _is_inside(place: Path, folder: Path) -> bool:
    return place.resolve().is_relative_to(folder.resolve())
