"""The head of the chosen run: its name, what it is doing, how far it is, its figures."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from studio.core.run_summary import RunSummary
from studio.core.words import count, duration, interval, sentence_case, time_left
from studio.ui.phase_steps import PhaseSteps
from studio.ui.run_history import RunHistory, accuracy_at
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import IconButton
from studio.ui.widgets.chips import Badge
from studio.ui.widgets.figures import FigureWithInterval
from studio.ui.widgets.flow import column, holder, row
from studio.ui.widgets.inputs import ComboBox
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.ui.widgets.panels import Hairline
from studio.ui.widgets.plain import plain

_HEADER_PX = 87
_HEADER_COMPACT_PX = 89
_FIGURES_PX = 52
_FIGURES_COMPACT_PX = 57
_COMPACT_FIGURE_PX = 17
_SHARES = (150, 121, 121, 132)
_PICKER_PX = 193
_GAP_PX, _GAP_COMPACT_PX = 2, 6
_FIGURES_TOP_PX, _FIGURES_TOP_COMPACT_PX = 12, 6
_TRAINING = "training"
_ENDINGS = {
    "finished": ("check", "success", "Finished"),
    "stopped early": ("check", "success", "Finished early, best kept"),
    "stopped": ("flag", "text_2", "Finished by hand, best kept"),
    "given up": ("scissors", "text_3", "Given up early by its search"),
    "interrupted": ("triangle-alert", "warning", "Interrupted"),
    "never began": ("info", "text_2", "Not begun"),
    "reading": ("file-text", "text_3", "Reading its log…"),
}


class RunHeader(QWidget):
    """Name with time left, phases with speed, a bar."""

    picked = Signal(object)
    list_asked = Signal(object)

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self.setProperty("surface", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._name = ElidedLabel("", "heading")
        self._picker = ComboBox(
            theme, accessible_name="Run", tooltip="Choose a run", role="heading", curve="validation"
        )
        self._picker.setProperty("kind", "tool")
        self._picker.setFixedWidth(_PICKER_PX)
        self._picker.activated.connect(self._tell_picked)
        self._list = IconButton(theme, "git-compare", "Compare runs, rename them, save a model, delete", kind="tool")
        self._list.clicked.connect(self._ask_for_list)
        self._badge = Badge(theme)
        self._left = Label("", "label", weight=600, tabular=True)
        self.phases = PhaseSteps(theme)
        self._speed = Label("", "small", "text_2")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._bar.setAccessibleName("Progress of the run")
        top = row(self._name, self._picker, self._list, self._badge, None, self._left, gap=theme.space())
        middle = row(self.phases, self._speed, gap=theme.space())
        edge = theme.space(2)
        self._top = holder(top)
        self._top.setFixedHeight(32)
        self._gap = QWidget()
        inner = column(self._top, self._gap, middle, 8, self._bar, None, gap=0, margins=(edge, 8, edge, 0))
        outer = column(gap=0)
        outer.addLayout(inner, 1)
        outer.addWidget(Hairline(theme))
        self.setLayout(outer)
        self._summaries: Sequence[RunSummary] = ()
        self.set_compact(False)

    def set_compact(self, is_compact: bool) -> None:
        """Show the runs as a picker, or just the run's name."""
        self._picker.setVisible(is_compact)
        self._list.setVisible(is_compact)
        self._name.setVisible(not is_compact)
        self._gap.setFixedHeight(_GAP_COMPACT_PX if is_compact else _GAP_PX)
        self.setFixedHeight(_HEADER_COMPACT_PX if is_compact else _HEADER_PX)

    def set_runs(self, summaries: Sequence[RunSummary], chosen: RunSummary | None) -> None:
        """Fill the picker."""
        self._summaries = summaries
        self._picker.clear()
        for summary in summaries:
            self._picker.addItem(summary.title)
        self._picker.setCurrentIndex(-1 if chosen is None else list(summaries).index(chosen))

    def show_run(self, title: str, architecture: str, history: RunHistory, outcome: str) -> None:
        """Tell where a run stands.

        Args:
            title: its name.
            architecture: the network's name.
            history: what its events add up to.
            outcome: how it ended; `running` while it runs, `stopping` once it is asked to end.
        """
        self._name.setText(title)
        self._picker.unpicked = title  # of a run that is not in the list, or not yet
        self._picker.update()
        self._badge.set_text(architecture)
        self._badge.setVisible(bool(architecture))
        if outcome in ("running", "stopping"):
            self._show_running(history, is_stopping=outcome == "stopping")
        else:
            self._show_ending(history, outcome)

    def _show_running(self, history: RunHistory, *, is_stopping: bool) -> None:
        self._left.setText("Stopping" if is_stopping else time_left(history.remaining_s))
        self._speed.setText(_speed(history))
        behind = list(history.phases[: history.phases.index(history.phase)]) if history.phase in history.phases else []
        done = [sentence_case(phase) for phase in behind]
        is_training = history.phase in (_TRAINING, "") and history.planned
        if is_training:
            running = f"Epoch {max(1, history.epoch)} of {history.planned}"
            if history.planned_members > 1:
                running = f"Member {len(history.members)} of {history.planned_members}, {running.lower()}"
            share = history.share
        else:
            running = sentence_case(history.phase or "starting")
            share = history.phase_share or 0.0
        self.phases.show_running(done, running)
        self._bar.setValue(round(1000 * share))

    def _show_ending(self, history: RunHistory, outcome: str) -> None:
        icon, token, words = _ENDINGS.get(outcome, _ENDINGS["interrupted"])
        newest, number = history.members[-1], history.planned_members
        if newest.last is not None and newest.last.epoch < history.planned:
            # An interruption breaks into the epoch after the last whole one, as the list of runs says too.
            at = newest.last.epoch + int(outcome == "interrupted")
            words = f"{words} at epoch {at} of {history.planned}"
        if number > 1 and (len(history.members) < number or history.share < 1) and outcome != "stopped early":
            words = f"{words}, member {len(history.members)} of {number}"
        self.phases.show_ending(icon, token, words)
        took = sum(epoch.duration_s for member in history.members for epoch in member.epochs)
        if history.finished is not None and history.started is not None and history.started.first_epoch == 1:
            took = history.finished.duration_s
        self._left.setText(duration(took) if took else "")
        self._speed.setText(_speed(history))
        self._bar.setValue(round(1000 * history.share))

    def _ask_for_list(self) -> None:
        self.list_asked.emit(self._list)

    def _tell_picked(self, index: int) -> None:
        if 0 <= index < len(self._summaries):
            self.picked.emit(self._summaries[index].run)


class RunFigures(QWidget):
    """Accuracy on what was kept from training, the same on real and on painted photos apart, patience."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self.accuracy = FigureWithInterval(theme, "Best validation accuracy")
        self.real = FigureWithInterval(theme, "Real photos")
        self.painted = FigureWithInterval(theme, "Painted")
        self.patience = FigureWithInterval(theme, "Patience")
        self.extra = row(gap=theme.space())
        self._lines = [Hairline(theme, Qt.Orientation.Vertical) for _ in range(3)]
        edge = theme.space(2)
        layout = row(gap=edge)
        self._row = layout
        for number, figure in enumerate((self.accuracy, self.real, self.painted, self.patience)):
            if number:
                layout.addWidget(self._lines[number - 1])
            layout.addWidget(figure, _SHARES[number])
        layout.addLayout(self.extra)
        self.setLayout(layout)
        self.set_compact(False)

    def set_compact(self, is_compact: bool) -> None:
        """Use smaller figures and leave patience to the plot's band, or show all."""
        for figure in (self.accuracy, self.real, self.painted, self.patience):
            figure.set_figure_px(_COMPACT_FIGURE_PX if is_compact else None)
        self.patience.setVisible(not is_compact)
        self._lines[-1].setVisible(not is_compact)
        edge, top = self._theme.space(2), _FIGURES_TOP_COMPACT_PX if is_compact else _FIGURES_TOP_PX
        self._row.setContentsMargins(edge, top, edge, self._theme.space() if is_compact else 0)
        self.setFixedHeight(_FIGURES_COMPACT_PX if is_compact else _FIGURES_PX)

    def show_history(self, history: RunHistory) -> None:
        """Tell the figures of the model as it classifies, while it is not judged yet those of the best epoch."""
        best, figures = history.best, history.figures if history.judged is not None or history.best else None
        self.accuracy.set_caption(_caption(history))
        for figure, scores in (
            (self.accuracy, figures.scores if figures else None),
            (self.real, figures.real if figures else None),
            (self.painted, figures.painted if figures else None),
        ):
            figure.set_figure(accuracy_at(scores), interval(scores.accuracy_95) if scores else "")
            figure.setToolTip(plain(f"95 % interval, from {_samples(history, scores.count)}" if scores else ""))
        patience, last = history.patience, history.last
        if patience is None:
            self.patience.set_figure("–", "no early stop")
        elif last is None or best is None or last.patience_left is None:
            self.patience.set_figure(f"0 of {patience}")
        else:
            self.patience.set_figure(f"{patience - last.patience_left} of {patience}", f"since {best.epoch}")


def _caption(history: RunHistory) -> str:
    if history.judged is not None:
        return "Held-out accuracy"
    if history.planned_members > 1:
        return f"Accuracy, member {history.watched} of {history.planned_members}"
    return "Best validation accuracy"


def _samples(history: RunHistory, number: int) -> str:
    if history.folds and history.judged is not None:
        return f"{count(number)} samples, each judged by members that never saw its photo"
    return f"{count(number)} validation samples"


def _speed(history: RunHistory) -> str:
    return f"{count(round(history.images_per_s))} images/s" if history.images_per_s else ""
