from __future__ import annotations

import os
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.core.children import never
from studio.core.events import Event, Notice, Progress
from studio.data import cache as cache_module
from studio.data import pixel_store
from studio.data.cache import PixelCache, cache_bytes, clear, open_cache
from studio.data.import_job import import_manifest
from studio.data.manifest import Manifest, Sample
from studio.data.photos import PhotoError
from studio.data.pixel_store import PixelStore, Recipe
from studio.data.sight import see
from tests.data.pictures import save_dishes, silent, stop_after
from tests.full_disk import no_file_larger_than


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    save_dishes(tmp_path / "photos", 5)
    made = import_manifest([tmp_path / "photos"], tmp_path / "dataset", emit=silent, should_stop=never)
    assert made is not None
    return made


def opened(manifest: Manifest, samples: tuple[Sample, ...] | None = None, **how: object) -> PixelCache:
    settings = {"framing": "dish", "background": "keep", "size_hw": (48, 40), "emit": silent, "should_stop": never}
    cache = open_cache(manifest, manifest.samples if samples is None else samples, **(settings | how))  # type: ignore[arg-type]
    assert cache is not None
    return cache


def decoded(manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that are read from now on."""
    names: list[str] = []

    def spy(file: Path, *given: object, **settings: object) -> object:
        names.append(Path(file).name)
        return see(file, *given, **settings)  # type: ignore[arg-type]

    monkeypatch.setattr(cache_module, "see", spy)
    return names


def seen(manifest: Manifest, sample: Sample) -> np.ndarray:
    framed = see(manifest.file(sample), sample.outline, framing="dish", background="keep", size_hw=(48, 40))
    return np.dstack([framed.image_HW3, framed.inside_HW])


def test_pixels_are_those_of_the_framed_photos_in_the_asked_order(manifest: Manifest) -> None:
    samples = tuple(reversed(manifest.samples))
    cache = opened(manifest, samples)
    assert cache.pixels is not None and len(cache) == 5
    batch = cache.take([0, 3, 3])
    assert batch.shape == (3, 48, 40, 4) and batch.dtype == np.uint8 and batch.flags.writeable
    assert (batch[0] == seen(manifest, samples[0])).all()
    assert (batch[2] == seen(manifest, samples[3])).all()


def test_nothing_is_decoded_twice(manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    first = opened(manifest).take(range(5))
    names = decoded(manifest, monkeypatch)
    assert (opened(manifest).take(range(5)) == first).all()
    assert names == []


def test_new_samples_are_added_and_known_ones_reused(manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(manifest, manifest.samples[:3])
    names = decoded(manifest, monkeypatch)
    cache = opened(manifest)
    assert sorted(names) == ["003.jpg", "004.jpg"]
    assert (cache.take([4])[0] == seen(manifest, manifest.samples[4])).all()


def test_another_outline_is_another_picture(manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(manifest)
    names = decoded(manifest, monkeypatch)
    other = replace(manifest.samples[0], dish=manifest.samples[1].dish)
    opened(manifest, (other,))
    assert names == ["000.jpg"]


@pytest.mark.parametrize("change", [{"framing": "fit"}, {"background": "grey"}, {"size_hw": (40, 48)}])
def test_each_framing_background_and_size_has_a_cache_of_its_own(
    change: dict[str, object], manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(manifest)
    names = decoded(manifest, monkeypatch)
    opened(manifest, **change)
    assert len(names) == 5


def test_varied_backgrounds_share_the_cache_of_kept_ones(manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(manifest)
    names = decoded(manifest, monkeypatch)
    opened(manifest, background="vary")
    assert names == []


def test_a_stopped_build_keeps_what_it_decoded(manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = open_cache(
        manifest, manifest.samples, framing="dish", background="keep", size_hw=(48, 40), emit=silent,
        should_stop=stop_after(4),
    )  # fmt: skip
    assert stopped is None
    names = decoded(manifest, monkeypatch)
    opened(manifest)
    assert 0 < len(names) < 5


def test_a_killed_build_leaves_a_usable_cache(manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(manifest, manifest.samples[:2])
    (folder,) = (manifest.folder / "cache").iterdir()
    with (folder / "pixels-0.bin").open("ab") as stream:
        stream.write(b"half a row")
    (folder / "lock").write_text("1")  # a process that lives: numbers are given again
    cache = opened(manifest)
    assert (cache.take([4])[0] == seen(manifest, manifest.samples[4])).all()
    assert (cache.take([0])[0] == seen(manifest, manifest.samples[0])).all()


def test_a_torn_index_means_a_new_build(manifest: Manifest) -> None:
    first = opened(manifest).take(range(5))
    (folder,) = (manifest.folder / "cache").iterdir()
    (folder / "index.json").write_text('{"rows": ')
    assert (opened(manifest).take(range(5)) == first).all()


def test_rows_of_samples_that_are_gone_make_room_in_the_end(tmp_path: Path) -> None:
    recipe = Recipe(framing="fit", background="keep", size_hw=(4, 4))
    row = np.arange(64, dtype=np.uint8).reshape(4, 4, 4)
    with PixelStore.open(tmp_path / "c", recipe) as store:
        for number in range(100):
            store.add(f"{number}", row + number)
        store.save()
        held = store.pixels()
        store.forget_all_but({"7", "9"})
        assert (store.pixels()[store.rows_of(["9"])[0]] == row + 9).all()
        assert (held[50] == row + 50).all()  # a training that still reads the old file is not disturbed
    files = [file.name for file in (tmp_path / "c").iterdir()]
    assert sorted(files) == ["index.json", "pixels-1.bin"]
    assert (tmp_path / "c" / "pixels-1.bin").stat().st_size == 2 * 64


def test_over_the_limit_photos_are_read_from_their_files_and_it_is_said(manifest: Manifest) -> None:
    heard: list[Event] = []
    cache = opened(manifest, limit_gb=1e-6, emit=heard.append)
    assert cache.pixels is None
    (notice,) = [event for event in heard if isinstance(event, Notice)]
    assert "data.cache_limit_gb" in notice.text
    assert (cache.take([2])[0] == seen(manifest, manifest.samples[2])).all()


def test_without_room_on_the_disk_photos_are_read_from_their_files_and_it_is_said(
    manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(cache_module.shutil, "disk_usage", lambda folder: usage(10**9, 10**9, 1000))
    heard: list[Event] = []
    assert opened(manifest, emit=heard.append).pixels is None
    assert any(isinstance(event, Notice) and "1.0 kB free" in event.text for event in heard)


def test_a_disk_that_runs_full_midway_is_survived(manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    def add(self: PixelStore, key: str, pixels: np.ndarray) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pixel_store.PixelStore, "add", add)
    heard: list[Event] = []
    cache = opened(manifest, emit=heard.append)
    assert cache.pixels is None and len(cache.take([0, 1])) == 2
    assert any(isinstance(event, Notice) and "No space left" in event.text for event in heard)


@pytest.mark.parametrize("room", [5_000, 20_000])
def test_a_disk_that_refuses_the_next_row_is_survived_and_used_once_there_is_room(
    manifest: Manifest, room: int
) -> None:
    heard: list[Event] = []
    with no_file_larger_than(room):
        cache = opened(manifest, emit=heard.append)
    assert cache.pixels is None and any(isinstance(event, Notice) for event in heard)
    assert (cache.take([4])[0] == seen(manifest, manifest.samples[4])).all()
    again = opened(manifest)
    assert again.pixels is not None
    assert (again.take(range(5)) == cache.take(range(5))).all()


@pytest.mark.parametrize("is_wanted", [True, False], ids=["cached", "from files"])
def test_another_picture_in_the_place_of_a_photo_is_refused_by_name(manifest: Manifest, is_wanted: bool) -> None:
    first, second = manifest.picture(manifest.samples[0]), manifest.picture(manifest.samples[1])
    second.write_bytes(first.read_bytes())
    with pytest.raises(PhotoError, match=rf"{second.name}: has changed since it was imported"):
        opened(manifest, is_wanted=is_wanted).take([1])


def test_the_caches_used_longest_ago_go_first_when_room_is_short(manifest: Manifest) -> None:
    size = 5 * 48 * 40 * 4
    opened(manifest, framing="fit")
    opened(manifest, framing="crop")
    for folder in (manifest.folder / "cache").iterdir():
        if "fit" in folder.name:
            for file in folder.iterdir():
                os.utime(file, (1, 1))
    opened(manifest, framing="stretch", limit_gb=(2 * size + 5000) / 1e9)
    left = {folder.name.split("-")[1] for folder in (manifest.folder / "cache").iterdir()}
    assert left == {"crop", "stretch"}


def test_caching_can_be_switched_off(manifest: Manifest) -> None:
    cache = opened(manifest, is_wanted=False)
    assert cache.pixels is None and not (manifest.folder / "cache").exists()
    assert (cache.take([1])[0] == seen(manifest, manifest.samples[1])).all()


def test_a_photo_that_cannot_be_read_is_named(manifest: Manifest) -> None:
    manifest.file(manifest.samples[2]).unlink()
    with pytest.raises(PhotoError, match=r"002\.jpg: cannot be opened"):
        opened(manifest)


def test_clearing_gives_the_room_back(manifest: Manifest) -> None:
    opened(manifest)
    assert cache_bytes(manifest.folder) > 5 * 48 * 40 * 4
    clear(manifest.folder)
    assert cache_bytes(manifest.folder) == 0
    clear(manifest.folder)


def test_progress_counts_to_the_end(manifest: Manifest) -> None:
    heard: list[Event] = []
    opened(manifest, emit=heard.append)
    assert [event.done for event in heard if isinstance(event, Progress)][-1] == 5


def test_no_samples_make_an_empty_cache(manifest: Manifest) -> None:
    assert len(opened(manifest, ()).take([])) == 0
