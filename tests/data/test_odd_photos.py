"""Whatever lies in a folder is taken or refused with a reason, and everything good stands upright."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from studio.core.children import never
from studio.core.events import Event, Notice
from studio.core.sections import DirtSettings
from studio.data.dataset import make_dataset
from studio.data.import_job import import_manifest
from studio.data.manifest import Manifest
from studio.data.photos import read_photo, search
from tests.data import odd_photos
from tests.data.odd_corpus import Odd, OddPhotos
from tests.data.pictures import silent

NOBODY = 65534


@pytest.fixture
def all_of_them(tmp_path: Path) -> Iterator[OddPhotos]:
    folder = tmp_path / "clean"  # as a class, for dirt is painted on clean dishes
    yield folder, odd_photos.make(folder, is_whole=True)
    odd_photos.sweep(folder)


def check_dataset(manifest: Manifest, odds: list[Odd]) -> None:
    """Every file is a sample or set aside with a reason, and every good one a sample that looks as it should."""
    taken = {str(manifest.picture(sample)): sample for sample in manifest.samples if not sample.synthetic}
    refused = {item.path: item for item in manifest.rejected}
    assert len(taken) + len(refused) == len(odds)
    assert taken.keys() | refused.keys() == {str(odd.path) for odd in odds}
    assert all(item.reason for item in refused.values())
    for odd in odds:
        name = str(odd.path)
        if odd.is_any:
            continue
        if odd.looks is None:
            assert name in refused and refused[name].kind == "unreadable", name
        elif odd.is_copy:
            assert name in taken or refused[name].kind == "duplicate", name
        else:
            assert name in taken, f"{name!r}: {refused[name].reason}"
            seen_HW3 = read_photo(manifest.thumbnail(taken[name]))
            assert seen_HW3.shape == odd.looks.shape, name
            assert np.abs(seen_HW3.astype(int) - odd.looks).mean() < odd.tolerance + 6, name
    copies = [str(odd.path) for odd in odds if odd.is_copy]
    assert len([name for name in copies if name in taken]) == 1


def rows_of(table: str) -> list[list[str]]:
    return list(csv.reader(table.splitlines(keepends=True)))


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, for whom no file is closed."""
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def test_every_odd_file_is_taken_or_refused_with_a_reason(odd_photos_here: OddPhotos, tmp_path: Path) -> None:
    folder, odds = odd_photos_here
    heard: list[Event] = []
    manifest = import_manifest([folder], tmp_path / "data", emit=heard.append, should_stop=never, workers=0)
    assert manifest is not None
    check_dataset(manifest, odds)
    assert Manifest.load(tmp_path / "data") == manifest
    table = rows_of((tmp_path / "data" / "rejected.csv").read_text(encoding="utf-8"))
    assert len(table) == 1 + len(manifest.rejected)
    (notice,) = (event for event in heard if isinstance(event, Notice) and "passed over" in event.text)
    assert notice.text == "2 other files were passed over: their names do not end like a photo's."
    assert "notes.txt" in notice.details and "DS_Store" not in notice.details


def test_every_file_is_found_whatever_its_name(odd_photos_here: OddPhotos) -> None:
    folder, odds = odd_photos_here
    sought = search([folder])
    assert set(sought.photos) == {odd.path for odd in odds}
    assert sorted(path.name for path in sought.others) == ["no ending", "notes.txt"]


MEMORY = """
import resource, sys
from pathlib import Path
from studio.data.photos import PhotoError, read_photo

def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

for photo in (Path(file) for file in sys.argv[1:]):
    before = peak()
    try:
        read_photo(photo, longest_px=512)
        print(f"{photo.name}: was taken")
    except PhotoError as error:
        if peak() - before > 200_000 or not error.reason:
            print(f"{photo.name}: {(peak() - before) // 1024} MiB: {error.reason}")
"""


def test_what_is_announced_takes_no_memory(odd_photos_here: OddPhotos) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("other systems count the peak of memory in other units")
    folder, _ = odd_photos_here
    files = sorted(
        str(file) for pattern in ("giant*", "liar*", "*bomb*", "true*") for file in folder.glob(f"sizes/{pattern}")
    )
    assert len(files) > 20
    done = subprocess.run([sys.executable, "-c", MEMORY, *files], capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.returncode) == ("", 0), done.stderr


def test_files_and_folders_that_may_not_be_read_are_refused(tmp_path: Path) -> None:
    if not hasattr(os, "geteuid"):
        pytest.skip("this system has no modes of files")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        odds = odd_photos.make_closed(folder / "photos")
        folder.chmod(0o777)
        if os.geteuid() == 0:
            with as_nobody():
                manifest = imported(folder / "photos", folder / "data")
        else:
            manifest = imported(folder / "photos", folder / "data")
        odd_photos.sweep(folder / "photos")
    assert [sample.path for sample in manifest.samples] == [str(odds[0].path)]
    refused = {item.path: item.reason for item in manifest.rejected}
    assert refused.keys() == {str(odd.path) for odd in odds[1:]}
    assert set(refused.values()) == {"cannot be opened (Permission denied)"}


def imported(photos: Path, folder: Path) -> Manifest:
    manifest = import_manifest([photos], folder, emit=silent, should_stop=never, workers=0)
    assert manifest is not None
    return manifest


@pytest.mark.slow
def test_dirt_is_painted_on_every_odd_photo(all_of_them: OddPhotos, tmp_path: Path) -> None:
    folder, odds = all_of_them
    assert len(odds) > 300
    dirt = DirtSettings(variations=1, size_px=128)
    make_dataset([folder], tmp_path / "data", dirt, emit=silent, should_stop=never)
    manifest = Manifest.load(tmp_path / "data")
    check_dataset(manifest, odds)
    photos = [sample for sample in manifest.samples if not sample.synthetic]
    print(f"{len(odds)} files: {len(photos)} taken, {len(manifest.rejected)} refused")
    assert manifest.painted == len(photos)
