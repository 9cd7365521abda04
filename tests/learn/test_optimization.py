"""Optimizers, and the learning rate over a run."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import nn

from studio.core.config import StudioConfig
from studio.core.registry import OPTIMIZERS, SCHEDULERS
from studio.core.sections import TrainingSettings
from studio.learn.optimization import Place, build_optimizer, build_schedule

STEPS = 10


def training(**changes: object) -> TrainingSettings:
    return StudioConfig().edited(**{f"training__{name}": value for name, value in changes.items()}).training


def rates(epochs: int, **changes: object) -> list[float]:
    schedule = build_schedule(training(epochs=epochs, learning_rate=0.1, **changes))
    places = (
        Place(epoch=step // STEPS, step=step % STEPS, steps=STEPS, epochs=epochs) for step in range(epochs * STEPS)
    )
    return [schedule.rate(place) for place in places]


@pytest.mark.parametrize("name", OPTIMIZERS.names())
def test_every_optimizer_makes_a_quadratic_smaller(name: str):
    weight = nn.Parameter(torch.full((2, 2), 3.0))
    optimizer = build_optimizer([weight], training(optimizer=name, learning_rate=0.1))
    for _ in range(20):
        optimizer.zero_grad()
        (weight**2).sum().backward()
        optimizer.step()
    assert (weight.abs() < 2.5).all()


@pytest.mark.parametrize(
    ("name", "plain"),
    [("adam", torch.optim.Adam), ("adamw", torch.optim.AdamW), ("sgd", torch.optim.SGD)],
)
def test_a_step_in_one_pass_is_the_step_of_the_textbook(name: str, plain: type[torch.optim.Optimizer]):
    settings = training(optimizer=name, learning_rate=0.05, weight_decay=0.1)
    also = {"momentum": settings.momentum, "nesterov": True} if name == "sgd" else {}
    ours, theirs = (nn.Parameter(torch.linspace(-1, 1, 12).view(3, 4)) for _ in range(2))
    optimizers = (
        build_optimizer([ours], settings),
        plain([theirs], lr=0.05, weight_decay=0.1, fused=False, foreach=False, **also),
    )
    for _ in range(10):
        for optimizer, weight in zip(optimizers, (ours, theirs), strict=True):
            optimizer.zero_grad()
            (weight**4 - weight).sum().backward()
            optimizer.step()
    torch.testing.assert_close(ours, theirs)


def test_norms_and_biases_do_not_decay():
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(4, 2))
    groups = build_optimizer(network.parameters(), training(weight_decay=0.5)).param_groups
    assert [(group["weight_decay"], len(group["params"])) for group in groups] == [(0.5, 2), (0.0, 4)]


def test_frozen_parameters_are_passed_over():
    network = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    network[0].requires_grad_(False)
    groups = build_optimizer(network.parameters(), training()).param_groups
    assert sum(len(group["params"]) for group in groups) == 2


@pytest.mark.parametrize("name", SCHEDULERS.names())
def test_no_schedule_ever_leaves_zero_to_the_set_rate(name: str):
    curve = rates(6, scheduler=name, warmup_epochs=2, min_lr=1e-5)
    assert all(0 < rate <= 0.1 * (1 + 1e-12) for rate in curve)


@pytest.mark.parametrize("name", ["warmup_cosine", "one_cycle", "cosine", "step", "none"])
def test_a_run_of_one_epoch_works_with_every_schedule(name: str):
    assert all(rate > 0 for rate in rates(1, scheduler=name, warmup_epochs=5))


def test_steps_drop_by_gamma_after_each_step_size():
    curve = rates(6, scheduler="step", step_size=2, gamma=0.1)
    assert [curve[epoch * STEPS] for epoch in range(6)] == pytest.approx([0.1, 0.1, 0.01, 0.01, 0.001, 0.001])


def test_cosine_falls_from_the_full_rate_to_the_lowest_with_every_step():
    curve = rates(5, scheduler="cosine", min_lr=1e-4)
    assert curve[0] == pytest.approx(0.1) and curve[-1] == pytest.approx(1e-4)
    assert all(later < earlier for earlier, later in itertools.pairwise(curve))


def test_warm_up_rises_in_equal_steps_and_then_falls_to_the_lowest():
    curve = rates(6, scheduler="warmup_cosine", warmup_epochs=2, min_lr=1e-4)
    assert curve[0] == pytest.approx(0.1 / (2 * STEPS))
    assert curve[2 * STEPS - 1] == pytest.approx(0.1)
    assert max(curve) == curve[2 * STEPS - 1]
    assert curve[-1] == pytest.approx(1e-4)


def test_one_cycle_agrees_with_torch():
    weight = nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([weight], lr=0.1, momentum=0.9)
    theirs = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, total_steps=5000, cycle_momentum=False)
    schedule = build_schedule(training(scheduler="one_cycle", learning_rate=0.1))
    for step in range(4999):
        ours = schedule.rate(Place(epoch=step // 100, step=step % 100, steps=100, epochs=50))
        assert ours == pytest.approx(theirs.get_last_lr()[0], abs=1e-4)
        optimizer.step()
        theirs.step()


def test_plateau_drops_after_the_patience_and_stops_at_the_lowest():
    schedule = build_schedule(training(scheduler="plateau", learning_rate=0.1, step_size=2, gamma=0.1, min_lr=0.005))
    place = Place(epoch=0, step=0, steps=1, epochs=9)
    seen = []
    for loss in (1.0, 0.9, 0.9, 0.9, 0.9, 0.9):
        schedule.hear(loss)
        seen.append(schedule.rate(place))
    assert seen == pytest.approx([0.1, 0.1, 0.1, 0.01, 0.01, 0.005])


def test_plateau_goes_on_where_its_state_was_kept():
    settings = training(scheduler="plateau", step_size=2)
    whole, resumed = build_schedule(settings), build_schedule(settings)
    for loss in (1.0, 1.0):
        whole.hear(loss)
    resumed.restore(whole.state())
    for schedule in (whole, resumed):
        schedule.hear(1.0)
    assert whole.state() == resumed.state()


def test_a_run_of_a_single_step_works_with_every_schedule():
    for name in SCHEDULERS.names():
        schedule = build_schedule(training(scheduler=name, epochs=1))
        assert schedule.rate(Place(epoch=0, step=0, steps=1, epochs=1)) > 0


def test_a_lowest_rate_above_the_set_one_never_raises_it():
    assert max(rates(3, scheduler="cosine", min_lr=0.5)) == pytest.approx(0.1)
