"""Changes of a dataset that are killed at every step."""

from __future__ import annotations

import os
import platform
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from studio.core.errors import UserError
from studio.core.files import make_durable, write_json
from studio.core.locks import InUseError
from studio.data import storage
from studio.data.changes import BUILDING, FORGOTTEN, changing
from studio.data.manifest import Manifest, Sample
from studio.data.storage import building_folder, known_dataset, swap_in

STEPS = ("replace", "unlink", "rmdir")


class KilledError(BaseException):
    """A process that is killed does not tidy up: from then on every step fails."""


class Killer:
    """Lets so many steps through that change a disk."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.steps, self.last = 0, -1
        patch.setattr(os, "fsync", lambda handle: None)  # slow, and no matter where only processes die
        patch.setattr(storage, "make_durable", lambda folder: None)
        for name in STEPS:
            patch.setattr(os, name, self._counted(getattr(os, name)))

    def _counted(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **named: Any) -> Any:
            self.steps += 1
            if 0 <= self.last < self.steps:
                raise KilledError
            return step(*args, **named)

        return counted

    def change(self, last: int, change: Callable[[], object]) -> None:
        self.steps, self.last = 0, last
        try:
            change()
        except KilledError:
            pass
        finally:
            self.last = -1


def painted(folder: Path, words: str) -> Manifest:
    photo = Sample(id="photo", path="/photos/photo.jpg", label="clean", source_photo="photo")
    child = Sample(
        id=f"photo-{words}",
        path=f"images/dirty/photo-{words}.jpg",
        label="dirty",
        source_photo="photo",
        synthetic=True,
        mask=f"masks/photo-{words}.png",
        sha1=words,
    )
    return Manifest(folder=folder, samples=(photo, child))


def put(words: str, folder: Path, before: Manifest | None) -> None:
    after = painted(folder, words)
    with building_folder(folder) as building:
        child = after.samples[1]
        for path in (child.path, child.mask, "thumbnails/photo.jpg", f"thumbnails/{child.id}.jpg"):
            (building / str(path)).parent.mkdir(parents=True, exist_ok=True)
            (building / str(path)).write_text(words)
        write_json(building / "synthesis.json", words)
        swap_in(building, before, after)


def add(words: str, folder: Path, before: Manifest) -> None:
    """A change that replaces no pictures."""
    photo = replace(before.samples[0], times=2)
    with building_folder(folder) as building:
        (building / "thumbnails").mkdir()
        (building / "thumbnails" / "photo.jpg").write_text(words)
        swap_in(building, before, replace(before, samples=(photo, *before.samples[1:])))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("change", [put, add])
def test_a_change_that_is_killed_at_any_step_leaves_the_old_state_or_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[str, Path, Manifest], None]
):
    for name in ("old", "new"):
        put("old", tmp_path / name, None)
    change("new", tmp_path / "new", Manifest.load(tmp_path / "new"))
    states = [contents(tmp_path / name) for name in ("old", "new")]
    killer = Killer(monkeypatch)
    seen, last = [], 0
    while len(seen) == last:
        folder = tmp_path / f"killed-{last}"
        put("old", folder, None)
        killer.change(last, lambda: change("new", folder, Manifest.load(folder)))  # noqa: B023
        is_killed = killer.steps > last
        killer.change(last % 4, lambda: Manifest.load(folder))  # noqa: B023 - killed while it is mended, too
        Manifest.load(folder)
        assert contents(folder) in states, f"killed at step {last}"
        if is_killed:
            seen.append(states.index(contents(folder)))
        last += 1
    assert seen == sorted(seen) and set(seen) == {0, 1}
    assert len(seen) > 4


def test_a_change_whose_undoing_fails_is_undone_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    put("old", tmp_path, None)
    before = contents(tmp_path)
    killer = Killer(monkeypatch)
    killer.change(10**9, lambda: put("new", tmp_path / "other", None))
    known = Manifest.load(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", _refuse_pictures(os.replace))
        with pytest.raises(UserError):
            put("new", tmp_path, known)
    shutil.rmtree(tmp_path / "other")
    Manifest.load(tmp_path)
    assert contents(tmp_path) == before


def _refuse_pictures(replace_file: Callable[..., None]) -> Callable[..., None]:
    def refused(source: Path, target: Path) -> None:
        if Path(target).name == "synthesis.json" or Path(source).parent.name == "replaced":
            raise PermissionError(13, "held open", str(target))
        replace_file(source, target)

    return refused


def test_a_new_dataset_that_is_killed_at_any_step_is_made_at_the_second_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    put("new", tmp_path / "new", None)
    whole = contents(tmp_path / "new")
    killer = Killer(monkeypatch)
    for last in range(8):
        folder = tmp_path / f"killed-{last}"
        killer.change(last, lambda: put("new", folder, None))  # noqa: B023
        put("new", folder, known_dataset(folder, is_needed=False))
        assert contents(folder) == whole, f"killed at step {last}"


def test_pictures_are_on_the_disk_before_the_manifest_that_names_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    on_disk: list[str] = []

    def make_durable(folder: Path) -> None:
        on_disk.extend(sorted(contents(folder)))
        assert not (tmp_path / "manifest.json").exists()

    monkeypatch.setattr(storage, "make_durable", make_durable)
    put("new", tmp_path, None)
    assert {"images/dirty/photo-new.jpg", "masks/photo-new.png", "thumbnails/photo.jpg"} <= set(on_disk)


@pytest.mark.parametrize("system", [platform.system(), "any other"])
def test_a_whole_folder_is_brought_to_the_disk(system: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    brought: list[int] = []
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "one.jpg").write_text("one")
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(os, "fsync", lambda handle: brought.append(os.fstat(handle).st_ino))
    make_durable(tmp_path)
    if system == "any other":
        assert brought == [(tmp_path / "images" / "one.jpg").stat().st_ino]


def test_a_dataset_is_changed_by_one_process_at_a_time(tmp_path: Path):
    import multiprocessing

    put("old", tmp_path, None)
    context = multiprocessing.get_context("spawn")
    heard, told = context.Pipe()
    holder = context.Process(target=_change_until_told, args=(tmp_path, told))
    holder.start()
    assert heard.recv() == "changing"
    with pytest.raises(InUseError, match="is being changed by another job; wait until that has ended"):
        put("new", tmp_path, Manifest.load(tmp_path))
    assert Manifest.load(tmp_path).samples[1].sha1 == "old"
    heard.send("enough")
    holder.join()
    put("new", tmp_path, Manifest.load(tmp_path))


def _change_until_told(folder: Path, told: Any) -> None:
    with changing(folder):
        told.send("changing")
        told.recv()


def test_a_foreign_datasets_thumbnails_take_the_place_of_nothing_outside_its_folder(tmp_path: Path):
    mine, folder = tmp_path / "keys", tmp_path / "dataset"
    mine.mkdir()
    (mine / "key").write_text("mine")
    painted(folder, "once").save()
    (folder / "thumbnails").symlink_to(mine)
    write_json(folder / f"{BUILDING}999999999-x" / FORGOTTEN, [])
    (folder / f"{BUILDING}999999999-x" / "thumbnails").mkdir()
    (folder / f"{BUILDING}999999999-x" / "thumbnails" / "key").write_text("theirs")
    Manifest.load(folder)
    assert (mine / "key").read_text() == "mine"


def test_who_changes_a_dataset_may_read_it_meanwhile(tmp_path: Path):
    put("old", tmp_path, None)
    with building_folder(tmp_path) as building:
        Manifest.load(tmp_path)
        assert building.is_dir()


def test_a_thread_that_reads_a_dataset_lets_the_change_of_another_be(tmp_path: Path):
    put("old", tmp_path, None)
    with building_folder(tmp_path) as building:
        reader = threading.Thread(target=Manifest.load, args=(tmp_path,))
        reader.start()
        reader.join()
        assert building.is_dir()


@pytest.mark.parametrize("outside", ["../mine.txt", "thumbnails/../../mine.txt", "{root}/mine.txt", "out/mine.txt"])
def test_a_foreign_datasets_list_of_what_to_forget_reaches_nothing_outside_its_folder(tmp_path: Path, outside: str):
    mine, folder = tmp_path / "mine.txt", tmp_path / "dataset"
    mine.write_text("mine")
    painted(folder, "once").save()
    (folder / "out").symlink_to(tmp_path)
    write_json(folder / f"{BUILDING}999999999-x" / FORGOTTEN, [outside.format(root=tmp_path)])
    Manifest.load(folder)
    assert mine.read_text() == "mine" and not list(folder.glob(f"{BUILDING}*"))
