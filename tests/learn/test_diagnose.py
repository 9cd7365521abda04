"""A diagnosis is quiet about a sound run, and finds each fault that was planted."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from PIL import Image, ImageEnhance

from studio.cli import main
from studio.core.errors import UserError
from studio.core.events import Event
from studio.core.expert_events import DiagnosisFinished
from studio.core.runs import RunFolder
from studio.data.manifest import Manifest
from studio.data.splits import Splits
from studio.learn import probe_lesson
from studio.learn.probe_leak import leak
from tests.learn.faulty import diagnose_here, fired
from tests.learn.training import Training, draw_photos, quick_config, train_here

SOUND = {
    "training__epochs": 6,
    "training__scheduler": "none",
    "data__train_ratio": 0.6,
    "data__val_ratio": 0.4,
    "data__test_ratio": 0.0,
    "data__augmentation": "none",
    "model__dropout": 0.0,
}


@pytest.fixture(scope="module", autouse=True)
def probes_have_time() -> Iterator[None]:
    """What a probe finds is not to depend on how busy the machine is that runs these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(probe_lesson, "time", SimpleNamespace(monotonic=lambda: 0.0))
        yield


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Training:
    folder = tmp_path_factory.mktemp("sound")
    photos = draw_photos(folder / "photos", {"clean": 24, "dirty": 24})
    return train_here(photos, folder / "run", quick_config(**SOUND))


def copied(training: Training, folder: Path) -> Training:
    """The run once more, to plant a fault in."""
    shutil.copytree(training.run.path, folder)
    return Training(RunFolder(folder))


@dataclass(frozen=True)
class Looked:
    """A diagnosis, and what was there before."""

    done: DiagnosisFinished
    before: dict[str, str]
    is_random_left_alone: bool


@pytest.fixture(scope="module")
def looked(sound: Training) -> Looked:
    before = contents(sound.run.path)
    torch.manual_seed(5)
    expected = torch.random.get_rng_state()
    done = diagnose_here(sound)
    assert done is not None
    return Looked(done, before, torch.equal(torch.random.get_rng_state(), expected))


def test_a_sound_run_gives_no_cause(looked: Looked) -> None:
    assert fired(looked.done) == []


def test_a_diagnosis_changes_nothing_but_its_report(sound: Training, looked: Looked) -> None:
    assert contents(sound.run.path) == looked.before
    assert looked.is_random_left_alone


def test_the_report_holds_everything_that_was_looked_into(looked: Looked) -> None:
    first = looked.done
    report = json.loads(Path(first.report).read_text(encoding="utf-8"))
    assert [one["name"] for one in report["diagnoses"]] == [one.name for one in first.diagnoses]
    assert {one.name for one in first.diagnoses} == {
        "forward pass", "gradients", "classes", "leak across splits", "loss", "overfitting", "underfitting",
        "overfits one batch", "capacity", "learning rate", "shuffled labels", "background only", "label noise",
    }  # fmt: skip


def test_a_diagnosis_that_is_stopped_writes_nothing(sound: Training, tmp_path: Path) -> None:
    run = copied(sound, tmp_path / "run")
    (run.run.evaluation / "diagnosis.json").unlink(missing_ok=True)
    asked = iter(range(100_000))
    events: list[Event] = []
    assert diagnose_here(run, should_stop=lambda: next(asked) > 40, events=events) is None
    assert not (run.run.evaluation / "diagnosis.json").exists()
    assert not any(isinstance(event, DiagnosisFinished) for event in events)


def test_a_run_without_an_epoch_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    with pytest.raises(UserError, match="is not a run"):
        diagnose_here(Training(RunFolder(tmp_path / "run")))


@pytest.mark.slow
def test_twins_of_photos_on_both_sides_are_found_and_proven(tmp_path: Path) -> None:
    photos = draw_photos(tmp_path / "photos", {"clean": 12, "dirty": 12})
    for file in sorted(photos.rglob("*.png")):
        ImageEnhance.Brightness(Image.open(file)).enhance(0.97).save(file.with_name(f"{file.stem}b.png"))
    config = quick_config(**{**SOUND, "training__epochs": 2, "split__group_near_duplicates": False})
    run = train_here(photos, tmp_path / "run", config)
    done = diagnose_here(run)
    assert done is not None
    by_name = {one.name: one for one in done.diagnoses}
    assert by_name["leak across splits"].state == "fired"
    assert by_name["leak across splits"].samples
    assert by_name["shuffled labels"].state == "fired"
    assert by_name["shuffled labels"].changes == {"split.group_near_duplicates": True}


def contents(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha1(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != "diagnosis.json"
    }


def test_a_photo_that_was_put_on_the_other_side_is_found(sound: Training) -> None:
    manifest = Manifest.load(sound.run.dataset)
    splits = Splits.from_json(sound.run.split.read_text(encoding="utf-8"))
    assert leak(manifest, splits).state == "quiet"
    first, other = splits.train[0], splits.val[0]
    twin = replace(manifest.by_id[other], source_photo=first)
    told = leak(manifest.with_samples(twin if one.id == other else one for one in manifest.samples), splits)
    assert told.state == "fired"
    assert set(told.samples) == {first, other}


def test_the_command_finds_the_same_again_prints_it_and_writes_it(
    sound: Training, looked: Looked, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diagnose", str(sound.run.path), "--json", str(tmp_path / "found.json")]) == 0
    assert "Fine, no photo stands on two sides:" in capsys.readouterr().out
    told = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert told["diagnoses"] == json.loads(json.dumps([asdict(one) for one in looked.done.diagnoses]))


def test_the_command_refuses_limits_that_hold_nothing(sound: Training, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diagnose", str(sound.run.path), "--gradient-low", "5", "--gradient-high", "1"]) == 2
    assert "--gradient-low 5 and --gradient-high 1 hold nothing between them" in capsys.readouterr().err
