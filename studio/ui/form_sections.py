"""The parts of the form that hold its rows: a section's button, the fold of its advanced settings, a page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from studio.ui.config_row import ConfigRow
from studio.ui.icons import paint_icon
from studio.ui.theme import ThemeManager
from studio.ui.widgets.panels import ScrollPanel
from studio.ui.widgets.plain import plain, show_letters

SECTIONS_PX, SECTIONS_COMPACT_PX = 176, 168
_SECTION_PX, _DOT_PX = 32, 6


class FormPage(ScrollPanel):
    """Rows one below the other."""

    is_filled = False

    def fill(self, widgets: Sequence[QWidget]) -> None:
        """Put the rows into the page."""
        self.is_filled = True
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in widgets:
            layout.addWidget(widget)
        layout.addStretch()


class SectionButton(QAbstractButton):
    """A section's name, with a dot where something in it differs from the strategy."""

    def __init__(self, theme: ThemeManager, title: str) -> None:
        super().__init__()
        self._theme = theme
        self._has_dot = False
        self._is_faulty = False
        show_letters(self, title)
        self.setAccessibleName(title)
        self.setToolTip(plain(f"Settings: {title.lower()}"))
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFixedHeight(_SECTION_PX)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_dot(self, has_dot: bool) -> None:
        """Say whether something differs from the strategy."""
        self._has_dot = has_dot
        self.update()

    def show_fault(self, is_faulty: bool) -> None:
        """Say whether something is wrong."""
        self._is_faulty = is_faulty
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(SECTIONS_COMPACT_PX - 32, _SECTION_PX)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill = "selected" if self.isChecked() else "hover" if self.underMouse() else "surface"
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(fill))
        painter.drawRoundedRect(self.rect(), theme.radius("control"), theme.radius("control"))
        painter.setFont(theme.font("label", 500))
        painter.setPen(theme.color("text" if self.isChecked() else "text_2"))
        painter.drawText(self.rect().adjusted(8, 0, -20, 0), int(Qt.AlignmentFlag.AlignVCenter), self.text())
        if self._is_faulty:
            paint_icon(painter, theme, "circle-x", QRect(self.width() - 24, 0, 16, self.height()), "danger", 14)
        elif self._has_dot:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent"))
            painter.drawEllipse(self.width() - 19, (self.height() - _DOT_PX) // 2, _DOT_PX, _DOT_PX)


class Fold(QAbstractButton):
    """The line that unfolds advanced settings and names them while they are folded."""

    def __init__(self, theme: ThemeManager, rows: Sequence[ConfigRow]) -> None:
        super().__init__()
        self._theme = theme
        self._rows = rows
        self._names = ", ".join(_lowered(shown.setting.title) for shown in rows)
        self.setCheckable(True)
        self.setFixedHeight(40)
        self.setAccessibleName("Advanced settings")
        self.setToolTip(plain(f"Show or fold away: {self._names}"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.toggled.connect(self._fold)
        for shown in rows:
            shown.setHidden(True)
        theme.changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, 40)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        if self.underMouse():
            painter.fillRect(self.rect(), theme.color("hover"))
        arrow = "chevron-down" if self.isChecked() else "chevron-right"
        paint_icon(painter, theme, arrow, QRect(16, 0, 16, self.height()), "text_2", 14)
        painter.setFont(theme.font("label"))
        painter.setPen(theme.color("text"))
        left = 38
        painter.drawText(QRect(left, 0, 80, self.height()), int(Qt.AlignmentFlag.AlignVCenter), "Advanced")
        left += painter.fontMetrics().horizontalAdvance("Advanced") + 16
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text_2"))
        room = QRect(left, 0, self.width() - left - 16, self.height())
        names = painter.fontMetrics().elidedText(self._names, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), names)

    def _fold(self, is_open: bool) -> None:
        for shown in self._rows:
            shown.setVisible(is_open)


def _lowered(title: str) -> str:
    """A title inside a sentence: `TensorBoard folder` keeps its capitals."""
    is_name = title[:2].isupper() or any(letter.isupper() for letter in title.split()[0][1:])
    return title if is_name else title[:1].lower() + title[1:]
