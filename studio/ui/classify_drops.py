"""Files dragged over Classify: the whole tab is the target, the zone in sight shows it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from typing_extensions import override

from studio.ui.classify_files import is_model
from studio.ui.classify_start import StartZone
from studio.ui.dataset_intake import Found, look_at
from studio.ui.drop_zone import dropped_paths
from studio.ui.photo_intake_cell import PhotoIntakeCell
from studio.ui.session import Session
from studio.ui.words import plural

if TYPE_CHECKING:
    from studio.ui.classify_tab import ClassifyTab


class ClassifyDrops(QObject):
    """Says what would be dropped while it is dragged, and hands it over."""

    def __init__(self, session: Session, tab: ClassifyTab, zones: tuple[StartZone, PhotoIntakeCell]) -> None:
        """Args:
        session: looks into what is dragged, off the window's thread.
        tab: the target.
        zones: all that may show a drag.
        """
        super().__init__(tab)
        self._session = session
        self._tab = tab
        self._zones = zones
        self._dragged: tuple[Path, ...] = ()
        tab.setAcceptDrops(True)
        tab.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent):  # no kind of move or drop is one
            self._enter(event)
        elif isinstance(event, QDragMoveEvent):
            event.setAccepted(bool(self._dragged))
        elif event.type() == QEvent.Type.DragLeave:
            self._end()
        elif isinstance(event, QDropEvent):
            self._drop(event)
        else:
            return False
        return True

    def _enter(self, event: QDragEnterEvent) -> None:
        self._dragged = tuple(dropped_paths(event.mimeData()))
        if not self._dragged:
            event.ignore()
            return
        self._tab.zone.light_up("Drop photos")
        self._session.in_background(look_at, self._dragged, done=self._show, failed=self._stay_quiet)
        event.acceptProposedAction()

    def _drop(self, event: QDropEvent) -> None:
        paths = dropped_paths(event.mimeData())
        self._end()
        event.setAccepted(bool(paths))
        if paths:
            event.acceptProposedAction()
            self._tab.take_paths(paths)

    def _end(self) -> None:
        self._dragged = ()
        for zone in self._zones:
            zone.calm_down()

    def _show(self, found: Found) -> None:
        if found.paths != self._dragged:
            return
        zone = self._tab.zone
        if any(is_model(path) for path in found.paths):
            zone.light_up("Open this model")
        elif found.photos:
            zone.light_up(f"Drop {plural(found.photos, 'photo')}")
        elif found.dataset is None:
            zone.refuse("There are no photos in it")

    def _stay_quiet(self, sentence: str, details: str) -> None:
        """What is only dragged is no reason for a message; dropped, it gives one."""
