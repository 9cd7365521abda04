"""A training on painted dirt ends with checks that nothing but the dirt was learnt."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from studio.core.children import never
from studio.core.events import ChecksFinished, EvaluationFinished, PhaseStarted, RunFinished
from studio.core.painted_record import painted_with
from studio.core.sections import DirtSettings
from studio.data.manifest import Manifest
from studio.data.splits import split
from studio.data.synthesis_job import paint_dataset
from studio.learn.lesson import Kept
from studio.learn.panel import judges_of
from studio.learn.run_checks import PHASE
from tests.learn.bad_generator import drawn_dishes
from tests.learn.training import Training, quick_config, train_here

CONFIG = quick_config(**{"training.epochs": 1, "data.framing": "dish", "data.background": "keep"})
IN_TURN = CONFIG.edited(ensemble__members=2)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    photos = drawn_dishes(tmp_path_factory.mktemp("dishes"), 5, 96)
    dirt = DirtSettings(variations=2, size_px=96, seed=7)
    painted = paint_dataset(photos, dirt, emit=lambda event: None, should_stop=never, workers=1)
    assert painted is not None
    return painted.folder


@pytest.fixture(scope="module")
def trained(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Training:
    return train_here(dataset, tmp_path_factory.mktemp("runs") / "first", IN_TURN)


def test_checks_come_after_the_evaluation(trained: Training):
    kinds = [kind.__name__ for kind in map(type, trained.events)]
    last = [name for name in kinds if name in ("EvaluationFinished", "ChecksFinished", "RunFinished")]
    assert last[-3:] == [EvaluationFinished.__name__, ChecksFinished.__name__, RunFinished.__name__]
    phases = [event.phase for event in trained.of(PhaseStarted)]
    assert list(dict.fromkeys(phases)) == list(trained.of(PhaseStarted)[0].phases)
    assert phases[-1] == PHASE


def test_the_report_says_what_the_event_says_and_on_what_it_rests(trained: Training):
    (event,) = trained.of(ChecksFinished)
    report = json.loads(Path(event.report).read_text())
    assert Path(event.report) == trained.run.evaluation / "checks.json"
    assert [check["name"] for check in report["checks"]] == ["steps", "patch", "beside", "pointing", "energy"]
    assert [check["sentence"] for check in report["checks"]] == [check.sentence for check in event.checks]
    # Each of the five photos was held out once, in four rounds; the first look of each is its twin's.
    sorts = [trial["sort"] for trial in report["trials"]]
    found = report["photos"]
    assert found + report["dish_not_found"] == 5
    assert (sorts.count("steps"), sorts.count("light"), sorts.count("patch")) == (5 * found, 4 * found, 4 * found)
    assert report["heat"]["count"] <= 10


def test_photos_are_tried_on_networks_that_never_learned_from_them(dataset: Path):
    manifest = Manifest.load(dataset)
    splits = split(manifest, IN_TURN.data, IN_TURN.split, members=2)
    folds = {id: number for number, fold in enumerate(splits.folds) for id in fold}
    samples = [manifest.by_id[id] for id in splits.train]
    kept = Kept(
        name="val",
        source=None,  # type: ignore[arg-type]
        pictures=None,  # type: ignore[arg-type]
        samples=samples,
        folds_N=np.array([folds[sample.id] for sample in samples]),
    )
    assert judges_of([kept], 2) == {id: (fold,) for id, fold in folds.items()}


def test_without_photos_kept_from_training_nothing_is_checked(dataset: Path, tmp_path: Path):
    values = {"data.train_ratio": 1.0, "data.val_ratio": 0.0, "data.test_ratio": 0.0, "split.cross_fit": "off"}
    done = train_here(dataset, tmp_path / "run", CONFIG.with_values(values))
    (event,) = done.of(ChecksFinished)
    assert {check.state for check in event.checks} == {"skipped"}


def test_photos_that_are_gone_are_left_out_and_counted(dataset: Path, tmp_path: Path):
    photos = dataset.parent / "photos"
    photos.rename(tmp_path / "elsewhere")
    try:
        done = train_here(dataset, tmp_path / "run", IN_TURN)
    finally:
        (tmp_path / "elsewhere").rename(photos)
    (event,) = done.of(ChecksFinished)
    assert event.checks[0].state == "skipped"
    assert "that cannot be read any more" in event.checks[0].sentence
    assert done.finished.outcome == "finished"


def test_what_is_painted_for_the_checks_is_what_was_painted_for_training(dataset: Path):
    dirt = painted_with(dataset)
    assert dirt is not None and dirt.seed == 7
