"""The laboratory's own controls: the wipe, the three shares, the pictures of a painting, the sample dishes' card."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from studio.core.registry import LOOK_ALIKES
from studio.core.requests import Painting, Picture
from studio.core.sections import DirtSettings
from studio.data.sample_dishes import SAMPLE_COUNT
from studio.ui.before_after import BeforeAfter
from studio.ui.dirt_laboratory import DirtLaboratory
from studio.ui.dirt_plan import plan_words, share_of_varied
from studio.ui.painting_words import painting_words, real_words, seen_words
from studio.ui.pictures import PaintingPictures, overlay, square_around
from studio.ui.session import Session
from studio.ui.shares_bar import SharesBar
from studio.ui.start_cards import SAMPLE_DISHES
from studio.ui.theme import ThemeManager
from tests.ui.painter_here import PainterHere


def _picture(rgb: tuple[int, int, int], width: int = 80, height: int = 60) -> Picture:
    return Picture(width=width, height=height, rgb=bytes(rgb) * (width * height))


def _painting() -> Painting:
    mask = np.zeros((60, 80, 3), np.uint8)
    mask[20:40, 30:50] = 255
    return Painting(
        before=_picture((250, 250, 250)),
        after=_picture((120, 60, 20)),
        mask=Picture(width=80, height=60, rgb=mask.tobytes()),
        seen=_picture((120, 60, 20), 64, 64),
        coverage=0.11,
        level="medium",
        has_dish=True,
        ms=90.0,
    )


@pytest.fixture
def picture(qtbot: QtBot, theme: ThemeManager) -> BeforeAfter:
    picture = BeforeAfter(theme)
    qtbot.addWidget(picture)
    picture.resize(384, 384)
    picture.show_pictures(PaintingPictures(_painting(), None, theme.color("mask")))
    picture.show()
    return picture


@pytest.fixture
def shares(qtbot: QtBot, theme: ThemeManager) -> SharesBar:
    shares = SharesBar(theme)
    qtbot.addWidget(shares)
    shares.resize(400, 56)
    shares.show()
    return shares


def _color_at(picture: BeforeAfter, x: int, y: int) -> QColor:
    return picture.grab().toImage().pixelColor(x, y)


def test_clean_lies_left_of_the_line_and_dirty_right_of_it(picture: BeforeAfter) -> None:
    picture.set_place(0.5)
    assert _color_at(picture, 100, 250).lightness() > 200
    assert _color_at(picture, 300, 250).lightness() < 100


def test_keys_move_the_line_and_a_double_click_centres_it(qtbot: QtBot, picture: BeforeAfter) -> None:
    place = picture.place
    qtbot.keyClick(picture, Qt.Key.Key_Left)
    assert picture.place < place
    qtbot.keyClick(picture, Qt.Key.Key_End)
    assert picture.place == 1.0
    qtbot.mouseDClick(picture, Qt.MouseButton.LeftButton, pos=QPoint(60, 200))
    assert picture.place == 0.5


def test_dragging_moves_the_line(qtbot: QtBot, picture: BeforeAfter) -> None:
    qtbot.mousePress(picture, Qt.MouseButton.LeftButton, pos=QPoint(192, 192))
    qtbot.mouseMove(picture, QPoint(96, 192))
    qtbot.mouseRelease(picture, Qt.MouseButton.LeftButton, pos=QPoint(96, 192))
    assert picture.place == pytest.approx(0.25, abs=0.01)


def test_the_mask_lies_over_the_dirty_side_alone(picture: BeforeAfter, theme: ThemeManager) -> None:
    picture.set_place(0.5)
    bare = _color_at(picture, 230, 150)
    picture.mask_switch.setChecked(True)
    assert picture.is_marked
    assert _color_at(picture, 230, 150) != bare
    assert _color_at(picture, 150, 150).lightness() > 200


def test_the_overlay_is_translucent_inside_and_full_at_the_edge() -> None:
    mask = QImage(40, 40, QImage.Format.Format_RGB32)
    mask.fill(Qt.GlobalColor.black)
    for x in range(10, 30):
        for y in range(10, 30):
            mask.setPixelColor(x, y, Qt.GlobalColor.white)
    layer = overlay(mask, QColor(214, 36, 178))
    assert layer.pixelColor(5, 5).alpha() == 0
    assert layer.pixelColor(20, 20).alpha() == pytest.approx(153, abs=2)
    assert layer.pixelColor(10, 20).alpha() == 255


def test_the_square_follows_the_dish() -> None:
    photo = QRect(0, 0, 400, 300)
    assert square_around(photo, None) == QRect(50, 0, 300, 300)
    assert square_around(photo, QRectF(0.5, 0.1, 0.5, 0.6)) == QRect(100, 0, 300, 300)


def test_a_dish_wider_than_the_square_is_shown_whole() -> None:
    photo = QRect(0, 0, 400, 300)
    assert square_around(photo, QRectF(0.02, 0.2, 0.96, 0.6)) == photo


def test_a_grip_moves_by_one_per_cent_and_shares_stay_whole(qtbot: QtBot, shares: SharesBar) -> None:
    shares.set_shares(0.3, 0.5, 0.2)
    qtbot.keyClick(shares.grips[0], Qt.Key.Key_Right)
    assert shares.shares == (31, 49, 20)
    qtbot.keyClick(shares.grips[1], Qt.Key.Key_Home)
    assert shares.shares == (31, 0, 69)


def test_grips_cannot_pass_each_other(shares: SharesBar) -> None:
    shares.set_shares(0.3, 0.5, 0.2)
    shares.move_cut(0, 95)
    assert shares.shares == (80, 0, 20)


def test_a_grip_follows_the_mouse(qtbot: QtBot, shares: SharesBar) -> None:
    shares.set_shares(0.3, 0.5, 0.2)
    grip = shares.grips[0]
    qtbot.mousePress(grip, Qt.MouseButton.LeftButton)
    qtbot.mouseMove(grip, grip.mapFromParent(QPoint(200, 40)))
    qtbot.mouseRelease(grip, Qt.MouseButton.LeftButton)
    assert shares.shares[0] == pytest.approx(50, abs=1)


def test_without_clean_photos_the_footer_says_what_is_missing() -> None:
    words = plan_words(None, None, is_any_kind_on=True, per_sample_ms=None, cores=2, busy_with="")
    assert words.headline == "No clean photos yet"
    assert words.obstacle


def test_a_painting_says_what_was_done_to_the_dish_and_how_dirty_it_is() -> None:
    words = painting_words(replace(_painting(), look_alikes=("steel", "droplets")), is_alone=False)
    assert words.caption == "Polished steel, water drops + 11 % dirt"
    many = ("steel", "pattern", "chips", "droplets", "glints")
    words = painting_words(replace(_painting(), look_alikes=many), is_alone=False)
    assert words.caption == "Polished steel, patterns, chips and 2 more + 11 % dirt"
    assert words.details == "Polished steel, patterns, chips, water drops, glints + 11 % dirt"
    assert painting_words(_painting(), is_alone=False).caption == "The dish as taken + 11 % dirt"


def test_without_any_look_alike_no_dish_is_varied() -> None:
    off = dict.fromkeys(LOOK_ALIKES.names(), 0.0)
    assert share_of_varied(DirtSettings(vary=0.7)) == 0.7
    assert share_of_varied(DirtSettings(vary=0.7, look_alikes=off)) == 0.0
    assert share_of_varied(DirtSettings(vary=0.7, look_alikes={"steel": 0.0})) == 0.7


def test_the_card_names_as_many_sample_dishes_as_are_drawn() -> None:
    assert SAMPLE_DISHES == SAMPLE_COUNT


def _laboratory(qtbot: QtBot, session: Session, theme: ThemeManager, size: tuple[int, int]) -> DirtLaboratory:
    session.painter = PainterHere()  # type: ignore[assignment]
    laboratory = DirtLaboratory(session, theme)
    qtbot.addWidget(laboratory)
    laboratory.set_compact(size[1] < 500)
    laboratory.resize(*size)
    laboratory.show()
    return laboratory


@pytest.mark.parametrize(
    "size",
    [
        pytest.param((600, 412), id="small, under a message with details"),
        pytest.param((607, 468), id="large, likewise"),
    ],
)
def test_under_a_message_the_last_row_stays_above_the_footer(
    qtbot: QtBot, session: Session, theme: ThemeManager, size: tuple[int, int]
) -> None:
    laboratory = _laboratory(qtbot, session, theme, size)
    bench, footer = laboratory.bench, laboratory.footer
    assert footer.geometry().bottom() < laboratory.height()
    for lowest in (bench.shares, bench.ratio, bench.another):
        assert lowest.mapTo(laboratory, lowest.rect().bottomLeft()).y() < footer.y()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_a_picture_too_narrow_for_its_switch_offers_the_views_in_a_menu(
    qtbot: QtBot, session: Session, theme: ThemeManager
) -> None:
    laboratory = _laboratory(qtbot, session, theme, (600, 412))
    laboratory.set_compact(True)
    bench = laboratory.bench
    assert bench.view_menu.isVisible() and not bench.views.isVisible()
    bench.view_menu.click()
    menu = bench.findChild(QMenu)
    assert menu is not None
    next(action for action in menu.actions() if action.data() == "mask").trigger()
    menu.close()
    assert bench.picture.view == "mask"
    assert bench.view_menu.text() == "Mask"
    laboratory.resize(600, 560)
    assert bench.views.isVisible() and not bench.view_menu.isVisible()


def test_the_picture_grows_with_the_height_of_a_large_screen(
    qtbot: QtBot, session: Session, theme: ThemeManager
) -> None:
    laboratory = _laboratory(qtbot, session, theme, (607, 712))
    designed = laboratory.bench.picture_side()
    laboratory.resize(laboratory.width_for(992), 992)
    assert designed < laboratory.bench.picture_side() == 992 - 48 - 72 - 203


def test_what_the_network_sees_is_said_with_its_size() -> None:
    assert seen_words(_painting(), "dish").caption == "All that the network sees: cut to the dish, 64 × 64 px"
    assert "the whole photo" in seen_words(_painting(), "fit").caption
    lost = replace(_painting(), has_dish=False)
    assert "no dish was found" in seen_words(lost, "dish").caption


def test_a_photo_that_is_not_clean_says_why_nothing_is_painted_on_it() -> None:
    assert real_words("dirty").caption.startswith("A real dirty dish")
    assert real_words("cats").caption.startswith("A photo of cats")
