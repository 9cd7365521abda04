"""A scrolling list of registered kinds, each with its switch and its strength."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from studio.core.registry import Entry
from studio.ui.kind_row import ROW_INSET_PX, KindRow
from studio.ui.theme import ThemeManager
from studio.ui.widgets.labels import Label
from studio.ui.widgets.panels import ScrollPanel

_ROW_PX, _SCROLLED_ROW_PX, _LEAST_ROW_PX = 54, 46, 36
_GROUP_GAP_PX = 10
_POINTED_MS = 150
"""How long the mouse rests on a row before it is shown: on its way across the list it means none of them."""


@dataclass(frozen=True, kw_only=True)
class KindGroup:
    """Rows under one heading.

    Attributes:
        title: the heading.
        entries: the kinds, in order.
        measure: what the numbers at the right say; empty under the first heading that said it.
    """

    title: str
    entries: Sequence[Entry[Any]]
    measure: str = ""


class KindList(ScrollPanel):
    """Rows as high as there is room for; it scrolls when there is too little."""

    changed = Signal(object)
    released = Signal()
    shown = Signal(str)

    def __init__(
        self,
        theme: ThemeManager,
        groups: Sequence[KindGroup],
        *,
        does: str,
        sets: str,
        intro: str = "",
        lead: KindRow | None = None,
        can_show: bool = False,
    ) -> None:
        """Args:
        theme: where colours and measures come from.
        groups: the rows.
        does: what a switch does with its kind, such as `Paint`.
        sets: what a slider sets, such as `Strength`.
        intro: a sentence above everything.
        lead: a row above the groups, its signals left to the caller.
        can_show: whether a row that is pointed at or chosen is told by `shown`.
        """
        super().__init__()
        self._theme = theme
        self._lead = lead
        self._pointed = self._chosen = self._told = ""
        self._intro = Label(intro, "small", "text_2", wrap=True)
        self._intro.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._groups: list[tuple[Label, Label, list[KindRow]]] = []
        self.rows: dict[str, KindRow] = {}
        for group in groups:
            rows = []
            for entry in group.entries:
                kind_row = _row_of(theme, entry, does, sets, can_show)
                kind_row.changed.connect(self._tell)
                kind_row.released.connect(self.released)
                kind_row.pointed.connect(partial(self._point, entry.name))
                kind_row.pressed.connect(partial(self._press, entry.name))
                kind_row.reached.connect(partial(self.choose, entry.name))
                self.rows[entry.name] = kind_row
                rows.append(kind_row)
            heading = Label(group.title, "small", "text_2", weight=600)
            measure = Label(group.measure, "small", "text_2")
            measure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._groups.append((heading, measure, rows))
        for child in self._children():
            child.setParent(self.content)
        self._intro.setVisible(bool(intro))
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_POINTED_MS)
        self._rest.timeout.connect(self._show)

    @property
    def strengths(self) -> dict[str, float]:
        """Strength of every kind, 0..1; 0 is off."""
        return {name: kind_row.strength for name, kind_row in self.rows.items()}

    @property
    def on_show(self) -> str:
        """Name of the kind that is pointed at, else of the chosen one; empty for none."""
        return self._told

    @property
    def all_rows(self) -> tuple[KindRow, ...]:
        """The lead and every kind, from top to bottom."""
        return (*((self._lead,) if self._lead is not None else ()), *self.rows.values())

    def show_strengths(self, strengths: Mapping[str, float]) -> None:
        """Show strengths; a kind that is not named shows its own."""
        for name, kind_row in self.rows.items():
            kind_row.show_strength(strengths.get(name))

    def choose(self, name: str) -> None:
        """Keep one kind on show; empty shows none of them."""
        self._chosen = name
        for other, kind_row in self.rows.items():
            kind_row.set_chosen(other == name)
        self._show()

    @override
    def sizeHint(self) -> QSize:
        return QSize(167, _ROW_PX * len(self.rows))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Rows share the height; once they scroll anyway they take a comfortable one."""
        theme, inset = self._theme, ROW_INSET_PX
        width = self.width() - theme.width("scroll_bar")
        inner = width - 2 * inset
        heading = theme.line_px("small") + 6
        intro = self._intro.heightForWidth(inner) + theme.space() if not self._intro.isHidden() else 0
        fixed = intro + heading * len(self._groups) + _GROUP_GAP_PX * (len(self._groups) - 1)
        number = len(self.all_rows)
        pitch = (self.height() - fixed) // max(1, number)
        pitch = min(_ROW_PX, pitch) if pitch >= _LEAST_ROW_PX else _SCROLLED_ROW_PX
        lead = pitch + _GROUP_GAP_PX if self._lead is not None else 0
        self._intro.setGeometry(inset, 0, inner, intro)
        top = intro
        if self._lead is not None:
            self._lead.setGeometry(0, top, width, pitch)
            top += lead
        for title, measure, rows in self._groups:
            title.setGeometry(inset, top, inner, heading)
            measure.setGeometry(inset, top, inner, heading)
            top += heading
            for kind_row in rows:
                kind_row.setGeometry(0, top, width, pitch)
                top += pitch
            top += _GROUP_GAP_PX
        self.content.setFixedHeight(top - _GROUP_GAP_PX)

    def _children(self) -> list[QWidget]:
        labels = [label for title, measure, _ in self._groups for label in (title, measure)]
        return [self._intro, *labels, *self.all_rows]

    def _tell(self) -> None:
        self.changed.emit(self.strengths)

    def _point(self, name: str, is_pointed: bool) -> None:
        if is_pointed:
            self._pointed = name
        elif self._pointed == name:
            self._pointed = ""
        self._rest.start()

    def _press(self, name: str) -> None:
        # Pressed again it lets go: the mouse still rests on it, and must not count as pointing.
        self._pointed = ""
        self._rest.stop()
        self.choose("" if name == self._chosen else name)

    def _show(self) -> None:
        name = self._pointed or self._chosen
        if name != self._told:
            self._told = name
            self.shown.emit(name)


def _row_of(theme: ThemeManager, entry: Entry[Any], does: str, sets: str, can_show: bool) -> KindRow:
    own = entry.traits["strength"]
    assert isinstance(own, int | float)
    title = entry.title.lower()
    return KindRow(
        theme,
        entry.title,
        entry.help,
        own=float(own),
        switch_name=f"{does} {title}",
        slider_name=f"{sets} of {title}",
        can_be_shown=can_show,
    )
