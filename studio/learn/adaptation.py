"""What an adaptation starts from, what guards it, what it says in the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.core.config import StudioConfig, read_json
from studio.core.errors import UserError
from studio.core.events import EvaluationFinished, Scores
from studio.core.held_out import HeldOut, read_held_out
from studio.core.runs import RunFolder
from studio.data.manifest import Manifest
from studio.data.photos import is_dataset
from studio.learn.environment import read_environment

LEAST_ERROR = 0.005
"""Nobody knows a share of so few photos more exactly, even where every held-out sample was right."""

WIDTH_OF_95 = 2 * 1.96
"""Of an interval, in standard errors."""


@dataclass(frozen=True, kw_only=True)
class Errors:
    """How far two figures may be off by the choice of photos alone: their standard errors.

    Attributes:
        balanced_accuracy, auroc: 0..1.
    """

    balanced_accuracy: float
    auroc: float


@dataclass(frozen=True, kw_only=True)
class Start:
    """A run that can be adapted.

    Attributes:
        run: its folder.
        config: its settings.
        manifest: what it learned from.
        held_out: what its model said of samples that it had never learned from.
        scores: of its model on those.
        errors: of these scores.
    """

    run: RunFolder
    config: StudioConfig
    manifest: Manifest
    held_out: HeldOut
    scores: Scores
    errors: Errors


def open_start(place: Path, run: RunFolder) -> Start:
    """Read a run, and check that it can be adapted.

    Args:
        place: what the person named.
        run: the run there.

    Raises:
        UserError: it is not finished, was never judged, or its dataset is gone or another one now.
    """
    held_out = held_out_of(run)
    scores = scores_of(run)
    if not run.best.is_file() or held_out is None or scores is None:
        raise UserError(
            f"{place}: its model was never judged on held-out samples, by which an adaptation is guarded; finish it "
            f"with `studio train --resume`, or train with a validation share"
        )
    return Start(
        run=run,
        config=run.load_config(),
        manifest=_dataset_of(run),
        held_out=held_out,
        scores=scores,
        errors=_errors_of(run, scores),
    )


def held_out_of(run: RunFolder) -> HeldOut | None:
    """What a run's model said of its held-out samples; None where there are none."""
    held_out = read_held_out(run.evaluation)
    return held_out if held_out is not None and held_out.labels else None


def scores_of(run: RunFolder) -> Scores | None:
    """A run's figures on its held-out samples; None where it was never judged on any."""
    found = [
        event.scores for _, event in run.replay() if isinstance(event, EvaluationFinished) and event.split == "val"
    ]
    return found[-1] if found else None


def loss_of_worth(before: Scores, after: Scores, errors: Errors) -> str:
    """By how much a model has become worse on the held-out samples.

    Args:
        before: of the run that was adapted.
        after: of the adapted model, on the same samples.
        errors: of the figures before.

    Returns:
        a clause such as `balanced accuracy fell from 0.95 to 0.90, by more than its standard error of 0.02`; empty
        while no figure fell by more than one standard error.
    """
    figures = [("balanced accuracy", before.balanced_accuracy, after.balanced_accuracy, errors.balanced_accuracy)]
    if before.auroc is not None and after.auroc is not None:
        figures.append(("AUROC", before.auroc, after.auroc, errors.auroc))
    for name, then, now, error in figures:
        if then - now > error:
            return f"{name} fell from {then:.3f} to {now:.3f}, by more than its standard error of {error:.3f}"
    return ""


def tell(
    *,
    rounds: int,
    asked: int,
    guessed: Mapping[str, int],
    photos: int,
    changed: int,
    before: Scores,
    after: Scores,
    worse: str,
) -> str:
    """An adaptation in a sentence or two.

    Args:
        rounds: how many were kept.
        asked: how many were asked for.
        guessed: by class, how many photos were learned from.
        photos: how many there are.
        changed: how many got another answer.
        before, after: on the held-out samples.
        worse: why the next round was undone; empty where none was.
    """
    parts = _listed([f"{count} {label}" for label, count in guessed.items()])
    if not rounds:
        return f"Nothing was kept: with {parts} guesses learned, held-out {worse}. The run before is as it was."
    told = (
        f"Learned from {parts} guesses among {photos} photos: {changed} answers changed; held-out {_figures(before)} "
        f"before, {_figures(after)} after."
    )
    if worse:
        told += f" Round {rounds + 1} was undone: {worse}."
    elif rounds < asked:
        told += f" Round {rounds + 1} had nothing new to learn."
    return told


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(parts) if len(parts) < 3 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _figures(scores: Scores) -> str:
    accuracy = f"balanced accuracy {scores.balanced_accuracy:.3f}"
    return accuracy if scores.auroc is None else f"AUROC {scores.auroc:.3f}, {accuracy}"


def _dataset_of(run: RunFolder) -> Manifest:
    environment = read_environment(run)
    named = Path(environment.dataset) if environment.dataset else run.dataset
    made = next((place for place in (named, run.dataset) if is_dataset(place)), None)
    if made is None:
        raise UserError(
            f"{named}: is gone, and {run.path.name} learned from it; an adapted model learns from it again beside the "
            f"new photos, so bring it back or train anew"
        )
    manifest = Manifest.load(made)
    if environment.fingerprint and manifest.fingerprint() != environment.fingerprint:
        raise UserError(
            f"{made}: has changed since {run.path.name} learned from it, so before and after could not be compared; "
            f"train anew, then adapt that run"
        )
    return manifest


def _errors_of(run: RunFolder, scores: Scores) -> Errors:
    """Whole photos succeed or fail together, so the intervals by photo count where there are such."""
    report: Mapping[str, Any] = read_json(run.evaluation / "val.json")

    def error(name: str) -> float:
        ends = report.get(f"{name}_95_by_photo") or scores.accuracy_95
        return max(LEAST_ERROR, (float(ends[1]) - float(ends[0])) / WIDTH_OF_95)

    return Errors(balanced_accuracy=error("balanced_accuracy"), auroc=error("auroc"))
