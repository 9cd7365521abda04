"""Answers for many photos, written as JSON or as a table."""

from __future__ import annotations

from typing import Any

from studio.core.requests import Classified
from studio.core.tables import table_text


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
    classes = answers.model.classes
    rows: list[list[str]] = [["path", "class", "look", *(f"p_{name}" for name in classes), "reason"]]
    for one in answers.predictions:
        shares = [f"{one.probabilities[name]:.6f}" for name in classes]
        rows.append([one.path, one.chosen, "yes" if one.look else "no", *shares, ""])
    for refused in answers.rejected:
        rows.append([refused.path, "", "", *("" for _ in classes), refused.reason])
    return table_text(rows)
