"""What a run's model gets right and wrong: matrix, classes, worst mistakes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from studio.core.events import EpochFinished, Mistake, Scores
from studio.ui.checks_view import ChecksLine
from studio.ui.class_table import ClassTable, class_figures
from studio.ui.confusion_view import ConfusionView
from studio.ui.evidence_view import EvidenceView
from studio.ui.finding_card import FindingCard
from studio.ui.heat_maps import HeatMaps
from studio.ui.held_photos import HeldPhoto, photos_of
from studio.ui.mistakes_view import MistakesView
from studio.ui.run_history import RunHistory
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button, IconButton
from studio.ui.widgets.flow import clear, column, holder, row
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.ui.widgets.panels import ScrollPanel
from studio.ui.widgets.plain import plain
from studio.ui.widgets.segmented import Choice, SegmentedControl

_TILES = 3


class ResultsPage(ScrollPanel):
    """Real and painted samples apart; a cell of the matrix leads to its photos."""

    cell_chosen = Signal(int, int)
    all_asked = Signal()
    checks_asked = Signal()
    heat_toggled = Signal(bool)

    def __init__(self, session: Session, theme: ThemeManager, heat_maps: HeatMaps) -> None:
        """Args:
        session: reads pictures off the window's thread.
        theme: where colours come from.
        heat_maps: asked where the network looked.
        """
        super().__init__()
        self._history = RunHistory()
        self._photos: Sequence[HeldPhoto] = ()
        self._is_compact = False
        edge = theme.space(2)
        self._epoch = ElidedLabel("", "label", "text_2", weight=600)
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
        self.matrix.clicked.connect(self.cell_chosen)
        self.table = ClassTable(theme)
        self.evidence = EvidenceView(theme)
        self.heat = IconButton(
            theme, "eye", "Show where the network looked", size="small", icon_px=14, checkable=True, token="text_3"
        )
        self.heat.toggled.connect(self._show_heat)
        self.all = Button(theme, "All", kind="link", size="small", tooltip="Show every mistake")
        self.all.clicked.connect(self.all_asked)
        self.worst = MistakesView(session, theme, heat_maps, columns=_TILES, limit=_TILES)
        self.worst.follow(self.all)
        self._no_mistakes = Label("", "small", "text_3", wrap=True)
        self._check_head = holder(row(Label("Model check", "small", "text_2", weight=600), None))
        self._check_head.setFixedHeight(theme.space(4))
        self.checks_line = ChecksLine(theme)
        self.checks_line.clicked.connect(self.checks_asked)
        self._first_finding = column(gap=0)
        head = holder(row(Label("Worst mistakes", "small", "text_2", weight=600), None, self.heat, self.all))
        head.setFixedHeight(theme.space(4))
        upper = column(row(self._epoch, None, self.which), 4, self.matrix, 6, self.table, 10, self.evidence, gap=0)
        lower = column(head, 4, self.worst, self._no_mistakes, 8, self._check_head, self.checks_line, 8, gap=0)
        lower.addLayout(self._first_finding)
        self.content.setLayout(column(upper, lower, None, gap=0, margins=(edge, 14, edge, 8)))

    def set_compact(self, is_compact: bool) -> None:
        """Use lower cells, or show all."""
        self._is_compact = is_compact
        self.matrix.set_compact(is_compact)
        self.evidence.set_compact(is_compact)
        self._say_epoch()

    def show_history(self, history: RunHistory, *, has_model: bool) -> None:
        """Tell the results of a run as far as it is known.

        Args:
            history: the run.
            has_model: whether there are weights to ask where they look.
        """
        self._history = history
        self.heat.set_blocked("" if has_model else "There is no model yet.")
        self._show_scores()

    def show_photos(self, photos: Sequence[HeldPhoto]) -> None:
        """Take in the photos on which the figures rest; without them the last epoch's worst mistakes are shown."""
        self._photos = photos
        self._show_mistakes()

    def show_finding(self, card: FindingCard | None, *, has_checks: bool) -> None:
        """Put the most telling finding below the rest.

        Args:
            card: what to show; None where nothing stands out.
            has_checks: whether the line of checks is there, which says itself what it is.
        """
        clear(self._first_finding)
        if card is not None:
            self._first_finding.addWidget(card)
            card.set_compact(self._is_compact or has_checks)  # the whole card is a press away
        self._check_head.setVisible(card is not None and not has_checks and not self._is_compact)

    @property
    def told(self) -> EpochFinished | None:
        """The epoch whose results are shown: the best one, else the last."""
        return self._history.best or self._history.last

    @property
    def scores(self) -> Scores | None:
        """The scores on show: of real photos, of painted ones, or of both."""
        figures = self._history.figures
        if figures is None:
            return None
        return {"real": figures.real, "painted": figures.painted, "all": figures.scores}[self.which.current]

    @property
    def mistakes(self) -> Sequence[Mistake]:
        """What it gets wrong, the worst first: of the whole model where its photos are known, else of one epoch."""
        if self._photos:
            return [one.answer for one in self._photos if not one.is_right]
        return self.told.mistakes if self.told is not None else ()

    def cell(self, true: int, called: int) -> tuple[list[Mistake], bool]:
        """The photos of a cell, and whether these are all of them.

        Args:
            true: number of the class that they are.
            called: number of the class that they were called.
        """
        classes = self._history.classes
        pair = (classes[true], classes[called])
        known = [one.answer for one in photos_of(self._photos, self.which.current)] or self.mistakes
        return [one for one in known if (one.label, one.predicted) == pair], bool(self._photos)

    def _show_scores(self, *_: object) -> None:
        told, figures = self.told, self._history.figures
        for key, name, scores in (
            ("real", "Real", figures.real if figures else None),
            ("painted", "Painted", figures.painted if figures else None),
        ):
            self.which.set_text(key, f"{name} {scores.count:,}" if scores is not None else name)
            self.which.part(key).setEnabled(scores is not None or told is None)
            if scores is None and told is not None and self.which.current == key:
                self.which.choose("all")
        self._say_epoch()
        scores, classes = self.scores, self._history.classes
        counts = scores.confusion if scores is not None else tuple((0,) * len(classes) for _ in classes)
        if len(counts) == len(classes):
            self.matrix.show_counts(classes, counts)
            self.table.show_figures(class_figures(classes, counts))
        self._show_mistakes()

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
        self._epoch.setToolTip(plain(help_))

    def _show_mistakes(self) -> None:
        mistakes = self.mistakes
        self.worst.show_mistakes(mistakes, self._history.classes)
        self.worst.setVisible(bool(mistakes))
        self.all.set_text(f"All {len(mistakes)}")
        self.all.setVisible(len(mistakes) > _TILES)
        self.heat.setVisible(bool(mistakes))
        self._no_mistakes.setVisible(not mistakes)
        self._no_mistakes.setText("None so far." if self.told is not None else "They appear after the first epoch.")

    def _show_heat(self, is_shown: bool) -> None:
        self.heat_toggled.emit(is_shown)
        self.worst.show_heat(is_shown)
