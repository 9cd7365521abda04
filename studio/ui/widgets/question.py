"""A question asked in place, where other programs would open a dialog."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame
from typing_extensions import override

from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.flow import column, row
from studio.ui.widgets.labels import Label


class Question(QFrame):
    """One sentence with two answers; Esc declines."""

    accepted = Signal()
    declined = Signal()

    def __init__(self, theme: ThemeManager, *, is_wide: bool = False) -> None:
        """Args:
        theme: where colours come from.
        is_wide: whether the answers stand beside the sentence instead of below it.
        """
        super().__init__()
        self._words = Label("", "small", "text", wrap=True)
        self._yes = Button(theme, "", kind="danger", size="normal" if is_wide else "small")
        self._no = Button(theme, "Keep", kind="tool", size="normal" if is_wide else "small")
        self._yes.clicked.connect(self._accept)
        self._no.clicked.connect(self.decline)
        answers = row(None, self._no, self._yes, gap=theme.space())
        if is_wide:
            layout = row(gap=theme.space())
            layout.addWidget(self._words, 1)
            layout.addLayout(answers)
            self.setLayout(layout)
        else:
            self.setLayout(column(self._words, answers, gap=theme.space()))
        self.hide()

    def ask(self, words: str, yes: str, no: str = "Keep") -> None:
        """Ask.

        Args:
            words: what will happen, and whether it can be taken back.
            yes: the verb that does it.
            no: the answer that does nothing; it has the keyboard.
        """
        self._words.setText(words)
        self._yes.set_text(yes)
        self._no.set_text(no)
        self.setAccessibleName(words)
        self.show()
        self._no.setFocus(Qt.FocusReason.OtherFocusReason)

    def decline(self) -> None:
        """Answer no."""
        self.hide()
        self.declined.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.decline()
        else:
            super().keyPressEvent(event)

    def _accept(self) -> None:
        self.hide()
        self.accepted.emit()
