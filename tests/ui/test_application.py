"""What macOS tells the application."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CODE = """
import sys
from PySide6.QtCore import QCoreApplication, QEvent, QUrl
from PySide6.QtGui import QFileOpenEvent
from studio.ui.application import Application
app = Application([])
app.asked.connect(print)
QCoreApplication.sendEvent(app, QFileOpenEvent(QUrl.fromLocalFile(sys.argv[1])))
QCoreApplication.sendEvent(app, QEvent(QEvent.Type.User))
"""


def test_a_file_that_was_double_clicked_on_macos_is_to_be_opened(tmp_path: Path) -> None:
    # In a process of its own, since there is one application in each and the tests' is Qt's plain one.
    model = tmp_path / "plätze.spotless"
    told = subprocess.run(
        [sys.executable, "-c", CODE, str(model)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    assert told == f"({Path(model)!r},)\n"
