"""Heat maps are scored while a network learns."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from studio.core.children import never
from studio.core.events import EpochFinished, from_line, to_line
from studio.data.import_job import import_manifest
from studio.data.manifest import Manifest
from studio.data.synthesis_job import paint_dataset
from tests.data.pictures import save_dishes, silent
from tests.learn.frozen import weights_file
from tests.learn.training import are_equal, quick_config, train_here


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("heat")
    save_dishes(folder / "photos", 8)
    made = import_manifest([folder / "photos"], folder / "set", label="clean", emit=silent, should_stop=never)
    assert made is not None
    assert paint_dataset(made, quick_config(dirt__ratio=2.0).dirt, emit=silent, should_stop=never) is not None
    return folder / "set"


def test_each_epoch_of_a_whole_network_tells_how_well_it_points_beside_chance(dataset: Path, tmp_path: Path) -> None:
    done = train_here(dataset, tmp_path / "run", quick_config(monitoring__heat_samples=3))
    epochs = done.of(EpochFinished)
    for epoch in epochs:
        assert epoch.heat is not None and 0 < epoch.heat.count <= 3
        assert 0 <= epoch.heat.hits <= 1 and 0 < epoch.heat.inside_chance < epoch.heat.hit_chance < 1
        assert from_line(to_line(epoch))[1] == epoch
    assert epochs[0].heat != epochs[-1].heat


def test_scoring_heat_changes_nothing_of_what_is_learned(dataset: Path, tmp_path: Path) -> None:
    scored = train_here(dataset, tmp_path / "a", quick_config())
    alone = train_here(dataset, tmp_path / "b", quick_config(monitoring__heat_samples=0))
    assert are_equal(scored.weights(), alone.weights())
    assert all(epoch.heat is None for epoch in alone.of(EpochFinished))


def test_a_head_on_a_frozen_backbone_is_scored_ten_times_at_most(dataset: Path, tmp_path: Path) -> None:
    changes = {"model__weights": str(weights_file(tmp_path)), "model__freeze": "backbone", "model__views": 2,
               "training__epochs": 30, "split__cross_fit": "off"}  # fmt: skip
    epochs = train_here(dataset, tmp_path / "run", quick_config(**changes)).of(EpochFinished)
    told = [epoch.epoch for epoch in epochs if epoch.heat is not None]
    assert len(epochs) == 30 and told == [1, *range(3, 31, 3)]


def test_a_training_on_kept_pixels_goes_on_where_the_masks_are_gone(dataset: Path, tmp_path: Path) -> None:
    copy = tmp_path / "set"
    shutil.copytree(dataset, copy)
    train_here(copy, tmp_path / "a", quick_config(training__epochs=1))
    for mask in {copy / sample.mask for sample in Manifest.load(copy).samples if sample.mask}:
        mask.unlink()
    done = train_here(copy, tmp_path / "b", quick_config(monitoring__heat_samples=3))
    assert [epoch.heat for epoch in done.of(EpochFinished)] == [None] * 2


def test_logs_of_older_versions_are_read(dataset: Path, tmp_path: Path) -> None:
    done = train_here(dataset, tmp_path / "run", quick_config(monitoring__heat_samples=0, training__epochs=1))
    line = to_line(done.of(EpochFinished)[0])
    event = from_line(line.replace(', "heat": null', ""))[1]
    assert isinstance(event, EpochFinished) and event.heat is None
