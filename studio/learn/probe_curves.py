"""What a run's curves say: whether it learns by heart, learns too little, or breaks down."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from studio.core.config import StudioConfig
from studio.core.events import EpochFinished, Event, RunStarted, Scores
from studio.core.expert_events import Diagnosis
from studio.core.intervals import difference, wilson
from studio.core.presets import apply_preset

FEWEST_EPOCHS = 4
GAP = 0.05
POOR = 0.85
BROKEN = 1.5
FALLING = 0.98
"""Of the loss a third of the run before: where it is less now, more epochs would help."""

Changes = dict[str, float | int | str | bool]


@dataclass(frozen=True, kw_only=True)
class Curves:
    """A run as far as its log tells.

    Attributes:
        epochs: of its last network, in order.
        val: scores on what was kept; None without.
        val_95: the 95 % range of its accuracy, by photo where that is known.
    """

    epochs: Sequence[EpochFinished]
    val: Scores | None
    val_95: tuple[float, float] | None


def read_curves(events: Iterable[Event], report: dict[str, Any] | None) -> Curves:
    """Gather what the log and the evaluation say.

    Args:
        events: of the run's log, in order.
        report: the evaluation of what was kept (`evaluation/val.json`); None without.
    """
    epochs: list[EpochFinished] = []
    for event in events:
        if isinstance(event, RunStarted):
            epochs = [one for one in epochs if one.epoch < event.first_epoch]
        elif isinstance(event, EpochFinished):
            if epochs and (event.member != epochs[-1].member or event.epoch <= epochs[-1].epoch):
                epochs = []
            epochs.append(event)
    val = epochs[-1].val if epochs else None
    val_95 = None if val is None else val.accuracy_95
    if report is not None and report.get("counts"):
        right = sum(row[place] for place, row in enumerate(report["confusion"]))
        count = sum(sum(row) for row in report["confusion"])
        val_95 = wilson(right, count)
        by_photo = report.get("accuracy_95_by_photo")
        if by_photo:
            val_95 = (min(val_95[0], float(by_photo[0])), max(val_95[1], float(by_photo[1])))
        val = Scores(
            count=count,
            loss=float(report.get("loss") or 0.0),
            accuracy=float(report["accuracy"]),
            accuracy_95=val_95,
            balanced_accuracy=float(report["balanced_accuracy"]),
            auroc=report.get("auroc"),
            confusion=tuple(tuple(row) for row in report["confusion"]),
        )
    return Curves(epochs=epochs, val=val, val_95=val_95)


def judge_curves(curves: Curves, config: StudioConfig) -> tuple[Diagnosis, ...]:
    """Say whether the loss falls, whether it learns by heart, whether it learns too little."""
    return _falls(curves, config), _overfits(curves, config), _underfits(curves, config)


def _falls(curves: Curves, config: StudioConfig) -> Diagnosis:
    losses = [epoch.train.loss for epoch in curves.epochs]
    name = "loss"
    if len(losses) < 2:
        return _skipped(name, "The loss over the epochs", f"{len(losses)} epochs were finished.")
    measured = f"The loss went from {losses[0]:.3f} in the first epoch to {losses[-1]:.3f} in the last."
    if math.isfinite(losses[-1]) and losses[-1] < BROKEN * losses[0]:
        return Diagnosis(
            name=name, title="The loss does not grow", state="quiet", measured=measured,
            meaning="Steps of this size do not throw the weights about.", value=losses[-1], limit=BROKEN * losses[0],
        )  # fmt: skip
    calmer = float(f"{config.training.learning_rate / 10:.2g}")
    return Diagnosis(
        name=name,
        title="The loss grows instead of falling",
        state="fired",
        measured=measured,
        meaning="The steps are too large: each one undoes what was learned before.",
        proposal=f"Learn at {calmer:g}, a tenth.",
        changes={"training.learning_rate": calmer},
        value=losses[-1] if math.isfinite(losses[-1]) else None,
        limit=BROKEN * losses[0],
    )


def _overfits(curves: Curves, config: StudioConfig) -> Diagnosis:
    name = "overfitting"
    if len(curves.epochs) < FEWEST_EPOCHS or curves.val is None or curves.val_95 is None:
        few = f"{len(curves.epochs)} epochs were finished; {FEWEST_EPOCHS} are needed."
        said = few if curves.val is not None else "Nothing was kept away from training."
        return _skipped(name, "Training beside kept photos", said)
    train, val = curves.epochs[-1].train, curves.val
    low, high = difference(train.accuracy, train.accuracy_95, val.accuracy, curves.val_95)
    measured = (
        f"After {curves.epochs[-1].epoch} epochs {100 * train.accuracy:.1f} % of training samples are right, and "
        f"{100 * val.accuracy:.1f} % of what was kept: {100 * low:.0f} to {100 * high:.0f} points apart."
    )
    if low <= GAP:
        return Diagnosis(
            name=name,
            title="It does not learn by heart",
            state="quiet",
            measured=measured,
            meaning="The two cannot be told apart by more than a few points, so what it learned holds elsewhere too."
            if high < 0.3
            else "So few photos were kept that the two cannot be told apart.",
            value=train.accuracy - val.accuracy,
            limit=GAP,
        )
    return Diagnosis(
        name=name,
        title="It learns the training photos by heart",
        state="fired",
        measured=measured,
        meaning="It knows these photos rather than what tells the classes apart.",
        proposal="Vary photos more, hide parts of the network while training, decay weights, stop earlier.",
        changes=_against_overfitting(config),
        value=train.accuracy - val.accuracy,
        limit=GAP,
    )


def _against_overfitting(config: StudioConfig) -> Changes:
    """The settings of the strategy against overfitting that differ from the run's."""
    asked = apply_preset("against-overfitting", config)
    paths = [
        "model.dropout", "training.weight_decay", "training.batch_size", "training.learning_rate",
        "training.label_smoothing", "mixup.alpha", "data.augmentation", "early_stopping.enabled",
        "early_stopping.patience",
    ]  # fmt: skip
    if config.model.freeze == "backbone":
        # A head alone needs its large steps, and sees no photo that could be blended.
        paths = [path for path in paths if path not in ("training.learning_rate", "mixup.alpha", "training.batch_size")]
    weaker = ("training.batch_size", "training.learning_rate", "early_stopping.patience")
    changes: Changes = {}
    for path in paths:
        now, then = config.value(path), asked.value(path)
        is_number = isinstance(then, (int, float)) and not isinstance(then, bool)
        if now != then and not (is_number and (now < then if path in weaker else now > then)):  # never the other way
            changes[path] = then
    return changes


def _underfits(curves: Curves, config: StudioConfig) -> Diagnosis:
    name = "underfitting"
    if len(curves.epochs) < FEWEST_EPOCHS:
        return _skipped(
            name, "What it learned", f"{len(curves.epochs)} epochs were finished; {FEWEST_EPOCHS} are needed."
        )
    train = curves.epochs[-1].train
    losses = [epoch.train.loss for epoch in curves.epochs]
    before = losses[-1 - max(1, len(losses) // 3)]
    low, high = train.accuracy_95
    measured = (
        f"After {len(losses)} epochs {100 * train.accuracy:.1f} % ({100 * low:.0f} to {100 * high:.0f} %) of training "
        f"samples are right; the loss was {before:.3f} a third of the run before and is {losses[-1]:.3f} now."
    )
    if high >= POOR:
        return Diagnosis(
            name=name, title="It learns what it is shown", state="quiet", measured=measured,
            meaning="Training samples are mostly told right, so network and epochs suffice.",
            value=train.accuracy, limit=POOR,
        )  # fmt: skip
    is_falling = losses[-1] < FALLING * before
    proposal, changes = _more(config, is_falling=is_falling)
    return Diagnosis(
        name=name,
        title="It has not learned enough",
        state="fired",
        measured=measured,
        meaning="Even what it was shown again and again is often told wrong; the loss still falls, so it needs time."
        if is_falling
        else "Even what it was shown again and again is often told wrong, and the loss has stopped falling.",
        proposal=proposal,
        changes=changes,
        value=train.accuracy,
        limit=POOR,
    )


def _more(config: StudioConfig, *, is_falling: bool) -> tuple[str, Changes]:
    if is_falling:
        epochs = 2 * config.training.epochs
        return f"Plan {epochs} epochs.", {"training.epochs": epochs}
    if not (config.model.pretrained or config.model.weights):
        return "Take a network that begins with trained weights.", {
            "model.architecture": "efficientnet_lite0",
            "model.pretrained": True,
        }
    if config.model.freeze == "backbone" and config.training.weight_decay > 0:
        weaker = float(f"{config.training.weight_decay / 10:.2g}")
        return f"Decay weights by {weaker:g} only.", {"training.weight_decay": weaker}
    rate = float(f"{3 * config.training.learning_rate:.2g}")
    return f"Learn at {rate:g}, three times as fast.", {"training.learning_rate": rate}


def _skipped(name: str, title: str, measured: str) -> Diagnosis:
    return Diagnosis(
        name=name, title=title, state="skipped", measured=measured, meaning="That is too little to say anything."
    )
