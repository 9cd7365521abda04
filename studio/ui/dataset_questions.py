"""What is asked before a dataset or what was painted in it goes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from studio.core.words import plural
from studio.ui.dataset_editor import DatasetEditor
from studio.ui.dataset_overview import OverviewColumn, OverviewStrip
from studio.ui.session import Session

Overview = OverviewColumn | OverviewStrip


class DatasetQuestions(QObject):
    """Asks in the overview in sight, and does what was agreed to."""

    def __init__(
        self, session: Session, editor: DatasetEditor, overviews: tuple[Overview, ...], in_sight: Callable[[], Overview]
    ) -> None:
        """Args:
        session: holds the dataset.
        editor: does it; owner.
        overviews: where can be asked.
        in_sight: the one of them that is.
        """
        super().__init__(editor)
        self._session = session
        self._editor = editor
        self._in_sight = in_sight
        for overview in overviews:
            overview.question.agreed.connect(self._do)
            overview.picker.delete_wanted.connect(self.ask_to_delete)
            overview.picker.unpaint_wanted.connect(self.ask_to_unpaint)

    def ask_to_delete(self) -> None:
        """Ask whether the dataset shall go to the bin."""
        dataset = self._session.dataset
        if dataset is not None:
            words = f"Put {dataset.name} into the bin? Your photos stay where they are."
            self._in_sight().question.ask("dataset", words, "Put into the bin")

    def ask_to_unpaint(self) -> None:
        """Ask whether all painted samples shall go."""
        dataset = self._session.dataset
        if dataset is not None:
            words = f"Delete {plural(dataset.painted, 'painted sample')}? They can be painted again."
            self._in_sight().question.ask("painted", words, "Delete")

    def _do(self, about: str) -> None:
        if about == "dataset":
            self._editor.delete_dataset()
        else:
            self._editor.delete_painted()
