"""What a run's figures and checks say is wrong, with what would help."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from studio.core.config import StudioConfig
from studio.core.errors import UserError
from studio.core.events import Check
from studio.core.presets import apply_preset
from studio.core.runs import RunFolder
from studio.ui.check_findings import check_findings
from studio.ui.checks_view import ChecksView
from studio.ui.diagnosis_view import DiagnosisView
from studio.ui.finding_card import FindingCard
from studio.ui.findings import Finding, findings
from studio.ui.run_history import RunHistory
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.widgets.flow import clear, column
from studio.ui.widgets.labels import Label
from studio.ui.widgets.panels import Hairline, ScrollPanel


class FindingsPage(ScrollPanel):
    """The checks as a block, then a card for each finding; a press on its button changes the settings."""

    changed = Signal()

    def __init__(self, session: Session, theme: ThemeManager) -> None:
        """Args:
        session: holds the settings that a finding changes.
        theme: where colours come from.
        """
        super().__init__()
        self._session = session
        self._theme = theme
        self._run: RunFolder | None = None
        self._applied: dict[tuple[RunFolder | None, str], tuple[StudioConfig, StudioConfig]] = {}
        self._shown: tuple[object, ...] = ()
        self._is_behind = False
        self._told: tuple[RunHistory, Sequence[Check]] | None = None
        self.found: Sequence[Finding] = ()
        edge = theme.space(2)
        self._note = Label("", "small", "text_3", wrap=True)
        self._list = QWidget()
        self._layout = column(gap=theme.space())
        self._list.setLayout(self._layout)
        self.checks = ChecksView(theme)
        self.diagnosis = DiagnosisView(session, theme, self.card)
        self.diagnosis.diagnosing.told.connect(self._tell_again)
        parts = (self.checks, self._note, self._list, Hairline(theme), self.diagnosis, None)
        self.content.setLayout(column(*parts, margins=(edge, edge, edge, 8), gap=12))

    def show_history(self, history: RunHistory, checks: Sequence[Check]) -> None:
        """Tell what stands out in a run.

        Args:
            history: the run as far as it is known.
            checks: what was tried on its model.
        """
        self._told = (history, checks)
        config = self._session.config
        found = [
            *check_findings(checks, config),
            *findings(history, epochs=config.training.epochs, learning_rate=config.training.learning_rate),
        ]
        # What the diagnosis says as well, it says with more behind it.
        self.found = [finding for finding in found if finding.title not in self.diagnosis.titles]
        self.checks.show_checks(checks)
        if history.last is None:
            note = "After the first epoch the studio looks at the figures and says what would help."
        elif self.found:
            note = "Read from this run's figures; nothing is said that their 95 % intervals do not carry."
        else:
            note = "Nothing in this run's figures stands out."
        self._note.setText(note)
        self._show()

    def _tell_again(self, _: object) -> None:
        if self._told is not None:
            self.show_history(*self._told)

    @property
    def cards(self) -> list[FindingCard]:
        """The cards, once the page was in sight."""
        places = [self._layout.itemAt(number) for number in range(self._layout.count())]
        widgets = [place.widget() for place in places if place is not None]
        return [widget for widget in widgets if isinstance(widget, FindingCard)]

    def show_run(self, run: RunFolder | None, history: RunHistory) -> None:
        """Say which run it is about; a diagnosis holds for the model that the run ended with."""
        self._run = run
        self._show()
        self.diagnosis.show_run(run if history.last is not None else None)

    def card(self, finding: Finding, more: Sequence[QWidget] = ()) -> FindingCard:
        """A card of a finding, for another place than this page.

        Args:
            finding: what is told.
            more: what is shown between its text and its button.
        """
        made = FindingCard(self._theme, finding, is_applied=(self._run, finding.key) in self._applied, more=more)
        made.applied.connect(self._apply)
        made.undone.connect(self._undo)
        return made

    @override
    def showEvent(self, event: QShowEvent) -> None:
        if self._is_behind:  # after each epoch the page is mostly out of sight
            self._make_cards()
        super().showEvent(event)

    def _show(self) -> None:
        key = (self._run, tuple(self.found), frozenset(self._applied))
        if key == self._shown:
            return
        self._shown = key
        self._is_behind = True
        self.changed.emit()
        if self.isVisible():
            self._make_cards()

    def _make_cards(self) -> None:
        self._is_behind = False
        clear(self._layout)
        for finding in self.found:
            self._layout.addWidget(self.card(finding))

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
        self._applied[self._run, finding.key] = (before, after)
        self._session.set_config(after)
        self._show()

    def _undo(self, finding: Finding) -> None:
        before, after = self._applied.pop((self._run, finding.key))
        if self._session.config == after:
            self._session.set_config(before)
        else:
            self._session.say("info", "The settings have changed since; they are left as they are.")
        self._show()
