"""A clock that is set back while a run trains, and between two parts of it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from studio.core.events import BatchesFinished, EpochFinished, RunFinished
from studio.core.run_summary import summarise
from studio.core.runs import new_run
from tests.learn.test_monitor import curves
from tests.learn.training import draw_photos, quick_config, train_here

DAY_S = 86_400.0


def test_a_clock_that_runs_backwards_changes_nothing_but_the_dates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    photos, config = draw_photos(tmp_path / "photos", {"clean": 8, "dirty": 8}), quick_config(training__epochs=2)
    tick = iter(range(1_000_000))
    began = time.time()
    monkeypatch.setattr(time, "time", lambda: began - 60.0 * next(tick))
    first = train_here(photos, tmp_path / "run", config)
    monkeypatch.setattr(time, "time", lambda: began - 30 * DAY_S)
    second = train_here("", tmp_path / "run", config.edited(training__epochs=4), is_resumed=True)

    epochs = [event for _, event in second.run.replay() if isinstance(event, EpochFinished)]
    assert [event.epoch for event in epochs] == [1, 2, 3, 4]
    timed = [event for event in first.events + second.events if isinstance(event, EpochFinished | BatchesFinished)]
    assert all(event.remaining_s is None or event.remaining_s >= 0 for event in timed)
    assert all(event.duration_s > 0 for event in timed if isinstance(event, EpochFinished))
    assert all(event.duration_s > 0 for event in second.of(RunFinished))
    assert (summarise(second.run).epoch, summarise(second.run).outcome) == (4, "finished")
    assert list(curves(second.run.tensorboard)["Loss/Train"]) == [1, 2, 3, 4]


def test_runs_of_one_minute_lie_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(time, "strftime", lambda stamp: "2026-10-25_0230")  # which comes twice that night
    runs = [new_run(tmp_path, "custom_cnn") for _ in range(5)]
    assert len({run.path for run in runs}) == 5
