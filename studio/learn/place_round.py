"""What a model says of the photos of a place, after some rounds of learning from its guesses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from studio.core.events import Scores
from studio.core.requests import ModelFacts
from studio.core.runs import RunFolder
from studio.core.winner import winner
from studio.data.manifest import Manifest
from studio.learn.guesses import Guess

Guesses: TypeAlias = tuple[tuple[str, Guess], ...]
"""Ids of photos, each with its guess."""


@dataclass(frozen=True, kw_only=True)
class Round:
    """A model after some rounds, and what it says.

    Attributes:
        number: how many rounds; 0 for the run that is adapted.
        run: its folder.
        answers: probabilities of each photo, by its id.
        facts: classes and threshold.
        manifest: what it learned from.
        guesses: those that it learned from; none before the first round.
        scores: on the held-out samples.
    """

    number: int
    run: RunFolder
    answers: Mapping[str, tuple[float, ...]]
    facts: ModelFacts
    manifest: Manifest
    guesses: Guesses
    scores: Scores

    def chosen(self) -> dict[str, str]:
        """The answer for each photo, by its id."""
        classes, facts = self.facts.classes, self.facts
        place = None if facts.positive is None else classes.index(facts.positive)
        return {id: classes[winner(shares, place, facts.threshold)] for id, shares in self.answers.items()}


def details_of(before: Round, kept: Round, place: Manifest) -> dict[str, object]:
    """What the report has beyond the event: every guess, every answer."""
    files = {sample.id: str(place.picture(sample)) for sample in place.samples}
    then, now = before.chosen(), kept.chosen()
    return {
        "guesses": [
            {"path": files[id], "label": guess.label, "probability": round(guess.probability, 4)}
            for id, guess in kept.guesses
        ],
        "answers": [
            {
                "path": files[id],
                "before": {"chosen": then[id], "probabilities": _shares(before, id)},
                "after": {"chosen": now[id], "probabilities": _shares(kept, id)},
            }
            for id in then
            if id in now
        ],
    }


def _shares(model: Round, id: str) -> dict[str, float]:
    return {name: round(share, 4) for name, share in zip(model.facts.classes, model.answers[id], strict=True)}


def counted(labels: Iterable[str], facts: ModelFacts) -> dict[str, int]:
    """How often each class of a model occurs, in its order."""
    found = Counter(labels)
    return {name: found[name] for name in facts.classes}
