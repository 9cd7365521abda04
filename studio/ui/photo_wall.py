"""The wall of photos: the grid under its tools."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QStackedWidget

from studio.core.words import plural
from studio.ui.aside_groups import AsideGroup
from studio.ui.icons import icon
from studio.ui.memory import Memory, whole_number
from studio.ui.painted_thumbnails import PaintedThumbnails
from studio.ui.photo_grid import PhotoGrid
from studio.ui.photo_model import Order, PhotoModel
from studio.ui.set_aside import SetAsideList
from studio.ui.theme import ThemeManager
from studio.ui.thumbnails import Thumbnails
from studio.ui.wall_bars import MovedBar, SelectionBar, UndoBar
from studio.ui.wall_tools import DEFAULT_PX, AsideTools, WallTools
from studio.ui.widgets.class_glyph import class_look
from studio.ui.widgets.panels import Hairline, Panel
from studio.ui.widgets.plain import unmarked

if TYPE_CHECKING:
    from studio.data.manifest import Manifest, Sample

_SETTING = "dataset/thumbnail_px"
MOST_CLASSES_IN_MENU = 12


class PhotoWall(Panel):
    """Shows the photos of a dataset, finds, sorts them, and asks for changes to them."""

    current_changed = Signal(object)
    remove_wanted = Signal(object)
    relabel_wanted = Signal(object, str)
    restore_wanted = Signal(object)
    add_wanted = Signal(object)
    unpaint_wanted = Signal()
    repaint_wanted = Signal()
    undo_wanted = Signal()
    unfold_wanted = Signal()
    aside_closed = Signal()
    locate_wanted = Signal()

    def __init__(self, theme: ThemeManager, thumbnails: Thumbnails, painted: PaintedThumbnails | None = None) -> None:
        """Args:
        theme: where colours and measures come from.
        thumbnails: where pictures come from.
        painted: who paints the pictures of samples that are painted when they are read.
        """
        super().__init__("canvas")
        self._theme = theme
        self._manifest: Manifest | None = None
        self._settings: Memory | None = None
        self.model = PhotoModel(self)
        self.grid = PhotoGrid(theme, self.model, thumbnails, painted)
        self.aside = SetAsideList(theme, thumbnails)
        self.tools = WallTools(theme)
        self.search, self.size_slider = self.tools.search, self.tools.size_slider
        self.aside_tools = AsideTools(theme)
        self.bar = SelectionBar(theme)
        self.undo_bar = UndoBar(theme)
        self.moved_bar = MovedBar(theme)
        self._build()
        self._connect()

    def remember(self, settings: Memory) -> None:
        """Take the size of the thumbnails from where it was left, and keep it there."""
        self._settings = settings
        self.size_slider.setValue(whole_number(settings, _SETTING, DEFAULT_PX))

    @property
    def folder(self) -> Path | None:
        """The folder of the dataset on show."""
        return None if self._manifest is None else self._manifest.folder

    @property
    def is_showing_aside(self) -> bool:
        """Whether photos that were set aside are shown in place of the wall."""
        return self._stack.currentWidget() is self.aside

    def set_manifest(self, manifest: Manifest | None, order: Order | None = None) -> None:
        """Show another dataset, or another state of this one; what can stay selected stays.

        Args:
            manifest: the dataset.
            order: its samples sorted already, if they are.
        """
        is_same = manifest is not None and self._manifest is not None and manifest.folder == self._manifest.folder
        current = self.current_sample()
        place = self.grid.verticalScrollBar().value() if is_same else 0
        row_before = self.grid.currentIndex().row()
        self._manifest = manifest
        self.model.set_manifest(manifest, order)
        if is_same:
            self.grid.verticalScrollBar().setValue(place)
        if manifest is None or not self.model.samples:
            return
        row = self.model.row_of(current.id) if current is not None and is_same else None
        if row is None:
            row = min(max(row_before, 0), len(self.model.samples) - 1) if is_same else 0
        self.grid.choose(row)

    def current_sample(self) -> Sample | None:
        """The sample that the laboratory shows."""
        index = self.grid.currentIndex()
        return self.model.sample(index.row()) if index.isValid() else None

    def chosen(self) -> tuple[Sample, ...]:
        """The selected samples."""
        return tuple(self.model.sample(row) for row in self.grid.chosen_rows())

    def show_sample(self, sample_id: str) -> None:
        """Select a sample and bring it into view; nothing when the filter hides it."""
        row = self.model.row_of(sample_id)
        if row is not None:
            self.grid.choose(row)

    def show_section(self, title: str) -> None:
        """Scroll to a class."""
        self.close_aside()
        for section in self.model.sections:
            if section.look.title == title:
                self.grid.choose(section.first)

    def show_aside(self, group: AsideGroup) -> None:
        """Show photos that were set aside, with the reason for each."""
        self.aside.show_entries(group.entries)
        self.aside_tools.show_group(group)
        self.moved_bar.setVisible(group.key == "missing")
        self._stack.setCurrentWidget(self.aside)
        self._tools.setCurrentWidget(self.aside_tools)
        self.aside.setFocus()
        self._follow_selection()

    def close_aside(self) -> None:
        """Go back to the wall."""
        if self.is_showing_aside:
            self._stack.setCurrentWidget(self.grid)
            self._tools.setCurrentWidget(self.tools)
            self.moved_bar.hide()
            self._follow_selection()
            self.aside_closed.emit()

    def say_done(self, words: str) -> None:
        """Say what was changed, with the button that takes it back; empty words take the bar away."""
        self.undo_bar.show_words(words)

    def set_unfold_visible(self, is_visible: bool) -> None:
        """Offer to bring the laboratory back, or don't."""
        self.tools.unfold.setVisible(is_visible)

    def menu(self) -> QMenu:
        """What can be done with the selected photos."""
        menu, chosen = QMenu(self), self.chosen()
        photos = [sample for sample in chosen if not sample.synthetic]
        what = plural(len(chosen), "sample")
        labels = () if self._manifest is None else _offered(self._manifest)
        into = menu.addMenu(icon(self._theme, "tag"), f"Move {plural(len(photos), 'photo')} to")
        for place, label in enumerate(labels):
            look = class_look(label, index=place)
            action = into.addAction(icon(self._theme, look.glyph, look.token), unmarked(look.title))
            action.setData(label)
        into.triggered.connect(self._relabel)
        into.setEnabled(bool(photos))
        remove = menu.addAction(icon(self._theme, "x"), f"Remove {what}", self._remove)
        remove.setShortcut(QKeySequence(Qt.Key.Key_Delete))
        remove.setEnabled(bool(chosen))
        if any(sample.synthetic for sample in chosen) and self._manifest is not None:
            menu.addSeparator()
            every = plural(self._manifest.painted, "painted sample")
            menu.addAction(icon(self._theme, "refresh-cw"), f"Paint all {every} anew", self.repaint_wanted.emit)
            menu.addAction(icon(self._theme, "trash-2", "danger"), f"Delete all {every}…", self.unpaint_wanted.emit)
        if len(photos) == 1 and self._manifest is not None:
            show = menu.addAction(icon(self._theme, "folder-open"), "Show in its folder", self._show_in_folder)
            show.setData(str(self._manifest.picture(photos[0]).parent))
        menu.addSeparator()
        menu.addAction("Select all", self.grid.selectAll).setShortcut(QKeySequence.StandardKey.SelectAll)
        return menu

    def _build(self) -> None:
        theme = self._theme
        self._tools = QStackedWidget()
        self._tools.setProperty("surface", "surface")
        self._tools.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._tools.addWidget(self.tools)
        self._tools.addWidget(self.aside_tools)
        self._tools.setFixedHeight(theme.height("panel_header") - 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.grid)
        self._stack.addWidget(self.aside)
        self.add(self._tools)
        self.add(Hairline(theme))
        self.add(self._stack, 1)
        for bar in (self.moved_bar, self.bar):
            self.add(bar)
            bar.hide()
        self.add(self.undo_bar)
        self.undo_bar.hide()

    def _connect(self) -> None:
        self.search.textChanged.connect(self._find)
        self.tools.sorted_by.connect(self.sort_by)
        self.size_slider.valueChanged.connect(self._resize_thumbnails)
        self.tools.unfold.clicked.connect(self.unfold_wanted)
        self.aside_tools.back.clicked.connect(self.close_aside)
        self.grid.menu_wanted.connect(self._show_menu)
        self.grid.chosen_changed.connect(self._follow_selection)
        self.grid.selectionModel().currentRowChanged.connect(self._tell_current)
        self.aside.restore_wanted.connect(self.restore_wanted)
        self.aside.remove_wanted.connect(self.remove_wanted)
        self.aside.add_wanted.connect(self.add_wanted)
        self.aside_tools.wanted.connect(self.aside.act_on_all)
        self.bar.remove_pressed.connect(self._remove)
        self.bar.move_pressed.connect(self._show_move_menu)
        self.bar.closed.connect(self._step_back)
        self.undo_bar.undo.clicked.connect(self.undo_wanted)
        self.moved_bar.point.clicked.connect(self.locate_wanted)
        for keys, told, slot in (
            (QKeySequence(Qt.Key.Key_Delete), "Remove the selected photos", self._remove),
            (QKeySequence(QKeySequence.StandardKey.Find), "Find photos by name", self._focus_search),
            (QKeySequence(Qt.Key.Key_Escape), "", self._step_back),
        ):
            shortcut = QShortcut(keys, self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setWhatsThis(told)
            shortcut.activated.connect(slot)

    def _find(self, text: str) -> None:
        current = self.current_sample()
        self.model.set_filter(text)
        self.grid.set_empty_words(f"No photo is called “{text}”." if text else "")
        row = self.model.row_of(current.id) if current is not None else None
        if self.model.samples:
            self.grid.choose(row or 0)

    def sort_by(self, key: str) -> None:
        """Order the photos within each class.

        Args:
            key: one of `SORTS`.
        """
        current = self.current_sample()
        self.tools.show_sort(key)
        self.model.set_sort(key)
        if current is not None:
            self.show_sample(current.id)

    def _resize_thumbnails(self, side: int) -> None:
        self.grid.set_thumbnail_px(side)
        if self._settings is not None:
            self._settings.setValue(_SETTING, side)

    def _tell_current(self, index: QModelIndex) -> None:
        self.current_changed.emit(self.model.sample(index.row()) if index.isValid() else None)

    def _follow_selection(self) -> None:
        chosen = len(self.grid.selectionModel().selectedIndexes())
        self.bar.set_count(chosen)
        self.bar.setVisible(chosen > 1 and not self.is_showing_aside)

    def _show_menu(self, place: QPoint) -> None:
        if self.chosen():
            menu = self.menu()
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(place)

    def _show_move_menu(self, place: QPoint) -> None:
        into = self.menu().actions()[0].menu()
        assert isinstance(into, QMenu)
        into.popup(place)

    def _remove(self) -> None:
        if self.is_showing_aside:
            self.aside.remove_chosen()
            return
        chosen = tuple(sample.id for sample in self.chosen())
        if chosen:
            self.remove_wanted.emit(chosen)

    def _show_in_folder(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(action.data())))

    def _relabel(self, action: QAction) -> None:
        photos = tuple(sample.id for sample in self.chosen() if not sample.synthetic)
        if photos:
            self.relabel_wanted.emit(photos, str(action.data()))

    def _focus_search(self) -> None:
        self.close_aside()
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _step_back(self) -> None:
        if self.is_showing_aside:
            self.close_aside()
        elif len(self.chosen()) > 1:
            self.grid.choose(self.grid.currentIndex().row())


def _offered(manifest: Manifest) -> tuple[str, ...]:
    """Classes that a photo can be moved to: those that there are, then clean and dirty."""
    known = manifest.classes[:MOST_CLASSES_IN_MENU]
    return known + tuple(label for label in ("clean", "dirty") if label not in known)
