"""Small marks beside a text: a badge, key caps."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from studio.ui.theme import ThemeManager

_CHIP_PX = 18


class Badge(QWidget):
    """A short word on a soft ground, such as an architecture's name."""

    def __init__(self, theme: ThemeManager, text: str = "", tone: str = "look") -> None:
        """Args:
        theme: where colours come from.
        text: what it says.
        tone: a colour token that has a `_soft` sister: look, warning, danger, clean, dirty; or `accent`.
        """
        super().__init__()
        self._theme = theme
        self._text = text
        self._tone = tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def text(self) -> str:
        """What it says."""
        return self._text

    def set_text(self, text: str, tone: str | None = None) -> None:
        """Change the word and, where given, the colours."""
        self._text = text
        self._tone = tone or self._tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        width = QFontMetrics(self._theme.font("caption", 600)).horizontalAdvance(self._text)
        return QSize(width + 13, self._theme.space(2.5))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(f"{self._tone}_soft"))
        radius = theme.radius("chip")
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        painter.setFont(theme.font("caption", 600))
        painter.setPen(theme.color("accent_text" if self._tone == "accent" else self._tone))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self._text)


class KeyHints(QWidget):
    """Keys drawn as key caps, such as Ctrl and G."""

    def __init__(self, theme: ThemeManager, keys: Sequence[str]) -> None:
        """Args:
        theme: where colours come from.
        keys: the caps in order.
        """
        super().__init__()
        self._theme = theme
        self._keys = tuple(keys)
        theme.changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        return QSize(key_caps_width(self._theme, self._keys), _CHIP_PX)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self._theme
        paint_key_caps(painter, theme, self._keys, QRect(self.rect()), theme.color("text_2"), theme.color("line"))


def key_caps_width(theme: ThemeManager, keys: Sequence[str]) -> int:
    """Width in px of keys drawn by `paint_key_caps`."""
    metrics = QFontMetrics(theme.font("caption"))
    widths = [max(_CHIP_PX, metrics.horizontalAdvance(key) + 11) for key in keys]
    return sum(widths) + 10 * (len(widths) - 1) if widths else 0


def paint_key_caps(
    painter: QPainter, theme: ThemeManager, keys: Sequence[str], rect: QRect, ink: QColor, edge: QColor
) -> None:
    """Draw keys as caps from the left edge of `rect`, in its vertical middle."""
    font = theme.font("caption")
    metrics = QFontMetrics(font)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    left = rect.x()
    top = rect.y() + (rect.height() - _CHIP_PX) // 2
    for key in keys:
        width = max(_CHIP_PX, metrics.horizontalAdvance(key) + 11)
        painter.setPen(QPen(edge, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = theme.radius("chip")
        painter.drawRoundedRect(QRectF(left + 0.5, top + 0.5, width - 1, _CHIP_PX - 1), radius, radius)
        painter.setPen(ink)
        painter.drawText(QRectF(left, top, width, _CHIP_PX), int(Qt.AlignmentFlag.AlignCenter), key)
        left += width + 10
    painter.restore()
