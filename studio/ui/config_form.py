"""The form: every setting in its section, derived from the declarations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from studio.core.config import StudioConfig
from studio.core.settings import Setting, sections, settings
from studio.ui.config_row import ConfigRow
from studio.ui.icons import paint_icon
from studio.ui.theme import ThemeManager
from studio.ui.widgets.flow import column, row
from studio.ui.widgets.panels import Card, Hairline, ScrollPanel

_SECTIONS_PX, _SECTIONS_COMPACT_PX, _SECTION_PX, _DOT_PX = 176, 160, 32, 6
_LATER = frozenset({"search"})
"""Sections of jobs that have a place of their own; the form leaves them out."""


class ConfigForm(Card):
    """Sections at the left, the settings of the chosen one beside them, advanced ones folded away."""

    edited = Signal(str, object)
    hovered = Signal(str)
    laboratory_wanted = Signal()

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__()
        self._theme = theme
        self._settings = {one.path: one for one in settings() if one.section not in _LATER}
        self._rows: dict[str, ConfigRow] = {}
        self._values: Mapping[str, Any] = {}
        self._reference: Mapping[str, Any] = {}
        self._faults: dict[str, str] = {}
        self._is_compact = False
        self._sections: dict[str, _SectionButton] = {}
        self._pages = QStackedWidget()
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._turn_to)
        listed = [(key, title) for key, title in sections() if key not in _LATER]
        for number, (key, title) in enumerate(listed):
            button = _SectionButton(theme, title)
            self._sections[key] = button
            self._group.addButton(button, number)
            self._pages.addWidget(_Page())
        side = ScrollPanel()
        side.setFixedWidth(_SECTIONS_PX)
        side.content.setLayout(column(*self._sections.values(), None, gap=2, margins=(8, 8, 8, 8)))
        self._side = side
        self.setLayout(row(side, Hairline(theme, Qt.Orientation.Vertical), self._pages, gap=0, margins=(1, 1, 1, 1)))
        self.show_section(listed[0][0])

    def set_compact(self, is_compact: bool) -> None:
        """Give way: a narrower list of sections, rows without their range."""
        self._is_compact = is_compact
        self._side.setFixedWidth(_SECTIONS_COMPACT_PX if is_compact else _SECTIONS_PX)
        for shown in self._rows.values():
            shown.set_compact(is_compact)

    def show_section(self, key: str) -> None:
        """Turn to a section."""
        button = self._sections[key]
        button.setChecked(True)
        self._turn_to(self._group.id(button))

    def show_config(self, values: Mapping[str, Any], strategy: StudioConfig) -> None:
        """Show all values.

        Args:
            values: sections as in the JSON file.
            strategy: the config of the strategy that these started from; differences get a dot.
        """
        self._values, self._reference = values, strategy.to_mapping()
        for shown in self._rows.values():
            self._fill(shown)
        changed = {one.section for one in self._settings.values() if self._is_changed(one)}
        for key, button in self._sections.items():
            button.show_dot(key in changed)

    def show_faults(self, faults: Sequence[tuple[str, str]]) -> None:
        """Mark what is wrong in place.

        Args:
            faults: dotted paths and sentences; a fault of a whole section marks the settings that it names.
        """
        self._faults = {}
        for path, sentence in faults:
            for one in self._settings.values():
                is_named = path in ("", one.section) and one.name in sentence
                if path == one.path or is_named:
                    self._faults[one.path] = sentence
        for path, shown in self._rows.items():
            shown.show_fault(self._faults.get(path, ""))
        for key, button in self._sections.items():
            button.show_fault(any(path.partition(".")[0] == key for path in self._faults))

    def light_up(self, path: str) -> None:
        """Light up the row of a setting, and no other."""
        for row_path, shown in self._rows.items():
            shown.light_up(row_path == path)

    def row_of(self, path: str) -> ConfigRow:
        """The row of a setting; its page is made when it is not there yet."""
        if path not in self._rows:
            self._fill_page(list(self._sections).index(path.partition(".")[0]))
        return self._rows[path]

    def _turn_to(self, number: int) -> None:
        self._fill_page(number)
        self._pages.setCurrentIndex(number)

    def _fill_page(self, number: int) -> None:
        """Make the rows of a section; not before it is looked at, since all of them take a third of a second."""
        page = self._pages.widget(number)
        assert isinstance(page, _Page)
        if page.is_filled:
            return
        section = list(self._sections)[number]
        members = [one for one in self._settings.values() if one.section == section]
        plain = [self._make_row(member) for member in members if not member.is_advanced]
        folded = [self._make_row(member) for member in members if member.is_advanced]
        page.fill([*plain, *([_Fold(self._theme, folded)] if folded else []), *folded])

    def _is_changed(self, setting: Setting) -> bool:
        return bool(
            self._values
            and self._values[setting.section][setting.name] != self._reference[setting.section][setting.name]
        )

    def _fill(self, shown: ConfigRow) -> None:
        setting = shown.setting
        if self._values:
            shown.show_value(self._values[setting.section][setting.name], is_changed=self._is_changed(setting))
        shown.show_fault(self._faults.get(setting.path, ""))

    def _make_row(self, setting: Setting) -> ConfigRow:
        shown = ConfigRow(self._theme, setting)
        shown.set_compact(self._is_compact)
        self._fill(shown)
        shown.edited.connect(self.edited)
        shown.hovered.connect(self.hovered)
        shown.laboratory_wanted.connect(self.laboratory_wanted)
        self._rows[setting.path] = shown
        return shown


class _Page(ScrollPanel):
    """The rows of one section."""

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


class _SectionButton(QAbstractButton):
    """A section's name, with a dot where something in it differs from the strategy."""

    def __init__(self, theme: ThemeManager, title: str) -> None:
        super().__init__()
        self._theme = theme
        self._has_dot = False
        self._is_faulty = False
        self.setText(title)
        self.setAccessibleName(title)
        self.setToolTip(f"Settings: {title.lower()}")
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
        return QSize(_SECTIONS_COMPACT_PX - 32, _SECTION_PX)

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


class _Fold(QAbstractButton):
    """The line that unfolds advanced settings and names them while they are folded."""

    def __init__(self, theme: ThemeManager, rows: Sequence[ConfigRow]) -> None:
        super().__init__()
        self._theme = theme
        self._rows = rows
        self._names = ", ".join(_lowered(shown.setting.title) for shown in rows)
        self.setCheckable(True)
        self.setFixedHeight(40)
        self.setAccessibleName("Advanced settings")
        self.setToolTip(f"Show or fold away: {self._names}")
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
