"""The area in which curves are drawn: pyqtgraph's curves between axes of our own."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QFrame
from typing_extensions import override

from studio.ui.curve_style import CurveStyle
from studio.ui.theme import ThemeManager
from studio.ui.ticks import epoch_ticks, log_ticks, nice_step, ticks

_MARGINS_PX = (46, 9, 15, 26)
_LABEL_GAP_PX = 8
_CHIP_PX = 18
_CHIP_LEAST_PX = 54
_TICK_EVERY_PX = 26
_MOST_TICKS = 8
_EPOCH_EVERY_PX = 44
_MARKER_PX = 5.5
_MARKER_LINE_PX = 1.5
_MARKERS_FROM_PX = 12


@dataclass(frozen=True, kw_only=True)
class HoverPoint:
    """A point that is filled while the crosshair is on it.

    Attributes:
        y: its height, in the curve's own unit.
        color: the curve's colour.
    """

    y: float
    color: QColor


class PlotCanvas(pg.PlotWidget):
    """Curves over epochs, with a grid, a crosshair, the best epoch, the patience band.

    The x axis spans all planned epochs: the empty part is what is still to come.
    """

    hovered = Signal(object)
    zoomed = Signal(float, float)

    def __init__(
        self,
        theme: ThemeManager,
        tick_text: Callable[[float, float], str],
        *,
        margins_px: tuple[int, int, int, int] = _MARGINS_PX,
        has_x_labels: bool = True,
        has_best_chip: bool = False,
        steps: Sequence[float] | None = None,
        accessible_name: str = "",
    ) -> None:
        """Args:
        theme: where colours come from.
        tick_text: what a tick of the y axis says, from its value and the distance to the next.
        margins_px: room left, above, right, below the curves.
        has_x_labels: whether epochs are written below.
        has_best_chip: whether the best epoch's line carries its number.
        steps: the mantissas that steps of the y axis may have; the usual ones when omitted.
        accessible_name: what is plotted.
        """
        super().__init__(background=None)
        self._theme = theme
        self._tick_text = tick_text
        self._has_x_labels = has_x_labels
        self._has_best_chip = has_best_chip
        self._steps = {} if steps is None else {"steps": steps}
        self._styles: dict[pg.PlotDataItem, CurveStyle] = {}
        self._epochs = 1
        self._is_log = False
        self._hover: float | None = None
        self._hover_points: Sequence[HoverPoint] = ()
        self._best: int | None = None
        self._band: tuple[float, float] | None = None
        self._is_zoomed = False
        self._picture: QPixmap | None = None
        self.is_vector = False
        self._margins = margins_px
        self._y_ticks = 4
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)  # the card below shows through, corners and all
        # pyqtgraph caches the background; ours holds the grid, which moves with the range.
        self.setCacheMode(pg.GraphicsView.CacheModeFlag.CacheNone)
        self.setAccessibleName(accessible_name)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if has_x_labels else Qt.FocusPolicy.NoFocus)
        self.setProperty("ringsParent", True)
        self.setMinimumHeight(40)
        item = self.getPlotItem()
        item.hideAxis("left")
        item.hideAxis("bottom")
        item.layout.setContentsMargins(*margins_px)
        self._box: pg.ViewBox = item.getViewBox()
        self._box.setMouseEnabled(x=True, y=False)
        self._box.setDefaultPadding(0.0)
        self._box.disableAutoRange()
        self._box.sigRangeChangedManually.connect(self._note_zoom)
        self._box.sigRangeChanged.connect(self._redraw)
        theme.changed.connect(self._redraw)

    # What is drawn

    def add_curve(self, style: CurveStyle) -> pg.PlotDataItem:
        """A new curve; give it points with `setData`."""
        curve = pg.PlotDataItem(
            pen=style.pen(self.devicePixelRatioF()),
            antialias=True,
            autoDownsample=True,
            downsampleMethod="peak",
            clipToView=True,
            dynamicRangeLimit=None,
        )
        self.restyle_curve(curve, style)
        self.addItem(curve)
        return curve

    def restyle_curve(self, curve: pg.PlotDataItem, style: CurveStyle) -> None:
        """Give a curve the look of the theme in use."""
        curve.setPen(style.pen(self.devicePixelRatioF()))
        self._styles[curve] = style

    def add_band(self, low: pg.PlotDataItem, high: pg.PlotDataItem, color: QColor) -> pg.FillBetweenItem:
        """A filled band between two curves."""
        band = pg.FillBetweenItem(low, high, brush=color)
        band.setZValue(-10)
        self.addItem(band)
        return band

    def set_log(self, is_log: bool) -> None:
        """Use a logarithmic y axis."""
        self._is_log = is_log
        self.getPlotItem().setLogMode(x=False, y=is_log)

    def set_epochs(self, epochs: int) -> None:
        """Let the x axis span this many epochs, unless the person has zoomed."""
        if epochs != self._epochs or not self._is_zoomed:
            self._epochs = max(1, epochs)
            self._fit_x()

    def set_y(self, low: float, high: float) -> None:
        """Let the y axis span these values, in the curves' unit."""
        if self._is_log:
            low, high = math.log10(max(low, 1e-12)), math.log10(max(high, 1e-12))
        self._box.setYRange(low, high, padding=0)

    def set_marks(self, *, best: int | None, band: tuple[float, float] | None) -> None:
        """Mark the best epoch, and the epochs that early stopping would still allow."""
        if (best, band) != (self._best, self._band):
            self._best, self._band = best, band
            self._redraw()

    def set_hover(self, epoch: float | None, points: Sequence[HoverPoint] = ()) -> None:
        """Put the crosshair on an epoch, or take it away."""
        if (epoch, points) != (self._hover, self._hover_points):
            self._hover, self._hover_points = epoch, points
            self.viewport().update()

    def data_changed(self) -> None:
        """Draw the curves anew: their points are others."""
        self._redraw()

    def fit(self) -> None:
        """Show everything again."""
        self._is_zoomed = False
        self._fit_x()

    def show_epochs(self, low: float, high: float) -> None:
        """Show these epochs, as another plot does that the person has zoomed."""
        self._is_zoomed = True
        self._box.setXRange(low, high, padding=0)

    @property
    def is_zoomed(self) -> bool:
        """Whether the person has zoomed."""
        return self._is_zoomed

    @property
    def hover_epoch(self) -> float | None:
        """Where the crosshair is."""
        return self._hover

    @property
    def y_ticks(self) -> int:
        """How many steps the y axis has room for."""
        return min(_MOST_TICKS, max(2, round(self._plot_rect().height() / _TICK_EVERY_PX)))

    def visible_epochs(self) -> tuple[float, float]:
        """The epochs at the left and the right edge."""
        low, high = self._box.viewRange()[0]
        return float(low), float(high)

    # Qt

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the crosshair over a picture of the curves, which is kept while only the crosshair moves.

        With a hundred thousand points the curves take longer than a mouse takes to the next pixel. A vector export
        wants the curves themselves.
        """
        if self.is_vector:
            super().paintEvent(event)
            return
        ratio = self.devicePixelRatioF()
        size = self.viewport().size() * ratio
        if self._picture is None or self._picture.size() != size:
            self._picture = QPixmap(size)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._picture)
            self.scene().prepareForPaint()
            self.render(painter, QRectF(self.viewport().rect()), self.viewport().rect())
            painter.end()
        painter = QPainter(self.viewport())
        painter.drawPixmap(0, 0, self._picture)
        self._draw_over(painter)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            for curve, style in list(self._styles.items()):
                self.restyle_curve(curve, style)
            self._redraw()
        return bool(super().event(event))

    @override
    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        super().drawBackground(painter, rect)
        area = self._plot_rect()
        if self._band is not None:
            left, right = self._px(self._band[0]), self._px(self._band[1])
            left, right = max(left, area.left()), min(right, area.right())
            if right > left:
                painter.fillRect(QRectF(left, area.top(), right - left, area.height()), self._theme.theme.patience_band)
        self._draw_grid(painter, area)

    @override
    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        super().drawForeground(painter, rect)
        area = self._plot_rect()
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        self._draw_markers(painter, area)
        if self._best is not None:
            self._draw_best(painter, area)
        if self.is_vector:
            self._draw_over(painter)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if not event.buttons():
            self.hovered.emit(self._epoch_at(event.position()))

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.hovered.emit(None)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None:
            at = self._hover if self._hover is not None else (0 if step > 0 else self._epochs + 1)
            self.hovered.emit(min(max(1, round(at + step)), self._epochs))
        elif event.key() == Qt.Key.Key_Escape and self._hover is not None:
            self.hovered.emit(None)
        else:
            event.ignore()

    # Painting

    def _draw_grid(self, painter: QPainter, area: QRectF) -> None:
        theme = self._theme
        font = theme.font("caption", 400, tabular=True)
        painter.setFont(font)
        line = QPen(theme.color("plot_grid"), 1)
        ink = theme.color("plot_axis")
        low, high = self._box.viewRange()[1]
        marks = log_ticks(low, high) if self._is_log else ticks(low, high, self.y_ticks, **self._steps)
        step = nice_step(high - low, self.y_ticks, **self._steps) if not self._is_log and high > low else 0.0
        for mark in marks:
            y = round(self._py(mark))
            painter.setPen(line)
            painter.drawLine(QPointF(area.left(), y + 0.5), QPointF(area.right(), y + 0.5))
            painter.setPen(ink)
            value = 10**mark if self._is_log else mark
            box = QRectF(0, y - 8, area.left() - _LABEL_GAP_PX, 16)
            painter.drawText(
                box, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), self._tick_text(value, step)
            )

    def _draw_over(self, painter: QPainter) -> None:
        """What moves with the crosshair."""
        area = self._plot_rect()
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        self._draw_epochs(painter, area)
        if self._hover is not None:
            self._draw_crosshair(painter, area)

    def _draw_epochs(self, painter: QPainter, area: QRectF) -> None:
        """The numbers below the curves; those that the crosshair's chip covers are left out."""
        if not self._has_x_labels:
            return
        font = self._theme.font("caption", 400, tabular=True)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(self._theme.color("plot_axis"))
        first, last = self._box.viewRange()[0]
        room = max(2, int(area.width() / _EPOCH_EVERY_PX))
        chip = None if self._hover is None else self._px(self._hover)
        for mark in epoch_ticks(max(0.0, first), last, room):
            text = f"{mark:.0f}"
            width = metrics.horizontalAdvance(text)
            left = max(area.left(), min(self._px(mark) - width / 2, self.width() - width - 2))
            if chip is None or abs(left + width / 2 - chip) > (_CHIP_LEAST_PX + width) / 2 + 2:
                painter.drawText(QPointF(left, area.bottom() + 17), text)

    def _draw_markers(self, painter: QPainter, area: QRectF) -> None:
        """Round markers, as long as there is room between them."""
        low, high = self._box.viewRange()[0]
        if area.width() / max(1e-9, high - low) < _MARKERS_FROM_PX:
            return
        painter.save()
        painter.setClipRect(area.adjusted(-4, -4, 4, 4))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self._theme.color("plot_bg"))
        for curve, style in self._styles.items():
            xs, ys = curve.xData, curve.yData
            if not style.has_marker or xs is None:
                continue
            painter.setPen(QPen(style.color, _MARKER_LINE_PX))
            for x, y in zip(xs, ys, strict=True):
                at = math.log10(max(y, 1e-12)) if self._is_log else y
                painter.drawEllipse(QPointF(self._px(x), self._py(at)), _MARKER_PX / 2, _MARKER_PX / 2)
        painter.restore()

    def _draw_best(self, painter: QPainter, area: QRectF) -> None:
        x = self._px(float(self._best or 0))
        if not area.left() <= x <= area.right():
            return
        style = self._theme.curve("best_epoch")
        painter.setPen(style.pen())
        painter.drawLine(QPointF(round(x) + 0.5, area.top()), QPointF(round(x) + 0.5, area.bottom()))
        if self._has_best_chip:
            top = area.top() + 2 if self._is_free(area, x) else area.bottom() - _CHIP_PX - 2
            self._draw_chip(painter, area, x, top, f"best {self._best}")

    def _is_free(self, area: QRectF, x: float) -> bool:
        """Whether no marked curve passes where the chip lies at the top."""
        for curve, style in self._styles.items():
            if not style.has_marker or curve.xData is None or not len(curve.xData):
                continue
            for px, py in zip(curve.xData, curve.yData, strict=True):
                height = math.log10(max(py, 1e-12)) if self._is_log else py
                is_near = abs(self._px(px) - x) < _CHIP_LEAST_PX
                if is_near and self._py(height) < area.top() + _CHIP_PX + 8:
                    return False
        return True

    def _draw_crosshair(self, painter: QPainter, area: QRectF) -> None:
        assert self._hover is not None
        x = self._px(self._hover)
        if not area.left() - 1 <= x <= area.right() + 1:
            return
        painter.setPen(QPen(self._theme.color("text_3"), 1))
        painter.drawLine(QPointF(round(x) + 0.5, area.top()), QPointF(round(x) + 0.5, area.bottom()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for point in self._hover_points:
            y = self._py(math.log10(max(point.y, 1e-12)) if self._is_log else point.y)
            painter.setPen(QPen(self._theme.color("plot_bg"), 1))
            painter.setBrush(point.color)
            painter.drawEllipse(QPointF(x, y), 3.75, 3.75)
        if self._has_x_labels:
            self._draw_chip(painter, area, x, area.bottom() + 4, f"epoch {self._hover:.0f}")

    def _draw_chip(self, painter: QPainter, area: QRectF, x: float, top: float, text: str) -> None:
        theme = self._theme
        font = theme.font("caption")
        width = max(_CHIP_LEAST_PX, QFontMetricsF(font).horizontalAdvance(text) + 13)
        left = min(max(x - width / 2, area.left()), area.right() + self._margins[2] - width - 2)
        box = QRectF(round(left), round(top), round(width), _CHIP_PX)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("tooltip"))
        painter.drawRoundedRect(box, theme.radius("chip"), theme.radius("chip"))
        painter.setFont(font)
        painter.setPen(theme.color("tooltip_text"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)

    # Places

    def _plot_rect(self) -> QRectF:
        left, top, right, bottom = self._margins
        return QRectF(left, top, max(1, self.width() - left - right), max(1, self.height() - top - bottom))

    def _px(self, epoch: float) -> float:
        low, high = self._box.viewRange()[0]
        area = self._plot_rect()
        return float(area.left() + (epoch - low) / ((high - low) or 1.0) * area.width())

    def _py(self, value: float) -> float:
        low, high = self._box.viewRange()[1]
        area = self._plot_rect()
        return float(area.bottom() - (value - low) / ((high - low) or 1.0) * area.height())

    def _epoch_at(self, position: QPointF) -> int | None:
        area = self._plot_rect()
        if not area.adjusted(-8, 0, 8, 0).contains(position):
            return None
        low, high = self._box.viewRange()[0]
        epoch = low + (position.x() - area.left()) / area.width() * (high - low)
        return min(max(1, round(epoch)), self._epochs)

    def _fit_x(self) -> None:
        self._box.setLimits(xMin=0, xMax=self._epochs)
        self._box.setXRange(0, self._epochs, padding=0)

    def _note_zoom(self, *_: object) -> None:
        self._is_zoomed = True
        self.zoomed.emit(*self.visible_epochs())

    def _redraw(self, *_: object) -> None:
        self._picture = None
        self.viewport().update()
