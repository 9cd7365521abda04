"""The ring around whatever the keyboard is on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QSlider, QWidget
from typing_extensions import override

from studio.ui.theme import ThemeManager


class FocusRing(QWidget):
    """Drawn over the window, two pixels outside the focused control, only after focus moved by keyboard.

    Inputs show focus by their own border; a widget that draws its own ring sets the property `ownFocus`, one with
    another corner radius sets `focusRadius`, one whose parent is to be ringed instead sets `ringsParent`.
    """

    def __init__(self, theme: ThemeManager, window: QWidget) -> None:
        """Args:
        theme: where the colour comes from.
        window: the window that is watched.
        """
        super().__init__(window)
        self._theme = theme
        self._window = window
        self._target: QWidget | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._follow)
        theme.changed.connect(self.update)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide):
            self._place()
        return False

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self._theme.theme.tokens["line_px"]["focus_ring"]
        painter.setPen(QPen(self._theme.color("focus"), width))
        own = self._target.property("focusRadius") if self._target is not None else None
        radius = (self._theme.radius("control") if own is None else int(own)) + width
        box = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.drawRoundedRect(box, radius, radius)

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        if self._target is not None:
            self._target.removeEventFilter(self)
        self._target = now if now is not None and self._wants_ring(now) else None
        if self._target is not None and self._target.property("ringsParent"):
            self._target = self._target.parentWidget()
        if self._target is not None:
            self._target.installEventFilter(self)
        self._place()

    def _wants_ring(self, widget: QWidget) -> bool:
        if widget.window() is not self._window or widget.property("ownFocus"):
            return False
        by_keyboard = self._window.testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        is_usual = isinstance(widget, QAbstractButton | QSlider | QAbstractItemView)
        return by_keyboard and (is_usual or bool(widget.property("ringsParent")))

    def _place(self) -> None:
        if self._target is None or not self._target.isVisible():
            self.hide()
            return
        tokens = self._theme.theme.tokens["line_px"]
        out = tokens["focus_ring"] + tokens["focus_offset"]
        corner = self._target.mapTo(self._window, QPoint(0, 0))
        self.setGeometry(
            corner.x() - out,
            corner.y() - out,
            self._target.width() + 2 * out,
            self._target.height() + 2 * out,
        )
        self.raise_()
        self.show()
