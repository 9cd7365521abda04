"""One figure over the epochs: training, validation, the running epoch's batches, other runs laid over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame

from studio.core.events import Scores
from studio.core.words import interval
from studio.ui.curve_style import CurveStyle, mixed
from studio.ui.member_choice import MemberChoice
from studio.ui.plot_canvas import PlotCanvas
from studio.ui.plot_legend import LegendEntry, PlotLegend
from studio.ui.plot_marks import HoverPoint
from studio.ui.plot_ranges import log_range, loss_range, share_range
from studio.ui.run_history import RunHistory
from studio.ui.series import Points
from studio.ui.theme import ThemeManager
from studio.ui.ticks import per_cent, plain
from studio.ui.widgets.flow import column, row
from studio.ui.widgets.labels import Label

Figure = Literal["loss", "accuracy"]
_TITLES = {"loss": "Loss", "accuracy": "Accuracy"}
_CLIP_PERCENTILE = 99.0
_BAND_SWATCH = 0.4
_SMOOTH_EDGES_BELOW = 4000
_LOOKED_AT = 4000
_CHOSEN_Z, _OTHERS_Z = 10, 5
_OTHERS_OPACITY = 0.4


@dataclass(frozen=True, kw_only=True)
class Overlay:
    """A run laid over the chosen one.

    Attributes:
        name: what the legend calls it.
        history: its events.
        number: which of the overlay colours it has, from 0.
    """

    name: str
    history: RunHistory
    number: int


@dataclass(frozen=True, kw_only=True)
class PlotView:
    """How the curves are looked at.

    Attributes:
        is_log: logarithmic loss.
        smoothing: 0 for the batches as they are, up to 0.99.
        is_clipped: whether single batches far above the rest are left out of the y range.
    """

    is_log: bool = False
    smoothing: float = 0.2
    is_clipped: bool = True


class CurvePlot(QFrame):
    """Loss or accuracy of a run over its epochs."""

    hovered = Signal(object)

    def __init__(self, theme: ThemeManager, figure: Figure) -> None:
        """Args:
        theme: where colours come from.
        figure: `loss` or `accuracy`.
        """
        super().__init__()
        self._theme = theme
        self.figure: Figure = figure
        self._history = RunHistory()
        self._overlays: Sequence[Overlay] = ()
        self._view = PlotView()
        self._hover: int | None = None
        self.setProperty("card", "plot")
        self.setProperty("focusRadius", theme.radius("card"))
        self.title = Label(_TITLES[figure], "label", weight=600)
        self.legend = PlotLegend(theme)
        self.canvas = PlotCanvas(
            theme,
            plain if figure == "loss" else per_cent,
            has_best_chip=figure == "loss",
            accessible_name=f"{_TITLES[figure]} over the epochs; arrow keys read values",
        )
        self.canvas.hovered.connect(self.hovered)
        self._batches = self.canvas.add_curve(theme.curve("running_batches")) if figure == "loss" else None
        self._low = self.canvas.add_curve(CurveStyle(color=theme.color("plot_bg", 0.0)))
        self._high = self.canvas.add_curve(CurveStyle(color=theme.color("plot_bg", 0.0)))
        self._interval = self.canvas.add_band(self._low, self._high, self._interval_color())
        self._laid_over: list[tuple[pg.PlotDataItem, pg.PlotDataItem]] = []
        self._others: list[pg.PlotDataItem] = []
        self._train = self.canvas.add_curve(theme.curve("train"))
        self._val = self.canvas.add_curve(theme.curve("validation"))
        for height, curve in enumerate((self._train, self._val), start=_CHOSEN_Z):
            curve.setZValue(height)
        self.members = MemberChoice(theme)
        head = row(self.title, self.legend, self.members, gap=theme.space(2), margins=(13, 0, 12, 0))
        self.setLayout(column(head, self.canvas, gap=2, margins=(1, 9, 1, 1)))
        theme.changed.connect(self._restyle)

    def show_history(self, history: RunHistory, overlays: Sequence[Overlay], view: PlotView) -> None:
        """Draw a run as far as it is known.

        Args:
            history: the chosen run.
            overlays: runs laid over it.
            view: how to look at them.
        """
        self._history, self._overlays = history, overlays
        if view.is_log != self._view.is_log and self.figure == "loss":
            self.canvas.set_log(view.is_log)
        self._view = view
        self._set(self._train, history.train(self.figure))
        self._set(self._val, history.validation(self.figure))
        if self._batches is not None:
            self._set(self._batches, history.batch_losses.smoothed(view.smoothing))
        elif self.figure == "accuracy":
            x, low, high = history.interval()
            self._low.setData(x, low)
            self._high.setData(x, high)
            self._interval.setVisible(len(x) > 0)  # without points it would keep those before
        self._draw_others()
        self._draw_overlays()
        self._say_member(history)
        self.canvas.shown.set_epochs(max([history.planned, *(overlay.history.planned for overlay in overlays)]))
        self.canvas.set_y(*self._y_range())
        self.canvas.set_marks(
            best=history.kept_epoch or None,
            band=history.patience_band,
            words="kept" if history.keeps_last else "best",
        )
        self.canvas.data_changed()
        self.set_hover(self._hover)

    def set_hover(self, epoch: int | None) -> None:
        """Read the values at an epoch, or the last ones."""
        self._hover = epoch
        told = self._history.at(epoch) if epoch is not None else None
        points: tuple[HoverPoint, ...] = ()
        if told is not None and told.val is not None:
            points = (HoverPoint(y=self._of(told.val), color=self._theme.curve("validation").color),)
        self.canvas.set_hover(epoch, points)
        self.legend.set_entries(self._entries())

    def fit(self) -> None:
        """Show all epochs again."""
        self.canvas.shown.fit()

    def _say_member(self, history: RunHistory) -> None:
        """Say whose curves these are: by the choice above the loss, in the title of the accuracy."""
        if self.figure == "loss":
            self.members.show_members(history)
        else:
            member = f", member {history.watched}" if history.planned_members > 1 else ""
            self.title.setText(f"{_TITLES[self.figure]}{member}")

    def _entries(self) -> list[LegendEntry]:
        told = self._history.at(self._hover) if self._hover is not None else self._history.last
        curve = self._theme.curve
        judged = told.val if told is not None and self.figure == "accuracy" else None
        ends = interval(judged.accuracy_95) if judged is not None else ""
        entries = [
            LegendEntry(label="Train", style=curve("train"), value=self._text(told.train if told else None)),
            LegendEntry(
                label="Validation",
                style=curve("validation"),
                value=self._text(told.val if told else None),
                range=ends if self._overlays else "",  # beside a run laid over there is no room for an entry more
            ),
        ]
        if self._others:
            entries.append(
                LegendEntry(
                    label="Others",
                    style=self._others_style(),
                    value=self._others_text(),
                    rank=2 if self.figure == "loss" else 3,
                )
            )
        for overlay in self._overlays:
            there = overlay.history.at(self._hover) if self._hover is not None else overlay.history.last
            entries.append(
                LegendEntry(
                    label=overlay.name,
                    style=curve("overlay", overlay.number),
                    value=self._text(there.val if there else None),
                    rank=1,
                    is_name=True,
                )
            )
        if self.figure == "loss":
            entries.append(LegendEntry(label="Batches", style=curve("running_batches"), rank=2))
        else:
            band = CurveStyle(
                color=mixed(self._theme.color("plot_bg"), self._theme.curve("validation").color, _BAND_SWATCH)
            )
            value = "" if self._overlays else ends
            entries.append(LegendEntry(label="95 % interval", style=band, value=value, swatch="box", rank=2))
        return entries

    def _others_text(self) -> str:
        """What the other members read at the crosshair, or last: from the lowest to the highest."""
        told = [member.at(self._hover) if self._hover is not None else member.last for member in self._history.others]
        known = sorted((epoch.val for epoch in told if epoch is not None and epoch.val is not None), key=self._of)
        if not known:
            return ""
        low, high = self._text(known[0]), self._text(known[-1])
        return high if low == high else f"{low.removesuffix(' %')} – {high}"

    def _others_style(self) -> CurveStyle:
        color = self._theme.curve("validation").color
        color.setAlphaF(_OTHERS_OPACITY)
        return CurveStyle(color=color)

    def _text(self, scores: Scores | None) -> str:
        if scores is None:
            return ""
        return f"{scores.loss:.3f}" if self.figure == "loss" else f"{100 * scores.accuracy:.1f} %"

    def _of(self, scores: Scores) -> float:
        return scores.loss if self.figure == "loss" else scores.accuracy

    def _draw_others(self) -> None:
        """The other networks of an ensemble as thin lines: how far they lie apart, without a point for each epoch."""
        lines = [member.validation(self.figure) for member in self._history.others]
        while len(self._others) > len(lines):
            self.canvas.remove_curve(self._others.pop())
        style = self._others_style()
        for number, points in enumerate(lines):
            if number == len(self._others):
                self._others.append(self.canvas.add_curve(style))
                self._others[-1].setZValue(_OTHERS_Z)
            self._set(self._others[number], points)

    def _draw_overlays(self) -> None:
        while len(self._laid_over) > len(self._overlays):
            for curve in self._laid_over.pop():
                self.canvas.remove_curve(curve)
        for number, overlay in enumerate(self._overlays):
            style = self._theme.curve("overlay", overlay.number)
            dashed = CurveStyle(color=style.color, width_px=style.width_px, dash=self._theme.curve("train").dash)
            if number == len(self._laid_over):
                self._laid_over.append((self.canvas.add_curve(dashed), self.canvas.add_curve(style)))
            train, val = self._laid_over[number]
            self.canvas.restyle_curve(train, dashed)
            self.canvas.restyle_curve(val, style)
            self._set(train, overlay.history.train(self.figure))
            self._set(val, overlay.history.validation(self.figure))

    def _set(self, curve: pg.PlotDataItem, points: Points) -> None:
        x, y = points
        if self._view.is_log and self.figure == "loss":
            y = np.maximum(y, 1e-12)
        # Thousands of segments hide one another's edges, and smoothing them costs most of the time.
        curve.setData(x, y, antialias=len(x) < _SMOOTH_EDGES_BELOW)

    def _y_range(self) -> tuple[float, float]:
        histories = [self._history, *(overlay.history for overlay in self._overlays)]
        lines = [
            line for history in histories for line in (history.train(self.figure), history.validation(self.figure))
        ]
        lines += [member.validation(self.figure) for member in self._history.others]
        values = np.concatenate([y for _, y in lines])
        if self.figure == "accuracy":
            values = np.concatenate([values, self._history.interval()[1]])
            return share_range(values)
        _, batches = self._history.batch_losses.smoothed(self._view.smoothing)
        known = batches[np.isfinite(batches)]
        if len(known):
            sample = known[:: max(1, len(known) // _LOOKED_AT)]
            top = np.percentile(sample, _CLIP_PERCENTILE) if self._view.is_clipped else known.max()
            values = np.concatenate([values, [float(top)], sample.clip(max=top)])
        values = values[np.isfinite(values)]  # a loss that has grown beyond all numbers has no place on an axis
        return log_range(values) if self._view.is_log else loss_range(values, self.canvas.y_ticks)

    def _interval_color(self) -> QColor:
        color = self._theme.curve("validation").color
        color.setAlphaF(self._theme.theme.interval_opacity)
        return color

    def _restyle(self) -> None:
        self.canvas.restyle_curve(self._train, self._theme.curve("train"))
        self.canvas.restyle_curve(self._val, self._theme.curve("validation"))
        if self._batches is not None:
            self.canvas.restyle_curve(self._batches, self._theme.curve("running_batches"))
        self._interval.setBrush(self._interval_color())
        for curve in self._others:
            self.canvas.restyle_curve(curve, self._others_style())
        self._draw_overlays()
        self.set_hover(self._hover)
