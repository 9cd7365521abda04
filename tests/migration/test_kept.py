"""Datasets, settings, runs, models, searches and bundles of earlier versions go on in this one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from studio.cli import main
from studio.core.config import StudioConfig
from studio.core.events import EpochFinished, RunFinished
from studio.core.run_summary import summarise
from studio.core.runs import RunFolder
from studio.core.searches import SearchFolder
from studio.data.manifest import Manifest
from studio.data.splits import Splits
from studio.learn.checkpoints import load_model
from tests.learn.training import train_here
from tests.migration.keepsakes import NAMES, unpack

#: Those whose runs differ most in kind; the other two are trained on when there is time.
OFTEN = ("first", "folds")


def named(*often: str) -> list[object]:
    """Every version as a parameter; those that are not named are slow."""
    return [name if name in often else pytest.param(name, marks=pytest.mark.slow) for name in NAMES]


@pytest.fixture(params=NAMES)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return unpack(request.param, tmp_path)


def test_a_dataset_is_whole(kept: Path) -> None:
    manifest = Manifest.load(kept / "dataset")
    assert (len(manifest.samples), manifest.painted, manifest.counts) == (12, 6, {"clean": 6, "dirty": 6})
    assert all(manifest.file(sample).is_file() and manifest.picture(sample).is_file() for sample in manifest.samples)
    assert manifest.to_text() and Manifest.load(kept / "dataset").fingerprint() == manifest.fingerprint()


@pytest.mark.parametrize("kept", named("first"), indirect=True)
def test_more_is_painted_on_a_dataset(kept: Path) -> None:
    assert main(["generate", str(kept / "photos"), "--out", str(kept / "dataset"), "--ratio", "2"]) == 0
    after = Manifest.load(kept / "dataset")
    assert (after.counts, after.painted) == ({"clean": 6, "dirty": 12}, 12)


def test_a_run_is_read_whole(kept: Path) -> None:
    run = RunFolder(kept / "run")
    assert run.load_config().training.epochs == 5
    assert None not in run.lines(), "an event is not known any more"
    assert [event.epoch for _, event in run.replay(EpochFinished)] == [1, 2, 3]
    splits = Splits.load(run.split)
    assert {*splits.train, *splits.val, *splits.test} == set(Manifest.load(kept / "dataset").by_id)
    assert (summarise(run).epoch, summarise(run).epochs) == (3, 5)


def test_settings_of_today_are_those_of_then(kept: Path) -> None:
    written = json.loads((kept / "run" / "config.json").read_text("utf-8"))
    read = StudioConfig.from_mapping(written).to_mapping()
    lost = [
        f"{section}.{name}"
        for section, values in written.items()
        if isinstance(values, dict)
        for name, value in values.items()
        if read[section][name] != value
    ]
    assert not lost


def test_a_model_answers_as_it_did(kept: Path) -> None:
    answers, model = kept / "now.json", kept / "elsewhere.spotless"
    shutil.copy(kept / "run" / "checkpoints" / "best.pt", model)
    assert main(["classify", str(kept / "photos"), "--model", str(model), "--json", str(answers)]) == 0
    then, now = (_shares(file) for file in (kept / "answers.json", answers))
    assert now == pytest.approx(then, abs=1e-4)


@pytest.mark.parametrize("kept", named(*OFTEN), indirect=True)
def test_a_run_that_was_stopped_goes_on_where_it_was(kept: Path) -> None:
    run = RunFolder(kept / "run")
    before, model = Splits.load(run.split), load_model(run.best)
    resumed = train_here("", run.path, run.load_config(), is_resumed=True)
    assert resumed.finished.outcome == "finished"
    assert [event.epoch for event in resumed.of(EpochFinished)][:2] == [4, 5]
    assert Splits.load(run.split) == before
    assert load_model(run.best).classes == model.classes
    assert len([event for _, event in run.replay(RunFinished)]) == 2


@pytest.mark.slow
def test_a_run_is_judged_and_reported(kept: Path) -> None:
    run = str(kept / "run")
    assert main(["report", run, "--out", str(kept / "report.html")]) == 0
    assert main(["threshold", run, "--miss-cost", "3"]) == 0
    assert main(["compare", run, run]) == 0
    assert main(["export", run, "--bundle", str(kept / "now.zip")]) == 0
    assert main(["verify", str(kept / "now.zip")]) == 0


def test_a_bundle_is_verified(tmp_path: Path) -> None:
    unpack("expert", tmp_path)
    assert main(["verify", str(tmp_path / "bundle.zip")]) == 0


@pytest.mark.slow
def test_a_search_is_read_and_goes_on(tmp_path: Path) -> None:
    search = SearchFolder(unpack("expert", tmp_path) / "search")
    asked = search.load()
    assert asked.config.search.trials == 2
    assert len(list(search.replay())) == len(search.events.read_text("utf-8").splitlines())
    assert main(["search", str(tmp_path / "dataset"), "--out", str(search.path), "--trials", "3"]) == 0
    assert len(list(search.trials.iterdir())) == 3


def _shares(file: Path) -> dict[str, float]:
    answers = json.loads(file.read_text("utf-8"))["predictions"]
    return {Path(one["path"]).name: one["probabilities"]["dirty"] for one in answers}
