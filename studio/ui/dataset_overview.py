"""What is in the dataset: classes, splits, what was set aside; as a column, or as a strip in a small window."""

from __future__ import annotations

import itertools

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget
from typing_extensions import override

from studio.core.words import count, plural
from studio.ui.count_bar import CountBar
from studio.ui.dataset_facts import DatasetFacts
from studio.ui.dataset_picker import DatasetPicker, DatasetQuestion
from studio.ui.drop_zone import DropZone
from studio.ui.folds import FOLDS, is_worth_offering
from studio.ui.icons import icon
from studio.ui.overview_rows import Certificate, CountRow, FactsLine, SplitLegend
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button, IconButton
from studio.ui.widgets.flow import clear, column, holder, row
from studio.ui.widgets.labels import Label
from studio.ui.widgets.panels import Hairline, Panel, ScrollPanel
from studio.ui.widgets.plain import plain

_STRIP_BAR_GAP_PX = 10


class OverviewColumn(Panel):
    """The overview at the left of the wall."""

    class_pressed = Signal(str)
    aside_pressed = Signal(str)
    splits_pressed = Signal(QPoint)
    folds_pressed = Signal()
    choose_pressed = Signal(QPoint)

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__("surface")
        self._theme = theme
        self.picker = DatasetPicker(theme)
        self.question = DatasetQuestion(theme)
        self.zone = DropZone(
            theme, "Drop photos or a folder", (("or ", "text_3"), ("choose…", "accent_text"), (" or paste", "text_3"))
        )
        self._samples = Label("", "small", "text_2", weight=500)
        self._class_bar = CountBar(theme)
        self._split_bar = CountBar(theme)
        self._legend = SplitLegend(theme)
        self._certificate = Certificate(theme)
        self.splits_button = IconButton(
            theme, "sliders-horizontal", "Change how photos are dealt to the splits", size="small", icon_px=14
        )
        self.splits_button.setFixedSize(20, 20)
        self.folds_button = Button(
            theme, "Judge every photo once", kind="link", size="small",
            tooltip=f"A tenth of so few photos judges by chance. {FOLDS}-fold cross-validation holds every photo out "
            f"once, from one of {FOLDS} networks; look-alikes stay together. Training takes {FOLDS} times as long.",
        )  # fmt: skip
        self.folds_button.hide()
        self._class_rows = QVBoxLayout()
        self._aside_rows = QVBoxLayout()
        self._class_buttons: dict[str, CountRow] = {}
        self._aside_buttons: dict[str, CountRow] = {}
        self._build()
        self.zone.clicked.connect(self._choose)
        self.splits_button.clicked.connect(self._ask_for_splits)
        self.folds_button.clicked.connect(self.folds_pressed)

    def show_facts(self, facts: DatasetFacts) -> None:
        """Show a dataset's counts."""
        self._samples.setText(plural(facts.samples, "sample"))
        self._class_bar.show_parts(facts.class_parts)
        self._show_classes(facts)
        self._show_splits(facts)
        self._show_asides(facts)
        self._order_tabs()

    def mark_aside(self, key: str) -> None:
        """Show which group the wall shows; empty for none."""
        for name, button in self._aside_buttons.items():
            button.setChecked(name == key)

    def _build(self) -> None:
        theme = self._theme
        scroll = ScrollPanel()
        classes = row(Label("Classes", "small", "text_2", weight=600), None, self._samples)
        splits = row(Label("Splits", "small", "text_2", weight=600), None, self.splits_button)
        self._class_rows.setSpacing(0)
        self._aside_rows.setSpacing(0)
        scroll.content.setLayout(
            column(
                self.picker, 12, self.question, self.zone, 20,
                classes, 9, self._class_bar, theme.space(), self._class_rows, 18,
                splits, 6, self._split_bar, theme.space(), self._legend, 11, self._certificate,
                row(self.folds_button, None, margins=(22, 2, 0, 0)), 17,
                Label("Set aside", "small", "text_2", weight=600), 7, self._aside_rows, None,
                gap=0, margins=(theme.space(2),) * 4,
            )
        )  # fmt: skip
        self.add(scroll, 1)

    def _show_classes(self, facts: DatasetFacts) -> None:
        titles = [line.look.title for line in facts.classes]
        if titles != list(self._class_buttons):  # rows that stay keep the keyboard
            clear(self._class_rows)
            self._class_buttons = {}
            for line in facts.classes:
                made = CountRow(self._theme, line.look.title, line.look.title, line.look.glyph, line.look.token)
                made.setToolTip(plain(f"Show {line.look.title.lower()} on the wall"))
                made.chosen.connect(self.class_pressed)
                self._class_buttons[line.look.title] = made
                self._class_rows.addWidget(made)
        for line in facts.classes:
            self._class_buttons[line.look.title].set_count(line.count)

    def _order_tabs(self) -> None:
        order = [self.zone, *self._class_buttons.values(), self.splits_button, self.folds_button]
        order += self._aside_buttons.values()
        for before, after in itertools.pairwise(order):
            QWidget.setTabOrder(before, after)

    def _show_splits(self, facts: DatasetFacts) -> None:
        parts = facts.split_parts
        self._split_bar.show_parts(parts)
        self._legend.show_counts([part.count for part in parts], facts.splits.folds if facts.splits else 0)
        self._certificate.show_splits(facts)
        splits = facts.splits
        is_known = splits is not None and not splits.obstacle
        self.folds_button.setVisible(is_known and is_worth_offering(facts.photos, splits.folds if splits else 0))

    def _show_asides(self, facts: DatasetFacts) -> None:
        if [group.key for group in facts.asides] != list(self._aside_buttons):
            checked = next((key for key, button in self._aside_buttons.items() if button.isChecked()), "")
            clear(self._aside_rows)
            self._aside_buttons = {}
            for group in facts.asides:
                made = CountRow(self._theme, group.key, group.title, group.icon, "text_2", has_chevron=True)
                made.setCheckable(True)
                made.setChecked(group.key == checked)
                made.setToolTip(plain(f"Show what was set aside: {group.title.lower()}"))
                made.chosen.connect(self.aside_pressed)
                self._aside_buttons[group.key] = made
                self._aside_rows.addWidget(made)
        for group in facts.asides:
            self._aside_buttons[group.key].set_count(len(group.entries))
            self._aside_buttons[group.key].setEnabled(bool(group.entries))

    def _ask_for_splits(self) -> None:
        button = self.splits_button
        self.splits_pressed.emit(button.mapToGlobal(QPoint(0, button.height() + 4)))

    def _choose(self) -> None:
        self.choose_pressed.emit(self.zone.mapToGlobal(QPoint(0, self.zone.height() + 4)))


class OverviewStrip(Panel):
    """The overview above the wall, where the window is small."""

    aside_pressed = Signal(str)
    choose_pressed = Signal(QPoint)
    splits_pressed = Signal(QPoint)

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__("surface")
        self._theme = theme
        self._facts: DatasetFacts | None = None
        self.picker = DatasetPicker(theme, height_px=theme.height("control_small"))
        self.question = DatasetQuestion(theme)
        self.add_button = Button(
            theme,
            "Add photos",
            icon="image-plus",
            kind="tool",
            size="small",
            tooltip="Add photos or a folder  (Ctrl+O)",
        )
        self.aside_button = Button(
            theme, "Set aside", kind="tool", size="small", tooltip="Rejected, duplicate, blurred or removed photos"
        )
        self.zone = DropZone(theme, "Drop photos or a folder", (), is_floating=True)
        self.zone.setParent(self)
        self.zone.hide()
        self._bar = CountBar(theme)
        self.splits_button = FactsLine(theme)
        top = row(self.picker, self.add_button, self.aside_button)
        side = theme.space(2)
        self.add(
            holder(
                column(
                    top, self.question, _STRIP_BAR_GAP_PX, self._bar, theme.space(), self.splits_button,
                    gap=0, margins=(side, 10, side, 10),
                )
            )
        )  # fmt: skip
        self.add(Hairline(theme))
        self.add_button.clicked.connect(self._choose)
        self.splits_button.clicked.connect(self._ask_for_splits)
        self.aside_button.clicked.connect(self._show_asides)

    def show_facts(self, facts: DatasetFacts) -> None:
        """Show a dataset's counts."""
        self._facts = facts
        self._bar.show_parts(facts.class_parts)
        self.splits_button.show_facts(facts)
        self.aside_button.set_text(f"Set aside  {count(facts.aside_count)}")
        self.aside_button.set_blocked("" if facts.aside_count else "No photo was set aside")

    def mark_aside(self, key: str) -> None:
        """The strip has no rows to mark."""

    def _ask_for_splits(self) -> None:
        self.splits_pressed.emit(self.splits_button.mapToGlobal(QPoint(0, self.splits_button.height() + 4)))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        gap = self._theme.space()
        self.zone.setFixedHeight(self.height() - 2 * gap)
        self.zone.setGeometry(self.rect().adjusted(gap, gap, -gap, -gap))

    def _choose(self) -> None:
        self.choose_pressed.emit(self.add_button.mapToGlobal(QPoint(0, self.add_button.height() + 4)))

    def _show_asides(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for group in self._facts.asides if self._facts is not None else ():
            action = menu.addAction(icon(self._theme, group.icon), f"{group.title}\t{count(len(group.entries))}")
            action.setData(group.key)
            action.setEnabled(bool(group.entries))
        menu.triggered.connect(self._choose_aside)
        menu.popup(self.aside_button.mapToGlobal(QPoint(0, self.aside_button.height() + 4)))

    def _choose_aside(self, action: QAction) -> None:
        self.aside_pressed.emit(str(action.data()))
