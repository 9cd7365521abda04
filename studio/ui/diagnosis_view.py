"""What a diagnosis found: a card for each thing that is wrong, a line for each that is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.core.diagnoses import StoredDiagnoses
from studio.core.expert_events import Diagnosis
from studio.core.runs import RunFolder
from studio.core.words import plural
from studio.ui.diagnosing import Diagnosing
from studio.ui.finding_card import FindingCard
from studio.ui.findings import Finding
from studio.ui.sample_pictures import SamplePictures
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.flow import clear, column, row
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.ui.widgets.messages import Icon
from studio.ui.widgets.panels import Card, Hairline
from studio.ui.widgets.plain import plain

TITLE = "Check the model"
_HELP = (
    "Short trials on this run's own data and settings: can it learn a batch by heart, does it look at the dish, do "
    "photos stand on both sides, are labels wrong. About two minutes; the run stays as it is."
)
_EDGE_PX, _ICON_PX = 13, 14
_GLYPHS = {"quiet": ("check", "success"), "skipped": ("minus", "text_3")}

MakeCard = Callable[[Finding, Sequence[QWidget]], FindingCard]


class DiagnosisView(QWidget):
    """The button that starts a diagnosis, and what came of it."""

    def __init__(self, session: Session, theme: ThemeManager, make_card: MakeCard) -> None:
        """Args:
        session: runs the job, reads pictures.
        theme: where colours come from.
        make_card: makes the card of a finding, whose button changes the settings.
        """
        super().__init__()
        self._session = session
        self._theme = theme
        self._make_card = make_card
        self._stored: StoredDiagnoses | None = None
        self.diagnosing = Diagnosing(session, self)
        self.button = Button(theme, TITLE, icon="activity", size="small", tooltip=_HELP)
        self._state = Label("", "small", "text_2", wrap=True)
        self._cards = column(gap=theme.space())
        self._rest = Card()
        self._rest.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._lines = column(gap=0)
        self._rest.setLayout(column(self._lines, gap=0, margins=(0, 0, 0, 0)))
        self.setLayout(column(row(self.button, None), self._state, self._cards, self._rest, None, gap=theme.space()))
        self.button.clicked.connect(self.diagnosing.start)
        self.diagnosing.told.connect(self.show_stored)
        self.diagnosing.changed.connect(self._show_state)
        self.show_stored(None)

    @property
    def cards(self) -> list[FindingCard]:
        """The cards of what fired."""
        return [one for one in self.findChildren(FindingCard) if not one.isHidden()]

    @property
    def lines(self) -> list[DiagnosisLine]:
        """The lines of what did not."""
        return [one for one in self.findChildren(DiagnosisLine) if not one.isHidden()]

    @property
    def titles(self) -> frozenset[str]:
        """What fired, in words."""
        told = self._stored.diagnoses if self._stored is not None else ()
        return frozenset(one.title for one in told if one.state == "fired")

    def show_run(self, run: RunFolder | None) -> None:
        """Be about a run; None where there is none with a finished epoch, and then nothing is shown."""
        self.setVisible(run is not None)
        self.diagnosing.show_run(run)

    def show_stored(self, stored: StoredDiagnoses | None) -> None:
        """Tell what was found; None where nothing was looked into."""
        if stored is not None and stored == self._stored:
            return
        self._stored = stored
        clear(self._cards)
        clear(self._lines)
        diagnoses = stored.diagnoses if stored is not None else ()
        for one in diagnoses:
            if one.state == "fired":
                self._cards.addWidget(self._card(one))
            else:
                if self._lines.count():
                    self._lines.addWidget(Hairline(self._theme))
                self._lines.addWidget(DiagnosisLine(self._theme, one))
        self._rest.setVisible(any(one.state != "fired" for one in diagnoses))
        self._show_state()

    def _card(self, one: Diagnosis) -> FindingCard:
        more: list[QWidget] = [Label(one.meaning, "small", "text", wrap=True)]
        if one.proposal:
            more.append(Label(one.proposal, "small", "text", weight=600, wrap=True))
        pictures = self._stored.pictures if self._stored is not None else {}
        named = [pictures[id] for id in one.samples if id in pictures]
        if named:
            more.append(SamplePictures(self._session, self._theme, named))
        finding = Finding(
            key=f"diagnosis {one.name}",
            title=one.title,
            text=one.measured,
            fix="Apply to the settings" if one.changes else "",
            changes=one.changes or {},
        )
        return self._make_card(finding, more)

    def _show_state(self) -> None:
        is_running = self.diagnosing.is_running
        self.button.set_text("Stop checking" if is_running else TITLE)
        self.button.set_blocked(self.diagnosing.obstacle)
        self._state.setText("Checking …" if is_running else _summary(self._stored))
        self._state.setVisible(bool(self._state.text()))


class DiagnosisLine(QWidget):
    """One thing that was looked into and is well, or could not be tried; the figures are its tooltip."""

    def __init__(self, theme: ThemeManager, diagnosis: Diagnosis) -> None:
        """Args:
        theme: where colours come from.
        diagnosis: what is told.
        """
        super().__init__()
        glyph, token = _GLYPHS[diagnosis.state]
        is_quiet = diagnosis.state == "quiet"
        title = ElidedLabel(diagnosis.title, "body", "text" if is_quiet else "text_3", weight=500)
        measured = ElidedLabel(diagnosis.measured, "small", "text_2")
        layout = row(Icon(theme, glyph, token, _ICON_PX), margins=(_EDGE_PX, 8, _EDGE_PX, 9))
        layout.addLayout(column(title, measured, gap=0), 1)
        self.setLayout(layout)
        self.setToolTip(plain(f"{diagnosis.measured} {diagnosis.meaning}"))
        state = "all is well" if is_quiet else "not tried"
        self.setAccessibleName(f"{diagnosis.title}: {state}. {diagnosis.measured}")


def _summary(stored: StoredDiagnoses | None) -> str:
    if stored is None:
        return _HELP
    fired = sum(one.state == "fired" for one in stored.diagnoses)
    skipped = sum(one.state == "skipped" for one in stored.diagnoses)
    tried = len(stored.diagnoses) - skipped
    found = plural(fired, "thing") + " found" if fired else "nothing found"
    rest = f"; {skipped} could not be tried" if skipped else ""
    return f"Looked into {plural(tried, 'thing')}: {found}{rest}."
