"""Across the top of the answers: how far an adaptation is, what it brought, the way back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from studio.core.events import AdaptationFinished, Scores
from studio.core.intervals import balanced_range
from studio.core.words import area_interval, interval, percent, plural, sentence_case, time_left
from studio.ui.evidence import Evidence
from studio.ui.progress import JobProgress
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button, IconButton
from studio.ui.widgets.figures import FigureWithInterval
from studio.ui.widgets.flow import column, holder, row
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.ui.widgets.messages import Icon
from studio.ui.widgets.panels import Hairline
from studio.ui.widgets.plain import plain

ICON = "map-pin"
_HEIGHT_PX = 64
_FIGURE_PX = 17
_BAR_PX = 160


class AdaptBar(QWidget):
    """Progress with Cancel; then before and after with Undo, or why nothing was kept."""

    cancelled = Signal()
    undo_wanted = Signal(object)

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._event: AdaptationFinished | None = None
        self._has_area = False
        self._is_compact = False
        self.setProperty("surface", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(_HEIGHT_PX)
        self._icon = Icon(theme, ICON, "accent_text")
        self._title = ElidedLabel("", "label", weight=600)
        self._text = Label("", "small", "text_2", wrap=True)
        self._left = Label("", "small", "text_2", tabular=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._bar.setFixedWidth(_BAR_PX)
        self._bar.setAccessibleName("Progress of the adaptation")
        self.cancel = Button(theme, "Cancel", size="small", kind="tool", tooltip="Stop; the model stays as it is")
        self.cancel.clicked.connect(self.cancelled)
        self._figures = [FigureWithInterval(theme, "Balanced accuracy"), FigureWithInterval(theme, "AUROC")]
        for figure in self._figures:
            figure.set_figure_px(_FIGURE_PX)
        self.undo = Button(theme, "Undo", icon="rotate-ccw", size="small", kind="tool")
        self.undo.set_help("Go back to the model before; the adapted run goes to the bin")
        self.undo.clicked.connect(self._ask_undo)
        self.close_button = IconButton(theme, "x", "Close; the adapted run stays in the list", size="small")
        self.close_button.clicked.connect(self.hide)
        words = holder(column(None, self._title, self._text, None, gap=0))
        words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        pad = theme.space(2)
        line = row(
            self._icon, words, self._left, self._bar, self.cancel, *self._figures, self.undo, self.close_button,
            gap=12, margins=(theme.space(3), 0, pad, 0),
        )  # fmt: skip
        self._line = line
        self.setLayout(column(line, Hairline(theme), gap=0))
        self.hide()

    @property
    def words(self) -> str:
        """What it says, title first."""
        return f"{self._title.text()}. {self._text.text()}"

    @property
    def outcome(self) -> AdaptationFinished | None:
        """What is on show, once there is something."""
        return self._event

    def set_compact(self, is_compact: bool) -> None:
        """Use less width."""
        self._is_compact = is_compact
        margins = self._line.contentsMargins()
        margins.setLeft(margins.right() if is_compact else 3 * margins.right() // 2)
        self._line.setContentsMargins(margins)
        if self._event is not None:
            self._show_parts(is_running=False, is_kept=self._event.is_kept)

    def show_running(self, photos: int, progress: JobProgress, *, is_stopping: bool) -> None:
        """Show how far an adaptation is.

        Args:
            photos: how many it was given.
            progress: of its job.
            is_stopping: whether it was asked to stop.
        """
        self._event = None
        self._icon.show_icon(ICON, "accent_text")
        self._title.setText(f"Adapting to {plural(photos, 'photo')}")
        self._text.setText("Stopping" if is_stopping else sentence_case(progress.words))
        self._left.setText(time_left(progress.remaining_s))
        self._bar.setRange(0, 0 if progress.share is None else 1000)
        self._bar.setValue(round(1000 * (progress.share or 0.0)))
        self._show_parts(is_running=True, is_kept=False)
        self.show()

    def show_end(
        self, event: AdaptationFinished, evidence: Evidence | None = None, evidence_before: Evidence | None = None
    ) -> None:
        """Show what came of it: before and after, or why nothing was kept.

        Args:
            event: tells it.
            evidence: what the adapted run was judged by, which says how far its figures may be off.
            evidence_before: the same of the run that was adapted.
        """
        self._event = event
        if event.is_kept:
            self._icon.show_icon("check", "success")
            self._title.setText(f"Adapted to {plural(event.photos, 'photo')}")
            guesses = sum(event.guessed.values())
            self._text.setText(
                f"{plural(event.changed, 'answer')} changed; {plural(guesses, 'guess', 'guesses')} learned"
            )
            balanced = _balanced(event.before, event.after, evidence, evidence_before)
            area = _area(event.before, event.after, evidence, evidence_before)
            self._has_area = area is not None
            for figure, told in zip(self._figures, (balanced, area), strict=True):
                if told is not None:
                    figure.set_figure(*told)
                    figure.setFixedWidth(figure.sizeHint().width())  # the words beside it break into lines, it cannot
                    figure.setToolTip("On held-out samples, none of which is a guess")
        else:
            self._icon.show_icon("info", "warning")
            self._title.setText("The model stays as it was")
            self._text.setText(event.sentence)
        self.setToolTip(plain(event.sentence))
        self.setAccessibleName(event.sentence)
        self._show_parts(is_running=False, is_kept=event.is_kept)
        self.show()

    def _show_parts(self, *, is_running: bool, is_kept: bool) -> None:
        for part in (self._left, self._bar, self.cancel):
            part.setVisible(is_running)
        self._figures[0].setVisible(is_kept)
        self._figures[1].setVisible(is_kept and self._has_area and not self._is_compact)
        self.undo.setVisible(is_kept)
        self.close_button.setVisible(not is_running)

    def _ask_undo(self) -> None:
        if self._event is not None:
            self.undo_wanted.emit(self._event)


def _balanced(
    before: Scores, after: Scores, evidence: Evidence | None, evidence_before: Evidence | None
) -> tuple[str, str]:
    """Balanced accuracy after; its range and what it was before, both by photo where there are photos enough."""
    now, was = (
        interval((told.balanced_accuracy_95 if told is not None else None) or balanced_range(scores.confusion))
        for scores, told in ((after, evidence), (before, evidence_before))
    )
    return percent(after.balanced_accuracy), f"{now}, before {percent(before.balanced_accuracy)} ({was})"


def _area(
    before: Scores, after: Scores, evidence: Evidence | None, evidence_before: Evidence | None
) -> tuple[str, str] | None:
    """The area after with its range, and before where its range is known; None without a range."""
    if after.auroc is None or evidence is None or evidence.auroc_95 is None:
        return None
    now = area_interval(evidence.auroc_95)
    if before.auroc is None or evidence_before is None or evidence_before.auroc_95 is None:
        return f"{after.auroc:.3f}", now
    return f"{after.auroc:.3f}", f"{now}, before {before.auroc:.3f} ({area_interval(evidence_before.auroc_95)})"
