"""Datasets that learn from guesses, which judge nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.core.children import never
from studio.core.errors import UserError
from studio.core.sections import DataSettings, DirtSettings, SplitSettings
from studio.data.dataset import has_only_clean
from studio.data.edits import relabelled
from studio.data.guessed import WEIGHT, link_dataset, strangers, weights_of, with_guesses
from studio.data.import_job import import_manifest
from studio.data.manifest import Manifest, Sample
from studio.data.splits import Splits, split
from studio.data.synthesis_job import paint_dataset
from tests.data.pictures import silent

CROSS = DataSettings(train_ratio=0.8, val_ratio=0.2, test_ratio=0.0)


def draw(folder: Path, count: int, *, seed: int) -> Path:
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        coarse = Image.fromarray(rng.integers(20, 235, (8, 8, 3), np.uint8))
        coarse.resize((96, 96), Image.Resampling.BICUBIC).save(folder / f"{number}.png")
    return folder


def imported(photos: Path, folder: Path, label: str = "clean") -> Manifest:
    made = import_manifest([photos], folder, label=label, emit=silent, should_stop=never)
    assert made is not None
    return made


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    folder = tmp_path_factory.mktemp("guessed")
    made = imported(draw(folder / "photos", 5, seed=1), folder / "set")
    painted = paint_dataset(made, DirtSettings(variations=2, size_px=64), emit=silent, should_stop=never)
    assert painted is not None
    return painted


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    folder = tmp_path_factory.mktemp("place")
    return imported(draw(folder / "photos", 6, seed=2), folder / "set", label="unknown")


@pytest.fixture
def taught(dataset: Manifest, place: Manifest) -> Manifest:
    labels = {sample.id: "clean" if number < 2 else "dirty" for number, sample in enumerate(place.samples)}
    return with_guesses(dataset, place, labels)


def guesses(manifest: Manifest) -> list[Sample]:
    return [sample for sample in manifest.samples if sample.is_guessed]


def test_a_guess_survives_saving(taught: Manifest, tmp_path: Path):
    moved = replace(taught, folder=tmp_path)
    moved.save()
    assert Manifest.load(tmp_path).samples == taught.samples
    assert len(guesses(taught)) == 6


def test_the_fingerprint_knows_a_guess_from_a_truth(taught: Manifest):
    believed = taught.with_samples(replace(sample, is_guessed=False, times=1) for sample in taught.samples)
    assert believed.fingerprint() != taught.fingerprint()


def test_a_hostile_weight_is_refused(taught: Manifest, tmp_path: Path):
    values = json.loads(taught.to_text())
    next(sample for sample in values["samples"] if sample.get("is_guessed"))["times"] = 10**9
    (tmp_path / "manifest.json").write_text(json.dumps(values))
    with pytest.raises(UserError, match="times is 1000000000"):
        Manifest.load(tmp_path)


def test_a_guess_stands_there_as_often_as_it_weighs_each_time_to_be_varied_anew(taught: Manifest):
    learned = taught.with_twins(guesses(taught))
    assert len(learned) == sum(sample.times for sample in guesses(taught))
    assert len({sample.id for sample in learned}) == len(learned)
    assert {sample.source_photo for sample in learned} == {sample.id for sample in guesses(taught)}


def test_no_dirt_is_painted_on_a_guess(taught: Manifest, dataset: Manifest):
    assert taught.clean_photos == dataset.clean_photos


def test_dirty_guesses_do_not_hide_that_all_photos_were_clean(taught: Manifest, tmp_path: Path):
    replace(taught, folder=tmp_path).save()
    assert has_only_clean(tmp_path)


@pytest.mark.parametrize("members", [1, 3])
def test_guesses_are_learned_from_by_all_and_judge_nothing(taught: Manifest, dataset: Manifest, members: int):
    before = split(dataset, CROSS, SplitSettings(), members=members)
    after = split(taught, CROSS, SplitSettings(), members=members)
    names = {sample.id for sample in guesses(taught)}
    assert set(after.train) == {*before.train, *names}
    assert (after.val, after.test, after.folds) == (before.val, before.test, before.folds)
    assert bool(after.folds) == (members > 1)
    assert Splits.from_json(after.to_json()) == after


def test_a_guess_that_looks_like_a_photo_that_judges_is_not_learned_from(taught: Manifest, dataset: Manifest):
    guess, photo = guesses(taught)[0].id, dataset.clean_photos[0].id
    alike = replace(taught, near_duplicates=((photo, guess),))
    assert guess not in split(alike, CROSS, SplitSettings(), members=3).train


def test_photos_that_the_dataset_knows_are_no_strangers(dataset: Manifest, place: Manifest, tmp_path: Path):
    photos = tmp_path / "photos"
    photos.mkdir()
    for number, sample in enumerate(dataset.clean_photos[:2]):
        picture = Image.open(dataset.picture(sample))
        picture.resize((90, 90) if number else picture.size).save(photos / f"known-{number}.png")
    again = imported(photos, tmp_path / "set", label="unknown")
    assert strangers(dataset, again) == ()
    assert strangers(dataset, place) == place.samples


def test_classes_of_guesses_weigh_nearly_the_same():
    labels = {str(number): "dirty" if number < 12 else "clean" for number in range(18)}
    assert weights_of(labels, 1000) == {"dirty": WEIGHT, "clean": 2 * WEIGHT}


def test_guesses_never_outweigh_what_is_known():
    labels = {str(number): "dirty" if number % 2 else "clean" for number in range(200)}
    assert weights_of(labels, 800) == {"dirty": 2, "clean": 2}


def test_a_new_guess_takes_the_place_of_an_old_one(taught: Manifest, place: Manifest):
    again = with_guesses(taught, place, {place.samples[0].id: "dirty"})
    assert [(sample.id, sample.label) for sample in guesses(again)] == [(place.samples[0].id, "dirty")]


def test_a_guess_that_a_person_corrects_is_one_no_more(taught: Manifest):
    guess = guesses(taught)[0]
    corrected = relabelled(taught, {guess.id}, "dirty").by_id[guess.id]
    assert (corrected.is_guessed, corrected.times, corrected.label) == (False, 1, "dirty")


def test_a_linked_dataset_is_whole_without_the_first(dataset: Manifest, tmp_path: Path):
    linked = link_dataset(dataset, tmp_path / "set", should_stop=never)
    assert linked is not None
    linked.save()
    found = Manifest.load(tmp_path / "set")
    assert found.fingerprint() == dataset.fingerprint()
    for sample in found.with_twins(found.samples):
        assert found.file(sample).is_relative_to(tmp_path)
        assert (
            found.file(sample).read_bytes()
            == (dataset.folder / found.file(sample).relative_to(found.folder)).read_bytes()
        )


def test_a_dataset_whose_pictures_are_gone_is_refused(dataset: Manifest, tmp_path: Path):
    with pytest.raises(UserError, match="is gone; bring it back"):
        link_dataset(replace(dataset, folder=tmp_path / "elsewhere"), tmp_path / "set", should_stop=never)
