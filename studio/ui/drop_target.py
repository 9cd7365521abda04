"""Files dragged over a tab: the whole tab is the target, the zone in sight shows it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from studio.ui.dataset_intake import Found, look_at
from studio.ui.drop_zone import dropped_paths
from studio.ui.session import Session


class Zone(Protocol):
    """Shows that something may be dropped."""

    def light_up(self, words: str) -> None:
        """Say what dropping would do."""

    def refuse(self, reason: str) -> None:
        """Say why nothing can be dropped."""

    def calm_down(self) -> None:
        """Nothing is dragged any more."""


class DropTarget(QObject):
    """Says what would be dropped while it is dragged, and hands it over."""

    def __init__(
        self,
        session: Session,
        target: QWidget,
        *,
        zone: Callable[[], Zone],
        words: Callable[[Found], str],
        take: Callable[[tuple[Path, ...]], None],
        obstacle: Callable[[], str] | None = None,
    ) -> None:
        """Args:
        session: looks into what is dragged, off the window's thread.
        target: takes the drops.
        zone: gives the zone that is in sight.
        words: what dropping this would do; empty when it would do nothing.
        take: gets what was dropped.
        obstacle: why nothing can be taken now, empty when something can; something always can when left out.
        """
        super().__init__(target)
        self._session = session
        self._zone = zone
        self._words = words
        self._take = take
        self._asked_obstacle = obstacle
        self._lit: Zone | None = None
        self._dragged: tuple[Path, ...] = ()
        target.setAcceptDrops(True)
        target.installEventFilter(self)

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
        self._end()
        paths = tuple(dropped_paths(event.mimeData()))
        if not paths:
            event.ignore()
            return
        self._lit = self._zone()
        if obstacle := self._obstacle():
            self._lit.refuse(obstacle)
        else:
            self._dragged = paths
            self._lit.light_up("Drop photos")
            self._session.in_background(look_at, paths, done=self._show, failed=self._stay_quiet)
        event.acceptProposedAction()  # or no leave would follow, and the zone would keep its words

    def _drop(self, event: QDropEvent) -> None:
        paths = tuple(dropped_paths(event.mimeData()))
        self._end()
        if paths and not self._obstacle():
            event.acceptProposedAction()
            self._take(paths)
        else:
            event.ignore()

    def _obstacle(self) -> str:
        return self._asked_obstacle() if self._asked_obstacle is not None else ""

    def _end(self) -> None:
        self._dragged = ()
        if self._lit is not None:
            self._lit.calm_down()
            self._lit = None

    def _show(self, found: Found) -> None:
        if found.paths != self._dragged or self._lit is None:
            return
        words = self._words(found)
        if words:
            self._lit.light_up(words)
        else:
            self._lit.refuse(found.refusal)
            self._dragged = ()

    def _stay_quiet(self, sentence: str, details: str) -> None:
        """What is only dragged is no reason for a message; dropped, it gives one."""
