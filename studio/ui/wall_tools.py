"""Rows of tools above the wall: for the photos, and for those that were set aside."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from studio.ui.aside_groups import AsideGroup
from studio.ui.photo_model import SORTS
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button, IconButton
from studio.ui.widgets.flow import row
from studio.ui.widgets.inputs import SearchField, Slider
from studio.ui.widgets.labels import Label
from studio.ui.widgets.messages import Icon

SMALLEST_PX, DEFAULT_PX, LARGEST_PX = 48, 95, 160
"""Sides of a thumbnail."""

_SLIDER_PX = 62
_SMALL_INPUT = "QLineEdit { min-height: 26px; } QLineEdit:focus { min-height: 24px; }"


class WallTools(QWidget):
    """Find, sort, size, and the way back to the laboratory."""

    sorted_by = Signal(str)

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__()
        self._sort = "name"
        self.search = SearchField(theme, "Find by name", tooltip="Words of the file's name  (Ctrl+F)")
        self.search.setStyleSheet(_SMALL_INPUT)
        self.search.setAcceptDrops(False)  # a folder dropped here belongs to the whole tab
        self.sort_button = Button(
            theme, SORTS["name"], icon="arrow-up-down", size="small", tooltip="Order within each class"
        )
        self.size_slider = Slider(
            low=SMALLEST_PX,
            high=LARGEST_PX,
            value=DEFAULT_PX,
            accessible_name="Size of the thumbnails",
            tooltip="Size of the thumbnails",
        )
        self.size_slider.setFixedWidth(_SLIDER_PX)
        self.unfold = IconButton(theme, "panel-right-open", "Show the dirt laboratory", size="small", icon_px=16)
        self.setLayout(
            row(
                self.search,
                self.sort_button,
                4,
                Icon(theme, "images", "text_2", 14),
                self.size_slider,
                self.unfold,
                gap=theme.space(),
                margins=(theme.space(2), 0, 12, 0),
            )
        )
        self.unfold.hide()
        self.sort_button.clicked.connect(self._show_sorts)

    def show_sort(self, key: str) -> None:
        """Say which order is in force."""
        self._sort = key
        self.sort_button.set_text(SORTS[key])

    def _show_sorts(self) -> None:
        menu = QMenu(self)
        group = QActionGroup(menu)
        for key, title in SORTS.items():
            action = menu.addAction(title)
            action.setData(key)
            action.setCheckable(True)
            action.setChecked(key == self._sort)
            group.addAction(action)
        menu.triggered.connect(self._choose_sort)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.sort_button.mapToGlobal(QPoint(0, self.sort_button.height() + 4)))

    def _choose_sort(self, action: QAction) -> None:
        self.sorted_by.emit(str(action.data()))


class AsideTools(QWidget):
    """What a list of photos that were set aside is called, what can be done with all of them, the way back."""

    wanted = Signal(str)

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__()
        self._action = ""
        self._title = Label("", "label", weight=600)
        self.all_button = Button(
            theme, "Remove all", size="small", kind="tool", tooltip="Do the same with every photo of this list"
        )
        self.back = Button(theme, "Show all photos", size="small", icon="arrow-left", tooltip="Back  (Esc)")
        self.setLayout(row(self._title, None, self.all_button, self.back, margins=(theme.space(2), 0, 12, 0)))
        self.all_button.clicked.connect(self._tell)

    def show_group(self, group: AsideGroup) -> None:
        """Name a list, and offer what can be done with all of it."""
        self._action = group.action
        self._title.setText(f"{group.title} {len(group.entries):,}")
        self.all_button.setVisible(bool(group.action) and len(group.entries) > 1)
        if group.action:
            self.all_button.set_text(f"{group.action.capitalize()} all")

    def _tell(self) -> None:
        self.wanted.emit(self._action)
