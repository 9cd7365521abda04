"""The lists beside the picture: kinds of dirt, look-alikes."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from studio.core.registry import LOOK_ALIKES
from studio.core.sections import DirtSettings
from studio.ui.kind_pages import KindPages
from studio.ui.theme import ThemeManager

LIMIT_MS = 10_000
GROUPS = ("material", "print", "wear", "water", "light")


@pytest.fixture
def pages(qtbot: QtBot, theme: ThemeManager) -> KindPages:
    """Beside a picture 384 px high, at the look-alikes."""
    pages = KindPages(theme)
    qtbot.addWidget(pages)
    pages.resize(189, 384)
    pages.show()
    pages.switch.part("look_alikes").click()
    return pages


def test_every_look_alike_has_a_row_and_groups_follow_one_another(pages: KindPages) -> None:
    rows = pages.look_alikes.rows
    assert set(rows) == set(LOOK_ALIKES.names())
    groups = [group for group, _ in itertools.groupby(LOOK_ALIKES[name].traits["group"] for name in rows)]
    assert groups == [group for group in GROUPS if group in groups]


def test_rows_lie_below_one_another_and_scroll(pages: KindPages) -> None:
    tops = [row.y() for row in pages.look_alikes.all_rows]
    assert tops == sorted(tops)
    assert all(after - before >= 46 for before, after in itertools.pairwise(tops))
    assert pages.look_alikes.verticalScrollBar().maximum() > 0


def test_how_often_a_dish_is_varied_stands_above_all(pages: KindPages) -> None:
    pages.show_settings(DirtSettings(vary=0.4))
    assert pages.look_alikes.all_rows[0] is pages.vary
    assert pages.vary.strength == 0.4


def test_a_look_alike_that_the_settings_do_not_name_shows_its_own_share(pages: KindPages) -> None:
    pages.show_settings(DirtSettings(look_alikes={"steel": 0.9}))
    assert pages.look_alikes.strengths["steel"] == 0.9
    pages.show_settings(DirtSettings())
    assert pages.look_alikes.strengths["steel"] == LOOK_ALIKES["steel"].traits["strength"]


def test_the_mouse_on_a_row_shows_it_and_beside_it_the_chosen_one_again(qtbot: QtBot, pages: KindPages) -> None:
    steel, glints = (pages.look_alikes.rows[name] for name in ("steel", "glints"))
    qtbot.mouseClick(steel, Qt.MouseButton.LeftButton, pos=QPoint(150, 8))
    assert pages.shown_alone == "steel"
    glints.pointed.emit(True)
    qtbot.waitUntil(lambda: pages.shown_alone == "glints", timeout=LIMIT_MS)
    glints.pointed.emit(False)
    qtbot.waitUntil(lambda: pages.shown_alone == "steel", timeout=LIMIT_MS)


def test_a_chosen_row_lets_go_when_it_is_pressed_again(qtbot: QtBot, pages: KindPages) -> None:
    steel = pages.look_alikes.rows["steel"]
    for is_chosen in (True, False):
        qtbot.mouseClick(steel, Qt.MouseButton.LeftButton, pos=QPoint(150, 8))
        assert steel.is_chosen is is_chosen
    assert pages.shown_alone == ""


def test_the_keyboard_shows_what_it_reaches(qtbot: QtBot, pages: KindPages) -> None:
    pages.look_alikes.rows["brushed"].switch.setFocus(Qt.FocusReason.TabFocusReason)
    assert pages.shown_alone == "brushed"


def test_the_page_of_dirt_shows_no_look_alike_by_itself(pages: KindPages) -> None:
    pages.look_alikes.choose("steel")
    pages.switch.part("dirt").click()
    assert pages.shown_alone == ""
    pages.switch.part("look_alikes").click()
    assert pages.shown_alone == "steel"


def test_look_alikes_are_grey_while_no_dish_is_varied(pages: KindPages) -> None:
    slider = pages.look_alikes.rows["steel"].slider
    pages.vary.switch.click()
    assert slider.property("off")
    pages.vary.switch.click()
    assert not slider.property("off")
