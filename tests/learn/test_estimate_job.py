"""What a training would cost is told from a few of its steps."""

from __future__ import annotations

from pathlib import Path

from studio.core.children import ALONE, never
from studio.core.events import EstimateReady, Event
from studio.core.requests import TrainRequest
from studio.data.import_job import import_manifest
from studio.learn.estimate_job import estimate
from tests.learn.training import draw_photos, quick_config


def test_time_and_memory_of_a_training_are_told_and_nothing_is_left_behind(tmp_path: Path) -> None:
    photos = draw_photos(tmp_path / "photos", {"clean": 8, "dirty": 8})
    dataset = tmp_path / "dataset"
    import_manifest([photos], dataset, emit=lambda event: None, should_stop=never, workers=0)
    before = sorted(tmp_path.rglob("*"))
    heard: list[Event] = []
    request = TrainRequest(config=quick_config(training__epochs=30), data=str(dataset))
    estimate(request, dataset, seat=ALONE, emit=heard.append, should_stop=never)
    (told,) = (event for event in heard if isinstance(event, EstimateReady))
    assert 0 < told.epoch_s < told.run_s
    assert 50e6 < told.memory_bytes < told.memory_total_bytes
    assert sorted(tmp_path.rglob("*")) == before
