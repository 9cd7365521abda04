from __future__ import annotations

import numpy as np
import pytest

from studio.dirt.lookalikes.furnishings import ROOM_PX
from studio.dirt.lookalikes.rooms import drawn_room, photo_room, room
from studio.dirt.scene import Scene
from studio.dirt.surface import Surface
from tests.dirt.dishes import dish_photo, outline_of


def scene(height: int = 128, width: int = 160) -> Scene:
    photo = dish_photo(height, width)
    return Scene(photo, Surface.of(photo, outline_of(height, width)))


@pytest.mark.parametrize("seed", range(6))
def test_a_room_is_small_finite_and_never_darker_than_black(seed: int) -> None:
    picture = room(np.random.default_rng(seed), scene(), 1.0)
    assert picture.shape == (ROOM_PX, ROOM_PX, 3) and picture.dtype == np.float32
    assert np.isfinite(picture).all() and picture.min() >= 0 and picture.max() < 8


def test_the_same_random_numbers_draw_the_same_room() -> None:
    first, second = (room(np.random.default_rng(7), scene()) for _ in range(2))
    assert (first == second).all()


def test_drawn_rooms_have_windows_brighter_than_white() -> None:
    brightest = [float(drawn_room(np.random.default_rng(seed)).max()) for seed in range(12)]
    assert np.median(brightest) > 1.2


def test_a_photo_of_a_few_pixels_can_be_a_room() -> None:
    picture = photo_room(np.random.default_rng(1), scene(9, 11))
    assert picture.shape == (ROOM_PX, ROOM_PX, 3) and np.isfinite(picture).all()
