"""The controls of the dirt laboratory, laid out for a wide window or a small one."""

from __future__ import annotations

import itertools

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget
from typing_extensions import override

from studio.ui.before_after import BeforeAfter
from studio.ui.film_strip import VIEW_TITLES, FilmStrip
from studio.ui.kind_list import KindList
from studio.ui.kind_pages import KindPages
from studio.ui.kind_row import ROW_INSET_PX
from studio.ui.shares_bar import SharesBar
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.inputs import DecimalBox, SpinBox
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.ui.widgets.segmented import Choice, SegmentedControl

_SIDE_PX = 16
_GAP_PX, _COMPACT_GAP_PX = 24, 16
_KINDS_PX, _COMPACT_KINDS_PX = 167, 199
_CAPTION_TOP_PX = 6
_STRIP_TOP_PX, _STRIP_OUT_PX = 10, 4
_SHARES_TOP_PX = 14
_LEAST_PICTURE_PX, _MOST_PICTURE_PX = 140, 900
_WIDE_PICTURE_PX = 760
"""What is painted at 640 px is not worth more than this."""

_SEED_PX = 96
_LEAST_PX, _COMPACT_LEAST_PX = (520, 344), (520, 248)
"""A message with its details unfolded may take a third of a small window."""

FRAMINGS = (
    Choice(key="dish", text="Dish", tooltip="The dish alone, found in each photo"),
    Choice(key="fit", text="Fit", tooltip="The whole photo with a border"),
    Choice(key="crop", text="Crop", tooltip="The centre of the photo"),
    Choice(key="stretch", text="Stretch", tooltip="The whole photo, stretched to a square"),
)
_COMPACT_VIEWS = ("wipe", "before", "after", "mask", "seen")


class DirtBench(QWidget):
    """Picture, views, kinds, shares, ratio, seed: the controls alone, without their meaning."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__()
        self._theme = theme
        self._is_compact = False
        self.picture = BeforeAfter(theme)
        self.strip = FilmStrip(theme)
        self.views = SegmentedControl(
            theme,
            [Choice(key=view, text=_short(view)) for view in _COMPACT_VIEWS],
            height_px=theme.height("control_small"),
            accessible_name="View",
        )
        self.views.part("seen").setToolTip("What the network sees")
        self.view_menu = Button(theme, "Wipe", size="small", kind="tool", tooltip="What is looked at")
        self.view_menu.set_trailing_icon("chevron-down")
        self.view_menu.clicked.connect(self._offer_views)
        self.framing = SegmentedControl(
            theme, FRAMINGS, height_px=theme.height("control_small"), accessible_name="Framing"
        )
        for floating in (self.views, self.view_menu, self.framing):
            floating.setParent(self)
            floating.hide()
        self.pages = KindPages(theme)
        # Both ends count: what was done to the dish, and how much dirt lies on it.
        self.caption = ElidedLabel("", "small", "text_2", mode=Qt.TextElideMode.ElideMiddle)
        self.another = Button(
            theme, "Another one", icon="dices", kind="tool", keys="R", tooltip="Paint other dirt on this photo"
        )
        self.another.show_keys()
        self._seed_title = Label("Seed", "small", "text_2", weight=500)
        self.seed = SpinBox(
            theme, accessible_name="Seed of the dirt", tooltip="Another seed paints other dirt on every photo"
        )
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setGroupSeparatorShown(False)
        self.shares = SharesBar(theme)
        self._ratio_title = Label("Dirty to clean", "small", "text_2", weight=500)
        self.ratio = DecimalBox(
            theme,
            unit=": 1",
            least_decimals=1,
            accessible_name="Dirty samples per clean photo",
            tooltip="Dirty samples per clean photo; dirty photos that you have count",
        )
        self.ratio.setRange(0, 1000)
        self.ratio.setSingleStep(0.5)
        self._children = (
            self.picture, self.caption, self.strip, self.pages, self.another,
            self._seed_title, self.seed, self.shares, self._ratio_title, self.ratio,
        )  # fmt: skip
        for child in self._children:
            child.setParent(self)
        for box in (self.seed, self.ratio):
            box.lineEdit().setAcceptDrops(False)
        self.setMinimumSize(*_LEAST_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._order_tabs()

    @property
    def is_compact(self) -> bool:
        """Whether the layout for a small window is used."""
        return self._is_compact

    @property
    def kinds(self) -> KindList:
        """The kinds of dirt."""
        return self.pages.kinds

    def set_compact(self, is_compact: bool) -> None:
        """Use the layout for a small window, or the other one."""
        self._is_compact = is_compact
        self.setMinimumSize(*(_COMPACT_LEAST_PX if is_compact else _LEAST_PX))
        self.strip.setVisible(not is_compact)
        self.picture.set_corner(*((self.views, self.view_menu) if is_compact else (None,)))
        self._arrange()

    def show_view(self, view: str) -> None:
        """Show one view large, and mark it wherever it can be chosen."""
        self.picture.set_view(view)
        self.strip.show_view(view)
        self.views.blockSignals(True)
        self.views.choose(view)
        self.views.blockSignals(False)
        self.view_menu.set_text(_short(view))
        self.view_menu.resize(self.view_menu.sizeHint())
        self.picture.set_bottom(self.framing if view == "seen" else None)

    def set_blocked(self, reason: str) -> None:
        """Leave only the photo itself to look at, with the reason; an empty reason allows all."""
        self.strip.set_blocked(reason)
        self.another.set_blocked(reason)
        self.views.setEnabled(not reason)
        self.view_menu.set_blocked(reason)

    def picture_side(self) -> int:
        """Side of the large picture, px."""
        return self.picture.width()

    def width_for(self, height_px: int) -> int:
        """The width at which the picture uses all of a height, px."""
        side = min(height_px - self._below_picture(), _WIDE_PICTURE_PX)
        return side + 2 * _SIDE_PX + _GAP_PX + _KINDS_PX

    @override
    def sizeHint(self) -> QSize:
        return QSize(607, 592)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        if self._is_compact:
            self._arrange_compact()
        else:
            self._arrange_wide()

    def _arrange_wide(self) -> None:
        theme = self._theme
        strip = self.strip.height() - 2 * _STRIP_OUT_PX
        line = theme.line_px("small")
        room = self.height() - self._below_picture()
        side = min(self.width() - 2 * _SIDE_PX - _GAP_PX - _KINDS_PX, room, _MOST_PICTURE_PX)
        side = max(side, _LEAST_PICTURE_PX)
        right = _SIDE_PX + side + _GAP_PX
        column = max(_KINDS_PX, self.width() - _SIDE_PX - right)
        control = theme.height("control")
        self.picture.setGeometry(_SIDE_PX, 0, side, side)
        self.caption.setGeometry(_SIDE_PX, side + _CAPTION_TOP_PX, side, line)
        self._place_pages(right, column, side)
        top = side + _CAPTION_TOP_PX + line + _STRIP_TOP_PX
        # The ring of the chosen tile reaches beyond the strip's own pictures.
        out = _STRIP_OUT_PX
        self.strip.setGeometry(_SIDE_PX - out, top - out, side + 2 * out, self.strip.height())
        self.another.setGeometry(right, top, column, control)
        top += control + theme.space()
        self._seed_title.setGeometry(right, top, column - _SEED_PX, control)
        self.seed.setGeometry(right + column - _SEED_PX, top, _SEED_PX, control)
        top = side + _CAPTION_TOP_PX + line + _STRIP_TOP_PX + strip + _SHARES_TOP_PX
        self.shares.setGeometry(_SIDE_PX, top, side, self.shares.height())
        self._ratio_title.setGeometry(right, top, column, self.shares.height() - control)
        self.ratio.setGeometry(right, top + self.shares.height() - control, column, control)

    def _below_picture(self) -> int:
        """What caption, strip and shares take in the wide layout."""
        strip = self.strip.height() - 2 * _STRIP_OUT_PX
        line = self._theme.line_px("small")
        return _CAPTION_TOP_PX + line + _STRIP_TOP_PX + strip + _SHARES_TOP_PX + self.shares.height() + 10

    def _arrange_compact(self) -> None:
        theme = self._theme
        control, line = theme.height("control"), theme.line_px("small")
        below = _CAPTION_TOP_PX + line + theme.space(1.5) + self.shares.height() + theme.space(2)
        side = min(self.width() - 2 * _SIDE_PX - _COMPACT_GAP_PX - _COMPACT_KINDS_PX, self.height() - below)
        side = max(side, _LEAST_PICTURE_PX)
        right = _SIDE_PX + side + _COMPACT_GAP_PX
        column = max(_COMPACT_KINDS_PX, self.width() - _SIDE_PX - right)
        self.picture.setGeometry(_SIDE_PX, 0, side, side)
        self.caption.setGeometry(_SIDE_PX, side + _CAPTION_TOP_PX, side, line)
        button_top = side - control
        self._place_pages(right, column, button_top - theme.space())
        self.another.setGeometry(right, button_top, column, control)
        top = side + _CAPTION_TOP_PX + line + theme.space(1.5)
        self.shares.setGeometry(_SIDE_PX, top, side, self.shares.height())
        half = (column - _COMPACT_GAP_PX) // 2
        for title, box, left in (
            (self._ratio_title, self.ratio, right),
            (self._seed_title, self.seed, right + column - half),
        ):
            title.setGeometry(QRect(left, top, half, self.shares.height() - control))
            box.setGeometry(QRect(left, top + self.shares.height() - control, half, control))

    def _place_pages(self, left: int, width: int, height: int) -> None:
        """Rows stand in the column; their ground and the scroll bar reach beyond it."""
        inset, lane = ROW_INSET_PX, self._theme.width("scroll_bar")
        self.pages.setGeometry(left - inset, 0, width + 2 * inset + lane, height)

    def _offer_views(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        for view in _COMPACT_VIEWS:
            action = menu.addAction(VIEW_TITLES[view])
            action.setData(view)
            action.setCheckable(True)
            action.setChecked(view == self.picture.view)
            group.addAction(action)
        menu.triggered.connect(self._choose_view)
        menu.popup(self.view_menu.mapToGlobal(QPoint(0, self.view_menu.height() + 4)))

    def _choose_view(self, action: QAction) -> None:
        self.views.part(action.data()).click()

    def _order_tabs(self) -> None:
        order: list[QWidget] = [self.picture, self.picture.mask_switch, *self.strip.tiles.values()]
        order += [*self.pages.controls(), self.another, self.seed, *self.shares.grips, self.ratio]
        for before, after in itertools.pairwise(order):
            QWidget.setTabOrder(before, after)


def _short(view: str) -> str:
    """`What it sees` as `Sees`, where room is scarce."""
    return VIEW_TITLES[view].rpartition(" ")[2].capitalize()
