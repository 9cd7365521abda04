"""Hears of every error that nobody caught: it goes to the log, and once to the person."""

from __future__ import annotations

import sys
import threading
import traceback
from types import TracebackType

import shiboken6
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from studio.core import log
from studio.ui.crash_dialog import CrashDialog
from studio.ui.theme import ThemeManager

_MOST_LETTERS = 300


class CrashReporter(QObject):
    """Shows one dialog at a time, and none twice for the same place in the code.

    A picture that cannot be drawn fails again with every repaint, sixty times a second.
    """

    _caught = Signal(str, str, str)

    def __init__(self, theme: ThemeManager, window: QWidget, parent: QObject) -> None:
        """Args:
        theme: for the dialog.
        window: what the dialog stands before.
        parent: owner.
        """
        super().__init__(parent)
        self._theme = theme
        self._window = window
        self._told: set[str] = set()
        self.dialog: CrashDialog | None = None
        self._caught.connect(self._show)  # from another thread it arrives in the window's

    def install(self) -> None:
        """Hear of the errors of this process from now on."""
        sys.excepthook = self.take
        threading.excepthook = self._take_from_thread

    def remove(self) -> None:
        """Leave them to Python again."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Be told of an error that nobody caught; any thread may."""
        if issubclass(kind, KeyboardInterrupt):  # Ctrl+C in the terminal that the window was opened from
            QApplication.closeAllWindows()
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        lines = str(error).strip().splitlines()
        what = f"{kind.__name__}: {lines[0][:_MOST_LETTERS]}" if lines else kind.__name__
        log.logger().error("%s", f"nobody caught {what}\n{details}")
        log.flush()
        if sys.__stderr__ is not None:  # in a windowed bundle there is none
            print(details, file=sys.__stderr__)
        self._caught.emit(what, details, _place(kind, trace))

    def _take_from_thread(self, caught: threading.ExceptHookArgs) -> None:
        if caught.exc_value is not None:
            self.take(caught.exc_type, caught.exc_value, caught.exc_traceback)

    def _show(self, what: str, details: str, place: str) -> None:
        if place in self._told:
            return
        self._told.add(place)
        if self.dialog is not None and shiboken6.isValid(self.dialog):
            self.dialog.count_one_more()
            return
        from studio.core import about  # the window opens without it

        parent = self._window if shiboken6.isValid(self._window) else None
        self.dialog = CrashDialog(self._theme, what, f"{details}\n{about.versions()}", parent)
        self.dialog.destroyed.connect(self._forget)
        self.dialog.show()

    def _forget(self) -> None:
        self.dialog = None


def _place(kind: type[BaseException], trace: TracebackType | None) -> str:
    """Where an error came from: its kind with the innermost line of code."""
    frames = traceback.extract_tb(trace)
    return f"{kind.__name__} at {frames[-1].filename}:{frames[-1].lineno}" if frames else kind.__name__
