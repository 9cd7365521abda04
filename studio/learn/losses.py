"""The registered losses: each a function that makes one for a run's settings.

A loss takes targets as shares of each class, so that smoothed and mixed labels need no special case, and gives one
figure for each sample, so that batches, accumulated groups and ranks of any size add up exactly. torch is imported
inside the builders only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from studio.core.registry import LOSSES
from studio.core.sections import ClassWeightingSettings, TrainingSettings

if TYPE_CHECKING:
    from torch import Tensor

LossFunction: TypeAlias = "Callable[[Tensor, Tensor], Tensor]"  # logits_BC, targets_BC -> losses_B

EFFECTIVE_BETA = 0.999


@LOSSES.register(
    "cross_entropy",
    title="Cross-entropy",
    help="Every sample counts the same, apart from its class's weight.",
)
def cross_entropy(training: TrainingSettings, weights_C: Sequence[float]) -> LossFunction:
    """Minus the log of the true class's probability, times the class's weight."""
    is_weighed = any(weight != 1 for weight in weights_C)

    def losses(logits_BC: Tensor, targets_BC: Tensor) -> Tensor:
        log_shares_BC = logits_BC.float().log_softmax(dim=1)
        told_BC = targets_BC * log_shares_BC
        return -(told_BC * told_BC.new_tensor(weights_C) if is_weighed else told_BC).sum(dim=1)

    return losses


@LOSSES.register("focal", title="Focal", help="Turns away from easy samples towards hard ones.")
def focal(training: TrainingSettings, weights_C: Sequence[float]) -> LossFunction:
    """`-alpha (1 - p)^gamma log p` of each sample, times the class's weight (Lin et al., 2017)."""
    alpha, gamma = training.focal_alpha, training.focal_gamma

    def losses(logits_BC: Tensor, targets_BC: Tensor) -> Tensor:
        log_shares_BC = logits_BC.float().log_softmax(dim=1)
        # A certain answer has 1 - p = 0, whose power has an infinite slope for gamma below 1.
        doubt_BC = (-log_shares_BC.expm1()).clamp_min(1e-7)
        weights = log_shares_BC.new_tensor(weights_C)
        return -alpha * (targets_BC * doubt_BC**gamma * log_shares_BC * weights).sum(dim=1)

    return losses


def build_loss(training: TrainingSettings, weights_C: Sequence[float]) -> LossFunction:
    """The loss that the settings name.

    Args:
        training: the settings.
        weights_C: one weight for each class; 1 for all where classes are not weighed.
    """
    loss: LossFunction = LOSSES[training.loss].build(training, weights_C)
    return loss


def class_weights(counts_C: Sequence[int], settings: ClassWeightingSettings) -> tuple[float, ...]:
    """How much a sample of each class counts; the mean over all samples is 1, so the learning rate means the same.

    Args:
        counts_C: training samples of each class.
        settings: `inverse_frequency` is total / (classes x count); `effective_number` follows Cui et al., 2019:
            (1 - b) / (1 - b^count) with b = 0.999, which levels off for classes with thousands of samples.
    """
    if not settings.enabled:
        return (1.0,) * len(counts_C)
    total = sum(counts_C)
    present = [count for count in counts_C if count]
    if settings.strategy == "inverse_frequency":
        return tuple(total / (len(present) * count) if count else 0.0 for count in counts_C)
    raw = [(1 - EFFECTIVE_BETA) / (1 - EFFECTIVE_BETA**count) if count else 0.0 for count in counts_C]
    mean = sum(weight * count for weight, count in zip(raw, counts_C, strict=True)) / total
    return tuple(weight / mean for weight in raw)


def soft_targets(labels_B: Tensor, num_classes: int, smoothing: float) -> Tensor:
    """Labels as shares of each class.

    Args:
        labels_B: int64.
        smoothing: share that is spread evenly over all classes (Szegedy et al., 2015), 0..0.5.

    Returns:
        targets_BC, float32; every row adds up to 1.
    """
    import torch

    hard_BC = torch.nn.functional.one_hot(labels_B, num_classes).float()
    return hard_BC * (1 - smoothing) + smoothing / num_classes if smoothing else hard_BC
