"""Two runs are compared on the held-out samples that they share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.core.files import write_json
from studio.core.held_out import HeldOut, write_held_out
from studio.core.runs import RunFolder
from studio.data.run_pairs import Pair, pair_runs


def judged(folder: Path, dirty: np.ndarray, *, each: int = 4, first: int = 0, threshold: float = 0.5) -> RunFolder:
    """A run whose model gave these probabilities to samples of photos, `each` of them a photo."""
    run = RunFolder(folder)
    photos = [f"photo{first + number // each}" for number in range(len(dirty))]
    held_out = HeldOut(
        classes=("clean", "dirty"),
        labels=tuple(("clean", "dirty")[number % 2] for number in range(len(dirty))),
        probabilities=tuple((1 - share, share) for share in dirty.tolist()),
        is_painted=tuple(number % 2 == 1 for number in range(len(dirty))),
        pictures=tuple(f"/set/{photo}-{number % each}.png" for number, photo in enumerate(photos)),
        samples=tuple(f"{photo}-{number % each}" for number, photo in enumerate(photos)),
        photos=tuple(photos),
    )
    write_held_out(run.evaluation, held_out)
    write_json(run.evaluation / "val.json", {"positive": "dirty", "threshold": threshold})
    return run


def answers(photos: int, wrong: float, *, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    truth = np.arange(4 * photos) % 2
    is_wrong = np.repeat(rng.random(photos) < wrong, 4)
    return np.where(is_wrong, 1 - truth, truth) * 0.8 + 0.1


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
