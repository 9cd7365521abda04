"""What a disk refuses ends as one sentence, with the old file still there."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from studio.core.disks import trouble_of
from studio.core.errors import UserError
from studio.core.events import Notice
from studio.core.files import write_atomically, write_text
from studio.core.runs import EventLog, RunFolder
from tests.full_disk import no_file_larger_than

FULL = Path("/dev/full")


def test_a_full_disk_leaves_the_old_file_and_names_the_way_out(tmp_path: Path):
    file = tmp_path / "config.json"
    write_text(file, "old")
    with no_file_larger_than(1000), pytest.raises(UserError, match=r"config\.json: cannot .*; make room"):
        write_text(file, "new" * 1000)
    assert file.read_text() == "old" and list(tmp_path.iterdir()) == [file]


def test_what_cannot_be_copied_is_named_and_not_the_file_it_was_for(tmp_path: Path):
    gone = tmp_path / "gone.jpg"
    with pytest.raises(UserError, match=r"gone\.jpg: cannot be used \(No such file"):
        write_atomically(tmp_path / "copy.jpg", lambda stream: stream.write(gone.read_bytes()))
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
def test_a_log_on_a_full_disk_says_so_once(tmp_path: Path):
    run = RunFolder(tmp_path)
    run.events.symlink_to(FULL)
    log = EventLog(run)
    with pytest.raises(UserError, match=r"events\.jsonl: cannot be written \(No space left.*make room"):
        log.write(Notice(kind="info", text="hello"))
    log.close()


@pytest.mark.parametrize(
    ("name", "file", "said"),
    [
        ("ENOSPC", None, "DATASET: cannot be written (No space left on device); make room"),
        ("EIO", None, "DATASET: cannot be used (Input/output error); see that its disk or network drive answers"),
        ("ENOTCONN", "/net/photo.jpg", "/net/photo.jpg: cannot be used"),
        ("EROFS", "/net/photo.jpg", "/net/photo.jpg: cannot be written (Read-only file system); allow it"),
        ("EACCES", "/net/photo.jpg", "/net/photo.jpg: cannot be used (Permission denied); allow it"),
        ("ENOENT", "/net/photo.jpg", "/net/photo.jpg: cannot be used (No such file or directory); it was there"),
    ],
)
def test_an_unforeseen_error_of_a_disk_names_the_file(name: str, file: str | None, said: str):
    number = getattr(errno, name)
    error = OSError(number, os.strerror(number), *([file] if file else []))
    assert str(trouble_of(error, "DATASET")).startswith(said)


def test_an_error_that_has_to_do_with_no_disk_stays_a_failure_of_ours():
    assert trouble_of(ValueError("wrong"), "DATASET") is None
    assert trouble_of(BrokenPipeError(errno.EPIPE, "Broken pipe"), "DATASET") is None


def test_a_log_that_met_a_full_disk_holds_whole_lines_before_and_after(tmp_path: Path):
    run = RunFolder(tmp_path)
    log = EventLog(run)
    log.write(Notice(kind="info", text="before"))
    with no_file_larger_than(run.events.stat().st_size + 20), pytest.raises(UserError, match=r"make room"):
        log.write(Notice(kind="info", text="refused"))
    log.write(Notice(kind="info", text="after"))
    log.close()
    assert [event.text for _, event in run.replay() if isinstance(event, Notice)] == ["before", "after"]
    assert run.events.read_bytes().count(b"\n") == 2
