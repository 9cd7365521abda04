"""The one dialog of the window: something went wrong that nobody had thought of."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QWidget

from studio.core import log
from studio.core.words import plural
from studio.ui.admin import open_log
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.flow import column, row
from studio.ui.widgets.labels import Label
from studio.ui.widgets.messages import Icon

_WIDTH_PX = 480
_WHAT_STAYS = (
    "What was asked for last may not have happened. Nothing on disk is lost: datasets, runs and models are whole, and "
    "a job that is running goes on."
)


class CrashDialog(QDialog):
    """Says what happened; the window behind it can be used all the while."""

    def __init__(self, theme: ThemeManager, what: str, details: str, parent: QWidget | None = None) -> None:
        """Args:
        theme: where colours come from.
        what: the error in one line.
        details: everything that helps to mend it.
        parent: the window behind it.
        """
        super().__init__(parent)
        self._details = details
        self._more = 0
        self.setWindowTitle("Spotless Studio: something went wrong")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("surface", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        told = Label(f"The studio made an error of its own: {what}", "body", wrap=True)
        self._said = Label("", "small", "text_2", wrap=True)
        self._said.hide()
        copy = Button(theme, "Copy details", icon="copy", tooltip="The error with its place in the code")
        copy.clicked.connect(self._copy)
        show_log = Button(theme, "Open the log", icon="file-text", kind="tool")
        show_log.clicked.connect(self._open_log)
        close = Button(theme, "Close")
        close.setDefault(True)
        close.clicked.connect(self.close)
        gap = theme.space()
        words = column(
            Label("Something went wrong", "heading"), told, Label(_WHAT_STAYS, "body", wrap=True), self._said, gap=gap
        )
        top = row(column(Icon(theme, "circle-x", "danger", 24), None), gap=theme.space(1.5))
        top.addLayout(words, 1)
        buttons = row(copy, show_log, None, close, gap=gap)
        pad = theme.space(2)
        self.setLayout(column(top, buttons, gap=pad, margins=(pad, pad, pad, pad)))
        self.setFixedWidth(_WIDTH_PX)
        self.setAccessibleName("Something went wrong")
        self.setAccessibleDescription(f"{told.text()} {_WHAT_STAYS}")
        close.setFocus()

    @property
    def details(self) -> str:
        """What *Copy details* copies."""
        return self._details

    @property
    def said(self) -> str:
        """The line below the sentences."""
        return self._said.text()

    def count_one_more(self) -> None:
        """Say that there was another error since."""
        self._more += 1
        self._say(f"{plural(self._more, 'error')} more since; the log has them.")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details)
        self._say("The details are copied.")

    def _open_log(self) -> None:
        if not open_log():
            self._say(f"No program here opens it; the log is {log.log_file()}")

    def _say(self, words: str) -> None:
        self._said.setText(words)
        self._said.show()
        self.adjustSize()
