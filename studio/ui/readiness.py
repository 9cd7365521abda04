"""Starts what the next step will need, while a person still looks at the last one."""

from __future__ import annotations

import psutil
from PySide6.QtCore import QObject, QTimer

from studio.ui.session import Session

_CALM_MS = 4000
"""After the last change: thumbnails and the first preview come first."""
_ROOM_BYTES = 2 * 2**30
"""Memory that must be free; a waiting process with torch takes a quarter of a GiB."""


class Readiness(QObject):
    """Has a process wait for the next training, and one for the next photo."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        """Args:
        session: where the tabs meet.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_CALM_MS)
        self._calm.timeout.connect(self.warm_up)
        session.dataset_changed.connect(self._wait)
        session.runs_changed.connect(self._wait)
        session.job_ended.connect(self._wait)
        session.job_started.connect(self._calm.stop)
        self.warm_up()

    def warm_up(self) -> None:
        """Start both, each where it will have something to do and the machine has room."""
        session = self._session
        if session.is_busy or psutil.virtual_memory().available < _ROOM_BYTES:
            return
        if session.summaries:
            session.torch_host.warm_up()
        if not session.training_obstacle():
            session.prepare_training()

    def _wait(self, *_: object) -> None:
        self._calm.start()
