from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from studio.core.children import never
from studio.data.framing import Framing, frame
from studio.data.import_job import import_manifest
from studio.data.photos import read_photo
from studio.data.sight import find_dish, see, see_unknown
from tests.data.pictures import dish, save_dishes, silent


@pytest.mark.parametrize("framing", ["dish", "fit", "crop", "stretch"])
def test_a_large_photo_decoded_smaller_looks_like_the_whole_one(framing: Framing, tmp_path: Path) -> None:
    dish(3, width=1600, height=1200).save(tmp_path / "1.jpg", quality=92)
    whole_HW3 = read_photo(tmp_path / "1.jpg")
    outline = find_dish(whole_HW3)
    assert outline is not None
    quick = see(tmp_path / "1.jpg", outline, framing=framing, background="keep", size_hw=(96, 96))
    slow = frame(whole_HW3, outline, framing=framing, background="keep", size_hw=(96, 96))
    assert np.abs(quick.image_HW3.astype(int) - slow.image_HW3).mean() < 1.5


def test_a_dropped_photo_is_seen_like_an_imported_one(tmp_path: Path) -> None:
    files = save_dishes(tmp_path / "photos", 3)
    manifest = import_manifest([tmp_path / "photos"], tmp_path / "dataset", emit=silent, should_stop=never)
    assert manifest is not None
    for file, sample in zip(files, manifest.samples, strict=True):
        known = see(file, sample.outline, framing="dish", background="grey", size_hw=(64, 64))
        dropped = see_unknown(file, framing="dish", background="grey", size_hw=(64, 64))
        assert (known.image_HW3 == dropped.image_HW3).all() and (known.inside_HW == dropped.inside_HW).all()


def test_threads_see_what_one_of_them_sees(tmp_path: Path) -> None:
    files = save_dishes(tmp_path / "photos", 12)

    def look(file: Path) -> bytes:
        return see_unknown(file, framing="dish", background="keep", size_hw=(48, 48)).image_HW3.tobytes()

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(look, files)) == [look(file) for file in files]
