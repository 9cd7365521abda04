"""The list of photos that were set aside, each with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QListView
from typing_extensions import override

from studio.ui.aside_delegate import ENTRY_ROLE, AsideDelegate
from studio.ui.aside_groups import Aside
from studio.ui.theme import ThemeManager
from studio.ui.thumbnails import Thumbnails
from studio.ui.widgets.plain import plain

Index = QModelIndex | QPersistentModelIndex


class SetAsideList(QListView):
    """Rows of thumbnail, name, reason, with the button that mends it."""

    restore_wanted = Signal(object)
    remove_wanted = Signal(object)
    add_wanted = Signal(object)

    def __init__(self, theme: ThemeManager, thumbnails: Thumbnails) -> None:
        """Args:
        theme: where colours come from.
        thumbnails: where pictures come from.
        """
        super().__init__()
        self._entries = _Entries(self)
        self._delegate = AsideDelegate(theme, thumbnails, self)
        self.setModel(self._entries)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setFrameShape(self.Shape.NoFrame)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setAccessibleName("Photos that were set aside")
        self.viewport().setAutoFillBackground(False)
        self.setProperty("ownFocus", True)
        self.clicked.connect(self._press)
        self.activated.connect(self._act)
        thumbnails.arrived.connect(self._show_thumbnail)
        theme.changed.connect(self.viewport().update)

    @property
    def entries(self) -> Sequence[Aside]:
        """The photos on show."""
        return self._entries.entries

    def show_entries(self, entries: Sequence[Aside]) -> None:
        """Show other photos; the place in the list stays."""
        row = max(0, self.currentIndex().row())
        self._entries.replace(entries)
        if entries:
            self.setCurrentIndex(self._entries.index(min(row, len(entries) - 1)))

    def remove_chosen(self) -> None:
        """Ask for the removal of the selected rows that can be removed."""
        self._ask("remove", self._chosen())

    def act_on_all(self, action: str) -> None:
        """Ask for the same for every row that allows it."""
        self._ask(action, self.entries)

    def _chosen(self) -> list[Aside]:
        return [index.data(ENTRY_ROLE) for index in self.selectionModel().selectedIndexes()]

    def _ask(self, action: str, entries: Sequence[Aside]) -> None:
        meant = tuple(entry for entry in entries if entry.action == action)
        if not meant or not action:
            return
        if action == "add":
            self.add_wanted.emit(meant)
            return
        ids = tuple(entry.sample for entry in meant)
        (self.remove_wanted if action == "remove" else self.restore_wanted).emit(ids)

    def _act(self, index: QModelIndex) -> None:
        self._ask(index.data(ENTRY_ROLE).action, self._chosen())

    def _press(self, index: QModelIndex) -> None:
        place = self.viewport().mapFromGlobal(self.cursor().pos())
        if self._delegate.button_rect(self.visualRect(index)).contains(place):
            self._act(index)

    def _show_thumbnail(self, _: str) -> None:
        if self.isVisible():
            self.viewport().update()


class _Entries(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: Sequence[Aside] = ()

    def replace(self, entries: Sequence[Aside]) -> None:
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.entries)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role == ENTRY_ROLE:
            return entry
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{entry.name}: {entry.reason}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain(f"{entry.name}\n{entry.reason}")
        return None
