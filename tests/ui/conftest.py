"""What tests of the window share: the theme, a session in a workspace of its own, a guard."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from studio.ui.session import Session
from studio.ui.theme import ThemeManager

#: How long a timer or thread that is ending may take to end.
_GRACE_S = 5.0


@pytest.fixture
def theme(qapp: QApplication) -> ThemeManager:
    """The application's one theme, light."""
    known = qapp.findChild(ThemeManager)
    theme = known if known is not None else ThemeManager(qapp)
    theme.set_mode("light")
    return theme


@pytest.fixture
def session(qapp: QApplication, tmp_path: Path) -> Iterator[Session]:
    """A session whose workspace is empty."""
    session = Session(tmp_path / "workspace")
    yield session
    session.close()


@pytest.fixture(autouse=True)
def garbage_stays_in_this_thread() -> Iterator[None]:
    """Collect garbage between tests alone, as the program does at moments of its own.

    A collection in a thread of the pool destroys widgets of earlier tests there, while this thread draws them. What is
    there before a test is no concern of it, nor is it looked through again after each of some hundred.
    """
    gc.disable()
    gc.collect()
    gc.freeze()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def nothing_of_qt_left_behind(qapp: QApplication) -> Iterator[None]:
    """Fail a test after which a timer still ticks or a thread still runs."""
    yield
    until = time.monotonic() + _GRACE_S
    while left := _at_work():
        if time.monotonic() > until:
            pytest.fail("the test left behind: " + "; ".join(map(_said, left)), pytrace=False)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QCoreApplication.processEvents()


def _at_work() -> list[QTimer | QThread]:
    """Timers that tick and threads that run, of those made in Python."""
    # Not isinstance, for which some objects of torch load what they stand for.
    things = [thing for thing in gc.get_objects() if issubclass(type(thing), (QTimer, QThread)) and isValid(thing)]
    return [thing for thing in things if (thing.isActive() if isinstance(thing, QTimer) else thing.isRunning())]


def _said(thing: QTimer | QThread) -> str:
    owner = thing.parent()
    return f"{type(thing).__name__} of {type(owner).__name__}"
