"""The window: tabs, theme, what it remembers, how it gives way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from studio.ui import readiness
from studio.ui.app import open_window
from studio.ui.main_window import MainWindow
from studio.ui.memory import Memory
from studio.ui.widgets.labels import Label
from tests.ui.made_runs import make_run

LIMIT_MS = 20_000
TABS = ("dataset", "configure", "train", "classify")


@pytest.fixture
def window(qapp: QApplication, tmp_path: Path, qtbot: QtBot) -> Iterator[MainWindow]:
    window = open_window(tmp_path / "workspace")
    window.theme.set_mode("light")
    with qtbot.waitActive(window):
        window.activateWindow()
    yield window
    window.close()


def test_the_window_opens_on_the_dataset(window: MainWindow) -> None:
    assert window.isVisible()
    assert window.current_tab == "dataset"
    assert window.tabs["dataset"].isVisible()
    assert (window.width(), window.height()) == (1280, 800)


def test_ctrl_with_a_number_shows_a_tab(window: MainWindow, qtbot: QtBot) -> None:
    for number, key in reversed(list(enumerate(TABS, start=1))):
        qtbot.keyClick(window, Qt.Key(int(Qt.Key.Key_0) + number), Qt.KeyboardModifier.ControlModifier)
        assert window.current_tab == key
        assert [name for name in TABS if window.tabs[name].isVisible()] == [key]


def test_a_tab_is_shown_when_the_session_asks(window: MainWindow) -> None:
    window.session.tab_requested.emit("classify")
    assert window.current_tab == "classify"


def test_the_look_changes_with_its_button_and_back(window: MainWindow, qtbot: QtBot) -> None:
    before = window.grab().toImage().pixelColor(5, 5)
    button = next(one for one in window.findChildren(QAbstractButton) if one.accessibleName() == "Dark look")
    button.click()
    assert window.theme.is_dark
    assert window.grab().toImage().pixelColor(5, 5) != before
    assert button.accessibleName() == "Light look"
    button.click()
    assert window.grab().toImage().pixelColor(5, 5) == before


def test_everything_survives_a_restart(qapp: QApplication, tmp_path: Path, qtbot: QtBot) -> None:
    first = open_window(tmp_path)
    first.resize(1024, 700)
    first.show_tab("train")
    first.theme.set_mode("dark")
    first.close()
    second = open_window(tmp_path)
    assert second.height() == 700
    assert second.current_tab == "train"
    theme = second.theme
    assert theme.is_dark
    second.close()
    theme.set_mode("light")


def test_the_last_run_is_chosen_again(qapp: QApplication, tmp_path: Path, qtbot: QtBot) -> None:
    first = open_window(tmp_path)
    old = make_run(first.session.runs_folder / "2026-11-20_0900_a", outcome="finished")
    make_run(first.session.runs_folder / "2026-11-22_0900_b", outcome="finished")
    first.session.set_run(old)
    first.close()
    second = open_window(tmp_path)
    qtbot.waitUntil(lambda: bool(second.session.summaries) and second.session.run is not None, timeout=LIMIT_MS)
    assert second.session.run == old
    second.close()


def test_small_windows_use_the_compact_layout(window: MainWindow, qtbot: QtBot) -> None:
    assert not window.session.is_compact
    wide = window.top_bar.height()
    with qtbot.waitSignal(window.session.compact_changed):
        window.resize(1024, 640)
    assert window.session.is_compact
    assert window.top_bar.height() < wide
    assert (window.width(), window.height()) == (1024, 640), "some tab needs more room"
    with qtbot.waitSignal(window.session.compact_changed):
        window.resize(1280, 800)
    assert window.top_bar.height() == wide


def test_every_tab_fits_its_window(window: MainWindow, qtbot: QtBot) -> None:
    for size in [(1024, 640), (1280, 800), (1920, 1080)]:
        window.resize(*size)
        for key in TABS:
            window.show_tab(key)
            QApplication.processEvents()
            assert (window.width(), window.height()) == size, key
            assert window.tabs[key].minimumSizeHint().width() <= size[0], key


def test_the_sheet_lists_the_shortcuts_of_the_tab(window: MainWindow, qtbot: QtBot) -> None:
    window.show_tab("train")
    qtbot.keyClick(window, Qt.Key.Key_F1)
    qtbot.waitUntil(window.sheet.isVisible)
    listed = {words for words, _ in window.sheet.rows()}
    assert {"Dataset", "Classify", "Find a run", "Keyboard shortcuts"} <= listed
    qtbot.keyClick(window.sheet, Qt.Key.Key_Escape)
    assert not window.sheet.isVisible()


def test_no_two_shortcuts_of_a_tab_collide(window: MainWindow) -> None:
    for key in TABS:
        window.show_tab(key)
        keys = [
            button.shortcut().toString()
            for button in window.findChildren(QAbstractButton)
            if button.isVisibleTo(window) and not button.shortcut().isEmpty()
        ]
        assert len(keys) == len(set(keys)), f"{key}: {sorted(keys)}"


def test_a_message_appears_and_goes(window: MainWindow, qtbot: QtBot) -> None:
    window.session.say("danger", "plate.jpg: is empty; copy it again", "Traceback")
    assert window.message_bar.isVisible()
    assert window.message_bar.text == "plate.jpg: is empty; copy it again"
    assert window.message_bar.details == "Traceback"
    window.message_bar.dismiss()
    assert not window.message_bar.isVisible()


def test_a_workspace_that_cannot_be_written_is_told_at_once(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Memory, "isWritable", lambda settings: False)
    window = open_window(tmp_path / "workspace")
    assert window.message_bar.isVisible()
    assert "workspace cannot be written" in window.message_bar.text
    window.close()


def test_the_status_bar_tells_of_a_running_job_on_every_tab(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    session, bar = window.session, window.status_bar
    assert "Ready" in words_of(bar)
    session.start_job("tests.ui.jobs_here:work_for_long", None, tmp_path, kind="generate", title="Painting")
    qtbot.waitUntil(lambda: any("of 100" in words for words in words_of(bar)), timeout=LIMIT_MS)
    assert "Painting" in words_of(bar)
    assert "12 s left" in words_of(bar)
    window.show_tab("classify")
    stop = next(one for one in bar.findChildren(QAbstractButton) if one.accessibleName() == "Stop the running job")
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS):
        stop.click()
    assert "Ready" in words_of(bar)


def test_a_window_with_a_running_job_asks_before_it_closes(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(tmp_path / "workspace")
    session, closing = window.session, window.closing
    assert closing.may_close()
    session.start_job("tests.ui.jobs_here:work_for_long", None, tmp_path, kind="train", title="Training")
    assert not closing.may_close()
    assert "whole epochs are kept" in window.message_bar.text
    window.message_bar.dismiss()
    assert not closing.may_close(), "the question was closed, so it is asked again"
    action = next(one for one in window.message_bar.findChildren(QAbstractButton) if one.text() == "End it and close")
    with qtbot.waitSignal(window.destroyed, timeout=LIMIT_MS):
        action.click()


def test_the_question_goes_when_the_job_has_ended(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    session = window.session
    session.start_job("tests.ui.jobs_here:work_for_long", None, tmp_path, kind="generate", title="Painting")
    qtbot.waitUntil(lambda: session.progress.share is not None, timeout=LIMIT_MS)
    assert not window.closing.may_close()
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS):
        session.stop_job()
    assert not window.message_bar.isVisible()
    assert window.closing.may_close()


def test_the_title_tells_how_far_a_job_is(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    session = window.session
    assert window.windowTitle() == "Spotless Studio"
    session.start_job("tests.ui.jobs_here:work_for_long", None, tmp_path, kind="generate", title="Painting")
    qtbot.waitUntil(lambda: "% Painting – Spotless Studio" in window.windowTitle(), timeout=LIMIT_MS)
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS):
        session.stop_job()
    assert window.windowTitle() == "Spotless Studio"


def words_of(bar: object) -> list[str]:
    return [label.text() for label in bar.findChildren(Label) if label.isVisible()]  # type: ignore[attr-defined]


def test_a_crash_in_a_job_leaves_the_window_alive(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(window.session.job_ended, timeout=LIMIT_MS):
        window.session.start_job("tests.core.job_targets:die", 0, tmp_path, kind="train", title="Training")
    assert "memory" in window.message_bar.text
    assert window.notifier.last.startswith("Training has ended: ")
    assert not window.session.is_busy
    window.show_tab("configure")
    assert window.tabs["configure"].isVisible()


def test_every_button_of_the_window_has_a_name(window: MainWindow) -> None:
    for key in TABS:
        window.show_tab(key)
        for button in window.findChildren(QAbstractButton):
            if button.isVisible():
                assert button.accessibleName() or button.text(), f"{key}: {button}"


def test_the_answering_process_starts_ahead_where_there_is_a_model(
    qapp: QApplication, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_run(tmp_path / "workspace" / "runs" / "2026-11-22_2000_transfer_aa", title="A model", outcome="finished")
    window = open_window(tmp_path / "workspace")
    try:
        started: list[bool] = []
        monkeypatch.setattr(window.session.torch_host, "warm_up", lambda: started.append(True))
        monkeypatch.setattr(readiness, "_CALM_MS", 10)
        window.warm_up()
        assert not started, "the runs have not been looked through yet"
        qtbot.waitUntil(lambda: started == [True])
    finally:
        window.close()
