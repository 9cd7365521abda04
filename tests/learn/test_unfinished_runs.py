"""Runs that were interrupted before they had begun, and two trainings at once."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from studio.core import jobs
from studio.core.errors import UserError
from studio.core.events import CheckpointSaved, Event, Notice, PhaseStarted, Progress, RunFinished
from studio.core.requests import TrainRequest
from studio.core.run_summary import summarise
from studio.core.runs import RunFolder
from studio.data.manifest import Manifest
from studio.data.splits import Splits
from studio.learn import members
from studio.learn.checkpoints import load_model, load_state
from studio.learn.environment import read_environment
from studio.learn.losses import LossFunction, build_loss
from studio.learn.train_job import train
from tests.learn.training import draw_photos, quick_config, train_here

HOLD = "import sys; from pathlib import Path; from studio.core.locks import holding\n"
HOLD += "with holding(Path(sys.argv[1]), ''): print('held', flush=True); input()"


@contextmanager
def held(lock: Path) -> Iterator[None]:
    lock.parent.mkdir(parents=True)
    command = [sys.executable, "-c", HOLD, str(lock)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
        yield
        holder.communicate(b"\n")


class Killed(BaseException):
    """Nobody catches it, as nobody catches a pulled plug."""


def killed_while(phase: str) -> Callable[[Event], None]:
    def emit(event: Event) -> None:
        if isinstance(event, (Progress, PhaseStarted)) and event.phase == phase:
            raise Killed

    return emit


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return draw_photos(tmp_path / "photos", {"clean": 8, "dirty": 8})


def test_a_second_training_in_the_same_folder_is_refused_and_changes_nothing(photos: Path, tmp_path: Path):
    run = RunFolder(tmp_path / "run")
    with held(run.lock), pytest.raises(UserError, match="another process is training here; wait until it has ended"):
        train_here(photos, run.path, quick_config())
    assert not run.exists()
    train_here(photos, run.path, quick_config(training__epochs=1))
    assert not run.lock.exists()


def test_a_run_that_was_killed_before_its_settings_were_written_begins_with_the_same_command(
    photos: Path, tmp_path: Path
):
    run = RunFolder(tmp_path / "run")
    train_here(photos, run.path, quick_config(), should_stop=lambda events: True)
    run.config.unlink()
    (run.path / ".config.json.999999999-abc.tmp").write_text("{")
    assert train_here(photos, run.path, quick_config(training__epochs=1)).finished.best_epoch == 1
    assert not list(run.path.glob(".*"))


def test_a_run_that_was_killed_before_its_first_epoch_keeps_the_splits_that_it_was_given(photos: Path, tmp_path: Path):
    first = train_here(photos, tmp_path / "first", quick_config(training__epochs=1))
    dealt = Splits.load(first.run.split)
    given = replace(dealt, train=dealt.train[:-1], val=(*dealt.val, dealt.train[-1]))
    (tmp_path / "split.json").write_text(given.to_json())
    run, said = RunFolder(tmp_path / "run"), []
    config = quick_config(training__epochs=1)
    request = TrainRequest(config=config, data=str(first.run.dataset), splits=str(tmp_path / "split.json"))
    train(request, run.path, seat=jobs.ALONE, emit=said.append, should_stop=lambda: True)
    assert not run.last.exists()
    (tmp_path / "split.json").unlink()
    assert isinstance(train_here("", run.path, config, is_resumed=True).finished, RunFinished)
    assert Splits.load(run.split).val == given.val


def without_a_sample(folder: Path, id: str) -> None:
    manifest = Manifest.load(folder)
    manifest.with_samples(sample for sample in manifest.samples if sample.id != id).save()


@pytest.mark.parametrize("is_given", [True, False])
def test_a_run_that_was_killed_before_its_first_epoch_is_not_dealt_anew_where_its_dataset_has_lost_samples(
    is_given: bool, photos: Path, tmp_path: Path
):
    first = train_here(photos, tmp_path / "first", quick_config(training__epochs=1)).run
    run, config = RunFolder(tmp_path / "run"), quick_config(training__epochs=1)
    request = TrainRequest(config=config, data=str(first.dataset), splits=str(first.split) if is_given else "")
    with pytest.raises(Killed):
        train(request, run.path, seat=jobs.ALONE, emit=killed_while("caching"), should_stop=jobs.never)
    dealt = run.split.read_text()
    without_a_sample(first.dataset, lost := Splits.load(run.split).train[0])
    with pytest.raises(UserError, match=f"lacks 1 sample of the run's split, {lost} among them; bring them back, or"):
        train_here("", run.path, config, is_resumed=True)
    assert run.split.read_text() == dealt


def test_a_run_that_was_killed_before_its_first_epoch_tells_that_its_dataset_has_changed(photos: Path, tmp_path: Path):
    dataset = train_here(photos, tmp_path / "first", quick_config(training__epochs=1)).run.dataset
    run, config = RunFolder(tmp_path / "run"), quick_config(training__epochs=1)
    request = TrainRequest(config=config, data=str(dataset))
    with pytest.raises(Killed):
        train(request, run.path, seat=jobs.ALONE, emit=killed_while("caching"), should_stop=jobs.never)
    dealt, known = run.split.read_text(), read_environment(run)
    manifest = Manifest.load(dataset)
    manifest.with_samples(replace(sample, is_corrected=True) for sample in manifest.samples).save()
    resumed = train_here("", run.path, config, is_resumed=True)
    assert "The dataset has changed since the run began; its old split is used." in [
        notice.text for notice in resumed.of(Notice)
    ]
    assert run.split.read_text() == dealt
    assert read_environment(run).fingerprint == known.fingerprint != ""


def test_given_splits_are_never_dealt_anew(photos: Path, tmp_path: Path):
    first = train_here(photos, tmp_path / "first", quick_config(training__epochs=1))
    dealt = Splits.load(first.run.split)
    (tmp_path / "split.json").write_text(replace(dealt, train=(*dealt.train, "f" * 16)).to_json())
    run = RunFolder(tmp_path / "run")
    request = TrainRequest(
        config=quick_config(training__epochs=1), data=str(first.run.dataset), splits=str(tmp_path / "split.json")
    )
    with pytest.raises(
        UserError, match="dataset: lacks 1 sample of the splits that were given, f{16} among them; take"
    ):
        train(request, run.path, seat=jobs.ALONE, emit=lambda event: None, should_stop=jobs.never)


def test_a_run_that_kept_its_model_alone_cannot_go_on_and_keeps_it(photos: Path, tmp_path: Path):
    config = quick_config(training__epochs=1, checkpointing__save_last=False)
    run = train_here(photos, tmp_path / "run", config).run
    model = run.best.read_bytes()
    with pytest.raises(UserError, match=r"kept its model alone \(checkpointing.save_last\), and cannot go on"):
        train_here("", run.path, config.edited(training__epochs=2), is_resumed=True)
    assert run.best.read_bytes() == model


def test_a_loss_that_is_no_number_is_caught_at_its_step_and_the_last_good_epoch_stays(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    run, said = RunFolder(tmp_path / "run"), []

    def poisoned(*about: Any) -> LossFunction:
        loss = build_loss(*about)
        return lambda logits_BC, targets_BC: loss(logits_BC, targets_BC) * (math.nan if _is_second(said) else 1.0)

    monkeypatch.setattr(members, "build_loss", poisoned)
    request = TrainRequest(config=quick_config(training__epochs=3, training__batch_size=4), data=str(photos))
    told = "The loss is no number any more \\(epoch 2, batch 1\\): lower training.learning_rate .*; epoch 1 is kept"
    with pytest.raises(UserError, match=told):
        train(request, run.path, seat=jobs.ALONE, emit=said.append, should_stop=jobs.never)
    assert load_model(run.best).info["epoch"] == load_state(run.last)["epoch"] == 1
    assert summarise(run).can_resume
    assert not any(isinstance(event, RunFinished) for event in said)


def _is_second(said: list[Event]) -> bool:
    return any(isinstance(event, CheckpointSaved) for event in said)
