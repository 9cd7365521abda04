"""Recounts what a run says of itself: its log, its tables, its reports, its model."""

from __future__ import annotations

import csv
import io
import json
import math
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from studio.core.errors import UserError
from studio.core.events import VALIDATION, EpochFinished, EvaluationFinished, RunFinished, RunStarted, Scores, from_line
from studio.core.held_out import HELD_OUT_FILE, HeldOut, read_held_out
from studio.core.intervals import wilson
from studio.core.runs import RunFolder
from studio.data.splits import Splits
from studio.learn.checkpoints import Model, load_model, stored_digest
from studio.learn.digests import weights_digest
from studio.learn.environment import read_environment
from studio.learn.monitor import COLUMNS

CLOSE = 1e-6
"""What rounding in a file may change."""


@dataclass
class Findings:
    """What was compared, and what of it does not hold."""

    checked: int = 0
    problems: list[str] = field(default_factory=list)

    def expect(self, holds: bool, sentence: str) -> None:
        """Count one comparison; keep the sentence where it does not hold."""
        self.checked += 1
        if not holds:
            self.problems.append(sentence)


@dataclass
class _Log:
    """What the log says."""

    started: RunStarted | None = None
    finished: RunFinished | None = None
    epochs: dict[tuple[int, int], EpochFinished] = field(default_factory=dict)
    evaluations: dict[str, EvaluationFinished] = field(default_factory=dict)
    on_val: EvaluationFinished | None = None
    """The evaluation that the ending follows from; one at a threshold that was chosen later is another."""


def check_claims(run: RunFolder, findings: Findings) -> None:
    """Compare a run's files with each other.

    Args:
        run: its folder, or where a bundle was unpacked.
        findings: gets what was compared.
    """
    for name, read in (
        ("config.json", lambda: run.load_config()),
        ("split.json", lambda: Splits.load(run.split)),
        ("environment.json", lambda: read_environment(run)),
    ):
        try:
            read()
            findings.expect(True, "")
        except UserError as error:
            findings.expect(False, f"{name} cannot be read: {error}")
    log = _read_log(run, findings)
    _check_table(run, log, findings)
    digest = _check_model(run, log, findings)
    _check_reports(run, log, digest, findings)


def _read_log(run: RunFolder, findings: Findings) -> _Log:
    log, wrong = _Log(), 0
    try:
        lines = run.events.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        findings.expect(False, f"the log cannot be read ({error.strerror or error})")
        return log
    for line in lines:
        try:
            _, event = from_line(line)
        except UserError:
            wrong += 1
            continue
        match event:
            case RunStarted():
                log.started = event
                if event.members == 1:  # what an earlier part of the run said from this epoch on is no longer true
                    log.epochs = {place: one for place, one in log.epochs.items() if place[1] < event.first_epoch}
            case RunFinished():
                log.finished, log.on_val = event, log.evaluations.get(VALIDATION)
            case EpochFinished():
                log.epochs[event.member, event.epoch] = event
                for name, scores in (("training", event.train), ("validation", event.val)):
                    _check_scores(scores, f"the log, epoch {event.epoch}, {name}", findings)
            case EvaluationFinished():
                log.evaluations[event.split] = event
                _check_scores(event.scores, f"the log, evaluation on {event.split}", findings)
            case _:
                pass
    findings.expect(not wrong, f"{wrong} of {len(lines)} lines of the log are torn or were changed")
    findings.expect(log.started is not None, "the log does not say that a training began")
    findings.expect(log.finished is not None, "the log does not say that the training ended: it was interrupted")
    _check_ending(log, findings)
    return log


def _check_ending(log: _Log, findings: Findings) -> None:
    """The last word of the log against its epochs and evaluations."""
    ending = log.finished
    if ending is None or not ending.best_epoch:
        return
    members = {member for member, _ in log.epochs}
    best = log.epochs.get((max(members, default=1), ending.best_epoch))
    findings.expect(best is not None, f"the log has no epoch {ending.best_epoch}, which it calls the best")
    if ending.val_accuracy is None or best is None or best.val is None:
        return
    # Several networks together have no epoch of their own.
    known = [best.val.accuracy] if len(members) == 1 else []
    known += [log.on_val.scores.accuracy] if log.on_val is not None else []
    if known:
        findings.expect(
            any(_close(accuracy, ending.val_accuracy) for accuracy in known),
            f"the log ends with a validation accuracy of {ending.val_accuracy:.4f}, but it had {known[0]:.4f} before",
        )


def _check_scores(scores: Scores | None, place: str, findings: Findings) -> None:
    """Accuracy and balanced accuracy, recounted from the confusion matrix."""
    if scores is not None:
        try:
            confusion = _square(scores.confusion)
        except (ValueError, OverflowError) as error:
            findings.expect(False, f"{place}: its counts are no table ({error})")
            return
        _check_confusion(confusion, scores.accuracy, scores.balanced_accuracy, scores.accuracy_95, place, findings)
        findings.expect(int(confusion.sum()) == scores.count, f"{place}: {scores.count} samples are not its counts")


def _square(rows: Any) -> np.ndarray[Any, Any]:
    """Counts of each class called what.

    Raises:
        ValueError, OverflowError: they are no square of whole numbers.
    """
    confusion_CC = np.array(rows, np.int64)
    if confusion_CC.ndim != 2 or confusion_CC.shape[0] != confusion_CC.shape[1]:
        raise ValueError(f"rows and columns of {confusion_CC.shape}")
    return confusion_CC


def _check_confusion(
    confusion_CC: np.ndarray[Any, Any],
    accuracy: float,
    balanced: float,
    accuracy_95: Iterable[float],
    place: str,
    findings: Findings,
) -> None:
    right, count = int(np.trace(confusion_CC)), int(confusion_CC.sum())
    if not count:
        return
    findings.expect(
        _close(accuracy, right / count), f"{place}: accuracy {accuracy:.4f}, but its counts give {right / count:.4f}"
    )
    per_class = confusion_CC.sum(axis=1)
    recalls = np.diag(confusion_CC)[per_class > 0] / per_class[per_class > 0]
    findings.expect(
        _close(balanced, float(recalls.mean())),
        f"{place}: balanced accuracy {balanced:.4f}, but its counts give {recalls.mean():.4f}",
    )
    ends = wilson(right, count)
    findings.expect(
        all(_close(said, own) for said, own in zip(accuracy_95, ends, strict=True)),
        f"{place}: its 95 % interval is not the one of its counts, {ends[0]:.4f} to {ends[1]:.4f}",
    )


def _check_table(run: RunFolder, log: _Log, findings: Findings) -> None:
    """`metrics.csv` against the log's epochs."""
    try:
        table = list(csv.DictReader(io.StringIO(run.metrics.read_text(encoding="utf-8"))))
        rows = {(int(row["member"]), int(row["epoch"])): {name: row[name] for name in COLUMNS} for row in table}
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        findings.expect(False, f"metrics.csv is torn or wrong ({type(error).__name__}: {error})")
        return
    findings.expect(
        rows.keys() == log.epochs.keys(),
        f"metrics.csv has {len(rows)} epochs and the log {len(log.epochs)}, or others",
    )
    for place, row in rows.items():
        event = log.epochs.get(place)
        if event is None:
            continue
        said = {"train_loss": event.train.loss, "train_accuracy": event.train.accuracy}
        said |= {} if event.val is None else {"val_loss": event.val.loss, "val_accuracy": event.val.accuracy}
        wrong = [name for name, value in said.items() if not _close(_number(row[name]), value)]
        findings.expect(not wrong, f"metrics.csv, epoch {place[1]}: {', '.join(wrong)} differ from the log")


def _check_model(run: RunFolder, log: _Log, findings: Findings) -> str:
    """The model's tensors against their own checksums; returns their digest, or nothing where they cannot be read."""
    try:
        with zipfile.ZipFile(run.best) as archive:
            torn = archive.testzip()
        findings.expect(torn is None, f"best.pt: its part {torn} was changed or damaged since it was written")
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        findings.expect(False, f"best.pt is damaged ({error})")
    try:
        model, said = load_model(run.best), stored_digest(run.best)
    except UserError as error:
        findings.expect(False, str(error))
        return ""
    digest = weights_digest([member.weights for member in model.members])
    if said:
        findings.expect(digest == said, "best.pt: its weights are not those that were saved: their digest differs")
    is_sound = all(
        bool(tensor.isfinite().all())
        for member in model.members
        for tensor in member.weights.values()
        if tensor.is_floating_point()
    )
    findings.expect(is_sound, "best.pt: some of its weights are no numbers")
    _check_facts(run, model, log, findings)
    return digest


def _check_facts(run: RunFolder, model: Model, log: _Log, findings: Findings) -> None:
    if log.started is not None:
        findings.expect(model.classes == tuple(log.started.classes), "best.pt tells other classes apart than the log")
    try:
        config = run.load_config()
    except UserError:
        return  # told above
    findings.expect(
        (model.config.model, model.config.data) == (config.model, config.data),
        "best.pt was made with another network, or looks at photos in another way, than config.json says",
    )


def _check_reports(run: RunFolder, log: _Log, digest: str, findings: Findings) -> None:
    for file in sorted(run.evaluation.glob("*.json")) if run.evaluation.is_dir() else []:
        values = _json(file, findings)
        if not isinstance(values, dict) or "confusion" not in values or file.name == HELD_OUT_FILE:
            continue
        try:
            _check_report(file.name, values, log.evaluations.get(file.stem), digest, findings)
            if file.stem == "val":
                _check_held_out(run, values, findings)
        except (KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
            findings.expect(False, f"evaluation/{file.name} is torn or wrong ({type(error).__name__}: {error})")


def _check_report(
    name: str, values: Mapping[str, Any], said: EvaluationFinished | None, digest: str, findings: Findings
) -> None:
    """A report's ratios against its counts, and against what the log says of it."""
    place = f"evaluation/{name}"
    for part, figures in (("", values), (", real", values.get("real")), (", painted", values.get("synthetic"))):
        if figures:
            confusion = _square(figures["confusion"])
            balanced = float(figures["balanced_accuracy"])
            ends = (float(figures["accuracy_95"][0]), float(figures["accuracy_95"][1]))
            _check_confusion(confusion, float(figures["accuracy"]), balanced, ends, f"{place}{part}", findings)
    if said is not None:
        findings.expect(
            [list(row) for row in said.scores.confusion] == [list(row) for row in values["confusion"]],
            f"{place}: its counts are not those of the log",
        )
        findings.expect(said.threshold == values["threshold"], f"{place}: its threshold is not the log's")
    if digest and "weights" in values:
        findings.expect(values["weights"] == digest, f"{place}: best.pt is not the model that was judged")


def _check_held_out(run: RunFolder, values: Mapping[str, Any], findings: Findings) -> None:
    """The counts on validation, from the probabilities themselves."""
    try:
        held_out = read_held_out(run.evaluation)
    except UserError as error:
        findings.expect(False, str(error))
        return
    if held_out is None:
        return
    counted, doubtful = _counted(held_out, values["positive"], values["threshold"])
    off = int(np.abs(counted - np.array(values["confusion"], np.int64)).sum()) // 2
    findings.expect(
        off <= doubtful, f"evaluation/val.json: its counts do not follow from evaluation/{HELD_OUT_FILE} ({off} differ)"
    )


def _counted(held_out: HeldOut, positive: str | None, threshold: float | None) -> tuple[np.ndarray[Any, Any], int]:
    """Confusion matrix from the stored probabilities, and how many are too near to the threshold to tell."""
    shares_NC = np.array(held_out.probabilities, np.float64).reshape(-1, len(held_out.classes))
    labels_N = np.array([held_out.classes.index(label) for label in held_out.labels], np.int64)
    if positive is None or threshold is None:
        chosen_N = shares_NC.argmax(axis=1)
        top = np.sort(shares_NC, axis=1)
        near_N = top[:, -1] - top[:, -2] <= 2 * CLOSE
    else:
        place = held_out.classes.index(positive)
        chosen_N = np.where(shares_NC[:, place] >= threshold, place, 1 - place)
        near_N = np.abs(shares_NC[:, place] - threshold) <= CLOSE
    counted_CC = np.zeros((len(held_out.classes),) * 2, np.int64)
    np.add.at(counted_CC, (labels_N, chosen_N), 1)
    return counted_CC, int(near_N.sum())


def _json(file: Path, findings: Findings) -> Any:
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        findings.expect(True, "")
    except (OSError, ValueError, RecursionError) as error:
        findings.expect(False, f"evaluation/{file.name} cannot be read ({error})")
        return None
    return values


def _number(text: str | None) -> float:
    try:
        return float(text or "")
    except ValueError:
        return math.nan


def _close(one: float, other: float) -> bool:
    return abs(one - other) <= CLOSE
