"""Recounts what a run's log says, its table of epochs beside it."""

from __future__ import annotations

import csv
import math

from studio.core.run_story import RunStory, read_story
from studio.core.runs import RunFolder
from studio.learn.claim_counts import Findings, check_scores, is_close
from studio.learn.monitor import COLUMNS, read_table


def check_log(run: RunFolder, findings: Findings) -> RunStory:
    """Read a run's log and compare it with itself.

    Returns:
        what it adds up to.
    """
    try:
        story = read_story(run)
    except OSError as error:
        findings.expect(False, f"the log cannot be read ({error.strerror or error})")
        return RunStory()
    for epochs in story.epochs.values():
        for event in epochs.values():
            for name, scores in (("training", event.train), ("validation", event.val)):
                check_scores(scores, f"the log, epoch {event.epoch}, {name}", findings)
    for split, judged in story.evaluations.items():
        check_scores(judged.scores, f"the log, evaluation on {split}", findings)
    findings.expect(not story.torn, f"{story.torn} of {story.lines} lines of the log are torn or were changed")
    findings.expect(story.started is not None, "the log does not say that a training began")
    findings.expect(story.finished is not None, "the log does not say that the training ended: it was interrupted")
    _check_ending(story, findings)
    return story


def _check_ending(story: RunStory, findings: Findings) -> None:
    """The last word of the log against its epochs and evaluations."""
    ending = story.finished
    if ending is None or not ending.best_epoch:
        return
    members = story.in_order()
    best = story.epochs.get(max(members, default=1), {}).get(ending.best_epoch)
    findings.expect(best is not None, f"the log has no epoch {ending.best_epoch}, which it calls the best")
    if ending.val_accuracy is None or best is None or best.val is None:
        return
    # Several networks together have no epoch of their own.
    known = [best.val.accuracy] if len(members) == 1 else []
    known += [story.judged.scores.accuracy] if story.judged is not None else []
    if known:
        findings.expect(
            any(is_close(accuracy, ending.val_accuracy) for accuracy in known),
            f"the log ends with a validation accuracy of {ending.val_accuracy:.4f}, but it had {known[0]:.4f} before",
        )


def check_table(run: RunFolder, story: RunStory, findings: Findings) -> None:
    """Compare `metrics.csv` with the log's epochs."""
    if not run.metrics.exists():
        findings.expect(False, "metrics.csv is missing")
        return
    try:
        columns, whole = read_table(run.metrics)
        rows = {(int(row[0]), int(row[1])): dict(zip(columns, row, strict=True)) for row in whole}
    except (OSError, ValueError, csv.Error) as error:
        findings.expect(False, f"metrics.csv is torn or wrong ({type(error).__name__}: {error})")
        return
    if columns != list(COLUMNS):
        findings.expect(False, "metrics.csv is torn or wrong: its columns are others")
        return
    epochs = {(member, number): one for member, told in story.epochs.items() for number, one in told.items()}
    findings.expect(
        rows.keys() == epochs.keys(),
        f"metrics.csv has {len(rows)} epochs and the log {len(epochs)}, or others",
    )
    for place, row in rows.items():
        event = epochs.get(place)
        if event is None:
            continue
        said = {"train_loss": event.train.loss, "train_accuracy": event.train.accuracy}
        said |= {} if event.val is None else {"val_loss": event.val.loss, "val_accuracy": event.val.accuracy}
        wrong = [name for name, value in said.items() if not is_close(_number(row[name]), value)]
        findings.expect(not wrong, f"metrics.csv, epoch {place[1]}: {', '.join(wrong)} differ from the log")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
