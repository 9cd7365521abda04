"""Waiting as the program waits."""

from __future__ import annotations

from PySide6.QtCore import QEventLoop, QTimer


def wait(milliseconds: int) -> None:
    """Run the event loop for a while.

    `QTest.qWait` keeps Python's lock, so that no other thread gets on and the window looks slower than it is.
    """
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
