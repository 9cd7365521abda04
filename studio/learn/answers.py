"""Answers for many photos: asked once, written as JSON or as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from studio.core.children import Emit, ShouldStop
from studio.core.errors import UserError
from studio.core.events import PhaseStarted, Progress
from studio.core.requests import Classified, Prediction, RejectedPhoto
from studio.data.photos import find_photos
from studio.learn.classifier import Classifier


def classify_files(paths: Sequence[Path], model: str, *, emit: Emit, should_stop: ShouldStop) -> Classified:
    """Answer for every photo among files and folders.

    Args:
        paths: files as they are, folders with all that is below them.
        model: a run's folder or a model file.
        emit: hears the progress.
        should_stop: asked between photos; what is answered so far is returned.

    Returns:
        an answer or a rejection for every file with a picture's extension, in the order of the files.

    Raises:
        UserError: a path does not exist, there is no photo, or the model cannot be used.
    """
    for path in paths:
        if not path.exists():
            raise UserError(f"{path}: does not exist; name photos or folders of photos")
    photos = find_photos(paths)
    if not photos:
        raise UserError(f"{', '.join(map(str, paths))}: holds no photos")
    classifier = Classifier.load(Path(model))
    emit(PhaseStarted(phase="classifying", total=len(photos)))
    predictions: list[Prediction] = []
    rejected: list[RejectedPhoto] = []
    for done, answer in enumerate(classifier.classify(photos), start=1):
        if isinstance(answer, Prediction):
            predictions.append(answer)
        else:
            rejected.append(answer)
        emit(Progress(phase="classifying", done=done, total=len(photos)))
        if should_stop():
            break
    return Classified(model=classifier.facts, predictions=tuple(predictions), rejected=tuple(rejected))


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
