"""Which model answers: a run of the workspace, a file from elsewhere, the one used last."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.core.run_summary import RunSummary
from studio.core.runs import RunFolder
from studio.core.words import ago, interval, percent
from studio.ui.classify_tools import ModelChoice
from studio.ui.session import Session

_LAST = "classify/model"


class ClassifyModels(QObject):
    """Remembers files that were opened, and the last model that could be used."""

    chosen = Signal(str)

    def __init__(self, session: Session, parent: QObject) -> None:
        """Args:
        session: whose runs have models.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session
        self._files: tuple[str, ...] = ()
        self._current = ""
        self._usable = ""

    @property
    def current(self) -> str:
        """The model in force: a run's folder or a file; empty for none."""
        return self._current

    def choices(self) -> list[ModelChoice]:
        """What can be picked: runs, the newest first, then files."""
        found = [_choice(summary) for summary in self._session.summaries if summary.has_model]
        known = {choice.path for choice in found}
        files = [file for file in self._files if file not in known]
        return [*found, *(ModelChoice(path=file, title=Path(file).stem, note=file) for file in files)]

    def use(self, path: str) -> None:
        """Let a model answer from now on."""
        self._current = path
        self._session.settings.setValue(_LAST, path)
        self.chosen.emit(path)

    def open_file(self, file: str) -> None:
        """Let a model file answer; it stays in the list."""
        self._files = (*(other for other in self._files if other != file), file)
        self.use(file)

    def choose_first(self) -> None:
        """Without a model, take the last one used, the chosen run's, or the newest run's."""
        if self._current:
            return
        runs = [str(summary.run.path) for summary in self._session.summaries if summary.has_model]
        last = str(self._session.settings.value(_LAST, "") or "")
        chosen = str(self._session.run.path) if self._session.run is not None else ""
        for path in (last, chosen, *runs):
            if path in runs:
                self.use(path)
                return

    def follow(self, run: RunFolder) -> None:
        """Take the model of a run that was chosen elsewhere, where it has one."""
        summary = self._session.summary(run)
        if summary is not None and summary.has_model:
            self.use(str(run.path))

    def keep(self) -> None:
        """The model in force has answered: go back to it where another one cannot be used."""
        self._usable = self._current

    def go_back(self) -> str:
        """The model in force cannot be used: take the one before, if there was one.

        Returns:
            what that one is called; empty when the model was usable before, or none was.
        """
        if self._current == self._usable:
            return ""
        self._files = tuple(file for file in self._files if file != self._current)
        self.use(self._usable)
        return next((choice.title for choice in self.choices() if choice.path == self._usable), "")


def _choice(summary: RunSummary) -> ModelChoice:
    best = ""
    if summary.best is not None:
        best = f"{percent(summary.best.accuracy)} ({interval(summary.best.accuracy_95)}) right in validation, "
    note = f"{summary.architecture}, {best}{ago(summary.at_s)}"
    return ModelChoice(path=str(summary.run.path), title=summary.title, note=note)
