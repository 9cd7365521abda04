"""Changes to a dataset made by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from studio.data.edits import load_removed, relabelled, removed_with, restored, save_removed, without
from studio.data.manifest import Manifest
from tests.data.pictures import photo


def _dataset(folder: Path) -> Manifest:
    samples = (*photo(1, children=2), *photo(2), *photo(3, label="dirty"))
    pair = (samples[0].id, photo(2)[0].id)
    return Manifest(folder=folder, name="plates", samples=samples, near_duplicates=(pair,))


def _id(number: int) -> str:
    return photo(number)[0].id


def test_what_was_painted_on_a_removed_photo_goes_with_it(tmp_path: Path) -> None:
    left = without(_dataset(tmp_path), [_id(1)])
    assert {sample.source_photo for sample in left.samples} == {_id(2), _id(3)}
    assert left.near_duplicates == ()


def test_a_photo_whose_painted_samples_are_removed_stands_alone(tmp_path: Path) -> None:
    dataset = _dataset(tmp_path)
    left = without(dataset, [sample.id for sample in dataset.samples if sample.synthetic])
    assert left.by_id[_id(1)].pair is None


def test_a_photo_moved_to_another_class_loses_its_painted_samples(tmp_path: Path) -> None:
    moved = relabelled(_dataset(tmp_path), [_id(1)], "dirty")
    assert moved.counts == {"clean": 1, "dirty": 2}
    assert moved.by_id[_id(1)].pair is None
    assert moved.painted == 0


def test_painted_samples_keep_their_class(tmp_path: Path) -> None:
    dataset = _dataset(tmp_path)
    painted = next(sample.id for sample in dataset.samples if sample.synthetic)
    assert relabelled(dataset, [painted], "clean").by_id[painted].label == "dirty"


def test_a_removed_photo_comes_back_with_its_look_alikes_after_a_restart(tmp_path: Path) -> None:
    dataset = _dataset(tmp_path)
    removed = removed_with(dataset, None, [_id(1)])
    left = without(dataset, [_id(1)])
    left.save()
    save_removed(removed, left)

    opened = Manifest.load(tmp_path)
    kept = load_removed(opened)
    assert kept is not None
    assert [sample.id for sample in kept.samples] == [_id(1)]
    back, still = restored(opened, kept, [_id(1)])
    assert back.near_duplicates == ((_id(1), _id(2)),)
    assert set(back.counts.items()) == {("clean", 2), ("dirty", 1)}
    assert still.samples == ()


def test_a_photo_imported_again_is_no_longer_removed(tmp_path: Path) -> None:
    dataset = _dataset(tmp_path)
    save_removed(removed_with(dataset, None, [_id(2)]), without(dataset, [_id(2)]))
    kept = load_removed(replace(dataset, folder=tmp_path))
    assert kept is not None
    assert kept.samples == ()


def test_nothing_removed_means_nothing_to_load(tmp_path: Path) -> None:
    assert load_removed(_dataset(tmp_path)) is None
