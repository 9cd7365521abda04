from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.children import never
from studio.data.import_job import import_manifest
from studio.data.manifest import Manifest
from studio.data.whereabouts import Whereabouts, look_around, photo_folders
from tests.data.pictures import save_dishes, silent


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    save_dishes(tmp_path / "photos" / "clean", 4)
    save_dishes(tmp_path / "photos" / "dirty", 2, first_seed=50)
    (tmp_path / "photos" / "clean" / "broken.jpg").write_bytes(b"no picture")
    made = import_manifest([tmp_path / "photos"], tmp_path / "dataset", emit=silent, should_stop=never, workers=0)
    assert made is not None
    return made


def test_a_dataset_that_nobody_has_touched_is_as_it_was(manifest: Manifest):
    assert look_around(manifest) == Whereabouts()


def test_a_photo_that_was_moved_away_is_missing(manifest: Manifest):
    sample = manifest.samples[0]
    manifest.picture(sample).rename(manifest.folder / "elsewhere.jpg")
    assert look_around(manifest).missing == {sample.id}


def test_all_photos_of_a_drive_that_is_gone_are_missing(manifest: Manifest, tmp_path: Path):
    shutil.rmtree(tmp_path / "photos" / "dirty")
    gone = {sample.id for sample in manifest.samples if sample.label == "dirty"}
    assert look_around(manifest).missing == gone


def test_a_photo_beside_the_others_is_new_and_of_their_class(manifest: Manifest, tmp_path: Path):
    fresh = tmp_path / "photos" / "dirty" / "fresh.jpg"
    save_dishes(tmp_path / "elsewhere", 1, first_seed=90)[0].rename(fresh)
    (tmp_path / "photos" / "dirty" / "notes.txt").write_text("no photo")
    (new,) = look_around(manifest).new
    assert (new.path, new.label) == (str(fresh), "dirty")


def test_what_was_rejected_or_removed_is_no_news(manifest: Manifest):
    sample = manifest.samples[0]
    without = manifest.with_samples(manifest.samples[1:])
    without.save()
    assert not look_around(without, [str(manifest.picture(sample))]).new


def test_the_rest_of_a_folder_that_was_picked_from_is_no_news(tmp_path: Path):
    files = save_dishes(tmp_path / "photos", 5)
    made = import_manifest(files[:2], tmp_path / "dataset", emit=silent, should_stop=never, workers=0)
    assert made is not None
    assert not look_around(made).new


def test_a_manifest_written_by_another_program_is_seen(manifest: Manifest):
    replace(manifest, name="renamed").save()
    assert look_around(manifest).is_other


def test_a_dataset_that_is_gone_is_said_to_be(manifest: Manifest):
    shutil.rmtree(manifest.folder)
    assert not look_around(manifest).is_there


def test_folders_with_most_photos_are_followed_first(manifest: Manifest, tmp_path: Path):
    assert photo_folders(manifest) == (tmp_path / "photos" / "clean", tmp_path / "photos" / "dirty")
