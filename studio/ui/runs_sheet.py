"""The list of runs as a sheet, where the window is too narrow for it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QWidget

from studio.ui.widgets.flow import column

_WIDTH_PX, _HEIGHT_PX = 300, 540


class RunsSheet(QFrame):
    """Holds the list while it is open, and until it is given back."""

    def __init__(self, runs: QWidget, owner: QWidget) -> None:
        """Args:
        runs: the list, which lives elsewhere while there is room.
        owner: the widget over which it opens.
        """
        super().__init__(owner, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setProperty("card", "true")
        self._runs = runs
        self.setLayout(column(runs, gap=0, margins=(1, 1, 1, 1)))
        self.setFixedSize(_WIDTH_PX, _HEIGHT_PX)

    def show_at(self, top_left: QPoint) -> None:
        """Open with the upper left corner at a place on the screen."""
        self.move(top_left)
        self._runs.show()
        self.show()
