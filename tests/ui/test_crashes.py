"""Errors that nobody caught: one calm dialog, no loop of them, and what the next window says of a crash."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio.core import log
from studio.core.crash_notes import LeftNote
from studio.ui.crash_dialog import CrashDialog
from studio.ui.crash_notice import CrashNotice
from studio.ui.crash_reporter import CrashReporter
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.messages import MessageBar

LIMIT_MS = 20_000
SESSION = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from studio.core import log
from studio.core.crash_notes import crash_note
from studio.ui import app, main_window

class Broken(QWidget):
    failures = 0
    def paintEvent(self, event):
        self.failures += 1
        if self.failures == 20:
            QTimer.singleShot(0, self.window().count_dialogs)
        raise ZeroDivisionError("no plate to paint")

class Window(main_window.MainWindow):
    def __init__(self, *args):
        super().__init__(*args)
        QTimer.singleShot(200, self.{act})
    def paint_wrongly(self):
        self.broken = Broken(self)
        self.broken.resize(50, 50)
        self.broken.show()
        timer = QTimer(self)
        timer.timeout.connect(self.broken.update)
        timer.start(5)
    def count_dialogs(self):
        from studio.ui.crash_dialog import CrashDialog
        print("dialogs:", len(self.findChildren(CrashDialog)), self.isVisible())
        self.close()
    def die(self):
        import faulthandler
        faulthandler._sigsegv()
    def look(self):
        print("bar:", self.message_bar.isVisible(), self.message_bar.text)
        print("details:", "Segmentation fault" in self.message_bar.details)
        self.close()

app.MainWindow = Window
log.start("window")
with crash_note("window"):
    code = app.run(__import__("pathlib").Path(sys.argv[1]))
sys.exit(code)
"""


def run_session(act: str, workspace: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SESSION.format(act=act), str(workspace)],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def reporter(theme: ThemeManager, qtbot: QtBot) -> Iterator[CrashReporter]:
    log.start("window")
    window = QWidget()
    qtbot.addWidget(window)
    reporter = CrashReporter(theme, window, window)
    yield reporter
    if reporter.dialog is not None:
        reporter.dialog.close()


def fail(reporter: CrashReporter, words: str = "no plate to paint") -> None:
    try:
        raise ZeroDivisionError(words)
    except ZeroDivisionError as error:
        reporter.take(type(error), error, error.__traceback__)


def button(dialog: CrashDialog, text: str) -> Button:
    return next(one for one in dialog.findChildren(Button) if one.text() == text)


def test_an_error_that_nobody_caught_is_told_and_written_down(reporter: CrashReporter) -> None:
    fail(reporter)
    dialog = reporter.dialog
    assert dialog is not None
    assert dialog.isVisible()
    assert not dialog.isModal()
    button(dialog, "Copy details").click()
    assert "ZeroDivisionError: no plate to paint" in QGuiApplication.clipboard().text()
    assert "Spotless Studio" in QGuiApplication.clipboard().text()
    written = log.log_file().read_text("utf-8")
    assert "ERROR nobody caught ZeroDivisionError: no plate to paint" in written
    assert "Traceback" in written


def test_the_same_error_is_told_once_and_another_one_counted(reporter: CrashReporter, qtbot: QtBot) -> None:
    for number in range(50):
        fail(reporter, f"failure {number}")
    first = reporter.dialog
    assert first is not None
    assert not first.said
    try:
        raise OSError("elsewhere")
    except OSError as error:
        reporter.take(type(error), error, error.__traceback__)
    assert reporter.dialog is first
    assert "1 error more" in first.said
    with qtbot.waitSignal(first.destroyed, timeout=LIMIT_MS):
        qtbot.keyClick(first, Qt.Key.Key_Escape)
    fail(reporter)
    assert reporter.dialog is None


def test_an_error_in_a_thread_is_told_in_the_windows(reporter: CrashReporter, qtbot: QtBot) -> None:
    thread = threading.Thread(target=fail, args=(reporter,))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: reporter.dialog is not None, timeout=LIMIT_MS)
    assert reporter.dialog is not None
    assert reporter.dialog.thread() is QApplication.instance().thread()


def test_a_window_whose_painting_fails_over_and_over_survives_with_one_dialog(tmp_path: Path) -> None:
    done = run_session("paint_wrongly", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "dialogs: 1 True" in done.stdout
    written = log.log_file().read_text("utf-8")
    assert written.count("ERROR nobody caught") == 1


@pytest.mark.slow  # three windows in processes of their own
def test_a_crash_in_native_code_is_told_when_the_next_window_opens_and_once(tmp_path: Path) -> None:
    assert run_session("die", tmp_path).returncode != 0
    second, third = run_session("look", tmp_path), run_session("look", tmp_path)
    assert "bar: True The last window ended in a crash" in second.stdout, second.stderr
    assert "details: True" in second.stdout
    assert "bar: False" in third.stdout, third.stderr
    assert "Segmentation fault" in log.log_file().read_text("utf-8")


def test_a_crash_of_a_window_is_told_in_the_message_bar_and_a_mere_kill_is_not(
    theme: ThemeManager, qtbot: QtBot
) -> None:
    bar = MessageBar(theme)
    qtbot.addWidget(bar)
    notice = CrashNotice(bar, bar)
    killed = LeftNote(kind="window", process_id=7, words="", time_s=2.0)
    other = LeftNote(kind="train", process_id=8, words="Fatal: y", time_s=3.0)
    notice.tell([killed, other])
    assert not bar.isVisible()
    notice.tell([LeftNote(kind="window", process_id=6, words="Fatal: x", time_s=1.0), killed, other])
    assert bar.isVisible()
    assert bar.text.startswith("The last window ended in a crash")
    assert bar.details == "Fatal: x"
