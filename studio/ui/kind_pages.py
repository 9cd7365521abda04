"""The two lists beside the picture: kinds of dirt, look-alikes of dirt."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget
from typing_extensions import override

from studio.core.registry import DIRT_KINDS, LOOK_ALIKES
from studio.core.sections import DirtSettings
from studio.ui.kind_list import KindGroup, KindList
from studio.ui.kind_row import ROW_INSET_PX, KindRow
from studio.ui.theme import ThemeManager
from studio.ui.widgets.segmented import Choice, SegmentedControl

DIRT, LOOKS = "dirt", "look_alikes"
_BELOW_SWITCH_PX = 10
_GROUP_TITLES = {
    "material": "Material",
    "print": "Print",
    "wear": "Wear",
    "water": "Water",
    "light": "Light",
}
_INTRO = "Clean dishes in other looks, so that none is taken for dirt. Point at one to see it alone."
_CHOICES = (
    Choice(key=DIRT, text="Dirt", tooltip="What is painted on dishes, and how strongly"),
    Choice(key=LOOKS, text="Look-alikes", tooltip="What clean dishes may look like and is no dirt"),
)


class KindPages(QWidget):
    """One of the two lists; the look-alikes are built when they are first looked at."""

    kinds_changed = Signal(object)
    look_alikes_changed = Signal(object)
    vary_changed = Signal(float)
    released = Signal()
    shown = Signal(str)

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__()
        self._theme = theme
        self._look_alikes: KindList | None = None
        self._settings = DirtSettings()
        self.switch = SegmentedControl(
            theme,
            _CHOICES,
            height_px=theme.height("control_small"),
            stretch=True,
            accessible_name="Kinds beside the picture",
        )
        self.kinds = KindList(
            theme,
            [KindGroup(title="Kinds of dirt", entries=tuple(DIRT_KINDS), measure="strength")],
            does="Paint",
            sets="Strength",
        )
        help = "Share of painted samples whose dish is made another one first, on the clean twin likewise"
        own = DirtSettings().vary
        self.vary = KindRow(
            theme,
            "Vary the dish",
            help,
            own=own,
            switch_name="Vary the dish",
            slider_name="Share of varied dishes",
        )
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.kinds)
        self.switch.setParent(self)
        self.vary.setParent(self)
        self.vary.hide()
        self.kinds.changed.connect(self.kinds_changed)
        self.kinds.released.connect(self.released)
        self.vary.changed.connect(self._tell_vary)
        self.vary.released.connect(self.released)
        self.switch.chosen.connect(self._show_page)

    @property
    def look_alikes(self) -> KindList:
        """The list of look-alikes."""
        if self._look_alikes is None:
            self._look_alikes = self._made()
        return self._look_alikes

    @property
    def shown_alone(self) -> str:
        """Name of the look-alike that is to be seen by itself; empty for none."""
        is_there = self.switch.current == LOOKS and self._look_alikes is not None
        return self.look_alikes.on_show if is_there else ""

    def controls(self) -> list[QWidget]:
        """What can be reached by the keyboard, from top to bottom, as far as it is built."""
        rows = [*self.kinds.all_rows, *(self._look_alikes.all_rows if self._look_alikes is not None else ())]
        return [
            *(self.switch.part(choice.key) for choice in _CHOICES),
            *itertools.chain.from_iterable((kind_row.switch, kind_row.slider) for kind_row in rows),
        ]

    def show_settings(self, settings: DirtSettings) -> None:
        """Show strengths and shares; what the settings do not name shows its own."""
        self._settings = settings
        self.kinds.show_strengths(settings.kinds)
        self.vary.show_strength(settings.vary)
        if self._look_alikes is not None:
            self._look_alikes.show_strengths(settings.look_alikes)
        self._calm()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        width, height = self.width(), self.switch.height()
        lane = self._theme.width("scroll_bar")
        self.switch.setGeometry(ROW_INSET_PX, 0, width - 2 * ROW_INSET_PX - lane, height)
        top = height + _BELOW_SWITCH_PX
        self._pages.setGeometry(0, top, width, self.height() - top)

    def _made(self) -> KindList:
        entries = tuple(LOOK_ALIKES)
        groups = [
            KindGroup(
                title=title,
                entries=[entry for entry in entries if entry.traits["group"] == group],
                measure="how often" if number == 0 else "",
            )
            for number, (group, title) in enumerate(_GROUP_TITLES.items())
        ]
        made = KindList(
            self._theme,
            [group for group in groups if group.entries],
            does="Use",
            sets="Share",
            intro=_INTRO,
            lead=self.vary,
            can_show=True,
        )
        made.show_strengths(self._settings.look_alikes)
        made.changed.connect(self._tell_look_alikes)
        made.released.connect(self.released)
        made.shown.connect(self.shown)
        self._pages.addWidget(made)
        self.vary.show()
        before = self.kinds.all_rows[-1].slider
        for kind_row in made.all_rows:
            QWidget.setTabOrder(before, kind_row.switch)
            QWidget.setTabOrder(kind_row.switch, kind_row.slider)
            before = kind_row.slider
        return made

    def _show_page(self, page: str) -> None:
        self._pages.setCurrentWidget(self.look_alikes if page == LOOKS else self.kinds)
        self._calm()
        self.shown.emit(self.shown_alone)

    def _tell_look_alikes(self, shares: Mapping[str, float]) -> None:
        self.look_alikes_changed.emit(shares)

    def _tell_vary(self) -> None:
        self._calm()
        self.vary_changed.emit(self.vary.strength)

    def _calm(self) -> None:
        """Without varied dishes no look-alike is ever used; it is still there to be seen."""
        if self._look_alikes is not None:
            for kind_row in self._look_alikes.rows.values():
                kind_row.set_dormant(self.vary.strength == 0)
