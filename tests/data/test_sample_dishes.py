"""The sample dishes: drawn alike every time, each unlike the others, written once."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from studio.core.errors import UserError
from studio.data.sample_dishes import SAMPLE_COUNT, draw_dish, write_samples


@pytest.fixture(scope="module")
def small_dishes() -> list[npt.NDArray[np.uint8]]:
    return [draw_dish(number, 96) for number in range(1, SAMPLE_COUNT + 1)]


def test_there_are_enough_dishes_to_train_on() -> None:
    assert SAMPLE_COUNT >= 24


def test_a_dish_is_a_square_rgb_picture_of_the_size_asked_for() -> None:
    image_HW3 = draw_dish(3, 200)
    assert image_HW3.shape == (200, 200, 3)
    assert image_HW3.dtype == np.uint8


def test_a_number_gives_the_same_picture_every_time(small_dishes: list[npt.NDArray[np.uint8]]) -> None:
    for number in (1, 8, 16, 21):
        assert np.array_equal(draw_dish(number, 96), small_dishes[number - 1])


def test_no_two_dishes_look_alike(small_dishes: list[npt.NDArray[np.uint8]]) -> None:
    tiny = np.stack([image[::6, ::6].astype(np.float32) for image in small_dishes])
    for first in range(SAMPLE_COUNT):
        for second in range(first):
            difference = np.abs(tiny[first] - tiny[second]).mean()
            assert difference > 10, f"dishes {second + 1} and {first + 1} differ by {difference:.1f} of 255 only"


def test_dishes_are_neither_burnt_out_nor_black(small_dishes: list[npt.NDArray[np.uint8]]) -> None:
    for number, image_HW3 in enumerate(small_dishes, 1):
        assert 40 < image_HW3.mean() < 220, f"dish {number}"
        assert (image_HW3.min(2) >= 254).mean() < 0.03, f"dish {number} is burnt out"


def test_the_corners_show_the_table_and_not_the_dish(small_dishes: list[npt.NDArray[np.uint8]]) -> None:
    # A plain white plate on wood: the corners are far darker than the plate.
    plate = small_dishes[0].astype(int).mean(2)
    corners = [plate[:8, :8], plate[:8, -8:], plate[-8:, :8], plate[-8:, -8:]]
    assert max(corner.mean() for corner in corners) < plate[40:56, 40:56].mean() - 40


def test_samples_are_written_as_numbered_jpegs_of_their_size(tmp_path: Path) -> None:
    files = write_samples(tmp_path / "samples", count=2, size_px=96)
    assert [file.name for file in files] == ["plate-01.jpg", "plate-02.jpg"]
    with Image.open(files[1]) as photo:
        assert (photo.format, photo.size, photo.mode) == ("JPEG", (96, 96), "RGB")


def test_samples_that_are_there_are_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "plate-01.jpg"
    mine.write_bytes(b"not to be touched")
    before = mine.stat().st_mtime_ns
    first = write_samples(tmp_path, count=2, size_px=96)
    second = write_samples(tmp_path, count=2, size_px=96)
    assert first == second
    assert mine.read_bytes() == b"not to be touched"
    assert mine.stat().st_mtime_ns == before


def test_the_same_bytes_are_written_in_every_folder(tmp_path: Path) -> None:
    one, other = (write_samples(tmp_path / name, count=1, size_px=96)[0] for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()


def test_a_write_that_fails_leaves_neither_half_a_sample_nor_a_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(UserError, match="No space left"):
        write_samples(tmp_path, count=1, size_px=96)
    assert list(tmp_path.iterdir()) == []


def test_progress_is_told_after_each_sample(tmp_path: Path) -> None:
    told: list[int] = []
    write_samples(tmp_path, count=2, size_px=96, on_written=told.append)
    assert told == [1, 2]


@pytest.mark.parametrize("count", [0, SAMPLE_COUNT + 1])
def test_more_samples_than_there_are_is_an_error_that_says_how_many(tmp_path: Path, count: int) -> None:
    with pytest.raises(ValueError, match=f"choose 1 to {SAMPLE_COUNT}"):
        write_samples(tmp_path, count=count)


@pytest.mark.parametrize("number", [0, SAMPLE_COUNT + 1])
def test_a_dish_that_is_not_there_is_an_error_that_says_which_are(number: int) -> None:
    with pytest.raises(ValueError, match=f"choose 1 to {SAMPLE_COUNT}"):
        draw_dish(number)
