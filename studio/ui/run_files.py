"""What is done with a run's files, off the window's thread."""

from __future__ import annotations

import shutil
from pathlib import Path

from send2trash import send2trash

from studio.core.errors import UserError
from studio.core.files import write_atomically
from studio.core.runs import MODEL_SUFFIX, RunFolder


def to_bin(run: RunFolder) -> RunFolder:
    """Move a run's folder to the system's bin.

    Raises:
        UserError: the system has no bin here, or the folder is in use.
    """
    try:
        if run.path.exists():
            send2trash(str(run.path))
    except OSError as error:
        raise UserError(f"{run.path}: cannot be moved to the bin ({error}); delete the folder by hand") from error
    return run


def save_model(run: RunFolder, file: Path) -> Path:
    """Copy a run's model to a file that Classify opens anywhere.

    Raises:
        UserError: the run has no model yet, or the file cannot be written.
    """
    if not run.best.is_file():
        raise UserError(f"{run.title}: has no model yet; train at least one epoch")
    target = file if file.suffix else file.with_suffix(MODEL_SUFFIX)
    with run.best.open("rb") as source:
        write_atomically(target, lambda stream: shutil.copyfileobj(source, stream))
    return target


def rename(run: RunFolder, title: str) -> RunFolder:
    """Give a run another name."""
    run.rename(title)
    return run
