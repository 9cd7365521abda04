"""Where and with what a photo was taken stays in the photo: no copy of it tells."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from studio.core.children import never
from studio.core.sections import DirtSettings
from studio.data.dataset import make_dataset
from tests.data.odd_corpus import picture, saved
from tests.data.pictures import silent

PLACE = b"Behind the old mill, 48.1234 N"


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Photos in four formats that say where they were taken, each in every way that it knows."""
    exif = Image.Exif()
    exif[0x010E] = PLACE.decode()
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[0x1D] = PLACE.decode()
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf>' + PLACE + b"</rdf></x:xmpmeta>"
    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", PLACE.decode())
    note.add_itxt("XML:com.adobe.xmp", xmp.decode())
    folder = tmp_path / "clean"
    folder.mkdir()
    noted = {"exif": exif.tobytes(), "icc_profile": PLACE * 9}
    (folder / "1.jpg").write_bytes(saved(picture(1), "JPEG", comment=PLACE, xmp=xmp, **noted))
    (folder / "2.png").write_bytes(saved(picture(2), "PNG", pnginfo=note, **noted))
    (folder / "3.webp").write_bytes(saved(picture(3), "WEBP", xmp=xmp, **noted))
    (folder / "4.heic").write_bytes(saved(picture(4), "HEIF", xmp=xmp, exif=exif.tobytes()))
    assert all(PLACE in file.read_bytes() for file in folder.iterdir())
    return folder


@pytest.mark.parametrize("is_ahead", [True, False])
def test_nothing_in_a_dataset_tells_where_its_photos_were_taken(photos: Path, tmp_path: Path, is_ahead: bool) -> None:
    folder = tmp_path / "dataset"
    dirt = DirtSettings(variations=1, size_px=64, ahead=is_ahead)
    assert make_dataset([photos], folder, dirt, emit=silent, should_stop=never) is not None
    files = [file for file in folder.rglob("*") if file.is_file()]
    pictures = [file for file in files if file.suffix in (".jpg", ".png")]
    assert len(pictures) >= 4
    for file in files:
        assert b"old mill" not in file.read_bytes(), file
    for file in pictures:
        with Image.open(file) as made:
            made.load()
            assert not made.getexif() and not {"exif", "xmp", "icc_profile", "comment", "Comment"} & made.info.keys(), (
                file
            )
