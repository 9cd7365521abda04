"""Tells quietly that the last window ended by a crash."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QObject

from studio.core import log
from studio.core.crash_notes import LeftNote
from studio.core.words import ago
from studio.ui.admin import open_log
from studio.ui.widgets.messages import MessageBar


class CrashNotice(QObject):
    """Uses the message bar once, when a window opens.

    A process that was killed, or whose machine was switched off, did nothing wrong: that is written into the log alone.
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
        """Write all notes down; tell of the last crash among them.

        Args:
            notes: what windows before have left.
        """
        for note in notes:
            when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(note.time_s))
            if note.words:
                log.logger().error("%s", f"process {note.process_id} crashed in native code, {when}\n{note.words}")
            else:
                log.logger().warning("process %d was killed, or the machine stopped, after %s", note.process_id, when)
        crashes = [note for note in notes if note.words]
        if crashes:
            self._text = (
                f"The last window ended in a crash, {ago(crashes[-1].time_s)}. What was saved is whole, and a training "
                "that was interrupted goes on with Continue."
            )
            self._bar.show_message("warning", self._text, details=crashes[-1].words, action="Open the log")

    def _show_log(self) -> None:
        if self._text and self._bar.text == self._text and not open_log():
            self._bar.show_message("warning", f"No program here opens the log: {log.log_file()}")
