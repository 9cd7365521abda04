"""How the open dataset would be dealt to the splits, kept up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.core.requests import SplitCounts, SplitsRequest
from studio.ui.session import Session

if TYPE_CHECKING:
    from studio.data.manifest import Manifest

_CHANNEL = "splits"


class SplitWatch(QObject):
    """Asks the painter's process, since dealing looks at pictures; follows the settings."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        """Args:
        session: holds dataset and settings, leads to the painter.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session
        self._request: SplitsRequest | None = None
        self._asked = 0
        self._counts: SplitCounts | None = None
        session.config_changed.connect(self._follow_config)
        session.painter.answered.connect(self._take)
        session.painter.failed.connect(self._miss)

    @property
    def counts(self) -> SplitCounts | None:
        """The counts of the open dataset; None while they are being worked out."""
        return self._counts

    def forget(self) -> None:
        """Another dataset is open."""
        self._counts = None
        self._asked = 0

    def deal(self) -> None:
        """Ask anew; what counts is what is on disk."""
        dataset = self._session.dataset
        if dataset is not None and dataset.samples:
            self._request = self._wanted(dataset)
            self._asked = self._session.painter.ask(self._request, channel=_CHANNEL)

    def _follow_config(self, _: object) -> None:
        dataset = self._session.dataset
        if dataset is not None and self._wanted(dataset) != self._request:
            self.deal()

    def _wanted(self, dataset: Manifest) -> SplitsRequest:
        config = self._session.config
        members = config.ensemble.members
        return SplitsRequest(folder=str(dataset.folder), data=config.data, split=config.split, members=members)

    def _take(self, number: int, counts: object) -> None:
        if number == self._asked and isinstance(counts, SplitCounts):
            self._asked = 0
            self._counts = counts
            self.changed.emit()

    def _miss(self, number: int, sentence: str, details: str) -> None:
        if number == self._asked:
            self._take(number, SplitCounts(obstacle=sentence))
