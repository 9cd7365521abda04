"""What the operating point's panel is made of: amounts of money, figures on cards, the legend, the basis."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from studio.core.words import percent
from studio.ui.evidence import Evidence
from studio.ui.icons import paint_icon
from studio.ui.result import LOOK
from studio.ui.theme import ThemeManager
from studio.ui.widgets.class_glyph import ClassLook, class_look
from studio.ui.widgets.flow import column, row
from studio.ui.widgets.inputs import DecimalBox
from studio.ui.widgets.labels import Label
from studio.ui.widgets.messages import Icon
from studio.ui.widgets.plain import plain

_BASIS_ICON_PX = 14
_CARD_PX, _COMPACT_CARD_PX = 82, 62
_BAR = "bar"
"""In the legend: a bar of the histogram in place of an icon."""


class MoneyBox(DecimalBox):
    """An amount of money, its symbol at the left."""

    def __init__(self, theme: ThemeManager, symbol: str, *, accessible_name: str) -> None:
        """Args:
        theme: where colours come from.
        symbol: of the currency.
        accessible_name: what the amount is.
        """
        self._symbol = symbol
        self._money_theme = theme
        super().__init__(theme, accessible_name=accessible_name, least_decimals=2)
        width = QFontMetrics(theme.font("body")).horizontalAdvance(symbol)
        self.lineEdit().setTextMargins(8 + width + theme.space(), 0, 0, 0)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setFont(self._money_theme.font("body"))
        painter.setPen(self._money_theme.color("text_3"))
        painter.drawText(QRect(11, 0, 40, self.height()), int(Qt.AlignmentFlag.AlignVCenter), self._symbol)


class ExpectedCard(QWidget):
    """One figure with its range, on a card."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self._title = ""
        self._look = class_look(LOOK)
        self._figure, self._range = "–", ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_CARD_PX)
        theme.changed.connect(self.update)

    @property
    def figure(self) -> str:
        """The figure on show."""
        return self._figure

    @property
    def range(self) -> str:
        """What stands below it."""
        return self._range

    def set_compact(self, is_compact: bool) -> None:
        """Use less height and narrower margins."""
        self.setFixedHeight(_COMPACT_CARD_PX if is_compact else _CARD_PX)

    def set_title(self, title: str, look: ClassLook) -> None:
        """Say what is counted."""
        self._title, self._look = title, look
        self.update()

    def show_figure(self, figure: str, range_: str) -> None:
        """Show a figure with its range."""
        self._figure, self._range = figure, range_
        self.setAccessibleName(f"{self._title}: {figure} {range_}".strip())
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(106, self.height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("line"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        edge = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(edge, theme.radius("card"), theme.radius("card"))
        is_low = self.height() < _CARD_PX
        left, top = (8, 3) if is_low else (12, 9)
        paint_icon(painter, theme, self._look.glyph, QRect(left, top, 12, 20), self._look.token, 12)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text_2"))
        room = QRect(left + 18, top, self.width() - left - 22, 20)
        title = QFontMetrics(painter.font()).elidedText(self._title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, middle, title)
        painter.setFont(theme.font("figure", px=17 if is_low else None))
        painter.setPen(theme.color("text"))
        painter.drawText(QRect(left, top + 20, self.width() - left, 24), middle, self._figure)
        painter.setFont(theme.font("caption", 400))
        painter.setPen(theme.color("text_3"))
        painter.drawText(QRect(left, top + (39 if is_low else 44), self.width() - left, 16), middle, self._range)


class Legend(QWidget):
    """What the histogram's colours mean."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self._entries: list[tuple[str, str, str]] = []
        self.setFixedHeight(20)
        theme.changed.connect(self.update)

    def show_classes(self, positive: str) -> None:
        """Explain the colours for a class with a threshold; empty for a model without one."""
        self._entries = []
        if positive == "dirty":
            self._entries += [("plate-clean", "clean", "called clean"), ("plate-dirty", "dirty", "called dirty")]
        elif positive:
            self._entries.append((_BAR, "accent_text", f"called {positive}"))
        else:
            self._entries.append((_BAR, "text_3", "by the winner's probability"))
        self._entries.append(("", "look", "please look"))
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._theme.font("small"))
        return QSize(sum(metrics.horizontalAdvance(words) + 35 for _, _, words in self._entries), 20)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = 0
        for glyph, token, words in self._entries:
            if glyph == _BAR:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color(token))
                painter.drawRoundedRect(QRectF(left, 4, 12, 12), 2, 2)
            elif glyph:
                paint_icon(painter, theme, glyph, QRect(left, 0, 12, 20), token, 12)
            else:
                painter.setPen(QPen(theme.color("control_line"), 1))
                painter.setBrush(theme.color("look_soft"))
                painter.drawRoundedRect(QRectF(left + 0.5, 4.5, 11, 11), 2, 2)
            painter.setFont(theme.font("small"))
            painter.setPen(theme.color("text_2"))
            width = QFontMetrics(painter.font()).horizontalAdvance(words)
            painter.drawText(QRect(left + 18, 0, width + 2, 20), int(Qt.AlignmentFlag.AlignVCenter), words)
            left += width + 35


class BasisLine(QWidget):
    """What the model's own threshold rests on, in a line or two."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__()
        self._words = Label("", "small", "text_2", wrap=True)
        layout = row(column(1, Icon(theme, "shield-check", "success", _BASIS_ICON_PX), None, gap=0), gap=6)
        layout.setContentsMargins(0, theme.space(), 0, 0)
        layout.addWidget(self._words, 1)
        self.setLayout(layout)
        self.hide()

    def text(self) -> str:
        """What it says."""
        return self._words.text()

    def show_evidence(self, evidence: Evidence | None, threshold: float | None) -> None:
        """Say what was held out, and the figure there; nothing for None.

        Args:
            evidence: what the model was judged by.
            threshold: the model's own, 0..1, where it has one.
        """
        self.setVisible(evidence is not None)
        if evidence is None:
            return
        _, figure, ends = evidence.figures[0]
        at = f" at the model's {percent(threshold, 0)}" if threshold is not None else ""
        range_ = f" ({ends} by photo)" if ends else ""
        words = f"{evidence.basis}. Balanced accuracy {figure}{range_}{at}."
        self._words.setText(words.replace(" %", "\N{NO-BREAK SPACE}%"))
        self.setToolTip(plain(evidence.explained))


def currency() -> str:
    """The symbol of the currency of the system's country; the euro where none is set."""
    locale = QLocale.system()
    return "€" if locale.language() == QLocale.Language.C else locale.currencySymbol() or "€"
