"""The first cell among the cards: where more photos go, and how far they have come."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QWidget
from typing_extensions import override

from studio.ui.drop_zone import paint_zone
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.flow import column, holder, row
from studio.ui.widgets.labels import Label
from studio.ui.widgets.messages import Icon

_CALM = "Drop photos anywhere"
_NOTE = "one, a thousand, or a folder"
_ICON_PX = 24


class PhotoIntakeCell(QWidget):
    """A dashed cell that lights up while something is dragged; while photos are answered, it says how many."""

    choose_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__()
        self._theme = theme
        self._is_lit = self._is_refused = False
        self._calm, self._calm_note = _CALM, _NOTE
        self._icon = Icon(theme, "image-up", "accent_text", _ICON_PX)
        self.title = Label(_CALM, "body", weight=600, wrap=True)
        self.note = Label(_NOTE, "small", "text_2", wrap=True)
        for label in (self.title, self.note):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.choose = Button(theme, "Choose…", size="small", tooltip="Choose photos to answer for", keys="Ctrl+O")
        self.choose.show_keys()
        self.choose.clicked.connect(self.choose_wanted)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.stop = Button(theme, "Stop", size="small", icon="square", tooltip="Answer no more; what is answered stays")
        self.stop.clicked.connect(self.stop_wanted)
        self._running = holder(column(self.bar, row(None, self.stop, None), gap=12, margins=(12, 4, 12, 0)))
        middle = row(None, self.choose, None)
        self.setLayout(
            column(
                None, row(None, self._icon, None), 6, self.title, self.note, 10, middle, self._running, None,
                gap=2, margins=(10, 8, 10, 8),
            )
        )  # fmt: skip
        self._running.hide()
        theme.changed.connect(self.update)

    @property
    def words(self) -> str:
        """The line that is shown largest."""
        return self.title.text()

    @property
    def is_lit(self) -> bool:
        """Whether something is dragged that can be dropped."""
        return self._is_lit

    def light_up(self, words: str) -> None:
        """Show that what is dragged is welcome."""
        self._say(words, is_lit=True)

    def refuse(self, reason: str) -> None:
        """Show why what is dragged cannot be taken."""
        self._say(reason, is_refused=True)

    def calm_down(self) -> None:
        """Nothing is dragged any more."""
        self._say(self._calm)

    def show_progress(self, words: str, share: float | None, note: str) -> None:
        """Say how far the photos have come; empty words when all are answered.

        Args:
            words: such as `12 of 48 answered`.
            share: 0..1, or None while nobody knows.
            note: the time left, or why it takes longer.
        """
        is_running = bool(words)
        self._calm, self._calm_note = words or _CALM, note if is_running else _NOTE
        self.bar.setRange(0, 0 if share is None else 1000)
        self.bar.setValue(round(1000 * (share or 0.0)))
        self._running.setVisible(is_running)
        self.choose.setVisible(not is_running)
        if not (self._is_lit or self._is_refused):
            self._say(self._calm)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect())
        paint_zone(painter, self._theme, box, self._is_lit, self._is_refused, line_px=1.5, ground="surface")

    def _say(self, words: str, *, is_lit: bool = False, is_refused: bool = False) -> None:
        self._is_lit, self._is_refused = is_lit, is_refused
        self.title.setText(words)
        self.title.set_tone("danger" if is_refused else "accent_text" if is_lit else "text")
        self.note.setText("" if is_lit or is_refused else self._calm_note)
        self._icon.show_icon("ban" if is_refused else "image-up", "danger" if is_refused else "accent_text")
        self.update()
