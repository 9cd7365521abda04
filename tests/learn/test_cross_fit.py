"""Photos that are held out in turn: who learns from what, who judges what."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.core.children import never
from studio.core.events import CheckpointSaved, EpochFinished, Event, RunStarted
from studio.core.held_out import read_held_out
from studio.data.import_job import import_manifest
from studio.data.manifest import Manifest
from studio.data.splits import Splits, split
from studio.data.synthesis_job import paint_dataset
from studio.learn import keeper
from studio.learn.checkpoints import load_model
from studio.learn.workshop import Workshop, open_workshop
from tests.data.pictures import silent
from tests.learn.frozen import weights_file
from tests.learn.tiny import alone
from tests.learn.training import Training, are_equal, draw_photos, quick_config, train_here

CROSS = {
    "ensemble__members": 3,
    "data__train_ratio": 0.9,
    "data__val_ratio": 0.1,
    "data__test_ratio": 0.0,
}


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cross")
    photos = draw_photos(folder / "photos", {"": 6}, size_px=96)
    made = import_manifest([photos], folder / "set", emit=silent, should_stop=never)
    assert made is not None
    assert paint_dataset(made, quick_config(dirt__ratio=2.0).dirt, emit=silent, should_stop=never) is not None
    return folder / "set"


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    weights = weights_file(tmp_path_factory.mktemp("weights"))
    return {"model__weights": str(weights), "model__freeze": "backbone", "model__views": 2, **CROSS}


@pytest.fixture(scope="module")
def trained(dataset: Path, frozen: dict[str, object], tmp_path_factory: pytest.TempPathFactory) -> Training:
    return train_here(dataset, tmp_path_factory.mktemp("runs") / "whole", quick_config(**frozen))


def after(count: int) -> Callable[[list[Event]], bool]:
    return lambda events: sum(isinstance(event, EpochFinished) for event in events) >= count


def splits_of(training: Training) -> Splits:
    return Splits.from_json(training.run.split.read_text())


def workshop_of(dataset: Path, changes: dict[str, object]) -> tuple[Workshop, Splits]:
    config, manifest = quick_config(**changes), Manifest.load(dataset)
    splits = split(manifest, config.data, config.split, members=config.ensemble.members)
    made = open_workshop(config, manifest, splits, known=None, ranks=alone(), emit=silent, should_stop=never)
    assert made is not None
    return made, splits


@pytest.mark.parametrize("is_frozen", [False, True])
def test_a_member_is_judged_on_its_fold_and_learns_from_all_others(
    dataset: Path, frozen: dict[str, object], is_frozen: bool
):
    workshop, splits = workshop_of(dataset, frozen if is_frozen else CROSS)
    names = [sample.id for sample in workshop.samples["train"]]
    assert len(names) >= len(splits.train)
    for member in (1, 2, 3):
        lesson = workshop.lesson(member)
        fold = set(splits.folds[member - 1])
        assert {sample.id for sample in lesson.samples if sample.id in splits.train} == fold
        assert len(lesson.judging) == len(lesson.samples)
        assert not set(lesson.train.keys_N.tolist()) & set(lesson.judging.keys_N.tolist())
        if not is_frozen:
            assert len(lesson.train) + len(lesson.judging) == len(names)
    workshop.loader.close()


def test_every_sample_is_judged_by_the_member_that_never_saw_it(trained: Training, dataset: Path):
    splits, manifest = splits_of(trained), Manifest.load(dataset)
    assert (splits.val, splits.test, len(splits.folds)) == ((), (), 3)
    learned = manifest.with_twins(manifest.by_id[id] for id in splits.train)
    held_out = read_held_out(trained.run.evaluation)
    assert held_out is not None and held_out.labels == tuple(sample.label for sample in learned)
    confusions = [
        [event.val.confusion for event in trained.of(EpochFinished) if event.member == 1 + k] for k in range(3)
    ]
    places = {name: place for place, name in enumerate(held_out.classes)}
    photos = [{id[:16] for id in fold} for fold in splits.folds]
    for fold, of_epochs in zip(photos, confusions, strict=True):
        counted = [[0, 0], [0, 0]]
        for sample, shares in zip(learned, held_out.probabilities, strict=True):
            if sample.source_photo in fold:
                counted[places[sample.label]][int(shares[1] >= shares[0])] += 1
        assert tuple(map(tuple, counted)) in of_epochs  # of the member's best epoch


def test_the_report_says_how_many_photos_it_rests_on(trained: Training):
    report = json.loads((trained.run.evaluation / "val.json").read_text())
    assert (report["source_photos"], report["cross_fitted"]) == (6, True)
    low, high = report["accuracy_95_by_photo"]
    assert 0 <= low <= report["accuracy"] <= high <= 1
    assert {"balanced_accuracy_95_by_photo", "auroc_95_by_photo"} <= set(report)
    assert trained.finished.val_accuracy == report["accuracy"]
    started = trained.of(RunStarted)[0]
    assert (started.folds, started.val_count, started.test_count) == (3, 0, 0)


def test_a_run_stopped_in_its_second_member_ships_two_judged_on_their_folds(
    trained: Training, dataset: Path, frozen: dict[str, object], tmp_path: Path
):
    config = quick_config(**frozen)
    stopped = train_here(dataset, tmp_path / "run", config, should_stop=after(3))
    assert stopped.finished.outcome == "stopped"
    model, splits, manifest = load_model(stopped.run.best), splits_of(stopped), Manifest.load(dataset)
    assert len(model.members) == 2
    judged = manifest.with_twins(manifest.by_id[id] for id in (*splits.folds[0], *splits.folds[1]))
    report = json.loads((stopped.run.evaluation / "val.json").read_text())
    assert sum(report["counts"].values()) == len(judged)
    assert stopped.finished.val_accuracy == report["accuracy"]

    resumed = train_here("", tmp_path / "run", config, is_resumed=True)
    assert resumed.finished.outcome == "finished"
    for member in (1, 2, 3):
        assert are_equal(trained.weights(member), resumed.weights(member))


def test_networks_that_learn_whole_are_cross_fitted_too(dataset: Path, tmp_path: Path):
    done = train_here(dataset, tmp_path / "run", quick_config(training__epochs=1, **CROSS))
    report = json.loads((done.run.evaluation / "val.json").read_text())
    assert report["cross_fitted"] and report["source_photos"] == 6
    assert not (done.run.evaluation / "test.json").exists()


def test_a_test_share_is_judged_by_all_members(dataset: Path, tmp_path: Path):
    changes = {**CROSS, "data__train_ratio": 0.6, "data__test_ratio": 0.3}
    done = train_here(dataset, tmp_path / "run", quick_config(training__epochs=1, **changes))
    report = json.loads((done.run.evaluation / "test.json").read_text())
    assert not report["cross_fitted"] and report["source_photos"] == len({id[:16] for id in splits_of(done).test})


@pytest.mark.parametrize(("pause_s", "written"), [(0.0, [1, 2, 1, 2, 1, 2]), (1e9, [2, 2, 2])])
def test_a_head_s_short_epochs_are_written_now_and_then_which_changes_nothing(
    pause_s: float,
    written: list[int],
    trained: Training,
    dataset: Path,
    frozen: dict[str, object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(keeper, "PAUSE_S", pause_s)
    done = train_here(dataset, tmp_path / "run", quick_config(**frozen))
    assert [event.epoch for event in done.of(CheckpointSaved) if event.kind == "last"] == written
    assert are_equal(trained.last_weights(), done.last_weights())
    for member in (1, 2, 3):
        assert are_equal(trained.weights(member), done.weights(member))
