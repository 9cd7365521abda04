"""The Train tab: start, watch, finish, compare."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QStackedWidget, QWidget

from studio.core.events import (
    ChecksFinished,
    EpochFinished,
    EvaluationFinished,
    Event,
    JobEnded,
    RunFinished,
    RunStarted,
)
from studio.core.runs import RunFolder
from studio.ui.curve_plot import Overlay
from studio.ui.job_runner import JobInfo
from studio.ui.plot_tools import export_buttons
from studio.ui.plots_panel import PlotsPanel
from studio.ui.progress import JobProgress
from studio.ui.results_panel import ResultsPanel
from studio.ui.run_header import RunFigures, RunHeader
from studio.ui.run_history import RunHistory
from studio.ui.run_replays import RunReplays
from studio.ui.runs_panel import RunsPanel
from studio.ui.runs_sheet import RunsSheet
from studio.ui.search_pane import SearchPane
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.train_footer import TrainFooter
from studio.ui.turns import next_turn
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.flow import column, holder
from studio.ui.widgets.messages import EmptyState
from studio.ui.widgets.panels import HairSplitter, Panel

_TELLING = EpochFinished | EvaluationFinished | ChecksFinished | RunStarted | RunFinished | JobEnded
_RESULTS_MS = 120
_NEW = "New run"
"""What a run is called until its training has begun and it has a name."""
_CENTRE_LEAST_PX = 480
_RESULTS_COMPACT_PX = 351


class DashboardTab(QWidget):
    """Runs left, curves in the middle, results right.

    `receive` is the only way in for events: a live run's arrive as they happen, an old run's are read from its log.
    """

    def __init__(self, session: Session, theme: ThemeManager, parent: QWidget | None = None) -> None:
        """Args:
        session: where runs, job and settings are.
        theme: the look.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._known = RunReplays(session, self)
        self._known.happened.connect(self.receive)
        self._known.was_read.connect(self._note_read)
        self._live: RunFolder | None = None
        self._sheet: RunsSheet | None = None
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(_RESULTS_MS)
        self._late.timeout.connect(self._show_results)
        self.runs = RunsPanel(session, theme)
        self.header = RunHeader(theme)
        self.figures = RunFigures(theme)
        self.plots = PlotsPanel(session, theme)
        self.results = ResultsPanel(session, theme)
        self.footer = TrainFooter(session, theme)
        self.search = SearchPane(session, theme)
        self._is_searching = False
        self._tools, self._export = export_buttons(theme)
        self.figures.extra.addWidget(self._tools)
        self.figures.extra.addWidget(self._export)
        self._tools.clicked.connect(self._open_tools)
        self._export.clicked.connect(self._open_export)
        self._to_dataset = Button(
            theme, "Open a dataset", icon="images", tooltip="Training needs photos: choose them first"
        )
        self._to_dataset.clicked.connect(self._ask_for_dataset)
        self._empty = EmptyState(
            theme,
            "chart-spline",
            "No run yet",
            "Start training, and loss and accuracy appear here as they come.\n"
            "Every run stays in the list on the left, to be compared or used.",
            actions=(self._to_dataset,),
        )
        self._splitter = self._laid_out()
        self.setLayout(column(self._splitter, gap=0))
        self._connect()
        self._show_chosen()

    @property
    def primary_action(self) -> QWidget:
        """The tab's one primary button."""
        return self.footer.primary

    @property
    def history(self) -> RunHistory:
        """What is known of the chosen run."""
        return self._known.history(self._session.run)

    def receive(self, event: Event, run: RunFolder | None = None) -> None:
        """Take in one event of a run; the only way in.

        Args:
            event: what the run said, live or long ago.
            run: the run; the chosen one when omitted.
        """
        told = run or self._session.run
        if told is None:
            return
        history = self._known.history(told)
        history.receive(event)
        if self._known.is_being_read(told):
            return  # a log may tell of 50,000 epochs, and is shown once it is known
        if told == self._session.run:
            self._show_progress_of(history)
            if isinstance(event, _TELLING) and not self._late.isActive():
                self._late.start()  # a frozen backbone finishes twenty epochs a second
        if told == self._session.run or told in self.runs.ticked:
            self.plots.redraw_soon()

    def set_compact(self, is_compact: bool) -> None:
        """Use the narrow layout or the wide one."""
        self._place_runs(is_compact)
        self.header.set_compact(is_compact)
        self.figures.set_compact(is_compact)
        self.plots.set_compact(is_compact)
        self.search.set_compact(is_compact)
        self.results.set_compact(is_compact)
        self._tools.setVisible(is_compact)
        self._export.setVisible(is_compact)
        self._right.setMinimumWidth(_RESULTS_COMPACT_PX)
        if is_compact:
            self._splitter.setSizes([0, self.width() - _RESULTS_COMPACT_PX, _RESULTS_COMPACT_PX])
        else:
            # Each hairline belongs to the panel beside it, so the columns are those of the design.
            side, right = self._theme.width("runs") - 1, self._theme.width("results") - 1
            self._splitter.setSizes([side, max(_CENTRE_LEAST_PX, self.width() - side - right - 2), right])
            self._splitter.restore(self._session.settings)

    def _place_runs(self, is_compact: bool) -> None:
        if not is_compact and self._sheet is not None:
            self._sheet.hide()
            self._splitter.insertWidget(0, self.runs)
            self._sheet.deleteLater()
            self._sheet = None
        self.runs.setVisible(not is_compact or self._sheet is not None)

    def _open_runs(self, below: QWidget) -> None:
        if self._sheet is None:
            self._sheet = RunsSheet(self.runs, self)
        self._sheet.show_at(below.mapToGlobal(QPoint(0, below.height() + self._theme.space() // 2)))

    def _laid_out(self) -> HairSplitter:
        theme = self._theme
        centre = Panel("canvas")
        self._watch = holder(column(self.header, self.figures, self.plots, gap=0))
        self._centre = QStackedWidget()
        self._centre.addWidget(self._empty)
        self._centre.addWidget(self._watch)
        self._centre.addWidget(self.search)
        centre.add(self._centre, 1)
        self._right = Panel()
        self._right.add(self.results, 1)
        self._right.add(self.footer)
        splitter = HairSplitter(theme, "train")
        self.runs.setMinimumWidth(180)
        centre.setMinimumWidth(_CENTRE_LEAST_PX)
        for number, part in enumerate((self.runs, centre, self._right)):
            splitter.addWidget(part)
            splitter.setStretchFactor(number, int(number == 1))
        return splitter

    def _connect(self) -> None:
        session = self._session
        session.run_changed.connect(self._leave_search)
        session.run_changed.connect(self._show_chosen)
        session.runs_changed.connect(self._show_runs)
        session.job_started.connect(self._note_start)
        session.event_happened.connect(self._hear)
        session.progress_changed.connect(self._show_progress)
        session.job_ended.connect(self._note_end)
        session.dataset_changed.connect(self._show_chosen)
        self.header.picked.connect(session.set_run)
        self.header.list_asked.connect(self._open_runs)
        self.runs.ticks_changed.connect(self._show_overlays)
        self.footer.discarded.connect(self._forget)
        self.footer.search_asked.connect(self._toggle_search)
        self.search.left.connect(self._close_search)
        self.search.run_asked.connect(self._show_trial)
        self.search.searching.began.connect(self._show_live_search)
        self.plots.member_chosen.connect(self._show_results)
        self.plots.saver.blocked.connect(self._export.set_blocked)

    # A search

    def open_search(self) -> None:
        """Show the Search pane in the place of the chosen run."""
        self._is_searching = True
        self.search.searching.look_for_newest()
        self._show_centre()

    def _toggle_search(self) -> None:
        if self._is_searching:
            self._close_search()
        else:
            self.open_search()

    def _close_search(self) -> None:
        self._leave_search()
        self._show_centre()

    def _leave_search(self, *_: object) -> None:
        self._is_searching = False

    def _show_live_search(self) -> None:
        self.open_search()
        self._session.tab_requested.emit("train")

    def _show_trial(self, run: RunFolder) -> None:
        if run == self._session.run:
            self._close_search()
        self._session.set_run(run)

    def _show_centre(self) -> None:
        run_page = self._empty if self._session.run is None else self._watch
        self._centre.setCurrentWidget(self.search if self._is_searching else run_page)
        self.footer.mark_search(self._is_searching)

    # A live run

    def _note_start(self, job: JobInfo) -> None:
        if job.kind == "train":
            run = RunFolder(job.folder)
            self._known.load(run)
            self._live = run
            self._show_chosen()
            next_turn(self, self._come_forward)  # to be laid out and drawn by itself

    def _come_forward(self) -> None:
        self._session.tab_requested.emit("train")

    def _hear(self, event: Event) -> None:
        if self._live is not None:
            self._known.hear(event, self._live)
        elif self.search.searching.is_running and isinstance(event, RunStarted):
            self.runs.set_running(RunFolder(Path(event.folder)), "a quick trial")

    def _show_progress(self, progress: JobProgress | None) -> None:
        if self._live is not None and progress is not None:
            best = self._known.history(self._live).best
            self.runs.set_running(self._live, progress.words, best.val if best is not None else None)
            if self._session.is_stopping and self._live == self._session.run:
                self._show_progress_of(self.history)

    def _note_end(self, job: JobInfo, ending: JobEnded) -> None:
        if job.kind == "train":
            self._live = None
            self._show_chosen()
        self.runs.set_running(None, "")

    def _forget(self, run: RunFolder) -> None:
        self._known.forget(run)

    def _note_read(self, run: RunFolder) -> None:
        if run == self._session.run or run in self.runs.ticked:
            self.plots.redraw_soon()
        if run == self._session.run:
            self._show_progress_of(self.history)
            self._late.stop()
            self._show_results()

    # What is shown

    def _show_runs(self) -> None:
        run = self._session.run
        is_ours = run is not None and run != self._live and self._session.runs_folder in run.path.parents
        if is_ours and self._session.summary(run) is None:
            self._session.set_run(None)  # it was deleted
        self._show_chosen()

    def _show_chosen(self, *_: object) -> None:
        run = self._session.run
        if run is None and self._session.summaries:
            self._session.set_run(self._session.summaries[0].run)
            return
        self.header.set_runs(self._session.summaries, self._session.summary(run))
        self._show_centre()
        self._to_dataset.setVisible(self._session.dataset is None)
        if run is not None:
            self._known.load(run)
        self._show_overlays()
        self._show_progress_of(self.history)
        self.footer.show_run(run)
        if run is not None and self._known.is_being_read(run):
            self._late.start()  # what is on show stays until the log is read, unless that takes long
        else:
            self._show_results()

    def _show_overlays(self) -> None:
        overlays = []
        for number, run in enumerate(self.runs.ticked):
            self._known.load(run)
            summary = self._session.summary(run)
            name = summary.title if summary is not None else run.path.name
            overlays.append(Overlay(name=name, history=self._known.history(run), number=number))
        chosen = self._session.summary(self._session.run)
        self.plots.show_history(self.history, overlays, chosen.title if chosen is not None else "run")

    def _show_progress_of(self, history: RunHistory) -> None:
        run = self._session.run
        if run is None:
            return
        summary = self._session.summary(run)
        title = summary.title if summary is not None else _NEW if run == self._live else run.path.name
        architecture = summary.architecture if summary is not None else self._session.config.model.architecture
        is_read = not self._known.is_being_read(run)
        outcome = _outcome(history) if is_read else "reading"
        if summary is not None and outcome == "stopped":
            outcome = summary.outcome  # which knows, too, what a search gave up
        if run == self._live:
            outcome = "stopping" if self._session.is_stopping else "running"
        self.header.show_run(title, architecture, history, outcome)

    def _show_results(self) -> None:
        self.figures.show_history(self.history)
        self.results.show_history(self.history, self._session.run)

    def _ask_for_dataset(self) -> None:
        self._session.tab_requested.emit("dataset")

    def _open_tools(self) -> None:
        self.plots.open_tools(self._tools)

    def _open_export(self) -> None:
        self.plots.open_export(self._export)


def _outcome(history: RunHistory) -> str:
    if history.finished is not None:
        return history.finished.outcome
    return "interrupted" if history.started is not None else "never began"
