"""Recounts a run's reports on what its model answered."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from studio.core.bounded import read_text
from studio.core.errors import UserError
from studio.core.events import EvaluationFinished
from studio.core.held_out import HELD_OUT_FILE, HeldOut, read_held_out
from studio.core.run_story import RunStory
from studio.core.runs import RunFolder
from studio.core.winner import winner
from studio.learn.claim_counts import CLOSE, Findings, check_confusion, square


def check_reports(run: RunFolder, story: RunStory, digest: str, findings: Findings) -> None:
    """Compare every report with the log, its ratios with its counts, those on validation with the answers.

    Args:
        run: its folder.
        story: what its log adds up to.
        digest: of the model's weights; empty where they cannot be read.
        findings: gets what was compared.
    """
    for file in sorted(run.evaluation.glob("*.json")) if run.evaluation.is_dir() else []:
        values = _json(file, findings)
        if not isinstance(values, dict) or "confusion" not in values or file.name == HELD_OUT_FILE:
            continue
        try:
            _check_report(file.name, values, story.evaluations.get(file.stem), digest, findings)
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
            confusion = square(figures["confusion"])
            balanced = float(figures["balanced_accuracy"])
            ends = (float(figures["accuracy_95"][0]), float(figures["accuracy_95"][1]))
            check_confusion(confusion, float(figures["accuracy"]), balanced, ends, f"{place}{part}", findings)
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
    place = held_out.classes.index(positive) if positive in held_out.classes else None
    counted_CC = np.zeros((len(held_out.classes),) * 2, np.int64)
    doubtful = 0
    for label, shares in zip(held_out.labels, held_out.probabilities, strict=True):
        counted_CC[held_out.classes.index(label), winner(shares, place, threshold)] += 1
        doubtful += _is_near(shares, place, threshold)
    return counted_CC, doubtful


def _is_near(shares: Sequence[float], positive: int | None, threshold: float | None) -> bool:
    """Whether rounding in the file may have turned the answer."""
    if positive is None or threshold is None:
        first, second = sorted(shares, reverse=True)[:2]
        return first - second <= 2 * CLOSE
    return abs(shares[positive] - threshold) <= CLOSE


def _json(file: Path, findings: Findings) -> Any:
    try:
        values = json.loads(read_text(file))
        findings.expect(True, "")
    except (OSError, ValueError, RecursionError) as error:
        findings.expect(False, f"evaluation/{file.name} cannot be read ({error})")
        return None
    return values
