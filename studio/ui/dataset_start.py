"""The first thing a new user sees: where photos go, dishes to try the studio with, datasets from before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from studio.core import resources
from studio.ui.drop_zone import paint_zone
from studio.ui.icons import paint_icon
from studio.ui.pictures import rounded
from studio.ui.progress import JobProgress
from studio.ui.session import RecentDataset
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button, PrimaryAction
from studio.ui.widgets.flow import clear, column, holder, row
from studio.ui.widgets.labels import Label
from studio.ui.widgets.messages import Icon
from studio.ui.widgets.panels import Card, ScrollPanel
from studio.ui.words import ago, count, plural, sentence_case, time_left

SAMPLE_DISHES = 32
"""How many dishes the studio draws; their module need not be loaded to say so."""

_WIDTH_PX = 832
_ZONE_PX, _COMPACT_ZONE_PX = 408, 336
_TOP_PX, _COMPACT_TOP_PX = 40, 16
_CARD_PX = 136
_SAMPLES_PX = 450
_THUMBNAIL_PX = 52
_SHOWN = 6
_MOST_RECENT = 3
_MARK_PX, _COMPACT_MARK_PX = 128, 88
_KINDS_OF_FILE = "JPEG, PNG, WebP, TIFF, BMP. Photos stay where they are and are never uploaded."
_LINES = (
    "A flat folder is taken as clean. Sub-folders become classes.",
    "Dirty photos are welcome, but not needed: the studio paints the dirt.",
)
_STEPS = (
    ("image-plus", "Drop clean photos"),
    ("paintbrush", "Generate dirt"),
    ("chart-spline", "Train"),
    ("scan-search", "Classify"),
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
        scroll.content.setLayout(row(middle, margins=(side, 0, side, side)))
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


class SampleCard(Card):
    """Offers the dishes that the studio draws."""

    opened = Signal()

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__()
        self.button = Button(theme, "Open", kind="link", size="small", tooltip="Draw the sample dishes, open them")
        self.button.set_trailing_icon("arrow-right")
        self.button.setAccessibleName("Open the sample dishes")
        self.button.clicked.connect(self.opened)
        pictures = SamplePictures(theme)
        note = Label("Try every tab in three minutes.", "small", "text_2")
        note.setFixedHeight(14)  # the link above is higher than its line
        pad = theme.space(2)
        self.setLayout(
            column(
                row(Label("Sample dishes", "body", weight=600), None, self.button),
                note, theme.space(1.5), pictures, None,
                gap=0, margins=(pad, 12, 12, pad),
            )
        )  # fmt: skip
        self.setFixedHeight(_CARD_PX)
        self.setMinimumWidth(_SAMPLES_PX)


class SamplePictures(QWidget):
    """A few sample dishes, and how many more there are."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        folder = resources.path("samples")
        self._pictures = [QImage(str(folder / f"dish-{number}.jpg")) for number in range(1, _SHOWN + 1)]
        self.setFixedHeight(_THUMBNAIL_PX)
        self.setAccessibleName(f"{SAMPLE_DISHES} sample dishes")
        theme.changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        return QSize(_SHOWN * (_THUMBNAIL_PX + self._theme.space()) + 48, _THUMBNAIL_PX)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        left = 0
        for picture in self._pictures:
            box = QRectF(left, 0, _THUMBNAIL_PX, _THUMBNAIL_PX)
            rounded(painter, picture, box, theme.radius("thumbnail"))
            left += _THUMBNAIL_PX + theme.space()
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text_2"))
        room = QRect(left + 4, 0, 60, _THUMBNAIL_PX)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), f"+ {SAMPLE_DISHES - len(self._pictures)}")


class RecentCard(Card):
    """Datasets that were open before."""

    opened = Signal(object)

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__()
        self._theme = theme
        self.rows: list[RecentRow] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        pad = theme.space(2)
        title = Label("Recent", "body", weight=600)
        title.setFixedHeight(theme.line_px("body"))
        self.setLayout(column(title, 6, self._rows, None, gap=0, margins=(pad, 16, pad, theme.space())))
        self.setFixedHeight(_CARD_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_recent(self, recent: Sequence[RecentDataset]) -> None:
        """Show other datasets."""
        clear(self._rows)
        self.rows = [RecentRow(self._theme, entry) for entry in recent[:_MOST_RECENT]]
        for made in self.rows:
            made.chosen.connect(self.opened)
            self._rows.addWidget(made)
        if not self.rows:
            self._rows.addWidget(Label("Datasets that you open are found here again.", "small", "text_2"))


class RecentRow(QAbstractButton):
    """One dataset: name, how much is in it, when it was open."""

    chosen = Signal(object)

    def __init__(self, theme: ThemeManager, entry: RecentDataset) -> None:
        """Args:
        theme: where colours and measures come from.
        entry: the dataset.
        """
        super().__init__()
        self._theme = theme
        self._folder = Path(entry.folder)
        self._note = f"{plural(entry.samples, 'sample')}, {ago(entry.opened_s)}"
        self.setText(entry.name or self._folder.name)
        self.setAccessibleName(f"Open {self.text()}, {count(entry.samples)} samples")
        self.setToolTip(entry.folder)
        self.setFixedHeight(theme.height("list_row"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(self._tell)
        theme.changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        return QSize(240, self._theme.height("list_row"))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("pressed" if self.isDown() else "hover"))
            painter.drawRoundedRect(self.rect(), theme.radius("control"), theme.radius("control"))
        paint_icon(painter, theme, "folder", QRect(0, 0, 16, self.height()), "text_2")
        painter.setFont(theme.font("small", 500))
        painter.setPen(theme.color("text_2"))
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect(), int(flags | Qt.AlignmentFlag.AlignRight), self._note)
        note = QFontMetrics(painter.font()).horizontalAdvance(self._note)
        painter.setFont(theme.font("label"))
        painter.setPen(theme.color("text"))
        room = QRect(24, 0, self.width() - 24 - note - 12, self.height())
        words = QFontMetrics(painter.font()).elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, int(flags), words)

    def _tell(self) -> None:
        self.chosen.emit(self._folder)


class StepsLine(QWidget):
    """The way from photos to answers, in one line."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self.setFixedHeight(theme.line_px("small"))
        self.setAccessibleName(", then ".join(words for _, words in _STEPS))
        theme.changed.connect(self.update)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setFont(theme.font("small"))
        metrics = QFontMetrics(painter.font())
        widths = [22 + metrics.horizontalAdvance(words) for _, words in _STEPS]
        arrow = 30
        left = (self.width() - sum(widths) - arrow * (len(_STEPS) - 1)) / 2
        for number, ((glyph, words), width) in enumerate(zip(_STEPS, widths, strict=True)):
            paint_icon(painter, theme, glyph, QRectF(left, 0, 14, self.height()), "text_3", 14)
            painter.setPen(theme.color("text_2"))
            room = QRectF(left + 21, 0, width, self.height())
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), words)
            left += width
            if number + 1 < len(_STEPS):
                paint_icon(painter, theme, "arrow-right", QRectF(left, 0, arrow, self.height()), "text_3", 12)
                left += arrow
