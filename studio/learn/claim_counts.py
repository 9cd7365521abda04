"""Recounts ratios from the counts that they were made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from studio.core.events import Scores
from studio.core.intervals import wilson

CLOSE = 1e-6
"""What rounding in a file may change."""


@dataclass
class Findings:
    """What was compared, and what of it does not hold."""

    checked: int = 0
    problems: list[str] = field(default_factory=list)

    def expect(self, holds: bool, sentence: str) -> None:
        """Count one comparison; keep the sentence where it does not hold."""
        self.checked += 1
        if not holds:
            self.problems.append(sentence)


def check_scores(scores: Scores | None, place: str, findings: Findings) -> None:
    """Accuracy and balanced accuracy, recounted from the confusion matrix."""
    if scores is not None:
        try:
            confusion = square(scores.confusion)
        except (ValueError, OverflowError) as error:
            findings.expect(False, f"{place}: its counts are no table ({error})")
            return
        check_confusion(confusion, scores.accuracy, scores.balanced_accuracy, scores.accuracy_95, place, findings)
        findings.expect(int(confusion.sum()) == scores.count, f"{place}: {scores.count} samples are not its counts")


def square(rows: Any) -> np.ndarray[Any, Any]:
    """Counts of each class called what.

    Raises:
        ValueError, OverflowError: they are no square of whole numbers.
    """
    confusion_CC = np.array(rows, np.int64)
    if confusion_CC.ndim != 2 or confusion_CC.shape[0] != confusion_CC.shape[1]:
        raise ValueError(f"rows and columns of {confusion_CC.shape}")
    return confusion_CC


def check_confusion(
    confusion_CC: np.ndarray[Any, Any],
    accuracy: float,
    balanced: float,
    accuracy_95: Iterable[float],
    place: str,
    findings: Findings,
) -> None:
    """Compare ratios with the counts that they are of.

    Args:
        confusion_CC: int64; rows are true classes.
        accuracy, balanced, accuracy_95: what was said, 0..1.
        place: where it was said, for a sentence.
        findings: gets what was compared.
    """
    right, count = int(np.trace(confusion_CC)), int(confusion_CC.sum())
    if not count:
        return
    findings.expect(
        is_close(accuracy, right / count), f"{place}: accuracy {accuracy:.4f}, but its counts give {right / count:.4f}"
    )
    per_class = confusion_CC.sum(axis=1)
    recalls = np.diag(confusion_CC)[per_class > 0] / per_class[per_class > 0]
    findings.expect(
        is_close(balanced, float(recalls.mean())),
        f"{place}: balanced accuracy {balanced:.4f}, but its counts give {recalls.mean():.4f}",
    )
    ends = wilson(right, count)
    findings.expect(
        all(is_close(said, own) for said, own in zip(accuracy_95, ends, strict=True)),
        f"{place}: its 95 % interval is not the one of its counts, {ends[0]:.4f} to {ends[1]:.4f}",
    )


def is_close(one: float, other: float) -> bool:
    """Whether two figures are the same but for rounding."""
    return abs(one - other) <= CLOSE
