"""Whether a model has learnt nothing but the dirt, judged by what edits of clean photos do to its answers.

A check fires on either of two grounds, each an exact binomial test at 5 %. Answers: more than one in ten turns from
clean to dirty, and more of them than if one in twenty did, which photos near the threshold may do for nothing. Shift:
more than half of the edits move the log-odds towards dirty by more than 15 % of what a light mark of our own dirt
moves them; so an edit counts though the threshold is still far away. Several edits of the same photo are no
independent tries, so with few photos the tests are a little too sure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from studio.core.events import Check
from studio.core.intervals import binomial_tail
from studio.data.null_edits import BESIDE, LIGHT, PATCH, STEPS
from studio.learn.pointing import HeatScores

FEWEST = 10
"""Tries below which nothing is said."""

TOLERATED = 0.05
LIMIT_ANSWERS = 0.10
LIMIT_SHIFT = 0.15
"""On drawn dishes ours came to 0.07 at most, with the table in view; flat ellipses anywhere to 0.23 to 0.46."""
SURE = 0.05

LEAST_LIGHT = 0.2
"""Log-odds that a light mark is taken to move at least: what moves the answer less is nothing, whatever dirt does."""

TITLES = {
    STEPS: "Painting nothing",
    PATCH: "A patch pasted back",
    BESIDE: "Dirt beside the dish",
}
_CAUSES = {
    STEPS: "the model takes traces of saving for dirt",
    PATCH: "the model takes traces of pasting for dirt",
    BESIDE: "the model looks at more than the dish",
}


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One edit of a clean photo, and what it did to the answer.

    Attributes:
        photo: id of the photo.
        sort: of the edit; see `null_edits.Edit`.
        before, after: log-odds of dirty.
    """

    photo: str
    sort: str
    before: float
    after: float

    @property
    def shift(self) -> float:
        """How far the log-odds moved towards dirty."""
        return self.after - self.before


def judge_edits(trials: Sequence[Trial], *, threshold: float, missing: str) -> tuple[Check, ...]:
    """Judge what edits did that leave the dish clean.

    Args:
        trials: of all sorts; those with light marks say how far dirt moves the answer.
        threshold: log-odds from which the answer is dirty.
        missing: a sentence on photos that could not be tried; may be empty.
    """
    light = [trial.shift for trial in trials if trial.sort == LIGHT]
    scale = max(LEAST_LIGHT, median(light)) if light else LEAST_LIGHT
    return tuple(
        _judged(sort, [trial for trial in trials if trial.sort == sort], scale, threshold, missing) for sort in TITLES
    )


def judge_heat(scores: HeatScores) -> tuple[Check, ...]:
    """Judge how well heat maps point at painted dirt: no better than chance fires."""
    found = (
        ("pointing", "Hottest place of the heat map", scores.hits, scores.hit_chance, "lies in the dirt"),
        ("energy", "Heat inside the dirt", scores.inside, scores.inside_chance, "of the heat lies in the dirt"),
    )
    return tuple(
        Check(
            name=name,
            title=title,
            state="skipped" if scores.count < FEWEST else "fired" if value <= chance else "quiet",
            measure=words,
            value=value if scores.count >= FEWEST else None,
            limit=chance,
            count=scores.count,
            sentence=_heat_sentence(name, value, chance, scores.count),
        )
        for name, title, value, chance, words in found
    )


def _judged(sort: str, trials: Sequence[Trial], scale: float, threshold: float, missing: str) -> Check:
    clean = [trial for trial in trials if trial.before < threshold]
    changed = sum(trial.after >= threshold for trial in clean)
    answers = changed / max(1, len(clean))
    shift = median(trial.shift for trial in trials) / scale if trials else 0.0
    moved = sum(trial.shift > LIMIT_SHIFT * scale for trial in trials)
    is_answers = (
        len(clean) >= FEWEST and answers > LIMIT_ANSWERS and binomial_tail(changed, len(clean), TOLERATED) < SURE
    )
    is_shift = len(trials) >= FEWEST and binomial_tail(moved, len(trials), 0.5) < SURE
    # The ground that comes nearer its limit is the one that is shown.
    by_shift = (
        len(clean) < FEWEST
        or is_shift > is_answers
        or (is_shift == is_answers and shift / LIMIT_SHIFT > answers / LIMIT_ANSWERS)
    )
    state = "fired" if is_answers or is_shift else "quiet" if len(trials) >= FEWEST else "skipped"
    return Check(
        name=sort,
        title=TITLES[sort],
        state=state,  # type: ignore[arg-type]
        measure="shift beside a light mark's" if by_shift else "answers that became dirty",
        value=None if state == "skipped" else shift if by_shift else answers,
        limit=LIMIT_SHIFT if by_shift else LIMIT_ANSWERS,
        count=len(trials) if by_shift else len(clean),
        sentence=_sentence(sort, state, changed, len(clean), len(trials), shift, missing),
    )


def _sentence(sort: str, state: str, changed: int, clean: int, tried: int, shift: float, missing: str) -> str:
    if state == "skipped":
        return f"{tried} edits of photos that the model never learned from; {FEWEST} are needed. {missing}".rstrip()
    # A hundredth below nothing is nothing.
    found = (
        f"{changed} of {clean} answers became dirty; the usual shift is {_percent(max(0.0, shift))} of a light mark's"
    )
    ending = f", so {_CAUSES[sort]}." if state == "fired" else "."
    return f"{found}{ending} {missing}".rstrip()


def _heat_sentence(name: str, value: float, chance: float, count: int) -> str:
    if count < FEWEST:
        return f"{count} painted samples that the model never learned from; {FEWEST} are needed."
    where = "in or beside the dirt" if name == "pointing" else "of the heat in the dirt"
    by = "a blind guess" if name == "pointing" else "an even heat"
    worse = "" if value > chance else ", so the heat maps say nothing"
    return f"{_percent(value)} {where} on {count} painted samples, {_percent(chance)} by {by}{worse}."


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
