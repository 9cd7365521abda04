"""Moves a finished run with its dataset to where it will stay."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from studio.core.files import write_text
from studio.core.runs import RunFolder
from studio.data.storage import writing


def move_run(here: RunFolder, dataset: Path, there: RunFolder) -> None:
    """Move a run and what it learned from, on one disk; what it says of its places becomes true again.

    Its settings, which make a folder a run, come last: until then nobody takes the new place for one.

    Args:
        here: the run as it was trained; its folder has the new one's name, which the model bears too.
        dataset: the dataset's folder; it becomes `dataset` in the run.
        there: the new place, without any of the run's names.

    Raises:
        UserError: the folder cannot be written.
    """
    assert here.path.name == there.path.name, "the model and the log say the run's name"
    texts = [here.events, here.environment, *here.evaluation.glob("*.json")]
    _say_moved(texts, {here.path: there.path, dataset: there.dataset})
    gc.collect()  # what has the cache mapped; Windows moves no folder in use
    with writing(there.path):
        os.replace(dataset, there.dataset)
        for item in sorted(here.path.iterdir(), key=lambda item: item == here.config):
            os.replace(item, there.path / item.name)


def _say_moved(files: Iterable[Path], places: Mapping[Path, Path]) -> None:
    """Put the new places of folders into texts that name the old ones."""
    for file in files:
        text = file.read_text(encoding="utf-8")
        for old, new in places.items():
            before, after = (json.dumps(str(path), ensure_ascii=False)[1:-1] for path in (old, new))
            text = text.replace(before, after)
        write_text(file, text)
