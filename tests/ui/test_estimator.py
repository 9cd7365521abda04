"""Times that are measured in passing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.core.presets import apply_preset
from studio.core.speeds import Speed, keep_speeds
from studio.data.manifest import Manifest, Sample
from studio.ui import estimator as module
from studio.ui.config_tab import ConfigTab
from studio.ui.estimate_panel import EstimatePanel
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


def speed_of(session: Session, **changes: str | float) -> Speed:
    values = {
        "architecture": session.config.model.architecture, "device": "cpu", "device_name": "CPU, 2 threads",
        "precision": "float32", "height": 100, "width": 100, "batch_size": 16, "sample_s": 0.05, "caching_s": 0.01,
        "measured_s": 1e9,
    }  # fmt: skip
    return Speed(**{**values, **changes})  # type: ignore[arg-type]


def test_what_a_benchmark_found_spares_the_measurement(
    made: Callable[..., Estimator], session: Session, theme: ThemeManager, qtbot: QtBot
) -> None:
    made("estimate_for_ever")
    session.set_config(session.config.edited(model__freeze="none", model__input_size=200))
    keep_speeds(session.workspace, [speed_of(session)])
    tab = ConfigTab(session, theme)
    qtbot.addWidget(tab)
    tab.estimator._is_idle = lambda: True
    tab.show()
    qtbot.waitUntil(lambda: "from a benchmark" in tab.estimate._origin.text(), timeout=LIMIT_MS)
    found = tab.estimator.find(session.config)
    assert found is not None and not tab.estimator.is_measuring
    learned, judged = 2 * session.config.data.train_ratio, 2 * session.config.data.val_ratio
    assert found.estimate.epoch_s == pytest.approx(4 * 0.05 * (learned + judged / 3))  # four times the pixels


@pytest.mark.parametrize(("size_px", "words"), [(100, "≤ 1.2 GB"), (64, "≤ 1.2 GB"), (200, "–")])
def test_a_benchmark_says_how_much_memory_batches_no_larger_take(
    made: Callable[..., Estimator], session: Session, theme: ThemeManager, qtbot: QtBot, size_px: int, words: str
) -> None:
    batch = session.config.training.batch_size
    session.set_config(session.config.edited(model__freeze="none", model__input_size=size_px))
    keep_speeds(
        session.workspace,
        [speed_of(session, batch_size=batch, memory_bytes=1_200_000_000, memory_total_bytes=8_000_000_000)],
    )
    found = made().find(session.config)
    assert found is not None
    panel = EstimatePanel(theme)
    qtbot.addWidget(panel)
    panel.show_estimate(found)
    memory = panel._figures[2]
    assert (memory._figure.text(), memory._caption.text()) == (words, "of 8.0 GB memory")


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [("model", "freeze", "backbone"), ("hardware", "device", "cuda"), ("hardware", "threads", 1)],
)
def test_a_benchmark_says_nothing_about_other_work(
    made: Callable[..., Estimator], session: Session, section: str, key: str, value: str | int
) -> None:
    keep_speeds(session.workspace, [speed_of(session)])
    estimator = made()
    config = session.config.edited(model__freeze="none")
    assert estimator.find(config) is not None
    assert estimator.find(config.with_values({f"{section}.{key}": value})) is None


def test_what_was_measured_counts_more_than_a_benchmark(
    made: Callable[..., Estimator], session: Session, qtbot: QtBot
) -> None:
    keep_speeds(session.workspace, [speed_of(session)])
    estimator = made()
    session.set_config(session.config.edited(model__freeze="none"))
    estimator.measure()
    qtbot.waitUntil(lambda: not estimator.find(session.config).is_reckoned, timeout=LIMIT_MS)


def test_speeds_of_another_version_are_passed_over(made: Callable[..., Estimator], session: Session) -> None:
    (session.workspace / "speeds.json").write_text('[{"architecture": "custom_cnn"}]')
    assert made().find(session.config.edited(model__freeze="none")) is None
