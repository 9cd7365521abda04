"""Whether two runs can be told apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.core.intervals import difference, no_narrower, wilson
from studio.core.run_summary import RunSummary
from studio.core.runs import RunFolder
from studio.data.run_comparison import compare
from studio.data.run_pairs import Pair
from tests.ui.made_runs import scores


def summary(right: int, wrong: int, balanced_95: tuple[float, float] | None = None) -> RunSummary:
    best = scores(0.3, ((right, wrong), (0, 0)))
    return RunSummary(run=RunFolder(Path("run")), title="Balanced", best=best, balanced_95=balanced_95)


def test_a_difference_of_shares_is_newcombes() -> None:
    # The first example of Newcombe's paper: 56 of 70 against 48 of 80.
    low, high = difference(56 / 70, wilson(56, 70), 48 / 80, wilson(48, 80))
    assert (low, high) == (pytest.approx(0.0524, abs=1e-4), pytest.approx(0.3339, abs=1e-4))


def test_close_figures_on_few_samples_cannot_be_told_apart() -> None:
    found = compare(summary(46, 4), summary(43, 7))
    assert found is not None and not found.is_apart
    assert found.sentence == "The two runs cannot be told apart."
    assert "50 held-out samples" in found.details


def test_far_figures_say_which_run_is_better_by_how_much() -> None:
    better, worse = summary(480, 20), summary(300, 200)
    ours, theirs = compare(better, worse), compare(worse, better)
    assert ours is not None and ours.is_apart and ours.sentence.startswith("This run is better by ")
    assert theirs is not None and theirs.sentence == ours.sentence.replace("This run", "Balanced")


def test_ranges_by_photo_count_where_both_have_them() -> None:
    found = compare(summary(480, 20, (0.7, 1.0)), summary(400, 100, (0.5, 1.0)))
    assert found is not None and not found.is_apart
    assert found.details.startswith("Balanced accuracy, ranges by photo")


def test_without_figures_nothing_is_said() -> None:
    assert compare(summary(5, 5), RunSummary(run=RunFolder(Path("run")), title="New")) is None


def pair(low: float, high: float, chance: float) -> Pair:
    return Pair(
        samples=80, photos=20, ours=0.95, theirs=0.9, gain_95=(low, high), ours_only=3, theirs_only=1, chance=chance
    )


def test_runs_judged_on_the_same_samples_are_compared_one_by_one() -> None:
    better, worse = summary(46, 4), summary(43, 7)
    found = compare(better, worse, pair(0.02, 0.08, 0.01))
    assert found is not None and found.sentence == "This run is better by 2 to 8 points."
    assert "same 80 held-out samples of 20 photos" in found.details
    told = compare(better, worse, pair(-0.02, 0.08, 0.6))
    assert told is not None and told.sentence == "The two runs cannot be told apart." and "60 %" in told.details


def test_ranges_of_three_photos_that_happen_to_agree_tell_nothing_apart() -> None:
    found = compare(summary(7, 6, (0.53, 0.55)), summary(9, 4, (0.68, 0.7)))
    assert found is not None and not found.is_apart


def test_a_range_of_few_photos_is_no_narrower_than_by_sample() -> None:
    assert no_narrower((1.0, 1.0), ((3, 0), (0, 4))) == (pytest.approx(0.627, abs=0.001), 1.0)
    assert no_narrower((0.2, 0.99), ((300, 30), (40, 400))) == (0.2, 0.99)
    assert no_narrower(None, ((3, 0), (0, 4))) is None
