"""Times that are measured in passing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.core.presets import apply_preset
from studio.data.manifest import Manifest, Sample
from studio.ui import estimator as module
from studio.ui.config_tab import ConfigTab
from studio.ui.estimator import Estimator
from studio.ui.session import Session
from studio.ui.theme import ThemeManager

LIMIT_MS = 20_000


def dishes(session: Session, *labels: str) -> Manifest:
    samples = tuple(
        Sample(id=f"{number:016x}", path=f"{number}.jpg", label=label, source_photo=f"{number:016x}")
        for number, label in enumerate(labels)
    )
    return Manifest(folder=session.datasets_folder / "plates", name="plates", samples=samples)


@pytest.fixture
def owner(qtbot: QtBot) -> QWidget:
    owner = QWidget()
    qtbot.addWidget(owner)
    return owner


@pytest.fixture
def made(session: Session, owner: QWidget, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Estimator]:
    def make(target: str = "estimate_at_once", *, is_idle: bool = True) -> Estimator:
        monkeypatch.setattr(module, "ESTIMATE_TARGET", f"tests.ui.jobs_here:{target}")
        monkeypatch.setattr(module, "_CALM_MS", 0)
        monkeypatch.setattr(module, "PRESETS", {})
        estimator = Estimator(session, owner, lambda: is_idle)
        session.use_dataset(dishes(session, "clean", "dirty"))
        return estimator

    return make


def test_steps_are_timed_by_themselves_while_someone_looks(
    made: Callable[..., Estimator], session: Session, qtbot: QtBot
) -> None:
    estimator = made()
    assert estimator.find(session.config) is None
    estimator.set_watched(True)
    qtbot.waitUntil(lambda: estimator.find(session.config) is not None, timeout=LIMIT_MS)


def test_more_epochs_are_reckoned_without_another_measurement(
    made: Callable[..., Estimator], session: Session, qtbot: QtBot
) -> None:
    estimator = made()
    estimator.measure()
    qtbot.waitUntil(lambda: estimator.find(session.config) is not None, timeout=LIMIT_MS)
    config = session.config
    known = estimator.find(config)
    twice = estimator.find(config.edited(training__epochs=2 * config.training.epochs))
    assert known is not None and twice is not None
    added = known.estimate.epoch_s * config.training.epochs * config.ensemble.members
    assert twice.estimate.run_s == pytest.approx(known.estimate.run_s + added)
    assert estimator.find(config.edited(training__learning_rate=0.5)) == known
    assert estimator.find(config.edited(training__batch_size=64)) is None


def test_what_was_measured_is_there_after_a_restart(
    made: Callable[..., Estimator], session: Session, owner: QWidget, qtbot: QtBot
) -> None:
    estimator = made()
    estimator.measure()
    qtbot.waitUntil(lambda: estimator.find(session.config) is not None, timeout=LIMIT_MS)
    assert Estimator(session, owner).find(session.config) == estimator.find(session.config)


def test_a_busy_machine_is_left_alone(made: Callable[..., Estimator], qtbot: QtBot) -> None:
    estimator = made(is_idle=False)
    estimator.set_watched(True)
    qtbot.waitUntil(lambda: estimator._calm.isActive() and estimator._calm.interval() > 0, timeout=LIMIT_MS)
    assert not estimator.is_measuring


def test_a_job_takes_the_machine_back(made: Callable[..., Estimator], session: Session, qtbot: QtBot) -> None:
    estimator = made("estimate_for_ever")
    estimator.measure()
    assert estimator.is_measuring
    folder = session.runs_folder / "run"
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS):
        assert session.start_job("tests.ui.jobs_here:train_quickly", None, folder, kind="train", title="Training")
    qtbot.waitUntil(lambda: not estimator.is_measuring, timeout=LIMIT_MS)


def test_one_class_is_nothing_to_be_timed(session: Session, owner: QWidget) -> None:
    estimator = Estimator(session, owner, lambda: True)
    session.use_dataset(dishes(session, "clean", "clean"))
    assert "Paint dirt first" in estimator.obstacle


def test_the_tab_shows_what_was_measured(
    made: Callable[..., Estimator], session: Session, theme: ThemeManager, qtbot: QtBot
) -> None:
    made()
    session.set_config(apply_preset("balanced"))
    tab = ConfigTab(session, theme)
    qtbot.addWidget(tab)
    tab.estimator._is_idle = lambda: True
    tab.show()
    qtbot.waitUntil(lambda: "measured here" in tab.estimate._origin.text(), timeout=LIMIT_MS)
    assert tab.estimate._figures[0]._figure.text() == "2 s"
