"""Writes a run's report."""

from __future__ import annotations

import re
import time
from pathlib import Path

from studio.core.children import Emit, Seat, ShouldStop
from studio.core.errors import UserError
from studio.core.events import Notice, PhaseStarted
from studio.core.expert_events import ReportReady
from studio.core.files import write_text
from studio.core.history_figure import best_of, history_figure
from studio.core.requests import ReportRequest
from studio.core.runs import RunFolder, find_run
from studio.learn.checkpoints import load_model
from studio.learn.report_facts import Facts, read_facts
from studio.learn.report_page import Findings, page
from studio.learn.report_photos import MOST, PHASE, Shown, Wrong, shown, worst
from studio.learn.report_threshold import Point

READING = "reading"
WRITING = "writing"
PHASES = (READING, PHASE, WRITING)
_PAINTED = re.compile(r"-\d{3,}$")
"""How the id of a painted sample ends; that of a clean twin ends otherwise."""
REPORT, HISTORY = "report.html", "history.svg"


def report(
    request: ReportRequest, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop
) -> ReportReady | None:
    """Write one page on everything that is known of a run, and its history as a drawing.

    Works for runs that were interrupted, whose photos have moved, and while a run goes on.

    Args:
        request: which run, and where to.
        folder: not used; the report stays with the run unless the request says otherwise.
        seat: which process this is; one is enough.
        emit: takes the events.
        should_stop: asked between photos.

    Returns:
        what was written; None when stopped.

    Raises:
        UserError: there is no such run, or the file cannot be written.
    """
    run = find_run(Path(request.run))
    emit(PhaseStarted(phase=READING, phases=PHASES))
    facts = read_facts(run)
    found = _found(facts, emit, should_stop)
    if found is None or should_stop():
        return None
    emit(PhaseStarted(phase=WRITING, phases=PHASES))
    file = Path(request.file) if request.file else run.path / REPORT
    write_text(file, page(facts, found))
    files = [str(file)]
    if facts.members:
        drawing = run.evaluation / HISTORY
        try:
            write_text(drawing, history_figure(run.title, facts.members, facts.finished).standalone())
            files.append(str(drawing))
        except UserError as error:  # of a run that is only looked at: the page is written, and has it too
            emit(Notice(kind="warning", text=f"The page is written, the drawing beside the evaluation is not: {error}"))
    done = ReportReady(run=str(run.path), files=tuple(files))
    emit(done)
    return done


def _found(facts: Facts, emit: Emit, should_stop: ShouldStop) -> Findings | None:
    problems: list[str] = []
    point = _point(facts.run, problems)
    mistakes, epoch = _mistakes(facts, point)
    pictures = _pictures(mistakes[:MOST], facts.run.best if point else None, problems, emit, should_stop)
    if pictures is None:
        return None
    for problem in problems:
        emit(Notice(kind="warning", text=problem))
    return Findings(
        shown=pictures, mistakes=len(mistakes), epoch=epoch, point=point, problems=problems, written_s=time.time()
    )


def _mistakes(facts: Facts, point: Point | None) -> tuple[tuple[Wrong, ...], int | None]:
    """The mistakes of the finished model; of the best epoch where those were not kept, and which one that is."""
    held_out = facts.held_out
    if held_out is not None and held_out.pictures:
        threshold = point.threshold if point is not None else facts.reports.get("val", {}).get("threshold")
        return worst(held_out, facts.positive, threshold), None
    best = best_of(facts.members, facts.finished)
    told = best.mistakes if best is not None else ()
    return tuple(
        Wrong(
            picture=one.path,
            label=one.label,
            chosen=one.predicted,
            probability=one.probability,
            is_painted=_PAINTED.search(one.sample) is not None,
            sample=one.sample,
        )
        for one in told
    ), best.epoch if best is not None else None


def _pictures(
    mistakes: tuple[Wrong, ...], model: Path | None, problems: list[str], emit: Emit, should_stop: ShouldStop
) -> tuple[Shown, ...] | None:
    try:
        return shown(mistakes, model, emit=emit, should_stop=should_stop)
    except UserError as error:  # damaged, or of a network that cannot be built here
        problems.append(f"There are no heat maps: {error}.")
        return shown(mistakes, None, emit=emit, should_stop=should_stop)


def _point(run: RunFolder, problems: list[str]) -> Point | None:
    """The model's operating point; None where there is no model that can be read."""
    if not run.best.is_file():
        problems.append("The run has no model.")
        return None
    try:
        model = load_model(run.best)
    except UserError as error:
        problems.append(f"The model cannot be read: {error}.")
        return None
    return Point(
        temperature=model.temperature, threshold=model.threshold, band=model.band, decision=model.config.decision
    )
