"""The Dataset tab: photos in, what is in them, the dirt that is painted on them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from studio.core.registry import LOOK_ALIKES
from studio.core.words import plural
from studio.ui.aside_groups import Aside
from studio.ui.aside_on_show import AsideOnShow
from studio.ui.dataset_columns import DatasetColumns
from studio.ui.dataset_editor import DatasetEditor
from studio.ui.dataset_facts import DatasetFacts, facts_of
from studio.ui.dataset_intake import Found, Intake
from studio.ui.dataset_jobs import DatasetJobs
from studio.ui.dataset_overview import OverviewColumn, OverviewStrip
from studio.ui.dataset_questions import DatasetQuestions
from studio.ui.dataset_start import BigZone, DatasetStart
from studio.ui.dataset_watch import DatasetWatch
from studio.ui.dirt_laboratory import DirtLaboratory
from studio.ui.drop_target import DropTarget
from studio.ui.drop_zone import DropZone
from studio.ui.folds import folded
from studio.ui.icons import icon
from studio.ui.missing_photos import MissingPhotos
from studio.ui.painted_thumbnails import PaintedThumbnails
from studio.ui.photo_model import Order, order_of
from studio.ui.photo_wall import PhotoWall
from studio.ui.rehearsal import Rehearsal
from studio.ui.session import Session
from studio.ui.split_editor import SplitEditor
from studio.ui.split_watch import SplitWatch
from studio.ui.theme import ThemeManager
from studio.ui.thumbnails import Thumbnails
from studio.ui.turns import next_turn
from studio.ui.widgets.flow import column, holder
from studio.ui.widgets.primary_action import PrimaryAction

if TYPE_CHECKING:
    from studio.data.manifest import Manifest

_WARM_UP_MS = 2000
"""After the start, when the other tabs are built."""
_SORTED_HERE = 200
"""Samples that are sorted in an instant; more of them are sorted off the window's thread."""


class DatasetTab(QWidget):
    """Overview, wall and laboratory of the open dataset; before there is one, the place to drop photos."""

    def __init__(self, session: Session, theme: ThemeManager, parent: QWidget | None = None) -> None:
        """Args:
        session: where the tabs meet.
        theme: where colours and measures come from.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._is_compact = False
        self.thumbnails = Thumbnails(self)
        self.intake = Intake(session, self)
        self.editor = DatasetEditor(session, self)
        self.start = DatasetStart(theme)
        self.overview = OverviewColumn(theme)
        self.strip = OverviewStrip(theme)
        self.painted = PaintedThumbnails(session, self.thumbnails, self)
        self.wall = PhotoWall(theme, self.thumbnails, self.painted)
        self._aside = AsideOnShow(self.wall, self.overview)
        self._questions = DatasetQuestions(session, self.editor, (self.overview, self.strip), self._overview_in_sight)
        self.laboratory = DirtLaboratory(session, theme)
        self.jobs = DatasetJobs(session, self.editor, self.start, self.laboratory, self)
        self.splits = SplitWatch(session, self)
        self.watch = DatasetWatch(session, self.editor, self)
        self.missing = MissingPhotos(session, self.editor, self.watch, self)
        self.split_editor = SplitEditor(session, theme)
        self.split_editor.setParent(self, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        middle = holder(column(self.strip, self.wall, gap=0))
        self._columns = DatasetColumns(theme, session.settings, self.overview, middle, self.laboratory)
        self._pages = QStackedWidget()
        self._build()
        self._connect()
        self._drops = DropTarget(
            session, self, zone=self._zone_in_sight, words=_drop_words, take=self.intake.take,
            obstacle=self.intake.obstacle,
        )  # fmt: skip
        self.wall.remember(session.settings)
        self._fold(self._columns.was_folded)
        self._show_dataset(session.dataset)
        QTimer.singleShot(_WARM_UP_MS, self, self._warm_up)

    @property
    def primary_action(self) -> PrimaryAction:
        """The one primary button in sight."""
        return self.start.zone.choose if self._pages.currentWidget() is self.start else self.laboratory.action

    @property
    def zone(self) -> BigZone | DropZone:
        """The drop zone in sight."""
        return self._zone_in_sight()

    def _zone_in_sight(self) -> BigZone | DropZone:
        if self._pages.currentWidget() is self.start:
            return self.start.zone
        return self.strip.zone if self._is_compact else self.overview.zone

    @property
    def facts(self) -> DatasetFacts | None:
        """What the overview says of the open dataset."""
        dataset = self._session.dataset
        return None if dataset is None else facts_of(dataset, self.editor.removed, self.splits.counts, self.watch.found)

    def set_compact(self, is_compact: bool) -> None:
        """Use the layout for a small window, or the other one."""
        self._is_compact = is_compact
        self.overview.setVisible(not is_compact)
        self.strip.setVisible(is_compact)
        self.start.set_compact(is_compact)
        self.laboratory.set_compact(is_compact)
        self._columns.set_compact(is_compact)

    def take_paths(self, paths: Sequence[Path]) -> None:
        """Import photos, or open the dataset that was dropped."""
        if paths:
            self.intake.take(paths)

    # Building

    def _build(self) -> None:
        self.strip.hide()
        self._pages.addWidget(self.start)
        self._pages.addWidget(self._columns)
        self.setLayout(column(self._pages, gap=0))

    def _connect(self) -> None:
        session, editor, intake = self._session, self.editor, self.intake
        session.dataset_changed.connect(self._show_dataset)
        self.splits.changed.connect(self._show_facts)
        self.watch.changed.connect(self._show_facts)
        editor.done.connect(self.wall.say_done)
        editor.removed_changed.connect(self._show_facts)
        editor.saved.connect(self.splits.deal)
        self.start.folder_wanted.connect(intake.choose_folder)
        self.start.photos_wanted.connect(intake.choose_photos)
        self.start.paste_wanted.connect(intake.paste)
        self.start.samples_wanted.connect(session.open_samples)
        self.start.open_wanted.connect(session.open_dataset)
        self.start.cancelled.connect(session.stop_job)
        self.split_editor.configure_wanted.connect(self._show_configure)
        self.overview.class_pressed.connect(self.wall.show_section)
        self.overview.folds_pressed.connect(self._hold_out_in_turn)
        for overview in (self.overview, self.strip):
            overview.aside_pressed.connect(self._toggle_aside)
            overview.choose_pressed.connect(self._offer_choice)
            overview.splits_pressed.connect(self._edit_splits)
            picker = overview.picker
            picker.open_wanted.connect(session.open_dataset)
            picker.new_wanted.connect(session.close_dataset)
            picker.folder_wanted.connect(intake.choose_dataset)
            picker.renamed.connect(editor.rename)
        self.wall.current_changed.connect(self._show_sample)
        self.wall.remove_wanted.connect(editor.remove)
        self.wall.relabel_wanted.connect(editor.relabel)
        self.wall.restore_wanted.connect(editor.restore)
        self.wall.add_wanted.connect(self._add_new)
        self.wall.locate_wanted.connect(self.missing.ask)
        self.wall.unpaint_wanted.connect(self._questions.ask_to_unpaint)
        self.wall.repaint_wanted.connect(self.jobs.generate)
        self.wall.undo_wanted.connect(editor.undo)
        self.wall.unfold_wanted.connect(self._unfold)
        self.wall.grid.activated.connect(self._look_closely)
        self.laboratory.generate_wanted.connect(self.jobs.generate)
        self.laboratory.step_wanted.connect(self._step)
        self.laboratory.fold_wanted.connect(self._fold_away)
        standard = QKeySequence.StandardKey
        for parent, keys, told, slot in (
            (self, QKeySequence(standard.Paste), "Paste photos", intake.paste),
            (self._columns, QKeySequence("Ctrl+O"), "Choose a folder", intake.choose_folder),
            (self._columns, QKeySequence("Ctrl+Shift+O"), "Choose photos", intake.choose_photos),
            (self._columns, QKeySequence(standard.New), "New dataset", session.close_dataset),
            (self._columns, QKeySequence(standard.Undo), "Undo a change to the dataset", editor.undo),
            (self._columns, QKeySequence(standard.Redo), "Redo a change to the dataset", editor.redo),
        ):
            shortcut = QShortcut(keys, parent)
            shortcut.setWhatsThis(told)
            shortcut.activated.connect(slot)

    def _warm_up(self) -> None:
        """Ready what the first dataset will fill and name."""
        self._session.in_background(LOOK_ALIKES.names)  # a tenth of a second where it is first asked for
        if self._pages.currentWidget() is self.start:
            Rehearsal(self._columns, self._pages)

    # Dataset

    def _show_dataset(self, manifest: Manifest | None) -> None:
        if manifest is not None and len(manifest.samples) > _SORTED_HERE and not self.editor.is_applying:
            sort = self.wall.model.sort_key
            self._session.in_background(order_of, manifest, sort, done=self._show_ordered)
            return
        self._show_ordered(None)

    def _show_ordered(self, order: Order | None) -> None:
        manifest = self._session.dataset
        if order is not None and order.manifest is not manifest:
            return  # another one was opened meanwhile
        is_other = manifest is None or manifest.folder != self.wall.folder
        if is_other:
            self.splits.forget()
            self.wall.close_aside()
        recent = self._session.recent_datasets()
        is_empty = manifest is None or not manifest.samples
        self.start.show_recent(recent)
        self.start.show_name(manifest.name if manifest is not None else "")
        if manifest is None or is_empty:
            self._pages.setCurrentWidget(self.start)
            self.wall.set_manifest(None)
            self.laboratory.show_sample(None, None)
            return
        for overview in (self.overview, self.strip):
            overview.picker.show_dataset(manifest.name, manifest.folder, manifest.painted, recent)
        if not self.editor.is_applying:
            self.thumbnails.forget()  # a job may have painted other pictures under the same names
            self.painted.show(manifest)
        self.wall.set_manifest(manifest, order)
        if self.laboratory.manifest is not manifest:
            self._show_sample(None)
        self._show_facts()
        if not self.editor.is_applying:
            self.splits.deal()
        # What was filled is laid out and drawn in a turn of its own: both at once would keep the mouse waiting.
        next_turn(self, self._turn_to_columns)

    def _turn_to_columns(self) -> None:
        manifest = self._session.dataset
        if manifest is not None and manifest.samples:
            self._pages.setCurrentWidget(self._columns)

    def _hold_out_in_turn(self) -> None:
        """Hold every photo out once; the sheet of the splits takes it back."""
        session = self._session
        session.set_config(folded(session.config))
        members = session.config.ensemble.members
        session.say("info", f"Every photo is held out once: {members} networks, judged on what they never saw.")

    def _show_facts(self) -> None:
        facts = self.facts
        if facts is None:
            return
        self.overview.show_facts(facts)
        self.strip.show_facts(facts)
        if self.split_editor.isVisible():
            self.split_editor.show_counts(self.splits.counts)
        self._aside.follow(facts)

    def _show_sample(self, sample: object) -> None:
        dataset = self._session.dataset
        if dataset is not None:
            self.laboratory.show_sample(dataset, self.wall.current_sample())

    # What was set aside

    def _toggle_aside(self, key: str) -> None:
        self._aside.toggle(key, self.facts)

    def _add_new(self, entries: Sequence[Aside]) -> None:
        photos: dict[str, list[str]] = {}
        for entry in entries:
            photos.setdefault(entry.label, []).append(entry.key)
        self.intake.add(photos)

    # Asking

    def _offer_choice(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        theme = self._theme
        menu.addAction(icon(theme, "folder-open"), "Choose a folder…\tCtrl+O", self.intake.choose_folder)
        menu.addAction(icon(theme, "image-plus"), "Choose photos…\tCtrl+Shift+O", self.intake.choose_photos)
        menu.addAction(icon(theme, "clipboard-paste"), "Paste\tCtrl+V", self.intake.paste)
        menu.popup(place)

    def _overview_in_sight(self) -> OverviewColumn | OverviewStrip:
        return self.strip if self._is_compact else self.overview

    def _edit_splits(self, place: QPoint) -> None:
        self.split_editor.show_counts(self.splits.counts)
        self.split_editor.open_at(place)

    def _show_configure(self) -> None:
        self._session.tab_requested.emit("configure")

    # Laboratory

    def _step(self, step: int) -> None:
        """Go to the next clean photo of the wall, or to the one before."""
        samples = self.wall.model.samples
        rows = [row for row, sample in enumerate(samples) if sample.label == "clean" and not sample.synthetic]
        if not rows:
            return
        current = self.wall.grid.currentIndex().row()
        after = [row for row in rows if row > current] if step > 0 else [row for row in rows if row < current]
        if step > 0:
            self.wall.grid.choose(after[0] if after else rows[0])
        else:
            self.wall.grid.choose(after[-1] if after else rows[-1])

    def _fold_away(self) -> None:
        self._fold(True)

    def _unfold(self) -> None:
        self._fold(False)

    def _look_closely(self) -> None:
        if self.laboratory.isHidden():
            self._unfold()

    def _fold(self, is_folded: bool) -> None:
        self._columns.fold(is_folded)
        self.wall.set_unfold_visible(is_folded)


def _drop_words(found: Found) -> str:
    """What dropping this would do; empty when it would do nothing."""
    if found.dataset is not None:
        return f"Open {found.name}"
    return f"Drop {plural(found.photos, 'photo')}" if found.photos else ""
