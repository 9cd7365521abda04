"""The place where the tabs meet."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from studio.core.config import StudioConfig
from studio.core.presets import apply_preset
from studio.core.requests import TrainRequest
from studio.core.runs import RunFolder
from studio.data.manifest import Manifest, Sample
from studio.ui.session import Session
from tests.ui.made_runs import make_run

LIMIT_MS = 20_000


def saved(folder: Path, name: str, photos: int = 3, *, dirty: int = 0) -> Manifest:
    samples = tuple(
        Sample(
            id=f"{number:016x}",
            path=f"photo{number}.jpg",
            label="dirty" if number < dirty else "clean",
            source_photo=f"{number:016x}",
        )
        for number in range(photos)
    )
    manifest = Manifest(folder=folder, name=name, samples=samples)
    manifest.save()
    return manifest


def test_an_opened_dataset_is_told_and_remembered(session: Session, qtbot: QtBot) -> None:
    saved(session.datasets_folder / "plates", "plates")
    with qtbot.waitSignal(session.dataset_changed, timeout=LIMIT_MS) as told:
        session.open_dataset(session.datasets_folder / "plates")
    assert told.args[0] is session.dataset
    assert [(entry.name, entry.samples) for entry in session.recent_datasets()] == [("plates", 3)]


def test_a_dataset_that_cannot_be_read_is_said_in_words(session: Session, qtbot: QtBot) -> None:
    folder = session.datasets_folder / "torn"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    with qtbot.waitSignal(session.message, timeout=LIMIT_MS) as told:
        session.open_dataset(folder)
    kind, words, _ = told.args
    assert kind == "danger"
    assert words.startswith("The dataset cannot be opened: ")
    assert session.dataset is None


def test_the_last_open_dataset_comes_first(session: Session, qtbot: QtBot) -> None:
    for name in ("plates", "bowls", "plates"):
        saved(session.datasets_folder / name, name)
        with qtbot.waitSignal(session.dataset_changed, timeout=LIMIT_MS):
            session.open_dataset(session.datasets_folder / name)
    assert [entry.name for entry in session.recent_datasets()] == ["plates", "bowls"]
    session.forget_dataset(session.datasets_folder / "plates")
    assert [entry.name for entry in session.recent_datasets()] == ["bowls"]


def test_a_new_session_finds_everything_as_it_was_left(tmp_path: Path, qtbot: QtBot) -> None:
    first = Session(tmp_path)
    saved(first.datasets_folder / "plates", "plates")
    run = make_run(first.runs_folder / "2026-11-22_1900_a", outcome="finished")
    with qtbot.waitSignal(first.dataset_changed, timeout=LIMIT_MS):
        first.open_dataset(first.datasets_folder / "plates")
    first.set_run(run)
    first.set_config(apply_preset("cpu-only"))
    first.close()

    second = Session(tmp_path)
    assert second.config == apply_preset("cpu-only")
    with qtbot.waitSignals([second.dataset_changed, second.run_changed, second.runs_changed], timeout=LIMIT_MS):
        second.restore()
    assert second.dataset is not None and second.dataset.name == "plates"
    assert second.run == run
    assert [summary.run for summary in second.summaries] == [run]
    second.close()


def test_a_dataset_that_is_gone_is_not_missed(tmp_path: Path, qtbot: QtBot) -> None:
    first = Session(tmp_path)
    first.settings.setValue("dataset/last", str(tmp_path / "gone"))
    first.close()
    second = Session(tmp_path)
    with qtbot.waitSignal(second.runs_changed, timeout=LIMIT_MS):
        second.restore()
    assert second.dataset is None
    second.close()


def test_unknown_settings_of_another_version_give_way_to_the_default(tmp_path: Path, qtbot: QtBot) -> None:
    first = Session(tmp_path)
    first.settings.setValue("config/last", '{"training": {"no_such_setting": 1}}')
    first.close()
    second = Session(tmp_path)
    assert second.config == apply_preset("transfer")
    second.close()


def test_settings_of_another_version_are_kept_as_far_as_they_are_known(tmp_path: Path, qtbot: QtBot) -> None:
    values = StudioConfig().edited(training__epochs=7).to_mapping()
    values["training"]["no_such_setting"] = 1
    first = Session(tmp_path)
    first.settings.setValue("config/last", json.dumps(values))
    first.close()
    second = Session(tmp_path)
    assert second.config.training.epochs == 7
    with qtbot.waitSignal(second.message, timeout=LIMIT_MS) as said:
        second.restore()
    assert "training.no_such_setting: unknown setting" in said.args[2]
    second.close()


def test_names_of_new_datasets_never_collide(session: Session) -> None:
    first = session.new_dataset_folder("Küche: oben/unten")
    first.mkdir(parents=True)
    second = session.new_dataset_folder("Küche: oben/unten")
    assert first != second
    assert first.parent == second.parent == session.datasets_folder
    assert session.new_dataset_folder("../..").parent == session.datasets_folder


def test_a_second_job_is_refused_with_the_reason(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    assert session.start_job("tests.ui.jobs_here:work_for_long", None, tmp_path, kind="generate", title="Painting")
    with qtbot.waitSignal(session.message) as told:
        assert not session.start_job("tests.ui.jobs_here:work_for_long", None, tmp_path, kind="train", title="Training")
    assert told.args[1] == "Painting is still running; stop it, or wait until it is done."
    assert session.training_obstacle() == "Painting is still running."
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS) as ended:
        session.stop_job()
    job, ending = ended.args
    assert (job.kind, ending.outcome) == ("generate", "stopped")
    assert not session.is_busy


def test_progress_is_told_in_words_with_its_share(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    session.start_job("tests.ui.jobs_here:work_for_long", None, tmp_path, kind="generate", title="Painting")
    qtbot.waitUntil(lambda: session.progress.share is not None, timeout=LIMIT_MS)
    assert session.progress.words.startswith("painting ")
    assert session.progress.remaining_s == 12.0
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS):
        session.stop_job()


def test_a_job_that_meets_bad_input_leaves_a_message(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(session.message, timeout=LIMIT_MS) as told:
        session.start_job("tests.ui.jobs_here:meet_bad_input", None, tmp_path, kind="import", title="Import")
    assert told.args == ["danger", "plates: holds no photos; add some", ""]
    qtbot.waitUntil(lambda: not session.is_busy, timeout=LIMIT_MS)


def test_closing_ends_what_is_running(tmp_path: Path, qtbot: QtBot) -> None:
    session = Session(tmp_path)
    session.start_job("tests.core.job_targets:ignore_stop", None, tmp_path, kind="train", title="Training")
    with qtbot.waitSignal(session.event_happened, timeout=LIMIT_MS):
        pass
    session.close()
    assert not session.is_busy


def test_training_needs_photos(session: Session, qtbot: QtBot) -> None:
    assert session.training_obstacle() == "Open a dataset first."
    saved(session.datasets_folder / "empty", "empty", photos=0)
    with qtbot.waitSignal(session.dataset_changed, timeout=LIMIT_MS):
        session.open_dataset(session.datasets_folder / "empty")
    assert session.training_obstacle() == "The dataset has no photos yet."
    with qtbot.waitSignal(session.message):
        assert not session.start_training()


def test_the_settings_to_go_on_with_are_read_once_and_off_the_windows_thread(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(session.runs_folder / "2026-11-22_1900_a", done=5)
    threads: list[int] = []
    asked: list[TrainRequest] = []

    def load_config(run: RunFolder) -> StudioConfig:
        threads.append(threading.get_ident())
        return StudioConfig()

    monkeypatch.setattr(RunFolder, "load_config", load_config)
    monkeypatch.setattr(session, "start_job", lambda target, request, *_, **__: asked.append(request) or True)
    session.resume_training(run, epochs=30)
    session.resume_training(run, epochs=30)
    qtbot.waitUntil(lambda: bool(asked), timeout=LIMIT_MS)
    assert len(threads) == 1
    assert threads[0] != threading.get_ident()
    assert [request.config.training.epochs for request in asked] == [30]
    assert session.run == run


def test_a_run_whose_settings_cannot_be_read_does_not_go_on(session: Session, qtbot: QtBot) -> None:
    run = make_run(session.runs_folder / "2026-11-22_1900_a", done=5)
    run.config.write_text("{", encoding="utf-8")
    for _ in range(2):  # a second attempt is told the same
        with qtbot.waitSignal(session.message, timeout=LIMIT_MS) as told:
            session.resume_training(run)
        assert told.args[0] == "danger"
        assert "config.json" in told.args[1]
    assert not session.is_busy


@pytest.mark.parametrize("preset", ["balanced", "cpu-only"])
def test_settings_are_told_only_when_they_change(session: Session, qtbot: QtBot, preset: str) -> None:
    with qtbot.waitSignal(session.config_changed):
        session.set_config(apply_preset(preset))
    with qtbot.assertNotEmitted(session.config_changed):
        session.set_config(apply_preset(preset))


def opened(session: Session, qtbot: QtBot, name: str, *, dirty: int = 0) -> None:
    saved(session.datasets_folder / name, name, dirty=dirty)
    with qtbot.waitSignal(session.dataset_changed, timeout=LIMIT_MS):
        session.open_dataset(session.datasets_folder / name)


def test_clean_photos_alone_bring_the_strategy_made_for_them(session: Session, qtbot: QtBot) -> None:
    assert session.config == apply_preset("transfer")
    with qtbot.waitSignal(session.config_changed, timeout=LIMIT_MS):
        opened(session, qtbot, "clean")
    assert session.config == apply_preset("from-clean-photos")
    opened(session, qtbot, "both", dirty=1)
    assert session.config == apply_preset("transfer")


def test_a_default_is_not_remembered_as_a_choice(tmp_path: Path, qtbot: QtBot) -> None:
    first = Session(tmp_path)
    opened(first, qtbot, "clean")
    first.close()
    second = Session(tmp_path)
    assert second.config == apply_preset("transfer")
    second.close()


def test_chosen_settings_are_left_alone(tmp_path: Path, qtbot: QtBot) -> None:
    first = Session(tmp_path)
    first.set_config(apply_preset("balanced"))
    opened(first, qtbot, "clean")
    assert first.config == apply_preset("balanced")
    first.close()
    second = Session(tmp_path)  # what is remembered was chosen
    opened(second, qtbot, "clean too")
    assert second.config == apply_preset("balanced")
    second.close()
