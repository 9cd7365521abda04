"""How a line of a plot looks."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen


@dataclass(frozen=True, kw_only=True)
class CurveStyle:
    """How one line of a plot is drawn.

    Attributes:
        color: the line's colour, its opacity included.
        width_px: line width in device-independent pixels.
        dash: lengths of dash and gap in px; empty for a solid line.
        has_marker: whether each point carries a round marker.
    """

    color: QColor
    width_px: float = 1.0
    dash: tuple[float, ...] = ()
    has_marker: bool = False

    def pen(self, ratio: float | None = None) -> QPen:
        """The pen that draws this line.

        Args:
            ratio: device pixels per device-independent pixel where the pen shall be cosmetic: zooming a plot then
                leaves its width alone, and so would the screen's scaling.
        """
        pen = QPen(self.color, self.width_px * (ratio or 1.0))
        pen.setCosmetic(ratio is not None)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap if self.dash else Qt.PenCapStyle.RoundCap)
        if self.dash:
            pen.setDashPattern([length / self.width_px for length in self.dash])
        return pen


def mixed(low: QColor, high: QColor, share: float) -> QColor:
    """The colour between two, at `share` of the way."""
    return QColor.fromRgbF(
        low.redF() + share * (high.redF() - low.redF()),
        low.greenF() + share * (high.greenF() - low.greenF()),
        low.blueF() + share * (high.blueF() - low.blueF()),
    )
