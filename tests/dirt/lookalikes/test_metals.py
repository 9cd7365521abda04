from __future__ import annotations

import numpy as np
import pytest

from studio.dirt.lookalikes import metals
from studio.dirt.outline import Image, Outline
from studio.dirt.scene import Scene
from studio.dirt.surface import Surface
from tests.dirt.dishes import dish_photo, outline_of

KINDS = {"steel": metals.steel, "brushed": metals.brushed, "aluminium": metals.aluminium}


def made(name: str, photo: Image, outline: Outline | None, seed: int = 1, strength: float = 0.5) -> Image:
    scene = Scene(photo, Surface.of(photo, outline))
    KINDS[name](np.random.default_rng([seed]), scene, strength)
    assert scene.image_HW3.dtype == np.float32 and np.isfinite(scene.image_HW3).all()
    return scene.finish()


@pytest.mark.parametrize("name", KINDS)
def test_the_same_random_numbers_make_the_same_metal(name: str) -> None:
    photo = dish_photo(120, 150)
    first, second = (made(name, photo, outline_of(120, 150)) for _ in range(2))
    assert (first == second).all()


@pytest.mark.parametrize("name", KINDS)
def test_metal_changes_much_of_the_dish_and_nothing_beside_it(name: str) -> None:
    photo = dish_photo(120, 150)
    surface = Surface.of(photo, outline_of(120, 150))
    left, top, right, bottom = surface.box
    is_dish = np.zeros(photo.shape[:2], bool)
    is_dish[top:bottom, left:right] = surface.mask_HW > 0
    for seed in range(5):
        image = made(name, photo, outline_of(120, 150), seed)
        change = np.abs(image.astype(np.int16) - photo).max(-1)
        assert not change[~is_dish].any()
        assert (change[is_dish] > 20).mean() > 0.3


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("size", [(40, 40), (40, 52), (5, 6), (90, 60)])
def test_metal_works_where_no_dish_was_found_or_it_is_tiny(name: str, size: tuple[int, int]) -> None:
    photo = dish_photo(*size)
    assert made(name, photo, None, 3, 1.0).shape == photo.shape


@pytest.mark.parametrize("name", KINDS)
def test_metal_works_on_a_dish_without_corners_of_a_circle(name: str) -> None:
    photo = dish_photo(120, 150, is_square=True)
    square = Outline(polygon=((0.2, 0.1), (0.8, 0.1), (0.8, 0.9), (0.2, 0.9)), quality=1.0)
    assert (made(name, photo, square) != photo).any()


def test_aluminium_has_no_colour_of_its_own() -> None:
    photo = dish_photo(120, 150)
    for seed in range(5):
        middle = made("aluminium", photo, outline_of(120, 150), seed)[45:75, 60:90].astype(np.int16)
        assert np.median(middle.max(-1) - middle.min(-1)) < 40
