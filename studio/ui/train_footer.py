"""The foot of the Train tab: start, finish now, go on, discard."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget
from typing_extensions import override

from studio.core.run_summary import RunSummary
from studio.core.runs import RunFolder
from studio.core.words import plural
from studio.ui.job_runner import JobInfo
from studio.ui.more_epochs import MoreEpochs
from studio.ui.run_files import to_bin
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button, IconButton
from studio.ui.widgets.flow import column, holder, row
from studio.ui.widgets.labels import ElidedLabel
from studio.ui.widgets.panels import PanelFooter
from studio.ui.widgets.question import Question

_FINISH = "Finish now, keep best"


class TrainFooter(PanelFooter):
    """One primary button: Start training, or while a training runs, Finish now."""

    discarded = Signal(object)
    search_asked = Signal()

    def __init__(self, session: Session, theme: ThemeManager) -> None:
        """Args:
        session: starts and stops the training.
        theme: where colours come from.
        """
        super().__init__(theme)
        self._session = session
        self._run: RunFolder | None = None
        self._discards: RunFolder | None = None
        self._what = ElidedLabel("", "label", weight=600)
        self._cost = ElidedLabel("", "small", "text_2")
        self._words = holder(column(None, self._what, self._cost, None, gap=2))
        self._discard = Button(
            theme, "Discard…", kind="dangerlink", tooltip="Stop at once and move this run to the bin"
        )
        self._discard.clicked.connect(self._ask)
        self._resume = Button(theme, "Continue", icon="play", size="large")
        self._resume.clicked.connect(self._go_on)
        self.search = IconButton(
            theme, "sliders-horizontal", "Search for better settings", keys="Ctrl+Shift+F", checkable=True, kind="tool"
        )
        self.search.clicked.connect(self._ask_for_search)
        self.primary = Button(theme, "Start training", icon="play", kind="primary", keys="Ctrl+Return")
        self.primary.clicked.connect(self._act)
        self._question = Question(theme, is_wide=True)
        self._question.accepted.connect(self._throw_away)
        self._question.declined.connect(self._show_buttons)
        self._stack = QStackedWidget()
        self._buttons = QWidget()
        inner = row(self._discard, self._words, None, self._resume, self.search, self.primary, gap=theme.space())
        inner.setStretch(1, 100)
        self._buttons.setLayout(inner)
        self._stack.addWidget(self._buttons)
        self._stack.addWidget(holder(column(None, self._question, None)))
        self.more = MoreEpochs(theme)
        self.more.accepted.connect(self._extend)
        self.more.declined.connect(self._show_buttons)
        self._stack.addWidget(self.more)
        self.row.addWidget(self._stack)
        for signal in (session.dataset_changed, session.config_changed, session.job_started, session.progress_changed):
            signal.connect(self._refresh)
        session.job_ended.connect(self._finish_discarding)
        self._refresh()

    def show_run(self, run: RunFolder | None) -> None:
        """Offer what can be done with a run."""
        if run != self._run and self._stack.currentWidget() is self.more:
            self._show_buttons()
        self._run = run
        self._refresh()

    def mark_search(self, is_shown: bool) -> None:
        """Say whether the Search pane is on show."""
        self.search.setChecked(is_shown)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_keys()

    @property
    def can_resume(self) -> bool:
        """Whether the chosen run can go on where it ended."""
        return self._resumable is not None

    @property
    def _resumable(self) -> RunSummary | None:
        summary = self._session.summary(self._run)
        is_so = summary is not None and (summary.can_resume or summary.can_extend) and not self._session.is_busy
        return summary if is_so else None

    def _refresh(self, *_: object) -> None:
        job = self._session.job
        is_training = job is not None and job.kind == "train"
        self._discard.setVisible(is_training)
        self.search.setVisible(not is_training)
        summary = None if is_training else self._resumable
        self._words.setVisible(not is_training and summary is None)
        self._resume.setVisible(summary is not None)
        if summary is not None:
            self._resume.set_text("Continue" if summary.can_resume else "Continue…")
            self._resume.set_help(_what_is_left(summary))
        if is_training:
            self._offer_finish()
        else:
            self._offer_start()

    def _offer_finish(self) -> None:
        is_stopping = self._session.is_stopping
        self.primary.set_icon_name("flag")
        self.primary.hide_keys()
        self.primary.set_text("Finishing this batch…" if is_stopping else _FINISH)
        self.primary.set_help(
            "Press again to end it at once; the last whole epoch is kept"
            if is_stopping
            else "Stop after this batch; the best epoch's weights are the model"
        )
        self.primary.set_blocked("")

    def _offer_start(self) -> None:
        obstacle = self._session.training_obstacle()
        dataset, config = self._session.dataset, self._session.config
        self.primary.set_icon_name("play")
        self.primary.set_text("Start training")
        self.primary.set_help("Train a new run on the open dataset with the settings at hand")
        self.primary.set_blocked(obstacle)
        if dataset is None or obstacle:
            self._what.setText(obstacle.rstrip("."))
            self._cost.setText("")
        else:
            self._what.setText(plural(len(dataset.samples), "sample"))
            self._cost.setText(f"{plural(config.training.epochs, 'epoch')}, {config.model.architecture}")
            self.primary.set_help(f"Train a new run: {self._what.text()}, {self._cost.text()}")
        self._cost.setVisible(bool(self._cost.text()))
        self._fit_keys()

    def _fit_keys(self) -> None:
        if self._words.isHidden():
            self.primary.hide_keys()
        else:
            self.primary.show_keys_beside(
                self._words, self._buttons.width() - 5 * self._theme.space() - self.search.width()
            )

    def _ask_for_search(self) -> None:
        self.search_asked.emit()

    def _act(self) -> None:
        job = self._session.job
        if job is not None and job.kind == "train":
            self._session.stop_job()
        else:
            self._session.start_training()

    def _go_on(self) -> None:
        summary = self._resumable
        if summary is None:
            return
        if summary.can_resume:
            self._session.resume_training(summary.run)
        else:
            self._stack.setCurrentWidget(self.more)
            self.more.ask(summary)

    def _extend(self, epochs: int) -> None:
        self._show_buttons()
        summary = self._resumable
        if summary is not None:
            self._session.resume_training(summary.run, epochs=epochs)

    def _ask(self) -> None:
        self._stack.setCurrentIndex(1)
        self._question.ask("Stop at once and move this run to the bin?", "Discard", "Keep")

    def _show_buttons(self) -> None:
        self._stack.setCurrentIndex(0)

    def _throw_away(self) -> None:
        self._show_buttons()
        job = self._session.job
        if job is not None and job.kind == "train":
            self._discards = RunFolder(job.folder)
            self._session.kill_job()

    def _finish_discarding(self, job: JobInfo, ending: object) -> None:
        self._show_buttons()
        if self._discards is not None and job.folder == self._discards.path:
            run, self._discards = self._discards, None
            self._session.in_background(to_bin, run, done=self._forget)
        self._refresh()

    def _forget(self, run: RunFolder) -> None:
        self.discarded.emit(run)
        if self._session.run == run:
            others = [summary.run for summary in self._session.summaries if summary.run != run]
            self._session.set_run(others[0] if others else None)
        self._session.refresh_runs()
        self._session.say("info", f"Moved the run {run.path.name} to the bin.")


def _what_is_left(summary: RunSummary) -> str:
    if not summary.can_resume:
        return "Train this run for more epochs"
    if summary.epoch >= summary.epochs and summary.member >= summary.members:
        return "Every epoch is done; judge the model, and choose its threshold"
    return f"Go on after epoch {summary.epoch}, up to epoch {summary.epochs}"
