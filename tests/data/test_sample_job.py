"""The sample dishes as a dataset."""

from __future__ import annotations

from pathlib import Path

from studio.core.children import ALONE, never
from studio.core.events import DatasetReady, Event, Progress
from studio.core.requests import SampleDishesRequest
from studio.data.manifest import Manifest
from studio.data.sample_dishes import SAMPLE_COUNT
from studio.data.sample_job import open_samples
from tests.data.pictures import dish


def test_dishes_that_were_drawn_before_are_imported_as_they_are(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for number in range(1, SAMPLE_COUNT + 1):
        dish(number).save(photos / f"dish-{number:02}.jpg")
    heard: list[Event] = []
    request = SampleDishesRequest(photos=str(photos))
    open_samples(request, tmp_path / "dataset", seat=ALONE, emit=heard.append, should_stop=never)
    manifest = Manifest.load(tmp_path / "dataset")
    assert manifest.name == "Sample dishes"
    assert set(manifest.counts) == {"clean"}
    assert isinstance(heard[-1], DatasetReady)
    assert any(isinstance(event, Progress) and event.phase == "drawing" for event in heard)


def test_a_stopped_drawing_makes_no_dataset(tmp_path: Path) -> None:
    request = SampleDishesRequest(photos=str(tmp_path / "photos"))
    open_samples(request, tmp_path / "dataset", seat=ALONE, emit=print, should_stop=lambda: True)
    assert not (tmp_path / "dataset").exists()
