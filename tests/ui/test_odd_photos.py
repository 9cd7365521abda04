"""Whatever is dropped on the window is shown, or said to be what it is."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from studio.ui.classify_feed import ClassifyFeed
from studio.ui.dataset_intake import look_at
from studio.ui.drop_zone import dropped_paths
from studio.ui.photo_reading import read_cover, read_whole
from studio.ui.session import Session
from studio.ui.thumbnails import Thumbnails, read_square
from studio.ui.tile_pictures import read_picture
from tests.data.odd_corpus import CORNERS, OddPhotos, picture, saved
from tests.ui.answering import AnswersAtOnce

WAIT_MS = 20_000
READERS: dict[str, Callable[[str], QImage]] = {
    "square": lambda file: read_square(file, 64, 0),
    "cover": lambda file: read_cover(file, 80, 48),
    "whole": lambda file: read_whole(file, 512),
    "tile": lambda file: read_picture(file)[2],
}


def corners_of(image: QImage) -> list[tuple[int, int, int]]:
    right, bottom = image.width() - 5, image.height() - 5
    found = [image.pixelColor(x, y) for y in (4, bottom) for x in (4, right)]
    return [(colour.red(), colour.green(), colour.blue()) for colour in found]


@pytest.mark.qt_log_level_fail("NO")  # Qt says of each torn file what is wrong with it
@pytest.mark.parametrize("name", READERS)
def test_no_odd_file_stops_a_reader_and_no_text_is_drawn(name: str, odd_photos_here: OddPhotos) -> None:
    _, odds = odd_photos_here
    read = READERS[name]
    for odd in odds:
        image = read(str(odd.path))
        if odd.path.parent.name == "no pictures" and odd.looks is None:
            assert image.isNull(), odd.path
        elif odd.path.parent.name == "turned" and odd.path.suffix == ".jpg":
            for seen, corner in zip(corners_of(image), CORNERS, strict=True):
                assert sum(abs(one - other) for one, other in zip(seen, corner, strict=True)) < 90, odd.path


def test_what_is_dragged_is_counted_whatever_it_is(odd_photos_here: OddPhotos) -> None:
    folder, odds = odd_photos_here
    raws = sum(odd.path.suffix in (".nef", ".dng", ".cr2") for odd in odds)
    assert look_at([folder]).photos == len(odds) - raws


@pytest.mark.skipif(sys.platform != "linux", reason="names are text on this system")
def test_a_photo_whose_name_is_no_text_is_dropped_answered_and_shown(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    file = Path(os.fsdecode(bytes(tmp_path) + b"/\xfc 70.jpg"))
    file.write_bytes(saved(picture(1), "JPEG"))
    mime = QMimeData()
    mime.setUrls([QUrl.fromEncoded(b"file://" + bytes(tmp_path) + b"/%FC%2070.jpg")])
    assert dropped_paths(mime) == [file]
    session.torch_host = AnswersAtOnce(session)  # type: ignore[assignment]
    feed = ClassifyFeed(session, session)
    feed.use_model("made up")
    heard: list[object] = []
    feed.answered.connect(heard.append)
    feed.take([file])
    qtbot.waitUntil(lambda: not feed.is_running and len(heard) == 2, timeout=WAIT_MS)
    assert [one.path for one in heard[1].predictions] == [str(file)]  # type: ignore[attr-defined]
    photos = Thumbnails(read=read_cover)
    with qtbot.waitSignal(photos.arrived, timeout=WAIT_MS) as arrived:
        photos.picture(str(file), (file,), 80, 48)
    assert arrived.args == [str(file)]
    assert photos.picture(str(file), (file,), 80, 48) is not None
    photos.close()
