"""What a training would cost here, as far as that is known."""

from __future__ import annotations

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from studio.core.words import ago, duration, file_size
from studio.ui.estimates import Measured
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.flow import column, row
from studio.ui.widgets.labels import ElidedLabel, Label

_HEIGHT_PX, _COLUMNS = 168, 3


class EstimatePanel(QWidget):
    """Time for an epoch, for the run, memory; and where these figures come from."""

    measure_wanted = Signal()

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self.setProperty("surface", "surface")
        self.setFixedHeight(_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._origin = ElidedLabel("", "small", "text_3")
        self.measure = Button(
            theme, "Measure", icon="refresh-cw", kind="link", tooltip="Time a few real steps with these settings"
        )
        self.measure.setMinimumWidth(self.measure.sizeHint().width())
        self.measure.clicked.connect(self.measure_wanted)
        self._figures = [_Figure(theme) for _ in range(_COLUMNS)]
        self._bar = _MemoryBar(theme)
        self._note = ElidedLabel("", "small", "text_2")
        self.setLayout(
            column(
                row(Label("Estimate", "label", weight=600), self._origin, self.measure),
                row(*self._figures, gap=8),
                self._bar,
                self._note,
                None,
                gap=10,
                margins=(16, 12, 16, 8),
            )
        )
        self.forget()

    def forget(self, obstacle: str = "") -> None:
        """Show that nothing has been measured for these settings.

        Args:
            obstacle: why it cannot be; empty when it will be.
        """
        self._origin.setText("" if obstacle else "not measured yet")
        for figure, name in zip(self._figures, ("per epoch", "whole run", "memory"), strict=True):
            figure.show_figure("–", name)
        self._bar.show_share(0.0)
        self._note.setText(obstacle or "It is measured by itself while the machine has nothing else to do.")
        self.measure.set_blocked(obstacle)

    def show_measuring(self, *, is_measuring: bool) -> None:
        """Say that steps are being timed."""
        if is_measuring:
            self._origin.setText("timing a few steps…")
            self.measure.set_blocked("Steps are being timed.")

    def show_estimate(self, known: Measured) -> None:
        """Show what was measured, or what follows from a benchmark.

        Args:
            known: the figures.
        """
        estimate = known.estimate
        self.measure.set_blocked("")
        origin = "from a benchmark," if known.is_reckoned else "measured here"
        self._origin.setText(f"{origin} {ago(known.at_s)}")
        epoch, whole, memory = self._figures
        epoch.show_figure(duration(estimate.epoch_s), "per epoch")
        whole.show_figure(duration(estimate.run_s), f"whole run, ± {duration(max(1.0, estimate.spread_s))}")
        total = f"of {file_size(estimate.memory_total_bytes)} memory" if estimate.memory_total_bytes else "memory"
        most = "≤ " if known.is_reckoned else ""
        memory.show_figure(f"{most}{file_size(estimate.memory_bytes)}" if estimate.memory_bytes else "–", total)
        self._bar.show_share(estimate.memory_bytes / max(1, estimate.memory_total_bytes))
        self._note.setText(f"Reading the photos once is {duration(estimate.reading_s)} of it. {estimate.device}.")


class _Figure(QWidget):
    def __init__(self, theme: ThemeManager) -> None:
        super().__init__()
        self._figure = Label("", "figure")
        self._caption = ElidedLabel("", "small", "text_2")
        self.setLayout(column(self._figure, self._caption, gap=0))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_figure(self, figure: str, caption: str) -> None:
        self._figure.setText(figure)
        self._caption.setText(caption)


class _MemoryBar(QWidget):
    def __init__(self, theme: ThemeManager) -> None:
        super().__init__()
        self._theme = theme
        self._share = 0.0
        self.setFixedHeight(theme.height("progress"))
        theme.changed.connect(self.update)

    def show_share(self, share: float) -> None:
        self._share = min(1.0, max(0.0, share))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._theme.color("track"))
        painter.setBrush(self._theme.color("track"))
        painter.drawRoundedRect(self.rect(), 2, 2)
        token = "warning" if self._share > 0.9 else "progress"
        painter.setPen(self._theme.color(token))
        painter.setBrush(self._theme.color(token))
        if self._share > 0:
            painter.drawRoundedRect(QRect(0, 0, max(4, round(self.width() * self._share)), self.height()), 2, 2)
