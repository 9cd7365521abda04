from __future__ import annotations

import os
import shutil
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from PIL import Image

from studio.core.children import ALONE, never
from studio.core.errors import UserError
from studio.core.events import DatasetReady, Event, PhaseStarted, PhotoRejected, Progress
from studio.core.requests import ImportRequest
from studio.data import import_job, storage
from studio.data.import_job import import_manifest, import_photos
from studio.data.manifest import Manifest
from studio.data.photos import find_photos
from studio.data.reading import read_one
from tests.data.pictures import dish, save_dishes, silent, stop_after


def imported(paths: list[Path], folder: Path, **how: object) -> Manifest:
    manifest = import_manifest(paths, folder, emit=silent, should_stop=never, **how)  # type: ignore[arg-type]
    assert manifest is not None
    return manifest


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_folder_becomes_a_dataset_with_thumbnails(tmp_path: Path) -> None:
    save_dishes(tmp_path / "photos" / "cleaned", 3)
    save_dishes(tmp_path / "photos" / "dirty", 2, first_seed=10)
    manifest = imported([tmp_path / "photos"], tmp_path / "dataset")
    assert manifest.counts == {"clean": 3, "dirty": 2}
    assert Manifest.load(tmp_path / "dataset") == manifest
    assert all(manifest.thumbnail(sample).is_file() for sample in manifest.samples)
    assert all(sample.outline is not None and sample.phash and sample.width == 96 for sample in manifest.samples)


def test_the_photos_are_left_as_they_are(tmp_path: Path) -> None:
    save_dishes(tmp_path / "photos", 3)
    before = contents(tmp_path / "photos")
    imported([tmp_path / "photos"], tmp_path / "dataset")
    assert contents(tmp_path / "photos") == before


def test_every_file_is_a_sample_or_set_aside_with_a_reason(tmp_path: Path) -> None:
    files = save_dishes(tmp_path / "photos", 4)
    files[1].write_bytes(files[1].read_bytes()[:300])
    files[2].write_text("<html></html>")
    shutil.copy(files[0], tmp_path / "photos" / "copy.png")
    manifest = imported([tmp_path / "photos"], tmp_path / "dataset")
    named = {str(manifest.picture(sample)) for sample in manifest.samples} | {r.path for r in manifest.rejected}
    assert named == {str(path) for path in find_photos([tmp_path / "photos"])}
    assert {Path(item.path).name: item.kind for item in manifest.rejected} == {
        "001.jpg": "unreadable",
        "002.jpg": "unreadable",
        "copy.png": "duplicate",
    }
    assert all(item.reason for item in manifest.rejected)


def test_a_duplicate_names_the_other(tmp_path: Path) -> None:
    (first,) = save_dishes(tmp_path / "photos", 1)
    shutil.copy(first, tmp_path / "photos" / "zzz.jpg")
    (rejected,) = imported([tmp_path / "photos"], tmp_path / "dataset").rejected
    assert (Path(rejected.path).name, rejected.kind) == ("zzz.jpg", "duplicate")
    assert str(first) in rejected.reason


def test_the_same_photo_in_two_classes_is_nobodys(tmp_path: Path) -> None:
    save_dishes(tmp_path / "photos" / "clean", 2)
    shutil.copytree(tmp_path / "photos" / "clean", tmp_path / "photos" / "dirty")
    (tmp_path / "photos" / "dirty" / "001.jpg").unlink()
    manifest = imported([tmp_path / "photos"], tmp_path / "dataset")
    assert [Path(sample.path).name for sample in manifest.samples] == ["001.jpg"]
    assert [item.kind for item in manifest.rejected] == ["conflict", "conflict"]
    assert "which is dirty" in manifest.rejected[0].reason


def test_look_alikes_are_found_and_both_kept(tmp_path: Path) -> None:
    (file,) = save_dishes(tmp_path / "photos", 1)
    Image.open(file).save(tmp_path / "photos" / "again.jpg", quality=50)
    save_dishes(tmp_path / "photos" / "clean", 3, first_seed=20)
    manifest = imported([tmp_path / "photos"], tmp_path / "dataset")
    assert len(manifest.samples) == 5
    ((first, second),) = manifest.near_duplicates
    assert {Path(manifest.by_id[id].path).name for id in (first, second)} == {"000.jpg", "again.jpg"}


def test_rejections_and_progress_are_said_and_the_end_last(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "1.jpg").touch()
    save_dishes(tmp_path / "photos" / "more", 2)
    heard: list[Event] = []
    import_manifest([tmp_path / "photos"], tmp_path / "dataset", emit=heard.append, should_stop=never)
    assert [event.phase for event in heard if isinstance(event, PhaseStarted)] == ["reading", "comparing"]
    assert [event.reason for event in heard if isinstance(event, PhotoRejected)] == ["is empty"]
    assert [event.done for event in heard if isinstance(event, Progress)][-1] == 3
    assert isinstance(heard[-1], DatasetReady) and heard[-1].counts == {"more": 2} and heard[-1].rejected == 1


def test_photos_that_go_away_while_they_are_read_cost_the_dataset_nothing(tmp_path: Path) -> None:
    save_dishes(tmp_path / "first", 3)
    save_dishes(tmp_path / "second", 5, first_seed=50)
    before = imported([tmp_path / "first"], tmp_path / "dataset")

    def unplug(event: Event) -> None:
        if isinstance(event, PhaseStarted) and event.phase == "reading":  # the photos are found by then
            (tmp_path / "second").rename(tmp_path / "elsewhere")

    with pytest.raises(UserError, match=r"second: went away while its photos were read; bring it back"):
        import_manifest([tmp_path / "second"], tmp_path / "dataset", emit=unplug, should_stop=never)
    assert Manifest.load(tmp_path / "dataset") == before


def test_processes_find_out_the_same(tmp_path: Path) -> None:
    save_dishes(tmp_path / "photos", 6)
    (tmp_path / "photos" / "bad.jpg").write_bytes(b"\xff\xd8\xff")
    here = imported([tmp_path / "photos"], tmp_path / "a", workers=0)
    there = imported([tmp_path / "photos"], tmp_path / "b", workers=2)
    assert here.samples == there.samples and here.rejected == there.rejected
    assert contents(tmp_path / "a" / "thumbnails") == contents(tmp_path / "b" / "thumbnails")


def test_unchanged_photos_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = save_dishes(tmp_path / "photos", 3)
    first = imported([tmp_path / "photos"], tmp_path / "dataset")
    dish(50).save(files[1])
    read: list[str] = []
    monkeypatch.setattr(import_job, "read_one", lambda item: read.append(item.path) or read_one(item))
    second = imported([tmp_path / "photos"], tmp_path / "dataset")
    assert read == [str(files[1])]
    assert [sample.sha1 == old.sha1 for sample, old in zip(second.samples, first.samples, strict=True)] == [
        True,
        False,
        True,
    ]


def test_a_stopped_import_leaves_the_dataset_as_it_was(tmp_path: Path) -> None:
    save_dishes(tmp_path / "photos", 2)
    imported([tmp_path / "photos"], tmp_path / "dataset")
    before = contents(tmp_path / "dataset")
    save_dishes(tmp_path / "more", 4, first_seed=9)
    stopped = import_manifest([tmp_path / "more"], tmp_path / "dataset", emit=silent, should_stop=stop_after(2))
    assert stopped is None
    assert contents(tmp_path / "dataset") == before


def test_a_stopped_first_import_leaves_no_folder(tmp_path: Path) -> None:
    save_dishes(tmp_path / "photos", 3)
    import_manifest([tmp_path / "photos"], tmp_path / "dataset", emit=silent, should_stop=stop_after(1))
    assert not (tmp_path / "dataset").exists()


def test_a_stop_ends_the_helping_processes(tmp_path: Path) -> None:
    save_dishes(tmp_path / "photos", 12)
    stopped = import_manifest(
        [tmp_path / "photos"], tmp_path / "dataset", emit=silent, should_stop=stop_after(3), workers=2
    )
    assert stopped is None  # what is left behind fails the test by itself


def test_added_photos_join_those_that_are_there(tmp_path: Path) -> None:
    first = save_dishes(tmp_path / "monday", 3)
    imported([tmp_path / "monday"], tmp_path / "dataset")
    save_dishes(tmp_path / "tuesday", 2, first_seed=30)
    shutil.copy(first[0], tmp_path / "tuesday" / "copy.jpg")
    manifest = imported([tmp_path / "tuesday"], tmp_path / "dataset", is_addition=True, label="dirty")
    assert manifest.counts == {"clean": 3, "dirty": 2}
    (rejected,) = manifest.rejected
    assert rejected.kind == "conflict" and "as clean" in rejected.reason


def test_adding_the_same_folder_twice_changes_nothing(tmp_path: Path) -> None:
    save_dishes(tmp_path / "photos", 3)
    first = imported([tmp_path / "photos"], tmp_path / "dataset")
    assert imported([tmp_path / "photos"], tmp_path / "dataset", is_addition=True) == first


def test_what_another_process_adds_before_the_dataset_is_locked_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset, lock = tmp_path / "dataset", storage.changing
    for seed, name in enumerate(("first", "second", "third")):
        save_dishes(tmp_path / name, 1, first_seed=10 * seed)
    imported([tmp_path / "first"], dataset)

    def late(folder: Path) -> AbstractContextManager[bool]:
        monkeypatch.setattr(storage, "changing", lock)
        imported([tmp_path / "second"], dataset, is_addition=True)
        return lock(folder)

    monkeypatch.setattr(storage, "changing", late)
    assert len(imported([tmp_path / "third"], dataset, is_addition=True).samples) == 3


def test_a_new_import_forgets_photos_that_are_not_named_again(tmp_path: Path) -> None:
    save_dishes(tmp_path / "monday", 2)
    save_dishes(tmp_path / "tuesday", 2, first_seed=30)
    imported([tmp_path / "monday"], tmp_path / "dataset")
    manifest = imported([tmp_path / "tuesday"], tmp_path / "dataset")
    assert len(manifest.samples) == 2
    assert len(list((tmp_path / "dataset" / "thumbnails").iterdir())) == 2


def test_photos_inside_the_dataset_are_named_relative_to_it(tmp_path: Path) -> None:
    save_dishes(tmp_path / "dataset" / "tray" / "dirty", 1)
    manifest = imported([tmp_path / "dataset" / "tray"], tmp_path / "dataset")
    assert manifest.samples[0].path == "tray/dirty/000.jpg"
    moved = tmp_path / "moved"
    os.replace(tmp_path / "dataset", moved)
    loaded = Manifest.load(moved)
    assert loaded.picture(loaded.samples[0]).is_file()


def test_the_dataset_never_goes_into_a_folder_with_someones_files(tmp_path: Path) -> None:
    save_dishes(tmp_path / "photos", 1)
    before = contents(tmp_path)
    for folder in (tmp_path / "photos", tmp_path):
        with pytest.raises(UserError, match="name an empty or a new folder"):
            imported([tmp_path / "photos"], folder)
    assert contents(tmp_path) == before


def test_a_dataset_is_not_imported_as_photos(tmp_path: Path) -> None:
    save_dishes(tmp_path / "photos", 2)
    imported([tmp_path / "photos"], tmp_path / "dataset")
    with pytest.raises(UserError, match="is a dataset already"):
        imported([tmp_path / "dataset"], tmp_path / "other")


def test_a_folder_without_photos_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    with pytest.raises(UserError, match="no photos here"):
        imported([tmp_path / "photos"], tmp_path / "dataset")


def test_photos_none_of_which_can_be_used_are_bad_input_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "1.jpg").touch()
    with pytest.raises(UserError, match=r"none of 1 files.*1\.jpg is empty"):
        imported([tmp_path / "photos"], tmp_path / "dataset")
    assert not (tmp_path / "dataset").exists()


def test_a_torn_manifest_does_not_stand_in_the_way_of_a_new_import(tmp_path: Path) -> None:
    save_dishes(tmp_path / "photos", 2)
    imported([tmp_path / "photos"], tmp_path / "dataset")
    text = (tmp_path / "dataset" / "manifest.json").read_text()
    (tmp_path / "dataset" / "manifest.json").write_text(text[:200])
    assert len(imported([tmp_path / "photos"], tmp_path / "dataset").samples) == 2


def test_what_a_killed_import_left_is_swept(tmp_path: Path) -> None:
    save_dishes(tmp_path / "photos", 1)
    (tmp_path / "dataset" / ".building-999999999-x").mkdir(parents=True)
    imported([tmp_path / "photos"], tmp_path / "dataset")
    assert not list((tmp_path / "dataset").glob(".building-*"))


def test_a_file_in_the_place_of_the_dataset_is_bad_input(tmp_path: Path) -> None:
    save_dishes(tmp_path / "photos", 1)
    (tmp_path / "dataset").touch()
    with pytest.raises(UserError, match="is a file"):
        imported([tmp_path / "photos"], tmp_path / "dataset")


def test_the_job_takes_a_request(tmp_path: Path) -> None:
    save_dishes(tmp_path / "photos", 2)
    request = ImportRequest(paths=(str(tmp_path / "photos"),), name="Plates", label="cups")
    import_photos(request, tmp_path / "dataset", seat=ALONE, emit=silent, should_stop=never)
    manifest = Manifest.load(tmp_path / "dataset")
    assert (manifest.name, manifest.counts) == ("Plates", {"cups": 2})


def test_real_plates_are_all_taken_with_their_dishes(tmp_path: Path, shared_data: Path) -> None:
    manifest = imported([shared_data / "plates"], tmp_path / "dataset", workers=0)
    assert manifest.counts == {"clean": 20, "dirty": 20}
    assert not manifest.rejected and not manifest.near_duplicates
    assert sum(sample.outline is not None for sample in manifest.samples) >= 38
    assert not any(sample.is_blurred for sample in manifest.samples)
