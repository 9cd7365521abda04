"""The three columns of the Dataset tab, and where their boundaries were left."""

from __future__ import annotations

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from studio.ui.theme import ThemeManager
from studio.ui.widgets.panels import HairSplitter

_SIZES_PX, _COMPACT_SIZES_PX = (231, 440, 607), (0, 424, 599)
_LEAST_PX = (208, 240, 552)
_WIDEST_OVERVIEW_PX = 320
_FOLDED = "dataset/is_laboratory_folded"


class DatasetColumns(HairSplitter):
    """Overview, wall, laboratory; what a wide window leaves over is the wall's."""

    def __init__(
        self, theme: ThemeManager, settings: QSettings, overview: QWidget, wall: QWidget, laboratory: QWidget
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

    def _place(self) -> None:
        stored = str(self._kept.value(self._key(), "") or "")
        default = _COMPACT_SIZES_PX if self._is_compact else _SIZES_PX
        self.setSizes([int(part) for part in stored.split()] if stored else list(default))

    def _keep(self) -> None:
        if not self._laboratory.isHidden():
            self._kept.setValue(self._key(), " ".join(str(size) for size in self.sizes()))

    def _key(self) -> str:
        return "dataset/compact_columns" if self._is_compact else "dataset/columns"
