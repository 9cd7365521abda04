"""Right of the plots: what a run gets right, what it gets wrong, what would help."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from studio.core.events import EvaluationFinished, Mistake
from studio.core.runs import RunFolder
from studio.core.words import plural
from studio.ui.evidence import Evidence, read_evidence
from studio.ui.findings_page import FindingsPage
from studio.ui.heat_maps import HeatMaps
from studio.ui.held_photos import HeldPhoto, read_held_photos
from studio.ui.photo_list import PhotoList
from studio.ui.results_page import ResultsPage
from studio.ui.run_details import RunDetails
from studio.ui.run_history import RunHistory
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.turns import next_turn
from studio.ui.widgets.flow import column, holder, row
from studio.ui.widgets.labels import Label
from studio.ui.widgets.panels import Panel
from studio.ui.widgets.segmented import Choice, SegmentedControl

_RESULTS, _CHECK, _DETAILS, _PHOTOS, _BLANK = range(5)

_Read = tuple[RunFolder, Evidence | None, list[HeldPhoto]]


class ResultsPanel(Panel):
    """Results, findings, details of the chosen run; a press on a cell or on `All` shows photos in their place."""

    page_changed = Signal(str)

    def __init__(self, session: Session, theme: ThemeManager) -> None:
        """Args:
        session: holds the settings that a finding changes.
        theme: where colours come from.
        """
        super().__init__()
        self._session = session
        self._history = RunHistory()
        self._run: RunFolder | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(0)
        self._rest.timeout.connect(self._show_rest)
        self._read: tuple[RunFolder | None, EvaluationFinished | None] = (None, None)
        self._heat_maps = HeatMaps(session.torch_host, self)
        edge = theme.space(2)
        self.pages = SegmentedControl(
            theme,
            [
                Choice(key="results", text="Results", tooltip="What the best epoch gets right"),
                Choice(key="check", text="Check", tooltip="What the figures say is wrong, and what would help"),
                Choice(key="details", text="Details", tooltip="Splits, machine, settings, notices of this run"),
            ],
            stretch=True,
            accessible_name="What is shown of the run",
        )
        top = holder(row(self.pages, margins=(edge, 8, edge, 0)))
        top.setFixedHeight(theme.space(5))
        self.results = ResultsPage(session, theme, self._heat_maps)
        self.findings = FindingsPage(session, theme)
        self.details = RunDetails(session, theme)
        self.photos = PhotoList(session, theme, self._heat_maps)
        self._stack = QStackedWidget()
        for page in (self.results, self.findings, self.details, self.photos, self._made_blank(edge)):
            self._stack.addWidget(page)
        self.add(top)
        self.add(self._stack, 1)
        self.pages.chosen.connect(self._show_page)
        self.results.cell_chosen.connect(self._show_cell)
        self.results.all_asked.connect(self._show_all_mistakes)
        self.results.checks_asked.connect(self._show_check)
        self.results.heat_toggled.connect(self._show_heat)
        self.findings.changed.connect(self._show_first_finding)
        self.photos.left.connect(self._leave_photos)

    def set_compact(self, is_compact: bool) -> None:
        """Use lower cells and one line for the finding, or show all."""
        self.results.set_compact(is_compact)
        self._show_first_finding()

    def show_history(self, history: RunHistory, run: RunFolder | None) -> None:
        """Tell the results of a run as far as it is known."""
        if history is not self._history:
            self.results.heat.setChecked(False)
            self.results.show_photos(())
            if self._stack.currentIndex() == _PHOTOS:
                self._stack.setCurrentIndex(_RESULTS)
        self._history, self._run = history, run
        if self.pages.current == "results" and self._stack.currentIndex() != _PHOTOS:
            self._turn_to("results")
        summary = self._session.summary(run)
        self.results.show_history(history, has_model=summary is not None and summary.has_model)
        self._rest.start()
        self._read_reports()

    def _show_rest(self) -> None:
        """Findings, then details, each a turn of the event loop later: at once they would keep the mouse waiting."""
        checks = self._history.checks.checks if self._history.checks is not None else ()
        self.results.checks_line.show_checks(checks)
        self.findings.show_history(self._history, checks)
        self.findings.show_run(self._run, self._history)
        next_turn(self, self._show_details)

    def _show_details(self) -> None:
        self.details.show_history(self._history, self._run)

    def _made_blank(self, edge: int) -> QWidget:
        words = "What the network gets right and wrong appears here after the first epoch."
        return holder(column(Label(words, "small", "text_3", wrap=True), None, margins=(edge, edge, edge, edge)))

    def _show_page(self, key: str) -> None:
        self._turn_to(key)
        self.page_changed.emit(key)

    def _turn_to(self, key: str) -> None:
        results = _RESULTS if self._history.last is not None else _BLANK
        self._stack.setCurrentIndex({"results": results, "check": _CHECK, "details": _DETAILS}[key])

    def _show_check(self) -> None:
        self.pages.choose("check")

    def _show_first_finding(self) -> None:
        found = self.findings.found
        self.pages.set_badge("check", str(len(found)) if found else "")
        card = self.findings.card(found[0]) if found else None
        self.results.show_finding(card, has_checks=self._history.checks is not None)

    # Photos

    def _show_all_mistakes(self) -> None:
        mistakes = self.results.mistakes
        told = self.results.told
        where = "" if self._history.judged is not None or told is None else f" at epoch {told.epoch}"
        self._show_photos(f"Worst mistakes{where}", mistakes)

    def _show_cell(self, true: int, called: int) -> None:
        if self.results.told is None:
            return
        classes = self._history.classes
        photos, are_all = self.results.cell(true, called)
        title = f"{classes[true]} called {classes[called]}: {plural(len(photos), 'photo')}"
        if are_all:
            self._show_photos(title, photos)
        elif true != called:
            note = "Of the worst mistakes of this epoch; once the run has ended, all photos are at hand."
            self._show_photos(title, photos, note)
        else:
            self._session.say("info", "What was right is listed once the run has ended and its model is judged.")

    def _show_photos(self, title: str, photos: Sequence[Mistake], note: str = "") -> None:
        self.photos.show_photos(title, photos, self._history.classes, note=note)
        self._stack.setCurrentIndex(_PHOTOS)
        self.photos.take_focus()

    def _leave_photos(self) -> None:
        self._show_page("results")

    def _show_heat(self, is_shown: bool) -> None:
        if is_shown and self._run is not None:
            self._heat_maps.set_model(str(self._run.path))  # the best epoch's weights as they are now
        self.photos.view.show_heat(is_shown)

    # Reports

    def _read_reports(self) -> None:
        judged, started = self._history.judged, self._history.started
        if (self._run, judged) == self._read:
            return
        self._read = (self._run, judged)
        self.results.evidence.show_evidence(None)
        self.results.show_photos(())
        if self._run is not None and judged is not None:
            positive = started.positive if started is not None else None
            self._session.in_background(_reports_of, self._run, judged, positive, done=self._take_reports)

    def _take_reports(self, read: _Read) -> None:
        run, evidence, photos = read
        if run == self._run:
            self.results.evidence.show_evidence(evidence)
            self.results.show_photos(photos)


def _reports_of(run: RunFolder, judged: EvaluationFinished, positive: str | None) -> _Read:
    return run, read_evidence(run), read_held_photos(run, judged, positive)
