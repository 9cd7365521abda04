from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from studio.core.children import never
from studio.core.sections import DirtSettings
from studio.data.import_job import import_manifest
from studio.data.manifest import Manifest
from studio.data.moved_photos import find_moved
from studio.data.photos import read_photo
from studio.data.synthesis_job import paint_dataset
from studio.data.whereabouts import look_around
from tests.data.pictures import save_dishes, silent


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    save_dishes(tmp_path / "photos" / "clean", 3)
    save_dishes(tmp_path / "photos" / "dirty", 2, first_seed=50)
    made = import_manifest([tmp_path / "photos"], tmp_path / "dataset", emit=silent, should_stop=never, workers=0)
    assert made is not None
    return made


def _missing(manifest: Manifest) -> frozenset[str]:
    return look_around(manifest).missing


def test_photos_of_a_moved_folder_are_found_by_name(manifest: Manifest, tmp_path: Path):
    (tmp_path / "photos").rename(tmp_path / "archive")
    moved = find_moved(manifest, _missing(manifest), tmp_path / "archive")
    assert (moved.found, moved.changed) == (5, 0)
    assert {moved.manifest.picture(sample).parents[1] for sample in moved.manifest.samples} == {tmp_path / "archive"}
    assert not _missing(moved.manifest)
    assert Manifest.load(manifest.folder) == moved.manifest


def test_a_renamed_copy_is_found_by_its_content(manifest: Manifest, tmp_path: Path):
    sample = manifest.samples[0]
    there = tmp_path / "elsewhere"
    there.mkdir()
    shutil.copyfile(manifest.picture(sample), there / "plate.jpg")
    os.utime(there / "plate.jpg", (1, 1))
    manifest.picture(sample).unlink()
    moved = find_moved(manifest, _missing(manifest), there)
    assert moved.manifest.picture(moved.manifest.samples[0]) == there / "plate.jpg"
    assert moved.manifest.fingerprint() == manifest.fingerprint()


def test_another_photo_of_the_same_name_is_not_taken_for_it(manifest: Manifest, tmp_path: Path):
    sample = manifest.samples[0]
    name = manifest.picture(sample).name
    manifest.picture(sample).unlink()
    save_dishes(tmp_path / "camera", 1, first_seed=90)[0].rename(tmp_path / "camera" / name)
    moved = find_moved(manifest, _missing(manifest), tmp_path / "camera")
    assert (moved.found, moved.changed) == (0, 1)
    assert moved.manifest == manifest


def test_promised_pictures_are_painted_from_the_new_place(manifest: Manifest, tmp_path: Path):
    dirt = DirtSettings(ratio=1, size_px=80, ahead=False)
    painted = paint_dataset(manifest, dirt, emit=silent, should_stop=never, workers=0)
    assert painted is not None
    child = next(sample for sample in painted.samples if sample.synthetic)
    before = read_photo(painted.file(child))
    (tmp_path / "photos").rename(tmp_path / "archive")
    moved = find_moved(painted, _missing(painted), tmp_path / "archive").manifest
    assert (read_photo(moved.file(moved.by_id[child.id])) == before).all()
    assert moved.fingerprint() == painted.fingerprint()
