"""Lines of the overview: counts to press, the legend of the splits, what keeps them apart."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from studio.core.words import count
from studio.ui.count_bar import part_color
from studio.ui.dataset_facts import SPLIT_LOOKS, DatasetFacts
from studio.ui.icons import paint_icon
from studio.ui.theme import ThemeManager
from studio.ui.widgets.plain import show_letters, wrapped


class CountRow(QAbstractButton):
    """A row with icon, word, count; pressing it shows what was counted."""

    chosen = Signal(str)

    def __init__(
        self, theme: ThemeManager, key: str, text: str, icon_name: str, token: str, *, has_chevron: bool = False
    ) -> None:
        """Args:
        theme: where colours come from.
        key: what `chosen` sends.
        text: what is counted.
        icon_name: an icon name.
        token: the icon's colour token.
        has_chevron: whether it leads somewhere.
        """
        super().__init__()
        self._theme = theme
        self._key = key
        self._icon = icon_name
        self._token = token
        self._has_chevron = has_chevron
        self._count = 0
        show_letters(self, text)
        self.setFixedHeight(theme.height("list_row"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(self._tell)
        theme.changed.connect(self.update)

    @property
    def count(self) -> int:
        """How many."""
        return self._count

    def set_count(self, number: int) -> None:
        """Change the count."""
        self._count = number
        self.setAccessibleName(f"{self.text()}: {number:,}")
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(199, self._theme.height("list_row"))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill = "accent_soft" if self.isChecked() else "pressed" if self.isDown() else "hover"
        if self.isEnabled() and (self.isChecked() or self.isDown() or self.underMouse()):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(fill))
            painter.setClipRect(self.rect())
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(-6, 1, 6, -1), theme.radius("control"), theme.radius("control")
            )
        ink = "text" if self.isEnabled() else "text_3"
        paint_icon(painter, theme, self._icon, QRect(0, 0, 16, self.height()), self._token)
        painter.setPen(theme.color(ink))
        painter.setFont(theme.font("body"))
        right = self.width() - (22 if self._has_chevron else 0)
        number = count(self._count)
        width = QFontMetrics(theme.font("body", 500)).horizontalAdvance(number)
        room = QRect(24, 0, right - width - 32, self.height())
        words = QFontMetrics(painter.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), words)
        painter.setFont(theme.font("body", 500))
        painter.setPen(theme.color("text_2" if self.isEnabled() else "text_3"))
        box = QRect(right - width - 1, 0, width + 1, self.height())
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), number)
        if self._has_chevron:
            place = QRect(self.width() - 14, 0, 14, self.height())
            paint_icon(painter, theme, "chevron-right", place, "text_2" if self.isEnabled() else "text_3", 14)

    def _tell(self) -> None:
        self.chosen.emit(self._key)


class SplitLegend(QWidget):
    """The counts of the three splits, each beside a square of its colour."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self._counts: list[int] = []
        self._folds = 0
        self.setFixedHeight(theme.line_px("small"))
        theme.changed.connect(self.update)

    def show_counts(self, counts: list[int], folds: int = 0) -> None:
        """Show what is in each split.

        Args:
            counts: train, validation, test; an empty list while nobody knows.
            folds: parts of train that judge once each; 0 without cross-fitting.
        """
        self._counts, self._folds = counts, folds
        self.setAccessibleName(", ".join(self._texts()))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("small"))
        metrics = QFontMetrics(painter.font())
        texts = self._texts()
        widths = [12 + metrics.horizontalAdvance(text) for text in texts]
        gap = (self.width() - sum(widths)) / 2
        left = 0.0
        for text, width, (_, token) in zip(texts, widths, SPLIT_LOOKS, strict=True):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(part_color(theme, token))
            painter.drawRoundedRect(QRectF(left, (self.height() - 8) / 2, 8, 8), 2, 2)
            painter.setPen(theme.color("text_2"))
            room = QRectF(left + 11, 0, width, self.height())
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), text)
            left += width + gap

    def _texts(self) -> list[str]:
        if not self._counts:
            return [title for title, _ in SPLIT_LOOKS]
        told = [count(number) for number in self._counts]
        if self._folds:
            told[1] = f"{self._folds} folds"
        return [f"{title} {number}" for number, (title, _) in zip(told, SPLIT_LOOKS, strict=True)]


class Certificate(QWidget):
    """One line on what keeps the splits apart, or on why there are none; the whole sentence on hover."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self._icon, self._token, self._words = "shield-check", "text_3", "Dealing the photos"
        self.setMinimumHeight(theme.line_px("body"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def words(self) -> str:
        """The line."""
        return self._words

    def show_splits(self, facts: DatasetFacts) -> None:
        """Show what is known of a dataset's splits."""
        splits = facts.splits
        if splits is None:
            self._say("shield-check", "text_3", "Dealing the photos", "")
        elif splits.obstacle:
            self._say("triangle-alert", "warning", "No splits yet", splits.obstacle)
        elif splits.notes:
            more = "\n".join((splits.certificate, *splits.notes))
            self._say("shield-check", "success", "No photo is in two splits", more)
        else:
            self._say("shield-check", "success", "No photo is in two splits", splits.certificate)

    def _say(self, icon_name: str, token: str, words: str, more: str) -> None:
        self._icon, self._token, self._words = icon_name, token, words
        self.setToolTip(wrapped(more))
        self.setAccessibleName(words)
        self.setAccessibleDescription(more)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(199, self._theme.line_px("body"))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        paint_icon(painter, theme, self._icon, QRect(0, 0, 16, self.height()), self._token, 16)
        painter.setFont(theme.font("small", 500))
        painter.setPen(theme.color(self._token))
        room = self.rect().adjusted(22, 0, 0, 0)
        words = QFontMetrics(painter.font()).elidedText(self._words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), words)


class FactsLine(QAbstractButton):
    """The classes' counts in one line, the splits' shares at its end; pressing it asks for these."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self._pieces: list[tuple[str, str, str, str]] = []
        self.setFixedHeight(theme.line_px("small"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.update)

    def show_facts(self, facts: DatasetFacts) -> None:
        """Show a dataset's counts."""
        self._pieces = [
            (line.look.glyph, line.look.token, f"{_short(line.look.title)} {count(line.count)}", "text_2")
            for line in facts.classes
        ]
        splits = facts.splits
        if splits is not None and not splits.obstacle:
            told = " / ".join(map(count, (splits.train, splits.val, splits.test)))
            told = f"{splits.folds} folds" if splits.folds else told
            self._pieces.append(("shield-check", "success", told, "success"))
            self.setToolTip(wrapped(f"{splits.certificate} Press to change the splits."))
        elif splits is not None:
            self._pieces.append(("triangle-alert", "warning", "No splits yet", "warning"))
            self.setToolTip(wrapped(f"{splits.obstacle} Press to change the splits."))
        self.setAccessibleName(", ".join(piece[2] for piece in self._pieces))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setFont(theme.font("small"))
        metrics = QFontMetrics(painter.font())
        pieces = list(self._pieces)
        widths = [21 + metrics.horizontalAdvance(words) for _, _, words, _ in pieces]
        more = ""
        left_out = 0
        while len(pieces) > 2 and sum(widths) + metrics.horizontalAdvance(more) + 6 * len(widths) > self.width():
            del pieces[-2], widths[-2]  # the tooltip of the bar above names all classes
            left_out += 1
            more = f"+{left_out}"
        if more:
            pieces.insert(-1, ("", "", more, "text_3"))
            widths.insert(-1, metrics.horizontalAdvance(more))
        spaces = max(1, len(widths) - 1)
        gap = max(6.0, (self.width() - sum(widths)) / spaces)
        left = 0.0
        for (glyph, token, words, ink), width in zip(pieces, widths, strict=True):
            if glyph:
                paint_icon(painter, theme, glyph, QRectF(left, 0, 14, self.height()), token, 14)
            painter.setPen(theme.color(ink))
            room = QRectF(left + (20 if glyph else 0), 0, width, self.height())
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), words)
            left += width + gap


def _short(title: str) -> str:
    """`Dirty, painted` as `Painted`, where room is scarce and the brush tells the rest."""
    _, comma, rest = title.partition(", ")
    return rest.capitalize() if comma else title
