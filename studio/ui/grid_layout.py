"""Where each photo of a wall lies: sections from top to bottom, each a heading with full rows of squares."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPoint, QRect

from studio.ui.photo_model import WallSection

LEFT_PX, RIGHT_PX = 16, 20
GAP_PX = 8
HEADING_PX = 40
_AFTER_SECTION_PX = 4
_BOTTOM_PX = 12
_SMALLEST_PX = 24


@dataclass
class GridLayout:
    """Plain arithmetic: finding a place takes as long for ten photos as for ten thousand.

    Attributes:
        sections: the classes, with their first rows.
        width: room from edge to edge, px.
        wanted_px: side of a thumbnail that is asked for; the row decides the rest.
        side: side of a thumbnail, px.
        columns: thumbnails in a row.
        tops: where each section begins, px from the top.
        height: of the whole, px.
    """

    sections: Sequence[WallSection]
    width: int
    wanted_px: int
    side: int = field(init=False)
    columns: int = field(init=False)
    tops: list[int] = field(init=False)
    height: int = field(init=False)

    def __post_init__(self) -> None:
        room = max(self.width - LEFT_PX - RIGHT_PX, _SMALLEST_PX) + GAP_PX
        self.columns = max(1, round(room / (self.wanted_px + GAP_PX)))
        self.side = max(_SMALLEST_PX, room // self.columns - GAP_PX)
        self.tops = []
        top = 0
        for section in self.sections:
            self.tops.append(top)
            top += HEADING_PX + self._lines(section) * self.pitch - GAP_PX + _AFTER_SECTION_PX
        self.height = top + _BOTTOM_PX if self.tops else 0

    @property
    def pitch(self) -> int:
        """From one thumbnail to the next, px."""
        return self.side + GAP_PX

    def bottom(self, number: int) -> int:
        """Where a section ends, px from the top."""
        return self.tops[number + 1] if number + 1 < len(self.tops) else self.height

    def cell(self, row: int) -> QRect:
        """Where a row's thumbnail lies; null for a row that there is not."""
        number = self._section_of(row)
        if not 0 <= number < len(self.tops) or row >= self._end(number):
            return QRect()
        line, column = divmod(row - self.sections[number].first, self.columns)
        top = self.tops[number] + HEADING_PX + line * self.pitch
        return QRect(LEFT_PX + column * self.pitch, top, self.side, self.side)

    def row_at(self, point: QPoint) -> int | None:
        """The row whose thumbnail lies under a point."""
        number = bisect_right(self.tops, point.y()) - 1
        if not 0 <= number < len(self.sections):
            return None
        section = self.sections[number]
        y, x = point.y() - self.tops[number] - HEADING_PX, point.x() - LEFT_PX
        if x < 0 or y < 0 or x % self.pitch >= self.side or y % self.pitch >= self.side:
            return None
        place = y // self.pitch * self.columns + x // self.pitch
        return section.first + place if x // self.pitch < self.columns and place < section.count else None

    def rows_between(self, number: int, top: int, bottom: int) -> range:
        """Rows of one section that reach into a stripe, px from the top."""
        section, start = self.sections[number], self.tops[number] + HEADING_PX
        first = max(0, (top - start) // self.pitch) * self.columns
        last = min(section.count, ((bottom - start) // self.pitch + 1) * self.columns)
        return range(section.first + first, section.first + max(first, last))

    def rows_in(self, area: QRect) -> Iterator[int]:
        """Rows whose thumbnails an area touches."""
        for number in range(len(self.sections)):
            for row in self.rows_between(number, area.top(), area.bottom()):
                if self.cell(row).intersects(area):
                    yield row

    def above(self, row: int, lines: int) -> int:
        """The row so many lines further up, in the same column, across sections."""
        for _ in range(lines):
            number = self._section_of(row)
            column = row - self.sections[number].first
            if column >= self.columns:
                row -= self.columns
            elif number > 0:
                upper = self.sections[number - 1]
                start = upper.first + (self._lines(upper) - 1) * self.columns
                row = min(start + column, upper.first + upper.count - 1)
        return row

    def below(self, row: int, lines: int) -> int:
        """The row so many lines further down, in the same column, across sections."""
        for _ in range(lines):
            number = self._section_of(row)
            section = self.sections[number]
            line, column = divmod(row - section.first, self.columns)
            if line + 1 < self._lines(section):
                row = min(row + self.columns, section.first + section.count - 1)
            elif number + 1 < len(self.sections):
                lower = self.sections[number + 1]
                row = min(lower.first + column, lower.first + lower.count - 1)
        return row

    def _lines(self, section: WallSection) -> int:
        return -(-section.count // self.columns)

    def _section_of(self, row: int) -> int:
        return bisect_right([section.first for section in self.sections], row) - 1

    def _end(self, number: int) -> int:
        return self.sections[number].first + self.sections[number].count
