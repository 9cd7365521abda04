from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFilter

from studio.data.quality import BLURRED_FROM, blur, correlation, near_duplicates, nearest, perceptual_hash, small_grey
from tests.data.pictures import dish, pixels


def alike(*pictures: Image.Image) -> list[tuple[int, int]]:
    smalls = [small_grey(pixels(picture)) for picture in pictures]
    return near_duplicates([perceptual_hash(small) for small in smalls], small=lambda number: smalls[number])


def saved_again(picture: Image.Image) -> Image.Image:
    stream = io.BytesIO()
    picture.resize((64, 48)).save(stream, "JPEG", quality=60)
    return Image.open(stream).resize(picture.size)


@pytest.mark.parametrize("change", ["saved again", "brighter", "shifted", "cropped"])
def test_a_photo_that_was_changed_a_little_is_found(change: str) -> None:
    picture = dish(7, width=240, height=180)
    changed = {
        "saved again": saved_again,
        "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.15),
        "shifted": lambda image: image.transform(image.size, Image.Transform.AFFINE, (1, 0, 3, 0, 1, 2)),
        "cropped": lambda image: image.crop((2, 2, 238, 178)).resize(image.size),
    }[change](picture)
    assert alike(picture, changed) == [(0, 1)]


def test_different_dishes_on_the_same_kind_of_table_are_not_alike() -> None:
    assert alike(*(dish(seed, width=240, height=180) for seed in range(30))) == []


def test_a_chain_of_changes_makes_no_pair_of_its_ends() -> None:
    rows = np.linspace(0, 1, 64, dtype=np.float32)[None] * np.ones((64, 1), np.float32)
    first = 128 + 60 * np.sin(rows * 12).astype(np.float32)
    last = 128 + 60 * np.sin(rows.T * 12).astype(np.float32)
    steps = [first * (1 - t) + last * t for t in np.linspace(0, 1, 9, dtype=np.float32)]
    pairs = near_duplicates([perceptual_hash(step) for step in steps], small=lambda number: steps[number])
    assert (0, 8) not in pairs


def test_only_pairs_with_a_new_photo_are_looked_at() -> None:
    pictures = [dish(1, width=240, height=180)] * 3
    smalls = [small_grey(pixels(picture)) for picture in pictures]
    hashes = [perceptual_hash(small) for small in smalls]
    pairs = near_duplicates(hashes, is_new=[False, False, True], small=lambda number: smalls[number])
    assert pairs == [(0, 2), (1, 2)]


def test_candidates_are_complete_up_to_six_bits() -> None:
    rng = np.random.default_rng(3)
    hashes: list[str] = []
    for _ in range(200):
        bits = rng.integers(0, 2, 64).astype(np.uint8)
        hashes.append(np.packbits(bits).tobytes().hex())
        flipped = bits.copy()
        flipped[rng.choice(64, int(rng.integers(0, 7)), replace=False)] ^= 1
        hashes.append(np.packbits(flipped).tobytes().hex())
    texture = rng.normal(128, 40, (64, 64)).astype(np.float32)
    pairs = near_duplicates(hashes, small=lambda number: texture)
    assert {(2 * k, 2 * k + 1) for k in range(200)} <= set(pairs)


def test_a_copy_that_cannot_be_read_confirms_nothing() -> None:
    def gone(number: int) -> NDArray[np.float32] | None:
        return None

    assert near_duplicates(["00" * 8, "00" * 8], small=gone) == []


def test_blank_photos_are_alike_only_when_equal() -> None:
    blank = np.full((64, 64), 90, np.float32)
    assert correlation(blank, blank) == 1.0
    assert correlation(blank, blank + 50) == 0.0


def test_the_nearest_hash_is_named_with_its_distance() -> None:
    assert nearest(["ff" * 8], ["00" * 8, "ff" * 7 + "f0"]) == [(1, 4)]


def test_an_unsharp_photo_is_told_from_a_sharp_one() -> None:
    sharp = dish(2, width=480, height=360)
    assert blur(pixels(sharp)) < BLURRED_FROM < blur(pixels(sharp.filter(ImageFilter.GaussianBlur(4))))


def test_an_empty_wall_is_not_called_unsharp() -> None:
    assert blur(np.full((100, 100, 3), 128, np.uint8)) == 0.0
