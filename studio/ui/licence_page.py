"""The page of the About sheet that shows every part's licence."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QListView, QPlainTextEdit, QWidget

from studio.core import licences
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.flow import column, row
from studio.ui.widgets.labels import Label
from studio.ui.widgets.plain import plain

_LIST_PX = 232


class LicencePage(QWidget):
    """Parts left, the chosen one's text right; everything is read off the window's thread."""

    left = Signal()

    def __init__(self, session: Session, theme: ThemeManager) -> None:
        """Args:
        session: runs what reads files.
        theme: where colours come from.
        """
        super().__init__()
        self._session = session
        self._parts: Sequence[licences.Part] = ()
        self._asked = 0
        self._model = QStandardItemModel(self)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setAccessibleName("Parts of the studio")
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setFixedWidth(_LIST_PX)
        self.list.setProperty("rows", "names")
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Licence of the chosen part")
        self.text.setFont(theme.font("code"))
        self.text.setTabChangesFocus(True)
        self.text.setPlaceholderText("Reading…")
        back = Button(theme, "Back", icon="arrow-left", size="small", kind="tool")
        back.clicked.connect(self.left)
        self._count = Label("", "small", "text_2")
        gap = theme.space(1.5)
        self.setLayout(column(row(self.list, self.text, gap=gap), row(back, self._count, None, gap=gap), gap=gap))

    def load(self) -> None:
        """Read the list, unless that has been done."""
        if not self._parts:
            self._session.in_background(licences.parts, done=self._take)

    def _take(self, parts: Sequence[licences.Part]) -> None:
        if self._parts:
            return  # asked for twice before the first list came
        self._parts = parts
        for part in parts:
            item = QStandardItem(part.name)
            item.setToolTip(plain(f"{part.name} {part.version}\n{part.licence}"))
            self._model.appendRow(item)
        self._count.setText(f"{len(parts)} parts")
        first = self._model.index(0, 0)
        self.list.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _choose(self, index: QModelIndex) -> None:
        self._asked = index.row()
        self._session.in_background(_numbered_text, index.row(), self._parts[index.row()], done=self._show)

    def _show(self, found: tuple[int, str]) -> None:
        number, text = found
        if number == self._asked:  # another one may have been chosen since
            self.text.setPlainText(text)


def _numbered_text(number: int, part: licences.Part) -> tuple[int, str]:
    return number, part.text()
