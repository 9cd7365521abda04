"""Best epochs and patience."""

from __future__ import annotations

import math

import pytest

from studio.core.config import StudioConfig
from studio.core.errors import ConfigError
from studio.learn.standing import Standing, check_monitor, new_standing


def standing(monitor: str = "val_accuracy", *, min_delta: float = 0.0, patience: int | None = 2) -> Standing:
    return Standing(monitor=monitor, min_delta=min_delta, patience=patience)


def test_the_first_epoch_is_the_best_so_far():
    assert standing().take(1, 0.1, 9.0)


def test_of_equal_accuracies_the_lower_loss_wins():
    run = standing()
    assert [run.take(1, 0.9, 0.5), run.take(2, 0.9, 0.6), run.take(3, 0.9, 0.4)] == [True, False, True]
    assert run.best_epoch == 3


def test_a_lower_loss_is_better_where_the_loss_decides():
    run = standing("val_loss")
    assert [run.take(1, 0.9, 0.9), run.take(2, 0.8, 0.8), run.take(3, 0.85, 0.85)] == [True, True, False]


def test_patience_runs_out_after_that_many_epochs_without_progress():
    run = standing(patience=2)
    seen = []
    for epoch, accuracy in enumerate((0.5, 0.6, 0.6, 0.6), start=1):
        run.take(epoch, accuracy, 1.0)
        seen.append((run.patience_left, run.is_out_of_patience))
    assert seen == [(2, False), (2, False), (1, False), (0, True)]


def test_a_small_gain_is_best_yet_no_progress():
    run = standing(min_delta=0.05)
    run.take(1, 0.5, 1.0)
    assert run.take(2, 0.52, 1.0)
    assert run.patience_left == 1


def test_small_gains_add_up_to_progress():
    run = standing(min_delta=0.05, patience=5)
    for epoch, accuracy in enumerate((0.5, 0.53, 0.56), start=1):
        run.take(epoch, accuracy, 1.0)
    assert run.patience_left == 5


def test_no_number_is_never_better():
    run = standing()
    run.take(1, 0.5, 1.0)
    assert not run.take(2, math.nan, 1.0)


def test_without_early_stopping_patience_has_no_end():
    config = StudioConfig().edited(early_stopping__enabled=False)
    run = new_standing(config, has_validation=True)
    for epoch in range(1, 50):
        run.take(epoch, 0.5, 1.0)
    assert run.patience_left is None and not run.is_out_of_patience


def test_without_validation_training_s_figures_decide():
    assert new_standing(StudioConfig(), has_validation=False).monitor == "train_accuracy"


def test_what_it_remembers_survives_as_plain_values():
    run = standing()
    run.take(1, 0.5, 1.0)
    run.take(2, 0.4, 1.0)
    assert Standing(**run.state()) == run


def test_a_curve_that_there_is_not_cannot_decide():
    config = StudioConfig().edited(checkpointing__monitor="val_auroc")
    check_monitor(config, 1)
    with pytest.raises(ConfigError, match=r"checkpointing\.monitor"):
        check_monitor(config, None)
