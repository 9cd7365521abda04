from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.errors import UserError
from studio.core.sections import DataSettings, SplitSettings
from studio.data.manifest import Manifest, Sample
from studio.data.splits import Splits, split
from tests.data.pictures import photo, photos

DATA, SEED_0 = DataSettings(), SplitSettings()


def dealt(*counts: tuple[int, str, int], near: tuple[tuple[int, int], ...] = (), **data: float) -> Splits:
    """Splits of photos given as (how many, class, painted children), with look-alikes by number."""
    pairs = tuple((f"{first:016x}", f"{second:016x}") for first, second in near)
    manifest = Manifest(folder=Path("/nowhere"), samples=photos(counts), near_duplicates=pairs)
    return split(manifest, DataSettings(**data) if data else DATA, SEED_0)


def sides(splits: Splits) -> dict[str, str]:
    return {id: name for name in ("train", "val", "test") for id in getattr(splits, name)}


def test_shares_are_met_exactly_where_groups_allow() -> None:
    splits = dealt((100, "clean", 0), (50, "dirty", 0))
    assert (len(splits.train), len(splits.val), len(splits.test)) == (120, 15, 15)


def test_classes_keep_their_shares_on_each_side() -> None:
    splits = dealt((100, "clean", 0), (50, "dirty", 0), (30, "cups", 0))
    numbers = {f"{n:016x}": "clean" if n <= 100 else "dirty" if n <= 150 else "cups" for n in range(1, 181)}
    assert Counter(numbers[id] for id in splits.val) == {"clean": 10, "dirty": 5, "cups": 3}
    assert Counter(numbers[id] for id in splits.test) == {"clean": 10, "dirty": 5, "cups": 3}


def test_painted_children_go_with_their_photo() -> None:
    splits = dealt((20, "clean", 2))
    where = sides(splits)
    assert all(where[id] == where[id[:16]] for id in where)
    assert (len(splits.train), len(splits.val), len(splits.test)) == (48, 6, 6)


def test_real_and_painted_dirt_are_dealt_apart() -> None:
    splits = dealt((20, "clean", 2), (20, "dirty", 0))
    real_dirty = {f"{n:016x}" for n in range(21, 41)}
    assert (len(real_dirty & set(splits.val)), len(real_dirty & set(splits.test))) == (2, 2)
    assert sum("-" in id for id in splits.val) == 4


def test_look_alikes_stay_together_even_in_chains() -> None:
    splits = dealt((60, "clean", 0), near=((1, 2), (2, 3), (3, 60)))
    where = sides(splits)
    assert len({where[f"{n:016x}"] for n in (1, 2, 3, 60)}) == 1


def test_look_alikes_may_part_when_asked() -> None:
    near = tuple((f"{n:016x}", f"{n + 1:016x}") for n in range(1, 60))
    manifest = Manifest(folder=Path("/nowhere"), samples=photos([(60, "clean", 0)]), near_duplicates=near)
    splits = split(manifest, DATA, SplitSettings(group_near_duplicates=False))
    assert len(splits.val) == 6
    assert "look-alikes do" in splits.certificate.sentence


def test_the_same_seed_deals_the_same_whatever_the_order() -> None:
    samples = list(photos([(30, "clean", 1), (10, "dirty", 0)]))
    first = split(Manifest(folder=Path("/nowhere"), samples=tuple(samples)), DATA, SEED_0)
    random.Random(5).shuffle(samples)
    again = split(Manifest(folder=Path("/nowhere"), samples=tuple(samples)), DATA, SEED_0)
    other = split(Manifest(folder=Path("/nowhere"), samples=tuple(samples)), DATA, SplitSettings(seed=1))
    assert first == again
    assert first.val != other.val


def test_each_split_has_each_class_however_rare() -> None:
    splits = dealt((300, "clean", 0), (3, "dirty", 0))
    rare = {f"{n:016x}" for n in (301, 302, 303)}
    assert all(len(rare & set(getattr(splits, name))) == 1 for name in ("train", "val", "test"))


def test_each_split_has_each_class_when_groups_hold_several() -> None:
    for seed in range(20):
        samples = [*photo(1), *photo(2), *photo(3, label="dirty"), *photo(4, label="dirty"), *photo(5), *photo(6)]
        near = ((f"{2:016x}", f"{3:016x}"),)
        manifest = Manifest(folder=Path("/nowhere"), samples=tuple(samples), near_duplicates=near)
        splits = split(manifest, DATA, SplitSettings(seed=seed))
        labels = {sample.id: sample.label for sample in samples}
        for name in ("train", "val"):
            assert {labels[id] for id in getattr(splits, name)} == {"clean", "dirty"}
        assert splits.test == ()


def test_two_photos_of_a_class_leave_no_test_split_and_say_so() -> None:
    splits = dealt((10, "clean", 0), (2, "dirty", 0))
    assert splits.test == ()
    assert any("No test split: dirty has 2" in note for note in splits.notes)


def test_a_single_photo_of_a_class_is_refused_with_the_way_out() -> None:
    with pytest.raises(UserError, match=r"dirty: .*add other photos"):
        dealt((10, "clean", 0), (1, "dirty", 0))


def test_one_film_of_a_single_dish_is_refused() -> None:
    with pytest.raises(UserError, match=r"clean: .*look-alikes"):
        dealt((5, "clean", 1), near=((1, 2), (2, 3), (3, 4), (4, 5)))


def test_an_empty_dataset_is_refused() -> None:
    with pytest.raises(UserError, match="no photos"):
        split(Manifest(folder=Path("/nowhere")), DATA, SEED_0)


def test_everything_may_be_learned_from_when_nothing_is_judged() -> None:
    splits = dealt((1, "clean", 1), train_ratio=1.0, val_ratio=0.0, test_ratio=0.0)
    assert len(splits.train) == 2 and splits.val == splits.test == ()


def test_few_photos_are_said_to_judge_coarsely() -> None:
    assert any("coarse" in note for note in dealt((20, "clean", 2)).notes)
    assert not dealt((500, "clean", 0), (500, "dirty", 0)).notes


def test_the_certificate_names_the_closest_photos_on_two_sides() -> None:
    rng = random.Random(1)
    samples = [replace(sample, phash=rng.randbytes(8).hex()) for sample in photos([(40, "clean", 0)])]
    bent = split(Manifest(folder=Path("/nowhere"), samples=tuple(samples)), DATA, SEED_0)
    where = sides(bent)
    twin = next(sample for sample in samples if where[sample.id] == "test")
    other = next(sample for sample in samples if where[sample.id] == "train")
    samples[samples.index(twin)] = replace(twin, phash=other.phash)
    closest = split(Manifest(folder=Path("/nowhere"), samples=tuple(samples)), DATA, SEED_0).certificate.closest
    assert closest is not None
    assert {closest.first, closest.second} == {twin.id, other.id} and closest.bits == 0
    assert bent.certificate.shared == 0


def test_splits_come_back_from_their_file() -> None:
    rng = random.Random(2)
    samples = tuple(replace(sample, phash=rng.randbytes(8).hex()) for sample in photos([(20, "clean", 1)]))
    splits = split(Manifest(folder=Path("/nowhere"), samples=samples), DATA, SEED_0)
    assert Splits.from_json(splits.to_json()) == splits


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"train": ["a"], "val": ["a"], "test": [], "notes": []}', "null"])
def test_a_torn_split_file_is_refused_by_name(text: str) -> None:
    with pytest.raises(UserError, match=r"split\.json"):
        Splits.from_json(text)


def test_many_classes_and_sizes_leave_no_split_without_a_class() -> None:
    for seed in range(15):
        rng = random.Random(seed)
        counts = [(rng.randint(3, 30), f"class {n}", 0) for n in range(rng.randint(2, 9))]
        samples: tuple[Sample, ...] = photos(counts)
        manifest = Manifest(folder=Path("/nowhere"), samples=samples)
        splits = split(manifest, DATA, SplitSettings(seed=seed))
        for name in ("train", "val", "test"):
            assert {manifest.by_id[id].label for id in getattr(splits, name)} == set(manifest.classes)
