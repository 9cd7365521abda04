"""What the empty state offers below its drop zone: sample dishes, recent datasets, the way ahead."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from studio.core import resources
from studio.core.words import ago, count, plural
from studio.ui.icons import paint_icon
from studio.ui.pictures import rounded
from studio.ui.recent_datasets import RecentDataset
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.flow import clear, column, row
from studio.ui.widgets.labels import Label
from studio.ui.widgets.panels import Card
from studio.ui.widgets.plain import plain, show_letters

SAMPLE_DISHES = 32
"""How many dishes the studio draws; their module need not be loaded to say so."""

_CARD_PX = 136
_SAMPLES_PX = 450
_THUMBNAIL_PX = 52
_SHOWN = 6
_MOST_RECENT = 3
_STEPS = (
    ("image-plus", "Drop clean photos"),
    ("paintbrush", "Generate dirt"),
    ("chart-spline", "Train"),
    ("scan-search", "Classify"),
)


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
        show_letters(self, entry.name or self._folder.name)
        self.setAccessibleName(f"Open {self.text()}, {count(entry.samples)} samples")
        self.setToolTip(plain(entry.folder))
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
