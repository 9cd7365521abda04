"""The open dataset when it changes outside the window; what was set aside, as a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.core.children import never
from studio.data.import_job import import_manifest
from studio.data.manifest import Manifest, Rejected
from studio.ui.aside_groups import aside_groups
from studio.ui.dataset_tab import DatasetTab
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from tests.data.pictures import save_dishes, silent
from tests.ui.painter_here import PainterHere

LIMIT_MS = 30_000


@pytest.fixture
def tab(qtbot: QtBot, session: Session, theme: ThemeManager, tmp_path: Path) -> DatasetTab:
    session.painter = PainterHere()  # type: ignore[assignment]
    save_dishes(tmp_path / "plates", 4)
    import_manifest([tmp_path / "plates"], tmp_path / "dataset", emit=silent, should_stop=never, workers=0)
    tab = DatasetTab(session, theme)
    qtbot.addWidget(tab)
    tab.resize(1280, 712)
    tab.set_compact(False)
    tab.show()
    session.open_dataset(tmp_path / "dataset")
    qtbot.waitUntil(lambda: tab.watch.found is not None, timeout=LIMIT_MS)
    return tab


def _dataset(session: Session) -> Manifest:
    assert session.dataset is not None
    return session.dataset


def _has(tab: DatasetTab, key: str) -> Callable[[], bool]:
    return lambda: tab.facts is not None and tab.facts.aside(key) is not None


def test_a_photo_moved_away_is_listed_as_missing_and_can_be_removed(
    qtbot: QtBot, tab: DatasetTab, session: Session, tmp_path: Path
) -> None:
    sample = _dataset(session).samples[0]
    _dataset(session).picture(sample).rename(tmp_path / "elsewhere.jpg")
    qtbot.waitUntil(_has(tab, "missing"), timeout=LIMIT_MS)
    tab.overview.aside_pressed.emit("missing")
    assert [entry.sample for entry in tab.wall.aside.entries] == [sample.id]
    qtbot.keyClick(tab.wall.aside, Qt.Key.Key_Delete)
    assert sample.id not in _dataset(session).by_id
    qtbot.waitUntil(lambda: not tab.editor.is_saving, timeout=LIMIT_MS)


def test_photos_of_a_moved_folder_are_found_where_they_are_now(
    qtbot: QtBot, tab: DatasetTab, session: Session, tmp_path: Path
) -> None:
    (tmp_path / "plates").rename(tmp_path / "archive")
    qtbot.waitUntil(_has(tab, "missing"), timeout=LIMIT_MS)
    assert not tab.wall.moved_bar.isVisible()
    tab.overview.aside_pressed.emit("missing")
    assert tab.wall.moved_bar.point.isVisible()
    with qtbot.waitSignal(session.message, timeout=LIMIT_MS) as told:
        tab.missing.look_in(str(tmp_path / "archive"))
    assert told.args[1] == f"4 photos found in {tmp_path / 'archive'}."
    assert {_dataset(session).picture(one).parent for one in _dataset(session).samples} == {tmp_path / "archive"}
    qtbot.waitUntil(lambda: not _has(tab, "missing")(), timeout=LIMIT_MS)
    assert not tab.wall.is_showing_aside and not tab.wall.moved_bar.isVisible()


def test_a_folder_without_the_missing_photos_changes_nothing(
    qtbot: QtBot, tab: DatasetTab, session: Session, tmp_path: Path
) -> None:
    (tmp_path / "plates").rename(tmp_path / "archive")
    qtbot.waitUntil(_has(tab, "missing"), timeout=LIMIT_MS)
    before = session.dataset
    (tmp_path / "empty").mkdir()
    with qtbot.waitSignal(session.message, timeout=LIMIT_MS) as told:
        tab.missing.look_in(str(tmp_path / "empty"))
    assert "None of the missing photos" in told.args[1]
    assert session.dataset is before


def test_photos_that_come_to_lie_beside_the_others_can_all_be_added(
    qtbot: QtBot, tab: DatasetTab, session: Session, tmp_path: Path
) -> None:
    for photo in save_dishes(tmp_path / "camera", 2, first_seed=90):
        photo.rename(tmp_path / "plates" / f"new-{photo.name}")
    qtbot.waitUntil(_has(tab, "new"), timeout=LIMIT_MS)
    tab.overview.aside_pressed.emit("new")
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS):
        qtbot.mouseClick(tab.wall.aside_tools.all_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _dataset(session).counts == {"clean": 6}, timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: not _has(tab, "new")(), timeout=LIMIT_MS)
    assert not tab.wall.is_showing_aside


def test_a_dataset_changed_by_another_program_is_read_again(qtbot: QtBot, tab: DatasetTab, session: Session) -> None:
    with qtbot.waitSignal(session.message, timeout=LIMIT_MS) as told:
        replace(_dataset(session), name="renamed").save()
    assert "changed outside" in told.args[1]
    qtbot.waitUntil(lambda: _dataset(session).name == "renamed", timeout=LIMIT_MS)


def test_the_studio_s_own_changes_are_not_taken_for_someone_else_s(
    qtbot: QtBot, tab: DatasetTab, session: Session
) -> None:
    told: list[str] = []
    session.message.connect(lambda kind, text, details: told.append(text))
    tab.editor.remove([_dataset(session).samples[0].id])
    qtbot.waitUntil(lambda: not tab.editor.is_saving, timeout=LIMIT_MS)
    qtbot.wait(1200)  # longer than files are waited for
    assert not told


def test_a_dataset_whose_folder_is_gone_is_told_once(
    qtbot: QtBot, tab: DatasetTab, session: Session, tmp_path: Path
) -> None:
    with qtbot.waitSignal(session.message, timeout=LIMIT_MS) as told:
        (tmp_path / "dataset").rename(tmp_path / "moved")
    assert told.args[0] == "danger"
    assert "no longer there" in told.args[1]
    assert session.dataset is not None


# What was set aside, as a list


def test_photos_that_look_alike_are_shown_beside_each_other(tab: DatasetTab, session: Session) -> None:
    dataset = _dataset(session)
    first, second = dataset.samples[0].id, dataset.samples[1].id
    groups = aside_groups(replace(dataset, near_duplicates=((first, second),)), None)
    (entry,) = next(group for group in groups if group.key == "duplicates").entries
    assert (entry.key, entry.twin) == (second, first)
    assert entry.files and entry.twin_files


def test_a_picture_in_two_classes_is_shown_though_none_of_them_is_taken(tab: DatasetTab, session: Session) -> None:
    rejected = (Rejected(path="a.jpg", reason="is in two classes", kind="conflict"), Rejected(path="b.jpg", reason="x"))
    group = aside_groups(replace(_dataset(session), rejected=rejected), None)[0]
    assert [bool(entry.files) for entry in group.entries] == [True, False]


def test_all_removed_photos_come_back_at_once(qtbot: QtBot, tab: DatasetTab, session: Session) -> None:
    gone = [sample.id for sample in _dataset(session).samples[:2]]
    tab.editor.remove(gone)
    tab.overview.aside_pressed.emit("removed")
    assert tab.wall.aside_tools.all_button.text() == "Restore all"
    qtbot.mouseClick(tab.wall.aside_tools.all_button, Qt.MouseButton.LeftButton)
    assert set(gone) <= set(_dataset(session).by_id)
    assert not tab.wall.is_showing_aside
    qtbot.waitUntil(lambda: not tab.editor.is_saving, timeout=LIMIT_MS)
