"""Few photos: each is held out once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio.core.errors import ConfigError, UserError
from studio.core.sections import DataSettings, SplitSettings
from studio.data.manifest import Manifest
from studio.data.splits import Splits, split
from tests.data.pictures import photos

NO_TEST = DataSettings(train_ratio=0.9, val_ratio=0.1, test_ratio=0.0)


def manifest_of(*counts: tuple[int, str, int], near: tuple[tuple[int, int], ...] = ()) -> Manifest:
    pairs = tuple((f"{first:016x}", f"{second:016x}") for first, second in near)
    return Manifest(folder=Path("/nowhere"), samples=photos(counts), near_duplicates=pairs)


def dealt(
    manifest: Manifest, *, members: int = 5, data: DataSettings = NO_TEST, cross_fit: str = "auto", seed: int = 0
) -> Splits:
    return split(manifest, data, SplitSettings(cross_fit=cross_fit, seed=seed), members=members)


def test_every_photo_is_held_out_once_with_all_that_was_painted_on_it() -> None:
    splits = dealt(manifest_of((20, "clean", 2)))
    assert [len(fold) for fold in splits.folds] == [12] * 5
    assert sorted(id for fold in splits.folds for id in fold) == list(splits.train)
    assert all(len({number for number, fold in enumerate(splits.folds) if id[:16] in fold}) == 1 for id in splits.train)
    for fold in splits.folds:
        assert {id[:16] for id in fold} == {id for id in fold if "-" not in id}
    assert splits.val == splits.test == ()


def test_it_is_said_in_words() -> None:
    splits = dealt(manifest_of((20, "clean", 2)))
    story = "Every photo is held out once: 5 folds of 20 photos; no test share."
    assert splits.notes == (story,)
    assert splits.certificate.sentence.startswith(story) and "4 in each fold" in splits.certificate.sentence
    assert splits.certificate.groups == (20, 0, 0)


def test_a_test_share_that_is_asked_for_is_kept_away_from_all_folds() -> None:
    splits = dealt(manifest_of((20, "clean", 2)), data=DataSettings())
    assert len(splits.test) == 6 and not set(splits.test) & {id for fold in splits.folds for id in fold}
    assert splits.notes[0].startswith("2 photos are kept for the test")


def test_there_are_no_more_folds_than_photos_of_the_rarest_class() -> None:
    manifest = manifest_of((20, "clean", 0), (3, "dirty", 0))
    splits = dealt(manifest)
    assert len(splits.folds) == 3
    assert all({manifest.by_id[id].label for id in fold} == {"clean", "dirty"} for fold in splits.folds)


def test_look_alikes_are_held_out_together() -> None:
    splits = dealt(manifest_of((10, "clean", 1), near=((1, 2), (2, 3))))
    folds = [
        number for number, fold in enumerate(splits.folds) for id in fold if id in {f"{n:016x}" for n in (1, 2, 3)}
    ]
    assert len(folds) == 3 and len(set(folds)) == 1


def test_many_photos_or_one_member_keep_the_validation_share() -> None:
    assert not dealt(manifest_of((200, "clean", 1))).folds
    assert dealt(manifest_of((199, "clean", 1))).folds
    assert not dealt(manifest_of((20, "clean", 1)), members=1).folds
    assert not dealt(manifest_of((20, "clean", 1)), cross_fit="off").folds
    assert dealt(manifest_of((200, "clean", 1)), cross_fit="on").folds


def test_a_single_member_cannot_cross_fit() -> None:
    with pytest.raises(ConfigError, match=r"ensemble\.members"):
        dealt(manifest_of((20, "clean", 1)), members=1, cross_fit="on")


def test_a_class_with_one_photo_is_refused_where_it_was_asked_for() -> None:
    with pytest.raises(UserError, match=r"dirty: .*split\.cross_fit to auto"):
        dealt(manifest_of((10, "clean", 0), (1, "dirty", 0)), cross_fit="on")


def test_folds_follow_the_seed_and_come_back_from_their_file() -> None:
    manifest = manifest_of((20, "clean", 1))
    splits = dealt(manifest)
    assert dealt(manifest) == splits != dealt(manifest, seed=1)
    assert Splits.from_json(splits.to_json()) == splits


def test_a_file_without_folds_is_read_and_one_whose_folds_name_a_stranger_is_refused() -> None:
    values = json.loads(dealt(manifest_of((20, "clean", 1))).to_json())
    values["folds"][0].append("stranger")
    with pytest.raises(UserError, match="folds"):
        Splits.from_json(json.dumps(values))
    del values["folds"]
    assert Splits.from_json(json.dumps(values)).folds == ()
