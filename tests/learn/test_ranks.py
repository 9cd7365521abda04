"""Several processes that train together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from studio.core import jobs
from studio.core.errors import ConfigError
from studio.core.events import EpochFinished, EvaluationFinished, Event, JobEnded, RunFinished, RunStarted
from studio.core.requests import TrainRequest
from studio.core.runs import RunFolder
from studio.learn.checkpoints import load_model
from studio.learn.digests import weights_digest
from studio.learn.ranks import check_precision, choose_device, choose_threads, usable_cores
from tests.learn import rank_jobs
from tests.learn.tiny import tiny_config
from tests.learn.training import draw_photos, quick_config

SGD = {"training__optimizer": "sgd", "training__learning_rate": 0.1, "training__epochs": 2}


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one rank, and what each of two ranks, made of the same task."""
    folder = tmp_path_factory.mktemp("ranks")
    config = tiny_config(**SGD)
    rank_jobs.learn(config, folder, seat=jobs.ALONE, emit=lambda event: None, should_stop=jobs.never)
    *_, last = jobs.start("tests.learn.rank_jobs:learn", config, folder, ranks=2).events()
    assert last == JobEnded(outcome="done", exit_codes=(0, 0)), last
    return {file.stem: torch.load(file, weights_only=True) for file in folder.iterdir()}


def test_the_same_weights_are_judged_the_same_by_any_number_of_ranks(learned: dict[str, Any]):
    assert learned["rank0of1"]["before"] == learned["rank0of2"]["before"] == learned["rank1of2"]["before"]


def test_every_sample_is_learned_from_once_by_any_number_of_ranks(learned: dict[str, Any]):
    assert learned["rank0of1"]["counts"] == learned["rank0of2"]["counts"] == learned["rank1of2"]["counts"] == [24, 24]


def test_two_ranks_learn_what_one_learns(learned: dict[str, Any]):
    one, first, second = (learned[name]["weights"] for name in ("rank0of1", "rank0of2", "rank1of2"))
    for name, value in one.items():
        assert torch.equal(first[name], second[name])
        assert torch.allclose(value, first[name], atol=1e-5)


def test_bad_input_met_by_rank_0_is_everyone_s(learned: dict[str, Any]):
    assert {result["said"] for result in learned.values()} == {"the folder is read-only"}


def test_a_claim_of_one_rank_is_heard_by_all(learned: dict[str, Any]):
    assert learned["rank0of2"]["agreed"] == learned["rank1of2"]["agreed"] == (True, False)
    assert learned["rank0of2"]["gathered"] == learned["rank1of2"]["gathered"] == [0, 1]


def test_two_ranks_stop_together_and_keep_the_best(tmp_path: Path):
    photos = draw_photos(tmp_path / "photos", {"clean": 10, "dirty": 10})
    config = quick_config(training__epochs=500, hardware__processes=2)
    request = TrainRequest(config=config, data=str(photos))
    running = jobs.start("studio.learn.train_job:train", request, tmp_path / "run", ranks=2)
    said: list[Event] = []
    for event in running.events():
        said.append(event)
        if isinstance(event, EpochFinished) and event.epoch == 2:
            running.request_stop()
    assert said[-1] == JobEnded(outcome="stopped", exit_codes=(0, 0))
    started = next(event for event in said if isinstance(event, RunStarted))
    assert started.processes == 2 and "2 processes" in started.device
    finished = next(event for event in said if isinstance(event, RunFinished))
    assert finished.outcome == "stopped" and Path(finished.model).is_file()


def test_a_device_that_is_not_there_is_bad_input(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    for wish in ("cuda", "mps"):
        with pytest.raises(ConfigError, match=r"hardware\.device"):
            choose_device(wish, 0, 1, 1)
    assert choose_device("auto", 0, 1, 1) == torch.device("cpu")


def test_more_processes_than_graphics_cards_are_bad_input(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    assert choose_device("auto", 0, 1, 1) == torch.device("cuda", 0)
    with pytest.raises(ConfigError, match=r"hardware\.processes: 2"):
        choose_device("cuda", 1, 2, 2)


def test_a_precision_that_the_device_has_not_is_bad_input():
    with pytest.raises(ConfigError, match=r"hardware\.precision: float16"):
        check_precision("float16", torch.device("cpu"))
    check_precision("bfloat16", torch.device("cpu"))


def test_ranks_and_workers_share_the_cores(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    cores = usable_cores()
    assert choose_threads(1, workers=0) == cores
    assert choose_threads(1, workers=cores) == 1
    assert choose_threads(2 * cores, workers=0) == 1
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert choose_threads(1, workers=0) == 1


@pytest.mark.slow
@pytest.mark.parametrize("cross_fit", ["off", "on"])
def test_the_members_of_an_ensemble_are_each_trained_by_two_ranks(tmp_path: Path, cross_fit: str):
    photos = draw_photos(tmp_path / "photos", {"clean": 12, "dirty": 12})
    config = quick_config(
        training__epochs=2, ensemble__members=3, split__cross_fit=cross_fit, hardware__processes=2,
        data__val_ratio=0.25, data__train_ratio=0.75, data__test_ratio=0.0,
    )  # fmt: skip
    request = TrainRequest(config=config, data=str(photos))
    said = list(jobs.start("studio.learn.train_job:train", request, tmp_path / "run", ranks=2).events())
    assert said[-1] == JobEnded(outcome="done", exit_codes=(0, 0)), said[-1]
    assert {event.member for event in said if isinstance(event, EpochFinished)} == {1, 2, 3}
    model = load_model(RunFolder(tmp_path / "run").best)
    assert len({weights_digest([member.weights]) for member in model.members}) == 3
    (judged,) = (event for event in said if isinstance(event, EvaluationFinished) and event.split == "val")
    assert judged.is_in_turn == (cross_fit == "on") and bool(judged.gains) == (cross_fit == "off")
