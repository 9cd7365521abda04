"""The Dataset tab through its public door: drops, keys, buttons."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio.core.children import never
from studio.core.errors import UserError
from studio.core.requests import PaintRequest
from studio.core.sections import DirtSettings
from studio.data.import_job import import_manifest
from studio.data.manifest import Manifest
from studio.data.synthesis_job import paint_dataset
from studio.ui.dataset_columns import DatasetColumns
from studio.ui.dataset_tab import DatasetTab
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from tests.data.pictures import dish, save_dishes
from tests.ui.painter_here import PainterHere

LIMIT_MS = 60_000


@pytest.fixture
def painter() -> PainterHere:
    return PainterHere()


@pytest.fixture
def tab(qtbot: QtBot, session: Session, theme: ThemeManager, painter: PainterHere) -> DatasetTab:
    session.painter = painter  # type: ignore[assignment]
    tab = DatasetTab(session, theme)
    qtbot.addWidget(tab)
    tab.resize(1280, 712)
    tab.set_compact(False)
    tab.show()
    return tab


@pytest.fixture(scope="module")
def plates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of six clean photos, two dirty ones and a file that is no picture."""
    place = tmp_path_factory.mktemp("plates")
    save_dishes(place / "photos" / "clean", 6)
    save_dishes(place / "photos" / "dirty", 2, first_seed=50)
    (place / "photos" / "clean" / "broken.jpg").write_bytes(b"no picture")
    import_manifest([place / "photos"], place / "dataset", emit=_unheard, should_stop=never, workers=0)
    return place / "dataset"


@pytest.fixture
def opened(qtbot: QtBot, tab: DatasetTab, session: Session, plates: Path) -> DatasetTab:
    """The tab with a copy of that dataset."""
    folder = session.datasets_folder / "plates"
    shutil.copytree(plates, folder)
    _open(qtbot, session, folder)
    qtbot.waitUntil(lambda: tab.laboratory.painting is not None, timeout=LIMIT_MS)
    return tab


def _largest_asked(painter: PainterHere) -> int:
    return max(request.longest_px for request in painter.asked if isinstance(request, PaintRequest))


def _unanswered(number: int, request: object, channel: str) -> None:
    """The painter is busy."""


def _unheard(event: object) -> None:
    """Nobody listens."""


def _open(qtbot: QtBot, session: Session, folder: Path) -> None:
    with qtbot.waitSignal(session.dataset_changed, timeout=LIMIT_MS):
        session.open_dataset(folder)


def _mime(paths: Sequence[Path]) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def _drag(target: QWidget, mime: QMimeData) -> bool:
    """Drag something over a widget; whether it is welcome."""
    event = QDragEnterEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(target, event)
    return event.isAccepted()


def _drop(target: QWidget, mime: QMimeData) -> None:
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(target, event)


def _names(tab: DatasetTab) -> list[str]:
    return [Path(sample.path).name for sample in tab.wall.model.samples]


# Photos in


def test_a_copied_picture_becomes_a_photo(qtbot: QtBot, opened: DatasetTab, session: Session) -> None:
    before = len(_names(opened))
    QGuiApplication.clipboard().setImage(QImage(dish(seed=77).tobytes(), 96, 72, 3 * 96, QImage.Format.Format_RGB888))
    opened.intake.paste()
    qtbot.waitUntil(lambda: len(_names(opened)) == before + 1, timeout=LIMIT_MS)
    assert "pasted-001.png" in _names(opened)
    qtbot.waitUntil(lambda: not session.is_busy, timeout=LIMIT_MS)


def test_a_copied_picture_that_cannot_be_written_is_refused_with_the_way_out(
    qtbot: QtBot, opened: DatasetTab, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QImage, "save", lambda *_: False)
    QGuiApplication.clipboard().setImage(QImage(4, 4, QImage.Format.Format_RGB888))
    with qtbot.waitSignal(session.message, timeout=LIMIT_MS) as told:
        opened.intake.paste()
    assert "Save it as a file" in told.args[1]
    assert not (session.workspace / "pasted").exists()


def test_a_path_copied_as_text_is_pasted_like_the_file(
    qtbot: QtBot, tab: DatasetTab, session: Session, tmp_path: Path
) -> None:
    save_dishes(tmp_path / "canteen", 2)
    QGuiApplication.clipboard().setText(f'"{tmp_path / "canteen"}"')
    tab.intake.paste()
    qtbot.waitUntil(lambda: len(_names(tab)) == 2, timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: not session.is_busy, timeout=LIMIT_MS)


def test_the_menu_of_painted_samples_offers_to_paint_or_delete_them_all(
    qtbot: QtBot, opened: DatasetTab, session: Session
) -> None:
    assert session.dataset is not None
    dirt = DirtSettings(ratio=1, size_px=80, vary=0)
    paint_dataset(session.dataset, dirt, emit=_unheard, should_stop=never, workers=0)
    _open(qtbot, session, session.dataset.folder)
    row = next(row for row, sample in enumerate(opened.wall.model.samples) if sample.synthetic)
    opened.wall.grid.choose(row)
    offered = {action.text(): action for action in opened.wall.menu().actions()}
    number = session.dataset.painted
    offered[f"Delete all {number} painted samples…"].trigger()
    assert opened.overview.question.isVisible()
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS):
        offered[f"Paint all {number} painted samples anew"].trigger()
        assert session.job is not None and session.job.kind == "generate"
        session.kill_job()


def test_a_dropped_folder_becomes_a_dataset_of_its_name(
    qtbot: QtBot, tab: DatasetTab, session: Session, tmp_path: Path
) -> None:
    save_dishes(tmp_path / "canteen", 4)
    with qtbot.waitSignal(session.dataset_changed, timeout=LIMIT_MS):
        mime = _mime([tmp_path / "canteen"])
        assert _drag(tab, mime)
        _drop(tab, mime)
    assert session.dataset is not None
    assert session.dataset.name == "canteen"
    assert session.dataset.counts == {"clean": 4}
    assert len(_names(tab)) == 4
    qtbot.waitUntil(lambda: not session.is_busy, timeout=LIMIT_MS)


def test_photos_dropped_on_an_open_dataset_are_added(
    qtbot: QtBot, opened: DatasetTab, session: Session, tmp_path: Path
) -> None:
    more = save_dishes(tmp_path / "more", 3, first_seed=90)
    with qtbot.waitSignal(session.dataset_changed, timeout=LIMIT_MS):
        _drag(opened, _mime(more))
        _drop(opened, _mime(more))
    assert session.dataset is not None
    assert session.dataset.counts == {"clean": 9, "dirty": 2}
    qtbot.waitUntil(lambda: not session.is_busy, timeout=LIMIT_MS)


def test_the_zone_lights_up_with_the_number_of_photos(qtbot: QtBot, tab: DatasetTab, tmp_path: Path) -> None:
    save_dishes(tmp_path / "photos", 5)
    _drag(tab, _mime([tmp_path / "photos"]))
    qtbot.waitUntil(lambda: tab.zone.words == "Drop 5 photos", timeout=LIMIT_MS)
    assert tab.zone.is_lit


def test_a_folder_without_photos_is_refused_with_the_reason(qtbot: QtBot, tab: DatasetTab, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("Dear", encoding="utf-8")
    _drag(tab, _mime([tmp_path / "letters"]))
    qtbot.waitUntil(lambda: tab.zone.words == "There are no photos in it", timeout=LIMIT_MS)
    assert not tab.zone.is_lit


def test_a_file_that_is_no_photo_is_refused_while_it_is_dragged(tab: DatasetTab, qtbot: QtBot, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("no photo")
    _drag(tab, _mime([letter]))
    qtbot.waitUntil(lambda: "This is not a photo" in tab.zone.words, timeout=LIMIT_MS)


def test_dragged_text_is_none_of_our_business(tab: DatasetTab) -> None:
    mime = QMimeData()
    mime.setText("not a file")
    assert not _drag(tab, mime)
    assert not tab.zone.is_lit


@pytest.mark.parametrize("is_compact", [False, True])
def test_the_whole_tab_is_the_target(qtbot: QtBot, opened: DatasetTab, tmp_path: Path, is_compact: bool) -> None:
    opened.set_compact(is_compact)
    more = save_dishes(tmp_path / "more", 2, first_seed=70)
    assert _drag(opened.wall.grid.viewport(), _mime(more))
    qtbot.waitUntil(lambda: opened.zone.words == "Drop 2 photos", timeout=LIMIT_MS)
    assert opened.zone.isVisible()


def test_a_dropped_dataset_is_opened(qtbot: QtBot, opened: DatasetTab, session: Session, tmp_path: Path) -> None:
    assert session.dataset is not None
    folder = session.dataset.folder
    session.close_dataset()
    with qtbot.waitSignal(session.dataset_changed, timeout=LIMIT_MS):
        _drag(opened, _mime([folder]))
        _drop(opened, _mime([folder]))
    assert session.dataset.folder == folder


def test_copied_files_are_pasted(qtbot: QtBot, tab: DatasetTab, session: Session, tmp_path: Path) -> None:
    files = save_dishes(tmp_path / "plates", 3)
    QGuiApplication.clipboard().setMimeData(_mime(files))
    with qtbot.waitSignal(session.dataset_changed, timeout=LIMIT_MS):
        tab.start.zone.paste.click()
    assert session.dataset is not None
    assert session.dataset.name == "plates"
    qtbot.waitUntil(lambda: not session.is_busy, timeout=LIMIT_MS)


def test_a_clipboard_without_files_says_so(qtbot: QtBot, tab: DatasetTab, session: Session) -> None:
    QGuiApplication.clipboard().setText("a plate")
    with qtbot.waitSignal(session.message) as heard:
        tab.start.zone.paste.click()
    assert "no photos to paste" in heard.args[1]


# Overview


def test_the_overview_counts_classes_and_what_was_set_aside(qtbot: QtBot, opened: DatasetTab) -> None:
    facts = opened.facts
    assert facts is not None
    assert [(line.look.title, line.count) for line in facts.classes] == [("Clean", 6), ("Dirty", 2)]
    group = facts.aside("rejected")
    assert group is not None
    assert [entry.name for entry in group.entries] == ["broken.jpg"]
    opened.overview.aside_pressed.emit("rejected")
    assert opened.wall.is_showing_aside
    assert list(opened.wall.aside.entries) == list(group.entries)
    qtbot.keyClick(opened.wall.aside, Qt.Key.Key_Escape)
    assert not opened.wall.is_showing_aside


def test_the_overview_is_walked_from_top_to_bottom(qtbot: QtBot, opened: DatasetTab) -> None:
    qtbot.waitUntil(opened.isActiveWindow, timeout=LIMIT_MS)
    opened.overview.zone.setFocus()
    walked = []
    for _ in range(4):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        walked.append(QApplication.focusWidget().accessibleName())
    assert walked == ["Clean: 6", "Dirty: 2", "Change how photos are dealt to the splits", "Rejected: 1"]


def test_a_row_keeps_the_keyboard_while_counts_change(qtbot: QtBot, opened: DatasetTab, session: Session) -> None:
    qtbot.waitUntil(opened.isActiveWindow, timeout=LIMIT_MS)
    opened.overview.zone.setFocus()
    QTest.keyClick(opened.overview.zone, Qt.Key.Key_Tab)
    row = QApplication.focusWidget()
    opened.editor.remove([opened.wall.model.samples[0].id])
    assert QApplication.focusWidget() is row
    assert row.accessibleName() == "Clean: 5"
    qtbot.waitUntil(lambda: not opened.editor.is_saving, timeout=LIMIT_MS)


def test_the_film_strip_is_one_stop_of_the_keyboard(qtbot: QtBot, opened: DatasetTab) -> None:
    strip = opened.laboratory.bench.strip
    stops = [view for view, tile in strip.tiles.items() if tile.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == ["wipe"]
    QTest.keyClick(strip.tiles["wipe"], Qt.Key.Key_Left)
    assert opened.laboratory.bench.picture.view == "mask"
    stops = [view for view, tile in strip.tiles.items() if tile.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == ["mask"]


def test_the_splits_are_dealt_as_a_run_would(qtbot: QtBot, opened: DatasetTab, session: Session) -> None:
    qtbot.waitUntil(lambda: opened.facts is not None and opened.facts.splits is not None, timeout=LIMIT_MS)
    facts = opened.facts
    assert facts is not None and facts.splits is not None
    assert facts.splits.train + facts.splits.val + facts.splits.test == 8
    changed = session.config.edited(data__train_ratio=1.0, data__val_ratio=0.0, data__test_ratio=0.0)
    session.set_config(changed)
    qtbot.waitUntil(lambda: opened.facts.splits.train == 8, timeout=LIMIT_MS)  # type: ignore[union-attr]


def test_a_renamed_dataset_keeps_its_name(qtbot: QtBot, opened: DatasetTab, session: Session) -> None:
    picker = opened.overview.picker
    picker.start_renaming()
    picker.field.setText("Steel bowls")
    with qtbot.waitSignal(opened.editor.saved, timeout=LIMIT_MS):
        qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    assert session.dataset is not None
    assert Manifest.load(session.dataset.folder).name == "Steel bowls"
    assert picker.button.text() == "Steel bowls"


def test_a_dataset_goes_to_the_bin_only_after_a_question(qtbot: QtBot, opened: DatasetTab, session: Session) -> None:
    assert session.dataset is not None
    folder = session.dataset.folder
    opened.overview.picker.delete_wanted.emit()
    assert folder.is_dir()
    assert opened.overview.question.isVisible()
    with qtbot.waitSignal(session.dataset_changed, timeout=LIMIT_MS):
        opened.overview.question.question.accepted.emit()
    assert not folder.exists()
    assert session.dataset is None
    assert opened.primary_action is opened.start.zone.choose
    assert session.recent_datasets() == []


def test_a_small_window_shows_the_overview_as_a_strip(opened: DatasetTab) -> None:
    opened.resize(1024, 560)
    opened.set_compact(True)
    assert opened.overview.isHidden()
    assert opened.strip.isVisible()
    assert opened.laboratory.bench.strip.isHidden()
    opened.set_compact(False)
    assert opened.overview.isVisible()
    assert opened.strip.isHidden()


# Changes by hand


def test_a_removed_photo_comes_back_by_undo(qtbot: QtBot, opened: DatasetTab, session: Session) -> None:
    grid = opened.wall.grid
    grid.choose(1)
    gone = opened.wall.model.sample(1).id
    with qtbot.waitSignal(opened.editor.saved, timeout=LIMIT_MS):
        opened.wall.remove_wanted.emit([gone])
    assert session.dataset is not None
    assert gone not in Manifest.load(session.dataset.folder).by_id
    assert opened.wall.undo_bar.words == "Removed 1 sample"
    with qtbot.waitSignal(opened.editor.saved, timeout=LIMIT_MS):
        opened.wall.undo_bar.undo.click()
    assert gone in Manifest.load(session.dataset.folder).by_id


def test_a_removed_photo_can_be_restored_after_a_restart(qtbot: QtBot, opened: DatasetTab, session: Session) -> None:
    assert session.dataset is not None
    folder, gone = session.dataset.folder, opened.wall.model.sample(0).id
    with qtbot.waitSignal(opened.editor.saved, timeout=LIMIT_MS):
        opened.wall.remove_wanted.emit([gone])
    session.close_dataset()
    with qtbot.waitSignal(opened.editor.removed_changed, timeout=LIMIT_MS):
        session.open_dataset(folder)
    opened.overview.aside_pressed.emit("removed")
    assert [entry.sample for entry in opened.wall.aside.entries] == [gone]
    with qtbot.waitSignal(opened.editor.saved, timeout=LIMIT_MS):
        opened.wall.aside.activated.emit(opened.wall.aside.model().index(0, 0))
    assert gone in Manifest.load(folder).by_id
    assert not opened.wall.is_showing_aside


def test_photos_move_to_another_class_and_back(qtbot: QtBot, opened: DatasetTab, session: Session) -> None:
    moved = opened.wall.model.sample(0).id
    with qtbot.waitSignal(opened.editor.saved, timeout=LIMIT_MS):
        opened.wall.relabel_wanted.emit([moved], "dirty")
    assert session.dataset is not None
    assert session.dataset.counts == {"clean": 5, "dirty": 3}
    with qtbot.waitSignal(opened.editor.saved, timeout=LIMIT_MS):
        opened.editor.undo()
    assert session.dataset.counts == {"clean": 6, "dirty": 2}


def test_what_a_job_wrote_is_not_undone_by_hand(qtbot: QtBot, opened: DatasetTab, session: Session) -> None:
    with qtbot.waitSignal(opened.editor.saved, timeout=LIMIT_MS):
        opened.wall.remove_wanted.emit([opened.wall.model.sample(0).id])
    with qtbot.waitSignal(session.dataset_changed, timeout=LIMIT_MS):
        session.reload_dataset()
    assert not opened.editor.stack.canUndo()


# Laboratory


def test_generate_paints_as_many_as_announced(qtbot: QtBot, opened: DatasetTab, session: Session) -> None:
    laboratory = opened.laboratory
    laboratory.bench.ratio.setValue(1.0)
    assert laboratory.headline == "4 dirty samples will be painted"
    assert laboratory.cost.startswith("6 for 6 clean; 2 are there.")
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS):
        opened.primary_action.button.click()
    qtbot.waitUntil(lambda: session.dataset is not None and session.dataset.painted == 4, timeout=LIMIT_MS)
    assert [section.look.title for section in opened.wall.model.sections] == ["Clean", "Dirty", "Dirty, painted"]
    assert laboratory.headline == "4 dirty samples will be painted anew"
    painted = next(sample for sample in opened.wall.model.samples if sample.synthetic)
    opened.wall.show_sample(painted.id)
    qtbot.waitUntil(lambda: _shown_level(opened) == painted.level, timeout=LIMIT_MS)
    assert painted.id.endswith(f"-{laboratory.variant:03d}")


def test_generate_waits_until_what_was_painted_is_deleted(qtbot: QtBot, opened: DatasetTab, session: Session) -> None:
    opened.editor.delete_painted()
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS):
        opened.jobs.generate()
    qtbot.waitUntil(lambda: session.dataset is not None and session.dataset.painted > 0, timeout=LIMIT_MS)


def test_nothing_is_edited_while_what_was_painted_is_deleted(
    qtbot: QtBot, opened: DatasetTab, session: Session
) -> None:
    told: list[str] = []
    session.message.connect(lambda kind, text, details: told.append(text))
    with qtbot.waitSignal(opened.editor.saved, timeout=LIMIT_MS):
        opened.editor.delete_painted()
        opened.editor.rename("Other")
    assert told == ["The last change is still being written; try again in a moment."]
    assert session.dataset is not None and session.dataset.name != "Other"


def test_painting_is_not_begun_after_a_change_that_could_not_be_kept(
    qtbot: QtBot, opened: DatasetTab, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(state: object) -> None:
        raise UserError("the disk is full")

    with monkeypatch.context() as patch, qtbot.waitSignal(opened.editor.not_saved, timeout=LIMIT_MS):
        patch.setattr("studio.ui.dataset_editor._save", refuse)
        opened.editor.rename("Other")
        opened.jobs.generate()
    with qtbot.waitSignal(opened.editor.saved, timeout=LIMIT_MS):
        opened.editor.rename("Another")
    assert not session.is_busy


def test_a_number_in_the_settings_shows_as_the_ratio_that_results(opened: DatasetTab, session: Session) -> None:
    laboratory = opened.laboratory
    session.set_config(session.config.edited(dirt__total=120))
    assert laboratory.bench.ratio.value() == 20.0  # 6 clean photos
    assert "The settings ask for 120 in all" in laboratory.bench.ratio.toolTip()
    assert laboratory.headline == "118 dirty samples will be painted"
    laboratory.bench.ratio.setValue(2.0)
    laboratory.controls.keep()
    assert (session.config.dirt.ratio, session.config.dirt.total) == (2.0, None)
    assert "in all" not in laboratory.bench.ratio.toolTip()


def _shown_level(tab: DatasetTab) -> str:
    painting = tab.laboratory.painting
    return painting.level if painting is not None else ""


def test_a_painted_sample_is_shown_with_the_dirt_that_it_has(
    qtbot: QtBot, opened: DatasetTab, session: Session, painter: PainterHere
) -> None:
    assert session.dataset is not None
    dirt = DirtSettings(ratio=1, size_px=80, vary=0, seed=3)
    paint_dataset(session.dataset, dirt, emit=_unheard, should_stop=never, workers=0)
    session.set_config(session.config.with_values({"dirt.seed": 5}))
    _open(qtbot, session, session.dataset.folder)
    laboratory = opened.laboratory
    qtbot.waitUntil(lambda: laboratory.painted_with.dirt == dirt, timeout=LIMIT_MS)
    opened.wall.show_section("Dirty, painted")
    caption = laboratory.bench.caption
    qtbot.waitUntil(lambda: caption.text().endswith("painted with other settings"), timeout=LIMIT_MS)
    assert painter.asked[-1].dirt == dirt
    laboratory.paint_another()
    assert painter.asked[-1].dirt.seed == 5
    qtbot.waitUntil(lambda: not caption.text().endswith("painted with other settings"), timeout=LIMIT_MS)


def test_another_photo_is_seen_before_it_is_painted(
    qtbot: QtBot, opened: DatasetTab, painter: PainterHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(painter, "_answer", _unanswered)
    picture = opened.laboratory.bench.picture
    before = picture.grab().toImage()
    opened.wall.grid.choose(1)
    qtbot.waitUntil(lambda: opened.laboratory.painting is None, timeout=LIMIT_MS)
    assert picture.grab().toImage() != before


def test_a_ratio_that_results_is_shown_without_a_tail_of_decimals(opened: DatasetTab, session: Session) -> None:
    session.set_config(session.config.with_values({"dirt.total": 20}))
    assert opened.laboratory.bench.ratio.value() == 3.3


def test_another_one_is_other_dirt_on_the_same_photo(qtbot: QtBot, opened: DatasetTab, session: Session) -> None:
    laboratory = opened.laboratory
    varied = laboratory.painting
    session.set_config(session.config.edited(dirt__vary=0))
    qtbot.waitUntil(lambda: laboratory.painting is not varied, timeout=LIMIT_MS)
    before = laboratory.painting
    assert before is not None
    laboratory.bench.another.click()
    qtbot.waitUntil(lambda: laboratory.painting is not before, timeout=LIMIT_MS)
    after = laboratory.painting
    assert after is not None
    assert after.before == before.before
    assert after.after != before.after


def test_sliding_asks_for_no_more_pictures_than_are_painted(
    qtbot: QtBot, opened: DatasetTab, session: Session, painter: PainterHere
) -> None:
    qtbot.waitUntil(lambda: not opened.laboratory.preview.is_painting, timeout=LIMIT_MS)
    asked = len(painter.asked)
    row = next(iter(opened.laboratory.bench.kinds.rows.values()))
    for value in range(20, 60):
        row.slider.setValue(value)
    assert len(painter.asked) == asked + 1
    name = next(iter(opened.laboratory.bench.kinds.rows))
    qtbot.waitUntil(lambda: len(painter.asked) == asked + 2, timeout=LIMIT_MS)
    assert painter.asked[-1].dirt.kinds[name] == 0.59
    qtbot.waitUntil(lambda: session.config.dirt.kinds.get(name) == 0.59, timeout=LIMIT_MS)


def test_without_any_kind_nothing_can_be_generated(opened: DatasetTab) -> None:
    for row in opened.laboratory.bench.kinds.rows.values():
        row.switch.setChecked(False)
    assert opened.laboratory.headline == "Every kind of dirt is off"
    assert not opened.primary_action.button.isEnabled()


def test_a_kind_switched_on_again_has_the_strength_it_had(opened: DatasetTab, session: Session) -> None:
    name, row = next(iter(opened.laboratory.bench.kinds.rows.items()))
    row.slider.setValue(33)
    row.switch.click()
    assert session.config.dirt.kinds[name] == 0
    row.switch.click()
    assert session.config.dirt.kinds[name] == 0.33


def test_settings_changed_elsewhere_show_in_the_laboratory(opened: DatasetTab, session: Session) -> None:
    dirt = {"dirt__seed": 41, "dirt__total": None, "dirt__ratio": 3.5, "dirt__light": 0.2, "dirt__medium": 0.2}
    session.set_config(session.config.edited(**dirt))
    bench = opened.laboratory.bench
    assert bench.seed.value() == 41
    assert bench.ratio.value() == 3.5
    assert bench.shares.shares == (33, 34, 33)


def test_a_look_alike_is_shown_by_itself_on_the_photo_as_it_was_taken(
    qtbot: QtBot, opened: DatasetTab, painter: PainterHere
) -> None:
    bench = opened.laboratory.bench
    bench.pages.switch.part("look_alikes").click()
    bench.pages.look_alikes.choose("steel")
    qtbot.waitUntil(
        lambda: bench.caption.text() == "Polished steel alone: a clean dish, no dirt on it", timeout=LIMIT_MS
    )
    assert painter.asked[-1].look_alike == "steel"
    bench.pages.switch.part("dirt").click()
    qtbot.waitUntil(lambda: bench.caption.text().endswith("dirt"), timeout=LIMIT_MS)
    assert painter.asked[-1].look_alike is None


def test_shares_of_look_alikes_become_settings(opened: DatasetTab, session: Session) -> None:
    pages = opened.laboratory.bench.pages
    pages.switch.part("look_alikes").click()
    pages.look_alikes.rows["steel"].slider.setValue(64)
    pages.vary.slider.setValue(35)
    opened.laboratory.controls.keep()
    assert session.config.dirt.look_alikes["steel"] == 0.64
    assert session.config.dirt.vary == 0.35


def test_the_footer_says_how_many_dishes_are_varied(opened: DatasetTab, session: Session) -> None:
    session.set_config(session.config.edited(dirt__total=None, dirt__ratio=3.0, dirt__vary=0.5))
    assert opened.laboratory.headline == "16 dirty samples will be painted"
    assert opened.laboratory.twins == "About 8 of them on varied dishes with clean twins"
    session.set_config(session.config.edited(dirt__vary=0))
    assert opened.laboratory.twins == ""


def test_the_framing_is_chosen_where_its_effect_is_seen(opened: DatasetTab, session: Session) -> None:
    bench = opened.laboratory.bench
    assert not bench.framing.isVisible()
    bench.strip.tiles["seen"].click()
    assert bench.picture.view == "seen"
    assert bench.framing.isVisible()
    bench.framing.part("crop").click()
    assert session.config.data.framing == "crop"


def test_a_dirty_photo_is_shown_as_it_is(opened: DatasetTab) -> None:
    bench = opened.laboratory.bench
    opened.wall.show_section("Dirty")
    assert bench.picture.view == "before"
    assert not bench.strip.tiles["after"].isEnabled()
    opened.wall.show_section("Clean")
    assert bench.picture.view == "wipe"


def test_the_arrows_step_through_clean_photos(qtbot: QtBot, opened: DatasetTab) -> None:
    opened.wall.grid.choose(5)
    opened.laboratory.step_wanted.emit(1)
    assert opened.wall.grid.currentIndex().row() == 0
    opened.laboratory.step_wanted.emit(-1)
    assert opened.wall.grid.currentIndex().row() == 5


def test_the_laboratory_folds_away_and_stays_so(
    qtbot: QtBot, opened: DatasetTab, session: Session, theme: ThemeManager
) -> None:
    opened.laboratory.fold_wanted.emit()
    assert opened.laboratory.isHidden()
    again = DatasetTab(session, theme)
    qtbot.addWidget(again)
    assert again.laboratory.isHidden()
    opened.wall.tools.unfold.click()
    assert opened.laboratory.isVisible()


def test_a_picture_that_has_grown_is_painted_for_its_size(
    qtbot: QtBot, opened: DatasetTab, painter: PainterHere
) -> None:
    sizes = [request.longest_px for request in painter.asked if isinstance(request, PaintRequest)]
    opened.resize(1920, 992)
    qtbot.waitUntil(lambda: _largest_asked(painter) > sizes[-1], timeout=LIMIT_MS)


def test_wall_and_laboratory_share_what_a_large_screen_adds(opened: DatasetTab) -> None:
    wall, laboratory = opened.wall.width(), opened.laboratory.width()
    opened.resize(1920, 992)
    assert opened.laboratory.width() > laboratory + 200
    assert opened.wall.width() > wall + 200
    opened.resize(1280, 712)
    assert (opened.wall.width(), opened.laboratory.width()) == (wall, laboratory)


def test_a_boundary_stays_where_a_person_put_it(opened: DatasetTab) -> None:
    columns = opened.findChild(DatasetColumns)
    assert columns is not None
    columns.moveSplitter(opened.width() - 650, 2)
    moved = opened.laboratory.width()
    assert moved > 620
    opened.resize(1700, 900)
    assert opened.laboratory.width() == moved


def test_enter_on_a_photo_brings_the_laboratory_back(qtbot: QtBot, opened: DatasetTab) -> None:
    opened.laboratory.fold_wanted.emit()
    assert opened.laboratory.isHidden()
    qtbot.keyClick(opened.wall.grid, Qt.Key.Key_Return)
    assert opened.laboratory.isVisible()


def test_the_sample_dishes_are_opened_when_they_are_there(qtbot: QtBot, tab: DatasetTab, session: Session) -> None:
    save_dishes(session.workspace / "drawn", 3)
    folder = session.datasets_folder / "sample-dishes"
    import_manifest([session.workspace / "drawn"], folder, emit=_unheard, should_stop=never, workers=0)
    with qtbot.waitSignal(session.dataset_changed, timeout=LIMIT_MS):
        tab.start.samples.button.click()
    assert session.dataset is not None
    assert session.dataset.folder == folder
