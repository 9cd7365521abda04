"""What the window says in a panel of its own: a message, an empty state."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget
from typing_extensions import override

from studio.ui.icons import paint_icon
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button, IconButton
from studio.ui.widgets.flow import column, holder, row
from studio.ui.widgets.labels import Label

_ICONS = {"danger": "circle-x", "warning": "triangle-alert", "info": "info", "success": "check"}
_GROUNDS = {
    "danger": "danger_soft",
    "warning": "warning_soft",
    "info": "accent_soft",
    "success": "accent_soft",
}
_LEAST_LINES, _MOST_LINES = 2, 5
_INKS = {"danger": "danger", "warning": "warning", "info": "accent_text", "success": "success"}


class Icon(QWidget):
    """An icon that follows the theme."""

    def __init__(self, theme: ThemeManager, name: str, token: str = "text_2", size_px: int = 16) -> None:
        """Args:
        theme: where the colour comes from.
        name: an icon name.
        token: the colour token.
        size_px: side of the square.
        """
        super().__init__()
        self._theme = theme
        self._name = name
        self._token = token
        self._size_px = size_px
        self.setFixedSize(size_px, size_px)
        theme.changed.connect(self.update)

    def show_icon(self, name: str, token: str) -> None:
        """Change icon and colour."""
        self._name, self._token = name, token
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        paint_icon(QPainter(self), self._theme, self._name, self.rect(), self._token, self._size_px)


class MessageBar(QFrame):
    """A sentence across the top of a tab: what happened, to which file, what to do; details one click away."""

    acted = Signal()
    closed = Signal()

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self._kind = "info"
        self._icon = Icon(theme, "info", "accent_text")
        self._words = Label("", "body", wrap=True)
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._action = Button(theme, "", size="small", kind="tool")
        self._action.clicked.connect(self.acted)
        self._more = Button(theme, "Details", size="small", kind="link", tooltip="Show what exactly went wrong")
        self._more.clicked.connect(self._unfold)
        self._copy = IconButton(theme, "copy", "Copy the details", size="small")
        self._copy.clicked.connect(self._copy_details)
        self._close = IconButton(theme, "x", "Close this message", size="small")
        self._close.clicked.connect(self.dismiss)
        self._log = QPlainTextEdit()
        self._log.setReadOnly(True)
        self._log.setAccessibleName("Details of the message")
        self._log.setFont(theme.font("code"))
        top = row(self._icon, self._words, self._action, self._more, self._copy, self._close, gap=theme.space())
        pad = theme.space(2)
        lower = row(self._log, margins=(0, 0, pad - theme.space(), 0))
        self.setLayout(
            column(top, lower, gap=theme.space(), margins=(pad, theme.space(), theme.space(), theme.space()))
        )
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.hide()
        theme.changed.connect(self._restyle)

    @property
    def text(self) -> str:
        """The sentence on show."""
        return self._words.text()

    @property
    def details(self) -> str:
        """The details behind it."""
        return self._log.toPlainText()

    def show_message(self, kind: str, text: str, *, details: str = "", action: str = "") -> None:
        """Show a message in place of the last one.

        Args:
            kind: danger, warning, info or success.
            text: one or two sentences.
            details: log or traceback, folded away.
            action: label of a button that sends `acted`; empty for none.
        """
        self._kind = kind
        self._words.setText(text)
        self._words.setAccessibleName(text)
        self._log.setPlainText(details)
        self._log.hide()
        self._more.setVisible(bool(details))
        self._copy.setVisible(bool(details))
        self._more.set_text("Details")
        self._action.set_text(action)
        self._action.setVisible(bool(action))
        self._restyle()
        self.show()

    def dismiss(self) -> None:
        """Take the message away."""
        self.hide()
        self.closed.emit()

    def _unfold(self) -> None:
        if self._log.isHidden():
            # No taller than what it holds: in a small window it takes its height from what a person works on.
            lines = min(_MOST_LINES, max(_LEAST_LINES, self._log.blockCount()))
            self._log.setFixedHeight(lines * self._log.fontMetrics().lineSpacing() + self._theme.space(2))
        self._log.setVisible(self._log.isHidden())
        self._more.set_text("Details" if self._log.isHidden() else "Hide details")

    def _copy_details(self) -> None:
        QGuiApplication.clipboard().setText(f"{self.text}\n\n{self.details}")

    def _restyle(self) -> None:
        self._icon.show_icon(_ICONS[self._kind], _INKS[self._kind])
        ground = _GROUNDS[self._kind]
        if self.property("surface") != ground:
            self.setProperty("surface", ground)
            self.style().unpolish(self)
            self.style().polish(self)
        self._log.setFont(self._theme.font("code"))


class EmptyState(QWidget):
    """What a tab shows while it has nothing to show: an icon, a heading, what to do."""

    def __init__(
        self, theme: ThemeManager, icon: str, title: str, text: str, *, actions: Sequence[QWidget] = ()
    ) -> None:
        """Args:
        theme: where colours come from.
        icon: an icon name.
        title: what would be here.
        text: how it gets here; may have several lines.
        actions: buttons below.
        """
        super().__init__()
        self._picture = Icon(theme, icon, "text_3", theme.icon_px("empty_state"))
        self.title = Label(title, "display", wrap=True)
        self.text = Label(text, "body", "text_2", wrap=True)
        for label in (self.title, self.text):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        buttons = row(None, *actions, None, gap=theme.space())
        self.setLayout(
            column(
                None,
                holder(row(None, self._picture, None)),
                self.title,
                self.text,
                theme.space(),
                buttons,
                None,
                gap=theme.space(1.5),
                margins=(theme.space(3),) * 4,
            )
        )

    @override
    def sizeHint(self) -> QSize:
        return QSize(420, 280)


def icon_rect(rect: QRect, size_px: int) -> QRect:
    """The square of `size_px` at the left of `rect`, in its vertical middle."""
    return QRect(rect.x(), rect.y() + (rect.height() - size_px) // 2, size_px, size_px)
