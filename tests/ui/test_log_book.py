"""What goes wrong in other processes stands in the log with its traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.core import log
from studio.ui.log_book import LogBook
from studio.ui.session import Session
from studio.ui.worker_link import WorkerLink

LIMIT_MS = 20_000


@pytest.fixture
def book(session: Session) -> LogBook:
    log.start("window")
    return LogBook(session, session)


def written() -> str:
    return log.log_file().read_text("utf-8")


def run(session: Session, target: str, config: object, folder: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS):
        session.start_job(f"tests.core.job_targets:{target}", config, folder, kind="export", title="Export")


def test_a_window_writes_down_what_it_runs_on(book: LogBook, session: Session, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: "machine: " in written(), timeout=LIMIT_MS)
    book.note_device("CPU, 2 cores")
    for expected in (str(session.workspace), "Screens ", "Python 3", "torch 2", "device: CPU, 2 cores"):
        assert expected in written()


def test_a_job_that_fails_leaves_its_traceback(book: LogBook, session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    run(session, "fail", "a wrong plate", tmp_path, qtbot)
    told = written()
    assert f"INFO job begins: Export (export) in {tmp_path}" in told
    assert "INFO job ends: Export, failed, exit codes 1" in told
    assert " window ERROR " in told
    assert "    Traceback (most recent call last):" in told


def test_a_job_that_dies_in_native_code_leaves_its_last_words(
    book: LogBook, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    run(session, "crash", None, tmp_path, qtbot)
    assert "crashed in native code (SIGSEGV)" in written()
    assert "    Fatal Python error: Segmentation fault" in written()


def test_a_helper_that_fails_leaves_its_traceback(qapp: QApplication, qtbot: QtBot) -> None:
    log.start("window")
    link = WorkerLink("tests.core.job_targets:make_doubler")
    with qtbot.waitSignal(link.failed, timeout=LIMIT_MS):
        link.ask("no number")
    with qtbot.waitSignal(link.failed, timeout=LIMIT_MS):
        link.ask(-1)
    link.close()
    assert written().count(" ERROR tests.core.job_targets:make_doubler: ") == 1
    assert "    TypeError" in written()
