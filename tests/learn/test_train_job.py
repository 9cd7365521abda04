"""The job that trains, from photos to a judged model."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from studio.core.config import StudioConfig
from studio.core.errors import ConfigError, UserError
from studio.core.events import (
    CheckpointSaved,
    EpochFinished,
    EvaluationFinished,
    Event,
    Notice,
    PhaseStarted,
    RunFinished,
    RunStarted,
)
from studio.core.held_out import read_held_out
from studio.core.registry import LOSSES
from studio.core.requests import Prediction
from studio.core.runs import RunFolder
from studio.data.manifest import Manifest
from studio.learn import losses
from studio.learn.architectures import build_network
from studio.learn.checkpoints import load_model
from studio.learn.classifier import Classifier
from tests.learn.training import Training, are_equal, draw_photos, quick_config, train_here


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_photos(tmp_path_factory.mktemp("photos"), {"clean": 14, "dirty": 14})


@pytest.fixture(scope="module")
def dataset(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from studio.core.jobs import never
    from studio.data.import_job import import_manifest

    folder = tmp_path_factory.mktemp("data") / "set"
    import_manifest([photos], folder, emit=lambda event: None, should_stop=never)
    return folder


@pytest.fixture(scope="module")
def trained(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Training:
    return train_here(dataset, tmp_path_factory.mktemp("runs") / "first", quick_config(training__epochs=3))


def after(count: int, kind: type) -> Callable[[list[Event]], bool]:
    """Stop once so many events of a kind were heard."""
    return lambda events: sum(isinstance(event, kind) for event in events) >= count


def test_a_training_tells_its_story_in_order(trained: Training):
    kinds = [type(event) for event in trained.events if not isinstance(event, Notice | PhaseStarted)]
    told = [kind.__name__ for kind in kinds if kind in (RunStarted, EpochFinished, EvaluationFinished, RunFinished)]
    assert told == ["RunStarted", *["EpochFinished"] * 3, *["EvaluationFinished"] * 2, "RunFinished"]
    phases = [event.phase for event in trained.of(PhaseStarted)]
    assert list(dict.fromkeys(phases)) == list(trained.of(PhaseStarted)[0].phases)
    started = trained.of(RunStarted)[0]
    assert (started.classes, started.positive, started.first_epoch) == (("clean", "dirty"), "dirty", 1)
    assert started.train_count + started.val_count + started.test_count == 28


def test_the_log_on_disk_says_the_same(trained: Training):
    kinds = (RunStarted, EpochFinished, EvaluationFinished, CheckpointSaved, RunFinished)
    replayed = [event for _, event in trained.run.replay() if isinstance(event, kinds)]
    assert replayed == [event for event in trained.events if isinstance(event, kinds)]


def test_a_run_s_folder_holds_everything(trained: Training):
    run = trained.run
    for file in (run.config, run.split, run.environment, run.events, run.metrics, run.best, run.last):
        assert file.is_file(), file
    assert list(run.tensorboard.iterdir())
    assert len(list(csv.DictReader(run.metrics.read_text().splitlines()))) == 3
    resolved = json.loads(run.environment.read_text())["resolved"]
    assert resolved == {"device": "cpu", "precision": "float32", "threads": 1, "workers": 0, "processes": 1}
    report = json.loads((run.evaluation / "val.json").read_text())
    assert {"counts", "classes", "confusion", "accuracy_95", "per_class", "real", "synthetic"} <= set(report)


def test_the_model_knows_its_classes_and_is_the_best_epoch_s(trained: Training):
    model = load_model(trained.run.best)
    best = next(event for event in trained.of(EpochFinished) if event.epoch == trained.finished.best_epoch)
    assert (model.classes, model.positive, model.threshold, model.temperature) == (
        ("clean", "dirty"),
        "dirty",
        0.5,
        1.0,
    )
    assert model.info["epoch"] == best.epoch
    assert trained.finished.val_accuracy == best.val.accuracy
    assert trained.finished.model == str(trained.run.best)


def test_the_judgement_of_the_model_is_that_of_its_best_epoch(trained: Training):
    on_val = trained.of(EvaluationFinished)[0]
    best = next(event for event in trained.of(EpochFinished) if event.epoch == trained.finished.best_epoch)
    assert on_val.split == "val" and on_val.scores.confusion == best.val.confusion


def test_more_epochs_go_on_with_a_finished_run_as_if_it_had_been_planned(dataset: Path, tmp_path: Path):
    config = quick_config(training__scheduler="step", training__step_size=2)
    whole = train_here(dataset, tmp_path / "whole", config.edited(training__epochs=4))
    train_here(dataset, tmp_path / "grown", config.edited(training__epochs=2))
    grown = train_here("", tmp_path / "grown", config.edited(training__epochs=4), is_resumed=True)
    assert grown.of(RunStarted)[0].first_epoch == 3
    assert are_equal(whole.last_weights(), grown.last_weights())
    assert are_equal(whole.weights(), grown.weights())
    assert [row["epoch"] for row in csv.DictReader(grown.run.metrics.read_text().splitlines())] == list("1234")


def test_a_stopped_run_goes_on_to_the_very_same_weights(dataset: Path, tmp_path: Path):
    config = quick_config(training__epochs=4, ema__enabled=True, mixup__alpha=0.2, data__augmentation="advanced")
    whole = train_here(dataset, tmp_path / "whole", config)
    stopped = train_here(dataset, tmp_path / "stopped", config, should_stop=after(2, EpochFinished))
    assert stopped.finished.outcome == "stopped" and stopped.finished.model
    resumed = train_here("", tmp_path / "stopped", config, is_resumed=True)
    assert resumed.finished.outcome == "finished"
    assert are_equal(whole.weights(), resumed.weights())
    assert are_equal(whole.last_weights(), resumed.last_weights())


def test_a_run_stopped_before_its_first_epoch_has_no_model_and_can_begin_again(dataset: Path, tmp_path: Path):
    finished = train_here(dataset, tmp_path / "run", should_stop=after(1, RunStarted)).finished
    assert (finished.outcome, finished.best_epoch, finished.model) == ("stopped", 0, "")
    resumed = train_here("", tmp_path / "run", is_resumed=True)
    assert resumed.of(RunStarted)[0].first_epoch == 1 and resumed.finished.outcome == "finished"


def test_a_stop_while_the_data_is_prepared_is_a_good_ending(photos: Path, tmp_path: Path):
    stopped = train_here(photos, tmp_path / "run", should_stop=lambda events: True)
    assert stopped.finished.outcome == "stopped" and not stopped.of(RunStarted)


def test_a_resumed_run_keeps_its_settings(trained: Training):
    changed = trained.run.load_config().edited(training__batch_size=4)
    with pytest.raises(ConfigError, match=r"training\.batch_size.*only training\.epochs may differ"):
        train_here("", trained.run.path, changed, is_resumed=True)


def test_a_run_cannot_be_resumed_into_its_past(trained: Training):
    with pytest.raises(ConfigError, match=r"training\.epochs: 1"):
        train_here("", trained.run.path, trained.run.load_config().edited(training__epochs=1), is_resumed=True)


def test_a_new_run_never_overwrites_one(trained: Training, dataset: Path):
    with pytest.raises(UserError, match="holds a run already"):
        train_here(dataset, trained.run.path)


def test_there_must_be_a_run_to_resume(tmp_path: Path):
    for folder in (tmp_path, tmp_path / "gone"):
        with pytest.raises(UserError, match="is no run"):
            train_here("", folder, is_resumed=True)
    assert not list(tmp_path.iterdir())


def test_a_broken_state_is_refused_in_words(dataset: Path, tmp_path: Path):
    train_here(dataset, tmp_path / "run", quick_config(training__epochs=1))
    RunFolder(tmp_path / "run").last.write_bytes(b"broken")
    with pytest.raises(UserError, match=r"last\.pt"):
        train_here("", tmp_path / "run", quick_config(training__epochs=2), is_resumed=True)


def test_a_number_of_classes_that_is_wrong_is_bad_input(dataset: Path, tmp_path: Path):
    with pytest.raises(ConfigError, match=r"model\.num_classes: 3.*clean, dirty"):
        train_here(dataset, tmp_path / "run", quick_config(model__num_classes=3))


def test_one_class_that_is_not_clean_leaves_nothing_to_learn(tmp_path: Path):
    photos = draw_photos(tmp_path / "photos", {"dirty": 6})
    with pytest.raises(UserError):
        train_here(photos, tmp_path / "run")


def test_labelled_photos_become_the_run_s_dataset(photos: Path, tmp_path: Path):
    done = train_here(photos, tmp_path / "run", quick_config(training__epochs=1))
    manifest = Manifest.load(done.run.dataset)
    assert manifest.counts == {"clean": 14, "dirty": 14} and manifest.painted == 0


def test_clean_photos_alone_are_painted_on_first(tmp_path: Path):
    photos = draw_photos(tmp_path / "photos", {"": 6}, size_px=96)
    done = train_here(photos, tmp_path / "run", quick_config(training__epochs=1, dirt__ratio=1.0))
    manifest = Manifest.load(done.run.dataset)
    assert manifest.counts == {"clean": 6, "dirty": 6} and manifest.painted == 6
    event = done.of(EpochFinished)[0]
    assert event.val_real.count + event.val_painted.count == event.val.count
    assert {phase.phase for phase in done.of(PhaseStarted)} >= {"reading", "painting", "caching", "training"}


def test_an_ensemble_s_members_differ_and_lie_in_one_model(dataset: Path, tmp_path: Path):
    config = quick_config(ensemble__members=2)
    whole = train_here(dataset, tmp_path / "whole", config)
    assert [event.member for event in whole.of(EpochFinished)] == [1, 1, 2, 2]
    assert not are_equal(whole.weights(1), whole.weights(2))
    stopped = train_here(dataset, tmp_path / "stopped", config, should_stop=after(3, EpochFinished))
    resumed = train_here("", tmp_path / "stopped", config, is_resumed=True)
    assert stopped.finished.outcome == "stopped"
    assert [event.member for event in resumed.of(EpochFinished)] == [2]
    for member in (1, 2):
        assert are_equal(whole.weights(member), resumed.weights(member))

    with pytest.raises(ConfigError, match=r"training\.epochs: the earlier members"):
        train_here("", tmp_path / "stopped", config.edited(training__epochs=3), is_resumed=True)


FROZEN = {
    "model__architecture": "efficientnet_lite0",
    "model__pretrained": True,
    "model__freeze": "backbone",
    "model__views": 2,
    "training__epochs": 4,
}


def test_a_frozen_backbone_stays_as_it_is_while_its_head_learns(dataset: Path, tmp_path: Path):
    config = quick_config(**FROZEN)
    whole = train_here(dataset, tmp_path / "whole", config)
    assert "looking" in [event.phase for event in whole.of(PhaseStarted)]
    assert whole.of(EpochFinished)[-1].train.accuracy > 0.9
    fresh = build_network(config.model, 2).state_dict()
    weights = whole.weights()
    assert weights.keys() == fresh.keys()
    assert all(torch.equal(value, weights[name]) for name, value in fresh.items() if name.startswith("body."))
    assert not torch.equal(fresh["head.linear.weight"], weights["head.linear.weight"])

    train_here(dataset, tmp_path / "stopped", config, should_stop=after(2, EpochFinished))
    resumed = train_here("", tmp_path / "stopped", config, is_resumed=True)
    assert resumed.of(RunStarted)[0].first_epoch == 3
    assert are_equal(whole.weights(), resumed.weights())


def test_the_job_and_the_classifier_give_one_answer(dataset: Path, tmp_path: Path):
    done = train_here(dataset, tmp_path / "run", quick_config(**FROZEN, ensemble__members=2, split__cross_fit="off"))
    manifest = Manifest.load(dataset)
    held_out = read_held_out(done.run.evaluation)
    assert held_out is not None
    ids = json.loads(done.run.split.read_text())["val"]
    assert held_out.pictures == tuple(str(manifest.picture(manifest.by_id[id])) for id in ids)
    answers = Classifier.load(done.run.path).classify([manifest.picture(manifest.by_id[id]) for id in ids])
    for answer, shares in zip(answers, held_out.probabilities, strict=True):
        assert isinstance(answer, Prediction)
        assert list(answer.probabilities.values()) == pytest.approx(shares, abs=2e-3)


def test_without_keeping_the_best_the_model_is_the_last_epoch_s(dataset: Path, tmp_path: Path):
    config = quick_config(training__epochs=3, checkpointing__save_best=False)
    done = train_here(dataset, tmp_path / "run", config)
    assert are_equal(done.weights(), done.last_weights())
    assert load_model(done.run.best).info["epoch"] == 3


def test_without_keeping_the_last_there_is_no_state(dataset: Path, tmp_path: Path):
    done = train_here(dataset, tmp_path / "run", quick_config(checkpointing__save_last=False))
    assert not done.run.last.exists() and done.run.best.is_file()


def test_several_looks_and_three_classes_work(tmp_path: Path):
    photos = draw_photos(tmp_path / "photos", {"cups": 9, "forks": 9, "plates": 9})
    config = quick_config(tta__enabled=True, training__epochs=1, training__loss="focal")
    done = train_here(photos, tmp_path / "run", config)
    model = load_model(done.run.best)
    assert model.classes == ("cups", "forks", "plates")
    assert (model.positive, model.threshold) == (None, None)
    assert done.of(EvaluationFinished)[0].threshold is None


def test_without_a_validation_share_training_s_figures_decide(dataset: Path, tmp_path: Path):
    config = quick_config(data__train_ratio=1.0, data__val_ratio=0.0, data__test_ratio=0.0)
    done = train_here(dataset, tmp_path / "run", config)
    assert done.of(EpochFinished)[-1].val is None
    assert done.finished.val_accuracy is None and done.finished.model


def test_running_out_of_memory_halves_the_batch_and_says_so(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    calls = []

    def hungry(training: object, weights: object) -> losses.LossFunction:
        fair = losses.cross_entropy(training, weights)  # type: ignore[arg-type]

        def run_out(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
            calls.append(len(logits))
            if len(logits) > 4 and torch.is_grad_enabled():
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
            return fair(logits, targets)

        return run_out

    monkeypatch.setattr(LOSSES, "_entries", dict(LOSSES._entries))
    LOSSES.register("hungry", title="Hungry", help="Wants much memory.")(hungry)
    done = train_here(dataset, tmp_path / "run", quick_config(training__loss="hungry", training__batch_size=8))
    warning = next(event for event in done.of(Notice) if event.kind == "warning")
    assert "batches of 4" in warning.text
    training = StudioConfig.load(done.run.config).training
    assert (training.batch_size, training.gradient_accumulation_steps) == (4, 2)
    assert done.finished.outcome == "finished" and calls[0] == 8


def test_photos_without_a_cache_are_read_by_workers(dataset: Path, tmp_path: Path):
    cached = train_here(dataset, tmp_path / "cached")
    read = train_here(dataset, tmp_path / "read", quick_config(data__cache=False, data__workers=1))
    assert are_equal(cached.weights(), read.weights())


def test_a_photo_that_is_gone_is_named(tmp_path: Path):
    photos = draw_photos(tmp_path / "photos", {"clean": 6, "dirty": 6})
    config = quick_config(data__cache=False, data__workers=0)

    def lose_one(events: list[Event]) -> bool:
        if any(isinstance(event, RunStarted) for event in events):
            for photo in (photos / "clean").glob("*.png"):
                photo.unlink()
        return False

    with pytest.raises(UserError, match=r"\.png"):
        train_here(photos, tmp_path / "run", config, should_stop=lose_one)


def test_a_run_that_goes_away_is_not_begun_anew_in_its_place_and_goes_on_when_it_is_back(dataset: Path, tmp_path: Path):
    folder, elsewhere = tmp_path / "run", tmp_path / "elsewhere"

    def unplug(events: list[Event]) -> bool:
        if folder.is_dir() and sum(isinstance(event, EpochFinished) for event in events) == 2:
            folder.rename(elsewhere)
        return False

    with pytest.raises(UserError, match=r"bring (it|its folder) back"):
        train_here(dataset, folder, quick_config(training__epochs=4), should_stop=unplug)
    assert not folder.exists()
    elsewhere.rename(folder)
    resumed = train_here("", folder, quick_config(training__epochs=4), is_resumed=True)
    assert resumed.of(RunStarted)[0].first_epoch == 3 and resumed.finished.outcome == "finished"
