"""What a dataset's painted samples were painted with, as its folder says."""

from __future__ import annotations

import json
from pathlib import Path

from studio.core.bounded import read_text
from studio.core.sections import DirtSettings

RECORD = "synthesis.json"
"""In a dataset's folder: what was painted."""


def painted_with(folder: Path) -> DirtSettings | None:
    """The settings that a dataset's samples were painted with.

    Args:
        folder: the dataset's.

    Returns:
        None where nothing was painted, or another program or a newer version wrote what it was.
    """
    try:
        return DirtSettings.model_validate(json.loads(read_text(folder / RECORD))["dirt"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
