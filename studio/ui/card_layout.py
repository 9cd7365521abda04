"""Where each card lies: rows of as many as there is room for."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QPoint, QRect

from studio.ui.result_card import PHOTO_SHAPE, TEXT_PX

TOP_PX, BOTTOM_PX = 16, 16
GAP_PX = 12
_LEAST_CARD_PX = 190


@dataclass
class CardLayout:
    """Plain arithmetic, the same for ten cards as for ten thousand.

    Attributes:
        width: room from edge to edge, px.
        side_px: margin left and right.
        columns: cards in a row.
        card_px: width of a card.
        card_height: its height, px.
    """

    width: int
    side_px: int
    columns: int = field(init=False)
    card_px: int = field(init=False)
    card_height: int = field(init=False)

    def __post_init__(self) -> None:
        room = max(_LEAST_CARD_PX, self.width - 2 * self.side_px) + GAP_PX
        self.columns = max(1, room // (_LEAST_CARD_PX + GAP_PX))
        self.card_px = room // self.columns - GAP_PX
        self.card_height = 1 + round((self.card_px - 2) * PHOTO_SHAPE) + TEXT_PX

    @property
    def pitch(self) -> int:
        """From one row to the next, px."""
        return self.card_height + GAP_PX

    def height_of(self, cards: int) -> int:
        """How high so many cards are together, px."""
        return TOP_PX + -(-cards // self.columns) * self.pitch - GAP_PX + BOTTOM_PX

    def cell(self, place: int) -> QRect:
        """Where the card at a place lies, counted from 0."""
        line, column = divmod(place, self.columns)
        left = self.side_px + column * (self.card_px + GAP_PX)
        return QRect(left, TOP_PX + line * self.pitch, self.card_px, self.card_height)

    def place_at(self, point: QPoint) -> int | None:
        """Which place a point lies in; None between cards."""
        x, y = point.x() - self.side_px, point.y() - TOP_PX
        across = self.card_px + GAP_PX
        if x < 0 or y < 0 or x % across >= self.card_px or y % self.pitch >= self.card_height:
            return None
        return y // self.pitch * self.columns + x // across if x // across < self.columns else None

    def places_between(self, top: int, bottom: int) -> range:
        """The places of the rows that a strip touches."""
        first = max(0, (top - TOP_PX) // self.pitch) * self.columns
        return range(first, max(first, ((bottom - TOP_PX) // self.pitch + 1) * self.columns))
