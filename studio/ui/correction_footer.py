"""Below the corrections: they join the dataset, are learned, or are taken back."""

from __future__ import annotations

from PySide6.QtCore import Signal

from studio.core.words import count, plural, sentence_case, time_left
from studio.ui.continuing import Continuing
from studio.ui.correction_intake import CorrectionIntake
from studio.ui.progress import JobProgress
from studio.ui.result_model import ResultModel
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.panels import PanelFooter
from studio.ui.widgets.primary_action import PrimaryAction
from studio.ui.widgets.question import Question


class CorrectionFooter(PanelFooter):
    """Adds the tray to the open dataset, with progress, then trains with it; clears it, after a question."""

    clear_wanted = Signal()

    def __init__(
        self,
        session: Session,
        theme: ThemeManager,
        model: ResultModel,
        intake: CorrectionIntake,
        continuing: Continuing,
    ) -> None:
        """Args:
        session: whose dataset they join.
        theme: where colours and measures come from.
        model: whose corrections they are.
        intake: brings them in.
        continuing: trains with those that are in.
        """
        super().__init__(theme)
        self._model = model
        self._intake = intake
        self._continuing = continuing
        self.action = PrimaryAction(theme, "Add to dataset", icon="image-plus", keys="Ctrl+D")
        self.clear = Button(theme, "Clear…", kind="dangerlink", tooltip="Take all corrections back")
        self.question = Question(theme, is_wide=True)
        self.row.addWidget(self.clear)
        self.row.addStretch(1)
        self.row.addWidget(self.action)
        self.row.addWidget(self.question, 100)  # beside it the stretch is nothing
        session.dataset_changed.connect(self.refresh)
        session.job_started.connect(self.refresh)
        session.job_ended.connect(self.refresh)
        session.progress_changed.connect(self._show_progress)
        model.corrections_changed.connect(self.refresh)
        intake.changed.connect(self.refresh)
        continuing.changed.connect(self.refresh)
        self.action.triggered.connect(self._act)
        self.action.cancelled.connect(session.stop_job)
        self.clear.clicked.connect(self._ask)
        self.question.accepted.connect(self._clear)
        self.question.declined.connect(self.refresh)
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Show how many corrections there are, or wait to be learned, and what stands in their way."""
        number = len(self._model.corrections)
        if self._is_to_learn:
            self.action.button.set_text(f"Train with {plural(self._continuing.photos, 'correction')}")
            self.action.button.set_blocked(self._continuing.obstacle())
        else:
            self.action.button.set_text(f"Add {count(number)} to dataset" if number else "Add to dataset")
            self.action.button.set_blocked(self._intake.obstacle())
        if not self._intake.is_running:
            self.action.show_button()
        self.question.hide()
        self.action.show()
        self.clear.setVisible(number > 0 and not self._intake.is_running)

    @property
    def _is_to_learn(self) -> bool:
        return not self._model.corrections and not self._intake.is_running and self._continuing.photos > 0

    def _act(self) -> None:
        if self._is_to_learn:
            self._continuing.start()
        else:
            self._intake.start()

    def _show_progress(self, progress: JobProgress | None) -> None:
        if self._intake.is_running and progress is not None:
            words = sentence_case(progress.words)
            self.action.show_progress(words, progress.share, time_left(progress.remaining_s))

    def _ask(self) -> None:
        self.clear.hide()
        self.action.hide()
        self.question.ask(f"Take {plural(len(self._model.corrections), 'correction')} back?", "Clear")

    def _clear(self) -> None:
        self.clear_wanted.emit()
        self.refresh()
