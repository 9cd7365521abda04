"""Answers for many photos, written as JSON or as a table."""

from __future__ import annotations

import csv
import io
from typing import Any

from studio.core.requests import Classified


def answers_json(answers: Classified) -> dict[str, Any]:
    """The answers as scripts read them.

    Returns:
        `classes`, `positive`, `threshold`, `predictions` (path, class, look, probabilities), `rejected` (path, reason).
    """
    return {
        "classes": list(answers.model.classes),
        "positive": answers.model.positive,
        "threshold": answers.model.threshold,
        "predictions": [
            {"path": one.path, "class": one.chosen, "look": one.look, "probabilities": one.probabilities}
            for one in answers.predictions
        ],
        "rejected": [{"path": one.path, "reason": one.reason} for one in answers.rejected],
    }


def answers_csv(answers: Classified) -> str:
    """The answers as a table: path, class, look, one column for each class's probability, reason."""
    stream = io.StringIO()
    table = csv.writer(stream)
    classes = answers.model.classes
    table.writerow(["path", "class", "look", *(f"p_{name}" for name in map(_defused, classes)), "reason"])
    for one in answers.predictions:
        shares = [f"{one.probabilities[name]:.6f}" for name in classes]
        table.writerow([_defused(one.path), _defused(one.chosen), "yes" if one.look else "no", *shares, ""])
    for refused in answers.rejected:
        table.writerow([_defused(refused.path), "", "", *("" for _ in classes), _defused(refused.reason)])
    return stream.getvalue()


def _defused(text: str) -> str:
    # A spreadsheet runs a cell that begins like a formula, and a file's name is anybody's text.
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
