"""The loop: what it learns, what it says, how it stops and goes on."""

from __future__ import annotations

import contextlib
import itertools

import pytest
import torch
from torch import nn

from studio.core.errors import UserError
from tests.learn.tiny import Memory, TinySource, alone, tiny_config, tiny_network, tiny_trainer


def weights_of(network: nn.Module) -> list[torch.Tensor]:
    return list(network.state_dict().values())


def are_equal(first: nn.Module, second: nn.Module) -> bool:
    return all(torch.equal(one, two) for one, two in zip(weights_of(first), weights_of(second), strict=True))


def test_a_tiny_task_is_learned():
    memory = Memory()
    outcome = tiny_trainer(memory, tiny_config(training__epochs=12)).fit()
    last = memory.epochs[-1]
    assert outcome == "finished"
    assert last.val is not None and last.val.accuracy > 0.9
    assert last.val.loss < memory.epochs[0].val.loss


RESUMABLE = [
    {},
    {"ema__enabled": True, "mixup__alpha": 0.3, "training__gradient_accumulation_steps": 2},
    {"training__scheduler": "plateau", "training__step_size": 1, "training__optimizer": "sgd"},
    {"training__scheduler": "one_cycle", "training__optimizer": "adamw", "hardware__precision": "bfloat16"},
]


@pytest.mark.parametrize("changes", RESUMABLE)
def test_a_resumed_run_ends_with_the_very_weights_of_an_unbroken_one(changes: dict[str, object]):
    config = tiny_config(**changes)
    precision = config.hardware.precision.replace("auto", "float32")
    whole = tiny_trainer(Memory(), config, ranks=alone(precision))
    memory, countdown = Memory(), itertools.count()
    broken = tiny_trainer(memory, config, ranks=alone(precision), should_stop=lambda: next(countdown) > 8)
    assert whole.fit() == "finished" and broken.fit() == "stopped"

    resumed = tiny_trainer(Memory(), config, ranks=alone(precision))
    resumed.restore(memory.states[-1])
    assert 1 <= resumed.epoch < config.training.epochs
    assert resumed.fit() == "finished"
    assert are_equal(whole.learner, resumed.learner)
    assert are_equal(whole.network, resumed.network)
    assert whole.standing == resumed.standing


def test_the_same_seed_gives_the_same_run_and_another_seed_another():
    runs = [tiny_trainer(Memory(), tiny_config(training__seed=seed)) for seed in (0, 0, 1)]
    for run in runs:
        run.fit()
    assert are_equal(runs[0].learner, runs[1].learner)
    assert not are_equal(runs[0].learner, runs[2].learner)


def test_accumulated_batches_step_like_one_large_batch_with_a_partial_group_at_the_end():
    plain = {"training__optimizer": "sgd", "training__learning_rate": 0.1, "training__epochs": 2}
    large = tiny_trainer(
        Memory(), tiny_config(**plain, training__batch_size=16), network=tiny_network(dropout=0, norm=False)
    )
    small = tiny_trainer(
        Memory(),
        tiny_config(**plain, training__batch_size=4, training__gradient_accumulation_steps=4),
        network=tiny_network(dropout=0, norm=False),
    )
    large.fit()
    small.fit()
    for one, two in zip(weights_of(large.learner), weights_of(small.learner), strict=True):
        assert torch.allclose(one, two, atol=1e-6)


def test_a_loss_that_is_no_number_ends_the_run_with_a_way_out():
    memory = Memory()
    source = TinySource()
    source.pictures[5] = float("nan")
    with pytest.raises(UserError, match=r"training\.learning_rate.*no epoch was finished"):
        tiny_trainer(memory, source=source, network=tiny_network(norm=False)).fit()
    assert memory.states == []


def test_the_last_good_epoch_is_named_when_a_later_one_breaks():
    memory = Memory()
    trainer = tiny_trainer(memory)
    keep = memory.keep

    def poison(of: object, event: object) -> None:
        keep(trainer, event)
        with torch.no_grad():
            trainer.learner[0].weight.fill_(float("nan"))

    memory.keep = poison
    with pytest.raises(UserError, match="epoch 1 is kept"):
        trainer.fit()
    assert len(memory.states) == 1


@pytest.mark.parametrize("is_broken", [False, True])
def test_what_was_put_off_is_written_however_a_training_ends(is_broken: bool):
    memory, source = Memory(), TinySource()
    if is_broken:
        source.pictures[5] = float("nan")
    with contextlib.suppress(UserError):
        tiny_trainer(memory, source=source, network=tiny_network(norm=False)).fit()
    assert memory.flushes == 1


def test_patience_ends_a_run_that_makes_no_progress():
    memory = Memory()
    config = tiny_config(
        training__epochs=30, early_stopping__enabled=True, early_stopping__patience=2, early_stopping__min_delta=0.9
    )
    assert tiny_trainer(memory, config).fit() == "stopped early"
    assert [event.patience_left for event in memory.epochs] == [2, 1, 0]


def test_more_epochs_give_a_run_that_had_stopped_early_new_patience():
    settings = {"early_stopping__enabled": True, "early_stopping__patience": 2, "early_stopping__min_delta": 0.9}
    memory = Memory()
    tiny_trainer(memory, tiny_config(training__epochs=10, **settings)).fit()
    longer = tiny_trainer(Memory(), tiny_config(training__epochs=12, **settings))
    longer.restore(memory.states[-1])
    assert longer.standing.patience_left == 2
    longer.fit()
    assert longer.epoch > memory.epochs[-1].epoch


def test_a_stop_in_the_first_epoch_leaves_no_epoch():
    memory = Memory()
    countdown = itertools.count()
    trainer = tiny_trainer(memory, should_stop=lambda: next(countdown) >= 2)
    assert trainer.fit() == "stopped"
    assert memory.epochs == [] and trainer.epoch == 0


def test_every_batch_s_loss_is_told_once():
    memory = Memory()
    tiny_trainer(memory, tiny_config(training__epochs=2, training__gradient_accumulation_steps=2)).fit()
    for epoch in (1, 2):
        told = [event for event in memory.batches if event.epoch == epoch]
        assert sum(len(event.losses) for event in told) == told[-1].batch == told[-1].batches == 3


def test_an_epoch_tells_real_and_painted_apart_and_names_its_mistakes():
    memory = Memory()
    tiny_trainer(memory, tiny_config(training__epochs=1, training__learning_rate=1e-6)).fit()
    event = memory.epochs[0]
    assert event.val.count == 18 and event.val_painted.count == 5 and event.val_real.count == 13
    wrong = event.val.count - round(event.val.accuracy * event.val.count)
    assert len(event.mistakes) == min(12, wrong) > 0
    shares = [mistake.probability for mistake in event.mistakes]
    assert shares == sorted(shares, reverse=True)


def test_without_validation_training_s_figures_decide():
    memory = Memory()
    trainer = tiny_trainer(memory, has_validation=False)
    assert trainer.fit() == "finished"
    assert memory.epochs[-1].val is None and trainer.standing.monitor == "train_accuracy"


def test_max_train_batches_shortens_the_epochs():
    memory = Memory()
    tiny_trainer(memory, tiny_config(training__max_train_batches=2)).fit()
    assert {event.batches for event in memory.batches} == {2}
    assert memory.epochs[0].train.count == 16


def test_the_average_is_what_classifies_and_is_judged():
    memory = Memory()
    trainer = tiny_trainer(memory, tiny_config(ema__enabled=True, ema__decay=0.5))
    trainer.fit()
    assert not are_equal(trainer.network, trainer.learner)
    assert trainer._judge.judge(trainer.network).scores == memory.epochs[-1].val


def test_clipping_bounds_the_step():
    config = tiny_config(
        training__optimizer="sgd",
        training__momentum=0.0,
        training__learning_rate=1.0,
        training__gradient_clipping=0.001,
        training__weight_decay=0.0,
        training__epochs=1,
        training__max_train_batches=1,
        training__scheduler="none",
    )
    network = tiny_network(norm=False)
    before = [parameter.detach().clone() for parameter in network.parameters()]
    tiny_trainer(Memory(), config, network=network).fit()
    moved = sum(
        float((now.detach() - then).square().sum()) for now, then in zip(network.parameters(), before, strict=True)
    )
    assert 0 < moved**0.5 <= 0.00101


def test_bfloat16_learns_too():
    memory = Memory()
    tiny_trainer(memory, tiny_config(training__epochs=12), ranks=alone("bfloat16")).fit()
    assert memory.epochs[-1].val.accuracy > 0.9


def test_parameters_that_are_frozen_stay_as_they_are():
    network = tiny_network(norm=False)
    network[0].requires_grad_(False)
    before = network[0].weight.clone()
    tiny_trainer(Memory(), network=network).fit()
    assert torch.equal(network[0].weight, before)
