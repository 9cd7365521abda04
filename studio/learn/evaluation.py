"""The figures by which a model is judged on labelled photos."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.events import Scores
from studio.core.intervals import wilson
from studio.core.requests import ModelFacts, Prediction, RejectedPhoto
from studio.core.winner import winner
from studio.learn.metrics import Counts, score_class_of
from studio.learn.photo_intervals import intervals_by_photo

SMALLEST_SHARE = 1e-300


@dataclass(frozen=True, kw_only=True)
class Case:
    """An answer beside the truth.

    Attributes:
        label: the true class.
        is_painted: whether the dirt on it was painted.
        answer: what the model said.
    """

    label: str
    is_painted: bool
    answer: Prediction


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """How a model did.

    Attributes:
        model: what it says of itself.
        cases: photos that it answered for.
        rejected: photos without an answer.
    """

    model: ModelFacts
    cases: tuple[Case, ...]
    rejected: tuple[RejectedPhoto, ...]

    @property
    def scores(self) -> Scores:
        """On all photos."""
        return _counts(self.model, self.cases).to_scores()

    @property
    def real(self) -> Scores | None:
        """On photos as they were taken; None where there are none."""
        return self._part(is_painted=False)

    @property
    def painted(self) -> Scores | None:
        """On painted samples; None where there are none."""
        return self._part(is_painted=True)

    def report(self) -> dict[str, Any]:
        """Everything, as plain values for a JSON file."""
        real = [case for case in self.cases if not case.is_painted]
        painted = [case for case in self.cases if case.is_painted]
        return {
            **_figures(self.model, self.cases),
            "classes": list(self.model.classes),
            "positive": self.model.positive,
            "threshold": self.model.threshold,
            "real": _figures(self.model, real) if real else None,
            "synthetic": _figures(self.model, painted) if painted else None,
            "rejected": [{"path": one.path, "reason": one.reason} for one in self.rejected],
        }

    def by_photo(self, photos_N: Sequence[str]) -> dict[str, Any]:
        """How many photos the figures rest on, and what that leaves of them, as plain values for a JSON file.

        Args:
            photos_N: the photo that each case stems from.
        """
        score_class = score_class_of(self.model.classes, self.model.positive)
        scored = None if score_class is None else self.model.classes[score_class]
        intervals = intervals_by_photo(
            self.labels_N,
            np.array([self.model.classes.index(case.answer.chosen) for case in self.cases], np.int64),
            None if scored is None else np.array([_log_odds(case.answer, scored) for case in self.cases]),
            photos_N,
            score_class=score_class,
        )
        return {"source_photos": len(set(photos_N)), **intervals}

    @property
    def labels_N(self) -> NDArray[np.int64]:
        """The true class of each case, by its place."""
        return np.array([self.model.classes.index(case.label) for case in self.cases], np.int64)

    def _part(self, *, is_painted: bool) -> Scores | None:
        part = [case for case in self.cases if case.is_painted == is_painted]
        return _counts(self.model, part).to_scores() if part else None


def _figures(model: ModelFacts, cases: Sequence[Case]) -> dict[str, Any]:
    counts = _counts(model, cases)
    scores = counts.to_scores()
    per_class_C = counts.confusion_CC.sum(axis=1).tolist()
    return {
        "counts": dict(zip(model.classes, per_class_C, strict=True)),
        "confusion": [list(row) for row in scores.confusion],
        "accuracy": scores.accuracy,
        "accuracy_95": list(scores.accuracy_95),
        "balanced_accuracy": scores.balanced_accuracy,
        "auroc": scores.auroc,
        "loss": scores.loss,
        "per_class": {name: _of_class(counts, place) for place, name in enumerate(model.classes)},
    }


def _of_class(counts: Counts, place: int) -> dict[str, Any]:
    """Precision, recall and F1 of one class, each with its 95 % interval; None where nothing was counted."""
    right = int(counts.confusion_CC[place, place])
    count, chosen = int(counts.confusion_CC[place].sum()), int(counts.confusion_CC[:, place].sum())
    either = count + chosen - right
    # F1 = 2 J / (1 + J), where J is the share of right ones among all that are or were called this class.
    return {
        "count": count,
        "chosen": chosen,
        "precision": right / chosen if chosen else None,
        "precision_95": list(wilson(right, chosen)),
        "recall": right / count if count else None,
        "recall_95": list(wilson(right, count)),
        "f1": 2 * right / (count + chosen) if either else None,
        "f1_95": [2 * share / (1 + share) for share in wilson(right, either)],
    }


def ends(interval: object) -> tuple[float, float] | None:
    """An interval of a report, where it has one."""
    return (float(interval[0]), float(interval[1])) if isinstance(interval, list | tuple) else None


def chosen(shares_NC: NDArray[np.float64], model: ModelFacts) -> NDArray[np.int64]:
    """The place of the class that wins for each sample; see `winner`."""
    place = None if model.positive is None else model.classes.index(model.positive)
    return np.array([winner(row, place, model.threshold) for row in shares_NC.tolist()], np.int64)


def _counts(model: ModelFacts, cases: Sequence[Case]) -> Counts:
    places = {name: place for place, name in enumerate(model.classes)}
    confusion_CC = np.zeros((len(places), len(places)), np.int64)
    score_class = score_class_of(model.classes, model.positive)
    scored = None if score_class is None else model.classes[score_class]
    loss_sum = 0.0
    for case in cases:
        confusion_CC[places[case.label], places[case.answer.chosen]] += 1
        loss_sum -= math.log(max(case.answer.probabilities[case.label], SMALLEST_SHARE))
    return Counts(
        confusion_CC=confusion_CC,
        loss_sum=loss_sum,
        scores_N=np.array([_log_odds(case.answer, scored) for case in cases if scored], np.float32),
        is_positive_N=np.array([case.label == scored for case in cases if scored], np.bool_),
    )


def _log_odds(answer: Prediction, name: str) -> float:
    """How the probability of a class ranks; near-certain ones stay apart, where the probability itself is 1."""
    others = math.fsum(share for other, share in answer.probabilities.items() if other != name)
    return math.log(max(answer.probabilities[name], SMALLEST_SHARE)) - math.log(max(others, SMALLEST_SHARE))
