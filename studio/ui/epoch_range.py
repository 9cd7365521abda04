"""Which epochs a plot shows."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QObject, Signal

_LEAST_SPAN = 0.25


class EpochRange(QObject):
    """The x axis of a plot: all planned epochs, or those that the person has zoomed in on."""

    zoomed = Signal(float, float)

    def __init__(self, box: pg.ViewBox, parent: QObject) -> None:
        """Args:
        box: pyqtgraph's holder of the curves; the mouse drags and zooms it.
        parent: owner.
        """
        super().__init__(parent)
        self._box = box
        self._is_zoomed = False
        self.epochs = 1
        box.setMouseEnabled(x=True, y=False)
        box.sigRangeChangedManually.connect(self._note_zoom)

    @property
    def is_zoomed(self) -> bool:
        """Whether the person has zoomed."""
        return self._is_zoomed

    @property
    def visible(self) -> tuple[float, float]:
        """The epochs at the left and the right edge."""
        low, high = self._box.viewRange()[0]
        return float(low), float(high)

    def set_epochs(self, epochs: int) -> None:
        """Span this many epochs, unless the person has zoomed."""
        if epochs != self.epochs or not self._is_zoomed:
            self.epochs = max(1, epochs)
            self._fit()

    def fit(self) -> None:
        """Show everything again."""
        self._is_zoomed = False
        self._fit()

    def show_epochs(self, low: float, high: float) -> None:
        """Show these epochs, as another plot does that the person has zoomed."""
        if low <= 0 and high >= self.epochs:
            self.fit()
            return
        self._is_zoomed = True
        self._box.setXRange(low, high, padding=0)

    def zoom(self, factor: float, centre: float) -> None:
        """Zoom in or out, as the wheel does.

        Args:
            factor: new span over old span; below 1 shows fewer epochs.
            centre: the epoch that stays where it is.
        """
        low, high = self.visible
        span = min(float(self.epochs), max(_LEAST_SPAN, (high - low) * factor))
        first = min(max(0.0, centre - (centre - low) / (high - low) * span), self.epochs - span)
        self.show_epochs(first, first + span)
        self.zoomed.emit(*self.visible)

    def _fit(self) -> None:
        self._box.setLimits(xMin=0, xMax=self.epochs, minXRange=_LEAST_SPAN)
        self._box.setXRange(0, self.epochs, padding=0)

    def _note_zoom(self, *_: object) -> None:
        self._is_zoomed = True
        self.zoomed.emit(*self.visible)
