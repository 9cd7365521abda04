"""Intervals over photos."""

from __future__ import annotations

import numpy as np
import pytest

from studio.learn.metrics import auroc
from studio.learn.photo_intervals import intervals_by_photo


def width(interval: list[float] | None) -> float:
    assert interval is not None
    return interval[1] - interval[0]


def answers(photos: int, each: int, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """Samples of photos that succeed or fail together."""
    rng = np.random.default_rng(seed)
    labels = np.tile(np.arange(each) % 2, photos)
    shift = np.repeat(rng.normal(0, 1.5, photos), each)
    scores = 2 * labels - 1 + shift + rng.normal(0, 0.3, photos * each)
    return labels, (scores > 0).astype(np.int64), scores, [f"{number // each}" for number in range(photos * each)]


def test_samples_of_one_photo_are_not_taken_for_independent():
    labels, chosen, scores, photos = answers(20, 20)
    by_photo = intervals_by_photo(labels, chosen, scores, photos, score_class=1)
    alone = intervals_by_photo(labels, chosen, scores, [str(n) for n in range(len(labels))], score_class=1)
    for name in ("accuracy_95_by_photo", "balanced_accuracy_95_by_photo", "auroc_95_by_photo"):
        assert width(by_photo[name]) > 1.5 * width(alone[name])


def test_the_ranges_hold_the_figures_and_are_the_same_each_time():
    labels, chosen, scores, photos = answers(30, 10)
    found = intervals_by_photo(labels, chosen, scores, photos, score_class=1)
    assert found == intervals_by_photo(labels, chosen, scores, photos, score_class=1)
    area = auroc(scores, labels == 1)
    for name, figure in (("accuracy_95_by_photo", (labels == chosen).mean()), ("auroc_95_by_photo", area)):
        low, high = found[name]
        assert low < figure < high


def test_ties_count_half():
    labels = np.array([0, 1] * 10)
    found = intervals_by_photo(labels, labels, np.zeros(20), [f"{n // 2}" for n in range(20)], score_class=1)
    assert found["auroc_95_by_photo"] == [pytest.approx(0.5), pytest.approx(0.5)]


def test_one_photo_says_nothing():
    labels = np.array([0, 1, 1])
    found = intervals_by_photo(labels, labels, None, ["a"] * 3, score_class=None)
    assert set(found.values()) == {None}


def test_photos_of_one_class_have_no_curve():
    labels = np.array([1, 1, 1, 1])
    found = intervals_by_photo(labels, labels, np.arange(4.0), ["a", "a", "b", "b"], score_class=1)
    assert found["auroc_95_by_photo"] is None and found["balanced_accuracy_95_by_photo"] == [1.0, 1.0]
