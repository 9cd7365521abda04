"""What a person corrected, step by step, so that each step can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoCommand, QUndoStack
from typing_extensions import override

from studio.core.words import plural
from studio.ui.result import Correction
from studio.ui.result_model import ResultModel


class CorrectionHistory(QObject):
    """The one way to correct answers: every change goes through here, and back."""

    def __init__(self, model: ResultModel, parent: QObject) -> None:
        """Args:
        model: whose answers are corrected.
        parent: owner.
        """
        super().__init__(parent)
        self._model = model
        self.stack = QUndoStack(self)

    def correct(self, path: str, label: str) -> None:
        """Give a photo a class; the answer's own class, or the same one again, takes the correction back."""
        row = self._model.row_of(path)
        if row is None or self._model.result(row).prediction is None:
            return
        self._push({path: self._model.correction_after(path, label)}, "a correction")

    def withdraw(self, paths: Sequence[str]) -> None:
        """Take corrections back."""
        self._push(dict.fromkeys(paths, Correction()), plural(len(paths), "withdrawn correction"))

    def undo(self) -> None:
        """Take the last step back."""
        self.stack.undo()

    def redo(self) -> None:
        """Take it again."""
        self.stack.redo()

    def forget(self) -> None:
        """No step can be taken back any more: a dataset has the corrections, or the answers are gone."""
        self.stack.clear()

    def _push(self, after: Mapping[str, Correction], words: str) -> None:
        before = {path: self._model.correction(path) for path in after}
        if before != after:
            self.stack.push(_Step(self._model, words, before, after))


class _Step(QUndoCommand):
    def __init__(
        self, model: ResultModel, words: str, before: Mapping[str, Correction], after: Mapping[str, Correction]
    ) -> None:
        super().__init__(words)
        self._model = model
        self._before = before
        self._after = after

    @override
    def redo(self) -> None:
        self._model.set_corrections(self._after)

    @override
    def undo(self) -> None:
        self._model.set_corrections(self._before)
