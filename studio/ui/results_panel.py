"""Right of the plots: what the best epoch gets right, what it gets wrong, what would help."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from studio.core.config import StudioConfig
from studio.core.errors import UserError
from studio.core.events import Check, EpochFinished, EvaluationFinished, Mistake, Scores
from studio.core.presets import apply_preset
from studio.core.runs import RunFolder
from studio.ui.check_findings import check_findings
from studio.ui.checks_view import ChecksLine, ChecksView
from studio.ui.class_table import ClassTable, class_figures
from studio.ui.confusion_view import ConfusionView
from studio.ui.evidence import Evidence, read_evidence
from studio.ui.evidence_view import EvidenceView
from studio.ui.finding_card import FindingCard
from studio.ui.findings import Finding, findings
from studio.ui.heat_maps import HeatMaps
from studio.ui.mistakes_view import MistakesView
from studio.ui.run_details import RunDetails
from studio.ui.run_history import RunHistory
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button, IconButton
from studio.ui.widgets.flow import clear, column, holder, row
from studio.ui.widgets.labels import Label
from studio.ui.widgets.panels import Panel, ScrollPanel
from studio.ui.widgets.segmented import Choice, SegmentedControl
from studio.ui.words import plural

_TILES = 3
_RESULTS, _CHECK, _DETAILS, _MISTAKES, _BLANK = range(5)


class ResultsPanel(Panel):
    """Results, findings, details of the chosen run."""

    page_changed = Signal(str)

    def __init__(self, session: Session, theme: ThemeManager) -> None:
        """Args:
        session: holds the settings that a finding changes.
        theme: where colours come from.
        """
        super().__init__()
        self._session = session
        self._theme = theme
        self._history = RunHistory()
        self._is_compact = False
        self._applied: dict[str, tuple[StudioConfig, StudioConfig]] = {}
        self._found: Sequence[Finding] = ()
        self._shown_found: tuple[object, ...] = ()
        self._filter: tuple[str, str] | None = None
        self._run: RunFolder | None = None
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
        self.pages.chosen.connect(self._show_page)
        top = holder(row(self.pages, margins=(edge, 8, edge, 0)))
        top.setFixedHeight(theme.space(5))
        self._stack = QStackedWidget()
        self.details = RunDetails(session, theme)
        self._stack.addWidget(self._made_results())
        self._stack.addWidget(self._made_check())
        self._stack.addWidget(self.details)
        self._stack.addWidget(self._made_mistakes())
        self._stack.addWidget(self._made_blank())
        self.add(top)
        self.add(self._stack, 1)

    def set_compact(self, is_compact: bool) -> None:
        """Use lower cells and one line for the finding, or show all."""
        self._is_compact = is_compact
        self.matrix.set_compact(is_compact)
        self.evidence.set_compact(is_compact)
        self._check_head.setVisible(not is_compact)
        self._shown_found = ()
        self._show_findings()
        self._say_epoch()

    def show_history(self, history: RunHistory, run: RunFolder | None) -> None:
        """Tell the results of a run as far as it is known."""
        if history is not self._history:
            self.heat.setChecked(False)
        self._history, self._run = history, run
        if self.pages.current == "results" and self._stack.currentIndex() != _MISTAKES:
            self._show_page("results")
        self._show_scores()
        self._show_mistakes()
        config = self._session.config
        self._found = [
            *check_findings(self.checks, config),
            *findings(history, epochs=config.training.epochs, learning_rate=config.training.learning_rate),
        ]
        self.checks_block.show_checks(self.checks)
        self.checks_line.show_checks(self.checks)
        self._show_findings()
        self._find_evidence()
        self.details.show_history(history, run)

    @property
    def told(self) -> EpochFinished | None:
        """The epoch whose results are shown: the best one, else the last."""
        return self._history.best or self._history.last

    @property
    def checks(self) -> Sequence[Check]:
        """What was tried to see that the model has learnt nothing but the dirt."""
        return self._history.checks.checks if self._history.checks is not None else ()

    @property
    def scores(self) -> Scores | None:
        """The scores on show: of real photos, of painted ones, or of both."""
        figures = self._history.figures
        if figures is None:
            return None
        return {"real": figures.real, "painted": figures.painted, "all": figures.scores}[self.which.current]

    @property
    def finding_cards(self) -> list[FindingCard]:
        """The cards on the page of findings."""
        return [card for card in self._check_list.findChildren(FindingCard) if not card.isHidden()]

    def _made_results(self) -> QWidget:
        theme, edge = self._theme, self._theme.space(2)
        scroll = ScrollPanel()
        self._epoch = Label("", "label", "text_2", weight=600)
        self._epoch.setFont(theme.font("small", 600))
        self.which = SegmentedControl(
            theme,
            [
                Choice(key="real", text="Real", tooltip="Photos as they were taken"),
                Choice(key="painted", text="Painted", tooltip="Samples that the studio painted"),
                Choice(key="all", text="All", tooltip="Both"),
            ],
            height_px=theme.height("control_small"),
            accessible_name="Which validation samples",
        )
        self.which.chosen.connect(self._show_scores)
        self.matrix = ConfusionView(theme)
        self.matrix.clicked.connect(self._show_cell)
        self.table = ClassTable(theme)
        self._mistakes_title = Label("Worst mistakes", "small", "text_2", weight=600)
        self._all = Button(theme, "All", kind="link", size="small", tooltip="Show every mistake of this epoch")
        self._all.clicked.connect(self._show_all_mistakes)
        self.worst = MistakesView(self._session, theme, self._heat_maps, columns=_TILES, limit=_TILES)
        self.worst.follow(self._all)
        self._no_mistakes = Label("", "small", "text_3", wrap=True)
        self._check_head = holder(row(Label("Model check", "small", "text_2", weight=600), None))
        self._check_head.setFixedHeight(theme.space(4))
        self.checks_line = ChecksLine(theme)
        self.checks_line.clicked.connect(self._show_check)
        self._first_finding = column(gap=0)
        self.evidence = EvidenceView(theme)
        self.heat = IconButton(
            theme, "eye", "Show where the network looked", size="small", icon_px=14, checkable=True, token="text_3"
        )
        self.heat.toggled.connect(self._show_heat)
        mistakes_head = holder(row(self._mistakes_title, None, self.heat, self._all))
        mistakes_head.setFixedHeight(theme.space(4))
        head = row(self._epoch, None, self.which)
        scroll.content.setLayout(
            column(
                head,
                4,
                self.matrix,
                6,
                self.table,
                10,
                self.evidence,
                mistakes_head,
                4,
                self.worst,
                self._no_mistakes,
                8,
                self._check_head,
                self.checks_line,
                8,
                self._first_finding,
                None,
                gap=0,
                margins=(edge, 14, edge, 8),
            )
        )
        return scroll

    def _made_blank(self) -> QWidget:
        edge = self._theme.space(2)
        words = "What the network gets right and wrong appears here after the first epoch."
        return holder(column(Label(words, "small", "text_3", wrap=True), None, margins=(edge, edge, edge, edge)))

    def _made_check(self) -> QWidget:
        theme, edge = self._theme, self._theme.space(2)
        scroll = ScrollPanel()
        self._check_note = Label("", "small", "text_3", wrap=True)
        self._check_list = QWidget()
        self._check_layout = column(gap=theme.space())
        self._check_list.setLayout(self._check_layout)
        self.checks_block = ChecksView(theme)
        scroll.content.setLayout(
            column(self.checks_block, self._check_note, self._check_list, None, margins=(edge, edge, edge, 8), gap=12)
        )
        return scroll

    def _made_mistakes(self) -> QWidget:
        edge = self._theme.space(2)
        scroll = ScrollPanel()
        back = IconButton(self._theme, "arrow-left", "Back to the results", size="small")
        back.clicked.connect(self._show_results)
        self._list_title = Label("", "small", "text_2", weight=600)
        self.listed = MistakesView(self._session, self._theme, self._heat_maps, columns=2)
        head = row(back, self._list_title, None)
        scroll.content.setLayout(column(head, self.listed, None, margins=(edge, 12, edge, 8)))
        return scroll

    def _show_page(self, key: str) -> None:
        page = {"results": _RESULTS if self.told is not None else _BLANK, "check": _CHECK, "details": _DETAILS}[key]
        self._stack.setCurrentIndex(page)
        self.page_changed.emit(key)

    def _show_scores(self, *_: object) -> None:
        told, figures = self.told, self._history.figures
        for key, name, scores in (
            ("real", "Real", figures.real if figures else None),
            ("painted", "Painted", figures.painted if figures else None),
        ):
            self.which.set_text(key, f"{name} {scores.count:,}" if scores is not None else name)
            part = self.which.part(key)
            part.setEnabled(scores is not None or told is None)
            if scores is None and told is not None and self.which.current == key:
                self.which.choose("all")
        self._say_epoch()
        scores = self.scores
        classes = self._history.classes
        counts = scores.confusion if scores is not None else tuple((0,) * len(classes) for _ in classes)
        if len(counts) == len(classes):
            self.matrix.show_counts(classes, counts)
            self.table.show_figures(class_figures(classes, counts))

    def _say_epoch(self) -> None:
        told = self.told
        joint = ", epoch" if self._is_compact else " at epoch"
        if self._history.judged is not None:
            words, help_ = "Held out", "Samples that the model never learned from, at the threshold that it ships with"
        elif self._history.folds and told is not None:
            words = f"Held out from member {self._history.watched}"
            help_ = "One part of the photos; the rest is held out from the other members of the model"
        else:
            words, help_ = "Validation" if told is None else f"Validation{joint} {told.epoch}", ""
        self._epoch.setText(words)
        self._epoch.setToolTip(help_)

    def _show_mistakes(self) -> None:
        told = self.told
        mistakes = told.mistakes if told is not None else ()
        self.worst.show_mistakes(mistakes, self._history.classes)
        self.worst.setVisible(bool(mistakes))
        self._all.set_text(f"All {len(mistakes)}")
        self._all.setVisible(len(mistakes) > _TILES)
        summary = self._session.summary(self._session.run)
        self.heat.setVisible(bool(mistakes))
        self.heat.set_blocked("" if summary is not None and summary.has_model else "There is no model yet.")
        self._no_mistakes.setVisible(not mistakes)
        self._no_mistakes.setText("None so far." if told is not None else "They appear after the first epoch.")
        if self._filter is None:
            self.listed.show_mistakes(mistakes, self._history.classes)
            self._list_title.setText(f"Worst mistakes at epoch {told.epoch}" if told is not None else "")

    def _show_heat(self, is_shown: bool) -> None:
        run = self._session.run
        if is_shown and run is not None:
            self._heat_maps.set_model(str(run.path))  # the best epoch's weights as they are now
        for view in (self.worst, self.listed):
            view.show_heat(is_shown)

    def _show_all_mistakes(self) -> None:
        self._filter = None
        self._show_mistakes()
        self._stack.setCurrentIndex(_MISTAKES)

    def _show_cell(self, true: int, called: int) -> None:
        told, classes = self.told, self._history.classes
        if told is None or true == called:
            return
        wanted: list[Mistake] = [
            mistake
            for mistake in told.mistakes
            if (mistake.label, mistake.predicted) == (classes[true], classes[called])
        ]
        self._filter = (classes[true], classes[called])
        self.listed.show_mistakes(wanted, classes)
        self._list_title.setText(
            f"{classes[true]} called {classes[called]}: {plural(len(wanted), 'photo')} of the worst"
        )
        self._stack.setCurrentIndex(_MISTAKES)

    def _show_results(self) -> None:
        self._filter = None
        self._show_page("results")

    def _show_check(self) -> None:
        self.pages.choose("check")

    def _find_evidence(self) -> None:
        judged = self._history.judged
        if (self._run, judged) == self._read:
            return
        self._read = (self._run, judged)
        self.evidence.show_evidence(None)
        if self._run is not None and judged is not None:
            self._session.in_background(_evidence_of, self._run, done=self._take_evidence)

    def _take_evidence(self, found: tuple[RunFolder, Evidence | None]) -> None:
        run, evidence = found
        if run == self._run:
            self.evidence.show_evidence(evidence)

    def _show_findings(self) -> None:
        key = (tuple(self._found), frozenset(self._applied), self._is_compact, self.told is None, bool(self.checks))
        if key == self._shown_found:
            return
        self._shown_found = key
        clear(self._first_finding)
        clear(self._check_layout)
        self.pages.set_badge("check", str(len(self._found)) if self._found else "")
        for finding in self._found:
            self._check_layout.addWidget(self._card(finding))
        if self._found:
            first = self._card(self._found[0])
            self._first_finding.addWidget(first)
            first.set_compact(self._is_compact or bool(self.checks))  # the whole card is a press away
        # The line of checks says itself what it is.
        self._check_head.setVisible(bool(self._found) and not self.checks and not self._is_compact)
        if self.told is None:
            note = "After the first epoch the studio looks at the figures and says what would help."
        elif self._found:
            note = "Read from this run's figures; nothing is said that their 95 % intervals do not carry."
        else:
            note = "Nothing in this run's figures stands out."
        self._check_note.setText(note)

    def _card(self, finding: Finding) -> FindingCard:
        card = FindingCard(self._theme, finding, is_applied=finding.key in self._applied)
        card.applied.connect(self._apply)
        card.undone.connect(self._undo)
        return card

    def _apply(self, finding: Finding) -> None:
        if finding.tab:
            self._session.tab_requested.emit(finding.tab)
            return
        before = self._session.config
        try:
            after = apply_preset(finding.preset, before) if finding.preset else before
            after = after.with_values(finding.changes) if finding.changes else after
        except UserError as error:
            self._session.say("danger", str(error))
            return
        self._applied[finding.key] = (before, after)
        self._session.set_config(after)
        self._show_findings()

    def _undo(self, finding: Finding) -> None:
        before, after = self._applied.pop(finding.key)
        if self._session.config == after:
            self._session.set_config(before)
        else:
            self._session.say("info", "The settings have changed since; they are left as they are.")
        self._show_findings()


def _evidence_of(run: RunFolder) -> tuple[RunFolder, Evidence | None]:
    return run, read_evidence(run)
