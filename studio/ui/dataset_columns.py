"""The three columns of the Dataset tab, and where their boundaries were left."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from studio.ui.dirt_laboratory import DirtLaboratory
from studio.ui.memory import Memory
from studio.ui.theme import ThemeManager
from studio.ui.widgets.panels import HairSplitter

_DESIGNED_PX = 1280
_OVERVIEW_PX = 231
_LABORATORY_PX, _COMPACT_LABORATORY_PX = 607, 599
_LEAST_PX = (208, 240, 552)
_WIDEST_OVERVIEW_PX = 320
_FOLDED = "dataset/is_laboratory_folded"


class DatasetColumns(HairSplitter):
    """Overview, wall, laboratory.

    What a wide window leaves over is the wall's; of a tall one the laboratory takes up to half of it, so that its
    picture grows too. Where a person has put the boundaries, they stay.
    """

    def __init__(
        self, theme: ThemeManager, settings: Memory, overview: QWidget, wall: QWidget, laboratory: DirtLaboratory
    ) -> None:
        """Args:
        theme: where measures come from.
        settings: where boundaries are kept, a small window's apart from a large one's.
        overview, wall, laboratory: the columns.
        """
        super().__init__(theme, "")
        self._kept = settings
        self._laboratory = laboratory
        self._is_compact = False
        for number, (part, least) in enumerate(zip((overview, wall, laboratory), _LEAST_PX, strict=True)):
            part.setMinimumWidth(least)
            self.addWidget(part)
            self.setStretchFactor(number, 1 if part is wall else 0)
        overview.setMaximumWidth(_WIDEST_OVERVIEW_PX)
        self.splitterMoved.connect(self._keep)

    @property
    def was_folded(self) -> bool:
        """Whether the laboratory was folded away when the window was last open."""
        return str(self._kept.value(_FOLDED, "false")) == "true"

    def set_compact(self, is_compact: bool) -> None:
        """Use the boundaries for a small window, or the others."""
        self._is_compact = is_compact
        self._place()

    def fold(self, is_folded: bool) -> None:
        """Fold the laboratory away, or bring it back."""
        self._laboratory.setVisible(not is_folded)
        self._kept.setValue(_FOLDED, "true" if is_folded else "false")
        if not is_folded:
            self._place()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._laboratory.isHidden():
            self._place()

    def _place(self) -> None:
        stored = str(self._kept.value(self._key(), "") or "").split()
        overview = int(stored[0]) if stored else _OVERVIEW_PX
        laboratory = int(stored[-1]) if stored else self._fitting()
        overview = 0 if self._is_compact else overview
        # Sizes that do not add up would be stretched in proportion, and every column would move.
        lines = self.handleWidth() * (1 if self._is_compact else 2)
        self.setSizes([overview, max(_LEAST_PX[1], self.width() - lines - overview - laboratory), laboratory])

    def _fitting(self) -> int:
        if self._is_compact:
            return _COMPACT_LABORATORY_PX
        spare = max(0, self.width() - _DESIGNED_PX) // 2
        return max(_LABORATORY_PX, min(_LABORATORY_PX + spare, self._laboratory.width_for(self.height())))

    def _keep(self) -> None:
        if not self._laboratory.isHidden():
            self._kept.setValue(self._key(), " ".join(str(size) for size in self.sizes()))

    def _key(self) -> str:
        return "dataset/compact_columns" if self._is_compact else "dataset/columns"
