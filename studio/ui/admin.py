"""What the window adds for whoever looks after the machine: its own facts, the way to the log."""

from __future__ import annotations

import logging

from PySide6.QtCore import QMessageLogContext, QtMsgType, QUrl, qInstallMessageHandler, qVersion
from PySide6.QtGui import QDesktopServices, QGuiApplication

from studio.core import log

_LEVELS = {
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.ERROR,
}


def window_facts() -> list[tuple[str, str]]:
    """Qt and the screens."""
    screens = [
        f"{screen.size().width()} x {screen.size().height()} at {screen.devicePixelRatio():.0%}"
        for screen in QGuiApplication.screens()
    ]
    return [("Qt", f"{qVersion()}, {QGuiApplication.platformName()}"), ("Screens", ", ".join(screens) or "none")]


def open_log() -> bool:
    """Show the log in the program that this system has for texts; whether there is one."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(log.log_file())))


def write_down_qt() -> None:
    """From now on Qt's own warnings go to the log."""
    qInstallMessageHandler(_note)


def _note(kind: QtMsgType, context: QMessageLogContext, words: str) -> None:
    level = _LEVELS.get(kind)
    if level is not None:
        log.logger().log(level, "Qt: %s", words)
