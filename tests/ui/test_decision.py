"""From costs to a threshold, from validation to what is expected."""

from __future__ import annotations

import pytest

from studio.core.held_out import HeldOut
from studio.core.intervals import wilson
from studio.ui.decision import Decision, costs_of, outlook, threshold_of


def held_out(clean: list[float], dirty: list[float], *, painted: list[float] | None = None) -> HeldOut:
    shares = [*clean, *dirty, *(painted or [])]
    return HeldOut(
        classes=("clean", "dirty"),
        labels=("clean",) * len(clean) + ("dirty",) * (len(shares) - len(clean)),
        probabilities=tuple((1 - share, share) for share in shares),
        is_painted=(False,) * (len(clean) + len(dirty)) + (True,) * len(painted or []),
    )


def test_a_dear_miss_lowers_the_threshold() -> None:
    assert threshold_of(5.0, 0.4) == pytest.approx(0.4 / 5.4)
    assert threshold_of(1.0, 1.0) == 0.5


@pytest.mark.parametrize("threshold", [0.1, 0.43, 0.5, 0.8])
def test_the_costs_of_a_threshold_lead_back_to_it(threshold: float) -> None:
    assert threshold_of(*costs_of(threshold)) == pytest.approx(threshold, abs=0.005)


def test_the_threshold_itself_is_positive_and_the_band_asks_to_look() -> None:
    decision = Decision(positive="dirty", threshold=0.3, low=0.2, high=0.4)
    assert decision.chosen({"clean": 0.7, "dirty": 0.3}) == "dirty"
    assert decision.chosen({"clean": 0.71, "dirty": 0.29}) == "clean"
    assert decision.is_doubtful({"clean": 0.75, "dirty": 0.25})
    assert not decision.is_doubtful({"clean": 0.6, "dirty": 0.4})


def test_without_a_positive_class_the_likeliest_wins_and_a_weak_winner_is_doubtful() -> None:
    decision = Decision(high=0.5)
    assert decision.chosen({"bowl": 0.2, "cup": 0.45, "jug": 0.35}) == "cup"
    assert decision.is_doubtful({"bowl": 0.2, "cup": 0.45, "jug": 0.35})
    assert not decision.is_doubtful({"bowl": 0.2, "cup": 0.6, "jug": 0.2})


def test_errors_are_counted_per_class_and_weighed_by_the_mix() -> None:
    told = outlook(held_out([0.1] * 9 + [0.8], [0.9] * 3 + [0.2]), Decision(positive="dirty"), 0.4)
    assert told is not None
    assert told.missed.count == pytest.approx(1000 * 0.4 * 1 / 4)
    assert told.needless.count == pytest.approx(1000 * 0.6 * 1 / 10)
    assert (told.missed.low, told.missed.high) == pytest.approx([400 * end for end in wilson(1, 4)])
    assert told.cost(5.0, 0.5) == pytest.approx(5 * 100 + 0.5 * 60)


def test_what_a_person_looks_at_is_no_error() -> None:
    decision = Decision(positive="dirty", threshold=0.5, low=0.15, high=0.85)
    told = outlook(held_out([0.1] * 9 + [0.8], [0.9] * 3 + [0.2]), decision, 0.5)
    assert told is not None
    assert told.missed.count == told.needless.count == 0
    assert told.look == pytest.approx(1000 * (0.5 / 4 + 0.5 / 10))


def test_painted_samples_speak_only_where_there_are_no_photos() -> None:
    decision = Decision(positive="dirty")
    both = outlook(held_out([0.1], [0.9], painted=[0.1] * 5), decision, 0.5)
    painted = outlook(held_out([0.1], [], painted=[0.1] * 5), decision, 0.5)
    assert both is not None and painted is not None
    assert (both.missed.samples, both.missed.is_painted, both.missed.count) == (1, False, 0)
    assert (painted.missed.samples, painted.missed.is_painted, painted.missed.count) == (5, True, 500)


def test_nothing_is_expected_where_a_class_was_never_judged() -> None:
    assert outlook(held_out([0.1], []), Decision(positive="dirty"), 0.5) is None
    assert outlook(held_out([0.1], [0.9]), Decision(), 0.5) is None
