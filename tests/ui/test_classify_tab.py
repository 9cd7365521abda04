"""The Classify tab, through drops, keys, clicks."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.core.events import CorrectionsLearned, JobEnded
from studio.core.files import write_json
from studio.core.held_out import HeldOut, write_held_out
from studio.core.requests import ContinueRequest, ImportRequest, ThresholdRequest
from studio.core.runs import RunFolder
from studio.data.manifest import Manifest, Sample
from studio.ui.classify_tab import THRESHOLD_TARGET, ClassifyTab
from studio.ui.continuing import CONTINUE_TARGET
from studio.ui.correction_intake import IMPORT_TARGET
from studio.ui.job_runner import JobInfo
from studio.ui.result_card import MENU
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from tests.ui.answering import AnswersAtOnce
from tests.ui.made_runs import make_run, scores

_COMPACT_ASIDE_PX = 320
"""What the panel has beside the answers in the smallest window, when it scrolls."""
WAIT_MS = 20_000
# In a process of its own, since the window's must not know torch.
MAKE_MODEL = """
import sys
from pathlib import Path

import torch

from studio.core.config import StudioConfig
from studio.learn.checkpoints import Member, Model, save_model
from studio.learn.architectures import build_network

config = StudioConfig().with_values(
    {"model.architecture": "custom_cnn", "model.pretrained": False, "model.input_size": [64, 64]}
)
torch.manual_seed(0)
weights = build_network(config.model, 2).state_dict()
save_model(
    Path(sys.argv[1]),
    Model(
        config=config, classes=("clean", "dirty"), positive="dirty", threshold=0.5, temperature=1.0,
        members=(Member(weights=weights),), info={"title": "Tiny"},
    ),
)
"""


@pytest.fixture
def session(qapp: QApplication, tmp_path: Path) -> Iterator[Session]:
    """A session that answers from the photos' names."""
    session = Session(tmp_path / "workspace")
    session.torch_host = AnswersAtOnce(session)  # type: ignore[assignment]
    yield session
    session.close()


@pytest.fixture
def run(session: Session) -> RunFolder:
    return make_run(session.runs_folder / "2026-11-22_2000_transfer_aa", title="From clean photos", outcome="finished")


@pytest.fixture
def tab(qtbot: QtBot, session: Session, theme: ThemeManager, run: RunFolder) -> ClassifyTab:
    tab = ClassifyTab(session, theme)
    qtbot.addWidget(tab)
    tab.resize(1280, 712)
    tab.show()
    session.refresh_runs()
    qtbot.waitUntil(lambda: tab.results.facts is not None, timeout=WAIT_MS)
    return tab


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in (3, 30, 60, 97):
        image = QImage(64, 48, QImage.Format.Format_RGB32)
        image.fill(QColor(200, 200 - number, 200))
        image.save(str(folder / f"dish-{number:02d}.jpg"))
    return folder


def drop(tab: ClassifyTab, *paths: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    place = QPoint(300, 300)
    buttons, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(tab, QDragEnterEvent(place, Qt.DropAction.CopyAction, mime, buttons, none))
    QApplication.sendEvent(tab, QDropEvent(QPointF(place), Qt.DropAction.CopyAction, mime, buttons, none))


def answer_all(tab: ClassifyTab, qtbot: QtBot, folder: Path) -> None:
    drop(tab, folder)
    number = len(list(folder.iterdir()))
    qtbot.waitUntil(lambda: len(tab.results.results) == number and not tab.feed.is_running, timeout=WAIT_MS)


def click(tab: ClassifyTab, qtbot: QtBot, name: str, label: str) -> None:
    path = next(result.path for result in tab.results.results if result.name == name)
    place = tab.cards.button(path, label).center()
    qtbot.mouseClick(tab.cards.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_a_dropped_folder_becomes_a_card_for_each_photo(tab: ClassifyTab, qtbot: QtBot, photos: Path) -> None:
    answer_all(tab, qtbot, photos)
    assert [(result.name, result.chosen) for result in tab.results.shown] == [
        ("dish-03.jpg", "clean"),
        ("dish-30.jpg", "clean"),
        ("dish-60.jpg", "dirty"),
        ("dish-97.jpg", "dirty"),
    ]
    assert tab.cards.isVisible()
    assert tab.cards.columns == 4


def test_the_zone_lights_up_while_photos_are_dragged(tab: ClassifyTab, qtbot: QtBot, photos: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(photos))])
    entering = QDragEnterEvent(
        QPoint(9, 9), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(tab, entering)
    assert entering.isAccepted()
    assert tab.zone.is_lit
    qtbot.waitUntil(lambda: tab.zone.words == "Drop 4 photos", timeout=WAIT_MS)


def test_copied_files_can_be_pasted(tab: ClassifyTab, qtbot: QtBot, photos: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(photos / "dish-97.jpg"))])
    QGuiApplication.clipboard().setMimeData(mime)
    tab.start.zone.paste.click()
    qtbot.waitUntil(lambda: len(tab.results.results) == 1, timeout=WAIT_MS)
    QGuiApplication.clipboard().clear()


def test_a_photo_that_cannot_be_read_says_why(tab: ClassifyTab, qtbot: QtBot, photos: Path) -> None:
    (photos / "torn.jpg").write_bytes(b"nothing")
    answer_all(tab, qtbot, photos)
    tab.tools.choose_filter("rejected")
    assert [result.reason for result in tab.results.shown] == ["The file is cut off; copy it again."]
    assert tab.results.counts == {"all": 5, "look": 0, "rejected": 1, "clean": 2, "dirty": 2}


def test_filters_show_one_class_with_its_count(tab: ClassifyTab, qtbot: QtBot, photos: Path) -> None:
    answer_all(tab, qtbot, photos)
    assert tab.tools.filters is not None
    assert tab.tools.filters.part("dirty").text() == "Dirty 2"
    tab.tools.filters.part("dirty").click()
    assert [result.name for result in tab.results.shown] == ["dish-60.jpg", "dish-97.jpg"]


def test_costs_move_the_threshold_and_with_it_the_answers(tab: ClassifyTab, qtbot: QtBot, photos: Path) -> None:
    answer_all(tab, qtbot, photos)
    tab.point.costs.miss.setValue(3.0)
    tab.point.costs.needless.setValue(1.0)
    assert tab.point.decision.threshold == 0.25
    assert tab.results.counts["dirty"] == 3
    tab.point.own.click()
    assert tab.point.decision.threshold == 0.5
    assert tab.results.counts["dirty"] == 2


def test_grips_ask_for_a_look(tab: ClassifyTab, qtbot: QtBot, photos: Path) -> None:
    answer_all(tab, qtbot, photos)
    for _ in range(3):
        qtbot.keyClick(tab.point.histogram.low_grip, Qt.Key.Key_PageDown)
        qtbot.keyClick(tab.point.histogram.high_grip, Qt.Key.Key_PageUp)
    assert (tab.point.decision.low, tab.point.decision.high) == (pytest.approx(0.2), pytest.approx(0.8))
    assert [result.name for result in tab.results.results if result.is_doubtful] == ["dish-30.jpg", "dish-60.jpg"]
    assert tab.results.counts["look"] == 2
    assert (tab.point.expect.cards["look"].figure, tab.point.expect.cards["look"].range) == ("2", "of 4 here")


def test_while_a_model_is_read_nobody_is_told_that_there_is_none(
    session: Session, theme: ThemeManager, run: RunFolder, qtbot: QtBot
) -> None:
    tab = ClassifyTab(session, theme)
    qtbot.addWidget(tab)
    assert tab.point.expect.note.text() == "What to expect is told once there is a model."
    tab.models.use(str(run.path))
    assert tab.point.expect.note.text() == "The model is being read."
    qtbot.waitUntil(lambda: tab.results.facts is not None, timeout=WAIT_MS)


def test_the_threshold_can_be_dragged_and_the_costs_follow(tab: ClassifyTab, qtbot: QtBot) -> None:
    histogram = tab.point.histogram
    start, end = QPoint(histogram.place(0.5), 60), QPoint(histogram.place(0.2), 60)
    qtbot.mousePress(histogram, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(histogram, end)
    qtbot.mouseRelease(histogram, Qt.MouseButton.LeftButton, pos=end)
    assert tab.point.decision.threshold == pytest.approx(0.2, abs=0.01)
    assert (tab.point.costs.miss.value(), tab.point.costs.needless.value()) == (1.0, pytest.approx(0.25, abs=0.02))


def test_the_operating_point_survives_a_restart(
    tab: ClassifyTab, qtbot: QtBot, session: Session, theme: ThemeManager
) -> None:
    tab.point.costs.miss.setValue(4.0)
    tab.point.costs.needless.setValue(1.0)
    again = ClassifyTab(session, theme)
    qtbot.addWidget(again)
    again.show()
    qtbot.waitUntil(lambda: again.results.facts is not None, timeout=WAIT_MS)
    assert again.point.decision.threshold == 0.2


def test_without_held_out_predictions_nothing_is_foretold(tab: ClassifyTab, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: "Not known yet" in tab.point.expect.note.text(), timeout=WAIT_MS)
    assert tab.point.expect.cards["missed"].figure == "–"


def test_held_out_predictions_foretell_errors_with_their_range(tab: ClassifyTab, qtbot: QtBot, run: RunFolder) -> None:
    shares = [0.1] * 9 + [0.8] + [0.9] * 9 + [0.2]
    write_held_out(
        run.evaluation,
        HeldOut(
            classes=("clean", "dirty"),
            labels=("clean",) * 10 + ("dirty",) * 10,
            probabilities=tuple((1 - share, share) for share in shares),
            is_painted=(False,) * 20,
        ),
    )
    tab.tools.model_picked.emit(str(run.path))
    qtbot.waitUntil(lambda: tab.point.expected is not None, timeout=WAIT_MS)
    assert tab.point.expect.cards["missed"].figure == "50"
    assert tab.point.expect.cards["missed"].range == "9 – 202"
    assert "20 real validation photos" in tab.point.expect.note.text()


def test_a_click_corrects_and_a_second_one_takes_it_back(tab: ClassifyTab, qtbot: QtBot, photos: Path) -> None:
    answer_all(tab, qtbot, photos)
    click(tab, qtbot, "dish-60.jpg", "clean")
    assert [(result.name, result.correction) for result in tab.results.corrections] == [("dish-60.jpg", "clean")]
    assert tab.primary_action.button.text() == "Add 1 to dataset"
    assert "dataset" in tab.primary_action.button.toolTip()
    click(tab, qtbot, "dish-60.jpg", "clean")
    assert not tab.results.corrections


def test_keys_correct_the_current_card(tab: ClassifyTab, qtbot: QtBot, photos: Path) -> None:
    answer_all(tab, qtbot, photos)
    qtbot.keyClick(tab.cards, Qt.Key.Key_End)
    qtbot.keyClick(tab.cards, Qt.Key.Key_C)
    qtbot.keyClick(tab.cards, Qt.Key.Key_Left)
    qtbot.keyClick(tab.cards, Qt.Key.Key_1)
    assert [result.name for result in tab.results.corrections] == ["dish-97.jpg", "dish-60.jpg"]
    assert {result.correction for result in tab.results.corrections} == {"clean"}


def test_corrections_are_undone_and_done_again_by_keys(tab: ClassifyTab, qtbot: QtBot, photos: Path) -> None:
    answer_all(tab, qtbot, photos)
    click(tab, qtbot, "dish-60.jpg", "clean")
    click(tab, qtbot, "dish-03.jpg", "dirty")
    tab.footer.clear.click()
    tab.footer.question.accepted.emit()
    assert not tab.results.corrections
    tab.cards.setFocus()
    for _ in range(2):
        qtbot.keyClick(tab.cards, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [result.name for result in tab.results.corrections] == ["dish-60.jpg"]
    qtbot.keyClick(tab.cards, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert [result.name for result in tab.results.corrections] == ["dish-60.jpg", "dish-03.jpg"]


def many(folder: Path, number: int, *, start: int = 10) -> Path:
    folder.mkdir()
    image = QImage(8, 6, QImage.Format.Format_RGB32)
    image.fill(QColor(90, 90, 90))
    for place in range(start, start + number):
        image.save(str(folder / f"many-{place}.png"))
    return folder


def test_a_photo_dropped_on_many_answers_is_brought_into_sight(
    tab: ClassifyTab, qtbot: QtBot, photos: Path, tmp_path: Path
) -> None:
    answer_all(tab, qtbot, many(tmp_path / "many", 30))
    tab.tools.choose_filter("dirty")
    new = str(photos / "dish-03.jpg")
    assert tab.results.row_of(new) is None
    drop(tab, photos / "dish-03.jpg")
    qtbot.waitUntil(lambda: tab.results.knows(new), timeout=WAIT_MS)
    assert tab.cards.current_path == new
    assert tab.cards.viewport().rect().contains(tab.cards.card(new))


def test_a_photo_dropped_again_is_answered_again(
    tab: ClassifyTab, qtbot: QtBot, session: Session, photos: Path
) -> None:
    answer_all(tab, qtbot, photos)
    asked = session.torch_host.asked
    before = len(asked)
    drop(tab, photos / "dish-60.jpg")
    qtbot.waitUntil(lambda: len(asked) > before and not tab.feed.is_running, timeout=WAIT_MS)
    assert asked[-1].photos == (str(photos / "dish-60.jpg"),)
    assert len(tab.results.results) == 4
    assert tab.cards.current_path == str(photos / "dish-60.jpg")


def test_a_few_photos_do_not_wait_behind_many(
    tab: ClassifyTab, qtbot: QtBot, session: Session, photos: Path, tmp_path: Path
) -> None:
    session.torch_host.is_held = True
    tab.take_paths([many(tmp_path / "many", 60)])
    qtbot.waitUntil(lambda: tab.feed.total == 60, timeout=WAIT_MS)
    tab.take_paths([photos / "dish-97.jpg"])
    qtbot.waitUntil(lambda: tab.feed.total == 61, timeout=WAIT_MS)
    session.torch_host.let_go()
    qtbot.waitUntil(lambda: not tab.feed.is_running, timeout=WAIT_MS)
    order = [photo for request in session.torch_host.asked for photo in request.photos]
    assert Path(order[1]).name == "dish-97.jpg"


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_corrections_without_a_tile_are_found_behind_their_number(tab: ClassifyTab, qtbot: QtBot, photos: Path) -> None:
    answer_all(tab, qtbot, photos)
    assert not tab.tray.rest.isEnabled()
    for result in list(tab.results.results):
        tab.history.correct(result.path, "dirty" if result.chosen == "clean" else "clean")
    assert tab.tray.rest.accessibleName() == "1 more correction: show all"
    tab.tray.rest.click()
    sheet = tab.tray.sheet
    assert sheet.isVisible()
    assert [tile.path for tile in sheet.tiles] == [result.path for result in reversed(tab.results.corrections)]
    qtbot.keyClick(sheet.tiles[0], Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    tab.tray.rest.click()
    qtbot.keyClick(sheet.tiles[-1], Qt.Key.Key_Delete)
    assert len(tab.results.corrections) == 3
    assert not sheet.tiles[-1].path
    with qtbot.waitSignal(tab.tray.picture_wanted, timeout=WAIT_MS) as told:
        sheet.tiles[0].click()
    assert told.args == [tab.results.corrections[-1].path]
    assert not sheet.isVisible()


def test_the_right_class_of_a_sure_answer_is_no_correction(tab: ClassifyTab, qtbot: QtBot, photos: Path) -> None:
    answer_all(tab, qtbot, photos)
    click(tab, qtbot, "dish-97.jpg", "dirty")
    assert not tab.results.corrections


def test_a_heat_map_comes_when_it_is_switched_on(tab: ClassifyTab, qtbot: QtBot, photos: Path) -> None:
    answer_all(tab, qtbot, photos)
    assert all(tab.heat_maps.image(result.path) is None for result in tab.results.results)
    tab.tools.heat.click()
    qtbot.waitUntil(lambda: all(tab.heat_maps.image(one.path) for one in tab.results.results), timeout=WAIT_MS)
    heat = tab.heat_maps.image(tab.results.results[0].path)
    assert heat is not None
    assert heat.pixelColor(24, 18).alphaF() == pytest.approx(0.82, abs=0.02)
    assert heat.pixelColor(55, 41).alpha() == 0


def test_the_table_sorts_by_the_probability_of_the_positive_class(tab: ClassifyTab, qtbot: QtBot, photos: Path) -> None:
    answer_all(tab, qtbot, photos)
    tab.tools.view.choose("table")
    assert tab.table.isVisible()
    tab.table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    assert tab.results.result(0).name == "dish-97.jpg"
    assert tab.results.data(tab.results.index(0, 2)) == "97.0 %"


def test_answers_are_exported_as_they_are_shown(tab: ClassifyTab, qtbot: QtBot, photos: Path, tmp_path: Path) -> None:
    (photos / "dish-60.jpg").rename(photos / "=cmd-60.jpg")
    answer_all(tab, qtbot, photos)
    click(tab, qtbot, "dish-97.jpg", "clean")
    for name in ("answers.csv", "answers.json"):
        with qtbot.waitSignal(tab._session.message, timeout=WAIT_MS):
            tab.export_to(str(tmp_path / name))
    told = json.loads((tmp_path / "answers.json").read_text(encoding="utf-8"))
    assert {Path(one["path"]).name: one["class"] for one in told["predictions"]} == {
        "=cmd-60.jpg": "dirty",
        "dish-03.jpg": "clean",
        "dish-30.jpg": "clean",
        "dish-97.jpg": "clean",
    }
    table = list(csv.DictReader((tmp_path / "answers.csv").read_text(encoding="utf-8").splitlines()))
    assert len(table) == 4
    assert set(table[0]) == {"path", "class", "look", "p_clean", "p_dirty", "reason"}


def test_a_model_of_many_classes_gets_a_list_of_filters_and_a_menu(
    tab: ClassifyTab, qtbot: QtBot, photos: Path, tmp_path: Path
) -> None:
    answer_all(tab, qtbot, photos)
    drop(tab, tmp_path / "kinds.spotless")
    qtbot.waitUntil(lambda: tab.results.classes == ("bowl", "cup", "jug", "plate"), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not tab.feed.is_running, timeout=WAIT_MS)
    assert tab.tools.filters is None
    assert tab.tools.filter_list.count() == 7
    assert tab.results.counts["plate"] == 3
    assert not tab.cards.button(tab.results.results[0].path, MENU).isNull()


def test_a_broken_model_file_is_named_in_a_message(
    tab: ClassifyTab, qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    with qtbot.waitSignal(session.message, timeout=WAIT_MS) as said:
        drop(tab, tmp_path / "broken.spotless")
    assert said.args is not None
    assert "broken.spotless" in said.args[1]


def test_after_a_broken_model_the_one_before_answers_on(
    tab: ClassifyTab, qtbot: QtBot, session: Session, photos: Path, tmp_path: Path, run: RunFolder
) -> None:
    answer_all(tab, qtbot, photos)
    with qtbot.waitSignal(session.message, timeout=WAIT_MS) as said:
        drop(tab, tmp_path / "broken.spotless")
    assert said.args is not None and said.args[1].endswith("“From clean photos” answers as before.")
    assert tab.models.current == str(run.path)
    assert tab.tools.picker.currentText() == "From clean photos"
    qtbot.waitUntil(lambda: not tab.feed.is_running, timeout=WAIT_MS)
    drop(tab, tmp_path / "kinds.spotless")
    qtbot.waitUntil(lambda: tab.results.counts.get("plate", 0) == 3, timeout=WAIT_MS)


def test_without_a_model_the_tab_says_how_to_get_one(qtbot: QtBot, session: Session, theme: ThemeManager) -> None:
    tab = ClassifyTab(session, theme)
    qtbot.addWidget(tab)
    tab.show()
    assert tab.start.zone.words == "A model is needed first"
    with qtbot.waitSignal(session.tab_requested):
        tab.start.zone.train.click()


def test_corrections_join_the_open_dataset_with_their_class(
    tab: ClassifyTab, qtbot: QtBot, session: Session, photos: Path, tmp_path: Path
) -> None:
    before = tmp_path / "before"
    before.mkdir()
    for number in range(2):
        noise = QImage(96, 96, QImage.Format.Format_RGB32)
        noise.fill(QColor(40 + 90 * number, 20, 90))
        noise.save(str(before / f"old-{number}.png"))
    folder = session.new_dataset_folder("dishes")
    request = ImportRequest(paths=(str(before),), name="dishes")
    session.start_job(IMPORT_TARGET, request, folder, kind="import", title="Importing")
    qtbot.waitUntil(lambda: session.dataset is not None and not session.is_busy, timeout=6 * WAIT_MS)
    answer_all(tab, qtbot, photos)
    click(tab, qtbot, "dish-03.jpg", "dirty")
    assert tab.primary_action.button.isEnabled()
    tab.primary_action.button.click()
    qtbot.waitUntil(lambda: not tab.results.corrections, timeout=6 * WAIT_MS)
    qtbot.waitUntil(lambda: session.dataset is not None and "dirty" in session.dataset.classes, timeout=WAIT_MS)
    assert session.dataset is not None
    assert [Path(one.path).name for one in session.dataset.samples if one.label == "dirty"] == ["dish-03.jpg"]
    assert tab.results.result(0).correction == "dirty"


def test_the_real_process_answers_with_a_trained_model(
    qtbot: QtBot, theme: ThemeManager, tmp_path: Path, photos: Path
) -> None:
    model = tmp_path / "tiny.spotless"
    made = subprocess.run([sys.executable, "-c", MAKE_MODEL, str(model)], capture_output=True, text=True, timeout=120)
    assert made.returncode == 0, made.stderr
    session = Session(tmp_path / "real")
    tab = ClassifyTab(session, theme)
    qtbot.addWidget(tab)
    tab.resize(1280, 712)
    tab.show()
    try:
        tab.take_paths([model, photos])
        qtbot.waitUntil(lambda: len(tab.results.results) == 4 and not tab.feed.is_running, timeout=6 * WAIT_MS)
        assert tab.results.classes == ("clean", "dirty")
        assert all(sum(one.prediction.probabilities.values()) == pytest.approx(1) for one in tab.results.results)
        tab.tools.heat.click()
        qtbot.waitUntil(lambda: tab.heat_maps.image(tab.results.results[0].path) is not None, timeout=6 * WAIT_MS)
    finally:
        session.close()


def test_the_point_is_kept_in_the_model_by_one_press(
    tab: ClassifyTab, session: Session, run: RunFolder, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, ThresholdRequest, Path]] = []
    monkeypatch.setattr(
        session, "start_job", lambda target, request, folder, **how: asked.append((target, request, folder)) or True
    )
    assert tab.point.keep.toolTip().startswith("The model has this threshold already")
    tab.point.costs.miss.setValue(4.0)
    tab.point.costs.needless.setValue(1.0)
    tab.point.histogram.band_moved.emit(0.1, 0.3)
    tab.point.keep.click()
    ((target, request, folder),) = asked
    assert target == THRESHOLD_TARGET and (request.run, folder) == (str(run.path), run.path)
    assert (request.threshold, request.band) == (0.2, (0.1, 0.3))
    assert (request.decision.miss_cost, request.decision.rewash_cost) == (1.0, 0.25)


def test_rare_dirt_raises_the_threshold(tab: ClassifyTab) -> None:
    tab.point.costs.miss.setValue(1.0)
    tab.point.costs.needless.setValue(1.0)
    tab.point.costs.dirty.setValue(20)
    assert tab.point.decision.threshold == pytest.approx(0.8)
    assert tab.point.state()[-1] == 20


def test_the_model_s_own_band_asks_to_look_until_another_is_drawn(tab: ClassifyTab) -> None:
    facts = tab.results.facts
    assert facts is not None
    tab.point.show_facts(replace(facts, threshold=0.4, band=(0.3, 0.6)))
    assert (tab.point.decision.low, tab.point.decision.high) == (0.3, 0.6)
    tab.point.histogram.band_moved.emit(0.4, 0.4)
    assert tab.point.decision.low == tab.point.decision.high == 0.4


def test_one_press_goes_back_to_the_model_s_threshold_and_band(tab: ClassifyTab) -> None:
    facts = tab.results.facts
    assert facts is not None
    point = tab.point
    point.show_facts(replace(facts, threshold=0.4, band=(0.3, 0.6)))
    assert point.own.isHidden()
    for threshold, words in ((0.4, "Use the model's band"), (0.5, "Use the model's 40 %")):
        point.histogram.threshold_moved.emit(threshold)
        point.histogram.band_moved.emit(0.35, 0.9)
        assert point.own.text() == words
        point.own.click()
        assert (point.decision.threshold, point.decision.low, point.decision.high) == (0.4, 0.3, 0.6)
        assert point.own.isHidden()


def test_the_way_back_to_the_model_s_point_makes_a_narrow_panel_no_wider(tab: ClassifyTab) -> None:
    facts = tab.results.facts
    assert facts is not None
    point = tab.point
    point.show_facts(replace(facts, threshold=0.4, band=(0.3, 0.6)))
    point.set_compact(True)
    without = point.minimumSizeHint().width()
    point.histogram.threshold_moved.emit(0.5)
    assert not point.own.isHidden()
    assert point.own.accessibleName() == "Use the model's 40 %"
    assert point.minimumSizeHint().width() <= max(without, _COMPACT_ASIDE_PX)


def test_that_nobody_is_to_look_survives_a_restart(tab: ClassifyTab) -> None:
    facts = tab.results.facts
    assert facts is not None
    own = replace(facts, threshold=0.4, band=(0.3, 0.6))
    tab.point.show_facts(own)
    kept = tab.point.state()
    tab.point.histogram.band_moved.emit(0.4, 0.4)
    tab.point.restore(tab.point.state())
    assert tab.point.decision.low == tab.point.decision.high
    tab.point.restore(kept)
    assert (tab.point.decision.low, tab.point.decision.high) == (0.3, 0.6)


def test_the_costs_kept_in_a_model_are_shown_with_its_threshold(tab: ClassifyTab) -> None:
    facts = tab.results.facts
    assert facts is not None
    tab.point.show_facts(replace(facts, threshold=0.643, miss_cost=5.0, rewash_cost=1.0, prevalence=0.1))
    assert (tab.point.costs.miss.value(), tab.point.costs.needless.value(), tab.point.costs.dirty.value()) == (
        5.0,
        1.0,
        10,
    )
    tab.point.costs.miss.setValue(2.0)
    assert tab.point.decision.threshold == pytest.approx(0.9 / 1.1)
    tab.point.own.click()
    assert (tab.point.costs.miss.value(), tab.point.decision.threshold) == (5.0, 0.643)


def test_calibration_is_shown_on_demand(tab: ClassifyTab) -> None:
    labels = ("clean",) * 10 + ("dirty",) * 10
    shares = [0.12] * 9 + [0.88] + [0.88] * 9 + [0.12]
    tab.point.show_held_out(
        HeldOut(
            classes=("clean", "dirty"),
            labels=labels,
            probabilities=tuple((1 - share, share) for share in shares),
            is_painted=(False,) * 20,
        )
    )
    assert tab.point.calibration.isHidden()
    tab.point.honest.click()
    assert tab.point.calibration.isVisible()
    assert "said 88 %, was so in 90 %" in tab.point.calibration.words


def test_corrections_in_the_dataset_are_learned_by_one_press(
    tab: ClassifyTab, session: Session, run: RunFolder, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, fresh = (
        Sample(id=name, path=f"/p/{name}.jpg", label="dirty", source_photo=name, is_corrected=True)
        for name in ("aaaa", "bbbb")
    )
    manifest = Manifest(folder=tmp_path / "set", samples=(known, fresh), name="Plates")
    manifest.folder.mkdir()
    write_json(run.environment, {"dataset": str(manifest.folder)})
    write_json(run.split, {"train": ["aaaa"], "val": [], "test": []})
    manifest.save()
    session.open_dataset(manifest.folder)
    qtbot.waitUntil(lambda: tab.primary_action.button.text() == "Train with 1 correction", timeout=WAIT_MS)
    asked: list[tuple[str, ContinueRequest, str]] = []
    monkeypatch.setattr(
        session, "start_job", lambda target, request, folder, kind, title: asked.append((target, request, kind)) or True
    )
    tab.primary_action.button.click()
    assert asked == [(CONTINUE_TARGET, ContinueRequest(run=str(run.path)), "train")]


def test_what_corrections_brought_is_said_and_the_better_run_answers(
    tab: ClassifyTab, session: Session, run: RunFolder, qtbot: QtBot
) -> None:
    other = make_run(session.runs_folder / "2026-11-23_2000_continued", outcome="finished")
    session.refresh_runs()
    told = CorrectionsLearned(
        run_before=str(run.path), run=str(other.path), photos=2, left_out=0,
        before=scores(0.3, ((8, 2), (2, 8))), after=scores(0.2, ((9, 1), (1, 9))), gain_95=(-0.1, 0.3),
        sentence="2 corrected photos learned.",
    )  # fmt: skip
    with qtbot.waitSignal(tab.continuing.improved, timeout=WAIT_MS), qtbot.waitSignal(session.message) as said:
        session.event_happened.emit(told)
        info = JobInfo(target="", kind="train", title="Training", folder=other.path, started_s=0.0)
        session.job_ended.emit(info, JobEnded(outcome="done"))
    assert said.args[:2] == ["success", "2 corrected photos learned."]
    qtbot.waitUntil(lambda: tab.feed.model == str(other.path), timeout=WAIT_MS)
    assert other.title == "From clean photos, corrected"
