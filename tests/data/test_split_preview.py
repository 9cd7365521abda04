"""The splits' counts before a run."""

from __future__ import annotations

from pathlib import Path

from studio.core.requests import PaintRequest, SplitsRequest
from studio.core.sections import DataSettings, SplitSettings
from studio.data.manifest import Manifest
from studio.data.paint_host import make
from studio.data.split_preview import split_counts
from studio.data.splits import split
from tests.data.pictures import photo, save_dishes


def _dataset(folder: Path, photos: int) -> Manifest:
    samples = [sample for number in range(photos) for sample in photo(number, children=1)]
    manifest = Manifest(folder=folder, name="plates", samples=tuple(samples))
    manifest.save()
    return manifest


def test_the_counts_are_those_of_a_run(tmp_path: Path) -> None:
    manifest = _dataset(tmp_path, 20)
    counts = split_counts(SplitsRequest(folder=str(tmp_path)))
    dealt = split(manifest, DataSettings(), SplitSettings())
    assert (counts.train, counts.val, counts.test) == (len(dealt.train), len(dealt.val), len(dealt.test))
    assert counts.certificate == dealt.certificate.sentence
    assert counts.obstacle == ""


def test_too_few_photos_are_an_obstacle_in_words(tmp_path: Path) -> None:
    _dataset(tmp_path, 1)
    counts = split_counts(SplitsRequest(folder=str(tmp_path)))
    assert "one photo" in counts.obstacle
    assert counts.train == 0


def test_the_painter_answers_both_kinds_of_request(tmp_path: Path) -> None:
    _dataset(tmp_path / "dataset", 10)
    file = save_dishes(tmp_path, 1)[0]
    handler = make()
    assert handler(SplitsRequest(folder=str(tmp_path / "dataset"))).train == 16  # type: ignore[union-attr]
    assert handler(PaintRequest(photo=str(file))).coverage > 0  # type: ignore[union-attr]
