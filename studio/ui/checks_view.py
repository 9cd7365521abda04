"""The checks that a model has learnt nothing but the dirt, as a block and as a line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QGridLayout, QSizePolicy, QWidget
from typing_extensions import override

from studio.core.events import Check
from studio.core.words import percent, plural, sentence_case
from studio.ui.icons import paint_icon
from studio.ui.theme import ThemeManager
from studio.ui.widgets.flow import clear, column, row
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.ui.widgets.messages import Icon
from studio.ui.widgets.panels import Hairline
from studio.ui.widgets.plain import plain

TITLE = "Nothing but the dirt"
_HELP = (
    "Edits that leave a dish clean must not change the answer, dirt beside the dish must not make it dirty, "
    "and the heat map must point at the dirt."
)
_GLYPHS = {"quiet": ("check", "success"), "fired": ("triangle-alert", "warning"), "skipped": ("minus", "text_3")}
_STATES = {"quiet": "quiet", "fired": "fired", "skipped": "too little to try"}
_HEAT = ("pointing", "energy")
_SHORT = {
    "answers that became dirty": "Answers turned dirty",
    "shift beside a light mark's": "Of a light mark's shift",
    "of the heat lies in the dirt": "Lies in the dirt",
}
_EDGE_PX, _ICON_PX, _ROW_GAP_PX = 13, 14, 9
_LINE_PX, _GLYPH_STEP_PX = 40, 18


class ChecksView(QFrame):
    """One row for each check: how it went, what was done, what was measured, on how many tries."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self._checks: tuple[Check, ...] = ()
        self.setProperty("card", "true")
        self.setAccessibleName(TITLE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        title = Label(TITLE, "label", weight=600)
        title.setToolTip(_HELP)
        self._state = Label("", "small", "text_2")
        self._rows = column(gap=0)
        head = row(title, None, self._state, margins=(_EDGE_PX, 10, _EDGE_PX, 10))
        self.setLayout(column(head, self._rows, gap=0, margins=(0, 0, 0, 0)))
        self.hide()

    @property
    def rows(self) -> list[CheckRow]:
        """The rows on show; each says all of itself as its accessible name."""
        return [one for one in self.findChildren(CheckRow) if not one.isHidden()]

    def show_checks(self, checks: Sequence[Check]) -> None:
        """Tell what the checks found; none hide the block."""
        if tuple(checks) == self._checks:
            return
        self._checks = tuple(checks)
        self.setVisible(bool(checks))
        clear(self._rows)
        for check in checks:
            self._rows.addWidget(Hairline(self._theme))
            self._rows.addWidget(CheckRow(self._theme, check))
        self._state.setText(state_of_all(checks))


class CheckRow(QWidget):
    """One check: glyph, title and figure; below them what the figure is a share of, with its limit and count."""

    def __init__(self, theme: ThemeManager, check: Check) -> None:
        """Args:
        theme: where colours come from.
        check: what is told.
        """
        super().__init__()
        glyph, token = _GLYPHS[check.state]
        icon = Icon(theme, glyph, token, _ICON_PX)
        icon.setToolTip(plain(sentence_case(_STATES[check.state])))
        title = ElidedLabel(check.title, "body", weight=500)
        tone = {"quiet": "text", "fired": "warning", "skipped": "text_3"}[check.state]
        figure = Label(figure_of(check), "body", tone, weight=600, tabular=True)
        measure = ElidedLabel(measure_of(check), "small", "text_2")
        count = Label(count_of(check), "small", "text_3")
        grid = QGridLayout(self)
        grid.setContentsMargins(_EDGE_PX, _ROW_GAP_PX - 1, _EDGE_PX, _ROW_GAP_PX)
        grid.setHorizontalSpacing(theme.space())
        grid.setVerticalSpacing(0)
        grid.addWidget(icon, 0, 0)
        grid.addWidget(title, 0, 1)
        grid.addWidget(figure, 0, 2, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(measure, 1, 1)
        grid.addWidget(count, 1, 2, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(1, 1)
        self.setToolTip(plain(check.sentence))
        self.setAccessibleName(f"{check.title}: {_STATES[check.state]}. {check.sentence}")


class ChecksLine(QAbstractButton):
    """All checks in a line, a glyph for each; pressed, it leads to the block."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self._checks: tuple[Check, ...] = ()
        self.setFixedHeight(_LINE_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setProperty("focusRadius", theme.radius("card"))
        self.hide()
        theme.changed.connect(self.update)

    def show_checks(self, checks: Sequence[Check]) -> None:
        """Tell how the checks went; none hide the line."""
        self._checks = tuple(checks)
        self.setVisible(bool(checks))
        self.setAccessibleName(f"{TITLE}: {state_of_all(checks)}")
        self.setToolTip(plain(f"{_HELP} Show what was measured."))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(240, _LINE_PX)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill = "pressed" if self.isDown() else "hover" if self.underMouse() else "surface"
        painter.setPen(QPen(theme.color("line"), 1))
        painter.setBrush(theme.color(fill))
        edge = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(edge, theme.radius("card"), theme.radius("card"))
        has_fired = any(check.state == "fired" for check in self._checks)
        height, middle = self.height(), int(Qt.AlignmentFlag.AlignVCenter)
        glyph, token = ("triangle-alert", "warning") if has_fired else ("shield-check", "success")
        paint_icon(painter, theme, glyph, QRect(_EDGE_PX, 0, 16, height), token, 16)
        painter.setFont(theme.font("label", 600))
        painter.setPen(theme.color("text"))
        left = _EDGE_PX + 26
        painter.drawText(QRect(left, 0, self.width() - left, height), middle, TITLE)
        title_end = left + painter.fontMetrics().horizontalAdvance(TITLE)
        right = self.width() - _EDGE_PX - 14
        paint_icon(painter, theme, "chevron-right", QRect(right, 0, 14, height), "text_3", 14)
        painter.setFont(theme.font("small"))
        words = state_of_all(self._checks)
        width = QFontMetrics(painter.font()).horizontalAdvance(words)
        right -= width + theme.space()
        painter.setPen(theme.color("warning" if has_fired else "text_2"))
        painter.drawText(QRect(right, 0, width + 1, height), middle, words)
        right -= len(self._checks) * _GLYPH_STEP_PX
        if right < title_end + theme.space():
            return  # the words say it too
        for number, check in enumerate(self._checks):
            place = QRect(right - 4 + number * _GLYPH_STEP_PX, 0, _ICON_PX, height)
            glyph, token = _GLYPHS[check.state]
            paint_icon(painter, theme, glyph, place, token, _ICON_PX)


def state_of_all(checks: Sequence[Check]) -> str:
    """How the checks went, in two words or three."""
    fired = sum(check.state == "fired" for check in checks)
    skipped = sum(check.state == "skipped" for check in checks)
    if fired:
        return f"{fired} of {len(checks)} fired"
    if skipped == len(checks):
        return "too little to try"
    return f"{len(checks) - skipped} quiet, {skipped} not tried" if skipped else "all quiet"


def figure_of(check: Check) -> str:
    """What was measured, in whole per cent; a dash where too little could be tried."""
    return "–" if check.value is None else percent(max(0.0, check.value), 0)


def measure_of(check: Check) -> str:
    """What the figure is a share of, with its limit, or with what chance would give."""
    if check.value is None:
        return "Too little to try"
    words = _SHORT.get(check.measure, sentence_case(check.measure))
    return f"{words}, {percent(check.limit, 0)} {'by chance' if check.name in _HEAT else 'at most'}"


def count_of(check: Check) -> str:
    """What the figure rests on."""
    return plural(check.count, "sample") if check.name in _HEAT else plural(check.count, "try", "tries")
