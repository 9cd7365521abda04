"""Datasets that are told apart by nothing but whether their making was interrupted."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from studio.core.events import Event
from studio.data.import_job import import_manifest
from tests.faults._whole import assert_dataset, assert_whole, leftovers
from tests.learn.training import draw_photos

TWO_CLASSES: Mapping[str, int] = {"clean": 24, "dirty": 24}
"""Enough for a short training."""

_PASSING = re.compile(r'"mtime": \d+|"name": "[^"]*"')
"""When a picture was painted, and what its dataset is called."""


def photos(ledger: Path, counts: Mapping[str, int] = TWO_CLASSES, *, name: str = "photos") -> Path:
    """Photos of nothing in particular, drawn once for all trials.

    Args:
        ledger: folder in which they stay.
        counts: of each class; an empty class name puts them flat.
        name: of their folder, before the counts; photos that a trial changes have another than those that it does not.
    """
    # With the counts, so that no trial finds another number of photos than it asked for, whichever comes first.
    folder = ledger / "-".join([name, *map(str, counts.values())])
    if not folder.is_dir():
        draw_photos(folder, dict(counts))
    return folder


def state(dataset: Path) -> dict[str, bytes | str]:
    """Everything in a dataset's folder that counts."""
    found: dict[str, bytes | str] = {}
    for file in sorted(path for path in dataset.rglob("*") if path.is_file()):
        name = file.relative_to(dataset).as_posix()
        is_manifest = name == "manifest.json"
        found[name] = _PASSING.sub("", file.read_text()) if is_manifest else file.read_bytes()
    return found


def assert_state(dataset: Path, *states: dict[str, bytes | str], is_known: bool = True) -> int:
    """A dataset is whole, and in one of these states.

    Args:
        dataset: its folder.
        states: those that it may be in.
        is_known: whether it has to be one of them.

    Returns:
        which one; -1 for none.

    Raises:
        AssertionError: it is not.
    """
    manifest = assert_dataset(dataset)
    assert_whole(dataset)
    assert not (left := leftovers(dataset)), left
    now = state(dataset)
    for number, known in enumerate(states):
        if now == known:
            return number
    if not is_known:
        return -1
    nearest = states[-1]
    differing = sorted(name for name in now.keys() | nearest.keys() if now.get(name) != nearest.get(name))
    raise AssertionError(f"{len(manifest.samples)} samples; differs in {differing[:8]}")


def main(arguments: list[str] | None = None) -> int:
    """Import photos into a dataset, with so many helping processes: what the window's import does."""
    source, dataset, workers = sys.argv[1:] if arguments is None else arguments
    import_manifest([Path(source)], Path(dataset), workers=int(workers), emit=_say, should_stop=lambda: False)
    return 0


def _say(event: Event) -> None:
    print(json.dumps(type(event).__name__), flush=True)


if __name__ == "__main__":
    sys.exit(main())
