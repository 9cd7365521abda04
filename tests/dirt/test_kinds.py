from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from studio.core.registry import DIRT_KINDS
from studio.dirt.layer import VISIBLE, composite
from studio.dirt.meal import Meal
from studio.dirt.outline import Image
from studio.dirt.surface import Surface
from tests.dirt.dishes import dish_photo, outline_of

KINDS = ("smear", "grease", "ring", "residue", "crumbs", "splash", "drip", "wear")


def painted(name: str, photo: Image, strength: float, seed: int = 1) -> tuple[Image, Image, Surface]:
    rng = np.random.default_rng([seed])
    surface = Surface.of(photo, outline_of(*photo.shape[:2])).after(Meal.draw(rng))
    layers = DIRT_KINDS[name].build(rng, surface, strength)
    return *composite(photo, layers, surface), surface


def changed(photo: Image, dirty: Image) -> np.ndarray[tuple[int, int], np.dtype[np.int16]]:
    return np.abs(dirty.astype(np.int16) - photo).max(-1)


def test_these_kinds_can_be_chosen() -> None:
    assert sorted(DIRT_KINDS.names()) == sorted(KINDS)


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_says_what_it_is_and_how_strong(name: str) -> None:
    entry = DIRT_KINDS[name]
    strength = entry.traits["strength"]
    assert isinstance(strength, float) and 0 <= strength <= 1
    assert entry.title and entry.help.endswith(".")


def test_scratches_are_off_and_residue_is_weak_unless_asked_for() -> None:
    assert DIRT_KINDS["wear"].traits["strength"] == 0
    assert DIRT_KINDS["residue"].traits["strength"] <= 0.2


@pytest.mark.parametrize("name", KINDS)
def test_at_strength_0_nothing_is_painted(name: str) -> None:
    photo = dish_photo()
    dirty, mask, _ = painted(name, photo, 0.0)
    assert (dirty == photo).all()
    assert not mask.any()


@pytest.mark.parametrize("grey", [12, 235])
@pytest.mark.parametrize("name", KINDS)
def test_every_kind_shows_on_a_white_and_on_a_black_dish(name: str, grey: int) -> None:
    photo = dish_photo(grey=grey)
    shares = []
    for seed in range(4):
        dirty, _, surface = painted(name, photo, 1.0, seed)
        shares.append(float((changed(photo, dirty) > VISIBLE).sum()) / surface.dish_px)
    assert max(shares) > 0.004


@pytest.mark.parametrize("name", KINDS)
def test_nothing_beside_the_dish_changes(name: str) -> None:
    photo = dish_photo()
    for seed in range(3):
        dirty, mask, _ = painted(name, photo, 1.0, seed)
        outside = outline_of().mask(256, 320) == 0
        assert (dirty[outside] == photo[outside]).all()
        assert not mask[outside].any()


@pytest.mark.parametrize("name", KINDS)
def test_the_mask_is_0_exactly_where_the_photo_is_unchanged(name: str) -> None:
    photo = dish_photo()
    dirty, mask, _ = painted(name, photo, 0.8)
    assert ((mask > 0) == (dirty != photo).any(-1)).all()


@pytest.mark.parametrize("name", KINDS)
def test_the_same_random_numbers_paint_the_same_marks(name: str) -> None:
    photo = dish_photo()
    first, second, other = (painted(name, photo, 0.7, seed)[0] for seed in (5, 5, 6))
    assert (first == second).all()
    assert (first != other).any()


@pytest.mark.parametrize("name", KINDS)
def test_more_strength_paints_more(name: str) -> None:
    photo = dish_photo()
    weak, strong = (
        np.mean([float((changed(photo, painted(name, photo, strength, seed)[0]) > 8).mean()) for seed in range(6)])
        for strength in (0.2, 1.0)
    )
    assert strong > 1.5 * weak


@pytest.mark.parametrize("name", KINDS)
def test_a_strength_changes_as_much_of_the_dish_at_any_resolution(name: str) -> None:
    # Summed change, not an area above a threshold: a lens spreads a crumb over more of a small picture.
    amounts = []
    for size in ((256, 320), (800, 1000)):
        photo = dish_photo(*size)
        marks = [painted(name, photo, 0.6, seed) for seed in range(4)]
        amounts.append(
            np.mean([changed(photo, dirty).sum(dtype=np.float64) / surface.dish_px for dirty, _, surface in marks])
        )
    assert amounts[0] == pytest.approx(amounts[1], rel=0.3)


def test_listing_the_kinds_loads_neither_opencv_nor_torch() -> None:
    code = (
        "import sys; from studio.core.registry import DIRT_KINDS; import studio.dirt.recipe;"
        "from studio.dirt.surface import Outline, find_outline;"
        "assert len(DIRT_KINDS.names()) == 8; assert not {'cv2', 'torch'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
