"""What the session reads from disk, off the window's thread."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

from studio.core.presets import PRESETS
from studio.core.requests import TrainRequest
from studio.core.runs import RunFolder, list_runs

if TYPE_CHECKING:
    from studio.data.manifest import Manifest


def load_manifest(folder: Path) -> Manifest:
    """Read a dataset.

    Raises:
        UserError: there is none, or it cannot be used.
    """
    from studio.data.manifest import Manifest  # numpy with the rest of `data` is not needed to open the window

    manifest = Manifest.load(folder)
    _ = manifest.by_id, manifest.near_duplicate_of  # worked out here, where nobody waits
    return manifest


def load_if_there(folder: Path) -> Manifest | None:
    """Read a dataset, where there is one."""
    return load_manifest(folder) if (folder / "manifest.json").is_file() else None


def run_if_there(folder: Path) -> RunFolder | None:
    """A run, where there is one."""
    run = RunFolder(folder)
    return run if run.exists() else None


def continuation(run: RunFolder, epochs: int | None) -> TrainRequest:
    """What goes on with a run where its last whole epoch ended.

    Args:
        run: the run.
        epochs: planned epochs, where there shall be more of them.

    Raises:
        UserError: its settings cannot be read, or not with so many epochs.
    """
    config = run.load_config()
    if epochs is not None:
        config = config.with_values({"training.epochs": epochs})
    return TrainRequest(config=config, data="", is_resumed=True)


def give_title(run: RunFolder) -> None:
    """Name a run after its strategy, with a number when others are called the same."""
    if run.title_file.exists():
        return
    config = run.load_config()
    title = PRESETS[config.preset].title if config.preset in PRESETS else config.model.architecture
    taken = {other.title for other in list_runs(run.path.parent) if other != run}
    names = itertools.chain([title], (f"{title} {number}" for number in itertools.count(2)))
    run.rename(next(name for name in names if name not in taken))
