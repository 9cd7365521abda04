"""Surfaces: panels with header or footer, cards, hairlines, splitters."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.ui.memory import Memory
from studio.ui.theme import ThemeManager
from studio.ui.widgets.labels import Label


class Hairline(QWidget):
    """A line one device pixel thick."""

    def __init__(self, theme: ThemeManager, orientation: Qt.Orientation = Qt.Orientation.Horizontal) -> None:
        """Args:
        theme: where the colour comes from.
        orientation: horizontal, or vertical between things in a row.
        """
        super().__init__()
        self._theme = theme
        self._is_flat = orientation == Qt.Orientation.Horizontal
        if self._is_flat:
            self.setFixedHeight(1)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        else:
            self.setFixedWidth(1)
            self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.color("line"))


class Panel(QWidget):
    """A filled area; its layout, `body`, stacks from the top without margins."""

    def __init__(self, surface: str = "surface") -> None:
        """Args:
        surface: the colour token it is filled with.
        """
        super().__init__()
        self.setProperty("surface", surface)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)

    def add(self, item: QWidget | QLayout, stretch: int = 0) -> None:
        """Put a widget or layout below what is there."""
        if isinstance(item, QLayout):
            self.body.addLayout(item, stretch)
        else:
            self.body.addWidget(item, stretch)


class PanelHeader(QWidget):
    """The 48 px at the top of a panel: a title left, actions right."""

    def __init__(
        self, theme: ThemeManager, title: str, *, actions: Sequence[QWidget] = (), icon: QWidget | None = None
    ) -> None:
        """Args:
        theme: where measures come from.
        title: the panel's name.
        actions: widgets at the right.
        icon: a widget before the title.
        """
        super().__init__()
        self.title = Label(title, "heading")
        self.note = Label("", "body", "text_3")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.space(2), 0, 6, 0)
        layout.setSpacing(theme.space(0.5))
        if icon is not None:
            layout.addWidget(icon)
        layout.addWidget(self.title)
        layout.addSpacing(theme.space(0.5))
        layout.addWidget(self.note)
        layout.addStretch(1)
        for action in actions:
            layout.addWidget(action)
        self.setFixedHeight(theme.height("panel_header"))


class PanelFooter(QWidget):
    """The 72 px that close an inspector: what an action costs left, the primary action right, a hairline above."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__()
        self._theme = theme
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(theme.space(2), 2, theme.space(2), 0)
        self.row.setSpacing(theme.space(2))
        self.setFixedHeight(theme.height("panel_footer"))
        theme.changed.connect(self.update)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(0, 0, self.width(), 1, self._theme.color("line"))


class Card(QFrame):
    """A rounded surface with a line around it."""

    def __init__(self, kind: str = "true") -> None:
        """Args:
        kind: `true` for a card, `plot` for the ground of a plot.
        """
        super().__init__()
        self.setProperty("card", kind)


class ScrollPanel(QScrollArea):
    """A column that scrolls when it is higher than its place; `content` is the widget to lay out."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.content = QWidget()
        self.content.setProperty("scrolled", "true")
        self.setWidget(self.content)
        self.viewport().setAutoFillBackground(False)
        self._right_px: int | None = None
        self._is_kept_high = False
        self.verticalScrollBar().rangeChanged.connect(self._give_lane)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_eaten = super().eventFilter(watched, event)
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self._make_room()
        return is_eaten

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Let the column be as high as its broken lines need: Qt asks for the height without knowing the width."""
        content = self.widget()  # not the first one, which is gone where another was put in its place
        layout = content.layout() if content is not None else None
        if content is not None and layout is not None and layout.hasHeightForWidth():
            content.setMinimumHeight(layout.totalMinimumHeightForWidth(self.viewport().width()))
            self._is_kept_high = True
        elif content is not None and self._is_kept_high:
            content.setMinimumHeight(0)  # the lines that were broken are hidden
            self._is_kept_high = False

    def _give_lane(self, low: int, high: int) -> None:
        """Take the scroll bar's lane out of the margin, so that nothing moves when it appears."""
        content, lane = self.widget(), self.verticalScrollBar().sizeHint().width()
        layout = content.layout() if content is not None else None
        if layout is None:
            return
        margins = layout.contentsMargins()
        if self._right_px is None:
            self._right_px = margins.right()
        margins.setRight(self._right_px - lane if high > low and self._right_px >= lane else self._right_px)
        layout.setContentsMargins(margins)


class HairSplitter(QSplitter):
    """Panels parted by a hairline that can be dragged; where it lies is remembered."""

    def __init__(self, theme: ThemeManager, name: str, orientation: Qt.Orientation = Qt.Orientation.Horizontal) -> None:
        """Args:
        theme: where measures come from.
        name: what its place is remembered under; empty to forget it.
        orientation: the direction in which panels follow one another.
        """
        super().__init__(orientation)
        self._name = f"splitters/{name}" if name else ""
        self.setHandleWidth(theme.width("splitter"))
        self.setChildrenCollapsible(False)
        self.splitterMoved.connect(self._remember)

    def restore(self, settings: Memory) -> None:
        """Put the boundaries where they were left, and remember them in `settings` from now on."""
        self._settings = settings
        state = settings.value(self._name) if self._name else None
        if isinstance(state, QByteArray):
            self.restoreState(state)

    def _remember(self) -> None:
        settings = getattr(self, "_settings", None)
        if settings is not None and self._name:
            settings.setValue(self._name, self.saveState())
