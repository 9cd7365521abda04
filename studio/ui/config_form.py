"""The form: every setting in its section, derived from the declarations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QButtonGroup, QStackedWidget
from typing_extensions import override

from studio.core.config import StudioConfig
from studio.core.settings import Setting, sections, settings
from studio.ui.config_row import ConfigRow
from studio.ui.form_sections import SECTIONS_COMPACT_PX, SECTIONS_PX, Fold, FormPage, SectionButton
from studio.ui.setting_finder import SettingFinder
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import with_keys
from studio.ui.widgets.flow import column, holder, row
from studio.ui.widgets.inputs import SearchField
from studio.ui.widgets.panels import Card, Hairline, ScrollPanel

_RANGES_FROM_PX = 720
"""In a narrower form the help would break into four lines beside the ranges."""


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
        self._settings = {one.path: one for one in settings()}
        self._rows: dict[str, ConfigRow] = {}
        self._made: list[ConfigRow] = []
        self._values: Mapping[str, Any] = {}
        self._reference: Mapping[str, Any] = {}
        self._faults: dict[str, str] = {}
        self._is_compact = self._is_tight = False
        self._sections: dict[str, SectionButton] = {}
        self._pages = QStackedWidget()
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._choose_section)
        listed = list(sections())
        for number, (key, title) in enumerate(listed):
            button = SectionButton(theme, title)
            self._sections[key] = button
            self._group.addButton(button, number)
            self._pages.addWidget(FormPage())
        self.finder = SettingFinder(theme, list(self._settings.values()), dict(listed), self._make_row)
        self._pages.addWidget(self.finder)
        keys = QKeySequence("Ctrl+F")
        self.search = SearchField(theme, "Find a setting", tooltip=with_keys("Find by name, help or value", keys))
        self.search.textChanged.connect(self._find)
        QShortcut(keys, self, self._go_to_search)
        listing = ScrollPanel()
        listing.content.setLayout(column(*self._sections.values(), None, gap=2, margins=(8, 4, 8, 8)))
        side = holder(column(holder(row(self.search, margins=(8, 8, 8, 4))), listing, gap=0))
        side.setFixedWidth(SECTIONS_PX)
        self._side = side
        self.setLayout(row(side, Hairline(theme, Qt.Orientation.Vertical), self._pages, gap=0, margins=(1, 1, 1, 1)))
        self.show_section(listed[0][0])

    def set_compact(self, is_compact: bool) -> None:
        """Give way: a narrower list of sections, rows without their range."""
        self._is_compact = is_compact
        self._place()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        is_compact = self._is_compact or self.width() < _RANGES_FROM_PX
        if is_compact == self._is_tight:
            return
        self._is_tight = is_compact
        self._side.setFixedWidth(SECTIONS_COMPACT_PX if is_compact else SECTIONS_PX)
        for shown in self._made:
            shown.set_compact(is_compact)

    def show_section(self, key: str) -> None:
        """Turn to a section, whatever was looked for."""
        button = self._sections[key]
        button.setChecked(True)
        self._choose_section(self._group.id(button))

    @property
    def section(self) -> str:
        """Key of the section that is chosen."""
        return list(self._sections)[max(0, self._group.checkedId())]

    def show_config(self, values: Mapping[str, Any], strategy: StudioConfig) -> None:
        """Show all values.

        Args:
            values: sections as in the JSON file.
            strategy: the config of the strategy that these started from; differences get a dot.
        """
        self._values, self._reference = values, strategy.to_mapping()
        for shown in self._made:
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
        for shown in self._made:
            shown.show_fault(self._faults.get(shown.setting.path, ""))
        for key, button in self._sections.items():
            button.show_fault(any(path.partition(".")[0] == key for path in self._faults))

    def light_up(self, path: str) -> None:
        """Light up the row of a setting, and no other."""
        for shown in self._made:
            shown.light_up(shown.setting.path == path)

    def row_of(self, path: str) -> ConfigRow:
        """The row of a setting; its page is made when it is not there yet."""
        if path not in self._rows:
            self._fill_page(list(self._sections).index(path.partition(".")[0]))
        return self._rows[path]

    def _choose_section(self, number: int) -> None:
        self.search.clear()
        self._turn_to(number)

    def _turn_to(self, number: int) -> None:
        self._fill_page(number)
        self._pages.setCurrentIndex(number)

    def _fill_page(self, number: int) -> None:
        """Make the rows of a section; not before it is looked at, since all of them take a third of a second."""
        page = self._pages.widget(number)
        assert isinstance(page, FormPage)
        if page.is_filled:
            return
        section = list(self._sections)[number]
        members = [one for one in self._settings.values() if one.section == section]
        made = {member.path: self._make_row(member) for member in members}
        self._rows |= made
        plain = [made[member.path] for member in members if not member.is_advanced]
        folded = [made[member.path] for member in members if member.is_advanced]
        page.fill([*plain, *([Fold(self._theme, folded)] if folded else []), *folded])

    def _is_changed(self, setting: Setting) -> bool:
        return bool(
            self._values
            and self._values[setting.section][setting.name] != self._reference[setting.section][setting.name]
        )

    def _fill(self, shown: ConfigRow) -> None:
        setting = shown.setting
        if self._values:
            value = self._values[setting.section][setting.name]
            reference = self._reference[setting.section][setting.name]
            shown.show_value(value, reference=reference, is_changed=self._is_changed(setting))
        shown.show_fault(self._faults.get(setting.path, ""))

    def _make_row(self, setting: Setting) -> ConfigRow:
        shown = ConfigRow(self._theme, setting)
        shown.set_compact(self._is_tight)
        self._fill(shown)
        shown.edited.connect(self.edited)
        shown.hovered.connect(self.hovered)
        shown.laboratory_wanted.connect(self.laboratory_wanted)
        self._made.append(shown)
        return shown

    def _find(self, text: str) -> None:
        """Show the settings that fit, of all sections; with nothing typed, the chosen section again."""
        if self.finder.look_for(text):
            self._pages.setCurrentWidget(self.finder)
        else:
            self._turn_to(max(0, self._group.checkedId()))

    def _go_to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()
