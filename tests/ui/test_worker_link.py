"""Questions to a warm process, and its answers."""

from __future__ import annotations

from collections.abc import Iterator

import psutil
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.ui.worker_link import WorkerLink

LIMIT_MS = 20_000


class Heard:
    """Keeps what a link said."""

    def __init__(self, link: WorkerLink) -> None:
        self.answers: dict[int, object] = {}
        self.failures: dict[int, str] = {}
        link.answered.connect(self.answers.__setitem__)
        link.failed.connect(self.take_failure)

    def take_failure(self, number: int, sentence: str, details: str) -> None:
        self.failures[number] = sentence


@pytest.fixture
def doubler(qapp: QApplication) -> Iterator[WorkerLink]:
    link = WorkerLink("tests.core.job_targets:make_doubler")
    yield link
    link.close()


@pytest.fixture
def echo(qapp: QApplication) -> Iterator[WorkerLink]:
    link = WorkerLink("tests.core.job_targets:make_slow_echo")
    yield link
    link.close()


def test_a_question_asked_before_the_process_is_up_is_answered(doubler: WorkerLink, qtbot: QtBot) -> None:
    heard = Heard(doubler)
    number = doubler.ask(21)
    assert doubler.is_waiting
    qtbot.waitUntil(lambda: number in heard.answers, timeout=LIMIT_MS)
    assert heard.answers == {1: 42}
    assert doubler.is_ready
    assert not doubler.is_waiting


def test_bad_input_is_answered_with_its_sentence(doubler: WorkerLink, qtbot: QtBot) -> None:
    heard = Heard(doubler)
    number = doubler.ask(-1)
    qtbot.waitUntil(lambda: number in heard.failures, timeout=LIMIT_MS)
    assert heard.failures == {1: "-1 is negative; give a positive number"}


def test_only_the_newest_question_of_a_channel_is_answered(echo: WorkerLink, qtbot: QtBot) -> None:
    heard = Heard(echo)
    for value in range(5):
        last = echo.ask(value, channel="preview")
    qtbot.waitUntil(lambda: last in heard.answers, timeout=LIMIT_MS)
    assert heard.answers == {last: 4}


def test_questions_without_a_channel_are_all_answered(echo: WorkerLink, qtbot: QtBot) -> None:
    heard = Heard(echo)
    for value in (7, 8, 9):
        echo.ask(value)
    qtbot.waitUntil(lambda: len(heard.answers) == 3, timeout=LIMIT_MS)
    assert heard.answers == {1: 7, 2: 8, 3: 9}


def test_a_process_that_dies_is_told_and_started_again(echo: WorkerLink, qtbot: QtBot) -> None:
    heard = Heard(echo)
    before = set(psutil.Process().children())
    with qtbot.waitSignal(echo.ready, timeout=LIMIT_MS):
        echo.warm_up()
    lost = echo.ask(1)
    for child in set(psutil.Process().children()) - before:
        if "resource_tracker" not in " ".join(child.cmdline()):
            child.kill()
    qtbot.waitUntil(lambda: lost in heard.failures, timeout=LIMIT_MS)
    assert "started again" in heard.failures[lost]
    again = echo.ask(2)
    qtbot.waitUntil(lambda: again in heard.answers, timeout=LIMIT_MS)
    assert heard.answers[again] == 2


def test_a_process_that_cannot_start_says_why_in_the_details(qapp: QApplication, qtbot: QtBot) -> None:
    link = WorkerLink("tests.core.job_targets:no_such_handler")
    with qtbot.waitSignal(link.failed, timeout=LIMIT_MS) as failed:
        link.ask(1)
    assert "no_such_handler" in failed.args[2]
    link.close()


def test_closing_leaves_no_process(qapp: QApplication, qtbot: QtBot) -> None:
    link = WorkerLink("tests.core.job_targets:make_slow_echo")
    with qtbot.waitSignal(link.ready, timeout=LIMIT_MS):
        link.warm_up()
    link.ask(1)
    link.close()
    assert not link.is_ready
    assert not link.is_waiting
