"""The file beside an exported model frames photos as the studio does, without the studio."""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from studio.core.errors import UserError
from studio.data.framing import Background, Framing
from studio.data.sample_dishes import draw_dish
from studio.data.sight import see_unknown
from studio.learn.framing_file import framing_source, names_of, write_framing


@pytest.fixture(scope="module")
def framing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    file = write_framing(tmp_path_factory.mktemp("beside"))
    spec = importlib.util.spec_from_file_location("framing_beside", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["framing_beside"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["framing_beside"]


def check_same(framing: ModuleType, file: Path, shape: Framing = "dish", background: Background = "grey") -> None:
    settings = {"framing": shape, "background": background, "size_hw": (96, 128)}
    own, beside = see_unknown(file, **settings), framing.see_unknown(file, **settings)  # type: ignore[arg-type]
    assert own.window == beside.window
    assert own.photo_hw == beside.photo_hw
    assert np.array_equal(own.image_HW3, beside.image_HW3)
    assert np.array_equal(own.inside_HW, beside.inside_HW)


@pytest.fixture(scope="module")
def dish() -> Image.Image:
    return Image.fromarray(draw_dish(3, 700))


def test_it_imports_numpy_and_opencv_and_nothing_of_ours() -> None:
    tree = ast.parse(framing_source())
    top = {alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
    top |= {str(node.module) for node in tree.body if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in top} - set(sys.stdlib_module_names) == {"cv2", "numpy"}
    assert "studio." not in framing_source()


def test_no_name_of_its_parts_hides_another() -> None:
    counts = Counter(name for node in ast.parse(framing_source()).body for name in names_of(node))
    assert [name for name, count in counts.items() if count > 1] == ["Image"]


@pytest.mark.parametrize("shape", ["dish", "fit", "crop", "stretch"])
def test_every_framing_gives_the_same_pixels(framing: ModuleType, dish: Image.Image, tmp_path: Path, shape: Framing):
    dish.save(tmp_path / "dish.jpg", quality=90)
    check_same(framing, tmp_path / "dish.jpg", shape)
    check_same(framing, tmp_path / "dish.jpg", shape, "keep")


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_photo_taken_on_its_side_is_read_upright(framing: ModuleType, dish: Image.Image, tmp_path: Path, turn: int):
    exif = Image.Exif()
    exif[0x0112] = turn
    dish.crop((0, 40, 700, 560)).save(tmp_path / "turned.jpg", exif=exif)
    check_same(framing, tmp_path / "turned.jpg")


def test_a_large_photo_is_decoded_smaller_in_the_same_way(framing: ModuleType, dish: Image.Image, tmp_path: Path):
    dish.resize((2600, 2100)).save(tmp_path / "large.jpg")
    check_same(framing, tmp_path / "large.jpg")
    check_same(framing, tmp_path / "large.jpg", "fit", "keep")


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1"])
def test_pictures_without_loss_are_the_same_in_every_mode(
    framing: ModuleType, dish: Image.Image, tmp_path: Path, mode: str
):
    dish.resize((300, 260)).convert(mode).save(tmp_path / "dish.png")
    check_same(framing, tmp_path / "dish.png")


def test_what_is_see_through_shows_white(framing: ModuleType, dish: Image.Image, tmp_path: Path):
    clear = dish.resize((300, 260)).convert("RGBA")
    clear.putalpha(Image.radial_gradient("L").resize(clear.size).point(lambda value: 255 if value < 128 else 0))
    clear.save(tmp_path / "clear.png")
    check_same(framing, tmp_path / "clear.png", "stretch", "keep")


def test_a_file_that_is_no_photo_is_told_by_its_name(framing: ModuleType, tmp_path: Path):
    for content in (b"", b"no photo", b"\xff\xd8\xff\xe0"):
        (tmp_path / "wrong.jpg").write_bytes(content)
        with pytest.raises(framing.UnreadablePhotoError, match="wrong.jpg"):
            framing.see_unknown(tmp_path / "wrong.jpg", framing="fit", background="keep", size_hw=(32, 32))


def test_a_file_of_that_name_from_elsewhere_is_not_overwritten(tmp_path: Path):
    (tmp_path / "framing.py").write_text("print('mine')\n")
    with pytest.raises(UserError, match="export to another folder"):
        write_framing(tmp_path)
    assert (tmp_path / "framing.py").read_text() == "print('mine')\n"
    (tmp_path / "framing.py").unlink()
    assert write_framing(tmp_path) == write_framing(tmp_path)


def test_real_photos_come_out_the_same(framing: ModuleType, shared_data: Path):
    for file in sorted((shared_data / "plates").rglob("*.jpg"))[:6]:
        check_same(framing, file)
