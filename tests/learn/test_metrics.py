"""Counts, ratios and their intervals."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from studio.core.intervals import wilson
from studio.learn.metrics import Judged, ScoreSheet, auroc, score_class_of


def judged(logits: list[list[float]], labels: list[int], *, score_class: int | None = 1) -> Judged:
    sheet = ScoreSheet(score_class)
    for number, (row, label) in enumerate(zip(logits, labels, strict=True)):
        sheet.add(np.array([number]), torch.tensor([label]), torch.tensor([row]), torch.tensor([0.5]))
    return sheet.collect()


def test_eight_of_eight_right_still_leaves_room_for_68_percent():
    low, high = wilson(8, 8)
    assert low == pytest.approx(0.6756, abs=1e-4)
    assert high == 1.0


def test_wilson_matches_the_published_example():
    # Newcombe 1998, table I: 81 of 263.
    low, high = wilson(81, 263)
    assert (low, high) == pytest.approx((0.2553, 0.3662), abs=1e-4)


def test_wilson_of_nothing_says_nothing():
    assert wilson(0, 0) == (0.0, 1.0)


def test_auroc_counts_pairs_in_the_right_order_with_ties_as_half():
    scores = np.array([0.1, 0.4, 0.4, 0.8], dtype=np.float32)
    is_positive = np.array([False, False, True, True])
    assert auroc(scores, is_positive) == pytest.approx((1 + 0.5 + 1 + 1) / 4)


def test_auroc_needs_both_kinds():
    assert auroc(np.ones(3, np.float32), np.ones(3, bool)) is None


def test_scores_follow_from_the_confusion_matrix():
    scores = judged([[2, 0], [0, 2], [0, 2], [2, 0]], [0, 0, 1, 1]).counts(2, 1).to_scores()
    assert scores.confusion == ((1, 1), (1, 1))
    assert (scores.count, scores.accuracy, scores.balanced_accuracy, scores.loss) == (4, 0.5, 0.5, 0.5)
    assert scores.auroc == 0.5


def test_counts_of_two_halves_add_up_to_the_whole():
    logits = torch.randn(20, 3, generator=torch.Generator().manual_seed(1)).tolist()
    labels = [number % 3 for number in range(20)]
    whole = judged(logits, labels)
    first, second = whole.where(whole.numbers_N < 7), whole.where(whole.numbers_N >= 7)
    together = first.counts(3, 1) + second.counts(3, 1)
    assert together.to_scores() == whole.counts(3, 1).to_scores()


def test_parts_of_several_ranks_join_in_the_samples_order():
    whole = judged([[0, 1], [1, 0], [0, 3]], [1, 0, 1])
    joined = Judged.joined([whole.where(whole.numbers_N == 1), whole.where(whole.numbers_N != 1)])
    assert joined.numbers_N.tolist() == [0, 1, 2]
    assert joined.chosen_N.tolist() == [1, 0, 1]


def test_margins_keep_their_order_where_probabilities_saturate():
    sure, surer = judged([[0, 60], [0, 80]], [1, 1]).margins_N
    assert surer > sure


def test_an_empty_sheet_has_scores_without_samples():
    scores = ScoreSheet(1).collect().counts(2, 1).to_scores()
    assert (scores.count, scores.accuracy_95, scores.auroc) == (0, (0.0, 1.0), None)


def test_balanced_accuracy_leaves_out_classes_that_do_not_occur():
    scores = judged([[2, 0, 0], [0, 2, 0]], [0, 0], score_class=None).counts(3, None).to_scores()
    assert scores.balanced_accuracy == 0.5
    assert scores.auroc is None


def test_without_a_positive_class_two_classes_still_have_a_curve():
    assert score_class_of(("cats", "dogs"), None) == 1
    assert score_class_of(("clean", "dirty", "other"), "dirty") == 1
    assert score_class_of(("a", "b", "c"), None) is None
