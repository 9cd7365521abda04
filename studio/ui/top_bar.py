"""The bar at the top: the mark, the four tabs, the sheets, the theme."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QWidget
from typing_extensions import override

from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import IconButton
from studio.ui.widgets.flow import row
from studio.ui.widgets.labels import Label
from studio.ui.widgets.messages import Icon
from studio.ui.widgets.plain import plain
from studio.ui.widgets.segmented import Choice, SegmentedControl

TABS = (
    Choice(key="dataset", text="Dataset", icon="images"),
    Choice(key="configure", text="Configure", icon="sliders-horizontal"),
    Choice(key="train", text="Train", icon="chart-spline"),
    Choice(key="classify", text="Classify", icon="scan-search"),
)
_TAB_PX = 116
_TAB_COMPACT_PX = 104
_TRACK_PX = 40


class TopBar(QWidget):
    """Mark and name left, tabs in the middle, About, keyboard sheet and theme right."""

    tab_chosen = Signal(str)
    sheet_asked = Signal()
    about_asked = Signal()

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from; the bar's button changes it.
        """
        super().__init__()
        self._theme = theme
        self.setProperty("surface", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.tabs = SegmentedControl(
            theme,
            TABS,
            height_px=_TRACK_PX,
            role="label",
            part_px=_TAB_PX,
            inset_px=4,
            gap_px=2,
            accessible_name="Tabs",
        )
        for number, choice in enumerate(TABS, start=1):
            self.tabs.part(choice.key).setToolTip(plain(f"{choice.text}  (Ctrl+{number})"))
        self.tabs.chosen.connect(self.tab_chosen)
        self._sheet = IconButton(theme, "keyboard", "Keyboard shortcuts", keys="F1", icon_px=18)
        self._sheet.clicked.connect(self.sheet_asked)
        self._about = IconButton(theme, "info", "About Spotless Studio", keys="Shift+F1", icon_px=18)
        self._about.clicked.connect(self.about_asked)
        self._look = IconButton(theme, "moon", "Dark look", keys="Ctrl+Shift+L", icon_px=18)
        self._look.clicked.connect(theme.toggle)
        name = Label("Spotless Studio", "heading")
        name.setFont(theme.font("heading", px=14))
        left = row(Icon(theme, "mark", "accent", 24), name, None, gap=theme.space(1.25))
        right = row(None, self._about, self._sheet, self._look, gap=0)
        layout = QGridLayout(self)
        layout.setContentsMargins(16, 0, theme.space(2), 0)
        layout.addLayout(left, 0, 0)
        layout.addWidget(self.tabs, 0, 1, Qt.AlignmentFlag.AlignVCenter)
        layout.addLayout(right, 0, 2)
        layout.setColumnStretch(0, 1)
        layout.setColumnStretch(2, 1)
        self.setFixedHeight(theme.height("top_bar"))
        theme.bind(self, self._restyle)

    def set_compact(self, is_compact: bool) -> None:
        """Use the narrow layout or the wide one."""
        self.tabs.set_part_width(_TAB_COMPACT_PX if is_compact else _TAB_PX)
        self.setFixedHeight(self._theme.height("top_bar_compact" if is_compact else "top_bar"))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._theme.color("line"))

    def _restyle(self) -> None:
        self._look.set_icon_name("sun" if self._theme.is_dark else "moon")
        self._look.set_help("Light look" if self._theme.is_dark else "Dark look")
        self.update()
