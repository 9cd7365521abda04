from __future__ import annotations

import contextlib
import io
import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from studio.core.errors import UserError
from studio.data.photos import GLANCE_PX, PHOTO_EXTENSIONS, PhotoError, class_of, find_photos, read_photo
from tests.data.pictures import dish, pixels, save_dishes


def reason(path: Path) -> str:
    with pytest.raises(PhotoError) as caught:
        read_photo(path)
    return caught.value.reason


def save_as(picture: Image.Image, file: Path, **how: Any) -> None:
    """Save in the format that the extension says."""
    pillow_heif.register_heif_opener()
    if file.suffix in (".jpg", ".heic", ".avif"):
        how["quality"] = 95
    picture.save(file, **how)


def test_photos_are_found_in_folders_below_sorted_and_once(tmp_path: Path) -> None:
    for name in ("b/2.JPG", "b/1.png", "a.webp", "b/notes.txt", "b/c/d.heic"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = find_photos([tmp_path, tmp_path / "b" / "1.png"])
    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["a.webp", "b/1.png", "b/2.JPG", "b/c/d.heic"]


def test_a_file_that_is_named_is_taken_whatever_its_extension(tmp_path: Path) -> None:
    (tmp_path / "scan.dat").touch()
    assert find_photos([tmp_path / "scan.dat"]) == [tmp_path / "scan.dat"]


def test_hidden_folders_are_passed_over(tmp_path: Path) -> None:
    save_dishes(tmp_path / ".trash", 1)
    assert find_photos([tmp_path]) == []


def test_a_link_that_leads_back_ends_the_search(tmp_path: Path) -> None:
    (file,) = save_dishes(tmp_path / "photos", 1)
    (tmp_path / "photos" / "again").symlink_to(tmp_path / "photos", target_is_directory=True)
    assert find_photos([tmp_path / "photos"]) == [file]


def test_a_dataset_below_the_photos_is_not_taken_for_photos(tmp_path: Path) -> None:
    save_dishes(tmp_path / "dataset" / "images", 1)
    (tmp_path / "dataset" / "manifest.json").write_text('{"format": "spotless-dataset", "version": 1}')
    assert find_photos([tmp_path]) == []


def test_a_place_that_does_not_exist_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"nowhere: does not exist"):
        find_photos([tmp_path / "nowhere"])


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("1.jpg", "clean"),
        ("Cleaned/1.jpg", "clean"),
        ("DIRTY/1.jpg", "dirty"),
        ("kitchen/dirty/1.jpg", "dirty"),
        ("dirty/monday/1.jpg", "dirty"),
        ("cups/1.jpg", "cups"),
        ("cups/white/1.jpg", "cups"),
    ],
)
def test_folders_say_the_class(path: str, expected: str, tmp_path: Path) -> None:
    assert class_of(tmp_path / path, tmp_path) == expected


def test_a_folder_called_dirty_given_by_itself_is_dirty(tmp_path: Path) -> None:
    assert class_of(tmp_path / "Dirty" / "1.jpg", tmp_path / "Dirty") == "dirty"


def test_a_class_is_the_same_name_however_the_disk_writes_its_umlauts(tmp_path: Path) -> None:
    composed, decomposed = "Sch\u00fcssel", "Schu\u0308ssel"
    assert class_of(tmp_path / composed / "1.jpg", tmp_path) == class_of(tmp_path / decomposed / "1.jpg", tmp_path)


@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "tif", "heic", "avif"])
@pytest.mark.parametrize("is_plain", [True, False])
def test_a_photo_taken_on_its_side_is_read_upright(extension: str, is_plain: bool, tmp_path: Path) -> None:
    upright = dish(width=96, height=64)
    turns = {6: Image.Transpose.ROTATE_90, 3: Image.Transpose.ROTATE_180, 5: Image.Transpose.TRANSPOSE}
    for orientation, turned in turns.items():
        exif = Image.Exif()
        exif[0x0112] = orientation
        save_as(upright.transpose(turned), tmp_path / f"1.{extension}", exif=exif.tobytes() if is_plain else exif)
        assert np.abs(read_photo(tmp_path / f"1.{extension}").astype(int) - pixels(upright)).mean() < 5


@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "bmp", "tif", "gif", "heic", "avif", "ppm"])
def test_every_usual_format_is_read(extension: str, tmp_path: Path) -> None:
    picture = dish(3)
    file = tmp_path / f"dish.{extension}"
    save_as(picture, file)
    assert f".{extension}" in PHOTO_EXTENSIONS
    assert np.abs(read_photo(file).astype(int) - pixels(picture)).mean() < 12


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "YCbCr"])
def test_every_usual_mode_becomes_rgb(mode: str, tmp_path: Path) -> None:
    file = tmp_path / "dish.tif"
    dish(4).convert(mode).save(file)
    image_HW3 = read_photo(file)
    assert (image_HW3.shape, image_HW3.dtype) == ((72, 96, 3), np.uint8)
    expected = dish(4).convert("L") if mode in ("L", "1") else dish(4)
    assert np.abs(image_HW3.astype(int) - pixels(expected)).mean() < {"1": 90, "P": 25}.get(mode, 12)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_see_through_shows_white(mode: str, tmp_path: Path) -> None:
    clear = Image.new("RGBA", (32, 32), (10, 20, 30, 0))
    clear.paste((200, 0, 0, 255), (0, 0, 32, 16))
    if mode == "P":
        clear.convert("RGB").quantize(4).save(tmp_path / "1.png", transparency=bytes([0, 0, 0, 0]))
        assert (read_photo(tmp_path / "1.png") == 255).all()
        return
    clear.convert(mode).save(tmp_path / "1.png")
    image_HW3 = read_photo(tmp_path / "1.png")
    assert (image_HW3[24] == 255).all()
    assert image_HW3[4, 4, 1] < 120


@pytest.mark.parametrize("top", [255, 1023, 4095, 65535])
def test_sixteen_bit_greys_are_scaled_by_the_depth_they_use(top: int, tmp_path: Path) -> None:
    ramp = np.tile(np.linspace(0, top, 256).astype(np.uint16), (32, 1))
    Image.fromarray(ramp).save(tmp_path / "1.png")
    read = read_photo(tmp_path / "1.png")[0, :, 0].astype(int)
    assert np.abs(read - np.arange(256)).max() <= 1


def test_a_floating_point_tiff_is_read(tmp_path: Path) -> None:
    Image.fromarray(np.full((32, 32), 0.5, np.float32)).save(tmp_path / "1.tif")
    assert abs(int(read_photo(tmp_path / "1.tif")[0, 0, 0]) - 128) <= 1


def test_the_first_frame_of_an_animation_is_taken(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "1.gif", save_all=True, append_images=frames[1:])
    assert read_photo(tmp_path / "1.gif")[0, 0].tolist() == [255, 0, 0]


def test_a_large_jpeg_may_come_back_smaller_but_never_below_what_was_asked(tmp_path: Path) -> None:
    dish(width=2400, height=1800).save(tmp_path / "1.jpg")
    image_HW3 = read_photo(tmp_path / "1.jpg", longest_px=GLANCE_PX)
    assert GLANCE_PX <= max(image_HW3.shape[:2]) < 2400


def test_a_path_may_be_written_in_any_script(tmp_path: Path) -> None:
    file = tmp_path / "Töpfe und Тарелки 皿" / "schüssel.jpg"
    file.parent.mkdir()
    dish().save(file)
    assert read_photo(file).shape == (72, 96, 3)


def test_the_content_counts_and_not_the_extension(tmp_path: Path) -> None:
    dish().save(tmp_path / "1.png")
    os.replace(tmp_path / "1.png", tmp_path / "1.jpg")
    assert read_photo(tmp_path / "1.jpg").shape == (72, 96, 3)


def test_an_empty_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").touch()
    assert reason(tmp_path / "1.jpg") == "is empty"


def test_a_web_page_called_jpg_says_so(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").write_text("<!DOCTYPE html><title>404</title>")
    assert "web page" in reason(tmp_path / "1.jpg")


def test_zeros_say_so(tmp_path: Path) -> None:
    (tmp_path / "1.png").write_bytes(bytes(5000))
    assert "nothing but zeros" in reason(tmp_path / "1.png")


@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "heic", "tif"])
def test_a_file_that_was_cut_off_is_refused(extension: str, tmp_path: Path) -> None:
    file = tmp_path / f"1.{extension}"
    save_as(dish(5, width=256, height=192), file)
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2])
    assert reason(tmp_path / f"1.{extension}")


def test_damaged_bytes_give_a_sentence_or_a_picture_and_never_another_error(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    for name in ("JPEG", "PNG", "GIF", "TIFF", "WEBP", "BMP"):
        whole = io.BytesIO()
        dish(6).save(whole, name)
        for _ in range(12):
            data = bytearray(whole.getvalue())
            for place in rng.integers(0, min(len(data), 400), 6):
                data[place] = int(rng.integers(0, 256))
            (tmp_path / "1.jpg").write_bytes(data)
            with contextlib.suppress(PhotoError):
                read_photo(tmp_path / "1.jpg")


def test_a_decompression_bomb_is_refused_with_its_size(tmp_path: Path) -> None:
    Image.new("1", (20_000, 20_000)).save(tmp_path / "1.png")
    assert "400 megapixels" in reason(tmp_path / "1.png")


def test_a_tiny_picture_is_refused_with_its_size(tmp_path: Path) -> None:
    Image.new("RGB", (40, 8)).save(tmp_path / "1.png")
    assert "40 × 8 px" in reason(tmp_path / "1.png")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "1.jpg")
    assert find_photos([tmp_path]) == [tmp_path / "1.jpg"]
    assert reason(tmp_path / "1.jpg") == "is not a plain file"


def test_a_folder_called_jpg_is_searched_and_never_read(tmp_path: Path) -> None:
    (tmp_path / "album.jpg").mkdir()
    dish().save(tmp_path / "album.jpg" / "1.jpg")
    assert find_photos([tmp_path]) == [tmp_path / "album.jpg" / "1.jpg"]
    assert "folder" in reason(tmp_path / "album.jpg")


def test_a_broken_link_is_found_and_refused(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").symlink_to(tmp_path / "gone.jpg")
    assert find_photos([tmp_path]) == [tmp_path / "1.jpg"]
    assert "cannot be opened" in reason(tmp_path / "1.jpg")


def test_a_raw_file_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "1.NEF").write_bytes(b"II*\0" + bytes(100))
    assert find_photos([tmp_path]) == [tmp_path / "1.NEF"]
    assert "export it as JPEG" in reason(tmp_path / "1.NEF")


def test_a_program_in_postscript_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99 99\n%%EndComments\nshowpage\n")
    assert "not a picture" in reason(tmp_path / "1.jpg")


def test_remarks_of_the_decoder_do_not_escape(tmp_path: Path) -> None:
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x05" + bytes(8)
    dish().save(tmp_path / "1.jpg", exif=exif)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        read_photo(tmp_path / "1.jpg")
    assert not caught


def test_an_error_tells_file_and_reason(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").touch()
    with pytest.raises(UserError, match=r"1\.jpg: is empty"):
        read_photo(tmp_path / "1.jpg")


def test_a_strip_is_refused_since_shrinking_would_leave_nothing_of_it(tmp_path: Path) -> None:
    Image.new("RGB", (4000, 20)).save(tmp_path / "strip.png")
    with pytest.raises(PhotoError, match="is a strip of 4000 × 20 px"):
        read_photo(tmp_path / "strip.png", longest_px=640)
