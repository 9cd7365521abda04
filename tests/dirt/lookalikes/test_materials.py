from __future__ import annotations

import numpy as np
import pytest

from studio.core.registry import LOOK_ALIKES
from studio.dirt.outline import Image
from studio.dirt.scene import Scene
from studio.dirt.surface import Surface
from tests.dirt.dishes import dish_photo, outline_of

KINDS = ("recolour", "clear", "enamel", "wooden")


def varied(name: str, photo: Image, seed: int, *, is_found: bool = True, strength: float = 0.5) -> Image:
    scene = Scene(photo, Surface.of(photo, outline_of(*photo.shape[:2]) if is_found else None))
    LOOK_ALIKES[name].build(np.random.default_rng([seed]), scene, strength)
    assert scene.image_HW3.dtype == np.float32
    assert np.isfinite(scene.image_HW3).all()
    return scene.finish()


@pytest.mark.parametrize("name", KINDS)
def test_a_material_says_what_it_is_and_how_often(name: str) -> None:
    entry = LOOK_ALIKES[name]
    assert entry.traits["group"] == "material"
    assert isinstance(entry.traits["strength"], float)
    assert entry.help.endswith(".")


@pytest.mark.parametrize("name", KINDS)
def test_the_same_seed_makes_the_same_dish(name: str) -> None:
    photo = dish_photo()
    for seed in range(3):
        assert (varied(name, photo, seed) == varied(name, photo, seed)).all()


@pytest.mark.parametrize("name", KINDS)
def test_another_dish_is_seen_and_nothing_beside_it_changes(name: str) -> None:
    photo = dish_photo()
    outside = outline_of().mask(256, 320) == 0
    seen = []
    for seed in range(6):
        dish = varied(name, photo, seed)
        assert (dish[outside] == photo[outside]).all()
        seen.append(float(np.abs(dish[~outside].astype(np.int16) - photo[~outside]).mean()))
    assert np.median(seen) > 6


@pytest.mark.parametrize("name", KINDS)
def test_it_works_where_no_dish_was_found_on_tiny_and_on_black_photos(name: str) -> None:
    photos = (dish_photo(), dish_photo(40, 40), np.zeros((40, 53, 3), np.uint8), dish_photo(radius=0.6))
    for seed, photo in enumerate(photos):
        for strength in (0.0, 1.0):
            assert varied(name, photo, seed, is_found=False, strength=strength).shape == photo.shape
