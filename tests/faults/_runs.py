"""Short trainings that are told apart by nothing but whether they were killed."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.core.events import RunFinished, RunStarted
from studio.core.runs import RunFolder
from tests.faults._victims import Victim, duration_of
from tests.learn.training import quick_config

KINDS: Mapping[str, Mapping[str, object]] = {
    "plain": {},
    "average": {"ema.enabled": True, "data.augmentation": "advanced"},
    "members": {"ensemble.members": 2, "training.epochs": 3},
}
"""What is trained, by name: settings besides those of all short trainings."""

_SHORT = {"training.epochs": 5, "training.batch_size": 4, "model.dropout": 0.2}
_TIMES = ("images_per_s", "duration_s")


def config_of(ledger: Path, name: str, changes: Mapping[str, object]) -> Path:
    """The settings of a short training, in a file."""
    file = ledger / f"{name}.config.json"
    if not file.is_file():
        file.write_text(quick_config().with_values({**_SHORT, **changes}).to_json(), encoding="utf-8")
    return file


@dataclass(frozen=True)
class Unbroken:
    """A training that nobody killed.

    Attributes:
        run: its folder.
        duration_s: from its start to its end.
        training_s: the part of it from the first step on.
    """

    run: Path
    duration_s: float
    training_s: float


def unbroken(name: str, ledger: Path, command: Callable[[Path], Victim]) -> Unbroken:
    """A whole training, done once for all trials that are compared with it.

    Args:
        name: of the kind of training.
        ledger: folder in which it stays.
        command: trains into the folder it is given.
    """
    run, noted = ledger / f"unbroken-{name}", ledger / f"unbroken-{name}.json"
    if not noted.is_file():
        noted.write_text(json.dumps(duration_of(lambda: command(run), ledger)))
    stored = RunFolder(run).replay()
    times = [at_s for at_s, event in stored if isinstance(event, RunStarted | RunFinished)]
    return Unbroken(run, json.loads(noted.read_text()), times[-1] - times[0])


def assert_same(killed: Path, whole: Path) -> None:
    """A run that was killed has come to the same as one that was not: state, model, table, judgement.

    Raises:
        AssertionError: naming what differs.
    """
    import torch

    first, second = RunFolder(killed), RunFolder(whole)
    for file, twin in ((first.last, second.last), (first.best, second.best)):
        ours, theirs = (torch.load(path, weights_only=True) for path in (file, twin))
        for content in (ours, theirs):
            for name in ("run", "title"):
                content.get("info", {}).pop(name, None)
        _assert_equal(ours, theirs, file.name)
    assert _rows(first.metrics) == _rows(second.metrics), "metrics.csv differs"
    _assert_equal(json.loads(first.split.read_text()), json.loads(second.split.read_text()), "split.json")
    reports = [sorted(path.name for path in run.evaluation.glob("*.json")) for run in (first, second)]
    assert reports[0] == reports[1], reports
    for name in reports[0]:
        texts = [
            (run.evaluation / name).read_text().replace(str(run.path), "RUN").replace(run.path.name, "RUN")
            for run in (first, second)
        ]
        _assert_equal(json.loads(texts[0]), json.loads(texts[1]), name)


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return [{name: value for name, value in row.items() if name not in _TIMES} for row in rows]


def _assert_equal(ours: Any, theirs: Any, place: str) -> None:
    import torch

    if isinstance(ours, torch.Tensor):
        assert torch.equal(ours, theirs), f"{place} differs"
    elif isinstance(ours, Mapping):
        assert ours.keys() == theirs.keys(), f"{place}: {ours.keys() ^ theirs.keys()}"
        for name in ours:
            _assert_equal(ours[name], theirs[name], f"{place}: {name}")
    elif isinstance(ours, Sequence) and not isinstance(ours, str):
        assert len(ours) == len(theirs), f"{place}: {len(ours)} and {len(theirs)}"
        for number, pair in enumerate(zip(ours, theirs, strict=True)):
            _assert_equal(*pair, f"{place}[{number}]")
    else:
        both_nan = isinstance(ours, float) and math.isnan(ours) and math.isnan(theirs)
        assert both_nan or ours == theirs, f"{place}: {ours!r} and {theirs!r}"
