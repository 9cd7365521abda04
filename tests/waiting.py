"""Waiting as the program waits."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

_LOOK_MS = 20


def wait(milliseconds: int) -> None:
    """Run the event loop for a while.

    `QTest.qWait` keeps Python's lock, so that no other thread gets on and the window looks slower than it is.
    """
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def until(is_so: Callable[[], bool], *, limit_s: float = 900.0) -> float:
    """Look again and again until something is so, as the event loop runs where there is one; how long that took, in s.

    Args:
        is_so: looks.
        limit_s: after which it will not come any more.

    Raises:
        AssertionError: it does not come.
    """
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < limit_s, f"nothing after {limit_s:.0f} s"
        if QCoreApplication.instance() is None:
            time.sleep(_LOOK_MS / 1000)
        else:
            wait(_LOOK_MS)
    return time.monotonic() - began
