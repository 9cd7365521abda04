"""Adapting: a run's model learns a place from photos that nobody has labelled."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from studio import cli
from studio.console import Console
from studio.core import jobs
from studio.core.children import never
from studio.core.errors import UserError
from studio.core.events import (
    AdaptationFinished,
    CheckpointSaved,
    EvaluationFinished,
    Event,
    PhotoRejected,
    Progress,
    RunFinished,
    RunStarted,
)
from studio.core.held_out import read_held_out
from studio.core.requests import AdaptRequest, EvaluateRequest
from studio.core.runs import RunFolder, list_runs
from studio.data.manifest import Manifest
from studio.data.splits import Splits
from studio.learn import adapt_job
from studio.learn.adapt_job import adapt
from studio.learn.checkpoints import load_model
from studio.learn.environment import read_environment
from studio.learn.evaluate_job import evaluate_folder
from tests.learn.frozen import weights_file
from tests.learn.training import Training, quick_config, train_here

PLACE_COUNT = 9


def draw(folder: Path, seed: int, counts: dict[str, int], *, light: int = 0) -> Path:
    """Photos whose class shows in their colour: clean is blue, dirty is red."""
    rng = np.random.default_rng(seed)
    for label, count in counts.items():
        (folder / label).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            coarse = rng.uniform(20, 140, (6, 6, 3)) + light
            coarse[..., 0 if label.startswith("dirty") else 2] += 80
            picture = Image.fromarray(coarse.clip(0, 255).astype(np.uint8))
            picture.resize((48, 48), Image.Resampling.BICUBIC).save(folder / label / f"{number:03}.png")
    return folder


@dataclass
class Adapting:
    """What an adaptation said and left."""

    run: RunFolder
    events: list[Event] = field(default_factory=list)
    done: AdaptationFinished | None = None

    def details(self) -> dict[str, object]:
        found: dict[str, object] = json.loads((self.run.evaluation / "adaptation.json").read_text())
        return found


def adapt_here(
    run: Path,
    place: Path,
    folder: Path,
    *,
    rounds: int = 1,
    should_stop: Callable[[list[Event]], bool] = lambda events: False,
) -> Adapting:
    adapting = Adapting(RunFolder(folder))
    request = AdaptRequest(run=str(run), photos=(str(place),), rounds=rounds)
    threads = torch.get_num_threads()
    adapting.done = adapt(
        request,
        folder,
        seat=jobs.ALONE,
        emit=adapting.events.append,
        should_stop=lambda: should_stop(adapting.events),
    )
    torch.set_num_threads(threads)
    return adapting


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Training:
    folder = tmp_path_factory.mktemp("trained")
    photos = draw(folder / "photos", 1, {"clean": 24, "dirty": 24})
    config = quick_config(
        model__weights=str(weights_file(folder)), model__freeze="backbone", training__epochs=6,
        training__learning_rate=0.05, ensemble__members=2, data__train_ratio=0.8, data__val_ratio=0.2,
        data__test_ratio=0.0, model__views=1,
    )  # fmt: skip
    return train_here(photos, folder / "before", config)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw(tmp_path_factory.mktemp("place"), 2, {"clean": 5, "dirty photos": PLACE_COUNT - 5}, light=30)


@pytest.fixture(scope="module")
def adapted(trained: Training, place: Path, tmp_path_factory: pytest.TempPathFactory) -> Adapting:
    return adapt_here(trained.run.path, place, tmp_path_factory.mktemp("adapted") / "after", rounds=2)


def test_an_adapted_run_is_an_ordinary_run(adapted: Adapting, place: Path, tmp_path: Path):
    done, run = adapted.done, adapted.run
    assert done is not None and done.is_kept and done.run == str(run.path)
    assert load_model(run.best).info["run"] == "after"
    report = evaluate_folder(
        EvaluateRequest(photos=str(place / "clean"), model=str(run.path)), emit=lambda _: None, should_stop=never
    )
    assert report is not None
    copy = RunFolder(Path(shutil.copytree(run.path, tmp_path / "copy")))
    goes_on = train_here("", copy.path, run.load_config(), is_resumed=True)
    assert goes_on.finished.outcome == "finished"


def test_the_run_before_is_as_it_was(trained: Training, place: Path, tmp_path: Path):
    before = contents(trained.run.path)
    adapt_here(trained.run.path, place, tmp_path / "after")
    assert contents(trained.run.path) == before


def test_nothing_of_an_adapted_run_points_to_where_it_was_made(adapted: Adapting):
    run = adapted.run
    assert [item.name for item in run.path.iterdir() if item.name.startswith(".")] == []
    texts = [file for file in run.path.rglob("*") if file.suffix in {".json", ".jsonl", ".csv"}]
    assert [file for file in texts if ".building" in file.read_text()] == []
    said = [event for _, event in run.replay()]
    assert {Path(event.path) for event in said if isinstance(event, CheckpointSaved)} == {run.best, run.last}
    assert [event.folder for event in said if isinstance(event, RunStarted)] == [str(run.path)]
    assert read_environment(run).dataset == str(run.dataset)


def test_the_log_of_an_adapted_run_tells_how_it_came_to_be(adapted: Adapting):
    told = [event for _, event in adapted.run.replay() if isinstance(event, AdaptationFinished)]
    assert told == [adapted.done]
    assert adapted.events[-1] == adapted.done


def test_before_and_after_are_shown(adapted: Adapting, trained: Training):
    done = adapted.done
    assert done is not None
    assert (done.photos, done.run_before) == (PLACE_COUNT, str(trained.run.path))
    assert sum(done.answers_before.values()) == sum(done.answers_after.values()) == PLACE_COUNT
    assert done.before == trained.of(EvaluationFinished)[-1].scores
    assert done.before.count == done.after.count == 48
    assert sum(done.guessed.values()) > 0
    assert max(done.guessed.values()) <= PLACE_COUNT // 3
    assert "answers changed; held-out AUROC" in done.sentence


def test_guesses_are_learned_from_by_every_member_and_judge_nothing(adapted: Adapting, place: Path):
    manifest = Manifest.load(adapted.run.dataset)
    guesses = {sample.id for sample in manifest.samples if sample.is_guessed}
    splits = Splits.from_json(adapted.run.split.read_text())
    assert guesses and guesses <= set(splits.train)
    assert not guesses & {id for fold in splits.folds for id in fold}
    held_out = read_held_out(adapted.run.evaluation)
    assert held_out is not None and len(held_out.labels) == 48
    report = evaluate_folder(
        EvaluateRequest(photos=str(adapted.run.dataset), model=str(adapted.run.path)),
        emit=lambda _: None,
        should_stop=never,
    )
    assert report is not None and sum(report["counts"].values()) == 48


def test_every_guess_and_every_answer_can_be_looked_up(adapted: Adapting, place: Path):
    details = adapted.details()
    guesses = details["guesses"]
    assert isinstance(guesses, list) and adapted.done is not None
    assert len(guesses) == sum(adapted.done.guessed.values())
    assert all(Path(guess["path"]).is_relative_to(place) and guess["probability"] > 0.5 for guess in guesses)
    answers = details["answers"]
    assert isinstance(answers, list) and len(answers) == PLACE_COUNT
    changed = [answer for answer in answers if answer["before"]["chosen"] != answer["after"]["chosen"]]
    assert len(changed) == adapted.done.changed
    assert all(Path(answer["path"]).is_relative_to(place) for answer in answers)


def test_an_adapted_run_can_be_adapted_again(adapted: Adapting, tmp_path: Path):
    other = draw(tmp_path / "other", 3, {"": 6}, light=50)
    again = adapt_here(adapted.run.path, other, tmp_path / "again")
    assert again.done is not None and adapted.done is not None
    assert again.done.before == adapted.done.after
    guessed = [sample for sample in Manifest.load(again.run.dataset).samples if sample.is_guessed]
    assert {Path(sample.path).is_relative_to(other) for sample in guessed} == {True, False}


def test_of_its_rounds_an_adaptation_tells_progress_alone(adapted: Adapting):
    assert not [event for event in adapted.events if isinstance(event, RunStarted | RunFinished | CheckpointSaved)]
    assert {event.phase for event in adapted.events if isinstance(event, Progress)} >= {"guessing", "training"}


def test_a_round_that_makes_it_worse_is_undone(
    trained: Training, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    worse = "AUROC fell from 1.000 to 0.900, by more than its standard error of 0.005"
    monkeypatch.setattr(adapt_job, "loss_of_worth", lambda *_: worse)
    undone = adapt_here(trained.run.path, place, tmp_path / "after", rounds=2)
    assert undone.done is not None and not undone.done.is_kept
    assert worse in undone.done.sentence
    assert (undone.done.rounds, undone.done.run, undone.done.changed) == (0, "", 0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("phase", ["guessing", "looking", "training"])
def test_a_stopped_adaptation_leaves_nothing(trained: Training, place: Path, tmp_path: Path, phase: str):
    def is_there(events: list[Event]) -> bool:
        return any(isinstance(event, Progress) and event.phase == phase for event in events)

    before = contents(trained.run.path)
    stopped = adapt_here(trained.run.path, place, tmp_path / "after", should_stop=is_there)
    assert stopped.done is None
    assert list_runs(tmp_path) == []
    assert list(tmp_path.iterdir()) == []
    assert contents(trained.run.path) == before


def test_unreadable_photos_are_named_and_left_out(trained: Training, tmp_path: Path):
    photos = draw(tmp_path / "photos", 4, {"clean": 3, "dirty": 3})
    (photos / "broken.jpg").write_bytes(b"no picture")
    found = adapt_here(trained.run.path, photos, tmp_path / "after")
    assert [Path(event.path).name for event in found.events if isinstance(event, PhotoRejected)] == ["broken.jpg"]
    assert found.done is not None and found.done.photos == 6


def test_photos_that_the_run_knows_teach_it_nothing_new(trained: Training, tmp_path: Path):
    with pytest.raises(UserError, match="none of 24 photos"):
        adapt_here(trained.run.path, trained.run.path.parent / "photos" / "clean", tmp_path / "after")
    assert list(tmp_path.iterdir()) == []


def test_a_run_whose_dataset_is_gone_is_refused(trained: Training, place: Path, tmp_path: Path):
    run = RunFolder(tmp_path / "alone")
    for name, content in contents(trained.run.path).items():
        if not name.startswith("dataset"):
            (run.path / name).parent.mkdir(parents=True, exist_ok=True)
            (run.path / name).write_bytes(content)
    gone = json.loads(run.environment.read_text()) | {"dataset": str(tmp_path / "nowhere")}
    run.environment.write_text(json.dumps(gone))
    with pytest.raises(UserError, match="nowhere: is gone, and alone learned from it"):
        adapt_here(run.path, place, tmp_path / "after")


def test_a_folder_that_holds_something_is_refused(trained: Training, place: Path, tmp_path: Path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UserError, match="holds something already"):
        adapt_here(trained.run.path, place, tmp_path)
    with pytest.raises(UserError, match="holds something already"):
        adapt_here(trained.run.path, place, trained.run.path)


def test_an_ordinary_network_is_trained_anew_with_the_guesses(tmp_path: Path, place: Path):
    photos = draw(tmp_path / "photos", 1, {"clean": 40, "dirty": 40})
    config = quick_config(training__epochs=6, training__learning_rate=0.01, data__val_ratio=0.5, data__train_ratio=0.5,
                          data__test_ratio=0.0)  # fmt: skip
    before = train_here(photos, tmp_path / "before", config)
    after = adapt_here(before.run.path, place, tmp_path / "after")
    assert after.done is not None
    assert after.done.before.count == after.done.after.count == 40
    started = [event for _, event in after.run.replay() if isinstance(event, RunStarted)]
    assert after.done.is_kept == bool(started)
    assert all(event.train_count > before.of(RunStarted)[0].train_count for event in started)
    assert all(event.real_counts == before.of(RunStarted)[0].real_counts for event in started)


def test_the_console_says_what_came_of_it(adapted: Adapting):
    text = io.StringIO()
    assert adapted.done is not None
    Console(text).receive(adapted.done)
    assert text.getvalue().splitlines() == [
        adapted.done.sentence,
        f"Adapted run: {adapted.done.run}; {adapted.done.run_before} is as it was",
    ]


def test_the_command_line_adapts_beside_the_run(trained: Training, place: Path, capsys: pytest.CaptureFixture[str]):
    runs = trained.run.path.parent
    known = {run.path for run in list_runs(runs)}
    assert cli.main(["adapt", str(trained.run.path), str(place), "--rounds", "1"]) == 0
    (made,) = [run for run in list_runs(runs) if run.path not in known]
    assert "before-adapted" in made.path.name
    assert f"Adapted run: {made.path}" in capsys.readouterr().out


@pytest.mark.parametrize("rounds", ["0", "6", "many"])
def test_rounds_beyond_reason_are_refused(place: Path, rounds: str, capsys: pytest.CaptureFixture[str]):
    assert cli.main(["adapt", "nowhere", str(place), "--rounds", rounds]) == 2
    assert "--rounds" in capsys.readouterr().err
