"""Judges a model on labelled photos."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from studio.core.children import Emit, Seat, ShouldStop
from studio.core.errors import UserError
from studio.core.events import EvaluationFinished, Gain, Notice
from studio.core.files import write_json
from studio.core.intervals import no_narrower
from studio.core.requests import EvaluateRequest, Prediction, RejectedPhoto
from studio.core.runs import find_run
from studio.core.sections import TtaSettings
from studio.data.manifest import Manifest
from studio.data.pace import Pace
from studio.data.photos import class_of, find_photos, is_dataset, shown
from studio.learn.classifier import Classifier
from studio.learn.evaluation import Case, Evaluation, chosen, ends
from studio.learn.gains import gains

PHASE = "evaluating"


@dataclass(frozen=True, kw_only=True)
class _Question:
    """A photo whose class is known."""

    path: Path
    label: str
    is_painted: bool
    photo: str


def evaluate(
    request: EvaluateRequest, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop
) -> dict[str, Any] | None:
    """Judge a model, as a job.

    Args:
        request: which model, on which photos.
        folder: gets the report, `evaluation-NAME.json`.
        seat: which process this is; one is enough.
        emit: takes the events.
        should_stop: asked between photos.

    Returns:
        the report; None when stopped.

    Raises:
        UserError: as for `evaluate_folder`.
    """
    return evaluate_folder(request, emit=emit, should_stop=should_stop, out=folder)


def evaluate_folder(
    request: EvaluateRequest, *, emit: Emit, should_stop: ShouldStop, out: Path | None = None
) -> dict[str, Any] | None:
    """Judge a model on a folder whose sub-folders are classes, or on a dataset; every photo as if it were dropped.

    Args:
        request: which model, on which photos.
        emit: takes the events.
        should_stop: asked between photos.
        out: folder for the report; the run's `evaluation` folder when omitted, nowhere for a model without a run.

    Returns:
        counts, classes, confusion (rows are true classes), accuracy, accuracy_95, balanced_accuracy, auroc,
        per_class, real, synthetic, threshold, rejected, gains, source_photos and intervals by photo; None when
        stopped.

    Raises:
        UserError: there are no photos, a class is unknown to the model, or the model cannot be used.
    """
    place = Path(request.photos)
    questions = _questions(place)
    tta = None if request.views == "model" else _tta(request.views)
    classifier = Classifier.load(Path(request.model), tta=tta)
    _check_classes(place, questions, classifier.classes)
    pace = Pace(emit, PHASE, len(questions), phases=(PHASE,))
    cases: list[Case] = []
    photos: list[str] = []
    rejected: list[RejectedPhoto] = []
    with closing(classifier.classify([question.path for question in questions], with_parts=True)) as answers:
        for question, answer in zip(questions, answers, strict=True):
            if isinstance(answer, Prediction):
                cases.append(Case(label=question.label, is_painted=question.is_painted, answer=answer))
                photos.append(question.photo)
            else:
                rejected.append(answer)
            pace.step()
            if should_stop():
                return None
    if not cases:
        raise UserError(f"{place}: none of its {len(rejected)} photos can be read ({rejected[0].reason})")
    evaluation = Evaluation(model=classifier.facts, cases=tuple(cases), rejected=tuple(rejected))
    by_photo, found = evaluation.by_photo(photos), _gains(evaluation, photos)
    report = {**evaluation.report(), "gains": [asdict(gain) for gain in found], **by_photo}
    emit(
        EvaluationFinished(
            split=place.resolve().name,
            scores=evaluation.scores,
            real=evaluation.real,
            painted=evaluation.painted,
            threshold=classifier.threshold,
            report=_written(report, place, Path(request.model), out, emit),
            photos=by_photo["source_photos"],
            balanced_accuracy_95=no_narrower(
                ends(by_photo["balanced_accuracy_95_by_photo"]), evaluation.scores.confusion
            ),
            gains=found,
        )
    )
    return report


def _questions(place: Path) -> list[_Question]:
    if is_dataset(place):
        manifest = Manifest.load(place)
        return [
            _Question(
                path=manifest.file(sample),
                label=sample.label,
                is_painted=sample.synthetic,
                photo=sample.source_photo,
            )
            for sample in manifest.samples
            if not sample.is_guessed  # nobody knows its class
        ]
    photos = find_photos([place])
    if not photos:
        raise UserError(f"{place}: holds no photos; name a folder with a sub-folder for each class")
    root = place if place.is_dir() else place.parent
    return [_Question(path=photo, label=class_of(photo, root), is_painted=False, photo=str(photo)) for photo in photos]


def _tta(views: Literal["one", "mirror", "flips"]) -> TtaSettings:
    return TtaSettings(enabled=False) if views == "one" else TtaSettings(enabled=True, views=views)


def _gains(evaluation: Evaluation, photos: Sequence[str]) -> tuple[Gain, ...]:
    """What the networks and the views bring that the model asked."""
    parts_VMNC = np.array([case.answer.parts for case in evaluation.cases], np.float64).transpose(1, 2, 0, 3)
    return gains(
        parts_VMNC.mean(axis=0),
        parts_VMNC[0] if len(parts_VMNC) > 1 else None,
        evaluation.labels_N,
        photos,
        lambda shares: chosen(shares, evaluation.model),
        views=len(parts_VMNC),
    )


def _check_classes(place: Path, questions: Sequence[_Question], classes: tuple[str, ...]) -> None:
    unknown = sorted({question.label for question in questions} - set(classes))
    if unknown:
        noun = "class" if len(unknown) == 1 else "classes"
        raise UserError(
            f"{place}: the model does not know the {noun} {', '.join(map(shown, unknown))};"
            f" it tells apart {', '.join(classes)}, so name the sub-folders like these"
        )


def _written(report: dict[str, Any], place: Path, model: Path, out: Path | None, emit: Emit) -> str:
    """Write the report; where it is, or nothing."""
    if out is None:
        try:
            out = find_run(model).evaluation
        except UserError:
            return ""  # a model by itself; the caller has the report
    name = re.sub(r"[^\w.-]+", "-", place.resolve().name).strip("-.") or "photos"
    file = out / f"evaluation-{name}.json"
    try:
        write_json(file, report)
    except UserError as error:
        emit(Notice(kind="warning", text="The report was not kept with the run", details=str(error)))
        return ""
    return str(file)
