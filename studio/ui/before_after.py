"""A dish before it was painted beside the same dish after, parted by a line that can be dragged."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from studio.ui.icons import paint_icon
from studio.ui.pictures import Pictures, ring_pen, rounded
from studio.ui.theme import ThemeManager
from studio.ui.widgets.flow import row
from studio.ui.widgets.switch import Switch

_INSET_PX = 12
_KNOB_PX = 32
_TAG_PX = 24
_LINE_PX = 2
_GRAB_PX = 24
_STEP = 0.02
_LEAST_PX = 160


class BeforeAfter(QWidget):
    """One painting in one of its views; in the view `wipe` both sides at once."""

    wiped = Signal(float)
    mask_toggled = Signal(bool)

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__()
        self._theme = theme
        self._pictures: Pictures | None = None
        self._view = "wipe"
        self._place = 0.46
        self._is_marked = False
        self._words = ""
        self._before, self._after = "Before", "After"
        self._is_dragging = False
        self._chip = MaskSwitch(theme)
        self._chip.setParent(self)
        self._chip.switch.toggled.connect(self._mark)
        self._corner: QWidget = self._chip
        self._narrow: QWidget | None = None
        self._bottom: QWidget | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(_LEAST_PX, _LEAST_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Before and after")
        self.setToolTip("Drag the line, or press the left and right arrow keys; double click centres it")
        self.setMouseTracking(True)
        theme.changed.connect(self.update)
        self._say()

    @property
    def view(self) -> str:
        """What is looked at: before, after, mask, wipe or seen."""
        return self._view

    @property
    def place(self) -> float:
        """Where the line lies: 0 at the left edge, 1 at the right one."""
        return self._place

    @property
    def is_marked(self) -> bool:
        """Whether the mask lies over the dirty side."""
        return self._is_marked

    @property
    def mask_switch(self) -> Switch:
        """The switch that lays the mask over the dirty side."""
        return self._chip.switch

    def show_pictures(self, pictures: Pictures | None) -> None:
        """Show another painting; None leaves the ground empty."""
        self._pictures = pictures
        self.update()

    def show_words(self, words: str) -> None:
        """Say something where no picture can be shown; empty takes it away."""
        self._words = words
        self.update()

    def set_view(self, view: str) -> None:
        """Look at another view."""
        self._view = view
        self._arrange()
        self._say()
        self.update()

    def set_tags(self, before: str, after: str) -> None:
        """Change what the two sides are called; empty leaves a tag away."""
        self._before, self._after = before, after
        self.update()

    def set_corner(self, widget: QWidget | None, narrow: QWidget | None = None) -> None:
        """Put a control at the top of the picture, in the middle; None brings the mask's switch back.

        Args:
            widget: the control.
            narrow: stands in for it while the picture is narrower than it.
        """
        for before in (self._corner, self._narrow):
            if before is not None:
                before.hide()
        self._corner, self._narrow = widget or self._chip, narrow
        for control in (self._corner, self._narrow):
            if control is not None:
                control.setParent(self)
        self._arrange()

    def set_bottom(self, widget: QWidget | None) -> None:
        """Put a control at the bottom of the picture, in the middle; None takes it away."""
        if self._bottom is not None:
            self._bottom.hide()
        self._bottom = widget
        if widget is not None:
            widget.setParent(self)
        self._arrange()

    def set_place(self, place: float) -> None:
        """Move the line."""
        place = min(max(place, 0.0), 1.0)
        if place != self._place:
            self._place = place
            self._say()
            self.update()
            self.wiped.emit(place)

    @override
    def sizeHint(self) -> QSize:
        return QSize(384, 384)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        steps = {Qt.Key.Key_Left: -_STEP, Qt.Key.Key_Right: _STEP, Qt.Key.Key_Home: -1.0, Qt.Key.Key_End: 1.0}
        if key in steps and self._view == "wipe":
            self.set_place(self._place + steps[key])
        else:
            super().keyPressEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._view == "wipe":
            self._is_dragging = True
            self.set_place(event.position().x() / self.width())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._is_dragging:
            self.set_place(event.position().x() / self.width())
        near = self._view == "wipe" and abs(event.position().x() - self._line_x()) < _GRAB_PX
        self.setCursor(Qt.CursorShape.SplitHCursor if near else Qt.CursorShape.ArrowCursor)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._is_dragging = False

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._is_dragging = False
        self.set_place(0.5)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("sunken"))
        painter.drawRoundedRect(box, theme.radius("card"), theme.radius("card"))
        if self._pictures is not None and not self._words:
            self._paint_pictures(painter, box)
        elif self._words:
            painter.setPen(theme.color("text_2"))
            painter.setFont(theme.font("body"))
            room = self.rect().adjusted(*(4 * _INSET_PX * sign for sign in (1, 1, -1, -1)))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room, int(flags), self._words)

    def _paint_pictures(self, painter: QPainter, box: QRectF) -> None:
        theme, radius = self._theme, self._theme.radius("card")
        side_px = round(min(self.width(), self.height()) * self.devicePixelRatioF())
        assert self._pictures is not None
        dirty = "marked" if self._is_marked else "after"
        if self._view != "wipe":
            shown = dirty if self._view == "after" else self._view
            rounded(painter, self._pictures.square(shown, side_px), box, radius)
            if self._view in ("before", "after"):
                self._paint_tag(painter, self._before if self._view == "before" else self._after, self._view == "after")
            return
        line_x = self._line_x()
        for view, part in (
            ("before", QRectF(0, 0, line_x, box.height())),
            (dirty, QRectF(line_x, 0, box.width() - line_x, box.height())),
        ):
            painter.save()
            painter.setClipRect(part)
            rounded(painter, self._pictures.square(view, side_px), box, radius)
            painter.restore()
        metrics = QFontMetrics(theme.font("small", 500))
        if line_x > metrics.horizontalAdvance(self._before) + 3 * _INSET_PX:
            self._paint_tag(painter, self._before, False)
        if self.width() - line_x > metrics.horizontalAdvance(self._after) + 3 * _INSET_PX:
            self._paint_tag(painter, self._after, True)
        white = theme.color("photo_tag_text")
        painter.fillRect(QRectF(line_x - _LINE_PX / 2, 0, _LINE_PX, box.height()), white)
        knob = QRectF(0, 0, _KNOB_PX, _KNOB_PX)
        knob.moveCenter(QPointF(line_x, box.height() / 2))
        painter.setBrush(white)
        painter.setPen(QPen(theme.color("photo_tag", 0.18), 1))
        painter.drawEllipse(knob.adjusted(0.5, 0.5, -0.5, -0.5))
        paint_icon(painter, theme, "code", knob, "photo_tag", theme.icon_px("default"))
        if self.hasFocus() and self.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(ring_pen(theme.color("focus"), 2))
            painter.drawEllipse(knob.adjusted(-3, -3, 3, 3))

    def _paint_tag(self, painter: QPainter, words: str, is_right: bool) -> None:
        if not words:
            return
        theme = self._theme
        font = theme.font("small", 500)
        width = QFontMetrics(font).horizontalAdvance(words) + 17
        left = self.width() - _INSET_PX - width if is_right else _INSET_PX
        tag = QRectF(left, self.height() - _INSET_PX - _TAG_PX, width, _TAG_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("photo_tag"))
        painter.drawRoundedRect(tag, theme.radius("control"), theme.radius("control"))
        painter.setFont(font)
        painter.setPen(theme.color("photo_tag_text"))
        painter.drawText(tag, int(Qt.AlignmentFlag.AlignCenter), words)

    def _line_x(self) -> float:
        return self._place * self.width()

    def _arrange(self) -> None:
        corner = self._corner
        corner.resize(corner.sizeHint())
        at_right = corner is self._chip
        left = self.width() - _INSET_PX - corner.width() if at_right else (self.width() - corner.width()) // 2
        corner.setGeometry(QRect(left, _INSET_PX, corner.width(), corner.height()))
        has_room = corner.width() + 2 * _INSET_PX <= self.width()  # not below a message with its details
        corner.setVisible(has_room and (not at_right or self._view in ("wipe", "after")))
        narrow = self._narrow
        if narrow is not None:
            narrow.resize(narrow.sizeHint())
            narrow.move((self.width() - narrow.width()) // 2, _INSET_PX)
            narrow.setVisible(not has_room)
        bottom = self._bottom
        if bottom is not None:
            bottom.resize(bottom.sizeHint())
            left, top = (self.width() - bottom.width()) // 2, self.height() - _INSET_PX - bottom.height()
            bottom.setGeometry(QRect(left, top, bottom.width(), bottom.height()))
            bottom.show()

    def _mark(self, is_on: bool) -> None:
        self._is_marked = is_on
        self.update()
        self.mask_toggled.emit(is_on)

    def _say(self) -> None:
        share = f"{self._place:.0%} before, the rest after" if self._view == "wipe" else self._view
        self.setAccessibleDescription(f"Shows: {share}")


class MaskSwitch(QWidget):
    """The word Mask with its switch, on a plate that can lie on a photo."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self.switch = Switch(theme, "Mask", tooltip="Show where the dirt lies  (M)")
        self.switch.setShortcut("M")
        self.switch.setFont(theme.font("small", 500))
        self.setLayout(row(self.switch, margins=(9, 0, 11, 0)))
        self.setFixedHeight(theme.height("control_small"))
        theme.changed.connect(self.update)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("line"), 1))
        painter.setBrush(theme.color("surface"))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, theme.radius("control"), theme.radius("control"))
