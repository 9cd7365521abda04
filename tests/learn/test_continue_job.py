"""Corrected photos are learned from in a run that goes on, and judged by none."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageOps

from studio.core.children import ALONE, never
from studio.core.errors import UserError
from studio.core.events import CorrectionsLearned, Event, RunFinished
from studio.core.requests import ContinueRequest
from studio.core.runs import RunFolder
from studio.data.import_job import import_manifest
from studio.data.manifest import Manifest
from studio.data.splits import Splits, split
from studio.learn.checkpoints import load_model
from studio.learn.continue_job import continue_run
from tests.data.pictures import silent
from tests.learn.training import draw_photos, quick_config, train_here


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A run on 24 photos, to whose dataset two corrected ones and a copy of a held-out one were then added."""
    folder = tmp_path_factory.mktemp("tray")
    photos = draw_photos(folder / "photos", {"clean": 12, "dirty": 12})
    assert import_manifest([photos], folder / "set", emit=silent, should_stop=never) is not None
    run = train_here(folder / "set", folder / "run", quick_config(training__epochs=1)).run
    splits = Splits.from_json(run.split.read_text())
    manifest = Manifest.load(folder / "set")
    judging = manifest.by_id[splits.val[0]]
    (folder / "tray").mkdir()
    copy = Image.open(judging.path).convert("RGB")
    copy.putpixel((0, 0), (255, 255, 255))
    copy.save(folder / "tray" / "alike.png")
    for number, other in enumerate(sorted((photos / "clean").glob("*.png"))[:2]):
        ImageOps.flip(Image.open(other).convert("RGB").rotate(90)).save(folder / "tray" / f"new{number}.png")
    added = import_manifest(
        [folder / "tray"], folder / "set", label="dirty", is_addition=True, is_correction=True, emit=silent,
        should_stop=never,
    )  # fmt: skip
    assert added is not None and sum(sample.is_corrected for sample in added.samples) == 3
    return run


def dataset(run: RunFolder) -> Manifest:
    return Manifest.load(run.path.parent / "set")


def go_on(run: RunFolder, folder: Path) -> tuple[CorrectionsLearned, list[Event]]:
    events: list[Event] = []
    request = ContinueRequest(run=str(run.path))
    done = continue_run(request, folder, seat=ALONE, emit=events.append, should_stop=never)
    assert done is not None
    return done, events


def test_corrected_photos_are_learned_and_judge_nothing_whatever_the_seed(made: RunFolder) -> None:
    manifest = dataset(made)
    corrected = {sample.id for sample in manifest.samples if sample.is_corrected}
    for seed in range(8):
        config = quick_config(split__seed=seed)
        dealt = split(manifest, config.data, config.split)
        assert corrected.isdisjoint({*dealt.val, *dealt.test})
        folded = split(manifest, config.data, quick_config(split__cross_fit="on", ensemble__members=3).split, members=3)
        assert corrected.isdisjoint(id for fold in folded.folds for id in fold)


def test_a_corrected_photo_like_one_that_judges_is_left_out(made: RunFolder) -> None:
    manifest = dataset(made)
    alike = next(sample for sample in manifest.samples if sample.path.endswith("alike.png"))
    assert any(alike.id in pair for pair in manifest.near_duplicates)
    old = Splits.from_json(made.split.read_text())
    for seed in range(8):
        config = quick_config(split__seed=seed)
        dealt = split(manifest, config.data, config.split)
        partners = {id for pair in manifest.near_duplicates if alike.id in pair for id in pair} - {alike.id}
        assert (alike.id in dealt.train) == partners.isdisjoint({*dealt.val, *dealt.test})
    assert alike.id not in {*old.train, *old.val, *old.test}


def test_going_on_keeps_what_judges_and_tells_before_and_after_on_it(made: RunFolder, tmp_path: Path) -> None:
    before_weights = made.best.read_bytes()
    done, events = go_on(made, tmp_path / "next")
    old, new = (Splits.from_json(RunFolder(Path(p)).split.read_text()) for p in (done.run_before, done.run))
    assert (new.val, new.test) == (old.val, old.test) and len(set(new.train) - set(old.train)) == 2
    assert (done.photos, done.left_out) == (2, 1)
    assert done.before.count == done.after.count and done.gain_95 is not None
    assert done.gain_95[0] <= done.after.balanced_accuracy - done.before.balanced_accuracy <= done.gain_95[1]
    assert "2 corrected photos learned, 1 left out" in done.sentence and "same" in done.sentence
    assert events[-1] == done and any(isinstance(event, RunFinished) for event in events)
    assert made.best.read_bytes() == before_weights
    config = load_model(RunFolder(Path(done.run)).best).config
    assert config.model.weights == str(made.best) and config.training.learning_rate == pytest.approx(0.0003)


def test_nothing_new_to_learn_is_said(made: RunFolder, tmp_path: Path) -> None:
    done, _ = go_on(made, tmp_path / "next")
    alone = RunFolder(Path(done.run))
    manifest = dataset(made)
    kept = manifest.with_samples(sample for sample in manifest.samples if not sample.path.endswith("alike.png"))
    text = (manifest.folder / "manifest.json").read_text()
    kept.save()
    try:
        with pytest.raises(UserError, match="no corrected photo that this run has not learned"):
            go_on(alone, tmp_path / "again")
    finally:
        (manifest.folder / "manifest.json").write_text(text)
