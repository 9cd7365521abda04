"""Bars below the wall: what can be done with several photos, what was just done."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button, IconButton
from studio.ui.widgets.flow import row
from studio.ui.widgets.labels import ElidedLabel, Label

_PASSING_MS = 12_000


class SelectionBar(QWidget):
    """What can be done with several selected photos at once."""

    remove_pressed = Signal()
    move_pressed = Signal(QPoint)
    closed = Signal()

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__()
        self.setProperty("surface", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._words = Label("", "small", "text", weight=500)
        self._move = Button(theme, "Move to", size="small", kind="tool", tooltip="Change their class")
        self._move.set_trailing_icon("chevron-down")
        remove = Button(theme, "Remove", size="small", kind="tool", icon="x", tooltip="Remove them  (Del)")
        close = IconButton(theme, "x", "Select one photo again", size="small")
        self.setLayout(
            row(
                self._words,
                None,
                self._move,
                remove,
                close,
                margins=(theme.space(2), theme.space(), theme.space(), theme.space()),
            )
        )
        self._move.clicked.connect(self._ask_to_move)
        remove.clicked.connect(self.remove_pressed)
        close.clicked.connect(self.closed)

    def set_count(self, chosen: int) -> None:
        """Say how many are selected."""
        self._words.setText(f"{chosen:,} selected")

    def _ask_to_move(self) -> None:
        self.move_pressed.emit(self._move.mapToGlobal(QPoint(0, self._move.height() + 4)))


class MovedBar(QWidget):
    """Below the photos that are missing: where they may have gone."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__()
        self.setProperty("surface", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.point = Button(
            theme, "Point to their new folder…", size="small", kind="tool", icon="folder-open",
            tooltip="Photos are known again by their names and contents",
        )  # fmt: skip
        gap = theme.space()
        words = ElidedLabel("Were they moved?", "small", "text", weight=500)
        self.setLayout(row(words, self.point, margins=(theme.space(2), gap, 12, gap)))


class UndoBar(QWidget):
    """What was just changed, and the way back."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__()
        self.setProperty("surface", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._words = ElidedLabel("", "small", "text")
        self.undo = Button(theme, "Undo", size="small", kind="link", tooltip="Take it back  (Ctrl+Z)")
        close = IconButton(theme, "x", "Close", size="small")
        gap = theme.space(0.5)
        self.setLayout(row(self._words, self.undo, close, margins=(theme.space(2), gap, theme.space(), gap)))
        close.clicked.connect(self.hide)
        self._passing = QTimer(self)
        self._passing.setSingleShot(True)
        self._passing.setInterval(_PASSING_MS)
        self._passing.timeout.connect(self._go)

    @property
    def words(self) -> str:
        """What was changed."""
        return self._words.text()

    def show_words(self, words: str) -> None:
        """Say what was changed; empty words take the bar away."""
        self._words.setText(words)
        self.setVisible(bool(words))
        self._passing.start()

    def _go(self) -> None:
        focused = QApplication.focusWidget()
        if self.underMouse() or (focused is not None and self.isAncestorOf(focused)):
            self._passing.start()  # somebody is about to press it
        else:
            self.hide()
