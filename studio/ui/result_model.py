"""Answers for photos as rows: filtered by class, sorted, corrected."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from typing_extensions import override

from studio.core.requests import Classified, ModelFacts, Prediction, RejectedPhoto
from studio.core.words import percent
from studio.ui.decision import Decision
from studio.ui.result import (
    ALL,
    ANSWER,
    COLUMNS,
    LOOK,
    PHOTO,
    PLACE,
    REJECTED,
    SHARE,
    TIME,
    Correction,
    Result,
    as_told,
    decided,
    sort_key,
)
from studio.ui.widgets.class_glyph import ClassLook, class_look
from studio.ui.widgets.plain import plain

Index = QModelIndex | QPersistentModelIndex
RESULT_ROLE = int(Qt.ItemDataRole.UserRole)


class ResultModel(QAbstractTableModel):
    """The answers, in the order in which they came until a column sorts them."""

    counts_changed = Signal()
    corrections_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Args:
        parent: whose life it shares.
        """
        super().__init__(parent)
        self._facts: ModelFacts | None = None
        self._decision = Decision()
        self._results: dict[str, Result] = {}
        self._rows: list[str] = []
        self._row_of: dict[str, int] = {}
        self._counts: dict[str, int] = {}
        self._tray: dict[str, None] = {}
        self._filter = ALL
        self._sorted_by: tuple[int, bool] | None = None

    @property
    def facts(self) -> ModelFacts | None:
        """The model that answers."""
        return self._facts

    @property
    def classes(self) -> tuple[str, ...]:
        """Its classes."""
        return self._facts.classes if self._facts is not None else ()

    @property
    def decision(self) -> Decision:
        """The operating point in force."""
        return self._decision

    @property
    def results(self) -> list[Result]:
        """All of them, as they came."""
        return list(self._results.values())

    @property
    def answered(self) -> int:
        """How many have an answer."""
        return self._counts.get(ALL, 0) - self._counts.get(REJECTED, 0)

    @property
    def shown(self) -> list[Result]:
        """Those of the rows, in order."""
        return [self._results[path] for path in self._rows]

    @property
    def corrections(self) -> list[Result]:
        """Those that the person corrected and that no dataset has taken yet, the first one first."""
        return [self._results[path] for path in self._tray]

    @property
    def counts(self) -> dict[str, int]:
        """How many each filter shows."""
        return self._counts

    @property
    def filter_key(self) -> str:
        """The filter in force."""
        return self._filter

    def look_of(self, result: Result) -> ClassLook:
        """How an answer is shown: the class, or the eye."""
        return self.class_look(result.group)

    def class_look(self, name: str) -> ClassLook:
        """How a class is shown, its glyph chosen by its place among the model's classes."""
        return class_look(name, index=self.classes.index(name) if name in self.classes else 0)

    def result(self, row: int) -> Result:
        """What a row shows."""
        return self._results[self._rows[row]]

    def row_of(self, path: str) -> int | None:
        """The row of a photo, if it is shown."""
        return self._row_of.get(path)

    def knows(self, path: str) -> bool:
        """Whether there is an answer, or a rejection, for a photo."""
        return path in self._results

    def set_facts(self, facts: ModelFacts | None) -> None:
        """Say which model answers from now on."""
        self._facts = facts
        self._count()

    def set_decision(self, decision: Decision) -> None:
        """Decide every answer anew."""
        if decision == self._decision:
            return
        self._decision = decision
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, SHARE, SHARE)
        self._results = {path: decided(result, self._decision) for path, result in self._results.items()}
        self._arrange()

    def set_filter(self, key: str) -> None:
        """Show one class, `look`, `rejected`, or `all`."""
        if key != self._filter:
            self._filter = key
            self._arrange()

    def add(self, predictions: Sequence[Prediction], rejected: Sequence[RejectedPhoto] = ()) -> None:
        """Take answers; a photo that is known gets its new answer in its old place."""
        for one in predictions:
            known = self._results.get(one.path)
            correction = known.correction if known is not None else ""
            answered = Result(path=one.path, prediction=one, correction=correction)
            self._results[one.path] = decided(answered, self._decision)
        for refused in rejected:
            self._results[refused.path] = Result(path=refused.path, reason=refused.reason)
            self._tray.pop(refused.path, None)
        self._arrange()

    def clear(self) -> None:
        """Forget every answer."""
        self._results = {}
        self._tray = {}
        self._filter = ALL
        self._arrange()
        self.corrections_changed.emit()

    def correction_after(self, path: str, label: str) -> Correction:
        """What the correction becomes when a person gives a class; the answer's own class takes it back."""
        result = self._results[path]
        is_right = label == result.chosen and not result.is_doubtful
        given = "" if is_right or label == result.correction else label
        return Correction(label=given, is_waiting=bool(given))

    def correction(self, path: str) -> Correction:
        """The correction of a photo as it is."""
        return Correction(label=self._results[path].correction, is_waiting=path in self._tray)

    def set_corrections(self, corrections: Mapping[str, Correction]) -> None:
        """Note what a person made of answers.

        Args:
            corrections: by photo; those that lie on the tray come last on it, in this order.
        """
        for path, correction in corrections.items():
            if self._results[path].prediction is None:
                continue  # it was answered once, and its file has become unreadable since
            self._results[path] = replace(self._results[path], correction=correction.label)
            self._tray.pop(path, None)
            if correction.is_waiting:
                self._tray[path] = None
        self._arrange()
        self.corrections_changed.emit()

    def hand_over(self, paths: Sequence[str]) -> None:
        """Take corrections off the tray, since a dataset has them; their cards keep them."""
        for path in paths:
            self._tray.pop(path, None)
        self.corrections_changed.emit()

    def answers(self) -> Classified:
        """Everything as it is shown, for a file: classes at the operating point, corrected ones as corrected."""
        assert self._facts is not None
        return as_told(self._facts, self._results.values())

    # What Qt asks of every model.

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(COLUMNS)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            positive = self._decision.positive
            return f"Probability of {positive}" if section == SHARE and positive is not None else COLUMNS[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == TIME else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    @override
    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        result = self.result(index.row())
        if role == RESULT_ROLE:
            return result
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(result, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain(f"{result.path}\n{result.reason}" if result.reason else result.path)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{result.name}, {self.describe(result)}"
        return None

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sorted_by = None if column < 0 else (column, order == Qt.SortOrder.DescendingOrder)
        self._arrange()

    def describe(self, result: Result) -> str:
        """An answer in words: `Dirty, 99.4 %`."""
        if result.prediction is None:
            return f"not answered: {result.reason}"
        if result.correction:
            return f"{self.class_look(result.correction).title}, corrected"
        return f"{self.look_of(result).title}, {percent(self.shown_share(result))}"

    def shown_share(self, result: Result) -> float:
        """The probability beside an answer: of its class; for a doubtful one, what the decision is about."""
        if result.prediction is None:
            return 0.0
        return self._decision.share(result.prediction.probabilities) if result.is_doubtful else result.share

    def heat_strength(self, result: Result) -> float:
        """How much a heat map's evidence counts, 0..1: all of it where its class wins, less the surer it does not."""
        decision = self._decision
        if result.prediction is None:
            return 0.0
        if decision.positive is None:
            return 1.0
        return min(1.0, decision.share(result.prediction.probabilities) / max(decision.threshold, 1e-6))

    def _text(self, result: Result, column: int) -> str:
        if column == PHOTO:
            return result.name
        if column == PLACE:
            return os.path.dirname(result.path)
        if result.prediction is None:
            return ("", result.refusal, "", "")[column]
        if column == ANSWER:
            return self.look_of(result).title
        if column == SHARE:
            return percent(self._decision.share(result.prediction.probabilities))
        return result.time

    def _arrange(self) -> None:
        everything = self._filter == ALL
        wanted = [path for path, result in self._results.items() if everything or result.group == self._filter]
        if self._sorted_by is not None:
            column, is_descending = self._sorted_by
            key = sort_key(column, self.classes, self._decision)
            wanted.sort(key=lambda path: key(self._results[path]), reverse=is_descending)
        self._show(wanted)
        self._count()

    def _show(self, wanted: list[str]) -> None:
        """Go over to other rows, telling the views as little as they need to know."""
        known = len(self._rows)
        if wanted == self._rows:
            if wanted:
                self.dataChanged.emit(self.index(0, 0), self.index(known - 1, len(COLUMNS) - 1))
            return
        if known and wanted[:known] == self._rows:
            self.beginInsertRows(QModelIndex(), known, len(wanted) - 1)
            self._take(wanted)
            self.endInsertRows()
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        paths = [self._rows[index.row()] for index in before]
        self._take(wanted)
        after = [self._index_of(path, index) for path, index in zip(paths, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _index_of(self, path: str, index: QModelIndex) -> QModelIndex:
        row = self._row_of.get(path)
        return QModelIndex() if row is None else self.index(row, index.column())

    def _take(self, wanted: list[str]) -> None:
        self._rows = wanted
        self._row_of = {path: row for row, path in enumerate(wanted)}

    def _count(self) -> None:
        counts = {ALL: len(self._results), LOOK: 0, REJECTED: 0, **dict.fromkeys(self.classes, 0)}
        counts.update(Counter(result.group for result in self._results.values()))
        self._counts = counts
        self.counts_changed.emit()
