"""The whole walk through the real window: drop, generate, train, finish, continue, classify."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio.core.events import EpochFinished, RunFinished
from studio.core.presets import apply_preset
from studio.core.runs import RunFolder
from studio.ui.app import open_window
from studio.ui.main_window import MainWindow
from tests.test_cli import write_dishes

LIMIT_MS = 120_000


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

    small = apply_preset("balanced").edited(
        model__input_size=48, training__epochs=200, training__batch_size=8, early_stopping__enabled=False,
        monitoring__tensorboard=False,
    )  # fmt: skip
    session.set_config(small)
    generate = dataset_tab.primary_action.button  # type: ignore[attr-defined]
    qtbot.waitUntil(generate.isEnabled, timeout=LIMIT_MS)
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS):
        generate.click()
    qtbot.waitUntil(lambda: len(session.dataset.samples) == 24, timeout=LIMIT_MS)
    assert session.dataset.counts == {"clean": 8, "dirty": 16}

    window.show_tab("configure")
    start = window.tabs["configure"].primary_action.button  # type: ignore[attr-defined]
    qtbot.waitUntil(start.isEnabled, timeout=LIMIT_MS)

    epochs: list[EpochFinished] = []
    session.event_happened.connect(lambda event: epochs.append(event) if isinstance(event, EpochFinished) else None)
    start.click()
    assert window.current_tab == "train"
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
        assert session.resume_training(run, epochs=200)
        qtbot.waitUntil(lambda: len(epochs) >= finished + 1, timeout=LIMIT_MS)
        session.stop_job()
    assert epochs[finished].epoch == finished + 1

    window.show_tab("classify")
    answer_for_a_dropped_photo(window, qtbot, RunFolder(run.path), next(photos.iterdir()))


def answer_for_a_dropped_photo(window: MainWindow, qtbot: QtBot, run: RunFolder, photo: Path) -> None:
    window.session.set_run(run)
    with qtbot.waitSignal(window.session.torch_host.answered, timeout=LIMIT_MS) as answered:
        drop(window.tabs["classify"], [photo])
        qtbot.waitUntil(lambda: True)
    value = answered.args[1]
    if not value.predictions:
        with qtbot.waitSignal(window.session.torch_host.answered, timeout=LIMIT_MS) as answered:
            pass
        value = answered.args[1]
    assert [Path(one.path).name for one in value.predictions] == [photo.name]
    assert sum(value.predictions[0].probabilities.values()) == pytest.approx(1)
