"""Where the studio keeps datasets and runs of its own."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

WORKSPACE_VARIABLE = "SPOTLESS_WORKSPACE"


def default_workspace() -> Path:
    """The folder named by `SPOTLESS_WORKSPACE`, else `Spotless Studio` among the user's documents."""
    named = os.environ.get(WORKSPACE_VARIABLE)
    return Path(named) if named else platformdirs.user_documents_path() / "Spotless Studio"


def datasets_folder(workspace: Path) -> Path:
    """Where the datasets of a workspace lie."""
    return workspace / "datasets"


def runs_folder(workspace: Path) -> Path:
    """Where the runs of a workspace lie."""
    return workspace / "runs"
