"""Disks that are small, that may not be written, that go away."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.faults.suite import CannotTryError

_FILLER = "filler"


@dataclass(frozen=True)
class SmallDisk:
    """A disk of a few megabytes.

    Attributes:
        folder: where it is mounted.
    """

    folder: Path

    def fill(self, *, leave: int) -> None:
        """Take all its room but so many bytes, in whole pages."""
        self.free()
        room = shutil.disk_usage(self.folder).free - leave
        with (self.folder / _FILLER).open("wb") as stream, suppress(OSError):
            os.posix_fallocate(stream.fileno(), 0, max(room, 1))

    def free(self) -> None:
        """Give the room back."""
        (self.folder / _FILLER).unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    """A disk of its own in the memory of this machine, mounted on a folder.

    Raises:
        CannotTryError: this process may not mount.
    """
    folder.mkdir(parents=True)
    _mount("-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder))
    try:
        yield SmallDisk(folder)
    finally:
        _unmount(folder)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """A folder that even root may not write.

    Raises:
        CannotTryError: this process may not mount.
    """
    with shared(folder, folder):
        _mount("-o", "remount,bind,ro", str(folder))
        yield


@contextmanager
def shared(folder: Path, under: Path) -> Iterator[None]:
    """A folder that is seen under another path too, as a network drive is.

    Raises:
        CannotTryError: this process may not mount.
    """
    under.mkdir(parents=True, exist_ok=True)
    _mount("--bind", str(folder), str(under))
    try:
        yield
    finally:
        _unmount(under)


def take_away(under: Path) -> None:
    """Have a mounted folder go, though files of it are open."""
    subprocess.run(["umount", "-l", str(under)], check=True, capture_output=True)


def _mount(*words: str) -> None:
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        raise CannotTryError("mounts a disk of its own: run it as root, on Linux")
    done = subprocess.run(["mount", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotTryError(f"mount {' '.join(words)}: {done.stderr.strip()}")


def _unmount(folder: Path) -> None:
    # Not asked of `os.path.ismount`, which takes a folder that is seen under another path for an ordinary one.
    subprocess.run(["umount", "-l", str(folder)], check=False, capture_output=True)
