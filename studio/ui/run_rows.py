"""The rows of the list of runs: which there are, what is ticked, what is running."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from typing_extensions import override

from studio.core.events import Scores
from studio.core.run_summary import RunSummary
from studio.core.runs import RunFolder
from studio.core.words import ago, interval, percent, plural
from studio.ui.widgets.plain import plain

Index = QModelIndex | QPersistentModelIndex
SUMMARY_ROLE = int(Qt.ItemDataRole.UserRole)


def state_in_words(summary: RunSummary, running: str = "") -> str:
    """The second line of a row.

    Args:
        summary: the run.
        running: what it is doing right now; empty when it does not run.
    """
    if running:
        return running if "," in running else f"{running}, running"
    when = ago(summary.at_s) if summary.at_s else ""
    match summary.outcome:
        case "finished":
            members = f"{summary.members} × " if summary.members > 1 else ""
            return f"{members}{summary.epoch} epochs, {when}"
        case "stopped early":
            return f"stopped early at {summary.epoch}, {when}"
        case "stopped":
            if not summary.epoch:
                return f"stopped, {when}"
            place = f"in member {summary.member}" if summary.members > 1 else f"at {summary.epoch}"
            return f"finished by hand {place}, {when}"
        case "given up":
            return f"given up early at {summary.epoch}, {when}"
        case "interrupted":
            if summary.members > 1:
                return f"interrupted in member {_interrupted_member(summary)}, {when}"
            return f"interrupted at epoch {summary.epoch + 1}, {when}"
        case _:
            return "not begun"


def accuracy_in_words(summary: RunSummary) -> str:
    """Its accuracy with the 95 % interval, and on how many samples that rests."""
    best = summary.best
    if best is None:
        return "no figures yet"
    return f"{percent(best.accuracy)} ({interval(best.accuracy_95)}) of {plural(best.count, 'held-out sample')} right"


def _interrupted_member(summary: RunSummary) -> int:
    return min(summary.members, summary.member + int(summary.epoch >= summary.epochs))


class RunListModel(QAbstractListModel):
    """Runs, newest first, with what is ticked and what is running."""

    renamed = Signal(object, str)

    def __init__(self) -> None:
        super().__init__()
        self._all: Sequence[RunSummary] = ()
        self._rows: Sequence[RunSummary] = ()
        self._filter = ""
        self.ticked: list[RunFolder] = []
        self.running: RunFolder | None = None
        self.running_words = ""
        self.running_scores: Scores | None = None

    def set_summaries(self, summaries: Sequence[RunSummary]) -> None:
        """Show these runs."""
        self.beginResetModel()
        self._all = summaries
        known = {summary.run for summary in summaries}
        self.ticked = [run for run in self.ticked if run in known]
        self._rows = self._found()
        self.endResetModel()

    def set_filter(self, text: str) -> None:
        """Show the runs whose name or network holds this text."""
        self.beginResetModel()
        self._filter = text.strip().lower()
        self._rows = self._found()
        self.endResetModel()

    def set_running(self, run: RunFolder | None, words: str, scores: Scores | None) -> None:
        """Say which run is running, what it is doing, how good it is so far."""
        told = (self.running, self.running_words, self.running_scores)
        if told == (run, words, scores):
            return
        self.running, self.running_words, self.running_scores = run, words, scores
        # Its own row alone: this happens with every batch, and painting fifty rows takes longer than a batch may.
        for row in {self.row_of(told[0]), self.row_of(run)} - {-1}:
            self.dataChanged.emit(self.index(row), self.index(row))

    def set_ticked(self, run: RunFolder, is_ticked: bool) -> None:
        """Lay a run over the chosen one, or take it away."""
        if is_ticked and run not in self.ticked:
            self.ticked = [*self.ticked, run]
        elif not is_ticked:
            self.ticked = [other for other in self.ticked if other != run]
        self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def summary(self, index: Index) -> RunSummary | None:
        """The run of a row."""
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    def scores(self, summary: RunSummary) -> Scores | None:
        """Validation scores at a run's best epoch, as far as it has come."""
        return self.running_scores if summary.run == self.running else summary.best

    def row_of(self, run: RunFolder | None) -> int:
        """The row of a run; -1 when it is not shown."""
        return next((number for number, row in enumerate(self._rows) if row.run == run), -1)

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    @override
    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        summary = self.summary(index)
        if summary is None:
            return None
        words = self.running_words if summary.run == self.running else ""
        match role:
            case int(Qt.ItemDataRole.DisplayRole) | int(Qt.ItemDataRole.EditRole):
                return summary.title
            case int(Qt.ItemDataRole.ToolTipRole):
                return plain(
                    "\n".join(
                        (
                            summary.title,
                            accuracy_in_words(summary),
                            state_in_words(summary, words),
                            summary.run.path.name,
                        )
                    )
                )
            case int(Qt.ItemDataRole.AccessibleTextRole):
                return f"{summary.title}, {accuracy_in_words(summary)}, {state_in_words(summary, words)}"
            case _ if role == SUMMARY_ROLE:
                return summary
        return None

    @override
    def setData(self, index: Index, value: Any, role: int = int(Qt.ItemDataRole.EditRole)) -> bool:
        summary = self.summary(index)
        title = str(value).strip()
        if summary is None or not title or title == summary.title:
            return False
        self.renamed.emit(summary.run, title)
        return True

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def _found(self) -> Sequence[RunSummary]:
        if not self._filter:
            return self._all
        return [run for run in self._all if self._filter in f"{run.title} {run.architecture}".lower()]
