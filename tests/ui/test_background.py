"""File work leaves the window's thread, and its results come back to it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio.core.errors import UserError
from studio.ui.background import Background


@pytest.fixture
def background(qapp: QApplication) -> Iterator[Background]:
    background = Background()
    yield background
    background.close()


def test_a_result_comes_back_to_the_window_s_thread(background: Background, qtbot: QtBot) -> None:
    told: list[tuple[int, int]] = []
    background.call(threading.get_ident, done=lambda ran: told.append((ran, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(told))
    ran, heard = told[0]
    assert ran != threading.get_ident()
    assert heard == threading.get_ident()


def refuse() -> None:
    raise UserError("plate.jpg: is empty; copy it again")


def fail() -> None:
    raise ZeroDivisionError("a mistake of ours")


def test_bad_input_comes_back_as_its_sentence(background: Background, qtbot: QtBot) -> None:
    told: list[tuple[str, str]] = []
    background.call(refuse, failed=lambda sentence, details: told.append((sentence, details)))
    qtbot.waitUntil(lambda: bool(told))
    assert told == [("plate.jpg: is empty; copy it again", "")]


def test_a_mistake_of_ours_comes_back_with_its_traceback(background: Background, qtbot: QtBot) -> None:
    told: list[tuple[str, str]] = []
    background.call(fail, failed=lambda sentence, details: told.append((sentence, details)))
    qtbot.waitUntil(lambda: bool(told))
    assert told[0][0] == "ZeroDivisionError: a mistake of ours"
    assert "Traceback" in told[0][1]


def test_nothing_is_called_back_after_closing(qapp: QApplication, qtbot: QtBot) -> None:
    background = Background()
    told: list[int] = []
    background.call(threading.get_ident, done=told.append)
    background.close()
    qapp.processEvents()
    assert not told


def test_a_result_for_a_widget_that_is_gone_is_dropped(background: Background, qtbot: QtBot) -> None:
    asker = Asker()
    heard: list[str] = []
    background.call(str, 1, done=asker.take)
    asker.delete_now()
    background.wait_for_done()
    background.call(str, 2, done=heard.append)
    qtbot.waitUntil(lambda: heard == ["2"])


class Asker(QWidget):
    def take(self, value: str) -> None:
        self.setToolTip(value)

    def delete_now(self) -> None:
        shiboken6.delete(self)
