"""What a search says at its end."""

from __future__ import annotations

import numpy as np
import pytest

from studio.core.intervals import balanced_range
from studio.learn.search_importance import importance
from studio.learn.search_words import Whole, ending_words


def whole(number: int, right: int, count: int) -> Whole:
    confusion = ((right, count - right), (count - right, right))
    return Whole(
        number=number,
        values={"training.optimizer": "adam"},
        score=right / count,
        score_95=balanced_range(confusion),
    )


def test_few_photos_cannot_tell_trials_apart() -> None:
    assert "cannot be told apart from any of the 1" in ending_words(whole(0, 9, 10), [whole(1, 7, 10)], ended=2)


def test_a_clear_winner_is_called_one() -> None:
    words = ending_words(whole(0, 490, 500), [whole(1, 300, 500), whole(2, 310, 500)], ended=3)
    assert "better than each of the 2" in words


def test_those_who_are_as_good_are_counted() -> None:
    words = ending_words(whole(0, 490, 500), [whole(1, 300, 500), whole(2, 488, 500)], ended=3)
    assert "better than 1 of the other whole trials, but cannot be told apart from 1" in words


def test_without_a_whole_trial_nothing_is_recommended() -> None:
    assert "no settings can be recommended" in ending_words(None, [], ended=2)


def test_the_range_widens_with_fewer_photos() -> None:
    few, many = balanced_range(((9, 1), (1, 9))), balanced_range(((900, 100), (100, 900)))
    assert few[0] < many[0] < 0.9 < many[1] < few[1]


def test_the_setting_that_decides_the_figure_has_the_largest_share() -> None:
    rng = np.random.default_rng(0)
    trials = []
    for _ in range(30):
        rate, kind = float(rng.uniform(0, 1)), str(rng.choice(["adam", "sgd"]))
        trials.append(({"rate": rate, "kind": kind, "idle": float(rng.uniform())}, rate + 0.05 * (kind == "adam")))
    shares = importance(trials)
    assert next(iter(shares)) == "rate"
    assert shares["rate"] > 0.8
    assert sum(shares.values()) == pytest.approx(1)


def test_chance_lets_nothing_matter() -> None:
    rng = np.random.default_rng(1)
    trials = [({name: float(rng.uniform()) for name in "abcdefghi"}, float(rng.uniform())) for _ in range(12)]
    assert importance(trials) == {}


def test_equal_figures_let_nothing_matter() -> None:
    assert importance([({"kind": kind}, 0.5) for kind in "abababababab"]) == {}


def test_a_handful_of_trials_claims_nothing() -> None:
    assert importance([({"kind": kind}, float(kind == "a")) for kind in "abab"]) == {}
