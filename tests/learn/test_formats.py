"""The formats that other programs read are documented whole."""

from __future__ import annotations

import csv
import dataclasses
import json
import re
from pathlib import Path
from typing import get_args

import pytest

from studio.core import events, expert_events, resources
from studio.core.events import CheckpointSaved, Event
from studio.core.runs import EventLog, RunFolder
from studio.learn.monitor import COLUMNS, Monitor
from tests.learn.tiny import Memory, tiny_trainer

RECORDS = (
    events.Scores,
    events.Mistake,
    events.HeatFit,
    events.Gain,
    events.Check,
    expert_events.Diagnosis,
)


def parts() -> dict[str, list[str]]:
    """By heading, the names in the first column of what stands under it."""
    text = resources.path("formats.md").read_text(encoding="utf-8")
    headings = re.split(r"^#{2,3} (.+)$", text, flags=re.MULTILINE)[1:]
    return {
        name: re.findall(r"^\| `(\w+)` \|", body, flags=re.MULTILINE)
        for name, body in zip(headings[::2], headings[1::2], strict=True)
    }


def test_every_column_of_the_table_is_documented_in_order() -> None:
    assert parts()["metrics.csv"] == list(COLUMNS)


@pytest.mark.parametrize("kind", [*get_args(Event), *RECORDS], ids=lambda kind: kind.__name__)
def test_every_event_is_documented_with_its_fields(kind: type) -> None:
    documented = parts()
    assert kind.__name__ in documented, f"add {kind.__name__} to resources/formats.md"
    assert documented[kind.__name__] == [field.name for field in dataclasses.fields(kind)]


def test_every_record_within_an_event_is_documented() -> None:
    known = {kind.__name__ for kind in (*get_args(Event), *RECORDS)}
    named = {
        name
        for kind in (*get_args(Event), *RECORDS)
        for field in dataclasses.fields(kind)
        for name in re.findall(r"\b[A-Z]\w+", re.sub(r"Literal\[[^]]*\]", "", str(field.type)))
    }
    assert named - {"None"} <= known


def test_a_line_of_the_log_reads_as_documented(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    log = EventLog(run)
    log.write(CheckpointSaved(kind="best", path="best.pt", epoch=3))
    log.close()
    values = json.loads(run.events.read_text(encoding="utf-8"))
    assert list(values) == ["event", "time", *parts()["CheckpointSaved"]]
    assert values["event"] == "CheckpointSaved" and isinstance(values["time"], float)


def test_the_table_of_a_run_reads_by_the_documented_names(tmp_path: Path) -> None:
    memory = Memory()
    tiny_trainer(memory).fit()
    monitor = Monitor(RunFolder(tmp_path), None)
    monitor.start(member=1, first_epoch=1)
    for event in memory.events:
        monitor.hear(event)
    rows = list(csv.DictReader(RunFolder(tmp_path).metrics.read_text(encoding="utf-8").splitlines()))
    assert [int(row["epoch"]) for row in rows] == [1, 2, 3, 4]
    assert set(rows[0]) == set(parts()["metrics.csv"]) and 0 <= float(rows[-1]["val_accuracy"]) <= 1
