"""Which dataset is open, with what can be done to it as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QWidget,
)
from typing_extensions import override

from studio.core.words import plural
from studio.ui.icons import icon, paint_icon
from studio.ui.recent_datasets import RecentDataset
from studio.ui.theme import ThemeManager
from studio.ui.widgets.flow import column
from studio.ui.widgets.panels import Card
from studio.ui.widgets.plain import show_letters, unmarked
from studio.ui.widgets.question import Question

_MOST_RECENT = 8


class DatasetPicker(QStackedWidget):
    """A button with the dataset's name; pressing it offers others, renaming turns it into a field."""

    open_wanted = Signal(object)
    new_wanted = Signal()
    folder_wanted = Signal()
    renamed = Signal(str)
    delete_wanted = Signal()
    unpaint_wanted = Signal()

    def __init__(self, theme: ThemeManager, *, height_px: int = 32) -> None:
        """Args:
        theme: where colours come from.
        height_px: 32, or 28 in a strip.
        """
        super().__init__()
        self._theme = theme
        self._recent: tuple[RecentDataset, ...] = ()
        self._folder: Path | None = None
        self._painted = 0
        self.button = _PickerButton(theme, height_px)
        self.field = _NameField()
        self.addWidget(self.button)
        self.addWidget(self.field)
        self.setFixedHeight(height_px)
        if height_px < theme.height("control"):
            self.field.setStyleSheet(
                f"QLineEdit {{ min-height: {height_px - 2}px; }} QLineEdit:focus {{ min-height: {height_px - 4}px; }}"
            )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.button.clicked.connect(self._show_menu)
        self.field.returnPressed.connect(self._rename)
        self.field.given_up.connect(self._keep_name)

    def show_dataset(self, name: str, folder: Path | None, painted: int, recent: Sequence[RecentDataset]) -> None:
        """Show which dataset is open.

        Args:
            name: its name.
            folder: its folder; None while none is open.
            painted: how many of its samples are painted.
            recent: datasets that were open before.
        """
        self._folder, self._painted, self._recent = folder, painted, tuple(recent)
        self.button.set_name(name)
        self.setCurrentWidget(self.button)

    def start_renaming(self) -> None:
        """Turn into a field for the new name."""
        self.field.setText(self.button.text())
        self.setCurrentWidget(self.field)
        self.field.selectAll()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def menu(self) -> QMenu:
        """Other datasets, and what can be done to this one."""
        theme, menu = self._theme, QMenu(self)
        for recent in self._recent[:_MOST_RECENT]:
            words = f"{unmarked(recent.name)}\t{plural(recent.samples, 'sample')}"
            action = menu.addAction(icon(theme, "folder"), words)
            action.setData(recent.folder)
            action.setEnabled(self._folder is None or recent.folder != str(self._folder))
        menu.triggered.connect(self._open)
        menu.addSeparator()
        menu.addAction(icon(theme, "plus"), "New dataset", self.new_wanted.emit)
        menu.addAction(icon(theme, "folder-open"), "Open a dataset's folder…", self.folder_wanted.emit)
        if self._folder is not None:
            menu.addSeparator()
            menu.addAction(icon(theme, "pencil"), "Rename", self.start_renaming)
            unpaint = menu.addAction(icon(theme, "paintbrush"), f"Delete {plural(self._painted, 'painted sample')}…")
            unpaint.triggered.connect(self.unpaint_wanted)
            unpaint.setEnabled(self._painted > 0)
            menu.addAction(icon(theme, "trash-2", "danger"), "Delete the dataset…", self.delete_wanted.emit)
        return menu

    def _show_menu(self) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setMinimumWidth(self.width())
        menu.popup(self.button.mapToGlobal(QPoint(0, self.height() + 4)))

    def _open(self, action: QAction) -> None:
        if action.data():
            self.open_wanted.emit(Path(str(action.data())))

    def _rename(self) -> None:
        name = self.field.text().strip()
        self._keep_name()
        if name and name != self.button.text():
            self.renamed.emit(name)

    def _keep_name(self) -> None:
        self.setCurrentWidget(self.button)
        self.button.setFocus(Qt.FocusReason.OtherFocusReason)


class _PickerButton(QPushButton):
    def __init__(self, theme: ThemeManager, height_px: int) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("kind", "secondary")
        if height_px < theme.height("control"):
            self.setProperty("tier", "small")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setToolTip("Open another dataset, make a new one, rename or delete this one")
        theme.changed.connect(self.update)

    def set_name(self, name: str) -> None:
        show_letters(self, name)
        self.setAccessibleName(f"Dataset {name}")

    @override
    def sizeHint(self) -> QSize:
        return QSize(166, self._theme.height("control"))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(96, self._theme.height("control_small"))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""  # type: ignore[attr-defined]
        painter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        paint_icon(painter, theme, "folder", QRect(11, 0, 16, self.height()), "text_2")
        painter.setFont(theme.font("label"))
        painter.setPen(theme.color("text"))
        room = QRect(35, 0, self.width() - 35 - 30, self.height())
        words = QFontMetrics(painter.font()).elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), words)
        chevron = QRect(self.width() - 26, 0, 18, self.height())
        paint_icon(painter, theme, "chevron-down", chevron, "text_2", 16)


class _NameField(QLineEdit):
    given_up = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setMaxLength(80)
        self.setAccessibleName("New name of the dataset")
        self.setToolTip("Enter keeps the name, Escape the old one")
        self.setAcceptDrops(False)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)


class DatasetQuestion(QWidget):
    """Asks in place, before something of the dataset is deleted; takes no room while it does not."""

    agreed = Signal(str)

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where measures come from.
        """
        super().__init__()
        self._about = ""
        self.question = Question(theme)
        card = Card()
        pad = theme.space(1.5)
        card.setLayout(column(self.question, margins=(pad,) * 4))
        self.setLayout(column(card, gap=0, margins=(0, 0, 0, pad)))
        self.question.accepted.connect(self._agree)
        self.question.declined.connect(self.hide)
        self.hide()

    def ask(self, about: str, words: str, yes: str) -> None:
        """Ask.

        Args:
            about: key that `agreed` sends.
            words: what would happen.
            yes: label of the button that does it.
        """
        self._about = about
        self.show()
        self.question.ask(words, yes)

    def _agree(self) -> None:
        self.hide()
        self.agreed.emit(self._about)
