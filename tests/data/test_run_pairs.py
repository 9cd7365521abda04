"""Two runs are compared on the held-out samples that they share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.core.runs import RunFolder
from studio.data.run_pairs import Pair, pair_runs
from tests.data.judged_runs import answers, judged


def pair(run: RunFolder, other: RunFolder) -> Pair:
    found = pair_runs(run, other)
    assert found is not None
    return found


def test_a_better_model_is_told_apart_on_the_photos_that_both_judged(tmp_path: Path) -> None:
    better, worse = judged(tmp_path / "a", answers(60, 0.05)), judged(tmp_path / "b", answers(60, 0.4, seed=1))
    found = pair(better, worse)
    assert (found.samples, found.photos) == (240, 60) and found.is_apart
    assert 0 < found.gain_95[0] <= found.ours - found.theirs <= found.gain_95[1] and found.chance < 0.01
    back = pair(worse, better)
    assert back.is_apart and back.gain_95[1] == pytest.approx(-found.gain_95[0])


def test_models_of_equal_worth_are_seldom_told_apart(tmp_path: Path) -> None:
    apart = 0
    for seed in range(40):
        one = judged(tmp_path / f"a{seed}", answers(30, 0.2, seed=seed))
        apart += pair(one, judged(tmp_path / f"b{seed}", answers(30, 0.2, seed=1000 + seed))).is_apart
    assert apart <= 4


def test_samples_of_few_photos_cannot_tell_models_apart_however_many_they_are(tmp_path: Path) -> None:
    truth = np.arange(400) % 2
    good, bad = judged(tmp_path / "a", truth * 0.8 + 0.1, each=100), judged(tmp_path / "b", 0.9 - truth * 0.8, each=100)
    found = pair(good, bad)
    assert found.photos == 4 and found.gain_95[0] > 0 and not found.is_apart and found.chance == pytest.approx(0.125)


def test_each_model_answers_at_its_own_threshold(tmp_path: Path) -> None:
    shares = np.where(np.arange(80) % 2, 0.4, 0.1)
    low, high = judged(tmp_path / "a", shares, threshold=0.3), judged(tmp_path / "b", shares)
    found = pair(low, high)
    assert (found.ours, found.theirs) == (1.0, 0.5) and (found.ours_only, found.theirs_only) == (20, 0)


def test_runs_that_share_no_photos_are_not_paired(tmp_path: Path) -> None:
    one, other = judged(tmp_path / "a", answers(10, 0.1)), judged(tmp_path / "b", answers(10, 0.1), first=8)
    assert pair_runs(one, other) is None
    assert pair_runs(one, RunFolder(tmp_path / "none")) is None
