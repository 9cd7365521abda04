"""Writes a run's report."""

from __future__ import annotations

import time
from pathlib import Path

from studio.core.children import Emit, Seat, ShouldStop
from studio.core.errors import UserError
from studio.core.events import Notice, PhaseStarted
from studio.core.expert_events import ReportReady
from studio.core.files import write_text
from studio.core.history_figure import history_figure
from studio.core.requests import ReportRequest
from studio.core.runs import RunFolder, find_run
from studio.learn.checkpoints import load_model
from studio.learn.report_facts import Facts, read_facts
from studio.learn.report_page import Findings, page
from studio.learn.report_photos import MOST, PHASE, Shown, Wrong, shown, worst

READING = "reading"
WRITING = "writing"
PHASES = (READING, PHASE, WRITING)
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
        write_text(drawing, history_figure(run.title, facts.members, facts.finished).standalone())
        files.append(str(drawing))
    done = ReportReady(run=str(run.path), files=tuple(files))
    emit(done)
    return done


def _found(facts: Facts, emit: Emit, should_stop: ShouldStop) -> Findings | None:
    problems: list[str] = []
    temperature = _temperature(facts.run, problems)
    mistakes: tuple[Wrong, ...] = ()
    if facts.held_out is not None:
        threshold = facts.reports.get("val", {}).get("threshold")
        mistakes = worst(facts.held_out, facts.positive, threshold)
    model = facts.run.best if temperature is not None else None
    pictures = _pictures(mistakes[:MOST], model, problems, emit, should_stop)
    if pictures is None:
        return None
    for problem in problems:
        emit(Notice(kind="warning", text=problem))
    return Findings(
        shown=pictures, mistakes=len(mistakes), temperature=temperature, problems=problems, written_s=time.time()
    )


def _pictures(
    mistakes: tuple[Wrong, ...], model: Path | None, problems: list[str], emit: Emit, should_stop: ShouldStop
) -> tuple[Shown, ...] | None:
    try:
        return shown(mistakes, model, emit=emit, should_stop=should_stop)
    except UserError as error:  # damaged, or of a network that cannot be built here
        problems.append(f"There are no heat maps: {error}.")
        return shown(mistakes, None, emit=emit, should_stop=should_stop)


def _temperature(run: RunFolder, problems: list[str]) -> float | None:
    """What the model's logits are divided by; None where there is no model that can be read."""
    if not run.best.is_file():
        problems.append("The run has no model.")
        return None
    try:
        return load_model(run.best).temperature
    except UserError as error:
        problems.append(f"The model cannot be read: {error}.")
        return None
