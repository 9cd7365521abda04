"""The whole walk through the real window: drop, generate, train, finish, continue, classify, correct.

Once without a screen, once on a virtual one, whose picture goes to the file that `SPOTLESS_SCREENSHOT` names.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio.core.config import StudioConfig
from studio.core.events import EpochFinished, RunFinished
from studio.core.presets import apply_preset
from studio.core.requests import Classified, Prediction
from studio.core.runs import RunFolder
from studio.ui.app import open_window
from studio.ui.main_window import MainWindow
from studio.ui.tokens import design_tokens
from tests.test_cli import write_dishes
from tests.virtual_screen import virtual_screen
from tests.waiting import wait

ROOT = Path(__file__).resolve().parent.parent
LIMIT_MS = 120_000
_CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(qapp: QApplication, tmp_path: Path) -> Iterator[MainWindow]:
    window = open_window(tmp_path / "workspace")
    yield window
    window.close()


def drop(target: QWidget, paths: list[Path]) -> None:
    """What the system sends when files are dragged onto a widget and let go."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    place = QPointF(target.width() / 2, target.height() / 2)
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(target, QDragEnterEvent(place.toPoint(), copy, data, left, none))
    QApplication.sendEvent(target, QDropEvent(place, copy, data, left, none))


def test_from_a_dropped_folder_to_an_answered_photo(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    session = window.session
    photos = tmp_path / "küche"
    write_dishes(photos, 8)

    dataset_tab = window.tabs["dataset"]
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS):
        drop(dataset_tab, [photos])
    qtbot.waitUntil(lambda: session.dataset is not None, timeout=LIMIT_MS)
    assert session.dataset is not None
    assert session.dataset.counts == {"clean": 8}

    session.set_config(small(epochs=200))
    generate = primary_button(window, qtbot, "Generate 16")
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS):
        generate.click()
    painted = {"clean": 8, "dirty": 16}
    qtbot.waitUntil(lambda: session.dataset is not None and session.dataset.counts == painted, timeout=LIMIT_MS)

    window.show_tab("configure")
    start = primary_button(window, qtbot, "Start training")

    epochs: list[EpochFinished] = []
    session.event_happened.connect(lambda event: epochs.append(event) if isinstance(event, EpochFinished) else None)
    start.click()
    qtbot.waitUntil(lambda: window.current_tab == "train", timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: len(epochs) >= 2, timeout=LIMIT_MS)
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS) as ended:
        window.tabs["train"].primary_action.click()  # type: ignore[attr-defined]
    assert ended.args[1].outcome == "stopped"
    run = session.run
    assert run is not None
    assert run.best.is_file()
    finished = len(epochs)
    assert isinstance([event for _, event in run.replay()][-1], RunFinished)

    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS):
        session.resume_training(run, epochs=200)
        qtbot.waitUntil(lambda: len(epochs) >= finished + 1, timeout=LIMIT_MS)
        session.stop_job()
    assert epochs[finished].epoch == finished + 1

    window.show_tab("classify")
    write_dishes(tmp_path / "new", 9)
    photo = tmp_path / "new" / "teller-08ü.jpg"
    label = answer_for_a_dropped_photo(window, qtbot, RunFolder(run.path), photo)
    picture_of_the_screen()
    correct(window, qtbot, photo, label)


def test_the_same_with_keys_alone(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    session = window.session
    write_dishes(tmp_path / "photos", 8)
    write_dishes(tmp_path / "new", 9)
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS):
        paste(window, tmp_path / "photos")
    qtbot.waitUntil(lambda: session.dataset is not None, timeout=LIMIT_MS)
    session.set_config(small(epochs=2))
    primary_button(window, qtbot, "Generate 16")
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS):
        press(window, Qt.Key.Key_G, _CONTROL)
    press(window, Qt.Key.Key_2, _CONTROL)
    primary_button(window, qtbot, "Start training")
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS):
        press(window, Qt.Key.Key_Return, _CONTROL)
    assert window.current_tab == "train"
    press(window, Qt.Key.Key_4, _CONTROL)
    tab: Any = window.tabs["classify"]
    paste(window, tmp_path / "new" / "teller-08ü.jpg")
    qtbot.waitUntil(lambda: tab.feed.done == 1, timeout=LIMIT_MS)
    for _ in range(40):  # the way to the cards is a few tabs long
        if tab.cards.hasFocus():
            break
        press(window, Qt.Key.Key_Tab)
    assert tab.cards.hasFocus()
    press(window, Qt.Key.Key_End)
    press(window, Qt.Key.Key_1)
    if not tab.results.corrections:  # a sure answer was right
        press(window, Qt.Key.Key_2)
    primary_button(window, qtbot, "Add")
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS):
        press(window, Qt.Key.Key_D, _CONTROL)


def press(window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key wherever the keyboard is."""
    focus = window.focusWidget()
    QTest.keyClick(focus if focus is not None and focus.isVisible() else window, key, modifiers)


def paste(window: MainWindow, path: Path) -> None:
    """Copy a file or folder as the system's file manager does, then paste it."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    QGuiApplication.clipboard().setMimeData(data)
    press(window, Qt.Key.Key_V, _CONTROL)


def primary_button(window: MainWindow, qtbot: QtBot, words: str) -> QAbstractButton:
    """Wait until the primary button of the tab in sight begins with these words and can be pressed.

    A turn of the event loop passes between an opened dataset and its page: until then, the button in sight is another.
    """

    def in_sight() -> QAbstractButton:
        tab: Any = window.tabs[window.current_tab]
        button: QAbstractButton = tab.primary_action.button
        return button

    qtbot.waitUntil(lambda: in_sight().isEnabled() and in_sight().text().startswith(words), timeout=LIMIT_MS)
    return in_sight()


def small(epochs: int) -> StudioConfig:
    """Settings of a training that takes seconds."""
    return apply_preset("balanced").edited(
        model__input_size=48, training__epochs=epochs, training__batch_size=8, early_stopping__enabled=False,
        monitoring__tensorboard=False,
    )  # fmt: skip


def answer_for_a_dropped_photo(window: MainWindow, qtbot: QtBot, run: RunFolder, photo: Path) -> str:
    window.session.set_run(run)
    tab: Any = window.tabs["classify"]
    answers: list[Prediction] = []

    def take(_: int, answer: object) -> None:
        answers.extend(answer.predictions if isinstance(answer, Classified) else ())

    window.session.torch_host.answered.connect(take)
    drop(tab, [photo])
    qtbot.waitUntil(lambda: bool(answers) and tab.feed.done == 1, timeout=LIMIT_MS)
    assert [Path(one.path).name for one in answers] == [photo.name]
    assert sum(answers[0].probabilities.values()) == pytest.approx(1)
    return answers[0].chosen


def correct(window: MainWindow, qtbot: QtBot, photo: Path, answered: str) -> None:
    """Say by keys that the answer was wrong, then add the photo to the dataset."""
    session, tab, keys = window.session, cast("Any", window.tabs["classify"]), cast("Any", qtbot)
    truth = "clean" if answered == "dirty" else "dirty"
    keys.keyClick(tab.cards, Qt.Key.Key_End)
    keys.keyClick(tab.cards, Qt.Key.Key_1 if truth == "clean" else Qt.Key.Key_2)
    button = primary_button(window, qtbot, "Add")
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS):
        button.click()

    def has_joined() -> bool:
        samples = () if session.dataset is None else session.dataset.samples
        return any(Path(one.path).name == photo.name and one.label == truth for one in samples)

    qtbot.waitUntil(has_joined, timeout=LIMIT_MS)


def picture_of_the_screen() -> None:
    """Save what the X server shows, where a file is named for it."""
    file = os.environ.get("SPOTLESS_SCREENSHOT")
    if file:
        assert QGuiApplication.platformName() == "xcb"
        wait(1000)
        assert QGuiApplication.primaryScreen().grabWindow(0).save(file)


@pytest.mark.slow
def test_the_same_on_a_screen(tmp_path: Path) -> None:
    picture = tmp_path / "screen.png"
    see_on_a_screen(tmp_path, __file__, "dropped_folder", SPOTLESS_SCREENSHOT=str(picture))
    screen = QImage(str(picture))
    assert (screen.width(), screen.height()) == (1280, 800)
    ink = QColor(design_tokens()["colors"]["light"]["dirty"])
    dots = (screen.pixelColor(x, y) == ink for x in range(0, 1280, 4) for y in range(0, 800, 4))
    assert sum(dots) > 10, "nothing in the colour of dirty dishes is on the screen"


def test_the_window_works_on_a_screen(tmp_path: Path) -> None:
    see_on_a_screen(tmp_path, str(ROOT / "tests/ui/test_main_window.py"), "lists_the_shortcuts")


def see_on_a_screen(folder: Path, file: str, name: str, **environment: str) -> None:
    """Run a test on a virtual screen; skips where there is none."""
    if shutil.which("Xvfb") is None:
        pytest.skip("no Xvfb here, the screen for machines without one")
    with virtual_screen(folder / "number") as display:
        walked = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", file, "-k", name],
            env=os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"} | environment,
            cwd=ROOT, capture_output=True, text=True, timeout=600,
        )  # fmt: skip
    said = walked.stdout + walked.stderr
    if "no Qt platform plugin could be initialized" in said:
        pytest.skip("Qt's system libraries for X are not installed here")
    assert walked.returncode == 0, said[-4000:]
