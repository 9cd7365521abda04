from __future__ import annotations

import hashlib
import json
import subprocess
import sys

import cv2
import numpy as np
import pytest

from studio.core.errors import ConfigError
from studio.core.registry import DIRT_KINDS
from studio.core.sections import DirtSettings
from studio.dirt.layer import Painted
from studio.dirt.recipe import LEVELS, paint, photo_number, resize_to
from tests.dirt.dishes import SHA1, dish_photo, outline_of

SETTINGS = DirtSettings()


def painted(variant: int = 0, level: str | None = None, settings: DirtSettings = SETTINGS) -> Painted:
    return paint(dish_photo(), outline_of(), settings, sha1=SHA1, variant=variant, level=level)


def digest(variant: int) -> str:
    result = painted(variant)
    return hashlib.sha1(result.image_HW3.tobytes() + result.mask_HW.tobytes()).hexdigest()


def test_the_same_arguments_give_the_same_bytes_in_another_process_and_with_other_threads() -> None:
    code = (
        "import cv2, json, sys; cv2.setNumThreads(int(sys.argv[1]));"
        "from tests.dirt.test_recipe import digest; print(json.dumps([digest(v) for v in (2, 1, 0)]))"
    )
    here = [digest(variant) for variant in (0, 1, 2)]
    assert len(set(here)) == 3
    for threads in ("1", "4"):
        answer = subprocess.run(
            [sys.executable, "-c", code, threads], check=True, timeout=120, capture_output=True, text=True
        )
        assert json.loads(answer.stdout)[::-1] == here


def test_the_clean_photo_is_left_alone() -> None:
    photo = dish_photo()
    before = photo.copy()
    paint(photo, outline_of(), SETTINGS, sha1=SHA1, variant=0)
    assert (photo == before).all()


def test_a_dirty_picture_is_as_large_as_its_clean_twin() -> None:
    photo = dish_photo(500, 700)
    settings = DirtSettings(size_px=256)
    result = paint(photo, outline_of(500, 700), settings, sha1=SHA1, variant=0)
    assert result.image_HW3.shape == result.twin_HW3.shape == resize_to(photo, 256).shape == (183, 256, 3)
    untouched = result.mask_HW == 0
    assert (result.image_HW3[untouched] == result.twin_HW3[untouched]).all()


def test_a_small_photo_is_not_enlarged() -> None:
    photo = dish_photo()
    assert resize_to(photo, 640) is photo


def test_the_levels_order_the_coverage() -> None:
    means = [np.mean([painted(variant, level).coverage for variant in range(8)]) for level in LEVELS]
    assert means[0] < 0.09
    assert means[0] < 0.8 * means[1] < 0.8 * 0.85 * means[2]


def test_every_level_leaves_something_to_see() -> None:
    for level in LEVELS:
        for variant in range(8):
            result = painted(variant, level)
            assert result.kinds
            assert result.level == level
            assert int((result.mask_HW > 100).sum()) >= 6


def test_some_light_dishes_have_hardly_anything_on_them() -> None:
    coverages = [painted(variant, "light").coverage for variant in range(24)]
    assert 1 <= sum(coverage < 0.015 for coverage in coverages) <= 16


def test_the_shares_decide_the_level() -> None:
    settings = DirtSettings(light=0, medium=0, heavy=1)
    assert {painted(variant, settings=settings).level for variant in range(5)} == {"heavy"}


def test_only_kinds_that_are_on_are_painted() -> None:
    off = dict.fromkeys(DIRT_KINDS.names(), 0.0)
    result = painted(level="medium", settings=DirtSettings(kinds=off | {"crumbs": 0.4}))
    assert result.kinds == ("crumbs",)


def test_with_every_kind_off_the_error_names_the_setting() -> None:
    off = dict.fromkeys(DIRT_KINDS.names(), 0.0)
    with pytest.raises(ConfigError, match=r"dirt\.kinds.*raise at least one"):
        painted(settings=DirtSettings(kinds=off))


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(ConfigError, match="filthy.*light, medium, heavy"):
        painted(level="filthy")


@pytest.mark.parametrize("size", [(1, 1), (7, 2000), (3, 5), (40, 31), (97, 64)])
def test_odd_sizes_are_painted_without_a_crash(size: tuple[int, int]) -> None:
    photo = np.full((*size, 3), 200, np.uint8)
    for outline in (None, outline_of(*size)):
        result = paint(photo, outline, SETTINGS, sha1=SHA1, variant=0, level="heavy")
        assert result.image_HW3.shape == resize_to(photo, SETTINGS.size_px).shape
        assert result.mask_HW.shape == result.image_HW3.shape[:2]


def test_without_an_outline_dirt_falls_in_the_middle() -> None:
    result = paint(dish_photo(), None, SETTINGS, sha1=SHA1, variant=0, level="heavy")
    ys, xs = np.nonzero(result.mask_HW)
    assert 0.2 < xs.mean() / 320 < 0.8
    assert result.mask_HW[:8].max() == 0 and result.mask_HW[-8:].max() == 0
    assert len(ys)


def test_a_photos_number_follows_from_its_hash_alone() -> None:
    assert photo_number(SHA1) == photo_number(SHA1)
    assert photo_number(SHA1) != photo_number(hashlib.sha1(b"another").hexdigest())


def test_marks_keep_their_place_when_the_photo_is_larger() -> None:
    settings = DirtSettings(size_px=1280)
    masks = []
    for size in ((256, 320), (1024, 1280)):
        result = paint(dish_photo(*size), outline_of(*size), settings, sha1=SHA1, variant=3, level="medium")
        masks.append(cv2.resize(result.mask_HW, (32, 26), interpolation=cv2.INTER_AREA).astype(np.float64))
    assert np.corrcoef(masks[0].ravel(), masks[1].ravel())[0, 1] > 0.5
