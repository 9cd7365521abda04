from __future__ import annotations

import ast
import math
from pathlib import Path

import numpy as np
import pytest

from studio.data import framing as framing_module
from studio.data.framing import DISH_PAD, GREY, frame, shown_window
from studio.dirt.outline import Outline


def circle(x: float, y: float, radius_x: float, radius_y: float) -> Outline:
    """An outline given in shares of the photo."""
    steps = [2 * math.pi * k / 48 for k in range(48)]
    points = tuple((x + radius_x * math.cos(t), y + radius_y * math.sin(t)) for t in steps)
    return Outline(polygon=points, quality=1.0)


def photo(height: int, width: int) -> np.ndarray:
    """Red rises to the right, green downwards."""
    image = np.zeros((height, width, 3), np.uint8)
    image[..., 0] = np.linspace(0, 255, width).astype(np.uint8)[None]
    image[..., 1] = np.linspace(0, 255, height).astype(np.uint8)[:, None]
    return image


@pytest.mark.parametrize("framing", ["dish", "fit", "crop", "stretch"])
@pytest.mark.parametrize("background", ["keep", "grey", "vary"])
@pytest.mark.parametrize("size_hw", [(64, 64), (48, 96), (96, 48)])
@pytest.mark.parametrize("has_dish", [True, False])
def test_every_framing_gives_the_asked_size(
    framing: str, background: str, size_hw: tuple[int, int], has_dish: bool
) -> None:
    outline = circle(0.5, 0.5, 0.2, 0.3) if has_dish else None
    framed = frame(photo(120, 180), outline, framing=framing, background=background, size_hw=size_hw)  # type: ignore[arg-type]
    assert framed.image_HW3.shape == (*size_hw, 3) and framed.image_HW3.dtype == np.uint8
    assert framed.inside_HW.shape == size_hw and framed.inside_HW.dtype == np.uint8


def test_dish_shows_the_dish_with_a_margin_wherever_it_lies() -> None:
    outline = circle(0.3, 0.6, 0.2, 0.3)  # 80 px across in a photo of 200 x 133
    framed = frame(photo(133, 200), outline, framing="dish", background="keep", size_hw=(128, 128))
    ys, xs = np.nonzero(framed.inside_HW > 127)
    extent = 128 / (1 + 2 * DISH_PAD)
    assert abs((xs.max() - xs.min() + 1) - extent) < 3
    assert abs((xs.max() + xs.min()) / 2 - 63.5) < 1.5 and abs((ys.max() + ys.min()) / 2 - 63.5) < 1.5


def test_beyond_the_photo_a_dish_is_mirrored_and_never_black() -> None:
    image_HW3 = np.full((100, 100, 3), 180, np.uint8)
    framed = frame(image_HW3, circle(0.5, 0.5, 0.5, 0.5), framing="dish", background="keep", size_hw=(64, 64))
    assert (framed.image_HW3 == 180).all()
    assert framed.window[0] < 0


def test_without_a_dish_the_whole_photo_is_fitted() -> None:
    image_HW3 = photo(60, 120)
    wanted = frame(image_HW3, None, framing="fit", background="keep", size_hw=(64, 64))
    got = frame(image_HW3, None, framing="dish", background="keep", size_hw=(64, 64))
    assert (got.image_HW3 == wanted.image_HW3).all()


def test_fit_shows_all_of_the_photo_within_a_border_as_bright_as_its_edge() -> None:
    framed = frame(np.full((60, 120, 3), 90, np.uint8), None, framing="fit", background="keep", size_hw=(64, 64))
    assert (framed.image_HW3 == 90).all()
    assert (framed.inside_HW[16:48] == 255).all() and (framed.inside_HW[:16] == 0).all()


def test_crop_shows_the_centre_and_stretch_all_of_it() -> None:
    image_HW3 = photo(60, 120)
    crop = frame(image_HW3, None, framing="crop", background="keep", size_hw=(60, 60))
    assert (crop.image_HW3 == image_HW3[:, 30:90]).all()
    stretch = frame(image_HW3, None, framing="stretch", background="keep", size_hw=(60, 60))
    assert stretch.image_HW3[0, -1, 0] > 250


def test_grey_paints_beside_the_dish_and_leaves_the_dish() -> None:
    outline = circle(0.5, 0.5, 0.3, 0.3)
    keep = frame(photo(256, 256), outline, framing="dish", background="keep", size_hw=(256, 256))
    grey = frame(photo(256, 256), outline, framing="dish", background="grey", size_hw=(256, 256))
    assert (grey.image_HW3[keep.inside_HW == 0] == GREY).all()
    assert (grey.image_HW3[keep.inside_HW == 255] == keep.image_HW3[keep.inside_HW == 255]).all()
    row = grey.inside_HW[128].astype(int)
    assert 2 <= ((row > 12) & (row < 243)).sum() / 2 <= 4  # an edge about 2 px wide on either side


def test_varied_backgrounds_are_left_to_training() -> None:
    outline = circle(0.5, 0.5, 0.3, 0.3)
    shown = [
        frame(photo(80, 80), outline, framing="dish", background=background, size_hw=(64, 64)).image_HW3  # type: ignore[arg-type]
        for background in ("keep", "vary")
    ]
    assert (shown[0] == shown[1]).all()


def test_shrinking_does_not_alias() -> None:
    stripes = np.zeros((512, 512, 3), np.uint8)
    stripes[:, ::2] = 255
    framed = frame(stripes, None, framing="stretch", background="keep", size_hw=(64, 64))
    assert np.abs(framed.image_HW3.astype(int) - 128).max() <= 1


@pytest.mark.parametrize("framing", ["dish", "fit", "crop", "stretch"])
def test_the_window_says_which_part_of_the_photo_is_shown(framing: str) -> None:
    image_HW3 = photo(240, 360)
    framed = frame(
        image_HW3,
        circle(0.4, 0.5, 0.2, 0.3),
        framing=framing,  # type: ignore[arg-type]
        background="keep",
        size_hw=(90, 120),
    )
    left, top, right, bottom = framed.window
    row, column = 45, 60
    x = left + (column + 0.5) * (right - left) / 120 - 0.5
    y = top + (row + 0.5) * (bottom - top) / 90 - 0.5
    shown = framed.image_HW3[row, column].astype(float)
    assert abs(shown[0] - 255 * x / 359) < 2.5 and abs(shown[1] - 255 * y / 239) < 2.5


def test_the_same_photo_at_another_size_looks_the_same() -> None:
    outline = circle(0.45, 0.5, 0.25, 0.3)
    large = frame(photo(1200, 1800), outline, framing="dish", background="keep", size_hw=(96, 96))
    small = frame(photo(400, 600), outline, framing="dish", background="keep", size_hw=(96, 96))
    assert np.abs(large.image_HW3.astype(int) - small.image_HW3).mean() < 1.5


def test_extreme_photos_and_outlines_are_survived() -> None:
    tiny = Outline(polygon=((0.5, 0.5), (0.5, 0.5), (0.5, 0.5)), quality=0.1)
    for image_HW3 in (photo(16, 4000), photo(4000, 16), photo(1, 1)):
        for framing in ("dish", "fit", "crop", "stretch"):
            framed = frame(image_HW3, tiny, framing=framing, background="grey", size_hw=(32, 32))  # type: ignore[arg-type]
            assert framed.image_HW3.shape == (32, 32, 3)
    assert shown_window(100, 100, tiny, framing="dish", size_hw=(32, 32))


def test_an_exported_model_can_take_this_file_along() -> None:
    tree = ast.parse(Path(framing_module.__file__).read_text("utf-8"))
    named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    allowed = {"__future__", "dataclasses", "typing", "numpy", "numpy.typing", "studio.dirt", "studio.dirt.outline"}
    assert named <= allowed
