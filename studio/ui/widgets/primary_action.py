"""The primary button of a tab with the progress that takes its place."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QStackedWidget, QWidget
from typing_extensions import override

from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.flow import column, row
from studio.ui.widgets.labels import ElidedLabel, Label


class PrimaryAction(QStackedWidget):
    """The one primary button of a tab; while its job runs, progress with Cancel stands in its place."""

    triggered = Signal()
    cancelled = Signal()

    def __init__(
        self, theme: ThemeManager, text: str, *, icon: str = "", keys: str = "", cancel_text: str = "Cancel"
    ) -> None:
        """Args:
        theme: where colours come from.
        text: what will happen, and how many.
        icon: an icon name.
        keys: the shortcut.
        cancel_text: what the button beside the progress says.
        """
        super().__init__()
        self.button = Button(theme, text, icon=icon, kind="primary", keys=keys)
        self.button.clicked.connect(self.triggered)
        self._words = ElidedLabel("", "small", "text_2", weight=500)
        self._left = Label("", "small", "text_3")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self.cancel = Button(theme, cancel_text, icon="x", size="large")
        self.cancel.clicked.connect(self.cancelled)
        self._running = QWidget()
        told = column(None, row(self._words, self._left), self._bar, None, gap=theme.space())
        self._running.setLayout(row(told, self.cancel, gap=theme.space(2)))
        self.addWidget(self.button)
        self.addWidget(self._running)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.height("button_primary"))

    @property
    def is_running(self) -> bool:
        """Whether progress is shown in place of the button."""
        return self.currentWidget() is self._running

    def show_progress(self, words: str, share: float | None, left: str = "") -> None:
        """Show progress in place of the button.

        Args:
            words: what is being done, such as `Painting 120 of 464`.
            share: 0..1, or None while nobody knows.
            left: the time left.
        """
        self._words.setText(words)
        self._left.setText(left)
        self._bar.setRange(0, 0 if share is None else 1000)
        self._bar.setValue(round(1000 * (share or 0.0)))
        self._bar.setAccessibleName(words)
        if not self.is_running:
            self.setCurrentWidget(self._running)
            self.updateGeometry()

    def show_button(self) -> None:
        """Show the button again."""
        if self.is_running:
            self.setCurrentWidget(self.button)
            self.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        shown = self.currentWidget()
        return QSize(320, self.height()) if shown is None or self.is_running else shown.sizeHint()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.height()) if self.is_running else self.sizeHint()
