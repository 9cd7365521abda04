"""A card that lies over the window, where other programs would open a dialog."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QLayout, QVBoxLayout, QWidget
from typing_extensions import override

from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import IconButton
from studio.ui.widgets.flow import row
from studio.ui.widgets.labels import Label


class Sheet(QFrame):
    """Title and close button above, anything below; goes with Esc and gives the keyboard back to where it was."""

    def __init__(self, theme: ThemeManager, window: QWidget, title: str) -> None:
        """Args:
        theme: where colours come from.
        window: what it lies over.
        title: what it shows; also its accessible name.
        """
        super().__init__(window)
        self.theme = theme
        self._window = window
        self._before: QWidget | None = None
        self.setProperty("card", "true")
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownFocus", True)
        self.heading = Label(title, "heading")
        self._close = IconButton(theme, "x", "Close", size="small")
        self._close.clicked.connect(self.hide)
        self.head = row(self.heading, None, self._close)
        self.body = QVBoxLayout(self)
        pad = theme.space(2)
        self.body.setContentsMargins(pad, pad, pad, pad)
        self.body.setSpacing(theme.space())
        self.body.addLayout(self.head)
        window.installEventFilter(self)
        self.hide()

    def add(self, item: QWidget | QLayout, stretch: int = 0) -> None:
        """Put a widget or layout below what is there."""
        if isinstance(item, QLayout):
            self.body.addLayout(item, stretch)
        else:
            self.body.addWidget(item, stretch)

    def wanted_px(self) -> QSize:
        """How large it would like to be; what the window has no room for is cut off."""
        return self.sizeHint()

    def open(self) -> None:
        """Show the sheet in the middle of the window."""
        if not self.isVisible():
            self._before = QApplication.focusWidget()
        self.place()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def toggle(self) -> None:
        """Show the sheet, or take it away."""
        if self.isVisible():
            self.hide()
        else:
            self.open()

    def place(self) -> None:
        """Put it into the middle of the window, as large as there is room."""
        area, wanted = self._window.rect(), self.wanted_px()
        width = min(wanted.width(), area.width() - self.theme.space(6))
        height = min(wanted.height(), area.height() - self.theme.space(12))
        self.setGeometry((area.width() - width) // 2, (area.height() - height) // 2, width, height)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        before, self._before = self._before, None
        if before is None or not shiboken6.isValid(before):
            return  # what had the keyboard may be gone by now
        if self._window.isActiveWindow() and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        return False

    @override
    def focusNextPrevChild(self, forward: bool) -> bool:
        """Keep Tab within the sheet: what lies below it is covered."""
        stops = [one for one in self.findChildren(QWidget) if _takes_tab(one)]
        if not stops:
            return True
        now = QApplication.focusWidget()
        at = stops.index(now) + (1 if forward else -1) if now in stops else (0 if forward else -1)
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        stops[at % len(stops)].setFocus(reason)
        return True


def _takes_tab(widget: QWidget) -> bool:
    takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return takes and widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None
