"""Locks that go with their process, and temporary folders that are swept."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from studio.core.files import sweep_unfinished, write_text
from studio.core.locks import InUseError, holding, is_held
from studio.core.scratch import Scratch, scratch_folder, sweep_older


def _hold_until_killed(file: Path, told: Connection) -> None:
    with holding(file, "busy"):
        told.send("held")
        told.recv()


def _keep_scratch_until_killed(temporary: Path, told: Connection) -> None:
    tempfile.tempdir = str(temporary)
    told.send(Scratch("test").path)
    told.recv()


def test_a_lock_names_its_holder_and_goes_with_it_when_it_is_killed(tmp_path: Path):
    file = tmp_path / ".lock"
    context = multiprocessing.get_context("spawn")
    heard, told = context.Pipe()
    holder = context.Process(target=_hold_until_killed, args=(file, told))
    holder.start()
    assert heard.recv() == "held"
    assert is_held(file)
    with pytest.raises(InUseError, match=rf"busy \(process {holder.pid} on "), holding(file, "busy"):
        pass
    holder.kill()
    holder.join()
    assert not is_held(file)
    with holding(file, "busy"):
        assert file.exists()
    assert not file.exists()


def test_whoever_holds_a_lock_may_take_it_again(tmp_path: Path):
    file = tmp_path / ".lock"
    with holding(file, "busy"):
        with holding(file, "busy"):
            assert is_held(file)
        assert file.exists()
    assert not is_held(file)


def test_a_folder_that_may_not_be_written_has_no_lock(tmp_path: Path):
    with holding(tmp_path / "missing" / ".lock", "busy"):
        pass


def test_the_scratch_folder_of_a_killed_process_is_swept_and_that_of_a_living_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    context = multiprocessing.get_context("spawn")
    heard, told = context.Pipe()
    maker = context.Process(target=_keep_scratch_until_killed, args=(tmp_path, told))
    maker.start()
    theirs = heard.recv()
    with scratch_folder("mine") as mine:
        assert theirs.is_dir() and mine.is_dir()
    maker.kill()
    maker.join()
    assert theirs.is_dir() and not mine.exists()
    with scratch_folder("mine"):
        assert not theirs.exists()


def test_scratch_folders_of_an_earlier_version_are_swept_where_they_are_old_ours_and_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    gone = [tmp_path / "studio-worker-aaaa", tmp_path / "studio-job-bbbb"]
    kept = [tmp_path / name for name in ("studio-worker-used", "studio-worker-new", "studio-job-theirs", "studio-dish")]
    for folder, name in zip(
        (*gone, *kept), ("worker.log", "rank0.log", "worker.log", "", "notes.txt", ""), strict=True
    ):
        folder.mkdir()
        if name:
            (folder / name).touch()
        for place in (folder / name, folder) if folder != kept[1] else ():
            os.utime(place, (1e9, 1e9))
    (tmp_path / "studio-worker-link").symlink_to(gone[0])
    with (kept[0] / "worker.log").open():
        sweep_older()
    assert sorted(tmp_path.iterdir()) == sorted([*kept, tmp_path / "studio-worker-link"])


def test_what_a_killed_process_was_writing_is_swept_and_what_a_living_one_writes_is_not(tmp_path: Path):
    write_text(tmp_path / "kept.json", "{}")
    left, alive = tmp_path / ".kept.json.999999999-abc.tmp", tmp_path / f".kept.json.{os.getpid()}-abc.tmp"
    for file in (left, alive):
        file.write_text("half")
    sweep_unfinished(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["kept.json", alive.name])
