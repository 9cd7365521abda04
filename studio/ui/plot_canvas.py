"""The area in which curves are drawn: pyqtgraph's curves between axes of our own."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFrame
from typing_extensions import override

from studio.ui.curve_style import CurveStyle
from studio.ui.epoch_range import EpochRange
from studio.ui.plot_marks import (
    Curve,
    HoverPoint,
    PlotFrame,
    draw_best,
    draw_crosshair,
    draw_epochs,
    draw_grid,
    draw_markers,
)
from studio.ui.theme import ThemeManager
from studio.ui.ticks import STEPS

_MARGINS_PX = (46, 9, 15, 26)
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10}
_ZOOMS = {Qt.Key.Key_Plus: 0.5, Qt.Key.Key_Equal: 0.5, Qt.Key.Key_Minus: 2.0}


class PlotCanvas(pg.PlotWidget):
    """Curves over epochs, with a grid, a crosshair, the best epoch, the patience band.

    The x axis spans all planned epochs: the empty part is what is still to come.
    """

    hovered = Signal(object)

    def __init__(
        self,
        theme: ThemeManager,
        tick_text: Callable[[float, float], str],
        *,
        margins_px: tuple[int, int, int, int] = _MARGINS_PX,
        has_x_labels: bool = True,
        has_best_chip: bool = False,
        steps: Sequence[float] = STEPS,
        accessible_name: str = "",
    ) -> None:
        """Args:
        theme: where colours come from.
        tick_text: what a tick of the y axis says, from its value and the distance to the next.
        margins_px: room left, above, right, below the curves.
        has_x_labels: whether epochs are written below.
        has_best_chip: whether the best epoch's line carries its number.
        steps: the mantissas that steps of the y axis may have.
        accessible_name: what is plotted.
        """
        super().__init__(background=None)
        self._theme = theme
        self._tick_text = tick_text
        self._has_x_labels = has_x_labels
        self._has_best_chip = has_best_chip
        self._steps = steps
        self._styles: dict[pg.PlotDataItem, CurveStyle] = {}
        self._is_log = False
        self._hover: float | None = None
        self._hover_points: Sequence[HoverPoint] = ()
        self._best: int | None = None
        self._best_words = ""
        self._band: tuple[float, float] | None = None
        self._picture: QPixmap | None = None
        self.is_vector = False
        self._margins = margins_px
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
        self._box.setDefaultPadding(0.0)
        self._box.disableAutoRange()
        self.shown = EpochRange(self._box, self)
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

    def remove_curve(self, curve: pg.PlotDataItem) -> None:
        """Take a curve away."""
        self.removeItem(curve)
        del self._styles[curve]

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

    def set_y(self, low: float, high: float) -> None:
        """Let the y axis span these values, in the curves' unit."""
        if self._is_log:
            low, high = math.log10(max(low, 1e-12)), math.log10(max(high, 1e-12))
        self._box.setYRange(low, high, padding=0)

    def set_marks(self, *, best: int | None, band: tuple[float, float] | None, words: str = "best") -> None:
        """Mark an epoch, and the epochs that early stopping would still allow.

        Args:
            best: the epoch whose weights are kept.
            band: first and last epoch of the band.
            words: what the mark says before the epoch's number.
        """
        if (best, band, words) != (self._best, self._band, self._best_words):
            self._best, self._band, self._best_words = best, band, words
            self._redraw()

    def set_hover(self, epoch: float | None, points: Sequence[HoverPoint] = ()) -> None:
        """Put the crosshair on an epoch, or take it away."""
        if (epoch, points) != (self._hover, self._hover_points):
            self._hover, self._hover_points = epoch, points
            self.viewport().update()

    def data_changed(self) -> None:
        """Draw the curves anew: their points are others."""
        self._redraw()

    @property
    def hover_epoch(self) -> float | None:
        """Where the crosshair is."""
        return self._hover

    @property
    def y_ticks(self) -> int:
        """How many steps the y axis has room for."""
        return self._frame().tick_count

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
        frame = self._frame()
        if self._band is not None:
            left = max(frame.px(self._band[0]), frame.area.left())
            right = min(frame.px(self._band[1]), frame.area.right())
            if right > left:
                band = QRectF(left, frame.area.top(), right - left, frame.area.height())
                painter.fillRect(band, self._theme.theme.patience_band)
        draw_grid(painter, self._theme, frame, self._tick_text, self._steps)

    @override
    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        super().drawForeground(painter, rect)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        frame, points = self._frame(), self._points()
        draw_markers(painter, self._theme, frame, points)
        if self._best is not None:
            draw_best(
                painter,
                self._theme,
                frame,
                self._best,
                points,
                words=self._best_words if self._has_best_chip else "",
            )
        if self.is_vector:
            self._draw_over(painter)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if not event.buttons():
            self.hovered.emit(self._epoch_at(event.position()))

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.shown.fit()
        self.shown.zoomed.emit(*self.shown.visible)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.hovered.emit(None)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, epochs = Qt.Key(event.key()), self.shown.epochs
        if key in _STEPS:
            step = _STEPS[key]
            at = self._hover if self._hover is not None else (0 if step > 0 else epochs + 1)
            self.hovered.emit(min(max(1, round(at + step)), epochs))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.hovered.emit(1 if key == Qt.Key.Key_Home else epochs)
        elif key in _ZOOMS:
            low, high = self.shown.visible
            self.shown.zoom(_ZOOMS[key], self._hover if self._hover is not None else (low + high) / 2)
        elif event.key() == Qt.Key.Key_Escape and self._hover is not None:
            self.hovered.emit(None)
        else:
            event.ignore()

    def _draw_over(self, painter: QPainter) -> None:
        """What moves with the crosshair."""
        frame = self._frame()
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        if self._has_x_labels:
            draw_epochs(painter, self._theme, frame, self._hover)
        if self._hover is not None:
            draw_crosshair(painter, self._theme, frame, self._hover, self._hover_points, has_chip=self._has_x_labels)

    def _frame(self) -> PlotFrame:
        left, top, right, bottom = self._margins
        area = QRectF(left, top, max(1, self.width() - left - right), max(1, self.height() - top - bottom))
        (x_low, x_high), (y_low, y_high) = self._box.viewRange()
        x, y = (float(x_low), float(x_high)), (float(y_low), float(y_high))
        return PlotFrame(area=area, x=x, y=y, is_log=self._is_log, right_px=right)

    def _points(self) -> list[Curve]:
        return [(curve.xData, curve.yData, style) for curve, style in self._styles.items() if curve.xData is not None]

    def _epoch_at(self, position: QPointF) -> int | None:
        frame = self._frame()
        if not frame.area.adjusted(-8, 0, 8, 0).contains(position):
            return None
        return min(max(1, round(frame.epoch_at(position.x()))), self.shown.epochs)

    def _redraw(self, *_: object) -> None:
        self._picture = None
        self.viewport().update()
