from __future__ import annotations

import numpy as np
import pytest

from tests.dirt.dishes import dish_photo, outline_of, varied

KINDS = ("glints", "shadow", "reflection")


@pytest.mark.parametrize("name", KINDS)
def test_the_same_seed_throws_the_same_light(name: str) -> None:
    photo, outline = dish_photo(), outline_of()
    assert (varied(name, photo, outline) == varied(name, photo, outline)).all()


@pytest.mark.parametrize("grey", [20, 225])
@pytest.mark.parametrize("name", KINDS)
def test_light_shows_on_most_white_and_black_dishes(name: str, grey: int) -> None:
    photo, outline = dish_photo(grey=grey), outline_of()
    changes = [np.abs(varied(name, photo, outline, seed=seed).astype(int) - photo).max() for seed in range(9)]
    assert np.median(changes) > 8


@pytest.mark.parametrize("name", ["glints", "reflection"])
def test_glaze_mirrors_and_the_table_does_not(name: str) -> None:
    photo, outline = dish_photo(), outline_of()
    beside = outline.mask(*photo.shape[:2]) == 0
    for seed in range(6):
        assert (varied(name, photo, outline, seed=seed) == photo)[beside].all()


def test_a_shadow_falls_on_dish_and_table_alike() -> None:
    photo, outline = dish_photo(), outline_of()
    on_dish = outline.mask(*photo.shape[:2]) > 0.5
    darker = [photo.astype(int) - varied("shadow", photo, outline, seed=seed) for seed in range(9)]
    assert any(change[on_dish].max() > 20 and change[~on_dish].max() > 20 for change in darker)


@pytest.mark.parametrize("name", KINDS)
def test_a_dish_that_was_not_found_is_lit_as_well(name: str) -> None:
    for photo in (dish_photo(), dish_photo(40, 40), dish_photo(12, 9)):
        for seed in range(4):
            assert varied(name, photo, None, strength=1.0, seed=seed).shape == photo.shape


@pytest.mark.parametrize("name", KINDS)
def test_no_strength_is_no_light(name: str) -> None:
    photo = dish_photo()
    assert (varied(name, photo, outline_of(), strength=0.0) == photo).all()
