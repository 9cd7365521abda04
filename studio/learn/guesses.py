"""Which answers of a model are sure enough to be learned from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.core.held_out import HeldOut
from studio.core.requests import ModelFacts

SURE = 0.95
"""Held-out samples that were answered as surely were right at least as often."""

FEWEST_HELD_OUT = 20
"""Held-out samples below which nobody can tell how often such answers are right."""

Shares = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Guess:
    """An answer that counts as a label.

    Attributes:
        number: of the photo.
        label: the class.
        probability: of that class, 0..1.
    """

    number: int
    label: str
    probability: float


def least_margins(held_out: HeldOut, facts: ModelFacts) -> tuple[float | None, ...]:
    """How far an answer must be beyond its threshold to be right at least 95 times in a hundred.

    Painted dirt is easier than dirt from life, so a photo that is as sure may be wrong more often than that; the most
    certain ones alone are learned from, and what was learned is judged again.

    Args:
        held_out: what the model said of samples that it had never learned from; classes count the same, however many
            samples they have.
        facts: the model's classes and threshold.

    Returns:
        for each class the least margin in log-odds; None where no answer can be trusted so far.
    """
    margins_NC = margins(np.array(held_out.probabilities, np.float64).reshape(-1, len(facts.classes)), facts)
    truths_N = np.array([facts.classes.index(label) for label in held_out.labels], np.int64)
    weights_N = 1 / np.maximum(np.bincount(truths_N, minlength=len(facts.classes)), 1)[truths_N]
    return tuple(_least_margin(margins_NC, truths_N == place, weights_N, place) for place in range(len(facts.classes)))


def choose_guesses(
    probabilities_NC: Shares,
    facts: ModelFacts,
    least_C: Sequence[float | None],
    *,
    most: int,
    alike: Collection[tuple[int, int]] = (),
) -> list[Guess]:
    """The most certain answers of each class.

    Args:
        probabilities_NC: of each photo, in the order of the classes.
        facts: the model's classes and threshold.
        least_C: from `least_margins`.
        most: guesses of each class, at most.
        alike: pairs of photos that show almost the same, of which one is enough.

    Returns:
        by class, the surest first.
    """
    margins_NC = margins(probabilities_NC, facts)
    chosen_N = margins_NC.argmax(axis=1)
    twins: dict[int, set[int]] = {}
    for first, second in alike:
        twins.setdefault(first, set()).add(second)
        twins.setdefault(second, set()).add(first)
    guesses: list[Guess] = []
    taken: set[int] = set()
    for place, least in enumerate(least_C):
        if least is None:
            continue
        sure = np.flatnonzero((chosen_N == place) & (margins_NC[:, place] >= least))
        left = most
        for number in sure[np.argsort(-margins_NC[sure, place], kind="stable")].tolist():
            if left and not twins.get(number, set()) & taken:
                share = float(probabilities_NC[number, place])
                guesses.append(Guess(number=number, label=facts.classes[place], probability=share))
                taken.add(number)
                left -= 1
    return guesses


def margins(probabilities_NC: Shares, facts: ModelFacts) -> Shares:
    """How far each class is beyond what it needs to win, in log-odds; the chosen one has the largest.

    Args:
        probabilities_NC: in the order of the classes.
        facts: the model's classes and threshold.
    """
    odds_NC = _log_odds(probabilities_NC)
    if facts.threshold is None or facts.positive is None:
        return odds_NC
    place = facts.classes.index(facts.positive)
    beyond_N = odds_NC[:, place] - _log_odds(np.array(facts.threshold, np.float64))
    margins_N2 = np.empty((len(beyond_N), 2))
    margins_N2[:, place] = beyond_N
    margins_N2[:, 1 - place] = np.nextafter(-beyond_N, -np.inf)  # at the threshold itself the positive class wins
    return margins_N2


def _least_margin(margins_NC: Shares, is_class_N: NDArray[np.bool_], weights_N: Shares, place: int) -> float | None:
    answered = np.flatnonzero(margins_NC.argmax(axis=1) == place)
    answered = answered[np.argsort(-margins_NC[answered, place], kind="stable")]
    right_K = np.cumsum(weights_N[answered] * is_class_N[answered])
    share_K = right_K / np.cumsum(weights_N[answered])
    margins_K = margins_NC[answered, place]
    is_last_K = np.append(margins_K[:-1] > margins_K[1:], True)[: len(answered)]  # answers as sure go together
    enough = np.flatnonzero((share_K >= SURE) & is_last_K & (np.arange(1, len(answered) + 1) >= FEWEST_HELD_OUT))
    return float(margins_K[enough[-1]]) if len(enough) else None


def _log_odds(shares: Shares) -> Shares:
    bounded = np.clip(shares, 1e-12, 1 - 1e-12)
    result: Shares = np.log(bounded) - np.log1p(-bounded)
    return result
