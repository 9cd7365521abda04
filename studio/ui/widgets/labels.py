"""Text in the steps of the type scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget
from typing_extensions import override

from studio.ui.icons import paint_icon
from studio.ui.theme import ThemeManager, design_tokens, font_of

_OTHER_GLYPHS = ("square", "triangle", "diamond", "hexagon", "pentagon", "circle", "star", "octagon")
_CHIP_PX = 18
_READABLE_PX = 420


class Label(QLabel):
    """A line of text whose size and colour follow the theme."""

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        tone: str = "text",
        *,
        weight: int | None = None,
        wrap: bool = False,
        tabular: bool = False,
    ) -> None:
        """Args:
        text: what it says.
        role: a step of the type scale.
        tone: the colour token.
        weight: 400, 500 or 600 instead of the step's own.
        wrap: whether long text breaks into lines.
        tabular: whether all figures are equally wide, for numbers that change or line up.
        """
        super().__init__(text)
        self._line_px = int(design_tokens()["type"][role]["line_px"])
        self.setProperty("tone", tone)
        self.setFont(font_of(role, weight, tabular=tabular))
        self.setWordWrap(wrap)
        self.setTextFormat(Qt.TextFormat.PlainText)

    @override
    def heightForWidth(self, width: int) -> int:
        if not self.wordWrap():
            return super().heightForWidth(width)
        return round(self._broken(width)[1])

    @override
    def sizeHint(self) -> QSize:
        if not self.wordWrap():
            return super().sizeHint()
        width = min(_READABLE_PX, math.ceil(self._broken(_READABLE_PX)[0].boundingRect().width()) + 1)
        return QSize(width, self.heightForWidth(width))

    @override
    def minimumSizeHint(self) -> QSize:
        if not self.wordWrap():
            return super().minimumSizeHint()
        widest = max((self.fontMetrics().horizontalAdvance(word) for word in self.text().split()), default=0)
        return QSize(min(widest + 1, _READABLE_PX), self._line_px)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.wordWrap():
            super().paintEvent(event)
            return
        # QLabel knows no line height; the lines of the type scale are further apart than the font alone asks for.
        layout, height = self._broken(self.width())
        top = 0.0 if self.alignment() & Qt.AlignmentFlag.AlignTop else max(0.0, (self.height() - height) / 2)
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        layout.draw(painter, QPointF(0, top))

    def _broken(self, width: int) -> tuple[QTextLayout, float]:
        """The text broken into lines of the type scale's height, and how high they are together."""
        layout = QTextLayout(self.text().replace("\n", "\u2028"), self.font())
        option = QTextOption(self.alignment() & Qt.AlignmentFlag.AlignHorizontal_Mask)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        top = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(1, width))
            line.setPosition(QPointF(0, top + (self._line_px - line.height()) / 2))
            top += self._line_px
        layout.endLayout()
        return layout, top

    def set_tone(self, tone: str) -> None:
        """Change the colour token."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)


class ElidedLabel(Label):
    """A line of text that gives way with an ellipsis; the tooltip then says it whole."""

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        tone: str = "text",
        *,
        weight: int | None = None,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        """Args as for `Label`; `mode` says where the ellipsis goes (the middle for file names)."""
        self._mode = mode  # asked for while the text is set
        super().__init__(text, role, tone, weight=weight)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self._shown()
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), shown)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setToolTip(self.text() if self._shown() != self.text() else "")

    @override
    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(text if self._shown() != text else "")

    def _shown(self) -> str:
        return self.fontMetrics().elidedText(self.text(), self._mode, self.contentsRect().width())


class FigureWithInterval(QWidget):
    """A figure under its caption, its 95 % interval beside it."""

    def __init__(self, theme: ThemeManager, caption: str) -> None:
        """Args:
        theme: where fonts and colours come from.
        caption: what the figure is, such as `Best validation accuracy`.
        """
        super().__init__()
        self._theme = theme
        self._caption = caption
        self._figure = "–"
        self._note = ""
        self._figure_px: int | None = None
        theme.changed.connect(self.update)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._say()

    def set_caption(self, caption: str) -> None:
        """Change what the figure is."""
        self._caption = caption
        self._say()

    def set_figure(self, figure: str, note: str = "") -> None:
        """Show a figure such as `94.8 %` with its interval such as `87 – 98`."""
        if (figure, note) != (self._figure, self._note):
            self._figure, self._note = figure, note
            self._say()

    def set_figure_px(self, px: int | None) -> None:
        """Use a smaller figure where the layout gives way."""
        self._figure_px = px
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        figure = QFontMetrics(self._figure_font()).horizontalAdvance(self._figure)
        small = QFontMetrics(self._theme.font("small"))
        note = small.horizontalAdvance(self._note) + self._theme.space() if self._note else 0
        width = max(figure + note, small.horizontalAdvance(self._caption))
        return QSize(width + 2, self._theme.line_px("small") + self._theme.line_px("figure"))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        caption_font = theme.font("small")
        metrics = QFontMetricsF(caption_font)
        painter.setFont(caption_font)
        painter.setPen(theme.color("text_2"))
        line = theme.line_px("small")
        caption = metrics.elidedText(self._caption, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(QRectF(0, 0, self.width(), line), int(Qt.AlignmentFlag.AlignVCenter), caption)
        figure_font = self._figure_font()
        painter.setFont(figure_font)
        painter.setPen(theme.color("text"))
        figure_metrics = QFontMetricsF(figure_font)
        baseline = line + (theme.line_px("figure") + figure_metrics.capHeight()) / 2
        painter.drawText(0, round(baseline), self._figure)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text_3"))
        left = figure_metrics.horizontalAdvance(self._figure) + theme.space()
        painter.drawText(round(left), round(baseline), self._note)

    def _figure_font(self) -> QFont:
        return self._theme.font("figure", px=self._figure_px)

    def _say(self) -> None:
        self.setAccessibleName(f"{self._caption}: {self._figure} {self._note}".strip())
        self.updateGeometry()
        self.update()


@dataclass(frozen=True, kw_only=True)
class ClassLook:
    """How a class is shown: glyph, word, colour.

    Attributes:
        glyph: an icon name.
        token: a colour token.
        title: the word, in sentence case.
    """

    glyph: str
    token: str
    title: str


def class_look(name: str, *, is_painted: bool = False, index: int = 0) -> ClassLook:
    """How the class `name` is shown.

    Args:
        name: the class, or `look` for "please look yourself".
        is_painted: whether its samples were painted by the studio.
        index: place among the classes, which chooses the glyph of a class of the user's own.
    """
    if is_painted:
        return ClassLook(glyph="paintbrush", token="dirty", title=f"{name.capitalize()}, painted")
    if name in ("clean", "dirty"):
        return ClassLook(glyph=f"plate-{name}", token=name, title=name.capitalize())
    if name == "look":
        return ClassLook(glyph="eye", token="look", title="Please look")
    return ClassLook(glyph=_OTHER_GLYPHS[index % len(_OTHER_GLYPHS)], token="look", title=name.capitalize())


class ClassGlyph(QWidget):
    """Glyph, word and, where wanted, a count of one class."""

    def __init__(self, theme: ThemeManager, look: ClassLook, *, text: str | None = None, size_px: int = 16) -> None:
        """Args:
        theme: where colours come from.
        look: see `class_look`.
        text: the word beside the glyph instead of the class's title; empty for the glyph alone.
        size_px: side of the glyph.
        """
        super().__init__()
        self._theme = theme
        self._look = look
        self._text = look.title if text is None else text
        self._size_px = size_px
        self.setAccessibleName(self._text or look.title)
        self.setToolTip("" if self._text else look.title)
        theme.changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        width = QFontMetrics(self._theme.font("body")).horizontalAdvance(self._text)
        return QSize(self._size_px + (self._theme.space() + width + 2 if self._text else 0), 20)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(self._size_px, 20)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRect(0, 0, self._size_px, self.height())
        paint_icon(painter, self._theme, self._look.glyph, box, self._look.token, self._size_px)
        painter.setFont(self._theme.font("body"))
        painter.setPen(self._theme.color("text"))
        left = self._size_px + self._theme.space()
        room = self.rect().adjusted(left, 0, 0, 0)
        shown = QFontMetrics(painter.font()).elidedText(self._text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)


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
