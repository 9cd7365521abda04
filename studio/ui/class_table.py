"""Precision with recall of each class, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from studio.core.intervals import wilson
from studio.core.words import count, interval, percent
from studio.ui.icons import paint_icon
from studio.ui.theme import ThemeManager
from studio.ui.widgets.class_glyph import class_look

_GLYPH_PX = 14
_HEAD_PX = 26
_PRECISION_RIGHT_PX = 161
_RECALL_RIGHT_PX = 48
_COMPACT_WIDTH_PX = 340


@dataclass(frozen=True, kw_only=True)
class ClassFigures:
    """How well one class is told from the others.

    Attributes:
        name: the class.
        precision: right ones among what was called so, 0..1; None when nothing was.
        precision_95: its 95 % Wilson interval.
        recall: right ones among those that are so, 0..1; None when there are none.
        recall_95: likewise.
        photos: how many are so.
    """

    name: str
    precision: float | None
    precision_95: tuple[float, float]
    recall: float | None
    recall_95: tuple[float, float]
    photos: int


def class_figures(classes: Sequence[str], counts: Sequence[Sequence[int]]) -> list[ClassFigures]:
    """Precision and recall of every class.

    Args:
        classes: their names, in order.
        counts: rows are true classes, columns chosen ones.
    """
    figures = []
    for number, name in enumerate(classes):
        right = counts[number][number]
        called = sum(row[number] for row in counts)
        are = sum(counts[number])
        figures.append(
            ClassFigures(
                name=name,
                precision=right / called if called else None,
                precision_95=wilson(right, called),
                recall=right / are if are else None,
                recall_95=wilson(right, are),
                photos=are,
            )
        )
    return figures


class ClassTable(QWidget):
    """One row a class: glyph and name, precision, recall, photos."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self._rows: Sequence[ClassFigures] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Precision and recall")
        theme.changed.connect(self.update)

    def show_figures(self, rows: Sequence[ClassFigures]) -> None:
        """Show these classes."""
        if rows != self._rows:
            self._rows = rows
            said = [f"{row.name}: precision {_share(row.precision)}, recall {_share(row.recall)}" for row in rows]
            self.setAccessibleDescription("; ".join(said))
            self.updateGeometry()
            self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(351, _HEAD_PX + max(2, len(self._rows)) * self._theme.height("table_row"))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        right = self.width()
        narrow = 12 if right < _COMPACT_WIDTH_PX else 0
        precision_right = right - _PRECISION_RIGHT_PX + narrow
        recall_right = right - _RECALL_RIGHT_PX + narrow // 2
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("text_2"))
        head = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRect(0, 0, right, _HEAD_PX), int(Qt.AlignmentFlag.AlignVCenter), "Class")
        painter.drawText(QRect(0, 0, precision_right, _HEAD_PX), head, "Precision")
        painter.drawText(QRect(0, 0, recall_right, _HEAD_PX), head, "Recall")
        painter.drawText(QRect(0, 0, right, _HEAD_PX), head, "Photos")
        height = theme.height("table_row")
        for number, row in enumerate(self._rows):
            top = _HEAD_PX + number * height
            painter.fillRect(0, top, right, 1, theme.color("line"))
            box = QRect(0, top, right, height)
            self._paint_class(painter, box, row.name, number, precision_right - 96)
            self._paint_share(painter, box, precision_right, row.precision, row.precision_95)
            self._paint_share(painter, box, recall_right, row.recall, row.recall_95)
            painter.setFont(theme.font("small", tabular=True))
            painter.setPen(theme.color("text"))
            painter.drawText(box, head, count(row.photos))

    def _paint_class(self, painter: QPainter, box: QRect, name: str, number: int, limit: int) -> None:
        look = class_look(name, index=number)
        paint_icon(painter, self._theme, look.glyph, QRect(0, box.y(), _GLYPH_PX, box.height()), look.token, _GLYPH_PX)
        painter.setFont(self._theme.font("small"))
        painter.setPen(self._theme.color("text"))
        text = QRect(_GLYPH_PX + 6, box.y(), max(20, limit - _GLYPH_PX - 6), box.height())
        shown = QFontMetrics(painter.font()).elidedText(look.title, Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(text, int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _paint_share(
        self, painter: QPainter, box: QRect, right: int, share: float | None, share_95: tuple[float, float]
    ) -> None:
        theme = self._theme
        align = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if share is not None:
            note = interval(share_95)
            painter.setFont(theme.font("caption", 400, tabular=True))
            painter.setPen(theme.color("text_3"))
            painter.drawText(QRect(0, box.y(), right, box.height()), align, note)
            right -= QFontMetrics(painter.font()).horizontalAdvance(note) + 6
        painter.setFont(theme.font("small", 600, tabular=True))
        painter.setPen(theme.color("text"))
        painter.drawText(QRect(0, box.y(), right, box.height()), align, _share(share))


def _share(share: float | None) -> str:
    return "–" if share is None else percent(share)
