"""The first thing a new user sees: where photos go, dishes to try the studio with, datasets from before."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from studio.core.words import sentence_case, time_left
from studio.ui.drop_zone import paint_zone
from studio.ui.progress import JobProgress
from studio.ui.recent_datasets import RecentDataset
from studio.ui.start_cards import RecentCard, SampleCard, StepsLine
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.flow import column, holder, row
from studio.ui.widgets.labels import Label
from studio.ui.widgets.messages import Icon
from studio.ui.widgets.panels import ScrollPanel
from studio.ui.widgets.primary_action import PrimaryAction

_WIDTH_PX = 832
_ZONE_PX, _COMPACT_ZONE_PX = 408, 324
_TOP_PX, _COMPACT_TOP_PX = 40, 16
_MARK_PX, _COMPACT_MARK_PX = 128, 88
_KINDS_OF_FILE = "JPEG, PNG, HEIC, WebP, TIFF, BMP. Photos stay where they are and are never uploaded."
_LINES = (
    "A flat folder is taken as clean. Sub-folders become classes.",
    "Dirty photos are welcome, but not needed: the studio paints the dirt.",
)


class DatasetStart(QWidget):
    """Shown while no dataset is open, or while the open one has no photos."""

    folder_wanted = Signal()
    photos_wanted = Signal()
    paste_wanted = Signal()
    samples_wanted = Signal()
    open_wanted = Signal(object)
    cancelled = Signal()

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__()
        self._theme = theme
        self.zone = BigZone(theme)
        self.zone.choose.triggered.connect(self.folder_wanted)
        self.zone.choose.cancelled.connect(self.cancelled)
        self.zone.photos.clicked.connect(self.photos_wanted)
        self.zone.paste.clicked.connect(self.paste_wanted)
        self.samples = SampleCard(theme)
        self.samples.opened.connect(self.samples_wanted)
        self.recent = RecentCard(theme)
        self.recent.opened.connect(self.open_wanted)
        self._steps = StepsLine(theme)
        cards = row(self.samples, self.recent, gap=theme.space(2))
        self._column = column(self.zone, theme.space(3), cards, theme.space(3), self._steps, None, gap=0)
        middle = holder(self._column)
        middle.setMaximumWidth(_WIDTH_PX)
        middle.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        scroll = ScrollPanel()
        side = theme.space(3)
        scroll.content.setLayout(row(middle, margins=(side, 0, side, theme.space())))
        self.setLayout(column(scroll, gap=0))

    def set_compact(self, is_compact: bool) -> None:
        """Use the layout for a small window, or the other one."""
        self._column.setContentsMargins(0, _COMPACT_TOP_PX if is_compact else _TOP_PX, 0, 0)
        self.zone.set_compact(is_compact)

    def show_recent(self, recent: Sequence[RecentDataset]) -> None:
        """Show datasets that were open before."""
        self.recent.show_recent(recent)

    def show_name(self, name: str) -> None:
        """Say for which dataset photos are wanted; empty for a new one."""
        self.zone.set_title(f"Drop photos for {name} here" if name else "Drop a folder of photos here")

    def show_progress(self, progress: JobProgress | None, doing: str) -> None:
        """Show how far an import has come in place of the buttons; None when it has ended.

        Args:
            progress: how far.
            doing: what the job is called.
        """
        self.zone.show_progress(progress, doing)
        self.samples.button.setEnabled(progress is None)


class BigZone(QWidget):
    """The drop zone of the empty state, with its buttons."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__()
        self._theme = theme
        self._calm = "Drop a folder of photos here"
        self._is_lit = self._is_refused = False
        self.title = Label(self._calm, "display")
        self._lines = [Label(line, "body", "text_2") for line in _LINES]
        self._files = Label(_KINDS_OF_FILE, "small", "text_2")
        for label, role in ((self.title, "display"), *((line, "body") for line in self._lines), (self._files, "small")):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setFixedHeight(theme.line_px(role))
        self.choose = PrimaryAction(theme, "Choose a folder…", icon="folder-open", keys="Ctrl+O")
        self.photos = Button(theme, "Choose photos…", icon="image-plus", size="large", keys="Ctrl+Shift+O")
        self.paste = Button(theme, "Paste", icon="clipboard-paste", size="large")
        self.paste.setToolTip("Take the files that were copied in a file manager  (Ctrl+V)")
        self._keys = PasteKeys(theme, self.paste)
        self._marks = [Icon(theme, "mark-large", "accent", size) for size in (_MARK_PX, _COMPACT_MARK_PX)]
        self._marks[1].hide()
        buttons = row(None, self.choose, self.photos, self.paste, None)
        self.setLayout(
            column(
                None, holder(row(None, *self._marks, None)), 23,
                self.title, 9, *self._lines, 24, buttons, 16, self._files, None,
                gap=0, margins=(24, 12, 24, 0),
            )
        )  # fmt: skip
        self.setFixedHeight(_ZONE_PX)
        theme.changed.connect(self.update)

    @property
    def words(self) -> str:
        """The line that is shown largest."""
        return self.title.text()

    @property
    def is_lit(self) -> bool:
        """Whether something is dragged that can be dropped."""
        return self._is_lit

    def set_compact(self, is_compact: bool) -> None:
        """Use the layout for a small window, or the other one."""
        self.setFixedHeight(_COMPACT_ZONE_PX if is_compact else _ZONE_PX)
        for mark, is_small in zip(self._marks, (False, True), strict=True):
            mark.setVisible(is_small == is_compact)

    def set_title(self, words: str) -> None:
        """Change what may be dropped here."""
        self._calm = words
        if not (self._is_lit or self._is_refused):
            self.title.setText(words)

    def light_up(self, words: str) -> None:
        """Show that what is dragged is welcome."""
        self._show(words, "accent_text", is_lit=True)

    def refuse(self, reason: str) -> None:
        """Show why what is dragged cannot be taken."""
        self._show(reason, "danger", is_refused=True)

    def calm_down(self) -> None:
        """Nothing is dragged any more."""
        self._show(self._calm, "text")

    def show_progress(self, progress: JobProgress | None, doing: str) -> None:
        """Show how far an import has come in place of the buttons; arguments as for `DatasetStart`."""
        is_running = progress is not None
        self.title.setText(doing if is_running else self._calm)
        self.photos.setVisible(not is_running)
        self.paste.setVisible(not is_running)
        if progress is None:
            self.choose.show_button()
        else:
            words = sentence_case(progress.words)
            self.choose.show_progress(words, progress.share, time_left(progress.remaining_s))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_zone(
            painter, self._theme, QRectF(self.rect()), self._is_lit, self._is_refused,
            line_px=2, radius_px=16, ground="surface",
        )  # fmt: skip

    def _show(self, words: str, tone: str, *, is_lit: bool = False, is_refused: bool = False) -> None:
        self._is_lit, self._is_refused = is_lit, is_refused
        self.title.setText(words)
        self.title.set_tone(tone)
        self.update()


class PasteKeys:
    """Shows Ctrl V on the paste button, though the shortcut is the tab's, so that fields can paste text."""

    def __init__(self, theme: ThemeManager, button: Button) -> None:
        """Args:
        theme: where measures come from.
        button: the paste button.
        """
        button.setShortcut("Ctrl+V")
        button.show_keys()
        button.setShortcut("")
