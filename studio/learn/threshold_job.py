"""The job that chooses a run's threshold anew, from what errors and looks cost."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from studio.core.children import Emit, Seat, ShouldStop
from studio.core.config import read_json
from studio.core.errors import UserError
from studio.core.events import VALIDATION, EvaluationFinished
from studio.core.files import write_json
from studio.core.held_out import HeldOut
from studio.core.intervals import no_narrower
from studio.core.requests import ModelFacts, Prediction, ThresholdRequest
from studio.core.runs import EventLog, RunFolder, find_run
from studio.data.outlook import Honesty, Outlook, calibration, foretell
from studio.learn.adaptation import held_out_of
from studio.learn.checkpoints import Model, load_model, save_model
from studio.learn.evaluation import Case, Evaluation, chosen, ends
from studio.learn.operating_point import (
    ENOUGH_OF_EACH_CLASS,
    band_around,
    bayes_threshold,
    choose_threshold,
    effective_miss_cost,
)


@dataclass(frozen=True, kw_only=True)
class Point:
    """An operating point, and what it leads to.

    Attributes:
        positive: the class that it is about.
        threshold: its probability from which it wins, 0..1.
        band: probabilities between which a person should look; None for nobody.
        outlook: errors in 1,000 dishes; None where a class has no held-out samples.
        calibration: what became of the held-out probabilities.
    """

    positive: str
    threshold: float
    band: tuple[float, float] | None
    outlook: Outlook | None
    calibration: tuple[Honesty, ...]

    def report(self) -> dict[str, Any]:
        """Everything, as plain values for a JSON file."""
        return asdict(self)


def set_threshold(
    request: ThresholdRequest, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop
) -> Point | None:
    """Choose the threshold by costs, on what was held out, and keep it in the model; the run's figures follow it.

    Args:
        request: which run, at what costs.
        folder: of no concern.
        seat: which process this is; rank 0 does the work.
        emit: takes the events.
        should_stop: of no concern: it takes a moment.

    Returns:
        the point that is in force now; None in other ranks.

    Raises:
        UserError: there is no such run, its model has no threshold, or was never judged on held-out samples.
    """
    if seat.rank != 0:
        return None
    run = find_run(Path(request.run))
    model, held_out = _opened(run)
    positive = model.positive
    assert positive is not None
    if request.threshold is not None:
        threshold = request.threshold
    else:
        threshold = _threshold(held_out, positive, effective_miss_cost(request.decision))
    band = request.band or band_around(threshold, request.decision)
    if band is not None and not 0 <= band[0] <= threshold <= band[1] <= 1:
        raise UserError(
            f"band: {band[0]:g} to {band[1]:g} must lie around the threshold, {threshold:.3f}, and between 0 and 1"
        )
    config = model.config.model_copy(update={"decision": request.decision})
    model = replace(model, threshold=threshold, band=band, config=config)
    save_model(run.best, model)
    _judge_anew(run, model, held_out, emit)
    looked = band or (threshold, threshold)
    return Point(
        positive=positive,
        threshold=threshold,
        band=band,
        outlook=foretell(held_out, positive, threshold, looked, request.decision.prevalence),
        calibration=calibration(held_out, positive),
    )


def _opened(run: RunFolder) -> tuple[Model, HeldOut]:
    model, held_out = load_model(run.best), held_out_of(run)
    if model.positive is None or model.threshold is None:
        raise UserError(f"{run.path}: its model tells apart {', '.join(model.classes)} and has no threshold")
    if held_out is None:
        raise UserError(f"{run.path}: its model was never judged on held-out samples; finish the run first")
    return model, held_out


def _threshold(held_out: HeldOut, positive: str, miss_cost: float) -> float:
    place = held_out.classes.index(positive)
    shares_N = np.array([shares[place] for shares in held_out.probabilities], np.float64)
    is_positive_N = np.array([label == positive for label in held_out.labels], np.bool_)
    positives = int(is_positive_N.sum())
    if min(positives, len(is_positive_N) - positives) < ENOUGH_OF_EACH_CLASS:
        return bayes_threshold(miss_cost)
    photos_N = held_out.photos or None
    return choose_threshold(shares_N, is_positive_N, photos_N=photos_N, miss_cost=miss_cost)


def _judge_anew(run: RunFolder, model: Model, held_out: HeldOut, emit: Emit) -> None:
    """Count the held-out answers at the new threshold; reports that are at another one would be compared with it."""
    facts = ModelFacts(classes=model.classes, positive=model.positive, threshold=model.threshold, title=run.title)
    chosen_N = chosen(np.array(held_out.probabilities, np.float64), facts)
    rows = zip(
        held_out.labels, held_out.is_painted, held_out.probabilities, chosen_N.tolist(),
        held_out.pictures or ("",) * len(held_out.labels), strict=True,
    )  # fmt: skip
    cases = tuple(
        Case(
            label=label,
            is_painted=is_painted,
            answer=Prediction(
                path=picture,
                chosen=model.classes[place],
                look=False,
                probabilities=dict(zip(model.classes, shares, strict=True)),
                heat_map=None,
                ms=0.0,
            ),
        )
        for label, is_painted, shares, place, picture in rows
    )
    evaluation = Evaluation(model=facts, cases=cases, rejected=())
    file = run.evaluation / f"{VALIDATION}.json"
    before = read_json(file) if file.is_file() else {}
    by_photo = evaluation.by_photo(held_out.photos) if held_out.photos else {}
    # What averaging gained was counted at the old threshold, and cannot be counted anew without the parts.
    write_json(file, {**before, **evaluation.report(), **by_photo, "gains": []})
    told = EvaluationFinished(
        split=VALIDATION,
        scores=evaluation.scores,
        real=evaluation.real,
        painted=evaluation.painted,
        threshold=model.threshold,
        report=str(file),
        photos=len(set(held_out.photos)),
        balanced_accuracy_95=no_narrower(
            ends(by_photo.get("balanced_accuracy_95_by_photo")), evaluation.scores.confusion
        ),
        is_in_turn=bool(before.get("cross_fitted")),
    )
    log = EventLog(run)
    log.write(told)
    log.close()
    emit(told)
