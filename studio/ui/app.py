"""Opens the window."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from studio import __version__
from studio.ui.garbage import GarbageCollector
from studio.ui.main_window import MainWindow
from studio.ui.theme import ThemeManager

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
    if sample:
        window.open_samples()
    return window


def run(workspace: Path, *, sample: bool = False) -> int:
    """Open the window and stay until it is closed.

    Returns:
        the exit code.
    """
    app = _application()
    window = open_window(workspace, sample=sample)
    window.raise_()
    QTimer.singleShot(_WARM_UP_MS, window, window.warm_up)
    return app.exec()


def _application() -> QApplication:
    app = QApplication.instance()
    if isinstance(app, QApplication):
        return app
    QCoreApplication.setApplicationName("Spotless Studio")
    QCoreApplication.setApplicationVersion(__version__)
    QGuiApplication.setDesktopFileName("spotless-studio")
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication(sys.argv[:1])
    collector = GarbageCollector(app)
    QTimer.singleShot(_WARM_UP_MS, collector, collector.settle)
    return app


def _theme_of(app: QApplication) -> ThemeManager:
    known = app.findChild(ThemeManager)
    return known if known is not None else ThemeManager(app)
