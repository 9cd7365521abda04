"""The command that writes a run's report."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from studio.cli_commands import DONE, STOPPED, StopFlag
from studio.console import Console
from studio.core import jobs
from studio.core.errors import UserError
from studio.core.requests import ReportRequest
from studio.core.runs import find_run


def add(commands: Any) -> None:
    """Add `report` to the commands."""
    words = "Write one page on everything that is known of a run."
    parser: argparse.ArgumentParser = commands.add_parser("report", help=words, description=words, allow_abbrev=False)
    parser.set_defaults(command=report)
    parser.add_argument("run", type=Path, metavar="RUN", help="the run's folder")
    parser.add_argument("--out", type=Path, metavar="FILE.html", help="where to; report.html in the run when left out")
    parser.add_argument("--pdf", type=Path, metavar="FILE.pdf", help="write it for paper too")


def report(asked: argparse.Namespace) -> int:
    """Write a run's report."""
    from studio.learn.report_job import report as write_report

    run = find_run(asked.run)
    request = ReportRequest(run=str(run.path), file="" if asked.out is None else str(asked.out))
    console = Console()
    with StopFlag() as should_stop:
        done = write_report(request, run.path, seat=jobs.ALONE, emit=console.receive, should_stop=should_stop)
        console.close()
    if done is None:
        return STOPPED
    page, *drawings = (Path(file) for file in done.files)
    for file in _drawn(page, drawings, asked.pdf):
        console.say(f"Written: {file}")
    return DONE


def _drawn(page: Path, drawings: Sequence[Path], pdf: Path | None) -> list[Path]:
    """What only Qt can write: drawings as pictures, the page for paper.

    Raises:
        UserError: Qt cannot be loaded here; the page is there all the same.
    """
    try:
        # Only now, since torch cannot be loaded beside Qt everywhere, and what draws is done with torch by then.
        from studio.ui.report_print import as_picture, with_qt, write_pdf
    except ImportError as error:  # a server without its system's libraries
        raise UserError(f"{page}: is written, but neither PNG nor PDF, since Qt cannot be loaded ({error})") from error
    application = with_qt()
    made = [as_picture(drawing) for drawing in drawings]
    made += [write_pdf(page, pdf)] if pdf is not None else []
    del application
    return made
