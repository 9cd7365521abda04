"""News for someone who looks at another window."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

_SHOWN_MS = 12_000


class Notifier:
    """Says something through the system's notifications while the window is not in front."""

    def __init__(self, window: QWidget) -> None:
        """Args:
        window: whose news it is; its task bar entry asks for attention too.
        """
        self._window = window
        self._tray: QSystemTrayIcon | None = None
        self.last = ""

    def tell(self, title: str, text: str) -> None:
        """Say it, unless the window is in front, where it can be seen anyway."""
        self.last = f"{title}: {text}"
        if self._window.isActiveWindow():
            return
        QApplication.alert(self._window)
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(self._window.windowIcon() or QIcon(), self._window)
            self._tray.activated.connect(self._come_forward)
            self._tray.messageClicked.connect(self._come_forward)
        self._tray.show()
        self._tray.showMessage(title, text, self._window.windowIcon(), _SHOWN_MS)
        QTimer.singleShot(_SHOWN_MS, self._tray, self._tray.hide)

    def _come_forward(self, *_: object) -> None:
        self._window.raise_()
        self._window.activateWindow()
