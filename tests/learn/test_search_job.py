"""The job that looks for better settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from studio.core.config import StudioConfig
from studio.core.errors import ConfigError, UserError
from studio.core.events import EpochFinished, EvaluationFinished, Notice, RunStarted
from studio.core.expert_events import SearchFinished, TrialFinished
from studio.core.jobs import ALONE, never
from studio.core.requests import SearchRequest
from studio.core.runs import RunFolder, list_runs
from studio.core.searches import SearchFolder
from studio.data.import_job import import_manifest
from studio.learn.search_job import search
from studio.learn.search_space import grid_space, smart_space
from studio.learn.search_study import Study
from tests.learn.searching import Searching, search_config
from tests.learn.training import draw_photos


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    photos = draw_photos(tmp_path_factory.mktemp("photos"), {"clean": 14, "dirty": 14})
    folder = tmp_path_factory.mktemp("data") / "set"
    import_manifest([photos], folder, emit=lambda event: None, should_stop=never)
    return folder


@pytest.fixture(scope="module")
def done(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Searching:
    return Searching(dataset, tmp_path_factory.mktemp("runs") / "search", search_config())


def test_every_trial_is_told_with_what_it_tried(done: Searching) -> None:
    trials = done.heard(TrialFinished)
    assert [trial.number for trial in trials] == [0, 1, 2]
    assert [(trial.done, trial.total) for trial in trials] == [(1, 3), (2, 3), (3, 3)]
    assert all("training.learning_rate" in trial.values for trial in trials)


def test_the_settings_at_hand_are_tried_first(done: Searching) -> None:
    assert done.heard(TrialFinished)[0].values["training.learning_rate"] == 0.003


def test_the_score_is_the_balanced_accuracy_of_the_best_epoch(done: Searching) -> None:
    first = done.heard(TrialFinished)[0]
    told = [event for _, event in RunFolder(Path(first.run)).replay() if isinstance(event, EpochFinished)]
    assert first.score == max(event.val.balanced_accuracy for event in told if event.val is not None)


def test_trials_are_runs_whose_name_says_so(done: Searching) -> None:
    runs = list_runs(done.place.path.parent)
    assert len(runs) == 3
    assert all(run.title.startswith("Trial ") for run in runs)


def test_the_best_settings_are_those_of_the_search_with_the_best_trials(done: Searching) -> None:
    (end,) = done.heard(SearchFinished)
    best = StudioConfig.load(done.place.best_config)
    assert end.best is not None
    assert best == search_config().with_values(dict(end.values))
    assert best.training.epochs == search_config().training.epochs


def test_the_end_says_how_far_the_best_can_be_told_apart(done: Searching) -> None:
    (end,) = done.heard(SearchFinished)
    assert "95 % interval" in end.sentence
    assert "other whole trials" in end.sentence


def test_no_trial_is_judged_on_the_test_photos(done: Searching) -> None:
    for run in list_runs(done.place.path.parent):
        told = [event for _, event in run.replay() if isinstance(event, EvaluationFinished)]
        assert not [event for event in told if event.split == "test"]


def test_only_the_best_trial_keeps_its_model(done: Searching) -> None:
    (end,) = done.heard(SearchFinished)
    best = next(trial for trial in done.heard(TrialFinished) if trial.number == end.best)
    kept = [run for run in list_runs(done.place.path.parent) if run.best.exists()]
    assert [str(run.path) for run in kept] == [best.run]


def test_a_score_has_the_interval_of_the_photos(done: Searching) -> None:
    for trial in done.heard(TrialFinished):
        told = [event for _, event in RunFolder(Path(trial.run)).replay(EpochFinished)]
        best = [event for event in told if isinstance(event, EpochFinished) and event.is_best][-1]
        assert trial.score_95 is not None and trial.score_95 == best.balanced_accuracy_95


def test_the_model_of_a_trial_that_another_process_runs_is_left_alone(dataset: Path, tmp_path: Path) -> None:
    other = RunFolder(tmp_path / "s" / "trials" / "2026-11-22_0900_trial-009_ab12")
    other.best.parent.mkdir(parents=True)
    other.best.write_bytes(b"training")
    Searching(dataset, tmp_path / "s", search_config(search__trials=1))
    assert other.best.exists()


def test_the_log_holds_what_was_said(done: Searching) -> None:
    stored = [event for _, event in done.place.replay() if isinstance(event, TrialFinished | SearchFinished)]
    assert stored == [*done.heard(TrialFinished), *done.heard(SearchFinished)]


def test_a_stopped_search_goes_on_in_its_folder(dataset: Path, tmp_path: Path) -> None:
    config = search_config(search__trials=2)

    def second_begins(events: list[object]) -> bool:
        return sum(isinstance(event, RunStarted) for event in events) >= 2

    first = Searching(dataset, tmp_path / "s", config, stops=second_begins)  # type: ignore[arg-type]
    assert len(first.heard(TrialFinished)) == 1
    stopped = first.heard(RunStarted)[-1].name
    second = Searching(dataset, tmp_path / "s", config)
    (trial,) = second.heard(TrialFinished)
    assert (trial.done, trial.total) == (2, 2)
    tried = stopped.partition(": ")[2]
    assert second.heard(RunStarted)[0].name.partition(": ")[2] == tried
    assert second.heard(SearchFinished)[0].trials == 2


def test_a_search_whose_trials_no_longer_compare_says_that_it_begins_anew(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = search_config(search__trials=1)
    first = Searching(dataset, tmp_path / "s", config)
    monkeypatch.setattr("studio.learn.search_study._study_name", lambda *told: "of another version")
    second, third = (Searching(dataset, tmp_path / "s", config) for _ in range(2))
    told = [[notice.text[:23] for notice in each.heard(Notice)] for each in (first, second, third)]
    assert [texts.count("The search begins anew:") for texts in told] == [0, 1, 0]
    assert [len(each.heard(TrialFinished)) for each in (first, second, third)] == [1, 1, 0]


def test_a_search_goes_on_with_its_own_settings_alone(dataset: Path, tmp_path: Path) -> None:
    Searching(dataset, tmp_path / "s", search_config(search__trials=1))
    with pytest.raises(ConfigError, match="search.quick_epochs"):
        Searching(dataset, tmp_path / "s", search_config(search__trials=1, search__quick_epochs=1))


def test_no_trial_starts_after_the_time_limit(dataset: Path, tmp_path: Path) -> None:
    done = Searching(dataset, tmp_path / "s", search_config(search__timeout_s=1e-6))
    assert not done.heard(TrialFinished)
    assert done.heard(SearchFinished)[0].best is None


def test_a_trial_whose_loss_diverges_fails_and_the_search_goes_on(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studio.learn import search_trial

    train, calls = search_trial.train, []

    def first_diverges(*args: object, **others: object) -> None:
        calls.append(1)
        if len(calls) == 1:
            raise UserError("The loss is no number any more")
        train(*args, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(search_trial, "train", first_diverges)
    done = Searching(dataset, tmp_path / "s", search_config(search__trials=2))
    assert [trial.state for trial in done.heard(TrialFinished)] == ["failed", "done"]
    assert done.heard(SearchFinished)[0].failed == 1


def test_a_search_without_validation_photos_is_refused(dataset: Path, tmp_path: Path) -> None:
    config = search_config(data__train_ratio=1.0, data__val_ratio=0.0)
    with pytest.raises(ConfigError, match="data.val_ratio"):
        Searching(dataset, tmp_path / "s", config)


def test_a_storage_that_cannot_be_opened_is_told_with_the_way_out(dataset: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="check --storage"):
        Searching(dataset, tmp_path / "s", search_config(), storage="nonsense://nowhere")


def test_a_password_is_written_down_nowhere(tmp_path: Path) -> None:
    place = SearchFolder(tmp_path)
    address = "postgresql://me:secret@host/studies"
    place.save(SearchRequest(config=search_config(), data="/photos", storage=address))
    assert "secret" not in place.record.read_text()
    with pytest.raises(UserError, match="SPOTLESS_STORAGE_PASSWORD"):
        search(place.load(), tmp_path, seat=ALONE, emit=lambda event: None, should_stop=never)
    request = SearchRequest(config=search_config(), data="/photos", storage="postgresql://mine:hidden@host/studies")
    with pytest.raises(ConfigError, match="mine") as refused:
        search(request, tmp_path, seat=ALONE, emit=lambda event: None, should_stop=never)
    assert "hidden" not in str(refused.value)


def test_a_torn_study_is_told_with_the_way_out(dataset: Path, tmp_path: Path) -> None:
    Searching(dataset, tmp_path / "s", search_config(search__trials=1))
    SearchFolder(tmp_path / "s").journal.write_text("no journal\n{}\n")
    with pytest.raises(UserError, match="begin a new search"):
        Searching(dataset, tmp_path / "s", search_config(search__trials=1))


def test_without_optuna_the_way_out_is_named(dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(UserError, match="pip install optuna"):
        Searching(dataset, tmp_path / "s", search_config())


def open_study(folder: Path, config: StudioConfig) -> Study:
    is_grid = config.search.mode == "grid"
    space = grid_space() if is_grid else smart_space(config)
    return Study(config, space, journal=folder / "study.journal", storage="", fingerprint="photos")


def test_a_grid_tries_each_combination_once(tmp_path: Path) -> None:
    study = open_study(tmp_path, search_config(search__mode="grid"))
    tried = []
    while (asked := study.ask()) is not None:
        tried.append(json.dumps(asked[1]))
        study.close(asked[0], "done", 0.5, {"score": 0.5})
    assert len(tried) == len(set(tried)) == 108


def test_a_trial_that_lags_behind_is_given_up(tmp_path: Path) -> None:
    study = open_study(tmp_path, search_config(search__quick_epochs=4, search__trials=20))
    for _ in range(4):
        trial, _values = study.ask()  # type: ignore[misc]
        assert not any(study.report(trial, 0.9, epoch) for epoch in (1, 2, 3))
        study.close(trial, "done", 0.9, {"score": 0.9})
    trial, _values = study.ask()  # type: ignore[misc]
    assert any(study.report(trial, 0.1, epoch) for epoch in (1, 2))


def test_two_that_share_a_study_run_no_trial_too_many(tmp_path: Path) -> None:
    config = search_config(search__trials=3)
    storage = f"sqlite:///{tmp_path}/shared.db"
    one, other = (
        Study(config, smart_space(config), journal=tmp_path / "unused", storage=storage, fingerprint="photos")
        for _ in range(2)
    )
    asked = [one.ask(), other.ask(), one.ask()]
    assert [trial is not None for trial in asked] == [True, True, True]
    assert other.ask() is None
    for found in asked:
        assert found is not None
        one.close(found[0], "done", 0.5, {"score": 0.5})
    assert [trial.number for trial in other.ended()] == [0, 1, 2]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "journal"])
def test_two_processes_share_one_study(dataset: Path, tmp_path: Path, kind: str) -> None:
    storage = f"{kind}:///{tmp_path}/shared.{kind}"
    folders = [tmp_path / "one", tmp_path / "other"]
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.learn.search_worker", str(folder), str(dataset), storage, "4"],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            stderr=subprocess.PIPE,
            text=True,
        )
        for folder in folders
    ]
    said = [worker.communicate(timeout=200)[1] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], said
    trained = list_runs(tmp_path)
    assert len(trained) == 4
    told = [
        {event.number for _, event in SearchFolder(folder).replay() if isinstance(event, TrialFinished)}
        for folder in folders
    ]
    assert len(told[0] | told[1]) == 4
    assert all(list(SearchFolder(folder).trials.iterdir()) for folder in folders), "one did all the work"


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_whole_grid_is_trained(dataset: Path, tmp_path: Path) -> None:
    config = search_config(search__mode="grid", search__quick_epochs=1, search__quick_batches=1)
    done = Searching(dataset, tmp_path / "s", config)
    trials = done.heard(TrialFinished)
    assert len(trials) == len({json.dumps(trial.values) for trial in trials}) == 108
    assert [(trial.done, trial.state) for trial in trials] == [(number, "done") for number in range(1, 109)]
    for trial in trials:
        trained = RunFolder(Path(trial.run)).load_config()
        assert {path: trained.value(path) for path in trial.values} == trial.values
    (end,) = done.heard(SearchFinished)
    assert (end.trials, end.pruned, end.failed) == (108, 0, 0)
    assert len([run for run in list_runs(tmp_path) if run.best.exists()]) == 1
