"""Adapting the model in force to the photos on Classify: when it can be, how far it is, what it came to."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from studio.core.events import AdaptationFinished
from studio.ui.adapt_bar import AdaptBar
from studio.ui.adapting import Adapting
from studio.ui.classify_feed import ClassifyFeed
from studio.ui.evidence import Evidence
from studio.ui.result_model import ResultModel
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import IconButton


class PlaceAdaptation(QObject):
    """Between the job, its button and its bar."""

    model_wanted = Signal(str)

    def __init__(
        self, session: Session, theme: ThemeManager, button: IconButton, model: ResultModel, feed: ClassifyFeed
    ) -> None:
        """Args:
        session: runs the job.
        theme: where colours and measures come from.
        button: starts it.
        model: the answers.
        feed: names the model in force; owner.
        """
        super().__init__(feed)
        self._session = session
        self._button = button
        self._model = model
        self._feed = feed
        self.adapting = Adapting(session, self)
        self.bar = AdaptBar(theme)
        self.adapting.changed.connect(self._show)
        self.adapting.kept.connect(self._take)
        self.adapting.refused.connect(self.bar.show_end)
        self.adapting.undone.connect(self.model_wanted)
        self.bar.cancelled.connect(session.stop_job)
        self.bar.undo_wanted.connect(self.adapting.undo)
        session.progress_changed.connect(self._show)
        session.job_started.connect(self.allow)
        session.job_ended.connect(self.allow)
        model.counts_changed.connect(self.allow)
        feed.changed.connect(self.allow)
        self.allow()

    def start(self) -> None:
        """Adapt the model in force to every photo that it has answered."""
        answered = [result.path for result in self._model.results if result.prediction is not None]
        self.adapting.start(self._feed.model, answered)

    def allow(self, *_: object) -> None:
        """Free the button, or say in its tooltip what stands in the way."""
        obstacle = self.adapting.obstacle(self._feed.model, self._model.answered, is_answering=self._feed.is_running)
        self._button.set_blocked(obstacle)

    def follow_model(self, path: str) -> None:
        """Another model is in force: what is said of this one goes."""
        told = self.bar.outcome
        if told is not None and path != told.run:
            self.bar.hide()

    def _show(self, *_: object) -> None:
        if self.adapting.is_running:
            progress = self._session.progress
            self.bar.show_running(self.adapting.photos, progress, is_stopping=self._session.is_stopping)
        elif self.bar.outcome is None:
            self.bar.hide()  # it was stopped, or failed; the session says so
        self.allow()

    def _take(self, event: AdaptationFinished, evidence: Evidence | None, evidence_before: Evidence | None) -> None:
        self.model_wanted.emit(event.run)
        self.bar.show_end(event, evidence, evidence_before)
