"""Buttons: labelled ones, icons that can be pressed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QKeySequence, QPaintEvent
from PySide6.QtWidgets import (
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStyleOptionToolButton,
    QStylePainter,
    QToolButton,
    QWidget,
)
from typing_extensions import override

from studio.ui.icons import paint_icon
from studio.ui.theme import ThemeManager
from studio.ui.widgets.chips import key_caps_width, paint_key_caps
from studio.ui.widgets.plain import plain, show_letters

_INK = {"primary": "on_accent", "danger": "danger", "dangerlink": "danger", "link": "accent_text"}
_PADDING = {"primary": 17, "link": 1, "dangerlink": 1}


class Button(QPushButton):
    """A labelled button, with an icon before the label and its keys after it."""

    def __init__(
        self,
        theme: ThemeManager,
        text: str,
        *,
        icon: str = "",
        kind: str = "secondary",
        size: str = "normal",
        keys: str | QKeySequence = "",
        tooltip: str = "",
    ) -> None:
        """Args:
        theme: where colours come from.
        text: a verb with its object.
        icon: an icon name.
        kind: primary, secondary, tool (in tool rows), danger, link or dangerlink.
        size: small (28 high), normal (32) or large (40); a primary button is always 40 high.
        keys: the shortcut, such as `Ctrl+G`; it is set, and drawn on the button when `show_keys` says so.
        tooltip: what it does; the shortcut is added to it.
        """
        super().__init__()
        self._theme = theme
        self._icon_name = icon
        self._trailing_icon = ""
        self._kind = kind
        self._keys: tuple[str, ...] = ()
        self._help = tooltip
        self._why_blocked = ""
        self.setProperty("kind", kind)
        self.setProperty("tier", size)
        show_letters(self, text)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor if "link" in kind else Qt.CursorShape.ArrowCursor)
        if keys:
            self.setShortcut(QKeySequence(keys))
        if keys and kind == "primary":
            self.show_keys()
        self._say_tooltip()
        theme.changed.connect(self.update)

    def show_keys(self) -> None:
        """Draw the shortcut's keys on the button."""
        self._keys = key_caps(self.shortcut())
        self.updateGeometry()

    def hide_keys(self) -> None:
        """Leave the shortcut's keys off the button; the shortcut still works."""
        self._keys = ()
        self.updateGeometry()

    def show_keys_beside(self, words: QWidget, room_px: int) -> None:
        """Draw the keys, unless words beside the button would be cut off for them.

        Args:
            words: what is beside it.
            room_px: for both.
        """
        self.show_keys()
        if words.sizeHint().width() + self.sizeHint().width() > room_px:
            self.hide_keys()

    def set_help(self, tooltip: str) -> None:
        """Change what the tooltip says it does."""
        self._help = tooltip
        self._say_tooltip()

    def set_icon_name(self, name: str) -> None:
        """Change the icon before the label."""
        self._icon_name = name
        self.updateGeometry()
        self.update()

    def set_trailing_icon(self, name: str) -> None:
        """Put an icon after the label, such as a chevron on a button that opens a menu."""
        self._trailing_icon = name
        self.updateGeometry()
        self.update()

    def set_text(self, text: str) -> None:
        """Change the label, and with it the accessible name."""
        if text != self.text():
            show_letters(self, text)
            self.setAccessibleName(text)

    def set_blocked(self, reason: str) -> None:
        """Disable the button with the reason as its tooltip; an empty reason enables it."""
        self._why_blocked = reason
        self.setEnabled(not reason)
        self._say_tooltip()

    @override
    def sizeHint(self) -> QSize:
        theme = self._theme
        width = QFontMetrics(self._label_font()).horizontalAdvance(self.text())
        if self._icon_name:
            width += self._icon_px() + theme.space()
        if self._trailing_icon:
            width += theme.icon_px("small") + theme.space()
        if self._keys and self.isEnabled():
            width += 10 + key_caps_width(theme, self._keys)
        return QSize(width + 2 * self._padding(), self._height())

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text, option.icon = "", QIcon()
        painter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        token = _INK.get(self._kind, "text") if self.isEnabled() else "text_disabled"
        font = self._label_font()
        metrics = QFontMetrics(font)
        hint = self.sizeHint().width()
        left = self._padding() + max(0, (self.width() - hint) // 2)
        if self._icon_name:
            size_px = self._icon_px()
            paint_icon(painter, theme, self._icon_name, QRect(left, 0, size_px, self.height()), token, size_px)
            left += size_px + theme.space()
        font.setUnderline("link" in self._kind and self.underMouse() and self.isEnabled())
        painter.setFont(font)
        painter.setPen(theme.color(token))
        # Advances are rounded, so a text that just fits would lose its end without these two pixels.
        room = min(metrics.horizontalAdvance(self.text()) + 2, self.width() - left - self._padding() + 2)
        shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(left, 0, room, self.height()), int(Qt.AlignmentFlag.AlignVCenter), shown)
        left += room - 2
        if self._trailing_icon:
            size_px = theme.icon_px("small")
            box = QRect(left + theme.space(), 0, size_px, self.height())
            paint_icon(painter, theme, self._trailing_icon, box, token if "link" in self._kind else "text_2", size_px)
        if self._keys and self.isEnabled():
            ink, edge = self._key_colours()
            paint_key_caps(painter, theme, self._keys, QRect(left + 10, 0, 0, self.height()), ink, edge)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self.updateGeometry()

    def _key_colours(self) -> tuple[QColor, QColor]:
        if self._kind == "primary":
            return self._theme.color("on_accent"), self._theme.color("on_accent", 0.5)
        return self._theme.color("text_2"), self._theme.color("line")

    def _label_font(self) -> QFont:
        if self.property("tier") == "small":
            return self._theme.font("small", 500)
        return self._theme.font("label", 600 if self._kind == "primary" else None)

    def _icon_px(self) -> int:
        return self._theme.icon_px("small" if self.property("tier") == "small" else "default")

    def _padding(self) -> int:
        return _PADDING.get(self._kind, 11 if self.property("tier") == "small" else 12)

    def _height(self) -> int:
        if self._kind == "primary" or self.property("tier") == "large":
            return self._theme.height("button_primary")
        return self._theme.height("control_small" if self.property("tier") == "small" else "control")

    def _say_tooltip(self) -> None:
        self.setToolTip(plain(self._why_blocked or with_keys(self._help, self.shortcut())))


class IconButton(QToolButton):
    """A square that shows an icon alone."""

    def __init__(
        self,
        theme: ThemeManager,
        icon: str,
        tooltip: str,
        *,
        keys: str | QKeySequence = "",
        size: str = "normal",
        icon_px: int = 16,
        checkable: bool = False,
        kind: str = "plain",
        token: str = "text_2",
    ) -> None:
        """Args:
        theme: where colours come from.
        icon: an icon name.
        tooltip: what it does; also its accessible name. The shortcut is added.
        keys: the shortcut.
        size: normal (32) or small (28).
        icon_px: side of the icon.
        checkable: whether it stays pressed.
        kind: plain (no line) or tool (surface with a line, as in tool rows).
        token: the icon's colour token.
        """
        super().__init__()
        self._theme = theme
        self._icon_name = icon
        self._icon_px = icon_px
        self._token = token
        self._help = tooltip
        self.setProperty("kind", kind)
        side = theme.height("control" if size == "normal" else "control_small")
        self.setFixedSize(side, side)
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(tooltip)
        if keys:
            self.setShortcut(QKeySequence(keys))
        self.setToolTip(plain(with_keys(tooltip, self.shortcut())))
        theme.changed.connect(self.update)

    def set_icon_name(self, name: str) -> None:
        """Change the icon."""
        self._icon_name = name
        self.update()

    def set_help(self, tooltip: str) -> None:
        """Change what the tooltip says it does."""
        self._help = tooltip
        self.setAccessibleName(tooltip)
        self.setToolTip(plain(with_keys(tooltip, self.shortcut())))

    def set_blocked(self, reason: str) -> None:
        """Disable the button with the reason as its tooltip; an empty reason enables it."""
        self.setEnabled(not reason)
        self.setToolTip(plain(reason or with_keys(self._help, self.shortcut())))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.text, option.icon = "", QIcon()
        painter.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
        token = self._token if self.isEnabled() else "text_disabled"
        if self.isEnabled() and self.isChecked():
            token = "accent_text"
        paint_icon(painter, self._theme, self._icon_name, self.rect(), token, self._icon_px)


def key_caps(sequence: QKeySequence) -> tuple[str, ...]:
    """The keys of a shortcut as the system names them, one word each."""
    text = sequence.toString(QKeySequence.SequenceFormat.NativeText)
    names = {"Return": "↵", "Enter": "↵"}
    return tuple(names.get(key, key) for key in text.replace("++", "+Plus").split("+")) if text else ()


def with_keys(sentence: str, sequence: QKeySequence) -> str:
    """A tooltip: the sentence, then its shortcut."""
    keys = sequence.toString(QKeySequence.SequenceFormat.NativeText)
    return f"{sentence}  ({keys})" if sentence and keys else sentence or keys
