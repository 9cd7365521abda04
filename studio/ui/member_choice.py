"""Which network of an ensemble the curves are about."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from studio.ui.run_history import RunHistory
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button

_HEIGHT_PX = 20


class MemberChoice(Button):
    """`Member 3 of 5`, with a menu of all of them; not there for a run of one network."""

    chosen = Signal(int)

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__(theme, "", kind="link", size="small")
        self.set_trailing_icon("chevron-down")
        self.setStyleSheet(f"QPushButton {{ min-height: {_HEIGHT_PX - 2}px; }}")  # as high as the legend beside it
        self.setFixedHeight(_HEIGHT_PX)
        self.hide()
        self._history = RunHistory()
        self.clicked.connect(self._open)

    def show_members(self, history: RunHistory) -> None:
        """Say which network of a run is watched."""
        self._history = history
        number = history.planned_members
        self.set_text(f"Member {history.watched} of {number}")
        self.setVisible(number > 1)
        part = f"one of {history.folds} parts of the photos" if history.folds else "the same photos"
        together = "The figures above are of all members together. " if history.judged is not None else ""
        self.set_help(
            f"The model is {number} networks that vote, trained one after another. Validation is what this one says of "
            f"{part} that it never learned from; the thin lines are the others. {together}Press to look at another one."
        )

    def _open(self) -> None:
        menu = QMenu(self)
        for number, member in enumerate(self._history.members, start=1):
            last = member.last
            words = f"Member {number}" if last is None else f"Member {number}, {last.epoch} epochs"
            action = menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(number == self._history.watched)
            action.setData(number)
        menu.triggered.connect(self._choose)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))

    def _choose(self, action: QAction) -> None:
        self.chosen.emit(action.data())
