"""What is written off the thread that asks."""

from __future__ import annotations

import logging
import threading
from functools import partial

import pytest

from studio.core import log
from studio.core.log_file import SharedLog
from studio.core.write_queue import WriteQueue

LIMIT_S = 60.0


def test_all_is_written_in_order_and_nobody_waits_for_a_stuck_write() -> None:
    queue, free, written = WriteQueue("test"), threading.Event(), []
    queue.put(partial(free.wait, LIMIT_S))
    for number in range(20):
        queue.put(partial(written.append, number))
    assert not queue.flush(0.01)
    assert not queue.flush(LIMIT_S), "whoever waited in vain does not wait again"
    assert not written
    free.set()
    while not queue.flush(LIMIT_S):
        pass
    assert written == list(range(20))


def test_a_write_that_fails_does_not_hold_up_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    caught: list[type[BaseException]] = []
    monkeypatch.setattr(threading, "excepthook", lambda told: caught.append(told.exc_type))
    queue, written = WriteQueue("test"), []
    queue.put(partial(int, "no number"))
    assert queue.flush(LIMIT_S)
    queue.put(partial(written.append, 1))
    assert queue.flush(LIMIT_S)
    assert (caught, written) == ([ValueError], [1])


@pytest.fixture
def told() -> logging.Logger:
    log.start("window")
    return log.logger()


def test_a_window_s_words_do_not_wait_for_the_disk_and_are_on_it_when_it_ends(
    told: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    append, free = SharedLog.append, threading.Event()

    def slowly(file: SharedLog, entry: str) -> None:
        free.wait(LIMIT_S)
        append(file, entry)

    monkeypatch.setattr(SharedLog, "append", slowly)
    with log.written_behind():
        told.info("first")
        told.error("second")
        assert not log.log_file().exists()
        free.set()
    assert [line.rpartition(" ")[2] for line in log.log_file().read_text("utf-8").splitlines()] == ["first", "second"]
    told.info("third")
    assert "third" in log.log_file().read_text("utf-8"), "afterwards each is written at once"


def test_a_crash_is_on_the_disk_before_the_process_may_die(told: logging.Logger) -> None:
    with log.written_behind():
        told.error("nobody caught it")
        log.flush()
        assert "nobody caught it" in log.log_file().read_text("utf-8")
