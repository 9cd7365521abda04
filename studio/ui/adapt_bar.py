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

ICON = "map-pin"
_HEIGHT_PX = 64
_FIGURE_PX = 17
_BAR_PX = 160
_FIGURES_PX = (232, 232)


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
        self._evidence: Evidence | None = None
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
        for figure, width in zip(self._figures, _FIGURES_PX, strict=True):
            figure.set_figure_px(_FIGURE_PX)
            figure.setFixedWidth(width)
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

    def show_end(self, event: AdaptationFinished, evidence: Evidence | None = None) -> None:
        """Show what came of it: before and after, or why nothing was kept.

        Args:
            event: tells it.
            evidence: what the adapted run was judged by, which says how far its figures may be off.
        """
        self._event, self._evidence = event, evidence
        if event.is_kept:
            self._icon.show_icon("check", "success")
            self._title.setText(f"Adapted to {plural(event.photos, 'photo')}")
            guesses = sum(event.guessed.values())
            self._text.setText(
                f"{plural(event.changed, 'answer')} changed; {plural(guesses, 'guess', 'guesses')} learned"
            )
            for figure, (value, beside) in zip(
                self._figures, _figures(event.before, event.after, evidence), strict=True
            ):
                figure.set_figure(value, beside)
                figure.setToolTip("On held-out samples, none of which is a guess")
        else:
            self._icon.show_icon("info", "warning")
            self._title.setText("The model stays as it was")
            self._text.setText(event.sentence)
        self.setToolTip(event.sentence)
        self.setAccessibleName(event.sentence)
        self._show_parts(is_running=False, is_kept=event.is_kept)
        self.show()

    def _show_parts(self, *, is_running: bool, is_kept: bool) -> None:
        for part in (self._left, self._bar, self.cancel):
            part.setVisible(is_running)
        self._figures[0].setVisible(is_kept)
        has_range = self._evidence is not None and self._evidence.auroc_95 is not None
        has_auroc = self._event is not None and self._event.after.auroc is not None and has_range
        self._figures[1].setVisible(is_kept and has_auroc and not self._is_compact)
        self.undo.setVisible(is_kept)
        self.close_button.setVisible(not is_running)

    def _ask_undo(self) -> None:
        if self._event is not None:
            self.undo_wanted.emit(self._event)


def _figures(before: Scores, after: Scores, evidence: Evidence | None) -> list[tuple[str, str]]:
    """Each figure after, its range, and the figure before; after, by photo where there are photos enough for that."""
    balanced_95, auroc_95 = balanced_range(after.confusion), ""
    if evidence is not None:
        balanced_95 = evidence.balanced_accuracy_95 or balanced_95
        auroc_95 = area_interval(evidence.auroc_95)
    auroc = ("–", "–") if after.auroc is None or before.auroc is None else (f"{after.auroc:.3f}", f"{before.auroc:.3f}")
    was = f"{percent(before.balanced_accuracy)} ({interval(balanced_range(before.confusion))})"
    return [
        (percent(after.balanced_accuracy), f"{interval(balanced_95)}, before {was}"),
        (auroc[0], f"{auroc_95}, before {auroc[1]}"),
    ]
