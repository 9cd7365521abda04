"""What a run's model says of each photo that it never learned from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from studio.core.events import EvaluationFinished, Mistake
from studio.core.held_out import read_held_out
from studio.core.runs import RunFolder
from studio.ui.decision import Decision


@dataclass(frozen=True, kw_only=True)
class HeldPhoto:
    """One held-out photo with its answer.

    Attributes:
        answer: the photo, its class, the class it was called with that class's probability.
        is_painted: whether the studio painted it.
    """

    answer: Mistake
    is_painted: bool

    @property
    def is_right(self) -> bool:
        """Whether it was called what it is."""
        return self.answer.label == self.answer.predicted


def read_held_photos(run: RunFolder, judged: EvaluationFinished, positive: str | None) -> list[HeldPhoto]:
    """Read the photos on which a run's figures rest, the surest answers first.

    Args:
        run: the run.
        judged: what it said of them together; its threshold decides.
        positive: the class that the threshold is about.

    Returns:
        none where a version judged them that did not note which photos they were.

    Raises:
        UserError: the file is there and cannot be read.
    """
    held = read_held_out(run.evaluation)
    if held is None or not held.pictures:
        return []
    has_threshold = judged.threshold is not None and positive in held.classes
    decision = Decision(positive=positive, threshold=judged.threshold or 0.0) if has_threshold else Decision()
    found = []
    for number, picture in enumerate(held.pictures):
        shares: Mapping[str, float] = dict(zip(held.classes, held.probabilities[number], strict=True))
        called = decision.chosen(shares)
        answer = Mistake(
            sample=held.samples[number] if held.samples else "",
            path=picture,
            label=held.labels[number],
            predicted=called,
            probability=shares[called],
        )
        found.append(HeldPhoto(answer=answer, is_painted=held.is_painted[number]))
    return sorted(found, key=lambda one: -one.answer.probability)


def photos_of(photos: Sequence[HeldPhoto], which: str) -> list[HeldPhoto]:
    """The real ones, the painted ones, or all.

    Args:
        photos: to choose from.
        which: `real`, `painted` or `all`.
    """
    return [photo for photo in photos if which == "all" or photo.is_painted == (which == "painted")]
