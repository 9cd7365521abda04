"""A finding with the button that helps."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from studio.ui.findings import Finding
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.flow import column, holder, row
from studio.ui.widgets.labels import Label
from studio.ui.widgets.messages import Icon
from studio.ui.widgets.plain import plain


class FindingCard(QFrame):
    """What is wrong, what was measured, what would help; once applied, a tick with Undo."""

    applied = Signal(object)
    undone = Signal(object)

    def __init__(
        self, theme: ThemeManager, finding: Finding, *, is_applied: bool = False, more: Sequence[QWidget] = ()
    ) -> None:
        """Args:
        theme: where colours come from.
        finding: what is told.
        is_applied: whether its change is in the settings already.
        more: what is shown between the text and the button.
        """
        super().__init__()
        self.finding = finding
        self.setProperty("card", "true")
        self.setAccessibleName(finding.title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        edge = 13
        icon = Icon(theme, "triangle-alert", "warning", 16)
        self._title = Label(finding.title, "label", weight=600, wrap=True)
        self._text = Label(finding.text, "small", "text_2", wrap=True)
        self._fix = Button(theme, finding.fix, size="small", tooltip="For the next run")
        self._fix.clicked.connect(self._apply)
        self._tick = Icon(theme, "check", "success", 14)
        self._done = Label("Will be used in the next run", "small", "success")
        self._undo = Button(theme, "Undo", kind="link", size="small")
        self._undo.clicked.connect(self._take_back)
        self._actions = row(self._fix, self._tick, self._done, self._undo, None, gap=theme.space())
        self._rest = holder(column(self._text, *more, 6, self._actions, gap=4))
        words = column(self._title, self._rest, gap=4)
        side = column(2, icon, None, gap=0)
        layout = row(gap=10, margins=(edge, edge - 1, edge, edge))
        layout.addLayout(side)
        layout.addLayout(words, 1)
        self.setLayout(layout)
        self._show_applied(is_applied)

    def set_compact(self, is_compact: bool) -> None:
        """Show the title alone, or everything."""
        self._rest.setVisible(not is_compact)
        self.setToolTip(plain(self.finding.text if is_compact else ""))

    def _show_applied(self, is_applied: bool) -> None:
        self._is_applied = is_applied
        self._fix.setVisible(not is_applied and bool(self.finding.fix))
        for widget in (self._tick, self._done, self._undo):
            widget.setVisible(is_applied)

    def _apply(self) -> None:
        if not self.finding.tab:
            self._show_applied(True)
        self.applied.emit(self.finding)

    def _take_back(self) -> None:
        self._show_applied(False)
        self.undone.emit(self.finding)
