"""A running job, heard in the window's thread."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from studio.core.events import JobEnded, Notice
from studio.ui.job_thread import JobThread

LIMIT_MS = 20_000


class Listener:
    """Keeps what a job said."""

    def __init__(self, thread: JobThread) -> None:
        self.said: list[object] = []
        thread.happened.connect(self.said.append)
        thread.ended.connect(self.said.append)

    @property
    def ending(self) -> JobEnded | None:
        last = self.said[-1] if self.said else None
        return last if isinstance(last, JobEnded) else None


def started(target: str, request: object, tmp_path: Path) -> tuple[JobThread, Listener]:
    thread = JobThread(f"tests.core.job_targets:{target}", request, tmp_path)
    listener = Listener(thread)
    thread.start()
    return thread, listener


def test_events_arrive_in_order_and_the_ending_last(qtbot: QtBot, tmp_path: Path) -> None:
    thread, heard = started("count", 3, tmp_path)
    qtbot.waitUntil(lambda: heard.ending is not None, timeout=LIMIT_MS)
    thread.wait()
    assert [event.text for event in heard.said if isinstance(event, Notice)] == ["0", "1", "2"]
    assert heard.ending == JobEnded(outcome="done", exit_codes=(0,))


def test_bad_input_ends_with_its_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    thread, heard = started("refuse", "no photos; add some", tmp_path)
    qtbot.waitUntil(lambda: heard.ending is not None, timeout=LIMIT_MS)
    thread.wait()
    assert heard.ending is not None
    assert (heard.ending.outcome, str(heard.ending)) == ("bad input", "no photos; add some")


def test_stop_is_obeyed_with_what_was_reached(qtbot: QtBot, tmp_path: Path) -> None:
    thread, heard = started("wait_for_stop", None, tmp_path)
    qtbot.waitUntil(lambda: bool(heard.said), timeout=LIMIT_MS)
    thread.request_stop()
    assert thread.is_stopping
    qtbot.waitUntil(lambda: heard.ending is not None, timeout=LIMIT_MS)
    thread.wait()
    assert heard.ending is not None and heard.ending.outcome == "stopped"
    assert Notice(kind="info", text="kept the best") in heard.said


def test_a_second_stop_ends_a_job_that_does_not_listen(qtbot: QtBot, tmp_path: Path) -> None:
    thread, heard = started("ignore_stop", None, tmp_path)
    qtbot.waitUntil(lambda: bool(heard.said), timeout=LIMIT_MS)
    thread.request_stop()
    thread.request_stop()
    qtbot.waitUntil(lambda: heard.ending is not None, timeout=LIMIT_MS)
    thread.wait()
    assert heard.ending is not None and heard.ending.outcome == "killed"


def test_a_stop_before_the_start_starts_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    thread = JobThread("tests.core.job_targets:ignore_stop", None, tmp_path)
    heard = Listener(thread)
    thread.request_stop()
    thread.start()
    qtbot.waitUntil(lambda: heard.ending is not None, timeout=LIMIT_MS)
    thread.wait()
    assert heard.said == [JobEnded(outcome="stopped")]


def test_a_request_that_cannot_travel_is_an_ending_in_words(qtbot: QtBot, tmp_path: Path) -> None:
    thread, heard = started("count", lambda: None, tmp_path)
    qtbot.waitUntil(lambda: heard.ending is not None, timeout=LIMIT_MS)
    thread.wait()
    assert heard.ending is not None and heard.ending.outcome == "failed"
    assert "could not be started" in heard.ending.cause


@pytest.mark.parametrize("number", [100_000])
def test_a_signal_can_be_sent_very_often(qtbot: QtBot, tmp_path: Path, number: int) -> None:
    """PySide6 6.12 dies of it below Python 3.12, and so does a window that trains for an hour."""
    thread = JobThread("tests.core.job_targets:count", 0, tmp_path)
    told = [0]

    def take(event: object) -> None:
        told[0] += 1

    thread.happened.connect(take)
    for _ in range(number):
        thread.happened.emit(None)
    assert told[0] == number
