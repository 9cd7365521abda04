"""Asks how many more epochs a finished run shall be trained for."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from studio.core.run_summary import RunSummary
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.flow import row
from studio.ui.widgets.inputs import SpinBox

_MOST = 1000
_WIDTH_PX = 132


class MoreEpochs(QWidget):
    """A number of epochs between the way back and the way on; Esc goes back."""

    accepted = Signal(int)
    declined = Signal()

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._done = 0
        self._number = SpinBox(theme, unit="more epochs")
        self._number.setAccessibleName("More epochs")
        self._number.setFixedWidth(_WIDTH_PX)
        self._back = Button(theme, "Back", size="large", tooltip="Leave the run as it is")
        self._go = Button(theme, "Continue", icon="play", kind="primary")
        self._back.clicked.connect(self.declined)
        self._go.clicked.connect(self._accept)
        self._number.valueChanged.connect(self._explain)
        self.setLayout(row(self._number, None, self._back, self._go, gap=theme.space()))

    def ask(self, summary: RunSummary) -> None:
        """Offer half of what was planned, and at least what takes the run beyond its plan."""
        self._done = summary.epoch
        least = summary.epochs - summary.epoch + 1  # with fewer, early stopping would end it at once again
        self._number.setRange(least, _MOST)
        self._number.setValue(max(least, round(summary.epochs / 2)))
        self._number.selectAll()
        self._number.setFocus()
        self._explain()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.declined.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._accept()
        else:
            super().keyPressEvent(event)

    def _accept(self) -> None:
        self.accepted.emit(self._done + self._number.value())

    def _explain(self, *_: object) -> None:
        until = self._done + self._number.value()
        self._go.set_help(f"Go on after epoch {self._done}, up to epoch {until}; early stopping waits anew")
