"""Losses: per sample, as their papers have them."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional as F

from studio.core.config import StudioConfig
from studio.core.sections import ClassWeightingSettings, TrainingSettings
from studio.learn.losses import build_loss, class_weights, soft_targets

LOGITS = torch.tensor([[2.0, -1.0, 0.5], [0.0, 3.0, -2.0], [1.0, 1.0, 1.0]])
LABELS = torch.tensor([0, 1, 2])


def training(**changes: object) -> TrainingSettings:
    return StudioConfig().edited(**{f"training__{name}": value for name, value in changes.items()}).training


def losses(settings: TrainingSettings, weights: tuple[float, ...] = (1.0, 1.0, 1.0)) -> torch.Tensor:
    return build_loss(settings, weights)(LOGITS, soft_targets(LABELS, 3, settings.label_smoothing))


def test_cross_entropy_is_the_textbook_one():
    assert torch.allclose(losses(training()), F.cross_entropy(LOGITS, LABELS, reduction="none"))


def test_smoothing_and_weights_agree_with_torch():
    weights = (0.5, 2.0, 1.0)
    expected = F.cross_entropy(LOGITS, LABELS, weight=torch.tensor(weights), label_smoothing=0.1, reduction="none")
    assert torch.allclose(losses(training(label_smoothing=0.1), weights), expected)


def test_focal_is_applied_to_each_sample():
    shares = LOGITS.softmax(dim=1)[torch.arange(3), LABELS]
    expected = -0.25 * (1 - shares) ** 2 * shares.log()
    assert torch.allclose(losses(training(loss="focal", focal_alpha=0.25, focal_gamma=2.0)), expected)


def test_focal_without_gamma_is_cross_entropy():
    assert torch.allclose(losses(training(loss="focal", focal_gamma=0.0)), losses(training()))


def test_a_certain_answer_has_a_finite_focal_slope():
    logits = torch.tensor([[200.0, 0.0]], requires_grad=True)
    build_loss(training(loss="focal", focal_gamma=0.5), (1, 1))(logits, torch.tensor([[1.0, 0.0]])).sum().backward()
    assert torch.isfinite(logits.grad).all()


def test_half_precision_logits_give_single_precision_losses():
    result = build_loss(training(), (1.0, 1.0, 1.0))(LOGITS.bfloat16(), soft_targets(LABELS, 3, 0.0))
    assert result.dtype == torch.float32


def test_inverse_frequency_is_total_over_classes_times_count():
    assert class_weights((30, 10), ClassWeightingSettings()) == pytest.approx((40 / 60, 40 / 20))


def test_effective_number_levels_off():
    settings = ClassWeightingSettings(strategy="effective_number")
    rare, common = class_weights((10, 100), settings)
    assert rare / common == pytest.approx((1 - 0.999**100) / (1 - 0.999**10))
    big, bigger = class_weights((10_000, 100_000), settings)
    assert big / bigger == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("strategy", ["inverse_frequency", "effective_number"])
def test_the_mean_weight_over_all_samples_is_one(strategy: str):
    counts = (5, 70, 400)
    weights = class_weights(counts, ClassWeightingSettings(strategy=strategy))
    assert math.fsum(w * n for w, n in zip(weights, counts, strict=True)) / sum(counts) == pytest.approx(1.0)


def test_classes_that_are_not_weighed_weigh_one():
    assert class_weights((5, 70), ClassWeightingSettings(enabled=False)) == (1.0, 1.0)
