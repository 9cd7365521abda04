"""The menu of one answer: what it is instead, its photo, its path."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from studio.ui.icons import icon
from studio.ui.result_model import ResultModel
from studio.ui.theme import ThemeManager
from studio.ui.widgets.plain import unmarked

_OPEN, _COPY = "/open", "/copy"  # no class is called so: a slash parts folders


class ResultMenu(QMenu):
    """Filled anew for each answer."""

    corrected = Signal(object, str)

    def __init__(self, theme: ThemeManager, model: ResultModel, parent: QWidget) -> None:
        """Args:
        theme: where colours come from.
        model: the answers.
        parent: owner.
        """
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self.triggered.connect(self._do)

    def offer(self, path: str, place: QPoint) -> None:
        """Open for a photo, at a place of the screen."""
        row = self._model.row_of(path)
        if row is None:
            return
        self.clear()
        if self._model.result(row).prediction is not None:
            for number, name in enumerate(self._model.classes, start=1):
                look = self._model.class_look(name)
                title = unmarked(look.title.lower())
                keys = f"\t{number}" if number < 10 else ""
                action = self.addAction(icon(self._theme, look.glyph, look.token), f"It is {title}{keys}")
                action.setData((path, name))
            self.addSeparator()
        self.addAction(icon(self._theme, "image"), "Open the photo\tReturn").setData((path, _OPEN))
        self.addAction(icon(self._theme, "copy"), "Copy the path").setData((path, _COPY))
        self.popup(place)

    def show_photo(self, path: str) -> None:
        """Show a photo with the system's own viewer."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(path))

    def _do(self, action: QAction) -> None:
        path, wish = action.data()
        if wish == _OPEN:
            self.show_photo(path)
        elif wish == _COPY:
            QGuiApplication.clipboard().setText(path)
        else:
            self.corrected.emit(path, wish)
