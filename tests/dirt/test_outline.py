from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np
import pytest

from studio.core.errors import UserError
from studio.dirt.surface import FINDER_VERSION, Outline, find_outline
from tests.dirt.dishes import dish_photo, outline_of


def overlap(found: Outline, true: Outline, height: int, width: int) -> float:
    a, b = found.mask(height, width) > 0.5, true.mask(height, width) > 0.5
    return float((a & b).sum() / (a | b).sum())


@pytest.mark.parametrize("grey", [20, 140, 235])
@pytest.mark.parametrize("size", [(256, 320), (320, 256), (900, 1200)])
def test_a_round_dish_is_found_where_it_was_drawn(grey: int, size: tuple[int, int]) -> None:
    found = find_outline(dish_photo(*size, grey=grey))
    assert found is not None
    assert overlap(found, outline_of(*size), *size) > 0.93


def test_a_square_dish_keeps_its_corners() -> None:
    found = find_outline(dish_photo(is_square=True, radius=0.3))
    assert found is not None
    area = float((found.mask(256, 320) > 0.5).sum())
    side = 2 * int(0.3 * 256 * 1.2) + 1
    assert area > 0.93 * side * side


def test_the_dish_is_found_on_real_photos(shared_data: Path) -> None:
    photos = sorted((shared_data / "plates" / "cleaned").glob("*.jpg"))
    shares = []
    for file in photos:
        found = find_outline(cv2.cvtColor(cv2.imread(str(file)), cv2.COLOR_BGR2RGB))
        shares.append(0.0 if found is None else float(found.mask(64, 64).mean()))
    assert sum(0.12 < share < 0.75 for share in shares) >= 0.95 * len(photos)


def test_noise_shows_no_dish() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (256, 320, 3), dtype=np.uint8)
    assert find_outline(noise) is None


def test_a_bare_table_shows_no_dish() -> None:
    assert find_outline(np.full((240, 320, 3), 128, np.uint8)) is None


@pytest.mark.parametrize("size", [(1, 1), (7, 2000), (15, 15)])
def test_a_photo_too_small_or_too_narrow_shows_no_dish(size: tuple[int, int]) -> None:
    assert find_outline(dish_photo(*size)) is None


@pytest.mark.parametrize("size", [(16, 16), (16, 150), (190, 16), (33, 47)])
def test_small_photos_are_searched_without_a_crash(size: tuple[int, int]) -> None:
    found = find_outline(dish_photo(*size))
    assert found is None or len(found.polygon) >= 24


def test_the_same_photo_gives_the_same_outline_whatever_ran_before() -> None:
    photo = dish_photo()
    first = find_outline(photo)
    find_outline(dish_photo(grey=40))
    assert find_outline(photo) == first


def test_an_outline_survives_its_json() -> None:
    found = find_outline(dish_photo())
    assert found is not None
    assert found.finder == FINDER_VERSION
    assert 24 <= len(found.polygon) <= 64
    assert 0 < found.quality <= 1
    assert Outline.from_json(found.to_json()) == found


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"polygon": [[0, 0], [1, 1]], "quality": 1, "finder": 1},
        {"polygon": [[0, 0], [1, 1], [0, math.inf]], "quality": 1, "finder": 1},
        {"polygon": [[0, 0], [1, 1], [0]], "quality": 1, "finder": 1},
        {"polygon": [[0, 0], [1, 1], [0, 1]], "quality": "high", "finder": 1},
    ],
)
def test_a_broken_record_is_refused_with_a_way_out(record: dict[str, object]) -> None:
    with pytest.raises(UserError, match="import the photos again"):
        Outline.from_json(record)


def test_the_mask_has_the_area_of_the_polygon_at_any_size() -> None:
    outline = outline_of()
    for height, width in ((128, 160), (256, 320), (768, 960)):
        share = float(outline.mask(height, width).mean())
        assert share == pytest.approx(math.pi * 110**2 / (256 * 320), rel=0.03)


def test_the_box_is_the_square_around_the_dish() -> None:
    x, y, side = outline_of().box(256, 320, pad=0.1)
    assert (x, y) == pytest.approx((160, 128), abs=1)
    assert side == pytest.approx(220 * 1.2, abs=3)
