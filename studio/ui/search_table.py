"""The trials of a search as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QTextLayout
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from studio.core.words import duration, interval, percent, plural
from studio.ui.icons import paint_icon
from studio.ui.search_history import Trial
from studio.ui.theme import ThemeManager
from studio.ui.widgets.plain import plain
from studio.ui.widgets.row_table import RowTable

NAME, STATE, SCORE, WORDS = range(4)
_TITLES = ("Trial", "State", "Balanced", "Tries")
_WIDTHS = {NAME: 96, STATE: 132, SCORE: 136}
_ROW_PX, _PAD_PX = 40, 8
_TWO_LINES_PX = 30
_LOOKS = {
    "running": ("play", "accent", "Running"),
    "done": ("check", "success", "Done"),
    "pruned": ("scissors", "text_3", "Given up early"),
    "failed": ("circle-x", "danger", "Failed"),
}
_Index = QModelIndex | QPersistentModelIndex


class SearchModel(QAbstractTableModel):
    """Trials, one a row."""

    def __init__(self) -> None:
        super().__init__()
        self.trials: Sequence[Trial] = ()
        self.best = -2

    def show_trials(self, trials: Sequence[Trial], best: int | None) -> None:
        """Show these trials.

        Args:
            trials: in the order of rows.
            best: number of the one to mark.
        """
        self.best = -2 if best is None else best
        if trials and len(trials) == len(self.trials):
            self.trials = trials
            self.dataChanged.emit(self.index(0, 0), self.index(len(trials) - 1, WORDS))
            return
        self.beginResetModel()
        self.trials = trials
        self.endResetModel()

    @override
    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.trials)

    @override
    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(_TITLES)

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        trial = self.trials[index.row()]
        if role == Qt.ItemDataRole.ToolTipRole:
            took = f", {duration(trial.duration_s)}" if trial.duration_s else ""
            return plain(
                f"{trial.name}, {plural(trial.epochs, 'epoch')}{took}: {trial.words}. Double-click shows its curves."
            )
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        score = score_words(trial.score, trial.score_95)
        return (trial.name, _LOOKS[trial.state][2], score, trial.words)[index.column()]

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return _TITLES[section]
        return None


class SearchTable(RowTable):
    """One row a trial, the one that runs first; a double-click asks for its run."""

    run_asked = Signal(str)

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self.trials = SearchModel()
        self.set_up_columns(self.trials, name="Trials", row_px=_ROW_PX, widths_px=_WIDTHS, shared=(WORDS,))
        self.setItemDelegate(_RowDelegate(theme, self.trials, self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.activated.connect(self._ask)
        theme.changed.connect(self.viewport().update)

    def _ask(self, index: QModelIndex) -> None:
        run = self.trials.trials[index.row()].run
        if run:
            self.run_asked.emit(run)


class _RowDelegate(QStyledItemDelegate):
    def __init__(self, theme: ThemeManager, model: SearchModel, parent: SearchTable) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        theme = self._theme
        box: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        trial = self._model.trials[index.row()]
        is_best, is_over = trial.number == self._model.best, trial.state in ("pruned", "failed")
        painter.save()
        painter.fillRect(box, theme.color("selected" if state & QStyle.StateFlag.State_Selected else "surface"))
        painter.fillRect(box.x(), box.bottom(), box.width(), 1, theme.color("line"))
        column = index.column()
        inner = box.adjusted(_PAD_PX, 0, -_PAD_PX, 0)
        icon, token, _ = _LOOKS[trial.state]
        if column == NAME and is_best:
            paint_icon(painter, theme, "star", QRect(inner.right() - 14, inner.y(), 14, inner.height()), "accent", 14)
        if column == STATE:
            paint_icon(painter, theme, icon, QRect(inner.x(), inner.y(), 14, inner.height()), token, 14)
            inner = inner.adjusted(20, 0, 0, 0)
        painter.setPen(theme.color("text_3" if is_over else "text_2" if column == WORDS and not is_best else "text"))
        text = str(index.data() or "")
        if column == WORDS:  # eight settings need two lines; the tooltip has all
            painter.setFont(theme.font("caption", 400))
            lines = inner.adjusted(0, (inner.height() - _TWO_LINES_PX) // 2, 0, 0)
            painter.drawText(lines, 0, "\n".join(two_lines(text, painter.font(), lines.width())))
        else:
            painter.setFont(theme.font("small", 600 if is_best and column != STATE else None, tabular=column == SCORE))
            shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
        painter.restore()


def two_lines(text: str, font: QFont, width_px: int) -> list[str]:
    """A text in one line or two, with an ellipsis where that is not enough.

    Args:
        text: to be broken between words.
        font: that it is drawn in.
        width_px: of a line.
    """
    metrics = QFontMetrics(font)
    layout = QTextLayout(text, font)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(width_px)
    layout.endLayout()
    units = text.encode("utf-16-le", "surrogatepass")  # Qt counts these, two bytes each, where Python counts letters
    end = 2 * line.textLength()
    first, rest = (part.decode("utf-16-le", "surrogatepass") for part in (units[:end], units[end:]))
    first = first.rstrip()
    return [first, metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width_px)] if rest else [first]


def score_words(score: float | None, score_95: tuple[float, float] | None) -> str:
    """A score with its interval, as the table shows it."""
    if score is None:
        return "–"
    return percent(score) if score_95 is None else f"{percent(score)} ({interval(score_95)})"
