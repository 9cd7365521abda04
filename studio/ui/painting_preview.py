"""Previews of the dirt, asked of the painter one at a time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from studio.core.requests import Painting, PaintRequest
from studio.ui.session import Session

_CHANNEL = "laboratory"


class PaintingPreview(QObject):
    """While one picture is painted, only the newest wish is kept.

    Asking at every move of a slider would make each answer stale before it comes, so the picture would stand still
    until the slider does.
    """

    painted = Signal(object, object)
    refused = Signal(str)

    def __init__(self, session: Session, wish: Callable[[], PaintRequest | None], parent: QObject) -> None:
        """Args:
        session: leads to the painter.
        wish: what to paint now; None when there is nothing to paint.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session
        self._wish = wish
        self._asked = 0
        self._request: PaintRequest | None = None
        self._is_due = False
        session.painter.answered.connect(self._take)
        session.painter.failed.connect(self._refuse)

    @property
    def is_painting(self) -> bool:
        """Whether a picture is awaited."""
        return self._asked > 0

    def want(self) -> None:
        """Something has changed: paint anew, now or once the painter has a free hand."""
        self._is_due = True
        if not self._asked:
            self._ask()

    def _ask(self) -> None:
        self._is_due = False
        self._request = self._wish()
        if self._request is not None:
            self._asked = self._session.painter.ask(self._request, channel=_CHANNEL)

    def _take(self, number: int, painting: object) -> None:
        if number != self._asked or not isinstance(painting, Painting):
            return
        self._asked = 0
        self.painted.emit(self._request, painting)
        if self._is_due:
            self._ask()

    def _refuse(self, number: int, sentence: str, details: str) -> None:
        if number != self._asked:
            return
        self._asked = 0
        if self._is_due:
            self._ask()
        else:
            self.refused.emit(sentence)
