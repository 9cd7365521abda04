"""Opens the window."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, QTimer, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from studio import __version__
from studio.core.crash_notes import take_left_notes
from studio.core.log import log_file, logger, written_behind
from studio.ui.admin import write_down_qt
from studio.ui.application import Application
from studio.ui.crash_reporter import CrashReporter
from studio.ui.garbage import GarbageCollector
from studio.ui.main_window import MainWindow
from studio.ui.single_window import SingleWindow
from studio.ui.theme import ThemeManager
from studio.ui.turns import next_turn
from studio.ui.widgets.plain import plain

_UNSEEN = ("offscreen", "minimal")
"""Platforms of Qt without a screen, on which nobody could close a dialog."""
_WARM_UP_MS = 3000
"""Nobody asks for an answer before, and the first tab has been read by then."""


def open_window(workspace: Path, *, sample: bool = False) -> MainWindow:
    """Open the window on a workspace and show it.

    Args:
        workspace: folder of datasets, runs and the window's memory; made when missing.
        sample: whether to open the sample dishes, drawing them first where they are missing.

    Returns:
        the window, shown; closing it ends whatever it started.
    """
    theme = _theme_of(_application())
    with theme.building():
        window = MainWindow(workspace, theme)
    window.show()
    if not window.session.settings.isWritable():
        window.session.say(
            "warning",
            f"{workspace} cannot be written. What is in it opens, but nothing is imported, trained or remembered there:"
            " allow it to be written, or start with another --workspace.",
        )
    if sample:
        window.open_samples()
    return window


def run(workspace: Path, *, sample: bool = False, files: Sequence[Path] = ()) -> int:
    """Open the window and stay until it is closed; where one is open on the workspace already, bring that one forward.

    Args:
        workspace: as for `open_window`.
        sample: as for `open_window`.
        files: what to open in it: a model, photos or a dataset.

    Returns:
        the exit code.
    """
    app = _application()
    alone = SingleWindow(workspace, app)
    if not alone.claim():
        return _leave_to_the_other(alone, workspace, files)
    with written_behind():
        return _stay(app, alone, workspace, sample, files)


def _stay(app: QApplication, alone: SingleWindow, workspace: Path, sample: bool, files: Sequence[Path]) -> int:
    """The only window of a workspace, from its opening until it is closed."""
    write_down_qt()
    left = take_left_notes()
    try:
        window = open_window(workspace, sample=sample)
    except Exception as error:
        alone.release()
        _tell(f"Spotless Studio cannot open {workspace}: {error}. The log says more: {log_file()}")
        raise
    reporter = CrashReporter(window.theme, window, app)
    reporter.install()
    window.tell_of_crashes(left)
    alone.asked.connect(window.open_files)
    if isinstance(app, Application):
        app.asked.connect(window.open_files)
    app.aboutToQuit.connect(alone.release)
    window.raise_()
    if files:
        next_turn(window, partial(window.open_files, files))
    QTimer.singleShot(_WARM_UP_MS, window, window.warm_up)
    try:
        return app.exec()
    finally:
        reporter.remove()
        qInstallMessageHandler(None)


def _leave_to_the_other(alone: SingleWindow, workspace: Path, files: Sequence[Path]) -> int:
    if alone.hand_over(files):
        words = f"a window is open on {workspace} already; it is in front now"
        logger().info("%s", words)
        print(f"studio: {words}", file=sys.stderr)
        return 0
    words = f"{workspace} is in use by {alone.holder()}. Close that window, or start with another --workspace."
    logger().warning("%s", words)
    print(f"studio: {words}", file=sys.stderr)
    _tell(words)
    return 1


def _tell(words: str) -> None:
    """Say in a dialog what hinders the window: whoever double-clicked sees no terminal."""
    if QGuiApplication.platformName() not in _UNSEEN:
        QMessageBox.warning(None, "Spotless Studio", plain(words))


def _application() -> QApplication:
    app = QApplication.instance()
    if isinstance(app, QApplication):
        return app
    QCoreApplication.setApplicationName("Spotless Studio")
    QCoreApplication.setApplicationVersion(__version__)
    QGuiApplication.setDesktopFileName("spotless-studio")
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = Application(sys.argv[:1])
    collector = GarbageCollector(app)
    QTimer.singleShot(_WARM_UP_MS, collector, collector.settle)
    return app


def _theme_of(app: QApplication) -> ThemeManager:
    known = app.findChild(ThemeManager)
    return known if known is not None else ThemeManager(app)
