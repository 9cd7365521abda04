"""Readies a page that nobody sees yet, a little in each turn of the event loop."""

from __future__ import annotations

import time
from collections.abc import Iterator

import shiboken6
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

_A_TURN_S = 0.008
"""Half a frame: a person who moves the mouse meanwhile notices nothing."""


class Rehearsal(QObject):
    """Measures, lays out and draws a page before it is first shown.

    Qt leaves all of it to the moment of showing, when fonts, glyphs, icons and broken lines are looked up for hundreds
    of widgets at once. A page that was drawn before, unseen, is shown in half the time.
    """

    def __init__(self, page: QWidget, place: QWidget) -> None:
        """Args:
        page: what will be shown.
        place: what it will fill; its size is what the page is laid out for.
        """
        super().__init__(page)
        self._page = page
        self._place = place
        self._steps = self._play()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)
        self._timer.start(0)

    @property
    def is_over(self) -> bool:
        """Whether the page is ready, or in sight already."""
        return not self._timer.isActive()

    def _go_on(self) -> None:
        until_s = time.perf_counter() + _A_TURN_S
        while time.perf_counter() < until_s:
            if self._page.isVisible() or next(self._steps, None) is None:
                self._timer.stop()
                return

    def _play(self) -> Iterator[QWidget]:
        self._page.resize(self._place.size())
        for widget in self._page.findChildren(QWidget):
            if shiboken6.isValid(widget):  # rows come and go while this goes on
                widget.sizeHint()
            yield widget
        self._page.grab()
        yield self._page
