"""The sheet that lists every shortcut of the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QFrame, QGridLayout, QWidget
from typing_extensions import override

from studio.ui.theme import ThemeManager
from studio.ui.top_bar import TABS
from studio.ui.widgets.buttons import IconButton, key_caps
from studio.ui.widgets.chips import KeyHints
from studio.ui.widgets.flow import column, holder, row
from studio.ui.widgets.labels import Label
from studio.ui.widgets.panels import ScrollPanel

_WIDTH_PX = 460


class ShortcutSheet(QFrame):
    """Lies over the window, reads the shortcuts off its buttons, goes with Esc."""

    def __init__(self, theme: ThemeManager, window: QWidget) -> None:
        """Args:
        theme: where colours come from.
        window: whose shortcuts are listed.
        """
        super().__init__(window)
        self._theme = theme
        self._window = window
        self.setProperty("card", "true")
        self.setAccessibleName("Keyboard shortcuts")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownFocus", True)
        self._close = IconButton(theme, "x", "Close", size="small")
        self._close.clicked.connect(self.hide)
        self._scroll = ScrollPanel()
        pad = theme.space(2)
        head = row(Label("Keyboard shortcuts", "heading"), None, self._close)
        self.setLayout(column(head, self._scroll, gap=theme.space(), margins=(pad, pad, pad, pad)))
        window.installEventFilter(self)
        self.hide()

    def toggle(self) -> None:
        """Show the sheet, or take it away."""
        if self.isVisible():
            self.hide()
            return
        self._fill()
        self._place()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

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
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _fill(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, self._theme.space(), 0)
        grid.setVerticalSpacing(self._theme.space())
        for number, (words, keys) in enumerate(self.rows()):
            grid.addWidget(Label(words, "body"), number, 0)
            grid.addWidget(KeyHints(self._theme, key_caps(keys)), number, 1, Qt.AlignmentFlag.AlignRight)
        listed = holder(column(grid, None))
        listed.setProperty("scrolled", "true")
        self._scroll.setWidget(listed)

    def _place(self) -> None:
        area = self._window.rect()
        width = min(_WIDTH_PX, area.width() - self._theme.space(6))
        height = min(self._theme.space(9) + 26 * len(self.rows()), area.height() - self._theme.space(12))
        self.setGeometry((area.width() - width) // 2, (area.height() - height) // 2, width, height)
