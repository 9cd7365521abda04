"""Each probe is quiet about what is sound, and finds the fault that was planted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from studio.core.events import EpochFinished
from studio.core.expert_events import Diagnosis
from studio.core.presets import apply_preset
from studio.data.manifest import Manifest, Sample
from studio.data.sample import Sample as Record
from studio.data.splits import split
from studio.learn.diagnose_job import in_order
from studio.learn.probe_background import background_only, blanked
from studio.learn.probe_batch import judge_batch, judge_capacity, learn_by_heart
from studio.learn.probe_curves import Curves, judge_curves
from studio.learn.probe_debug import Gradients, forward_pass, judge_classes, judge_gradients, measure_gradients
from studio.learn.probe_lab import StoppedError
from studio.learn.probe_labels import label_noise
from studio.learn.probe_lesson import answers, settle
from studio.learn.probe_lots import shuffled_labels
from studio.learn.probe_rate import judge_rate, sweep
from studio.learn.probe_shelves import fill_shelves
from tests.learn.faulty import CLASSES, coloured, made_lab, plates_on_tables, shelf
from tests.learn.training import quick_config
from tests.ui.made_runs import epoch_event, scores

LABELS = [0, 1] * 20
GREEN, RED = (70, 120, 80), (160, 60, 60)


# One batch, learning rate


@pytest.mark.parametrize(("rate", "is_larger"), [(1e-7, True), (8.0, False)])
def test_a_learning_rate_that_is_far_off_is_found_and_a_better_one_proven(rate: float, is_larger: bool) -> None:
    lab = made_lab(shelf(coloured(LABELS), LABELS), training__learning_rate=rate)
    for told in (judge_batch(learn_by_heart(lab), rate), judge_rate(lab, sweep(lab))):
        assert told.state == "fired" and told.changes is not None
        assert (float(told.changes["training.learning_rate"]) > rate) == is_larger
        assert 1e-5 < float(told.changes["training.learning_rate"]) < 0.5


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_a_usual_learning_rate_gives_no_cause(optimizer: str) -> None:
    lab = made_lab(shelf(coloured(LABELS), LABELS), training__optimizer=optimizer, training__learning_rate=0.003)
    assert judge_batch(learn_by_heart(lab), 0.003).state == "quiet"
    assert judge_rate(lab, sweep(lab)).state == "quiet"


def test_equal_pictures_with_different_labels_are_found() -> None:
    pixels = np.repeat(coloured([0] * 8), 2, axis=0)
    told = judge_batch(learn_by_heart(made_lab(shelf(pixels, [0, 1] * 8))), 0.003)
    assert told.title == "Equal pictures have different labels"
    assert len(told.samples) == 16


def test_few_weights_are_a_fault_only_where_they_do_not_suffice() -> None:
    by_heart = learn_by_heart(made_lab(shelf(coloured(LABELS), LABELS)))
    good, poor = scores(0.1, ((98, 2), (1, 99))), scores(0.6, ((60, 40), (30, 70)))
    assert judge_capacity(48_000, by_heart, good).state == "quiet"
    assert judge_capacity(48_000, by_heart, poor).state == "fired"
    assert judge_capacity(480_000, by_heart, poor).state == "quiet"


# Forward pass, gradients, classes


class Patchy(nn.Module):
    """A network that can be given a fault."""

    def __init__(self, factor: float = 1.0, *, has_orphan: bool = False) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.body = nn.Conv2d(3, 4, 3)
        self.head = nn.Linear(4, 2)
        self.orphan = nn.Linear(4, 4) if has_orphan else None
        self.factor = factor

    def forward(self, images: Tensor) -> Tensor:
        maps: Tensor = self.body(images) * self.factor
        logits: Tensor = self.head(maps.mean((2, 3)))
        return logits


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (Patchy(has_orphan=True), "get no gradient at all: orphan.weight, orphan.bias"),
        (Patchy(1e-9), "get almost none: body.weight"),
        (Patchy(1e7), "get far too much"),
    ],
)
def test_layers_that_are_not_told_what_to_learn_are_named(network: Patchy, words: str) -> None:
    told = judged_gradients(network)
    assert told.state == "fired"
    assert words in told.measured


def test_sound_gradients_give_no_cause_and_the_limits_are_ones_own() -> None:
    assert judged_gradients(Patchy()).state == "quiet"
    assert judged_gradients(Patchy(), high=1e-4).changes == {"training.gradient_clipping": 1.0}


def judged_gradients(network: nn.Module, *, high: float = 100.0) -> Diagnosis:
    lab = made_lab(shelf(coloured(LABELS), LABELS))
    found = measure_gradients(lab, network, lab.learned_looks, lab.learned.labels_N)
    assert isinstance(found, Gradients)
    return judge_gradients(found, low=1e-6, high=high, learning_rate=0.001)


def test_answers_that_are_no_numbers_are_found() -> None:
    lab = made_lab(shelf(coloured(LABELS), LABELS))
    assert forward_pass(Patchy(), lab.learned_looks, 2).state == "quiet"
    assert forward_pass(Patchy(float("nan")), lab.learned_looks, 2).state == "fired"
    assert forward_pass(Patchy(), lab.learned_looks, 3).state == "fired"
    assert "failed" in forward_pass(nn.Linear(7, 2), lab.learned_looks, 2).measured


def test_a_class_that_batches_hardly_show_is_found() -> None:
    def samples(dirty: int) -> list[Record]:
        labels = ["clean"] * 100 + ["dirty"] * dirty
        return [Sample(id=f"{n:03}", path="", label=label, source_photo="") for n, label in enumerate(labels)]

    told = judge_classes(quick_config(class_weighting__enabled=False), samples(5), CLASSES)
    assert told.state == "fired"
    assert told.changes == {"training.batch_size": 88, "class_weighting.enabled": True}
    assert judge_classes(quick_config(), samples(90), CLASSES).state == "quiet"


# Shuffled labels, label noise, background


def test_labels_by_lot_cannot_be_told_on_other_photos() -> None:
    lab = made_lab(shelf(coloured(LABELS), LABELS), shelf(coloured(LABELS, seed=1), LABELS))
    assert shuffled_labels(lab).state == "quiet"


def test_labels_by_lot_are_told_where_the_same_photos_were_kept() -> None:
    pixels = coloured(LABELS)
    lab = made_lab(shelf(pixels, LABELS), shelf(np.clip(pixels * 0.97, 0, 255), LABELS))
    assert shuffled_labels(lab).state == "fired"


def test_normalisation_that_lags_behind_the_weights_is_settled() -> None:
    lab = made_lab(shelf(coloured(LABELS), LABELS))
    learner = lab.learner(lab.learned_looks)
    momenta = [norm.momentum for norm in learner.modules() if isinstance(norm, nn.BatchNorm2d)]
    taught = answers(lab, learner, lab.learned_looks, is_training=True)
    before = np.abs(answers(lab, learner, lab.learned_looks) - taught).max()
    settle(lab, learner, lab.learned_looks)
    assert np.abs(answers(lab, learner, lab.learned_looks) - taught).max() < 0.2 * before
    assert momenta == [norm.momentum for norm in learner.modules() if isinstance(norm, nn.BatchNorm2d)]


def test_swapped_labels_are_listed_and_no_others() -> None:
    swapped = [label if number not in (3, 8, 21) else 1 - label for number, label in enumerate(LABELS)]
    told = label_noise(made_lab(shelf(coloured(LABELS, side=64), swapped), model__input_size=64))
    assert told.state == "fired"
    assert set(told.samples) <= {"003", "008", "021"} and len(told.samples) >= 2
    assert label_noise(made_lab(shelf(coloured(LABELS, side=64), LABELS), model__input_size=64)).state == "quiet"


def test_a_table_for_each_class_is_found(tmp_path: Path) -> None:
    told = without_dishes(plates_on_tables(tmp_path, tables=(RED, GREEN), each=16))
    assert told.state == "fired"
    assert told.changes == {"data.framing": "dish", "data.background": "grey"}


def test_one_table_for_all_gives_no_cause(tmp_path: Path) -> None:
    manifest = plates_on_tables(tmp_path, tables=(GREEN, GREEN), each=16)
    assert without_dishes(manifest).state == "quiet"
    alone = without_dishes(manifest, data__framing="dish", data__background="grey")
    assert alone.title == "It sees the dish alone"


def without_dishes(manifest: Manifest, **changes: object) -> Diagnosis:
    config = quick_config(**{"model__input_size": 64, "data__framing": "fit", **changes})
    splits = split(manifest, config.data, config.split)
    filled = fill_shelves(config, manifest, splits, CLASSES, emit=lambda event: None, should_stop=lambda: False)
    assert filled is not None
    lab = made_lab(*filled, **{"model__input_size": 64, "data__framing": "fit", **changes})
    return background_only(lab, None, (), filled[1])


def test_what_weighs_more_stands_on_a_shelf_once_by_its_own_name(tmp_path: Path) -> None:
    manifest = plates_on_tables(tmp_path, tables=(GREEN, GREEN), each=4)
    manifest = manifest.with_samples(replace(sample, times=4) for sample in manifest.samples)
    config = quick_config(model__input_size=32)
    splits = split(manifest, config.data, config.split)
    filled = fill_shelves(config, manifest, splits, CLASSES, emit=lambda event: None, should_stop=lambda: False)
    assert filled is not None
    names = [sample.id for shelf in filled for sample in shelf.samples]
    assert len(set(names)) == len(names) and set(names) <= manifest.by_id.keys()


def test_nothing_of_the_dish_is_left_when_it_is_blanked() -> None:
    pixels = np.full((1, 32, 32, 4), 200, np.uint8)
    pixels[..., 3] = 0
    pixels[:, 10:20, 10:20] = (20, 30, 40, 255)
    assert (abs(blanked(pixels)[..., :3].astype(int) - 200) <= 1).all()


def test_a_probe_asks_between_batches_whether_to_stop() -> None:
    lab = made_lab(shelf(coloured(LABELS), LABELS))
    asked = iter(range(100))
    lab._should_stop = lambda: next(asked) >= 5
    with pytest.raises(StoppedError):
        sweep(lab)


# Curves


def told_by(curve: list[EpochFinished]) -> dict[str, Diagnosis]:
    val = curve[-1].val
    curves = Curves(epochs=curve, val=val, val_95=val.accuracy_95 if val else None)
    return {one.name: one for one in judge_curves(curves, quick_config())}


def curve(**changes: object) -> list[EpochFinished]:
    return [replace(epoch_event(number, epochs=12), **changes) for number in range(1, 13)]


def test_a_good_curve_gives_no_cause() -> None:
    assert {one.state for one in told_by(curve()).values()} == {"quiet"}


def test_learning_by_heart_is_found_where_the_intervals_part() -> None:
    train = scores(0.02, ((300, 1), (1, 300)))
    told = told_by(curve(train=train, val=scores(0.9, ((60, 40), (20, 80)))))["overfitting"]
    assert told.state == "fired" and told.changes is not None
    asked = apply_preset("against-overfitting", quick_config())
    assert {path: asked.value(path) for path in told.changes} == told.changes
    assert {"model.dropout", "data.augmentation", "training.weight_decay"} <= told.changes.keys()
    few = told_by(curve(train=train, val=scores(0.9, ((9, 1), (1, 9)))))["overfitting"]
    assert few.state == "quiet"


def test_learning_too_little_is_found() -> None:
    poor = scores(0.6, ((180, 120), (110, 190)))
    assert told_by(curve(train=poor, val=poor))["underfitting"].state == "fired"


def test_a_growing_loss_asks_for_smaller_steps() -> None:
    epochs = [*curve()[:5], replace(curve()[5], train=scores(float("nan"), ((5, 5), (5, 5))))]
    assert told_by(epochs)["loss"].changes == {"training.learning_rate": 0.0003}


def test_causes_come_before_what_they_bring_about() -> None:
    def one(name: str, **changes: object) -> Diagnosis:
        made = Diagnosis(name=name, title="", state="fired", measured="", meaning="", proposal="Learn at 0.01.")
        return replace(made, **changes)

    told = in_order(
        [
            one("underfitting", changes={"training.epochs": 20}),
            one("loss", state="quiet"),
            one("learning rate", changes={"training.learning_rate": 0.01}),
            one("leak across splits"),
        ]
    )
    assert [item.name for item in told] == ["leak across splits", "learning rate", "underfitting", "loss"]
    assert told[2].changes == {"training.learning_rate": 0.01}
    assert told[2].proposal == "Mend the learning rate first: learn at 0.01."
