"""The named strategies as cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QScrollArea, QSizePolicy, QWidget
from typing_extensions import override

from studio.core.presets import Preset
from studio.core.words import sentence_case
from studio.ui.icons import paint_icon
from studio.ui.theme import ThemeManager
from studio.ui.widgets.plain import plain

_HEIGHT_PX, _GAP_PX, _COLUMNS = 84, 12, 3
_PADDING_PX, _TILE_PX, _LEAST_WIDTH_PX = 14, 32, 262
"""In a narrower card a name has no room beside its note, nor the help in two lines."""
_BAR_PX, _TITLE_GAP_PX, _NOTE_GAP_PX = 12, 12, 8
_BEST = "Best here"


class StrategyCard(QAbstractButton):
    """One strategy: its icon, name, what it costs or lacks, and a line on what it is for."""

    def __init__(self, theme: ThemeManager, preset: Preset) -> None:
        """Args:
        theme: where colours come from.
        preset: the strategy.
        """
        super().__init__()
        self._theme = theme
        self.preset = preset
        self._note = ""
        self._is_best = False
        self.setCheckable(True)
        self.setFixedHeight(_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setProperty("focusRadius", theme.radius("card"))
        self.setAccessibleName(preset.title)
        self.setAccessibleDescription(preset.help)
        self.setToolTip(plain(f"Use the strategy {preset.title}"))
        theme.changed.connect(self.update)

    def set_note(self, note: str, *, is_best: bool = False) -> None:
        """Say at the right what the strategy costs or lacks, and whether it is the best here."""
        self._note, self._is_best = note, is_best
        best = _BEST if is_best else ""
        self.setAccessibleDescription(" ".join(part for part in (self.preset.help, note, best) if part))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(_LEAST_WIDTH_PX, _HEIGHT_PX)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        tile = QRect(_PADDING_PX, _PADDING_PX, _TILE_PX, _TILE_PX)
        ground = QPainterPath()
        ground.addRoundedRect(tile, theme.radius("control"), theme.radius("control"))
        painter.fillPath(ground, theme.color("accent_soft" if self.isChecked() else "sunken"))
        ink = "text" if self.isEnabled() else "text_2"
        paint_icon(painter, theme, self.preset.icon, tile, "accent_text" if self.isChecked() else "text_2")
        left = tile.right() + 1 + _TITLE_GAP_PX
        right = self.width() - _PADDING_PX
        help_text, note_left = self.preset.help, right
        if self._note and not self._is_best and self._room_px() < self._note_px():
            help_text = f"{sentence_case(self._note)}."  # what it lacks goes before what it is for
        else:
            note_left = self._paint_note(painter, right)
        painter.setFont(theme.font("label", 600))
        painter.setPen(theme.color(ink))
        title = QRect(left, _PADDING_PX - 1, note_left - left - _NOTE_GAP_PX, 20)
        shown = painter.fontMetrics().elidedText(self.preset.title, Qt.TextElideMode.ElideRight, title.width())
        painter.drawText(title, int(Qt.AlignmentFlag.AlignVCenter), shown)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text_2"))
        help_room = QRect(left, title.bottom() + 4, right - left, 34)
        painter.drawText(help_room, int(Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap), help_text)

    def _paint_ground(self, painter: QPainter) -> None:
        theme = self._theme
        fill = "canvas" if not self.isEnabled() else "pressed" if self.isDown() else "surface"
        if self.isEnabled() and self.underMouse() and not self.isDown() and not self.isChecked():
            fill = "hover"
        width = 2.0 if self.isChecked() else 1.0
        pen = QPen(theme.color("accent" if self.isChecked() else "line"), width)
        outline = self.rect().toRectF().adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.setPen(pen)
        painter.setBrush(theme.color(fill))
        painter.drawRoundedRect(outline, theme.radius("card"), theme.radius("card"))

    def _paint_note(self, painter: QPainter, right: int) -> int:
        """Draw the note, in a chip where the strategy is the best here; its left edge in px."""
        note = ", ".join(part for part in (_BEST if self._is_best else "", self._note) if part)
        if not note:
            return right
        theme = self._theme
        font = theme.font("caption", 600) if self._is_best else theme.font("small")
        padding = 7 if self._is_best else 0
        if self._is_best and QFontMetrics(font).horizontalAdvance(note) > self._room_px() - 2 * padding:
            note = _BEST
        width = QFontMetrics(font).horizontalAdvance(note)
        box = QRect(right - width - 2 * padding, _PADDING_PX - 1, width + 2 * padding, 20)
        if self._is_best:
            chip = QPainterPath()
            chip.addRoundedRect(box, theme.radius("chip"), theme.radius("chip"))
            painter.fillPath(chip, theme.color("accent_soft"))
        painter.setFont(font)
        painter.setPen(theme.color("accent_text" if self._is_best else "text_3"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), note)
        return box.left()

    def _room_px(self) -> int:
        """Room for a note beside the whole name."""
        title_px = QFontMetrics(self._theme.font("label", 600)).horizontalAdvance(self.preset.title)
        return self.width() - 2 * _PADDING_PX - _TILE_PX - _TITLE_GAP_PX - title_px - _NOTE_GAP_PX

    def _note_px(self) -> int:
        return QFontMetrics(self._theme.font("small")).horizontalAdvance(self._note)


class StrategyCards(QWidget):
    """All strategies, of which one may be chosen: three abreast, or in one scrolling row."""

    chosen = Signal(str)

    def __init__(self, theme: ThemeManager, presets: Sequence[Preset]) -> None:
        """Args:
        theme: where colours come from.
        presets: the strategies, in order.
        """
        super().__init__()
        self.cards = {preset.slug: StrategyCard(theme, preset) for preset in presets}
        self._is_compact = False
        self._placed: tuple[int, bool] | None = None
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)  # none is chosen when a config comes from elsewhere
        self._content = QWidget()
        self._content.setProperty("scrolled", "true")
        self._grid = QGridLayout(self._content)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP_PX)
        for card in self.cards.values():
            self._group.addButton(card)
            card.clicked.connect(self._choose)
        scroll = QScrollArea(self)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.viewport().setAutoFillBackground(False)
        scroll.setWidget(self._content)
        self._scroll = scroll
        self.set_compact(False)

    def set_compact(self, is_compact: bool) -> None:
        """Put the cards in one scrolling row, or as many abreast as there is room for."""
        self._is_compact = is_compact
        self._place()

    def _place(self) -> None:
        def room(columns: int) -> int:
            return columns * (_LEAST_WIDTH_PX + _GAP_PX) - _GAP_PX

        number = len(self.cards)
        is_row = self._is_compact or self.width() < room(_COLUMNS)
        columns = number if is_row or self.width() >= room(number) else _COLUMNS
        if (columns, is_row) == self._placed:
            return
        self._placed = columns, is_row
        for place, card in enumerate(self.cards.values()):
            card.setMinimumWidth(_LEAST_WIDTH_PX if is_row else 0)
            self._grid.addWidget(card, place // columns, place % columns)
        for column in range(number):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        rows = -(-number // columns)
        bar = _BAR_PX if is_row else 0
        self.setFixedHeight(rows * _HEIGHT_PX + (rows - 1) * _GAP_PX + bar)
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if is_row else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self._scroll.setHorizontalScrollBarPolicy(policy)

    def show_chosen(self, slug: str | None) -> None:
        """Mark the strategy that the settings come from."""
        for name, card in self.cards.items():
            card.setChecked(name == slug)
        self._show_checked()

    def show_notes(self, notes: Mapping[str, str], best: str | None, impossible: Mapping[str, str]) -> None:
        """Say at each card what it costs.

        Args:
            notes: text at the right, by slug.
            best: slug of the one that fits best here.
            impossible: why a strategy cannot be used here, by slug.
        """
        for slug, card in self.cards.items():
            card.setEnabled(slug not in impossible)
            card.setToolTip(plain(impossible.get(slug, f"Use the strategy {card.preset.title}")))
            if slug in impossible:
                card.set_note(impossible[slug])
            else:
                card.set_note(notes.get(slug, ""), is_best=slug == best)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()
        self._scroll.setGeometry(self.rect())  # a layout would take the height from before `_place`
        self._show_checked()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_checked()

    def _show_checked(self) -> None:
        """In a single row, bring the chosen card into sight."""
        for card in self.cards.values():
            if card.isChecked():
                self._grid.activate()
                self._scroll.ensureWidgetVisible(card, 2 * _GAP_PX, 0)

    def _choose(self) -> None:
        card = self.sender()
        assert isinstance(card, StrategyCard)
        self.show_chosen(card.preset.slug)
        self.chosen.emit(card.preset.slug)
