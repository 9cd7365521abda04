"""The Search pane: what a search's events add up to, and its buttons."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.core.events import RunStarted
from studio.data.manifest import Manifest, Sample
from studio.ui import searching
from studio.ui.config_tab import ConfigTab
from studio.ui.search_history import SearchHistory
from studio.ui.search_pane import SearchPane
from studio.ui.search_table import SCORE, two_lines
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from tests.ui.made_runs import epoch_event, make_run, started
from tests.ui.search_here import ending, trial
from tests.ui.train_tab import opened_train_tab

WAIT_MS = 20_000


@pytest.fixture
def session(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """A session with a dataset that searches without training."""
    monkeypatch.setattr(searching, "SEARCH_TARGET", "tests.ui.search_here:search_quickly")
    session = Session(tmp_path / "workspace")
    samples = tuple(
        Sample(id=f"{place:02}", path=f"{place}.png", label=label, source_photo=f"{place:02}")
        for place, label in enumerate(["clean", "dirty"] * 4)
    )
    session.use_dataset(Manifest(folder=tmp_path / "set", name="Plates", samples=samples))
    session.set_config(session.config.edited(search__trials=4))
    yield session
    session.close()


@pytest.fixture
def pane(session: Session, theme: ThemeManager, qtbot: QtBot) -> SearchPane:
    made = SearchPane(session, theme)
    qtbot.addWidget(made)
    made.resize(660, 712)
    made.show()
    return made


def searched(pane: SearchPane, qtbot: QtBot) -> SearchPane:
    pane.start.click()
    qtbot.waitUntil(lambda: pane.searching.history.finished is not None, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not pane.searching.is_running and pane.table.trials.rowCount() == 4, timeout=WAIT_MS)
    qtbot.waitUntil(pane.use.isVisible, timeout=WAIT_MS)
    return pane


def test_the_running_trial_comes_first_with_its_best_epoch(tmp_path: Path) -> None:
    history = SearchHistory()
    history.receive(trial(0))
    begun = started(tmp_path)
    named = RunStarted(**{**begun.__dict__, "name": "Trial 2: learning rate 0.01"})
    history.receive(named)
    told = epoch_event(1)
    history.receive(told)
    first = history.trials[0]
    assert (first.name, first.state, first.words) == ("Trial 2", "running", "learning rate 0.01")
    assert told.val is not None
    assert first.score == told.val.balanced_accuracy


def test_the_best_so_far_never_falls_and_leaves_out_what_was_given_up() -> None:
    history = SearchHistory()
    for event in (
        trial(0, state="pruned", score=0.9, best=None),
        trial(1, score=0.6, best=1),
        trial(2, score=0.5, best=1),
        trial(3, score=0.7, best=3),
    ):
        history.receive(event)
    line = history.best_so_far
    assert math.isnan(line[0])
    assert line[1:] == [0.6, 0.6, 0.7]
    assert history.best is not None
    assert history.best.number == 3


def test_no_score_stands_without_its_interval(pane: SearchPane, tmp_path: Path, qtbot: QtBot) -> None:
    pane.searching.receive(replace(trial(0, score=0.875), score_95=(0.73, 0.94)))
    pane.searching.receive(started(tmp_path))
    pane.searching.receive(epoch_event(1))
    qtbot.waitUntil(lambda: pane.table.trials.rowCount() == 2, timeout=WAIT_MS)
    running, ended = (pane.table.trials.index(row, SCORE).data() for row in (0, 1))
    assert re.fullmatch(r"[\d.]+ % \(\d+ – \d+\)", running)
    assert ended == "87.5 % (73 – 94)"
    assert pane.sentence.endswith("87.5 % (73 – 94).")


def test_settings_too_long_for_two_lines_end_in_an_ellipsis(theme: ThemeManager) -> None:
    font, words = theme.font("caption", 400), "learning rate 0.004, optimizer adamw, batch size 32, scheduler cosine"
    assert two_lines("learning rate 0.004", font, 240) == ["learning rate 0.004"]
    assert " ".join(two_lines(words, font, 240)) == words
    first, second = two_lines(words, font, 130)
    assert first == "learning rate 0.004," and second.endswith("…")


def test_letters_outside_the_first_plane_do_not_shift_where_the_second_line_begins(theme: ThemeManager) -> None:
    font, words = theme.font("caption", 400), "🍽🍽🍽 plates, learning rate 0.004"
    assert " ".join(two_lines(words, font, 150)) == words


def test_live_and_replay_add_up_to_the_same(pane: SearchPane, session: Session, qtbot: QtBot) -> None:
    live = searched(pane, qtbot).searching
    assert live.place is not None
    replayed = SearchHistory()
    for _, event in live.place.replay():
        replayed.receive(event)
    assert replayed.trials == live.history.trials
    assert replayed.finished == live.history.finished


def test_a_search_lists_its_trials_and_marks_what_was_given_up(pane: SearchPane, qtbot: QtBot) -> None:
    searched(pane, qtbot)
    states = [row.state for row in pane.table.trials.trials]
    assert states == ["pruned", "done", "done", "done"]
    assert pane.table.trials.best == 0
    assert pane.sentence == "Trial 1 is the best of 4."
    assert pane.importance.bars.accessibleDescription().startswith("Learning rate 70")


def test_the_best_settings_are_used_and_taken_back(pane: SearchPane, session: Session, qtbot: QtBot) -> None:
    before = session.config
    searched(pane, qtbot).use.click()
    assert session.config.training.learning_rate == 0.002
    qtbot.waitUntil(pane.undo.isVisible, timeout=WAIT_MS)
    pane.undo.click()
    assert session.config == before


def test_undo_leaves_later_changes_alone(pane: SearchPane, session: Session, qtbot: QtBot) -> None:
    searched(pane, qtbot).use.click()
    session.set_config(session.config.edited(training__epochs=77))
    pane.searching.undo()
    assert session.config.training.epochs == 77
    assert session.config.training.learning_rate == 0.002


def test_the_best_settings_stay_marked_when_another_setting_changes(
    pane: SearchPane, session: Session, theme: ThemeManager, qtbot: QtBot
) -> None:
    tab = ConfigTab(session, theme)
    qtbot.addWidget(tab)
    tab.draft.choose("against-overfitting")  # which says nothing of the optimizer
    before = session.config.training.optimizer
    searched(pane, qtbot).use.click()
    session.set_config(session.config.edited(training__epochs=77))
    qtbot.waitUntil(lambda: pane.searching.is_in_force and not pane.use.isVisible(), timeout=WAIT_MS)
    assert before != "adam"
    assert tab.draft.changes == ["training.epochs", "training.learning_rate", "training.optimizer"]


def test_a_stopped_search_goes_on_in_its_folder(pane: SearchPane, session: Session, qtbot: QtBot) -> None:
    session.set_config(session.config.edited(search__trials=99))
    pane.start.click()
    qtbot.waitUntil(lambda: len(pane.searching.history.ended) == 1, timeout=WAIT_MS)
    qtbot.waitUntil(pane.stop.isVisible, timeout=WAIT_MS)
    pane.stop.click()
    qtbot.waitUntil(lambda: not session.is_busy, timeout=WAIT_MS)
    place = pane.searching.place
    qtbot.waitUntil(pane.go_on.isEnabled, timeout=WAIT_MS)
    pane.go_on.click()
    qtbot.waitUntil(lambda: len(pane.searching.history.ended) == 2, timeout=WAIT_MS)
    assert pane.searching.place == place
    pane.stop.click()
    qtbot.waitUntil(lambda: not session.is_busy, timeout=WAIT_MS)


def test_a_search_is_started_and_stopped_by_keys(pane: SearchPane, session: Session, qtbot: QtBot) -> None:
    session.set_config(session.config.edited(search__trials=99))
    pane.activateWindow()
    qtbot.waitUntil(pane.isActiveWindow, timeout=WAIT_MS)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    for key, with_, trials in ((Qt.Key.Key_Return, both, 1), (Qt.Key.Key_R, both, 2)):
        button = pane.start if trials == 1 else pane.go_on
        qtbot.waitUntil(button.isEnabled, timeout=WAIT_MS)
        qtbot.keyClick(pane, key, with_)
        qtbot.waitUntil(lambda number=trials: len(pane.searching.history.ended) == number, timeout=WAIT_MS)
        qtbot.waitUntil(pane.stop.isVisible, timeout=WAIT_MS)
        qtbot.keyClick(pane, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: not session.is_busy, timeout=WAIT_MS)


def test_the_plot_is_told_in_words(pane: SearchPane, qtbot: QtBot) -> None:
    canvas = pane.plot.canvas
    assert canvas.accessibleDescription() == "0 trials ended; none has a score to compare yet."
    pane.searching.receive(replace(trial(0, score=0.875), score_95=(0.73, 0.94)))
    pane.searching.receive(trial(1, state="pruned", score=0.6, best=0))
    qtbot.waitUntil(lambda: canvas.accessibleDescription().startswith("2 trials"), timeout=WAIT_MS)
    assert canvas.accessibleDescription() == (
        "2 trials ended; trial 1 is the best so far with 87.5 % (73 – 94); 1 given up early."
    )


def test_a_whole_search_says_why_it_cannot_go_on(pane: SearchPane, qtbot: QtBot) -> None:
    searched(pane, qtbot)
    assert not pane.go_on.isEnabled()
    assert "All 4 trials are done" in pane.go_on.toolTip()


def test_the_newest_search_is_shown_after_a_restart(
    pane: SearchPane, session: Session, theme: ThemeManager, qtbot: QtBot
) -> None:
    searched(pane, qtbot)
    other = SearchPane(session, theme)
    qtbot.addWidget(other)
    other.searching.look_for_newest()
    qtbot.waitUntil(lambda: len(other.searching.history.ended) == 4, timeout=WAIT_MS)
    assert other.searching.place == pane.searching.place


def test_a_search_goes_with_its_dataset_and_comes_back_with_it(
    pane: SearchPane, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    searched(pane, qtbot)
    first = session.dataset
    assert first is not None
    session.use_dataset(replace(first, name="Plates, renamed"))
    assert len(pane.searching.history.ended) == 4
    pane.searching.look_for_newest()
    session.use_dataset(replace(first, folder=tmp_path / "other"))
    assert pane.searching.place is None
    qtbot.waitUntil(lambda: pane.table.trials.rowCount() == 0 and not pane.go_on.isVisible(), timeout=WAIT_MS)
    session.use_dataset(first)
    qtbot.waitUntil(lambda: len(pane.searching.history.ended) == 4, timeout=WAIT_MS)


def test_change_opens_the_settings_of_a_search(
    pane: SearchPane, session: Session, theme: ThemeManager, qtbot: QtBot
) -> None:
    tab = ConfigTab(session, theme)
    qtbot.addWidget(tab)
    with qtbot.waitSignal(session.tab_requested) as asked:
        pane.change.click()
    assert asked.args == ["configure"]
    assert tab.form.section == "search"


def test_without_a_dataset_the_button_says_what_is_missing(pane: SearchPane, session: Session, qtbot: QtBot) -> None:
    session.close_dataset()
    qtbot.waitUntil(lambda: not pane.start.isEnabled(), timeout=WAIT_MS)
    assert "Open a dataset first" in pane.start.toolTip()


def test_the_train_tab_shows_the_pane_and_goes_back_to_the_run(
    session: Session, theme: ThemeManager, qtbot: QtBot
) -> None:
    run = make_run(session.runs_folder / "2026-11-22_2000_plates", title="Plates", outcome="finished")
    tab = opened_train_tab(session, theme, qtbot)
    session.refresh_runs()
    qtbot.waitUntil(lambda: session.run == run, timeout=WAIT_MS)
    tab.footer.search.click()
    assert tab.search.isVisible()
    tab.footer.search.click()
    assert not tab.search.isVisible()
    assert tab.plots.isVisible()


def test_a_trial_is_opened_as_the_run_that_it_is(session: Session, theme: ThemeManager, qtbot: QtBot) -> None:
    tab = opened_train_tab(session, theme, qtbot)
    tab.open_search()
    tab.search.searching.receive(trial(0))
    tab.search.searching.receive(ending(trial(0), 1))
    qtbot.waitUntil(lambda: tab.search.table.trials.rowCount() == 1, timeout=WAIT_MS)
    tab.search.table.activated.emit(tab.search.table.trials.index(0, 0))
    assert session.run is not None
    assert session.run.path == Path("/runs/search/trials/trial-0")
    assert not tab.search.isVisible()
