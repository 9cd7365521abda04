"""What killed processes left in a workspace is swept when it is opened."""

from __future__ import annotations

from pathlib import Path

from studio.core.files import sweep_unfinished
from studio.core.locks import is_held
from studio.core.runs import TRIALS, RunFolder
from studio.core.scratch import sweep_older
from studio.core.workspace import runs_folder


def sweep_workspace(workspace: Path) -> None:
    """Delete files that nobody will finish: of the window's memory, of runs that nobody trains, of earlier versions.

    Datasets see to it themselves, when they are read.
    """
    sweep_older()
    sweep_unfinished(workspace)
    runs = runs_folder(workspace)
    folders = [folder for folder in (*runs.glob("*"), *runs.glob(f"*/{TRIALS}/*")) if folder.is_dir()]
    for run in map(RunFolder, folders):
        if not is_held(run.lock):  # which also deletes one that was left behind
            for place in (run.path, run.best.parent, run.evaluation):
                sweep_unfinished(place)
