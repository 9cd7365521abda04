"""Which answers are sure enough to be learned from."""

from __future__ import annotations

import numpy as np
import pytest

from studio.core.held_out import HeldOut
from studio.core.requests import ModelFacts
from studio.learn.guesses import choose_guesses, least_margins, margins

FACTS = ModelFacts(classes=("clean", "dirty"), positive="dirty", threshold=0.4, title="")
THREE = ModelFacts(classes=("cup", "pan", "pot"), positive=None, threshold=None, title="")


def held_out(dirty: list[tuple[float, bool]]) -> HeldOut:
    return HeldOut(
        classes=("clean", "dirty"),
        labels=tuple("dirty" if is_dirty else "clean" for _, is_dirty in dirty),
        probabilities=tuple((1 - share, share) for share, _ in dirty),
        is_painted=(True,) * len(dirty),
    )


def shares(*dirty: float) -> np.ndarray:
    return np.array([(1 - share, share) for share in dirty])


def odds(share: float) -> float:
    return float(np.log(share / (1 - share)))


def test_an_answer_is_sure_from_where_held_out_samples_were_right_95_times_in_a_hundred():
    good = [(0.9, True)] * 40 + [(0.1, False)] * 40
    doubtful = [(0.6, True), (0.6, False)] * 5
    clean, dirty = least_margins(held_out(good + doubtful), FACTS)
    assert dirty == pytest.approx(odds(0.9) - odds(0.4))
    assert clean == pytest.approx(odds(0.4) - odds(0.1))


def test_a_model_that_is_always_right_is_sure_from_its_threshold():
    clean, dirty = least_margins(held_out([(0.41, True)] * 30 + [(0.39, False)] * 30), FACTS)
    assert clean is not None and dirty is not None
    assert max(clean, dirty) == pytest.approx(odds(0.41) - odds(0.4), rel=0.01)


def test_a_class_with_few_held_out_answers_is_never_sure():
    clean, dirty = least_margins(held_out([(0.9, True)] * 19 + [(0.1, False)] * 40), FACTS)
    assert dirty is None
    assert clean is not None


def test_classes_count_the_same_however_many_samples_they_have():
    many_dirty = [(0.9, True)] * 400 + [(0.9, False)] * 10 + [(0.1, False)] * 30
    assert least_margins(held_out(many_dirty), FACTS)[1] is None  # a quarter of the clean ones was called dirty


def test_the_surest_of_each_end_are_chosen_the_surest_first():
    guesses = choose_guesses(shares(0.95, 0.6, 0.99, 0.02, 0.3, 0.9), FACTS, (1.0, 1.0), most=2)
    assert [(guess.label, guess.number) for guess in guesses] == [("clean", 3), ("dirty", 2), ("dirty", 0)]
    assert guesses[0].probability == pytest.approx(0.98)


def test_a_place_with_clean_dishes_only_gives_clean_guesses_only():
    guesses = choose_guesses(shares(0.01, 0.02, 0.03), FACTS, (1.0, 1.0), most=5)
    assert {guess.label for guess in guesses} == {"clean"}


def test_nothing_is_chosen_of_a_class_that_cannot_be_trusted():
    assert choose_guesses(shares(0.99, 0.98), FACTS, (1.0, None), most=5) == []


def test_photos_that_look_alike_count_once():
    guesses = choose_guesses(shares(0.99, 0.98, 0.97), FACTS, (1.0, 1.0), most=2, alike=[(0, 1)])
    assert [guess.number for guess in guesses] == [0, 2]


def test_at_the_threshold_dirty_wins():
    assert margins(shares(0.4), FACTS).argmax(axis=1).tolist() == [1]


def test_more_than_two_classes_are_chosen_from_as_well():
    said = np.array([(0.9, 0.05, 0.05), (0.1, 0.8, 0.1), (0.3, 0.3, 0.4)])
    guesses = choose_guesses(said, THREE, (1.0, 1.0, 1.0), most=3)
    assert [(guess.label, guess.number) for guess in guesses] == [("cup", 0), ("pan", 1)]
