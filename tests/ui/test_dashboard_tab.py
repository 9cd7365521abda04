"""The Train tab, through its one door and its controls."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from studio.core.config import StudioConfig
from studio.core.events import Mistake
from studio.core.files import write_text
from studio.core.held_out import HeldOut, write_held_out
from studio.core.presets import apply_preset
from studio.core.requests import TrainRequest
from studio.core.runs import EventLog, RunFolder
from studio.data.manifest import Manifest, Sample
from studio.ui.confusion_view import ConfusionView
from studio.ui.dashboard_tab import DashboardTab
from studio.ui.run_replays import RunReplays
from studio.ui.run_rows import state_in_words
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from tests.data.judged_runs import answers
from tests.data.judged_runs import judged as judged_by
from tests.ui.answering import AnswersAtOnce
from tests.ui.made_runs import judged, make_run, run_events
from tests.ui.train_tab import opened_train_tab

LIMIT_MS = 20_000
QUICK = "tests.ui.jobs_here:train_quickly"
LONG = "tests.ui.jobs_here:train_until_stopped"


@pytest.fixture
def tab(session: Session, theme: ThemeManager, qtbot: QtBot) -> DashboardTab:
    return opened_train_tab(session, theme, qtbot)


def train(session: Session, target: str, name: str = "2026-11-22_2000_live") -> RunFolder:
    run = RunFolder(session.runs_folder / name)
    session.start_job(target, None, run.path, kind="train", title="Training")
    session.set_run(run)
    return run


def listed(session: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignal(session.runs_changed, timeout=LIMIT_MS):
        session.refresh_runs()


def test_without_a_run_the_tab_says_how_to_get_one(tab: DashboardTab) -> None:
    words = [label.text() for label in tab.findChildren(type(tab.footer._what)) if label.isVisible()]
    assert "Open a dataset first" in words
    assert not tab.primary_action.isEnabled()
    assert tab.primary_action.toolTip() == "Open a dataset first."


def test_events_of_a_running_job_arrive(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS):
        train(session, QUICK)
    assert [epoch.epoch for epoch in tab.history.epochs] == [1, 2, 3]
    assert tab.history.finished is not None
    tab.plots.redraw_now()
    assert tab.plots.loss.legend.value("Validation")
    assert tab.figures.accuracy.accessibleName().startswith("Best validation accuracy: ")


def test_runs_are_named_after_their_strategy_and_told_apart(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    for name in ("2026-11-22_2000_a", "2026-11-22_2001_b"):
        with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS):
            train(session, QUICK, name)
        qtbot.waitUntil((RunFolder(session.runs_folder / name).title_file).exists, timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: [one.title for one in session.summaries] == ["Balanced 2", "Balanced"], timeout=LIMIT_MS)


def test_a_replayed_run_looks_as_it_did_live(
    tab: DashboardTab, session: Session, theme: ThemeManager, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS):
        run = train(session, QUICK)
    listed(session, qtbot)
    tab.plots.redraw_now()
    live = tab.plots.grab().toImage()

    again = DashboardTab(session, theme)
    qtbot.addWidget(again)
    again.resize(1280, 712)
    again.set_compact(False)
    again.show()
    qtbot.waitUntil(lambda: again.history.finished is not None, timeout=LIMIT_MS)
    assert again.history.epochs == tab.history.epochs
    again.plots.redraw_now()
    QApplication.processEvents()
    tab.plots.redraw_now()
    assert session.run == run
    assert same(again.plots.grab().toImage(), live)


def same(one: QImage, other: QImage) -> bool:
    return one.size() == other.size() and one == other


def test_finish_now_keeps_the_best(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    train(session, LONG)
    qtbot.waitUntil(lambda: bool(tab.history.epochs), timeout=LIMIT_MS)
    button = tab.primary_action
    assert button.text() == "Finish now, keep best"
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS) as ended:
        button.click()
        assert button.text() == "Finishing this batch…"
        assert "at once" in button.toolTip()
    assert ended.args[1].outcome == "stopped"
    qtbot.waitUntil(lambda: button.text() == "Start training", timeout=LIMIT_MS)
    assert tab.history.finished is not None and tab.history.finished.outcome == "stopped"


def test_discard_asks_in_place_and_moves_the_run_to_the_bin(
    tab: DashboardTab, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    binned: list[str] = []

    def to_bin(path: str) -> None:
        binned.append(path)
        shutil.rmtree(path)

    monkeypatch.setattr("studio.ui.run_files.send2trash", to_bin)
    run = train(session, LONG)
    qtbot.waitUntil(lambda: bool(tab.history.epochs), timeout=LIMIT_MS)
    tab.footer._discard.click()
    assert tab.footer._question.isVisible()
    assert session.is_busy
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS):
        tab.footer._question._yes.click()
    qtbot.waitUntil(lambda: binned == [str(run.path)], timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: session.run is None, timeout=LIMIT_MS)


def test_an_answer_of_no_lets_the_training_go_on(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    train(session, LONG)
    qtbot.waitUntil(lambda: bool(tab.history.epochs), timeout=LIMIT_MS)
    tab.footer._discard.click()
    qtbot.keyClick(tab.footer._question, Qt.Key.Key_Escape)
    assert session.is_busy
    assert tab.primary_action.isVisible()
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS):
        session.stop_job()


def test_an_interrupted_run_offers_to_go_on(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    make_run(session.runs_folder / "2026-11-22_1900_a", done=5)
    make_run(session.runs_folder / "2026-11-22_1800_b", done=20, best_epoch=20, outcome="finished")
    listed(session, qtbot)
    assert tab.footer.can_resume
    assert tab.footer._resume.isVisible()
    assert tab.footer._resume.text() == "Continue"


def test_an_interruption_is_told_of_the_same_epoch_everywhere(
    tab: DashboardTab, session: Session, qtbot: QtBot
) -> None:
    make_run(session.runs_folder / "2026-11-22_1900_a", done=5)
    listed(session, qtbot)
    qtbot.waitUntil(lambda: len(tab.history.epochs) == 5, timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: tab.header.phases.words == "Interrupted at epoch 6 of 20", timeout=LIMIT_MS)
    assert state_in_words(session.summaries[0]).startswith("interrupted at epoch 6")


def test_results_stay_on_show_until_the_next_runs_log_is_read(
    tab: DashboardTab, session: Session, qtbot: QtBot
) -> None:
    old = make_run(session.runs_folder / "2026-11-21_1900_a", outcome="finished", done=20, best_epoch=20)
    make_run(session.runs_folder / "2026-11-22_1900_b", outcome="stopped early", done=14)
    listed(session, qtbot)
    page = tab.results.results
    qtbot.waitUntil(lambda: page.told is not None, timeout=LIMIT_MS)
    before = page.scores
    session.set_run(old)
    assert page.scores == before
    qtbot.waitUntil(lambda: tab.results.results.told == tab.history.best is not None, timeout=LIMIT_MS)
    assert page.scores != before


def test_a_run_that_never_began_says_when_results_come(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    make_run(session.runs_folder / "2026-11-22_1900_b", outcome="stopped early", done=14)
    listed(session, qtbot)
    qtbot.waitUntil(tab.results.results.isVisible, timeout=LIMIT_MS)
    never = RunFolder(session.runs_folder / "2026-11-21_1900_a")
    write_text(never.config, StudioConfig().to_json())
    session.set_run(never)
    qtbot.waitUntil(lambda: not tab.results.results.isVisible(), timeout=LIMIT_MS)


def test_a_matrix_of_many_classes_tells_shares_where_counts_have_no_room(theme: ThemeManager, qtbot: QtBot) -> None:
    matrix = ConfusionView(theme)
    qtbot.addWidget(matrix)
    matrix.resize(matrix.sizeHint())
    for number, is_told in ((2, False), (6, False), (12, True)):
        classes = [f"kind {place}" for place in range(number)]
        counts = [[348 * (true == called) for called in range(number)] for true in range(number)]
        matrix.show_counts(classes, counts)
        assert matrix.is_in_shares == is_told


@pytest.mark.parametrize(("outcome", "done", "least"), [("finished", 20, 1), ("stopped early", 14, 7)])
def test_a_finished_run_goes_on_for_more_epochs(
    tab: DashboardTab,
    session: Session,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    outcome: str,
    done: int,
    least: int,
) -> None:
    run = make_run(session.runs_folder / "2026-11-22_1800_b", done=done, best_epoch=9, outcome=outcome)
    listed(session, qtbot)
    asked: list[TrainRequest] = []
    monkeypatch.setattr(session, "start_job", lambda target, request, *_, **__: asked.append(request) or True)
    tab.footer._resume.click()
    number = tab.footer.more._number
    assert number.minimum() == least
    number.setValue(8)
    qtbot.keyClick(number, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(asked), timeout=LIMIT_MS)
    assert asked[0].is_resumed
    assert asked[0].config.training.epochs == done + 8
    assert session.run == run
    assert tab.primary_action.isVisible()


def test_more_epochs_are_not_offered_for_an_ensemble(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    config = StudioConfig().edited(ensemble__members=3)
    make_run(session.runs_folder / "2026-11-22_1800_b", config=config, done=20, best_epoch=20, outcome="finished")
    listed(session, qtbot)
    assert not tab.footer.can_resume


def test_the_newest_run_is_chosen_and_told(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    make_run(session.runs_folder / "2026-11-21_1900_a", title="Old", outcome="finished", done=20, best_epoch=20)
    new = make_run(session.runs_folder / "2026-11-22_1900_b", title="New", outcome="stopped early", done=14)
    listed(session, qtbot)
    assert session.run == new
    qtbot.waitUntil(lambda: tab.history.finished is not None, timeout=LIMIT_MS)
    assert tab.header.phases.words == "Finished early, best kept at epoch 14 of 20"


def test_a_ticked_run_is_laid_over_and_compared(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    other = make_run(session.runs_folder / "2026-11-21_1900_a", title="Balanced", config=apply_preset("balanced"))
    make_run(session.runs_folder / "2026-11-22_1900_b", title="Transfer", config=apply_preset("transfer"))
    listed(session, qtbot)
    view, model = tab.runs.view, tab.runs.model
    row = view.visualRect(model.index(model.row_of(other)))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=row.topLeft() + QPoint(20, 20))
    assert tab.runs.ticked == [other]
    qtbot.waitUntil(lambda: tab.plots.loss.legend.value("Balanced") != "", timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: "model.architecture" in tab.runs._table.accessibleDescription(), timeout=LIMIT_MS)
    assert tab.runs._verdict.text() == "The two runs cannot be told apart."
    assert "held-out samples" in tab.runs._verdict.toolTip()


def test_a_comparison_follows_the_chosen_run(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    config = apply_preset("transfer")
    other = make_run(session.runs_folder / "2026-11-20_1900_a", title="Other", config=config)
    longer = config.edited(training__epochs=77)
    third = make_run(session.runs_folder / "2026-11-21_1900_b", title="Third", config=longer)
    make_run(session.runs_folder / "2026-11-22_1900_c", title="New", config=apply_preset("balanced"))
    listed(session, qtbot)
    tab.runs.model.set_ticked(other, True)
    qtbot.waitUntil(lambda: "model.architecture" in tab.runs._table.accessibleDescription(), timeout=LIMIT_MS)
    session.set_run(third)
    qtbot.waitUntil(lambda: "model.architecture" not in tab.runs._table.accessibleDescription(), timeout=LIMIT_MS)
    assert "training.epochs" in tab.runs._table.accessibleDescription()


def test_two_runs_are_compared_anew_when_one_of_them_is_judged_anew(
    tab: DashboardTab, session: Session, qtbot: QtBot
) -> None:
    other, chosen = (make_run(session.runs_folder / f"2026-11-22_190{at}_a", title=f"Run {at}") for at in (0, 1))
    for run in (other, chosen):
        judged_by(run.path, answers(60, 0.3))
    listed(session, qtbot)
    tab.runs.model.set_ticked(other, True)
    qtbot.waitUntil(lambda: "McNemar" in tab.runs._verdict.toolTip(), timeout=LIMIT_MS)
    assert tab.runs._verdict.text() == "The two runs cannot be told apart."
    judged_by(chosen.path, answers(60, 0.02, seed=1))
    listed(session, qtbot)
    qtbot.waitUntil(lambda: tab.runs._verdict.text() != "The two runs cannot be told apart.", timeout=LIMIT_MS)


def test_delete_asks_in_place(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    make_run(session.runs_folder / "2026-11-22_1900_b", title="New")
    listed(session, qtbot)
    qtbot.keyClick(tab.runs.view, Qt.Key.Key_Delete)
    assert tab.runs._question.isVisible()


def test_a_run_that_is_not_in_the_list_goes_by_no_other_s_name(
    tab: DashboardTab, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    make_run(session.runs_folder / "2026-11-21_1900_a", title="Old")
    listed(session, qtbot)
    tab.set_compact(True)
    session.set_run(make_run(tmp_path / "elsewhere"))
    picker = tab.header._picker
    assert (picker.currentText(), picker.unpicked) == ("", "elsewhere")


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_in_a_narrow_window_the_list_of_runs_is_a_sheet(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    make_run(session.runs_folder / "2026-11-21_1900_a", title="Old")
    make_run(session.runs_folder / "2026-11-22_1900_b", title="New")
    listed(session, qtbot)
    tab.set_compact(True)
    tab.header._list.click()
    assert tab.runs.isVisible()
    qtbot.keyClick(tab.runs.view, Qt.Key.Key_Down)
    qtbot.keyClick(tab.runs.view, Qt.Key.Key_Space)
    assert [run.title for run in tab.runs.ticked] == ["Old"]
    tab.set_compact(False)
    assert tab.runs.isVisible()
    assert tab.runs.parentWidget() is tab._splitter


def test_the_space_bar_ticks_and_enter_chooses(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    other = make_run(session.runs_folder / "2026-11-21_1900_a", title="Old")
    make_run(session.runs_folder / "2026-11-22_1900_b", title="New")
    listed(session, qtbot)
    view = tab.runs.view
    view.setCurrentIndex(tab.runs.model.index(1))
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert tab.runs.ticked == [other]
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert session.run == other
    assert tab.runs.ticked == []


def test_a_run_is_renamed_in_its_row(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    run = make_run(session.runs_folder / "2026-11-22_1900_b", title="New")
    listed(session, qtbot)
    with qtbot.waitSignal(session.runs_changed, timeout=LIMIT_MS):
        tab.runs.model.setData(tab.runs.model.index(0), "Canteen, first try")
    assert session.summaries[0].title == "Canteen, first try"
    assert run.title == "Canteen, first try"


def test_runs_are_found_by_name(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    make_run(session.runs_folder / "2026-11-21_1900_a", title="Bowls")
    make_run(session.runs_folder / "2026-11-22_1900_b", title="Plates")
    listed(session, qtbot)
    tab.runs._find.click()
    qtbot.keyClicks(tab.runs._search, "bow")
    assert tab.runs.model.rowCount() == 1
    tab.runs._find.click()
    assert tab.runs.model.rowCount() == 2


def test_the_matrix_shows_real_photos_first(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    make_run(session.runs_folder / "2026-11-22_1900_b", done=12)
    listed(session, qtbot)
    qtbot.waitUntil(lambda: len(tab.history.epochs) == 12, timeout=LIMIT_MS)
    results = tab.results
    assert results.results.which.current == "real"
    assert results.results.scores is not None and results.results.scores.count == 53
    qtbot.waitUntil(lambda: "39 clean called clean" in results.results.matrix.accessibleDescription(), timeout=LIMIT_MS)
    results.results.which.choose("all")
    assert results.results.scores is not None and results.results.scores.count == 77


def test_a_finding_changes_the_settings_and_can_be_undone(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    make_run(session.runs_folder / "2026-11-22_1900_b", done=14, quality=0.6, outcome="stopped early")
    listed(session, qtbot)
    tab.results.pages.choose("check")
    qtbot.waitUntil(lambda: bool(tab.results.findings.cards), timeout=LIMIT_MS)
    before = session.config
    card = tab.results.findings.cards[0]
    assert card.finding.key == "learns by heart"
    card._fix.click()
    assert session.config == apply_preset("against-overfitting", before)
    tab.results.findings.cards[0]._undo.click()
    assert session.config == before


def test_the_worst_mistakes_are_shown_as_pictures(
    tab: DashboardTab, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    photo = tmp_path / "teller ä.png"
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkGreen)
    image.save(str(photo))
    mistakes = tuple(
        Mistake(sample=str(number), path=path, label="clean", predicted="dirty", probability=0.9 - number / 10)
        for number, path in enumerate([str(photo), str(tmp_path / "gone.png"), str(photo), str(photo)])
    )
    make_run(session.runs_folder / "2026-11-22_1900_b", mistakes=mistakes)
    listed(session, qtbot)
    qtbot.waitUntil(lambda: len(tab.results.results.worst.tiles) == 3, timeout=LIMIT_MS)
    shown, gone = tab.results.results.worst.tiles[0], tab.results.results.worst.tiles[1]
    qtbot.waitUntil(lambda: shown._image is not None, timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: "cannot be shown" in gone.toolTip(), timeout=LIMIT_MS)
    assert "called dirty at 90 %, but it is clean" in shown.toolTip()
    tab.results.results.all.click()
    assert len(tab.results.photos.view.tiles) == 4


def test_where_the_network_looked_is_shown_on_demand(
    session: Session, theme: ThemeManager, qtbot: QtBot, tmp_path: Path
) -> None:
    host = AnswersAtOnce(session)
    session.torch_host = host  # type: ignore[assignment]
    tab = DashboardTab(session, theme)
    qtbot.addWidget(tab)
    tab.show()
    photo = tmp_path / "dirty-87.png"
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkGreen)
    image.save(str(photo))
    mistakes = (Mistake(sample="1", path=str(photo), label="clean", predicted="dirty", probability=0.87),)
    run = make_run(session.runs_folder / "2026-11-22_1900_b", mistakes=mistakes)
    listed(session, qtbot)
    qtbot.waitUntil(lambda: bool(tab.results.results.worst.tiles), timeout=LIMIT_MS)
    tile = tab.results.results.worst.tiles[0]
    qtbot.waitUntil(lambda: tile._image is not None, timeout=LIMIT_MS)
    cold = tile.grab().toImage()
    assert host.asked == []
    tab.results.results.heat.click()
    qtbot.waitUntil(lambda: tile._layer is not None, timeout=LIMIT_MS)
    assert [(one.model, one.with_heat_map) for one in host.asked] == [(str(run.path), True)]
    assert tile.grab().toImage() != cold
    tab.results.results.heat.click()
    assert tile.grab().toImage() == cold


def test_a_wrong_cell_lists_its_photos(tab: DashboardTab, session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    mistakes = (
        Mistake(sample="1", path=str(tmp_path / "a.png"), label="clean", predicted="dirty", probability=0.9),
        Mistake(sample="2", path=str(tmp_path / "b.png"), label="dirty", predicted="clean", probability=0.8),
    )
    make_run(session.runs_folder / "2026-11-22_1900_b", mistakes=mistakes)
    listed(session, qtbot)
    qtbot.waitUntil(lambda: len(tab.history.epochs) == 12, timeout=LIMIT_MS)
    tab.results.results.matrix.clicked.emit(1, 0)
    assert [tile.mistake.sample for tile in tab.results.photos.view.tiles] == ["2"]


def judged_run(session: Session, photos: Path) -> RunFolder:
    """A finished run whose 433 held-out samples are 20 real photos and painted ones."""
    run = make_run(session.runs_folder / "2026-11-22_1900_b", done=20, outcome="finished")
    log = EventLog(run)
    log.write(judged(run.path))
    log.close()
    labels, shares, painted = [], [], []
    for label, called, real, number in (
        ("clean", "clean", True, 19), ("clean", "dirty", True, 1), ("clean", "clean", False, 151),
        ("clean", "dirty", False, 22), ("dirty", "clean", False, 20), ("dirty", "dirty", False, 220),
    ):  # fmt: skip
        labels += [label] * number
        painted += [not real] * number
        shares += [(0.9, 0.1) if called == "clean" else (0.5, 0.5)] * number  # above the threshold of 0.43
    pictures = tuple(str(photos / f"{number}.png") for number in range(len(labels)))
    held = HeldOut(
        classes=("clean", "dirty"),
        labels=tuple(labels),
        probabilities=tuple(shares),
        is_painted=tuple(painted),
        pictures=pictures,
    )
    write_held_out(run.evaluation, held)
    return run


@pytest.mark.parametrize(
    ("which", "cell", "number"), [("real", (0, 0), 19), ("painted", (0, 1), 22), ("all", (0, 1), 23)]
)
def test_a_press_on_a_cell_lists_its_photos(
    tab: DashboardTab,
    session: Session,
    qtbot: QtBot,
    tmp_path: Path,
    which: str,
    cell: tuple[int, int],
    number: int,
) -> None:
    judged_run(session, tmp_path)
    listed(session, qtbot)
    page = tab.results.results
    qtbot.waitUntil(lambda: len(page.mistakes) == 43, timeout=LIMIT_MS)
    page.which.choose(which)
    middle = page.matrix._cell(*cell).center().toPoint()
    qtbot.mouseClick(page.matrix, Qt.MouseButton.LeftButton, pos=middle)
    assert tab.results.photos.title.endswith(f": {number} photo{'' if number == 1 else 's'}")
    assert len(tab.results.photos.view.tiles) == number
    tab.results.photos._back.click()
    assert page.matrix.isVisible()


def test_a_log_of_many_events_never_blocks_for_long(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    make_run(session.runs_folder / "2026-11-22_1900_b", epochs=120, done=120, best_epoch=120, patience=None)
    taken: list[int] = []
    tab._known._timer.timeout.connect(lambda: taken.append(len(tab.history.epochs)))
    listed(session, qtbot)
    qtbot.waitUntil(lambda: len(tab.history.epochs) == 120, timeout=LIMIT_MS)
    assert any(0 < epochs < 120 for epochs in taken), "the whole log was taken in one turn"


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_the_narrow_layout_picks_runs_from_a_list(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    old = make_run(session.runs_folder / "2026-11-21_1900_a", title="Old")
    make_run(session.runs_folder / "2026-11-22_1900_b", title="New")
    listed(session, qtbot)
    tab.set_compact(True)
    assert not tab.runs.isVisible()
    assert tab.header._picker.isVisible()
    tab.header._picker.setCurrentIndex(1)
    tab.header._picker.activated.emit(1)
    assert session.run == old
    assert not tab.plots.tools.isVisible()
    tab._tools.click()
    assert tab.plots.rate.isVisible()
    tab.set_compact(False)
    assert tab.plots.tools.isVisible()
    assert tab.plots.rate.isVisible()


def test_every_control_has_a_name_and_a_tooltip(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    make_run(session.runs_folder / "2026-11-22_1900_b")
    listed(session, qtbot)
    for button in tab.findChildren(QAbstractButton):
        if not button.isVisibleTo(tab):
            continue
        assert button.accessibleName() or button.text(), button
        if not button.text():
            assert button.toolTip(), button.accessibleName()


def test_a_run_goes_on_from_what_its_log_knows(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    run = make_run(session.runs_folder / "2026-11-22_1900_b", done=3)
    session.start_job("tests.ui.jobs_here:go_on", None, run.path, kind="train", title="Training")
    session.set_run(run)
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS):
        pass
    qtbot.waitUntil(lambda: not tab._known.is_being_read(run), timeout=LIMIT_MS)
    assert [epoch.epoch for epoch in tab.history.epochs] == [1, 2, 3, 4]


def test_events_fold_the_same_whoever_sends_them(tab: DashboardTab, session: Session, tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "elsewhere")
    session.set_run(run)
    for event in run_events(run.path, done=2):
        tab.receive(event, run)
    assert [epoch.epoch for epoch in tab.history.epochs] == [1, 2]


def test_asking_about_a_run_does_not_stand_for_reading_its_log(session: Session, qtbot: QtBot) -> None:
    run = make_run(session.runs_folder / "2026-11-22_1900_b", done=3)
    known = RunReplays(session, session)
    known.happened.connect(lambda event, told: known.history(told).receive(event))
    assert known.history(run).epochs == []
    for _ in range(2):
        with qtbot.waitSignal(known.was_read, timeout=LIMIT_MS):
            known.load(run)
        assert [epoch.epoch for epoch in known.history(run).epochs] == [1, 2, 3]
        known.forget(run)


def test_a_run_that_is_forgotten_while_its_log_is_read_is_not_known(session: Session, qtbot: QtBot) -> None:
    gone, kept = (make_run(session.runs_folder / f"2026-11-22_1900_{name}", done=3) for name in "ab")
    known = RunReplays(session, session)
    read: list[RunFolder] = []
    known.was_read.connect(read.append)
    for run in (gone, kept):
        known.load(run)
    known.forget(gone)
    qtbot.waitUntil(lambda: kept in read, timeout=LIMIT_MS)
    assert read == [kept]
    assert not known.is_being_read(gone)


def test_the_primary_buttons_keys_give_way_to_what_is_said_beside_it(
    tab: DashboardTab, session: Session, qtbot: QtBot
) -> None:
    sample = Sample(id=f"{0:016x}", path="a.jpg", label="clean", source_photo=f"{0:016x}")
    session.use_dataset(Manifest(folder=session.datasets_folder / "a", name="a", samples=(sample,)))
    footer, widths = tab.footer, []
    for width_px in (900, 320):
        footer.resize(width_px, footer.height())
        widths.append(footer.primary.sizeHint().width())
    assert widths[1] < widths[0]
