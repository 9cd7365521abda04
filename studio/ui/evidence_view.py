"""What the figures rest on, as a block: how many photos, which figures, how far off they may be."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.ui.evidence import Evidence
from studio.ui.theme import ThemeManager
from studio.ui.widgets.figures import FigureWithInterval
from studio.ui.widgets.flow import column, row
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.ui.widgets.messages import Icon
from studio.ui.widgets.plain import plain

_FIGURE_PX = 17
_ICON_PX = 14


class EvidenceView(QWidget):
    """A line on what was held out above the figures with their ranges by photo; nothing while nobody knows."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._evidence: Evidence | None = None
        self._is_compact = False
        self._basis = ElidedLabel("", "small", "text_2")
        self._figures = [FigureWithInterval(theme, "") for _ in range(2)]
        for figure in self._figures:
            figure.set_figure_px(_FIGURE_PX)
        figures = row(gap=theme.space(2))
        for figure in self._figures:
            figures.addWidget(figure, 1)
        self._gains = Label("", "small", "text_2", wrap=True)
        self._gains.setToolTip(
            "What averaging brings in balanced accuracy, with its 95 % interval by photo. An interval that holds 0 "
            "cannot tell it from chance."
        )
        line = row(Icon(theme, "shield-check", "success", _ICON_PX), gap=6)
        line.addWidget(self._basis, 1)
        self.setLayout(column(line, figures, self._gains, gap=4))
        self.hide()

    @property
    def basis(self) -> str:
        """The line on what was held out."""
        return self._basis.text()

    @property
    def gains(self) -> str:
        """What averaging brings, a line for each."""
        return self._gains.text() if self._gains.isVisibleTo(self) else ""

    def set_compact(self, is_compact: bool) -> None:
        """Use less width, or say more."""
        self._is_compact = is_compact
        self.show_evidence(self._evidence)

    def show_evidence(self, evidence: Evidence | None) -> None:
        """Say what the figures rest on; None hides the block."""
        self._evidence = evidence
        self.setVisible(evidence is not None)
        if evidence is None:
            return
        is_said = evidence.has_ranges and not self._is_compact
        self._basis.setText(f"{evidence.basis}; ranges by photo" if is_said else evidence.basis)
        self.setToolTip(plain(evidence.explained))
        self._gains.setText("\n".join(evidence.gains))
        self._gains.setVisible(bool(evidence.gains) and not self._is_compact)
        told = evidence.figures
        for number, figure in enumerate(self._figures):
            figure.setVisible(number < len(told))
            if number < len(told):
                name, value, ends = told[number]
                figure.set_caption(name)
                figure.set_figure(value, ends)
