"""Counts that add up over batches and ranks, turned into ratios once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.core.events import Scores
from studio.core.intervals import wilson


def auroc(scores_N: NDArray[np.floating], is_positive_N: NDArray[np.bool_]) -> float | None:
    """How often a positive sample scores above another one; ties count half.

    Args:
        scores_N: any monotone score of the positive class.
        is_positive_N: which samples are of that class.

    Returns:
        area under the ROC curve, 0..1; None unless both kinds occur.
    """
    positives = int(is_positive_N.sum())
    others = len(is_positive_N) - positives
    if positives == 0 or others == 0:
        return None
    _, place_N, count_V = np.unique(scores_N, return_inverse=True, return_counts=True)
    last_rank_V = np.cumsum(count_V)
    mean_rank_V = last_rank_V - (count_V - 1) / 2.0
    rank_sum = float(mean_rank_V[place_N][is_positive_N].sum())
    return (rank_sum - positives * (positives + 1) / 2.0) / (positives * others)


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What adds up: over batches, ranks and parts of a split.

    Attributes:
        confusion_CC: int64; rows are true classes, columns chosen ones.
        loss_sum: of all samples.
        scores_N: float32; of the positive class, for the ROC curve; empty when there is none.
        is_positive_N: which of those samples are of that class.
    """

    confusion_CC: NDArray[np.int64]
    loss_sum: float
    scores_N: NDArray[np.float32]
    is_positive_N: NDArray[np.bool_]

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            confusion_CC=self.confusion_CC + other.confusion_CC,
            loss_sum=self.loss_sum + other.loss_sum,
            scores_N=np.concatenate([self.scores_N, other.scores_N]),
            is_positive_N=np.concatenate([self.is_positive_N, other.is_positive_N]),
        )

    def to_scores(self) -> Scores:
        """The ratios, with their interval."""
        count = int(self.confusion_CC.sum())
        right = int(np.trace(self.confusion_CC))
        per_class_C = self.confusion_CC.sum(axis=1)
        occurs_C = per_class_C > 0
        recalls = np.diag(self.confusion_CC)[occurs_C] / per_class_C[occurs_C]
        return Scores(
            count=count,
            loss=self.loss_sum / count if count else 0.0,
            accuracy=right / count if count else 0.0,
            accuracy_95=wilson(right, count),
            balanced_accuracy=float(recalls.mean()) if count else 0.0,
            auroc=auroc(self.scores_N, self.is_positive_N),
            confusion=tuple(tuple(int(cell) for cell in row) for row in self.confusion_CC),
        )


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a network said of some samples, sample by sample, on the CPU.

    Attributes:
        numbers_N: int64; the samples' places in their list.
        labels_N: int64; true classes.
        chosen_N: int64; the most probable classes.
        shares_N: float32; the probabilities of the chosen classes.
        margins_N: float32; log-odds of the scored class against all others, which rank like its probability but never
            saturate; 0 where no class is scored.
        losses_N: float32.
    """

    numbers_N: NDArray[np.int64]
    labels_N: NDArray[np.int64]
    chosen_N: NDArray[np.int64]
    shares_N: NDArray[np.float32]
    margins_N: NDArray[np.float32]
    losses_N: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.numbers_N)

    def where(self, mask_N: NDArray[np.bool_]) -> Judged:
        """Only the samples that the mask names."""
        return Judged(**{name: values[mask_N] for name, values in vars(self).items()})

    @staticmethod
    def joined(parts: Sequence[Judged]) -> Judged:
        """All parts in the samples' order, so that the sum does not depend on who judged which."""
        order = np.argsort(np.concatenate([part.numbers_N for part in parts]), kind="stable")
        columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in vars(parts[0])}
        return Judged(**{name: values[order] for name, values in columns.items()})

    def counts(self, num_classes: int, score_class: int | None) -> Counts:
        """Count them.

        Args:
            num_classes: side of the confusion matrix.
            score_class: index of the class that the ROC curve is about; None for no curve.
        """
        cells = np.bincount(self.labels_N * num_classes + self.chosen_N, minlength=num_classes * num_classes)
        scored = slice(None) if score_class is not None else slice(0)
        return Counts(
            confusion_CC=cells.reshape(num_classes, num_classes).astype(np.int64),
            loss_sum=float(self.losses_N.sum(dtype=np.float64)),
            scores_N=self.margins_N[scored],
            is_positive_N=(self.labels_N == score_class)[scored],
        )


class ScoreSheet:
    """Gathers judgements on the device, so that nothing is read back before the end of an epoch."""

    def __init__(self, score_class: int | None) -> None:
        """Start an empty sheet; `score_class` is the class that the ROC curve is about."""
        self._score_class = score_class
        self._numbers: list[NDArray[np.int64]] = []
        self._rows: list[tuple[Tensor, Tensor, Tensor]] = []

    def add(self, numbers_B: NDArray[np.int64], labels_B: Tensor, logits_BC: Tensor, losses_B: Tensor) -> None:
        """Note one batch.

        Args:
            numbers_B: int64; the samples' places in their list.
            labels_B: int64; true classes.
            logits_BC: of any precision, on any device.
            losses_B: one loss for each sample.
        """
        self._numbers.append(numbers_B)
        self._rows.append((labels_B.detach(), logits_BC.detach().float(), losses_B.detach().float()))

    def collect(self) -> Judged:
        """Read everything back at once."""
        if not self._rows:
            whole, real = np.empty(0, np.int64), np.empty(0, np.float32)
            return Judged(numbers_N=whole, labels_N=whole, chosen_N=whole, shares_N=real, margins_N=real, losses_N=real)
        # Worked out for all samples together: batch by batch it took a fifth of the time of a small head's step.
        labels_N, logits_NC, losses_N = (torch.cat(column) for column in zip(*self._rows, strict=True))
        log_shares_NC = logits_NC.log_softmax(dim=1)
        top_N, chosen_N = log_shares_NC.max(dim=1)
        return Judged(
            numbers_N=np.concatenate(self._numbers),
            labels_N=labels_N.cpu().numpy(),
            chosen_N=chosen_N.cpu().numpy(),
            shares_N=top_N.exp().cpu().numpy(),
            margins_N=_margins(log_shares_NC, self._score_class).cpu().numpy(),
            losses_N=losses_N.cpu().numpy(),
        )


def _margins(log_shares_BC: Tensor, score_class: int | None) -> Tensor:
    if score_class is None:
        return torch.zeros_like(log_shares_BC[:, 0])
    others = [number for number in range(log_shares_BC.shape[1]) if number != score_class]
    return log_shares_BC[:, score_class] - log_shares_BC[:, others].logsumexp(dim=1)


def score_class_of(classes: Sequence[str], positive: str | None) -> int | None:
    """Which class the ROC curve is about.

    Returns:
        index of the positive class; with two classes and none of them positive the second, since the area is the same
        for both; else None.
    """
    if positive is not None:
        return list(classes).index(positive)
    return 1 if len(classes) == 2 else None
