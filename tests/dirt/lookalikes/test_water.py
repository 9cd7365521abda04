from __future__ import annotations

import numpy as np
import pytest

from tests.dirt.dishes import dish_photo, outline_of, varied

KINDS = ("droplets", "puddle", "haze")


@pytest.mark.parametrize("name", KINDS)
def test_the_same_seed_wets_the_same_places(name: str) -> None:
    photo, outline = dish_photo(), outline_of()
    assert (varied(name, photo, outline) == varied(name, photo, outline)).all()


@pytest.mark.parametrize("grey", [20, 225])
@pytest.mark.parametrize("name", KINDS)
def test_water_shows_on_most_white_and_black_dishes(name: str, grey: int) -> None:
    photo, outline = dish_photo(grey=grey), outline_of()
    changes = [np.abs(varied(name, photo, outline, seed=seed).astype(int) - photo).max() for seed in range(9)]
    assert np.median(changes) > 8


@pytest.mark.parametrize("name", KINDS)
def test_the_table_stays_as_it_was(name: str) -> None:
    photo, outline = dish_photo(), outline_of()
    beside = outline.mask(*photo.shape[:2]) == 0
    for seed in range(6):
        assert (varied(name, photo, outline, seed=seed) == photo)[beside].all()


@pytest.mark.parametrize("name", KINDS)
def test_a_dish_that_was_not_found_gets_wet_as_well(name: str) -> None:
    for photo in (dish_photo(), dish_photo(40, 40), dish_photo(12, 9)):
        for seed in range(4):
            assert varied(name, photo, None, strength=1.0, seed=seed).shape == photo.shape


@pytest.mark.parametrize("name", KINDS)
def test_no_strength_is_no_water(name: str) -> None:
    photo = dish_photo()
    assert (varied(name, photo, outline_of(), strength=0.0) == photo).all()
