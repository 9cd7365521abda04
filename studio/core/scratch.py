"""Temporary folders that are swept when the process that made them was killed."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from studio.core.locks import holding, is_held
from studio.core.processes import is_running

_PREFIX = "spotless-scratch-"
_LOCK = "in-use"


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
