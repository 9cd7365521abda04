"""Every colour, font and measure of the window, read from the one file of design tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import QEasingCurve, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from studio.ui.curve_style import CurveStyle
from studio.ui.stylesheet import stylesheet
from studio.ui.tokens import design_tokens
from studio.ui.typography import font_of, set_fonts

Mode = Literal["light", "dark", "system"]


@dataclass(frozen=True)
class Theme:
    """One look, light or dark: the design tokens with that side chosen.

    Attributes:
        name: `light` or `dark`.
        tokens: the parsed token file.
    """

    name: Literal["light", "dark"]
    tokens: Mapping[str, Any]

    @property
    def is_dark(self) -> bool:
        """Whether this is the dark look."""
        return self.name == "dark"

    def css(self, token: str) -> str:
        """The colour `token` as `#RRGGBB`."""
        color: str = self.tokens["colors"][self.name][token]
        return color

    def color(self, token: str, opacity: float = 1.0) -> QColor:
        """The colour `token`, such as `accent`.

        Args:
            token: a key of the token file's `colors`.
            opacity: 0..1.
        """
        color = QColor(self.css(token))
        color.setAlphaF(opacity)
        return color

    def font(self, role: str, weight: int | None = None, px: int | None = None, *, tabular: bool = False) -> QFont:
        """The font of one step of the type scale.

        Args:
            role: caption, small, body, label, heading, figure, display or code.
            weight: 400, 500 or 600 instead of the step's own.
            px: size instead of the step's own, where the layout gives way.
            tabular: whether all figures are equally wide, for numbers that change or line up; hyphens and stops
                become as wide, so words are not set like that.
        """
        return font_of(role, weight, px, tabular=tabular)

    def line_px(self, role: str) -> int:
        """Line height in px of one step of the type scale."""
        return int(self.tokens["type"][role]["line_px"])

    def height(self, name: str) -> int:
        """A height in px, such as `panel_footer`."""
        return int(self.tokens["height_px"][name])

    def width(self, name: str) -> int:
        """A width in px, such as `sidebar`."""
        return int(self.tokens["width_px"][name])

    def radius(self, name: str) -> int:
        """A corner radius in px: chip, thumbnail, control or card."""
        return int(self.tokens["radius_px"][name])

    def icon_px(self, name: str = "default") -> int:
        """An icon size in px: small, default, tab, card or empty_state."""
        return int(self.tokens["icon_px"][name])

    def space(self, units: float = 1) -> int:
        """A distance in px, counted in the spacing unit of 8 px."""
        return round(units * self.tokens["spacing"]["unit_px"])

    def curve(self, name: str, overlay: int = 0) -> CurveStyle:
        """How a curve is drawn.

        Args:
            name: train, validation, running_batches, learning_rate, images_per_s, best_epoch or overlay.
            overlay: which of the colours for runs laid over the selected one, counted from 0.
        """
        if name == "overlay":
            colours = self.tokens["curves"]["overlay_runs"]
            token = {**colours[overlay % len(colours)], "width_px": 2}
        else:
            token = self.tokens["curves"][name]
        color = QColor(token[self.name])
        color.setAlphaF(token.get("opacity", 1.0))
        return CurveStyle(
            color=color,
            width_px=token.get("width_px", 1),
            dash=tuple(token.get("dash", ())),
            has_marker=bool(token.get("marker")) and name == "validation",
        )

    @property
    def patience_band(self) -> QColor:
        """The pale band between the best epoch and the epoch at which early stopping would end the run."""
        return QColor(self.tokens["curves"]["patience_band"][self.name])

    @property
    def interval_opacity(self) -> float:
        """Opacity of the band that shows a 95 % interval."""
        return float(self.tokens["curves"]["interval_band"]["opacity"])

    def palette(self) -> QPalette:
        """The palette for whatever the style sheet does not reach, such as native dialogs' fallbacks."""
        palette = QPalette()
        role = QPalette.ColorRole
        for target, token in (
            (role.Window, "surface"),
            (role.WindowText, "text"),
            (role.Base, "surface"),
            (role.AlternateBase, "canvas"),
            (role.Text, "text"),
            (role.Button, "surface"),
            (role.ButtonText, "text"),
            (role.BrightText, "on_accent"),
            (role.ToolTipBase, "tooltip"),
            (role.ToolTipText, "tooltip_text"),
            (role.PlaceholderText, "text_3"),
            (role.Highlight, "accent"),
            (role.HighlightedText, "on_accent"),
            (role.Link, "accent_text"),
            (role.Mid, "line"),
            (role.Light, "hover"),
            (role.Dark, "control_line"),
        ):
            palette.setColor(target, self.color(token))
        for target in (role.Text, role.WindowText, role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, target, self.color("text_disabled"))
        return palette


class ThemeManager(QObject):
    """The look in use, and the news that it changed.

    Widgets take colours and fonts from here when they paint, or listen to `changed`. Every reader of `Theme` is
    at hand here too, so a widget needs the manager alone.
    """

    changed = Signal()

    def __init__(self, app: QApplication, mode: Mode = "system") -> None:
        """Load the tokens, the fonts, then dress the application.

        Args:
            app: whose style sheet, palette, font follow the theme.
            mode: light, dark, or system to follow the desktop.
        """
        super().__init__(app)
        self._app = app
        self._tokens = design_tokens()
        self._mode: Mode = mode
        self._is_building = False
        app.setStyle("Fusion")
        set_fonts(app)
        app.styleHints().colorSchemeChanged.connect(self._follow_system)
        self._theme = self._chosen()
        self._dress()

    @property
    def theme(self) -> Theme:
        """The look in use."""
        return self._theme

    @property
    def mode(self) -> Mode:
        """What was asked for: light, dark or system."""
        return self._mode

    @property
    def is_dark(self) -> bool:
        """Whether the look in use is the dark one."""
        return self._theme.is_dark

    def set_mode(self, mode: Mode) -> None:
        """Choose light, dark, or what the desktop says."""
        self._mode = mode
        self._update()

    def toggle(self) -> None:
        """Change from light to dark, or back."""
        self.set_mode("light" if self.is_dark else "dark")

    def css(self, token: str) -> str:
        """See `Theme.css`."""
        return self._theme.css(token)

    def color(self, token: str, opacity: float = 1.0) -> QColor:
        """See `Theme.color`."""
        return self._theme.color(token, opacity)

    def font(self, role: str, weight: int | None = None, px: int | None = None, *, tabular: bool = False) -> QFont:
        """See `Theme.font`."""
        return self._theme.font(role, weight, px, tabular=tabular)

    def line_px(self, role: str) -> int:
        """See `Theme.line_px`."""
        return self._theme.line_px(role)

    def height(self, name: str) -> int:
        """See `Theme.height`."""
        return self._theme.height(name)

    def width(self, name: str) -> int:
        """See `Theme.width`."""
        return self._theme.width(name)

    def radius(self, name: str) -> int:
        """See `Theme.radius`."""
        return self._theme.radius(name)

    def icon_px(self, name: str = "default") -> int:
        """See `Theme.icon_px`."""
        return self._theme.icon_px(name)

    def space(self, units: float = 1) -> int:
        """See `Theme.space`."""
        return self._theme.space(units)

    def curve(self, name: str, overlay: int = 0) -> CurveStyle:
        """See `Theme.curve`."""
        return self._theme.curve(name, overlay)

    def duration_ms(self, name: str) -> int:
        """How long a motion takes in ms; 0 where the system asks for less motion.

        Args:
            name: hover, switch_and_slider, panel_fold or progress.
        """
        if self._app.style().styleHint(self._app.style().StyleHint.SH_Widget_Animation_Duration) == 0:
            return 0
        return int(self._tokens["motion_ms"][name])

    @property
    def easing(self) -> QEasingCurve:
        """The one easing curve of all motion."""
        return QEasingCurve(QEasingCurve.Type.OutCubic)

    def bind(self, widget: QWidget, restyle: Callable[[], None]) -> None:
        """Call `restyle` now, then whenever the theme changes, as long as `widget` lives.

        Args:
            widget: the owner of `restyle`.
            restyle: a bound method of `widget`; Qt drops the connection with its owner.
        """
        restyle()
        self.changed.connect(restyle)

    @contextmanager
    def building(self) -> Iterator[None]:
        """Build a window without the style sheet and dress it once, at the end.

        Qt goes through the whole sheet anew whenever a widget finds its parent: dressed from the start, building the
        window takes twice the time.
        """
        self._is_building = True
        self._app.setStyleSheet("")
        try:
            yield
        finally:
            self._is_building = False
            self._dress()

    def is_compact(self, width_px: int, height_px: int) -> bool:
        """Whether a window of this size uses the compact layout."""
        limits = self._tokens["breakpoints_px"]
        return bool(width_px < limits["compact_width_below"] or height_px < limits["compact_height_below"])

    def _follow_system(self) -> None:
        if self._mode == "system":
            self._update()

    def _update(self) -> None:
        chosen = self._chosen()
        if chosen.name != self._theme.name:
            self._theme = chosen
            self._dress()
            self.changed.emit()

    def _chosen(self) -> Theme:
        if self._mode == "system":
            is_dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
            return Theme("dark" if is_dark else "light", self._tokens)
        return Theme(self._mode, self._tokens)

    def _dress(self) -> None:
        self._app.setPalette(self._theme.palette())
        if not self._is_building:
            self._app.setStyleSheet(stylesheet(self._theme))
