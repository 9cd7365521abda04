"""Null edits: what they change, and what they leave alone."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.core.sections import DirtSettings
from studio.data.null_edits import (
    BESIDE,
    LIGHT,
    PATCH,
    STEPS,
    EditedPhoto,
    Sight,
    ToEdit,
    dirt_beside,
    edit,
    pasted_back,
)
from studio.data.photos import PhotoError
from studio.dirt.surface import Surface
from tests.dirt.dishes import SHA1, dish_photo, outline_of

DIRT = DirtSettings(size_px=320)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("photo") / "dish.jpg"
    Image.fromarray(dish_photo()).save(place, quality=97, subsampling=0)
    return place


def edited(file: Path, rounds: int, background: str = "keep") -> EditedPhoto:
    item = ToEdit(path=file, sha1=hashlib.sha1(file.read_bytes()).hexdigest(), outline=outline_of(), rounds=rounds)
    return edit(item, DIRT, Sight(framing="dish", background=background, size_hw=(96, 96)))  # type: ignore[arg-type]


def change(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.abs(first[..., :3].astype(int) - second[..., :3]).max(axis=2)


def test_every_round_has_one_edit_of_each_sort(file: Path):
    sorts = [one.sort for one in edited(file, 2).edits]
    assert sorts == [STEPS, *[LIGHT, STEPS, PATCH, BESIDE] * 2]


def test_edits_are_the_same_every_time_and_differ_by_round(file: Path):
    first, second = edited(file, 2), edited(file, 2)
    assert all(
        np.array_equal(one.pixels_HW4, other.pixels_HW4) for one, other in zip(first.edits, second.edits, strict=True)
    )
    light = [one.pixels_HW4 for one in first.edits if one.sort == LIGHT]
    assert not np.array_equal(*light)


def test_null_edits_are_hardly_seen_and_dirt_is(file: Path):
    photo = edited(file, 1)
    twin = photo.edits[0].pixels_HW4
    for one in photo.edits:
        before = twin if one.is_of_twin else photo.photo_HW4
        largest = change(before, one.pixels_HW4).max()
        assert (largest > 40) == (one.sort in (LIGHT, BESIDE)), one.sort


def test_dirt_beside_the_dish_leaves_the_dish_alone():
    photo, outline = dish_photo(), outline_of()
    dirty = dirt_beside(photo, outline, Surface.of(photo, outline), DIRT, sha1=SHA1, variant=0)
    assert dirty is not None
    is_dish = outline.mask(*photo.shape[:2]) > 0
    assert change(photo, dirty)[is_dish].max() == 0
    assert (change(photo, dirty)[~is_dish] > 20).sum() > 0.004 * is_dish.sum()


def test_a_dish_that_fills_the_photo_has_no_dirt_beside_it():
    photo = dish_photo()
    whole = outline_of(radius=0.8)
    assert dirt_beside(photo, whole, Surface.of(photo, whole), DIRT, sha1=SHA1, variant=0) is None


def test_on_a_grey_background_dirt_beside_the_dish_is_not_seen(file: Path):
    photo = edited(file, 1, background="grey")
    (beside,) = [one for one in photo.edits if one.sort == BESIDE]
    assert change(photo.edits[0].pixels_HW4, beside.pixels_HW4).max() < 20


def test_a_patch_changes_nothing_but_its_own_place():
    photo = dish_photo()
    shape = np.zeros(photo.shape[:2], bool)
    shape[110:140, 150:180] = True
    pasted = pasted_back(photo, shape, np.random.default_rng(0))
    assert 0 < change(photo, pasted)[shape].mean() < 8
    assert change(photo, pasted)[:90].max() == 0


def test_a_photo_that_is_gone_is_an_error_of_its_own(tmp_path: Path):
    with pytest.raises(PhotoError):
        edit(
            ToEdit(path=tmp_path / "gone.jpg", sha1=SHA1, outline=outline_of(), rounds=1),
            DIRT,
            Sight(framing="dish", background="grey", size_hw=(96, 96)),
        )
