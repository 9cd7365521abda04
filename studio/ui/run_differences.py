"""In which settings two runs differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from studio.core.errors import UserError
from studio.core.runs import RunFolder
from studio.core.settings import settings
from studio.ui.theme import ThemeManager
from studio.ui.ticks import power
from studio.ui.widgets.plain import plain

_PASSED_OVER = ("schema_version", "preset")
_SMALL = 0.01
_NAME_LEAST_PX = 64
_COLUMN_GAP_PX = 12


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One setting that differs.

    Attributes:
        path: `section.name`.
        title: what the form calls it.
        values: the setting in each run, in words.
    """

    path: str
    title: str
    values: tuple[str, ...]


def differences(runs: Sequence[RunFolder]) -> list[Difference]:
    """The settings in which runs differ, in the order of the form; unreadable settings count as empty."""
    flat = [_settings(run) for run in runs]
    titles = {setting.path: setting.title for setting in settings()}
    paths = list(dict.fromkeys(path for settings in flat for path in settings))
    found = []
    for path in paths:
        values = [settings.get(path) for settings in flat]
        if any(value != values[0] for value in values):
            title = titles.get(path, path.partition(".")[2])
            found.append(Difference(path=path, title=title, values=tuple(in_words(value) for value in values)))
    return found


def in_words(value: Any) -> str:
    """A setting's value for a narrow column."""
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case float():
            return power(value) if 0 < abs(value) < _SMALL else f"{value:g}"
        case list() | tuple():
            words = [in_words(item) for item in value]
            return words[0] if len(set(words)) == 1 else " × ".join(words)
        case Mapping():
            return ", ".join(f"{name} {in_words(item)}" for name, item in value.items())
        case _:
            return str(value)


def _settings(run: RunFolder) -> dict[str, Any]:
    try:
        mapping = run.load_config().to_mapping()
    except UserError:
        return {}
    return {
        f"{section}.{name}": value
        for section, settings in mapping.items()
        if section not in _PASSED_OVER and isinstance(settings, Mapping)
        for name, value in settings.items()
    }


class DifferenceTable(QWidget):
    """Settings down, the two runs across; each run's column carries its colour."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self._heads: Sequence[tuple[str, QColor]] = ()
        self._rows: Sequence[Difference] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Settings that differ")
        theme.changed.connect(self.update)

    def show_differences(self, heads: Sequence[tuple[str, QColor]], rows: Sequence[Difference]) -> None:
        """Show settings.

        Args:
            heads: name and colour of each run.
            rows: what differs.
        """
        self._heads, self._rows = heads, rows
        said = "; ".join(f"{row.path}: {' and '.join(row.values)}" for row in rows)
        self.setAccessibleDescription(said or "The two runs have the same settings.")
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(100, self._theme.height("table_row") * (1 + max(1, len(self._rows))))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            number = event.pos().y() // self._theme.height("table_row") - 1
            if 0 <= number < len(self._rows):
                row = self._rows[number]
                QToolTip.showText(event.globalPos(), plain(f"{row.title} ({row.path}): {' / '.join(row.values)}"), self)
                return True
        return super().event(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = theme.height("table_row")
        columns = self._columns()
        for (left, width), (name, color) in zip(columns, self._heads, strict=True):
            self._paint_head(painter, QRect(left, 0, width, height), name, color)
        if not self._rows:
            painter.setFont(theme.font("small"))
            painter.setPen(theme.color("text_3"))
            painter.drawText(QRect(0, height, self.width(), height), int(Qt.AlignmentFlag.AlignVCenter), "nothing")
        for number, row in enumerate(self._rows, start=1):
            top = number * height
            painter.fillRect(0, top, self.width(), 1, theme.color("line"))
            name_box = QRect(0, top, columns[0][0] - 4 if columns else self.width(), height)
            self._paint_text(painter, name_box, row.title, "text_2", Qt.AlignmentFlag.AlignLeft)
            for (left, width), value in zip(columns, row.values, strict=True):
                self._paint_text(painter, QRect(left, top, width, height), value, "text", Qt.AlignmentFlag.AlignRight)

    def _columns(self) -> list[tuple[int, int]]:
        """Left edge and width of each run's column: as wide as its words, within what the names leave."""
        metrics, heads = QFontMetrics(self._theme.font("small")), QFontMetrics(self._theme.font("caption"))
        wanted = []
        for place, (name, _) in enumerate(self._heads):
            words = max((metrics.horizontalAdvance(row.values[place]) for row in self._rows), default=0)
            wanted.append(max(words, heads.horizontalAdvance(name) + 14) + 2)
        room = self.width() - _NAME_LEAST_PX - _COLUMN_GAP_PX * len(wanted)
        scale = min(1.0, room / max(1, sum(wanted)))
        columns: list[tuple[int, int]] = []
        right = self.width()
        for width in reversed([int(width * scale) for width in wanted]):
            columns.insert(0, (right - width, width))
            right -= width + _COLUMN_GAP_PX
        return columns

    def _paint_head(self, painter: QPainter, box: QRect, name: str, color: QColor) -> None:
        font = self._theme.font("caption")
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, box.width() - 14)
        width = metrics.horizontalAdvance(shown)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(QPointF(box.right() - width - 8, box.center().y() + 0.5), 4, 4)
        painter.setFont(font)
        painter.setPen(color)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), shown)

    def _paint_text(self, painter: QPainter, box: QRect, text: str, token: str, side: Qt.AlignmentFlag) -> None:
        font = self._theme.font("small")
        painter.setFont(font)
        painter.setPen(self._theme.color(token))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
