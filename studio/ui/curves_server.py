"""TensorBoard on the folder of runs, in the browser."""

from __future__ import annotations

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from studio.ui.session import Session
from studio.ui.worker_link import WorkerLink

TARGET = "studio.learn.tensorboard_host:make"


class CurvesServer(QObject):
    """Starts TensorBoard when it is first asked for; it ends with the window."""

    def __init__(self, session: Session, parent: QObject) -> None:
        """Args:
        session: knows where runs lie, and when the window closes.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session
        self.link = WorkerLink(TARGET, self)
        self.link.answered.connect(self._open)
        self.link.failed.connect(self._tell_failure)
        session.closing.connect(self.link.close)

    def open(self) -> None:
        """Show the curves of all runs in the browser, as soon as they are served."""
        if not self.link.is_ready:
            self._session.say("info", "Starting TensorBoard; it opens in the browser in a few seconds.")
        self.link.ask(str(self._session.runs_folder), channel="open")

    def show(self, address: str) -> None:
        """Open an address in the browser."""
        if not QDesktopServices.openUrl(QUrl(address)):
            self._session.say("info", f"No browser could be opened; TensorBoard is at {address}.")

    def _open(self, number: int, address: str) -> None:
        self.show(address)

    def _tell_failure(self, number: int, sentence: str, details: str) -> None:
        self._session.say("danger", sentence, details)
