"""How a class is shown: glyph, word, colour."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from studio.ui.icons import paint_icon
from studio.ui.theme import ThemeManager
from studio.ui.widgets.plain import plain

_OTHER_GLYPHS = ("square", "triangle", "diamond", "hexagon", "pentagon", "circle", "star", "octagon")


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
        self.setToolTip(plain("" if self._text else look.title))
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
