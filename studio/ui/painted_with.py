"""The dirt that the painted samples of a dataset have, which may be other than the controls say by now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.core.painted_record import painted_with
from studio.core.sections import DirtSettings
from studio.ui.session import Session

if TYPE_CHECKING:
    from studio.data.manifest import Manifest


class PaintedWith(QObject):
    """Reads, off the window's thread, what was painted with when the dataset's samples were painted."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        """Args:
        session: holds the open dataset.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session
        self._dirt: DirtSettings | None = None
        session.dataset_changed.connect(self._follow)
        self._follow(session.dataset)

    @property
    def dirt(self) -> DirtSettings | None:
        """The settings; None where nothing was painted, or nobody knows."""
        return self._dirt

    def _follow(self, manifest: Manifest | None) -> None:
        if manifest is None or not manifest.painted:
            self._dirt = None
        else:
            self._session.in_background(painted_with, manifest.folder, done=self._take)

    def _take(self, dirt: DirtSettings | None) -> None:
        if dirt != self._dirt:
            self._dirt = dirt
            self.changed.emit()


def looks_alike(one: DirtSettings, other: DirtSettings) -> bool:
    """Whether two settings paint the same picture; how many are painted is another matter."""
    numbers = ("ratio", "variations", "total", "ahead", "pairs")
    return one.model_dump(exclude=set(numbers)) == other.model_dump(exclude=set(numbers))
