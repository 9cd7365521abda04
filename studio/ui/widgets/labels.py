"""Text in the steps of the type scale."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import (
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QLabel, QSizePolicy
from typing_extensions import override

from studio.ui.tokens import design_tokens
from studio.ui.typography import font_of
from studio.ui.widgets.plain import plain

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
        layout = QTextLayout(self.text().replace("\n", "\u2028").replace(" %", "\u00a0%"), self.font())
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
        self.setToolTip(plain(self.text() if self._shown() != self.text() else ""))

    @override
    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(plain(text if self._shown() != text else ""))

    def _shown(self) -> str:
        return self.fontMetrics().elidedText(self.text(), self._mode, self.contentsRect().width())
