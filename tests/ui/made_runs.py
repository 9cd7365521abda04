"""Runs as training writes them, made up for tests of the window: no results of anything."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from studio.core.config import StudioConfig
from studio.core.events import (
    BatchesFinished,
    Check,
    CheckpointSaved,
    ChecksFinished,
    EpochFinished,
    EvaluationFinished,
    Event,
    Mistake,
    PhaseStarted,
    RunFinished,
    RunStarted,
    Scores,
)
from studio.core.files import write_text
from studio.core.intervals import wilson
from studio.core.runs import EventLog, RunFolder

PHASES = ("reading", "caching", "warming up", "training")


def scores(loss: float, confusion: Sequence[Sequence[int]]) -> Scores:
    """Scores that belong to a confusion matrix."""
    right = sum(confusion[number][number] for number in range(len(confusion)))
    count = sum(sum(row) for row in confusion)
    recalls = [row[number] / sum(row) for number, row in enumerate(confusion) if sum(row)]
    return Scores(
        count=count,
        loss=loss,
        accuracy=right / count if count else 0.0,
        accuracy_95=wilson(right, count),
        balanced_accuracy=sum(recalls) / len(recalls) if recalls else 0.0,
        auroc=None,
        confusion=tuple(tuple(row) for row in confusion),
    )


def started(folder: Path, *, epochs: int = 20, patience: int | None = 5, first_epoch: int = 1) -> RunStarted:
    """The first word of a run."""
    return RunStarted(
        folder=str(folder),
        name="made up",
        classes=("clean", "dirty"),
        positive="dirty",
        first_epoch=first_epoch,
        epochs=epochs,
        patience=patience,
        monitor="val_accuracy",
        device="CPU, 2 cores",
        precision="float32",
        processes=1,
        parameters=3_400_000,
        trainable=2_562,
        train_count=618,
        val_count=77,
        test_count=77,
        real_counts=(412, 53, 53),
        certificate="No photo is in two splits; the closest pair across them correlates at 0.71.",
    )


def epoch_event(
    number: int,
    *,
    epochs: int = 20,
    best_epoch: int = 9,
    patience: int | None = 5,
    quality: float = 1.0,
    mistakes: tuple[Mistake, ...] = (),
) -> EpochFinished:
    """One epoch of a run that learns, then stands still after its best epoch."""
    done = min(number, best_epoch)
    share = min(0.97, 0.62 + 0.34 * quality * (1 - math.exp(-0.32 * done)))
    wrong_clean = max(1, round(41 * (1 - share) * 0.9))
    wrong_dirty = max(1, round(12 * (1 - share) * 1.5))
    real = ((41 - wrong_clean, wrong_clean), (wrong_dirty, 12 - wrong_dirty))
    wrong_painted = max(1, round(24 * (1 - share)))
    painted = ((0, 0), (wrong_painted, 24 - wrong_painted))
    both = tuple(tuple(a + b for a, b in zip(x, y, strict=True)) for x, y in zip(real, painted, strict=True))
    train_loss = 0.12 + 0.62 * math.exp(-0.22 * number)
    val_loss = 0.2 + 0.52 * math.exp(-0.28 * done) + 0.004 * max(0, number - best_epoch)
    train_right = round(618 * min(0.985, 0.6 + 0.375 * (1 - math.exp(-0.24 * number))))
    is_best = number <= best_epoch
    return EpochFinished(
        epoch=number,
        epochs=epochs,
        train=scores(train_loss, ((train_right, 618 - train_right), (0, 0))),
        val=scores(val_loss, both),
        val_real=scores(val_loss, real),
        val_painted=scores(val_loss, painted),
        learning_rate=2e-4 * (number / 2 if number < 2 else 0.5 * (1 + math.cos(math.pi * (number - 1) / epochs))),
        images_per_s=16.0,
        duration_s=41.0,
        is_best=is_best,
        best_epoch=min(number, best_epoch),
        patience_left=None if patience is None else patience - max(0, number - best_epoch),
        remaining_s=41.0 * (epochs - number),
        mistakes=mistakes,
    )


def batches(epoch: int, *, count: int = 40, each: int = 8, seed: int = 0, until: int | None = None) -> Iterator[Event]:
    """The batches of one epoch, `each` of them an event."""
    rng = np.random.default_rng([seed, epoch])
    for last in range(each, (until or count) + 1, each):
        places = epoch - 1 + np.arange(last - each + 1, last + 1) / count
        losses = 0.12 + 0.62 * np.exp(-0.22 * places) + rng.normal(0, 0.06, each)
        yield BatchesFinished(
            epoch=epoch,
            batch=last,
            batches=count,
            losses=tuple(float(max(0.02, loss)) for loss in losses),
            images_per_s=float(16 + rng.normal(0, 0.6)),
            remaining_s=336.0,
        )


def run_events(
    folder: Path,
    *,
    epochs: int = 20,
    done: int = 12,
    best_epoch: int = 9,
    patience: int | None = 5,
    quality: float = 1.0,
    outcome: str = "",
    mistakes: tuple[Mistake, ...] = (),
) -> Iterator[Event]:
    """Everything that a run says, in order.

    Args:
        folder: the run's.
        epochs: planned ones.
        done: finished ones.
        best_epoch: after it nothing gets better.
        patience: of early stopping.
        quality: how well it learns, up to 1.
        outcome: how it ended; empty while it runs.
        mistakes: told with every epoch.
    """
    for phase in PHASES[:-1]:
        yield PhaseStarted(phase=phase, phases=PHASES)
    yield started(folder, epochs=epochs, patience=patience)
    yield PhaseStarted(phase="training", phases=PHASES)
    for number in range(1, done + 1):
        yield from batches(number)
        yield epoch_event(
            number, epochs=epochs, best_epoch=best_epoch, patience=patience, quality=quality, mistakes=mistakes
        )
        yield CheckpointSaved(kind="last", path=str(RunFolder(folder).last), epoch=number)
    if outcome:
        best = min(done, best_epoch)
        told = epoch_event(best, epochs=epochs, best_epoch=best_epoch, patience=patience, quality=quality)
        accuracy = told.val.accuracy if told.val is not None else None
        yield RunFinished(
            outcome=outcome,  # type: ignore[arg-type]
            best_epoch=best,
            best_value=accuracy,
            val_accuracy=accuracy,
            model=str(RunFolder(folder).best),
            duration_s=41.0 * done,
        )
    else:
        yield from batches(done + 1, until=24)


def make_run(folder: Path, *, title: str = "", config: StudioConfig | None = None, **told: object) -> RunFolder:
    """Write a run's folder.

    Args:
        folder: where.
        title: its name in the window.
        config: its settings.
        told: as for `run_events`.
    """
    run = RunFolder(folder)
    log = EventLog(run)
    for event in run_events(folder, **told):  # type: ignore[arg-type]
        log.write(event)
    log.close()
    write_text(run.config, (config or StudioConfig()).to_json())
    run.best.parent.mkdir(parents=True, exist_ok=True)
    run.best.write_bytes(b"weights")
    run.last.write_bytes(b"weights")
    if title:
        run.rename(title)
    return run


def judged(folder: Path) -> EvaluationFinished:
    """What a run says of the samples that were held out once each."""
    report = RunFolder(folder).evaluation / "val.json"
    return EvaluationFinished(
        split="val",
        scores=scores(0.3, ((170, 23), (20, 220))),
        real=scores(0.2, ((19, 1), (0, 0))),
        painted=scores(0.3, ((151, 22), (20, 220))),
        threshold=0.43,
        report=str(report),
    )


def write_evidence(folder: Path) -> None:
    """Write the reports beside `judged`."""
    run = RunFolder(folder)
    report = {
        "counts": {"clean": 193, "dirty": 240}, "balanced_accuracy": 0.899, "auroc": 0.951, "source_photos": 20,
        "cross_fitted": True, "balanced_accuracy_95_by_photo": [0.861, 0.932], "auroc_95_by_photo": [0.912, 0.978],
    }  # fmt: skip
    run.evaluation.mkdir(parents=True, exist_ok=True)
    write_text(run.evaluation / "val.json", json.dumps(report))
    write_text(run.split, json.dumps({"folds": [[]] * 5}))


def checks(folder: Path, *fired: str, skipped: tuple[str, ...] = ()) -> ChecksFinished:
    """What was tried to see that a model has learnt nothing but the dirt."""
    made = []
    for name, title, measure, limit, count in (
        ("steps", "Painting nothing", "answers that became dirty", 0.1, 38),
        ("patch", "A patch pasted back", "answers that became dirty", 0.1, 18),
        ("beside", "Dirt beside the dish", "shift beside a light mark's", 0.15, 20),
        ("pointing", "Hottest place of the heat map", "lies in the dirt", 0.24, 32),
        ("energy", "Heat inside the dirt", "of the heat lies in the dirt", 0.11, 32),
    ):
        state = "fired" if name in fired else "skipped" if name in skipped else "quiet"
        is_heat = name in ("pointing", "energy")
        value = limit * (0.5 if (state == "fired") == is_heat else 2.5)
        made.append(
            Check(
                name=name,
                title=title,
                state=state,  # type: ignore[arg-type]
                measure=measure,
                value=None if state == "skipped" else value,
                limit=limit,
                count=4 if state == "skipped" else count,
                sentence=f"What was found by {title.lower()}.",
            )
        )
    return ChecksFinished(checks=tuple(made), report=str(RunFolder(folder).evaluation / "checks.json"))
