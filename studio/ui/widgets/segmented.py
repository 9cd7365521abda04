"""A few choices of which exactly one is in force, side by side in a track."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton
from typing_extensions import override

from studio.ui.icons import paint_icon
from studio.ui.theme import ThemeManager
from studio.ui.widgets.flow import row
from studio.ui.widgets.plain import plain, show_letters


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One part of a segmented control.

    Attributes:
        key: what `chosen` sends.
        text: the label; may be empty where the icon says all.
        icon: an icon name.
        icon_token: the icon's colour where it is not the text's, as for class glyphs.
        tooltip: what it shows; needed where there is no text.
    """

    key: str
    text: str = ""
    icon: str = ""
    icon_token: str = ""
    tooltip: str = ""


class SegmentedControl(QFrame):
    """Exclusive choices in a track; the active one lies on a raised part."""

    chosen = Signal(str)

    def __init__(
        self,
        theme: ThemeManager,
        choices: Sequence[Choice],
        *,
        height_px: int = 32,
        role: str = "small",
        part_px: int | None = None,
        stretch: bool = False,
        inset_px: int = 3,
        gap_px: int = 0,
        accessible_name: str = "",
    ) -> None:
        """Args:
        theme: where colours come from.
        choices: the parts in order; the first starts active.
        height_px: height of the track.
        role: step of the type scale: small, or label for the tab track.
        part_px: fixed width of every part; else each is as wide as its text needs.
        stretch: whether the parts share the track's width evenly.
        inset_px: distance between track and parts.
        gap_px: distance between parts.
        accessible_name: what is being chosen.
        """
        super().__init__()
        self.setProperty("card", "track")
        self.setAccessibleName(accessible_name)
        self._theme = theme
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._parts: dict[str, _Part] = {}
        layout = row(gap=gap_px, margins=(inset_px - 1,) * 4)  # the track's own line takes the last pixel
        for choice in choices:
            part = _Part(theme, choice, role, height_px - 2 * inset_px, part_px)
            if stretch:
                part.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._group.addButton(part)
            self._parts[choice.key] = part
            layout.addWidget(part)
        self.setLayout(layout)
        self.setFixedHeight(height_px)
        self.setSizePolicy(
            QSizePolicy.Policy.Expanding if stretch else QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed
        )
        next(iter(self._parts.values())).setChecked(True)
        self._group.buttonClicked.connect(self._tell)

    @property
    def current(self) -> str:
        """The key of the active part."""
        return next(key for key, part in self._parts.items() if part.isChecked())

    def choose(self, key: str) -> None:
        """Make a part active, as if it had been pressed; nothing is sent when it is already."""
        if key != self.current:
            self._parts[key].setChecked(True)
            self.chosen.emit(key)

    def part(self, key: str) -> QToolButton:
        """The button of one part, for shortcuts or tests."""
        return self._parts[key]

    def set_text(self, key: str, text: str) -> None:
        """Change the label of a part."""
        self._parts[key].set_text(text)

    def set_badge(self, key: str, badge: str) -> None:
        """Put a short notice such as a count after a label; empty takes it away."""
        self._parts[key].set_badge(badge)

    def set_part_width(self, width_px: int) -> None:
        """Give every part this width."""
        for part in self._parts.values():
            part.set_width(width_px)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        keys = [key for key, part in self._parts.items() if part.isEnabled() and not part.isHidden()]
        self.choose(keys[(keys.index(self.current) + step) % len(keys)])
        self._parts[self.current].setFocus(Qt.FocusReason.TabFocusReason)

    def _tell(self, pressed: _Part) -> None:
        self.chosen.emit(pressed.key)


class _Part(QToolButton):
    def __init__(self, theme: ThemeManager, choice: Choice, role: str, height_px: int, width_px: int | None) -> None:
        super().__init__()
        self._theme = theme
        self._choice = choice
        self._role = role
        self._width_px = width_px
        self._badge = ""
        self.key = choice.key
        show_letters(self, choice.text)
        self.setToolTip(plain(choice.tooltip))
        self.setAccessibleName(choice.text or choice.tooltip)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(height_px)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def set_text(self, text: str) -> None:
        show_letters(self, text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def set_badge(self, badge: str) -> None:
        self._badge = badge
        self.updateGeometry()
        self.update()

    def set_width(self, width_px: int) -> None:
        self._width_px = width_px
        self.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        if self._width_px is not None:
            return QSize(self._width_px, self.height())
        padding = 16 if not self.text() else 22
        return QSize(self._content_px() + padding, self.height())

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked():
            painter.setPen(QPen(theme.color("line_strong"), 1))
            painter.setBrush(theme.color("pressed" if theme.is_dark else "surface"))
            box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(box, theme.radius("control"), theme.radius("control"))
        ink = "text" if self.isChecked() or self.underMouse() else "text_2"
        ink = ink if self.isEnabled() else "text_disabled"
        left = (self.width() - self._content_px()) // 2
        choice = self._choice
        if choice.icon:
            token = choice.icon_token or ("accent_text" if self.isChecked() and self._role == "label" else ink)
            paint_icon(
                painter,
                theme,
                choice.icon,
                QRect(left, 0, self._icon_px(), self.height()),
                token,
                self._icon_px(),
            )
            left += self._icon_px() + theme.space()
        font = self._font(600 if self.isChecked() else 500)
        painter.setFont(font)
        painter.setPen(theme.color(ink))
        room = QFontMetrics(self._font(600)).horizontalAdvance(self.text())
        painter.drawText(QRect(left, 0, room + 2, self.height()), int(Qt.AlignmentFlag.AlignVCenter), self.text())
        if self._badge:
            width = self._badge_px()
            box = QRectF(left + room + theme.space(), (self.height() - 16) / 2, width, 16)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("warning_soft"))
            painter.drawRoundedRect(box, theme.radius("chip"), theme.radius("chip"))
            painter.setFont(theme.font("caption", 600))
            painter.setPen(theme.color("warning"))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), self._badge)

    def _content_px(self) -> int:
        width = QFontMetrics(self._font(600)).horizontalAdvance(self.text())
        if self._choice.icon:
            width += self._icon_px() + (self._theme.space() if self.text() else 0)
        if self._badge:
            width += self._theme.space() + self._badge_px()
        return width

    def _badge_px(self) -> int:
        return max(16, QFontMetrics(self._theme.font("caption", 600)).horizontalAdvance(self._badge) + 9)

    def _icon_px(self) -> int:
        return self._theme.icon_px("tab" if self._role == "label" or not self.text() else "small")

    def _font(self, weight: int) -> QFont:
        return self._theme.font(self._role, weight)
