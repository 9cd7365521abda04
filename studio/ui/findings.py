"""What a run's figures say is wrong, in plain words, each with what was measured and what would help."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.core.events import EpochFinished, Scores
from studio.core.intervals import difference
from studio.core.words import interval, percent
from studio.ui.class_table import class_figures
from studio.ui.run_history import Figures, RunHistory

_MIN_EPOCHS = 4
_WIDE_INTERVAL = 0.2
_LOW_RECALL = 0.6
_LATE_SHARE = 0.9
_GAP = 0.05
_DIVERGED = 1.5


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something a run's figures show.

    Attributes:
        key: names the rule that found it.
        title: what is wrong.
        text: what was measured.
        fix: label of the button that helps; empty when the person must think.
        preset: strategy to lay over the settings.
        changes: settings to change, by dotted path.
        tab: the tab where it is mended, when no setting does it.
    """

    key: str
    title: str
    text: str
    fix: str = ""
    preset: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)
    tab: str = ""


def findings(history: RunHistory, *, epochs: int, learning_rate: float) -> list[Finding]:
    """What the figures of a run show, the most telling first.

    Nothing is claimed that the 95 % intervals do not carry.

    Args:
        history: the run.
        epochs: planned epochs in the settings at hand.
        learning_rate: likewise.
    """
    last, best = history.last, history.best
    figures = history.figures
    if last is None or best is None or figures is None or figures.scores is None:
        return []
    if history.folds and history.judged is None:  # one fold of several tells little
        found = _diverges(history, learning_rate)
        return [] if found is None else [found]
    scores = figures.scores
    rules: tuple[Callable[[], Finding | None], ...] = (
        lambda: _diverges(history, learning_rate),
        lambda: _misses_a_class(history, scores),
        lambda: _prefers_paint(figures),
        lambda: _learns_by_heart(last, history),
        lambda: _still_improves(history, last, best, epochs),
        lambda: None if history.folds else _knows_little(scores),
    )
    return [found for rule in rules if (found := rule()) is not None]


def _diverges(history: RunHistory, learning_rate: float) -> Finding | None:
    _, losses = history.train("loss")
    if len(losses) < 2 or (math.isfinite(losses[-1]) and losses[-1] < _DIVERGED * losses[0]):
        return None
    calmer = learning_rate / 10
    return Finding(
        key="diverges",
        title="The loss grows instead of falling",
        text=f"It was {losses[0]:.3f} in the first epoch and is {losses[-1]:.3f} now: the steps are too large.",
        fix=f"Learn at {calmer:g}",
        changes={"training.learning_rate": calmer},
    )


def _misses_a_class(history: RunHistory, scores: Scores) -> Finding | None:
    figures = class_figures(history.classes, scores.confusion) if history.classes else []
    known = [row for row in figures if row.recall is not None]
    worst = min(known, key=lambda row: row.recall or 0.0, default=None)
    if worst is None or len(known) < 2 or worst.recall_95[1] >= _LOW_RECALL:
        return None
    return Finding(
        key="misses a class",
        title=f"It misses most that is {worst.name}",
        text=f"Only {percent(worst.recall or 0.0)} ({interval(worst.recall_95)}) of {worst.photos} were found.",
        fix="Weight classes by how rare they are",
        changes={"class_weighting.enabled": True},
    )


def _prefers_paint(figures: Figures) -> Finding | None:
    real, painted = figures.real, figures.painted
    if real is None or painted is None or painted.accuracy_95[0] <= real.accuracy_95[1]:
        return None
    return Finding(
        key="prefers paint",
        title="It knows painted dirt better than real photos",
        text=f"{percent(painted.accuracy)} ({interval(painted.accuracy_95)}) of painted samples are right, but "
        f"{percent(real.accuracy)} ({interval(real.accuracy_95)}) of real photos.",
        fix="Paint other dirt",
        tab="dataset",
    )


def _learns_by_heart(last: EpochFinished, history: RunHistory) -> Finding | None:
    val = history.judged.scores if history.judged is not None else last.val
    if val is None or last.epoch < _MIN_EPOCHS:
        return None
    apart, _ = difference(last.train.accuracy, last.train.accuracy_95, val.accuracy, val.accuracy_95)
    if apart <= _GAP:
        return None
    held_out = "of what was held out" if history.folds else "of the validation photos"
    return Finding(
        key="learns by heart",
        title="It learns the training photos by heart",
        text=f"After {last.epoch} epochs {percent(last.train.accuracy)} ({interval(last.train.accuracy_95)}) of them "
        f"are right, {held_out} {percent(val.accuracy)} ({interval(val.accuracy_95)}).",
        fix="Train against overfitting",
        preset="against-overfitting",
    )


def _still_improves(history: RunHistory, last: EpochFinished, best: EpochFinished, epochs: int) -> Finding | None:
    is_whole = history.finished is not None and history.finished.outcome == "finished"
    if not is_whole or last.epoch < _MIN_EPOCHS or best.epoch < _LATE_SHARE * last.epochs:
        return None
    return Finding(
        key="still improves",
        title="It was still getting better",
        text=f"The best epoch was {best.epoch} of {last.epochs}: more epochs may add to it.",
        fix=f"Plan {2 * max(epochs, last.epochs)} epochs",
        changes={"training.epochs": 2 * max(epochs, last.epochs)},
    )


def _knows_little(scores: Scores) -> Finding | None:
    if scores.accuracy_95[1] - scores.accuracy_95[0] <= _WIDE_INTERVAL:
        return None
    return Finding(
        key="knows little",
        title="Few photos to judge it by",
        text=f"With {scores.count} validation samples the true accuracy may be anywhere from "
        f"{100 * scores.accuracy_95[0]:.0f} to {100 * scores.accuracy_95[1]:.0f} %.",
        fix="Keep 20 % for validation",
        changes={"data.train_ratio": 0.7, "data.val_ratio": 0.2, "data.test_ratio": 0.1},
    )
