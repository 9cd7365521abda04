"""What is said before the window closes on a running job."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from studio.core.events import JobEnded
from studio.ui.job_runner import JobInfo
from studio.ui.session import Session
from studio.ui.widgets.messages import MessageBar

_WHAT_STAYS = {
    "train": "whole epochs are kept, and Continue goes on from there",
    "import": "the dataset stays as it was",
    "generate": "the dataset stays as it was",
    "search": "trials that have ended are kept, and Continue goes on from there",
}


class Closing(QObject):
    """Asks in the message bar, never in a dialog; the second wish to close is granted."""

    agreed = Signal()

    def __init__(self, session: Session, bar: MessageBar, parent: QObject) -> None:
        """Args:
        session: knows the running job.
        bar: where it is asked.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session
        self._bar = bar
        self._is_asked = False
        bar.acted.connect(self._agree)
        bar.closed.connect(self._forget)
        session.job_ended.connect(self._withdraw)

    def may_close(self) -> bool:
        """Whether the window may close now; if not, it has just been asked."""
        job = self._session.job
        if job is None or self._is_asked:
            return True
        self._is_asked = True
        stays = _WHAT_STAYS.get(job.kind, "what it has not finished is lost")
        words = f"{job.title} is still running. Closing the window ends it: {stays}."
        self._bar.show_message("warning", words, action="End it and close")
        return False

    def _agree(self) -> None:
        if self._is_asked:
            self.agreed.emit()

    def _forget(self) -> None:
        self._is_asked = False

    def _withdraw(self, job: JobInfo, ending: JobEnded) -> None:
        if self._is_asked:
            self._is_asked = False
            self._bar.hide()
