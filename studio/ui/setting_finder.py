"""Settings found by what they are called, what they do, or what they may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.settings import Setting
from studio.ui.config_row import ConfigRow
from studio.ui.theme import ThemeManager
from studio.ui.widgets.flow import holder, row
from studio.ui.widgets.labels import Label
from studio.ui.widgets.panels import ScrollPanel

_HEADING_PX = 36
_MOST = 24


class SettingFinder(ScrollPanel):
    """The rows that fit the words, under the names of their sections; each row is made once."""

    def __init__(
        self,
        theme: ThemeManager,
        settings: Sequence[Setting],
        sections: Mapping[str, str],
        make_row: Callable[[Setting], ConfigRow],
    ) -> None:
        """Args:
        theme: where measures come from.
        settings: all that can be found.
        sections: their sections' titles by key, in order.
        make_row: makes the row of a setting, filled and connected.
        """
        super().__init__()
        self._make_row = make_row
        self._titles = sections
        self._words = {setting.path: _words(setting, sections) for setting in settings}
        self._settings = {setting.path: setting for setting in settings}
        self._rows: dict[str, ConfigRow] = {}
        self._headings: dict[str, QWidget] = {}
        self._nothing = Label("", "body", "text_3", wrap=True)
        self._place_of_nothing = holder(row(self._nothing, margins=(theme.space(2),) * 4))
        self._edge_px = theme.space(2)
        self._layout = QVBoxLayout(self.content)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self._place_of_nothing)
        self._layout.addStretch()

    @property
    def found(self) -> list[str]:
        """Paths of the rows on show, in the order of the form."""
        return [path for path in self._settings if path in self._rows and not self._rows[path].isHidden()]

    def look_for(self, text: str) -> bool:
        """Show what fits every word of a text.

        Returns:
            whether anything was asked for.
        """
        asked = text.lower().split()
        fitting = [path for path, words in self._words.items() if all(word in words for word in asked)] if asked else []
        for path in fitting[:_MOST]:
            self._show(path)
        for path, shown in self._rows.items():
            shown.setHidden(path not in fitting[:_MOST])
        sections = {path.partition(".")[0] for path in fitting[:_MOST]}
        for section, heading in self._headings.items():
            heading.setHidden(section not in sections)
        self._place_of_nothing.setVisible(bool(asked) and not fitting)
        self._nothing.setText(f"No setting is called or does “{text.strip()}”.")
        self.verticalScrollBar().setValue(0)
        return bool(asked)

    def _show(self, path: str) -> None:
        """Make a row where it is missing, at its place among the others."""
        if path in self._rows:
            return
        section = path.partition(".")[0]
        if section not in self._headings:
            title = Label(self._titles.get(section, section), "small", "text_2", weight=600)
            heading = holder(row(title, margins=(self._edge_px, 10, self._edge_px, 0)))
            heading.setFixedHeight(_HEADING_PX)
            self._headings[section] = heading
        self._rows[path] = self._make_row(self._settings[path])
        self._order()

    def _order(self) -> None:
        """Put headings and rows into the order of the form."""
        place, section = 0, ""
        for path in self._settings:
            if path not in self._rows:
                continue
            if path.partition(".")[0] != section:
                section = path.partition(".")[0]
                self._layout.insertWidget(place, self._headings[section])
                place += 1
            self._layout.insertWidget(place, self._rows[path])
            place += 1


def _words(setting: Setting, sections: Mapping[str, str]) -> str:
    told = (
        setting.title, setting.help, setting.path, sections.get(setting.section, ""),
        setting.unit, *setting.choices, *setting.titles,
    )  # fmt: skip
    return " ".join(told).lower()
