"""Two runs' models on the held-out samples that both were judged on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.core.config import read_json
from studio.core.errors import UserError
from studio.core.events import VALIDATION
from studio.core.held_out import read_held_out
from studio.core.intervals import binomial_tail
from studio.core.runs import RunFolder
from studio.data.resampling import balanced_difference

ENOUGH_SHARED = 0.5
"""Share of the photos of the run with fewer that both must have been judged on, or the rest would tell more."""

LIKELY_CHANCE = 0.05


@dataclass(frozen=True, kw_only=True)
class Pair:
    """What two models say of the same samples.

    Attributes:
        samples, photos: that both were judged on, and how many photos these stem from.
        ours, theirs: balanced accuracy of each, 0..1.
        gain_95: 95 % range of ours less theirs, by photo.
        ours_only, theirs_only: photos of which one model gets more samples right than the other.
        chance: how probable so uneven a count is where neither is better: McNemar's exact test, by photo; 0..1.
    """

    samples: int
    photos: int
    ours: float
    theirs: float
    gain_95: tuple[float, float]
    ours_only: int
    theirs_only: int
    chance: float

    @property
    def is_apart(self) -> bool:
        """Whether both say that one model is better: the range leaves 0 out, and chance is unlikely."""
        return (self.gain_95[0] > 0 or self.gain_95[1] < 0) and self.chance < LIKELY_CHANCE


def pair_runs(run: RunFolder, other: RunFolder) -> Pair | None:
    """Compare two runs sample by sample, each at its own threshold.

    Args:
        run: the one that a gain is counted for.
        other: the one beside it.

    Returns:
        None where they share too few held-out photos, or one of them has kept no answers by photo.

    Raises:
        UserError: a file of answers is torn.
    """
    ours, theirs = _answers(run), _answers(other)
    shared = [key for key in ours if key in theirs and ours[key].label == theirs[key].label]
    photos = {ours[key].photo for key in shared}
    fewer = min(len({one.photo for one in answers.values()}) for answers in (ours, theirs))
    if len(photos) < 2 or len(photos) < ENOUGH_SHARED * fewer:
        return None
    classes = sorted({name for key in shared for name in (ours[key].label, ours[key].chosen, theirs[key].chosen)})

    def places(names: list[str]) -> NDArray[np.int64]:
        return np.array([classes.index(name) for name in names], np.int64)

    before, after, ends = balanced_difference(
        places([ours[key].label for key in shared]),
        [places([theirs[key].chosen for key in shared])],
        places([ours[key].chosen for key in shared]),
        [ours[key].photo for key in shared],
    )
    assert ends is not None, "there are two photos"
    lead: dict[str, int] = defaultdict(int)
    for key in shared:
        lead[ours[key].photo] += int(ours[key].is_right) - int(theirs[key].is_right)
    ahead, behind = sum(value > 0 for value in lead.values()), sum(value < 0 for value in lead.values())
    return Pair(
        samples=len(shared),
        photos=len(photos),
        ours=after,
        theirs=before,
        gain_95=(ends[0], ends[1]),
        ours_only=ahead,
        theirs_only=behind,
        chance=min(1.0, 2 * binomial_tail(max(ahead, behind), ahead + behind, 0.5)),
    )


@dataclass(frozen=True, kw_only=True)
class _Answer:
    label: str
    chosen: str
    photo: str

    @property
    def is_right(self) -> bool:
        return self.label == self.chosen


def _answers(run: RunFolder) -> dict[tuple[str, str], _Answer]:
    """What a run's model answered, by what tells the sample from all others."""
    held_out = read_held_out(run.evaluation)
    if held_out is None or not held_out.samples or not held_out.photos:
        return {}
    positive, threshold = _point(run)
    chosen = [held_out.classes[held_out.chosen(row, positive, threshold)] for row in held_out.probabilities]
    # A photo's id is of its content; what was painted on it is the same only in the same dataset.
    places = [
        picture if is_painted else ""
        for picture, is_painted in zip(
            held_out.pictures or ("",) * len(held_out.samples), held_out.is_painted, strict=True
        )
    ]
    return {
        (id, place): _Answer(label=label, chosen=answer, photo=photo)
        for id, place, label, answer, photo in zip(
            held_out.samples, places, held_out.labels, chosen, held_out.photos, strict=True
        )
    }


def _point(run: RunFolder) -> tuple[str | None, float | None]:
    file = run.evaluation / f"{VALIDATION}.json"
    values = read_json(file) if file.is_file() else {}
    positive, threshold = values.get("positive"), values.get("threshold")
    if not isinstance(positive, str | None) or not isinstance(threshold, int | float | None):
        raise UserError(f"{file}: holds no threshold; evaluate the run again")
    return positive, threshold
