"""Opens the file of a tile: by a double click, by Enter, by the space bar."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeyEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

HINT = "Double click or Enter opens it."
_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class FileOpener(QObject):
    """Watches a tile, which the Tab key reaches from then on."""

    def __init__(self, tile: QWidget, file: str) -> None:
        """Args:
        tile: what is pressed.
        file: what is opened; may change.
        """
        super().__init__(tile)
        self.file = file
        tile.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        tile.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_key = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _KEYS
        if is_key or event.type() == QEvent.Type.MouseButtonDblClick:
            QDesktopServices.openUrl(QUrl.fromLocalFile(self.file))
            return True
        return False
