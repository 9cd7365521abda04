"""Thumbnails of samples that are painted when they are read, painted one at a time, those in sight first."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio.core.requests import ThumbnailRequest
from studio.ui.session import Session
from studio.ui.thumbnails import Thumbnails

if TYPE_CHECKING:
    from studio.data.manifest import Manifest, Sample


class PaintedThumbnails(QObject):
    """Asks a process of its own, so that the laboratory's painter is free for what a person waits for."""

    def __init__(self, session: Session, thumbnails: Thumbnails, parent: QObject) -> None:
        """Args:
        session: leads to the process.
        thumbnails: told of each that is there.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session
        self._thumbnails = thumbnails
        self._manifest: Manifest | None = None
        self._wanted: OrderedDict[str, ThumbnailRequest] = OrderedDict()
        self._failed: dict[str, str] = {}
        self._asked, self._asked_for = 0, ""
        session.thumbnailer.answered.connect(self._take)
        session.thumbnailer.failed.connect(self._miss)

    def show(self, manifest: Manifest | None) -> None:
        """Another dataset is shown, or this one was painted anew: nothing of before is wanted any more."""
        self._manifest = manifest
        self._wanted.clear()
        self._failed.clear()
        self._asked = 0

    def want(self, sample: Sample) -> str:
        """Have the thumbnail of a promised sample painted; the one wanted last comes first.

        Args:
            sample: it has no thumbnail yet.

        Returns:
            why it cannot be painted; empty while nothing is known against it.
        """
        reason = self._failed.get(sample.id, "")
        if self._manifest is not None and not reason and not (self._asked and sample.id == self._asked_for):
            picture, thumbnail = self._manifest.picture(sample), self._manifest.thumbnail(sample)
            self._wanted[sample.id] = ThumbnailRequest(picture=str(picture), thumbnail=str(thumbnail))
            self._wanted.move_to_end(sample.id)
            self._ask()
        return reason

    def _ask(self) -> None:
        if self._wanted and not self._asked:
            self._asked_for, request = self._wanted.popitem()
            self._asked = self._session.thumbnailer.ask(request)

    def _take(self, number: int, thumbnail: object) -> None:
        if number == self._asked:
            self._asked = 0
            self._thumbnails.retry(self._asked_for)
            self._ask()

    def _miss(self, number: int, sentence: str, details: str) -> None:
        if number == self._asked:
            self._asked = 0
            self._failed[self._asked_for] = sentence
            self._thumbnails.retry(self._asked_for)
            self._ask()
