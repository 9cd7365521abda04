"""A run's report on demand: as a page, for paper, its history as a figure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMenu, QWidget

from studio.core.events import Event, JobEnded
from studio.core.expert_events import ReportReady
from studio.core.requests import ReportRequest
from studio.core.runs import RunFolder
from studio.ui.job_runner import JobInfo
from studio.ui.session import Session
from studio.ui.widgets.file_dialogs import ask_where_to_save

TARGET = "studio.learn.report_job:report"
KIND = "report"


@dataclass(frozen=True, kw_only=True)
class _Written:
    """What was written, and which file of it is to be shown."""

    shown: Path
    is_page: bool


class RunReports(QObject):
    """Writes reports by the job that the command line calls, then opens them."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        """Args:
        session: runs the job.
        parent: owner of dialogs.
        """
        super().__init__(parent)
        self._session = session
        self._dialogs = parent
        self._meant: RunFolder | None = None
        self._pdf: Path | None = None
        self._ready: ReportReady | None = None
        self.target = TARGET
        session.event_happened.connect(self._hear)
        session.job_ended.connect(self._end)

    def offer(self, menu: QMenu, run: RunFolder, *, is_running: bool) -> None:
        """Add what can be written of a run to a menu.

        Args:
            menu: opened soon.
            run: the run that it is about.
            is_running: whether the run is being trained, so that no other job can start.
        """
        self._meant = run
        menu.addAction("Report", self._write_page).setEnabled(not is_running)
        menu.addAction("Report as PDF…", self._ask_for_pdf).setEnabled(not is_running)

    def write(self, run: RunFolder, pdf: Path | None = None) -> None:
        """Write a run's report, and open it when it is done.

        Args:
            run: the run.
            pdf: the file for paper, where one is wanted.
        """
        request = ReportRequest(run=str(run.path))
        if self._session.start_job(self.target, request, run.path, kind=KIND, title="Report"):
            self._pdf, self._ready = pdf, None

    def show(self, file: Path) -> None:
        """Open a file with the system's own program for it."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))

    def _write_page(self) -> None:
        if self._meant is not None:
            self.write(self._meant)

    def _ask_for_pdf(self) -> None:
        if self._meant is not None:
            name = f"{self._meant.title} report.pdf"
            # The run is settled now: while the dialog is open, the menu of another may be opened.
            write = partial(self._write_pdf, self._meant)
            ask_where_to_save(self._dialogs, "Save the report", name, "PDF (*.pdf)", ".pdf", write)

    def _write_pdf(self, run: RunFolder, file: str) -> None:
        self.write(run, Path(file))

    def _hear(self, event: Event) -> None:
        if isinstance(event, ReportReady):
            self._ready = event

    def _end(self, job: JobInfo, ending: JobEnded) -> None:
        if job.kind == KIND and ending.outcome == "done" and self._ready is not None:
            self._session.in_background(_finished, self._ready, self._pdf, done=self._tell)
            self._ready = None

    def _tell(self, written: _Written) -> None:
        file = written.shown
        what = "The report is" if written.is_page else "The report for paper is"
        self._session.say("success", f"{what} {file.name} in {file.parent}.")
        self.show(file)


def _finished(ready: ReportReady, pdf: Path | None) -> _Written:
    """Do what only Qt can: draw the figures as pictures, lay the page out for paper."""
    from studio.ui.report_print import as_picture, write_pdf  # seldom needed, and the window is to open quickly

    page, *drawings = (Path(file) for file in ready.files)
    for drawing in drawings:
        as_picture(drawing)
    return _Written(shown=page if pdf is None else write_pdf(page, pdf), is_page=pdf is None)
