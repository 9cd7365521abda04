"""Temporary folders that are swept when the process that made them was killed."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil

from studio.core.locks import holding, is_held
from studio.core.processes import is_running

_PREFIX = "spotless-scratch-"
_LOCK = "in-use"

_OLDER_PREFIXES = ("studio-worker-", "studio-job-")
_OLDER_FILE = re.compile(r"worker\.log|rank\d+\.log|rendezvous")
_LONG_S = 3600.0
"""Whoever made such a folder has long opened its files."""


class Scratch:
    """A folder for what a process needs while it runs.

    Those of processes that were killed are swept whenever one is made.
    """

    def __init__(self, purpose: str) -> None:
        """Make it.

        Args:
            purpose: a word for people who look into the folder of temporary files.
        """
        sweep()
        self.path = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-{purpose}-"))
        self._held = ExitStack()
        self._held.enter_context(holding(self.path / _LOCK, "in use"))

    def close(self) -> None:
        """Delete it with all that it holds."""
        self._held.close()
        shutil.rmtree(self.path, ignore_errors=True)


@contextlib.contextmanager
def scratch_folder(purpose: str) -> Iterator[Path]:
    """A folder that is there inside the `with`.

    Args:
        purpose: as for `Scratch`.
    """
    scratch = Scratch(purpose)
    try:
        yield scratch.path
    finally:
        scratch.close()


def sweep() -> None:
    """Delete the folders whose processes are gone."""
    with contextlib.suppress(OSError):
        for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            if _is_ours(folder) and not _is_new(folder) and not is_held(folder / _LOCK):
                shutil.rmtree(folder, ignore_errors=True)


def sweep_older() -> None:
    """Delete the folders that processes of an earlier version left, which named neither themselves nor a lock.

    They are known by what lies in them, and by nobody's having it open.
    """
    with contextlib.suppress(OSError):
        place = Path(tempfile.gettempdir()).resolve()
        found = [folder for prefix in _OLDER_PREFIXES for folder in place.glob(f"{prefix}*") if _is_older(folder)]
        used = _folders_in_use() if found else set()
        for folder in found:
            if folder not in used:
                shutil.rmtree(folder, ignore_errors=True)


def _is_older(folder: Path) -> bool:
    if not _is_ours(folder):
        return False
    files = list(folder.iterdir())
    changed_s = max(each.stat(follow_symlinks=False).st_mtime for each in (folder, *files))
    return time.time() - changed_s > _LONG_S and all(_OLDER_FILE.fullmatch(file.name) for file in files)


def _folders_in_use() -> set[Path]:
    """Where this user's processes have files open; nothing on Windows, where such files cannot be deleted anyway."""
    used: set[Path] = set()
    for process in psutil.process_iter() if sys.platform != "win32" else ():
        with contextlib.suppress(psutil.Error, OSError):  # it has ended, or is somebody else's
            used.update(Path(file.path).parent for file in process.open_files())
    return used


def _is_new(folder: Path) -> bool:
    """Whether it was made this moment, and its lock is about to be."""
    number = folder.name.removeprefix(_PREFIX).partition("-")[0]
    return not (folder / _LOCK).exists() and is_running(number)


def _is_ours(folder: Path) -> bool:
    """Whether this user made it: everybody may write into the folder of temporary files."""
    try:
        status = folder.stat(follow_symlinks=False)
    except OSError:
        return False
    return folder.is_dir() and not folder.is_symlink() and (sys.platform == "win32" or status.st_uid == os.getuid())
