"""Where photos are dropped: what is being dragged, and the zone that lights up."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QMimeData, QRect, QRectF, QSize, Qt, QUrl
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy
from typing_extensions import override

from studio.ui.icons import paint_icon
from studio.ui.theme import ThemeManager

_ICON_PX = 24
_DASH_PX = 4.0


def dropped_paths(mime: QMimeData) -> list[Path]:
    """Files and folders of this machine that are dragged or on the clipboard."""
    return [_path_of(url) for url in mime.urls() if url.isLocalFile()]


def _path_of(url: QUrl) -> Path:
    if os.name != "posix":
        return Path(url.toLocalFile())
    # As text, Qt would lose what is no text: on Linux a name is any bytes.
    return Path(os.fsdecode(unquote_to_bytes(url.path(QUrl.ComponentFormattingOption.FullyEncoded))))


class DropZone(QAbstractButton):
    """A dashed field that takes photos; pressing it asks for them instead."""

    def __init__(
        self, theme: ThemeManager, title: str, hint: Sequence[tuple[str, str]], *, is_floating: bool = False
    ) -> None:
        """Args:
        theme: where colours come from.
        title: what may be dropped here.
        hint: what else can be done: pieces of text, each with its colour token.
        is_floating: whether it shows itself only while something is dragged.
        """
        super().__init__()
        self._theme = theme
        self._title = title
        self._hint = tuple(hint)
        self._dragged = ""
        self._refusal = ""
        self._is_floating = is_floating
        self.setAccessibleName(title)
        self.setAccessibleDescription("".join(text for text, _ in hint))
        self.setProperty("focusRadius", theme.radius("card"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(theme.space(12))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def words(self) -> str:
        """The line that is shown largest."""
        return self._refusal or self._dragged or self._title

    @property
    def is_lit(self) -> bool:
        """Whether something is dragged that can be dropped."""
        return bool(self._dragged)

    def light_up(self, words: str) -> None:
        """Show that what is dragged is welcome."""
        self._say(words, "")

    def refuse(self, reason: str) -> None:
        """Show why what is dragged cannot be taken."""
        self._say("", reason)

    def calm_down(self) -> None:
        """Nothing is dragged any more."""
        self._say("", "")

    def _say(self, dragged: str, refusal: str) -> None:
        self._dragged, self._refusal = dragged, refusal
        if self._is_floating:
            self.setVisible(bool(dragged or refusal))
            self.raise_()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, self._theme.space(12))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        tone = paint_zone(painter, theme, QRectF(self.rect()), self.is_lit, bool(self._refusal))
        is_calm = not (self.is_lit or self._refusal)
        middle = self.height() // 2
        icon = "ban" if self._refusal else "image-plus"
        token = "danger" if self._refusal else "accent_text"
        painter.setFont(theme.font("body", 500))
        painter.setPen(theme.color(tone))
        room = QRect(10, middle - 4, self.width() - 20, 20 if is_calm else 40)
        if is_calm:
            top = middle - 34
            painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), self._title)
            self._paint_hint(painter, middle + 15)
        else:
            flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
            tall = painter.boundingRect(room, flags, self.words).height()
            top = middle - (30 + tall) // 2
            painter.drawText(room.translated(0, top + 30 - room.y()), flags, self.words)
        paint_icon(painter, theme, icon, QRect(0, top, self.width(), 24), token, _ICON_PX)

    def _paint_hint(self, painter: QPainter, top: int) -> None:
        theme = self._theme
        painter.setFont(theme.font("small"))
        metrics = QFontMetrics(painter.font())
        left = (self.width() - sum(metrics.horizontalAdvance(text) for text, _ in self._hint)) // 2
        for text, token in self._hint:
            painter.setPen(theme.color(token))
            width = metrics.horizontalAdvance(text)
            painter.drawText(
                QRect(left, top, width + 2, theme.line_px("body")), int(Qt.AlignmentFlag.AlignVCenter), text
            )
            left += width


def paint_zone(
    painter: QPainter,
    theme: ThemeManager,
    box: QRectF,
    is_lit: bool,
    is_refused: bool,
    *,
    line_px: float = 1.5,
    radius_px: float | None = None,
    ground: str = "canvas",
) -> str:
    """Draw the dashed ground of a drop zone.

    Args:
        painter: where to.
        theme: where colours come from.
        box: the zone.
        is_lit: whether something welcome is dragged over it.
        is_refused: whether something else is.
        line_px: width of the dashed line.
        radius_px: radius of the corners; that of a card when omitted.
        ground: colour token of the ground while nothing is dragged.

    Returns:
        the colour token for the words on it.
    """
    line = "danger" if is_refused else "accent" if is_lit else "control_line"
    fill = "danger_soft" if is_refused else "accent_soft" if is_lit else ground
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ratio = painter.device().devicePixelRatioF()
    line_px = math.floor(line_px * ratio) / ratio  # a line of one and a half pixels is a blur
    pen = QPen(theme.color(line), line_px)
    dash = max(_DASH_PX, 3 * line_px) / line_px
    pen.setDashPattern([dash, dash])  # in widths of the line
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.setBrush(theme.color(fill))
    radius = theme.radius("card") if radius_px is None else radius_px
    inset = line_px / 2
    painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), radius, radius)
    return "danger" if is_refused else "accent_text" if is_lit else "text"
