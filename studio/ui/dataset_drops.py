"""Drags over the Dataset tab: the whole tab is the target, the zone in sight shows it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from studio.ui.dataset_intake import Found, Intake
from studio.ui.dataset_start import BigZone
from studio.ui.drop_zone import DropZone, dropped_paths
from studio.ui.words import plural


class DropTarget(QObject):
    """Watches a widget for what is dragged onto it."""

    def __init__(self, target: QWidget, intake: Intake, zone: Callable[[], BigZone | DropZone]) -> None:
        """Args:
        target: takes the drops.
        intake: counts and imports the photos.
        zone: gives the zone that is in sight.
        """
        super().__init__(target)
        self._intake = intake
        self._zone = zone
        self._dragged: tuple[Path, ...] = ()
        intake.counted.connect(self._show_count)
        target.setAcceptDrops(True)
        target.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent):
            self._enter(event)
        elif isinstance(event, QDragMoveEvent):
            event.setAccepted(bool(self._dragged))
        elif isinstance(event, QDropEvent):
            self._drop(event)
        elif event.type() == QEvent.Type.DragLeave:
            self._dragged = ()
            self._zone().calm_down()
        else:
            return False
        return True

    def _enter(self, event: QDragEnterEvent) -> None:
        paths = tuple(dropped_paths(event.mimeData()))
        if not paths:
            event.ignore()
            return
        obstacle = self._intake.obstacle()
        self._dragged = () if obstacle else paths
        if obstacle:
            self._zone().refuse(obstacle)
        else:
            self._zone().light_up("Drop photos")
            self._intake.count(paths)
        event.acceptProposedAction()  # or no leave would follow, and the zone would keep its words

    def _drop(self, event: QDropEvent) -> None:
        paths, self._dragged = tuple(dropped_paths(event.mimeData())), ()
        self._zone().calm_down()
        if paths and not self._intake.obstacle():
            event.acceptProposedAction()
            self._intake.take(paths)
        else:
            event.ignore()

    def _show_count(self, found: Found) -> None:
        if found.paths != self._dragged:
            return
        if found.dataset is not None:
            self._zone().light_up(f"Open {found.name}")
        elif found.photos:
            self._zone().light_up(f"Drop {plural(found.photos, 'photo')}")
        else:
            self._zone().refuse("There are no photos in it")
            self._dragged = ()
