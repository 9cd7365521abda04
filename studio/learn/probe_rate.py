"""A sweep of learning rates, from which a better one is proposed only where it proves better."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from studio.core.expert_events import Diagnosis
from studio.learn.probe_batch import one_batch
from studio.learn.probe_lab import Lab, copy_of
from studio.learn.probe_lesson import teach

LOWEST, HIGHEST = 1e-6, 1.0
STEPS, SECONDS = 60, 12.0
PROOF_STEPS, PROOF_SECONDS = 30, 8.0
SMOOTHING = 0.8
BROKEN = 4.0
"""Times the lowest loss, beyond which the sweep ends."""
FAR = 3.0
"""Times the suggestion, or less than its part, from where the two are tried against each other."""
CLEARLY = 0.75
"""Of the loss at the run's own rate: what the suggestion must come to."""
FEWEST_STEPS = 20


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """What a range test showed (Smith, 2017).

    Attributes:
        rates: learning rate of each step, rising.
        losses: smoothed loss before each step.
        suggestion: where the loss falls most steeply; None where it does not fall.
        is_cut: whether time ran out.
    """

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    suggestion: float | None
    is_cut: bool


def sweep(lab: Lab) -> Sweep:
    """Raise the learning rate from step to step, and watch the loss.

    Raises:
        StoppedError: somebody asked to stop.
    """
    growth = (HIGHEST / LOWEST) ** (1 / (STEPS - 1))
    # The same batch at each step: what differs from step to step then is the learning rate alone.
    numbers = one_batch(lab.learned.labels_N, lab.config.training.seed)
    looks = lab.looks(lab.learned.pixels_NHW4[numbers])
    taught = teach(
        lab,
        lab.learner(looks if lab.config.model.freeze == "none" else lab.learned_looks),
        looks,
        lab.learned.labels_N[numbers],
        rate=lambda step: LOWEST * growth**step,
        steps=STEPS,
        seconds=SECONDS,
    )
    smooth: list[float] = []
    mean = 0.0
    for number, loss in enumerate(taught.losses):
        if not math.isfinite(loss):
            break
        mean = SMOOTHING * mean + (1 - SMOOTHING) * loss
        smooth.append(mean / (1 - SMOOTHING ** (number + 1)))
        if smooth[-1] > BROKEN * min(smooth):
            break
    rates = tuple(LOWEST * growth**number for number in range(len(smooth)))
    return Sweep(
        rates=rates,
        losses=tuple(round(loss, 5) for loss in smooth),
        suggestion=_steepest(rates, smooth),
        is_cut=taught.is_cut,
    )


def judge_rate(lab: Lab, found: Sweep) -> Diagnosis:
    """Try the suggestion against the run's own learning rate, from the same start, where the two are far apart.

    Args:
        lab: trains.
        found: what the sweep showed.

    Raises:
        StoppedError: somebody asked to stop.
    """
    own = lab.config.training.learning_rate
    if found.suggestion is None:
        return Diagnosis(
            name="learning rate",
            title="A sweep of learning rates",
            state="skipped",
            measured=f"In {len(found.rates)} steps the loss did not fall at any learning rate.",
            meaning="The sweep says nothing; see whether a batch can be learned by heart.",
        )
    best = found.suggestion
    measured = f"A sweep from {LOWEST:g} to {HIGHEST:g} falls most steeply near {best:g}; the run learns at {own:g}."
    if 1 / FAR <= own / best <= FAR:
        return _sound(measured, own)
    begin = lab.learner(lab.learned_looks)
    endings = []
    for rate in (own, best):
        taught = teach(
            lab,
            copy_of(begin),
            lab.learned_looks,
            lab.learned.labels_N,
            rate=lambda step, rate=rate: rate,  # type: ignore[misc]
            steps=PROOF_STEPS,
            seconds=PROOF_SECONDS,
        )
        endings.append(taught)
    steps = min(len(taught.losses) for taught in endings)
    if steps < FEWEST_STEPS and all(taught.is_finite for taught in endings):
        return Diagnosis(
            name="learning rate",
            title="A sweep of learning rates",
            state="skipped",
            measured=measured,
            meaning="The network is too slow here to try the two rates against each other in so short a time.",
        )
    here, there = (taught.ending() for taught in endings)
    measured += f" After {PROOF_STEPS} steps the loss is {_said(here)} at the run's rate and {_said(there)} there."
    if not there < CLEARLY * here:
        return _sound(measured, own)
    size = "small" if own < best else "large"
    return Diagnosis(
        name="learning rate",
        title=f"The learning rate is too {size}",
        state="fired",
        measured=measured,
        meaning="With steps that small the run ends before it has learned."
        if own < best
        else "Steps that large jump over what they look for.",
        proposal=f"Learn at {best:g}.",
        changes={"training.learning_rate": best},
        value=own,
        limit=best,
    )


def _sound(measured: str, own: float) -> Diagnosis:
    return Diagnosis(
        name="learning rate",
        title="The learning rate fits",
        state="quiet",
        measured=measured,
        meaning="No other learning rate was clearly better in a short trial.",
        value=own,
    )


def _steepest(rates: tuple[float, ...], losses: list[float]) -> float | None:
    """The learning rate where the smoothed loss falls most steeply, to one digit."""
    if len(losses) < FEWEST_STEPS // 2:
        return None
    lowest = int(np.argmin(losses))
    if lowest < 3 or losses[lowest] > 0.95 * losses[0]:
        return None
    slopes = np.gradient(np.array(losses[: lowest + 1]))
    # The smoothed curve lags behind by about four steps.
    return float(f"{rates[max(0, int(np.argmin(slopes)) - 2)]:.0e}")


def _said(loss: float) -> str:
    return "no number" if not math.isfinite(loss) else f"{loss:.3f}"
