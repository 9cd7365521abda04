"""One photo with its answer, and the order of many."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from studio.core.requests import Classified, ModelFacts, Prediction, RejectedPhoto
from studio.ui.decision import Decision
from studio.ui.photo_model import natural

ALL, LOOK, REJECTED = "all", "look", "rejected"
"""Keys of filters that are no classes."""

PHOTO, ANSWER, SHARE, TIME, PLACE = range(5)
COLUMNS = ("Photo", "Answer", "Probability", "Time", "Folder")


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """What a person made of an answer.

    Attributes:
        label: the class that the person gave; empty for none.
        is_waiting: whether it lies on the tray, not yet in a dataset.
    """

    label: str = ""
    is_waiting: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """One photo with its answer.

    Attributes:
        path: the photo.
        prediction: what the model says; None for a file that was rejected.
        chosen: the class that won at the operating point; empty for a rejected file.
        is_doubtful: whether a person should look.
        correction: the class that the person gave; empty for none.
        reason: why the file was rejected.
    """

    path: str
    prediction: Prediction | None = None
    chosen: str = ""
    is_doubtful: bool = False
    correction: str = ""
    reason: str = ""

    @property
    def name(self) -> str:
        """The file's name."""
        return os.path.basename(self.path)

    @property
    def refusal(self) -> str:
        """Why the file was rejected, as a sentence without what only its maker understands."""
        words = self.reason.partition(" (")[0].rstrip(".")
        return f"The file {words}." if words[:1].islower() else f"{words}."

    @property
    def time(self) -> str:
        """How long the answer took."""
        return f"{max(1.0, self.prediction.ms):.0f} ms" if self.prediction is not None else ""

    @property
    def group(self) -> str:
        """Which filter shows it: a class, `look` or `rejected`."""
        if self.prediction is None:
            return REJECTED
        return self.correction or (LOOK if self.is_doubtful else self.chosen)

    @property
    def share(self) -> float:
        """Probability of the class that won, 0..1."""
        return self.prediction.probabilities[self.chosen] if self.prediction is not None else 0.0


def decided(result: Result, decision: Decision) -> Result:
    """The result at an operating point; itself where nothing changes, as for most of thousands."""
    prediction = result.prediction
    if prediction is None:
        return result
    probabilities = prediction.probabilities
    if decision.positive is not None and decision.positive not in probabilities:
        chosen, is_doubtful = prediction.chosen, prediction.look
    else:
        chosen, is_doubtful = decision.chosen(probabilities), decision.is_doubtful(probabilities)
    if chosen == result.chosen and is_doubtful == result.is_doubtful:
        return result
    return replace(result, chosen=chosen, is_doubtful=is_doubtful)


def as_told(facts: ModelFacts, results: Iterable[Result]) -> Classified:
    """Results as a file tells them: classes at the operating point, corrected ones as corrected."""
    everything = list(results)
    predictions = tuple(
        replace(
            one.prediction,
            chosen=one.correction or one.chosen,
            look=one.is_doubtful and not one.correction,
            heat_map=None,
        )
        for one in everything
        if one.prediction is not None
    )
    rejected = tuple(RejectedPhoto(path=one.path, reason=one.reason) for one in everything if one.prediction is None)
    return Classified(model=facts, predictions=predictions, rejected=rejected)


def sort_key(column: int, classes: Sequence[str], decision: Decision) -> Callable[[Result], Any]:
    """What a column of the table is sorted by.

    Args:
        column: one of `PHOTO`, `ANSWER`, `SHARE`, `TIME`, `PLACE`.
        classes: of the model, in order.
        decision: the operating point in force.
    """
    if column == PHOTO:
        return lambda result: natural(result.name)
    if column == ANSWER:
        order = {name: place for place, name in enumerate((*classes, LOOK, REJECTED))}
        return lambda result: (order.get(result.group, 0), -result.share)
    if column == SHARE:
        share = decision.share
        return lambda result: -1.0 if result.prediction is None else share(result.prediction.probabilities)
    if column == TIME:
        return lambda result: -1.0 if result.prediction is None else result.prediction.ms
    return lambda result: (os.path.dirname(result.path), natural(result.name))
