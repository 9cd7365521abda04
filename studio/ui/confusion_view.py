"""The confusion matrix: what was shown against what it was called."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from studio.core.words import percent
from studio.ui.curve_style import mixed
from studio.ui.icons import paint_icon
from studio.ui.theme import ThemeManager
from studio.ui.widgets.class_glyph import class_look
from studio.ui.widgets.plain import plain

_NAMES_PX = 60
_NAMES_MOST_PX = 96
_HEAD_PX = 28
_GAP_PX = 4
_GAP_TIGHT_PX = 2
_TIGHT_FROM = 8
"""Classes from which on the cells stand closer together."""
_CELL_PX = 52
_CELL_COMPACT_PX = 42
_CELL_LEAST_PX = 22
_GLYPH_PX = 12
_WORDS_FROM_PX = 40
_HEAD_GAP_PX = 6
_NAME_LEAST_PX = 30
_FULL_AT = 0.95
_STEEPNESS = 3.4
_WHITE_INK_FROM = 0.7


class ConfusionView(QWidget):
    """Rows are true classes, columns what the network called them; the diagonal is right.

    A cell's shade is its share of the row; count and share stand in it, so colour is never the only cue. Where the
    classes are so many that a count would be cut off, all cells hold the share of their row instead.
    """

    clicked = Signal(int, int)

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self._classes: Sequence[str] = ()
        self._counts: Sequence[Sequence[int]] = ()
        self._hover: tuple[int, int] | None = None
        self._cell_px = _CELL_PX
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("ownFocus", True)
        self.setAccessibleName("Confusion matrix")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_counts(self, classes: Sequence[str], counts: Sequence[Sequence[int]]) -> None:
        """Show a matrix.

        Args:
            classes: their names, in order.
            counts: rows are true classes, columns chosen ones.
        """
        if (tuple(classes), tuple(counts)) == (tuple(self._classes), tuple(self._counts)):
            return
        self._classes, self._counts = classes, counts
        self._hover = None
        told = [
            f"{counts[true][called]} {classes[true]} called {classes[called]}"
            for true in range(len(classes))
            for called in range(len(classes))
        ]
        self.setAccessibleDescription(", ".join(told))
        self.updateGeometry()
        self.update()

    def set_compact(self, is_compact: bool) -> None:
        """Use lower cells, or the usual ones."""
        self._cell_px = _CELL_COMPACT_PX if is_compact else _CELL_PX
        self.updateGeometry()
        self.update()

    @property
    def is_in_shares(self) -> bool:
        """Whether the cells tell shares, since the largest count has no room in one."""
        most = max((count for counts in self._counts for count in counts), default=0)
        font = self._theme.font("small", 600, tabular=True)
        return QFontMetrics(font).horizontalAdvance(f"{most:,}") > self._cell(0, 0).width() - 2

    @override
    def sizeHint(self) -> QSize:
        number = max(2, len(self._classes))
        return QSize(351, _HEAD_PX + number * self._height() + (number - 1) * self._gap())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._set_hover(self._cell_at(event))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event)
        if cell is not None:
            self.clicked.emit(*cell)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._set_hover(None)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
        move = moves.get(Qt.Key(event.key()))
        number = len(self._classes)
        if move is not None and number:
            true, called = self._hover or (0, 0)
            if self._hover is not None:
                true, called = (true + move[0]) % number, (called + move[1]) % number
            self._set_hover((true, called))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Space) and self._hover is not None:
            self.clicked.emit(*self._hover)
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_in_shares = self.is_in_shares
        if is_in_shares:
            painter.setFont(self._theme.font("caption"))
            painter.setPen(self._theme.color("text_3"))
            corner = QRect(0, 0, self._names_px() - _HEAD_GAP_PX, _HEAD_PX)
            painter.drawText(corner, int(Qt.AlignmentFlag.AlignVCenter), "% of its row")
        for called, name in enumerate(self._classes):
            self._paint_head(painter, called, name)
        for true, name in enumerate(self._classes):
            self._paint_name(painter, true, name)
            for called in range(len(self._classes)):
                self._paint_cell(painter, true, called, is_in_shares=is_in_shares)

    def _paint_head(self, painter: QPainter, called: int, name: str) -> None:
        theme, box = self._theme, self._cell(0, called)
        look = class_look(name, index=called)
        is_bold = self._hover is not None and self._hover[1] == called
        font = theme.font("small", 600 if is_bold else None)
        metrics = QFontMetrics(font)
        whole, box_px = metrics.horizontalAdvance(name), int(box.width())
        before_px = metrics.horizontalAdvance("called") + _HEAD_GAP_PX
        glyph_px = _GLYPH_PX + _HEAD_GAP_PX
        if before_px + glyph_px + whole > box_px:
            before_px = 0
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, box_px - before_px - glyph_px)
        if whole and metrics.horizontalAdvance(shown) < min(whole, _NAME_LEAST_PX):
            shown, glyph_px = "", _GLYPH_PX  # the rows say which glyph is whose, and so does the tooltip
        width = before_px + glyph_px + metrics.horizontalAdvance(shown)
        left = int(box.center().x() - width / 2)
        painter.setFont(font)
        painter.setPen(theme.color("text" if is_bold else "text_2"))
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        if before_px:
            painter.drawText(QRect(left, 0, before_px, _HEAD_PX), middle, "called")
        left += before_px
        paint_icon(painter, theme, look.glyph, QRect(left, 0, _GLYPH_PX, _HEAD_PX), look.token, _GLYPH_PX)
        painter.drawText(QRect(left + glyph_px, 0, self.width() - left - glyph_px, _HEAD_PX), middle, shown)

    def _paint_name(self, painter: QPainter, true: int, name: str) -> None:
        theme, box = self._theme, self._cell(true, 0)
        look = class_look(name, index=true)
        is_bold = self._hover is not None and self._hover[0] == true
        row = QRect(0, int(box.y()), self._names_px(), int(box.height()))
        paint_icon(painter, theme, look.glyph, QRect(0, row.y(), _GLYPH_PX, row.height()), look.token, _GLYPH_PX)
        painter.setFont(theme.font("small", 600 if is_bold else None))
        painter.setPen(theme.color("text" if is_bold else "text_2"))
        text = row.adjusted(_GLYPH_PX + 5, 0, 0, 0)
        shown = QFontMetrics(painter.font()).elidedText(name, Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(text, int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _paint_cell(self, painter: QPainter, true: int, called: int, *, is_in_shares: bool) -> None:
        theme, box = self._theme, self._cell(true, called)
        count, whole = self._counts[true][called], sum(self._counts[true])
        share = count / whole if whole else 0.0
        is_right = true == called
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._fill(is_right, share))
        if not is_right or not count:
            painter.setPen(QPen(theme.color("line"), 1))
            box = box.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, theme.radius("control"), theme.radius("control"))
        ink = theme.color("on_accent") if is_right and _shade(share) > _WHITE_INK_FROM else theme.color("text")
        painter.setPen(ink)
        has_share = bool(whole) and box.height() >= _WORDS_FROM_PX
        painter.setFont(theme.font("heading" if has_share else "small", 600, tabular=True))
        upper = QRectF(box.x(), box.y() + box.height() / 2 - 19, box.width(), 20) if has_share else box
        if not count and whole and not has_share:
            painter.setFont(theme.font("small", 400, tabular=True))
            painter.setPen(theme.color("text_3"))  # of a hundred cells nearly all are empty
        elif is_in_shares:
            painter.setFont(theme.font("caption", 600))
        told = _whole_percent(share) if is_in_shares else f"{count:,}"
        painter.drawText(upper, int(Qt.AlignmentFlag.AlignCenter), told if whole else "–")
        if has_share:
            painter.setFont(theme.font("caption", 400, tabular=True))
            lower = QRectF(box.x(), box.y() + box.height() / 2 + 2, box.width(), 16)
            painter.drawText(lower, int(Qt.AlignmentFlag.AlignCenter), f"{100 * share:.1f} %")
        if self._hover == (true, called) and self.hasFocus():
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), theme.radius("control"), theme.radius("control"))

    def _fill(self, is_right: bool, share: float) -> QColor:
        if not is_right:
            return self._theme.color("matrix_error")
        return mixed(self._theme.color("surface"), self._theme.color("matrix_top"), _shade(share))

    def _cell(self, true: int, called: int) -> QRectF:
        left = self._names_px()
        number = max(1, len(self._classes))
        gap = self._gap()
        width = (self.width() - left - (number - 1) * gap) / number
        x0 = left + round(called * (width + gap))
        x1 = left + round(called * (width + gap) + width)
        return QRectF(x0, _HEAD_PX + true * (self._height() + gap), x1 - x0, self._height())

    def _cell_at(self, event: QMouseEvent) -> tuple[int, int] | None:
        for true in range(len(self._classes)):
            for called in range(len(self._classes)):
                if self._cell(true, called).contains(event.position()):
                    return true, called
        return None

    def _set_hover(self, cell: tuple[int, int] | None) -> None:
        if cell != self._hover:
            self._hover = cell
            shape = Qt.CursorShape.ArrowCursor if cell is None else Qt.CursorShape.PointingHandCursor
            self.setCursor(shape)
            self.setToolTip(plain(self._in_words(*cell) if cell is not None else ""))
            self.update()

    def _in_words(self, true: int, called: int) -> str:
        """What a cell says, with whole names."""
        number, whole = self._counts[true][called], sum(self._counts[true])
        share = f", {percent(number / whole)} of all {self._classes[true]}" if whole else ""
        return f"{number:,} {self._classes[true]} called {self._classes[called]}{share}. Press to see the photos."

    def _gap(self) -> int:
        return _GAP_PX if len(self._classes) < _TIGHT_FROM else _GAP_TIGHT_PX

    def _height(self) -> int:
        number = len(self._classes)
        return self._cell_px if number <= 2 else max(_CELL_LEAST_PX, self._cell_px * 2 // number)

    def _names_px(self) -> int:
        metrics = QFontMetrics(self._theme.font("small", 600))
        widest = max((metrics.horizontalAdvance(name) for name in self._classes), default=0)
        return min(_NAMES_MOST_PX, max(_NAMES_PX, widest + _GLYPH_PX + 14))


def _shade(share: float) -> float:
    """How dark a right cell is: the best is full, and what is barely better than chance is pale."""
    return max(0.0, min(1.0, share / _FULL_AT)) ** _STEEPNESS


def _whole_percent(share: float) -> str:
    """A share in whole per cent; what is not all or nothing does not read so."""
    if 0 < share < 0.005:
        return "<1"
    return f"{min(round(100 * share), 99 if share < 1 else 100)}"
