"""Tells quietly that the last window ended by a crash."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from studio.core import log
from studio.core.crash_notes import LeftNote
from studio.core.words import ago
from studio.ui.admin import open_log
from studio.ui.widgets.messages import MessageBar

WINDOW = "window"
"""What a note calls the process of a window."""


class CrashNotice(QObject):
    """Uses the message bar once, when a window opens.

    A process that was killed, or whose machine was switched off, did nothing wrong: of that the log alone tells.
    """

    def __init__(self, bar: MessageBar, parent: QObject) -> None:
        """Args:
        bar: where it is told.
        parent: owner.
        """
        super().__init__(parent)
        self._bar = bar
        self._text = ""
        bar.acted.connect(self._show_log)

    def tell(self, notes: Sequence[LeftNote]) -> None:
        """Tell of the last crash of a window among what has been left."""
        crashes = [note for note in notes if note.words and note.kind == WINDOW]
        if crashes:
            self._text = (
                f"The last window ended in a crash, {ago(crashes[-1].time_s)}. What was saved is whole, and a training "
                "that was interrupted goes on with Continue."
            )
            self._bar.show_message("warning", self._text, details=crashes[-1].words, action="Open the log")

    def _show_log(self) -> None:
        if self._text and self._bar.text == self._text and not open_log():
            self._bar.show_message("warning", f"No program here opens the log: {log.log_file()}")
