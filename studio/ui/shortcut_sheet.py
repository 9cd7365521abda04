"""The sheet that lists every shortcut of the window."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QWidget
from typing_extensions import override

from studio.ui.theme import ThemeManager
from studio.ui.top_bar import TABS
from studio.ui.widgets.buttons import Button, key_caps
from studio.ui.widgets.chips import KeyHints
from studio.ui.widgets.flow import column, holder, row
from studio.ui.widgets.labels import Label
from studio.ui.widgets.panels import ScrollPanel
from studio.ui.widgets.sheet import Sheet

_WIDTH_PX = 460
_ROW_PX = 26


class ShortcutSheet(Sheet):
    """Lies over the window and reads the shortcuts off its buttons."""

    about_asked = Signal()

    def __init__(self, theme: ThemeManager, window: QWidget) -> None:
        """Args:
        theme: where colours come from.
        window: whose shortcuts are listed.
        """
        super().__init__(theme, window, "Keyboard shortcuts")
        self._scroll = ScrollPanel()
        self.about = Button(theme, "About Spotless Studio", kind="link", size="small")
        self.about.clicked.connect(self._ask_about)
        self.add(self._scroll, 1)
        self.add(row(self.about, None))

    def rows(self) -> list[tuple[str, QKeySequence]]:
        """What each shortcut does, with its keys: the tabs, what is everywhere, what the shown tab has."""
        listed = [(choice.text, QKeySequence(f"Ctrl+{number}")) for number, choice in enumerate(TABS, start=1)]
        seen = {keys.toString() for _, keys in listed}
        for button in self._window.findChildren(QAbstractButton):
            keys = button.shortcut()
            if keys.isEmpty() or keys.toString() in seen or not button.isVisibleTo(self._window):
                continue
            seen.add(keys.toString())
            listed.append((button.accessibleName() or button.text(), keys))
        for shortcut in self._window.findChildren(QShortcut):
            owner = shortcut.parent()
            told = shortcut.whatsThis()
            is_here = isinstance(owner, QWidget) and owner.isVisibleTo(self._window)
            if told and is_here and shortcut.key().toString() not in seen:
                seen.add(shortcut.key().toString())
                listed.append((told, shortcut.key()))
        return listed

    @override
    def open(self) -> None:
        self._fill()
        super().open()

    @override
    def wanted_px(self) -> QSize:
        return QSize(_WIDTH_PX, self.theme.space(13) + _ROW_PX * len(self.rows()))

    def _fill(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, self.theme.space(), 0)
        grid.setVerticalSpacing(self.theme.space())
        for number, (words, keys) in enumerate(self.rows()):
            grid.addWidget(Label(words, "body"), number, 0)
            grid.addWidget(KeyHints(self.theme, key_caps(keys)), number, 1, Qt.AlignmentFlag.AlignRight)
        listed = holder(column(grid, None))
        listed.setProperty("scrolled", "true")
        self._scroll.setWidget(listed)

    def _ask_about(self) -> None:
        self.hide()
        self.about_asked.emit()
