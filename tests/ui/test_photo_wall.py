"""The wall of photos: finding, sorting, selecting, and ten thousand of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from studio.data.manifest import Manifest, Sample
from studio.ui.photo_wall import PhotoWall
from studio.ui.theme import ThemeManager
from studio.ui.thumbnails import Thumbnails
from tests.data.pictures import dish, photo


@pytest.fixture
def thumbnails() -> Iterator[Thumbnails]:
    thumbnails = Thumbnails()
    yield thumbnails
    thumbnails.close()


@pytest.fixture
def wall(qtbot: QtBot, theme: ThemeManager, thumbnails: Thumbnails, tmp_path: Path) -> PhotoWall:
    """Twelve clean photos, five dirty ones, two painted."""
    wall = PhotoWall(theme, thumbnails)
    qtbot.addWidget(wall)
    wall.resize(440, 712)
    wall.set_manifest(_manifest(tmp_path, clean=12, dirty=5))
    wall.show()
    wall.grid.setFocus()
    return wall


def _manifest(folder: Path, *, clean: int, dirty: int) -> Manifest:
    samples: list[Sample] = []
    for number in range(clean):
        family = photo(number, children=2 if number == 0 else 0)
        samples += [
            replace(family[0], path=f"/photos/IMG_{number + 1}.jpg", mtime=number, width=100, height=100 + number)
        ]
        samples += family[1:]
    for number in range(dirty):
        samples += [replace(photo(1000 + number, label="dirty")[0], path=f"/photos/used {number}.jpg")]
    return Manifest(folder=folder, name="plates", samples=tuple(samples))


def _names(wall: PhotoWall) -> list[str]:
    return [Path(sample.path).name for sample in wall.model.samples]


def test_a_painted_sample_tells_its_dirt_and_what_its_dish_became(wall: PhotoWall, tmp_path: Path) -> None:
    family = photo(1, children=1)
    child = replace(family[1], level="light", kinds=("smear", "crumbs"), look_alikes=("steel", "droplets", "gone"))
    wall.set_manifest(Manifest(folder=tmp_path, name="plates", samples=(family[0], child)))
    row = wall.model.row_of(child.id)
    assert row is not None
    told = wall.model.data(wall.model.index(row), Qt.ItemDataRole.ToolTipRole).splitlines()
    assert told[2:] == ["Dirt: smears, crumbs", "Dish: polished steel, water drops, gone"]


def test_each_class_has_its_section_and_painted_ones_their_own(wall: PhotoWall) -> None:
    told = [(section.look.title, section.count) for section in wall.model.sections]
    assert told == [("Clean", 12), ("Dirty", 5), ("Dirty, painted", 2)]


def test_names_sort_as_people_count(wall: PhotoWall) -> None:
    assert _names(wall)[:3] == ["IMG_1.jpg", "IMG_2.jpg", "IMG_3.jpg"]
    assert _names(wall)[9] == "IMG_10.jpg"


def test_the_order_can_be_changed_and_the_selection_stays(wall: PhotoWall) -> None:
    wall.grid.choose(2)
    wall.sort_by("newest")
    assert _names(wall)[0] == "IMG_12.jpg"
    assert [Path(sample.path).name for sample in wall.chosen()] == ["IMG_3.jpg"]


def test_finding_keeps_what_has_every_word_in_its_name(qtbot: QtBot, wall: PhotoWall) -> None:
    qtbot.keyClicks(wall.search, "3 used")
    assert _names(wall) == ["used 3.jpg"]
    wall.search.clear()
    assert len(_names(wall)) == 19


def test_arrows_move_across_rows_and_classes(qtbot: QtBot, wall: PhotoWall) -> None:
    grid = wall.grid
    assert grid.columns == 4
    grid.choose(5)
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert grid.currentIndex().row() == 9
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert grid.currentIndex().row() == 13  # the second of the dirty ones
    qtbot.keyClick(grid, Qt.Key.Key_Up)
    assert grid.currentIndex().row() == 9
    qtbot.keyClick(grid, Qt.Key.Key_End)
    assert grid.currentIndex().row() == 18


def test_shift_selects_from_the_first_to_the_last(qtbot: QtBot, wall: PhotoWall) -> None:
    grid = wall.grid
    grid.choose(1)
    for _ in range(3):
        qtbot.keyClick(grid, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert grid.chosen_rows() == [1, 2, 3, 4]
    assert wall.bar.isVisible()


def test_a_click_selects_and_control_adds(qtbot: QtBot, wall: PhotoWall) -> None:
    grid = wall.grid
    for row, modifier in ((2, Qt.KeyboardModifier.NoModifier), (7, Qt.KeyboardModifier.ControlModifier)):
        place = grid.visualRect(wall.model.index(row)).center()
        qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, modifier, place)
    assert grid.chosen_rows() == [2, 7]


def test_a_frame_drawn_with_the_mouse_selects_what_it_touches(qtbot: QtBot, wall: PhotoWall) -> None:
    grid = wall.grid
    first, last = grid.visualRect(wall.model.index(0)), grid.visualRect(wall.model.index(5))
    qtbot.mousePress(grid.viewport(), Qt.MouseButton.LeftButton, pos=first.topLeft() - QPoint(6, 6))
    qtbot.mouseMove(grid.viewport(), last.center())
    qtbot.mouseRelease(grid.viewport(), Qt.MouseButton.LeftButton, pos=last.center())
    assert grid.chosen_rows() == [0, 1, 4, 5]


def test_every_place_of_the_wall_belongs_to_the_photo_drawn_there(wall: PhotoWall) -> None:
    for row in range(len(wall.model.samples)):
        wall.grid.scrollTo(wall.model.index(row))
        assert wall.grid.indexAt(wall.grid.visualRect(wall.model.index(row)).center()).row() == row


def test_delete_asks_for_the_removal_of_what_is_selected(qtbot: QtBot, wall: PhotoWall) -> None:
    wall.grid.choose(3)
    with qtbot.waitSignal(wall.remove_wanted) as asked:
        qtbot.keyClick(wall.grid, Qt.Key.Key_Delete)
    assert asked.args[0] == (wall.model.sample(3).id,)


def test_the_menu_moves_photos_to_another_class(qtbot: QtBot, wall: PhotoWall) -> None:
    wall.grid.choose(3)
    into = wall.menu().actions()[0].menu()
    titles = [action.text() for action in into.actions()]  # type: ignore[union-attr]
    assert titles == ["Clean", "Dirty"]
    with qtbot.waitSignal(wall.relabel_wanted) as asked:
        into.actions()[1].trigger()  # type: ignore[union-attr]
    assert asked.args == [(wall.model.sample(3).id,), "dirty"]


def test_the_menu_shows_every_letter_of_a_class(wall: PhotoWall, tmp_path: Path) -> None:
    wall.set_manifest(Manifest(folder=tmp_path, samples=tuple(photo(1, label="salt & pepper")[:1])))
    wall.grid.choose(0)
    into = wall.menu().actions()[0].menu()
    assert into.actions()[0].text().lower() == "salt && pepper"  # type: ignore[union-attr]


def test_painted_samples_cannot_change_class(wall: PhotoWall) -> None:
    wall.show_section("Dirty, painted")
    assert not wall.menu().actions()[0].isEnabled()


def test_what_was_selected_stays_selected_when_others_go(wall: PhotoWall, tmp_path: Path) -> None:
    wall.grid.choose(6)
    chosen = wall.chosen()[0].id
    wall.set_manifest(_manifest(tmp_path, clean=12, dirty=2))
    assert wall.chosen()[0].id == chosen


def test_larger_thumbnails_take_fewer_columns(wall: PhotoWall) -> None:
    wall.size_slider.setValue(150)
    assert wall.grid.columns == 3
    wall.size_slider.setValue(48)
    assert wall.grid.columns == 7


def test_of_ten_thousand_photos_only_those_in_sight_are_read(
    qtbot: QtBot, wall: PhotoWall, thumbnails: Thumbnails, tmp_path: Path
) -> None:
    many = tuple(photo(number)[0] for number in range(10_000))
    wall.set_manifest(Manifest(folder=tmp_path, samples=many))
    asked: set[str] = set()
    read = thumbnails.picture

    def listening(name: str, *rest: object) -> object:
        asked.add(name)
        return read(name, *rest)  # type: ignore[arg-type]

    thumbnails.picture = listening  # type: ignore[assignment]
    wall.grid.verticalScrollBar().setValue(100_000)
    wall.grid.viewport().repaint()
    assert 20 <= len(asked) <= 40


def test_a_thumbnail_arrives_square_and_upright(qtbot: QtBot, thumbnails: Thumbnails, tmp_path: Path) -> None:
    file = tmp_path / "plate.jpg"
    dish(3, width=400, height=200).save(file)
    with qtbot.waitSignal(thumbnails.arrived, timeout=10_000):
        assert thumbnails.picture("plate", [tmp_path / "missing.jpg", file], 95, 6) is None
    picture = thumbnails.picture("plate", [file], 95, 6)
    assert picture is not None
    assert (picture.width(), picture.height()) == (95, 95)


def test_a_file_that_is_no_picture_is_known_as_such(qtbot: QtBot, thumbnails: Thumbnails, tmp_path: Path) -> None:
    file = tmp_path / "plate.jpg"
    file.write_bytes(b"no picture")
    with qtbot.waitSignal(thumbnails.arrived, timeout=10_000):
        thumbnails.picture("plate", [file], 95, 6)
    assert thumbnails.is_unreadable("plate")
