"""The log: whole entries from many processes, within bounds, and what a crash leaves."""

from __future__ import annotations

import errno
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from studio.core import log
from studio.core.crash_notes import crash_note, take_left_notes
from studio.core.log_file import SharedLog

ENTRY = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d \d+ \S+ (INFO|WARNING|ERROR) .+")
WRITER = """
import sys
from pathlib import Path
from studio.core.log_file import SharedLog
log = SharedLog(Path(sys.argv[1]), most_bytes=4000, kept=200)
for number in range(100):
    log.append(f"{sys.argv[2]} {number} " + 60 * sys.argv[2])
"""
DYING = """
import os, sys
from studio.core.crash_notes import crash_note
with crash_note("window"):
    {how}
"""


@pytest.fixture
def told() -> logging.Logger:
    log.start("tests")
    return log.logger()


def written() -> list[str]:
    return log.log_file().read_text("utf-8").splitlines()


def test_an_entry_is_one_line_with_time_process_and_level(told: logging.Logger) -> None:
    told.info("the window opens")
    assert len(written()) == 1
    assert ENTRY.fullmatch(written()[0])
    assert f" {os.getpid()} tests INFO the window opens" in written()[0]


def test_details_and_names_of_files_cannot_forge_an_entry(told: logging.Logger) -> None:
    told.error("evil\n2026-01-01T00:00:00.000+00:00 1 window INFO all is well\x1b[2J.jpg: cannot be read")
    first, second = written()
    assert ENTRY.fullmatch(first)
    assert second.startswith("    2026")
    assert "\x1b" not in second


def test_a_traceback_stands_below_its_sentence(told: logging.Logger) -> None:
    try:
        raise KeyError("plate")
    except KeyError:
        told.exception("a job failed")
    assert written()[0].endswith("ERROR a job failed")
    assert written()[-1] == "    KeyError: 'plate'"


def test_the_same_trouble_over_and_over_is_written_once(told: logging.Logger) -> None:
    for _ in range(1000):
        told.error("a picture cannot be drawn")
    told.error("something else")
    assert [line.partition("ERROR ")[2] for line in written()] == ["a picture cannot be drawn", "something else"]


def test_the_log_keeps_its_bounds(tmp_path: Path) -> None:
    kept = SharedLog(tmp_path / "studio.log", most_bytes=1000, kept=2)
    for number in range(200):
        kept.append(f"entry {number:03} " + 40 * "x")
    parts = sorted(file.name for file in tmp_path.iterdir())
    assert parts == ["studio.log", "studio.log.1", "studio.log.2"]
    assert all(file.stat().st_size <= 1000 for file in tmp_path.iterdir())
    assert [line.split()[1] for line in kept.last_lines(20)] == [f"{number:03}" for number in range(180, 200)]


def test_processes_that_write_at_once_lose_and_mix_nothing(tmp_path: Path) -> None:
    file = tmp_path / "studio.log"
    names = "abc"
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(file), name]) for name in names]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    lines = [line for part in tmp_path.glob("studio.log*") for line in part.read_text("utf-8").splitlines()]
    assert sorted(lines) == sorted(f"{name} {number} {60 * name}" for name in names for number in range(100))


def test_a_torn_last_line_is_ended_before_the_next_entry(tmp_path: Path) -> None:
    file = tmp_path / "studio.log"
    file.write_bytes(b"whole\ntor")
    SharedLog(file).append("next")
    assert file.read_text("utf-8").splitlines() == ["whole", "tor", "next"]


def test_without_a_place_for_the_log_the_work_goes_on(
    told: logging.Logger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv(log.LOG_VARIABLE, str(tmp_path / "file" / "below"))
    told.error("nobody hears this")
    with crash_note("window"):
        pass
    assert log.last_lines(5) == []
    with pytest.raises(ValueError, match="its own") as told_of, crash_note("window"):
        raise ValueError("its own")
    assert told_of.value.__context__ is None, "the work's error is no consequence of the missing note"


def test_a_note_that_cannot_be_taken_away_hides_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(errno.EACCES, "somebody reads it")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(ValueError, match="its own"), crash_note("window"):
        raise ValueError("its own")


def test_a_program_without_streams_prints_into_the_log(told: logging.Logger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    log.adopt_missing_streams()
    print("studio: the window is", "open")
    print("studio: wrong", file=sys.stderr)
    assert [line.partition("tests ")[2] for line in written()] == [
        "INFO studio: the window is open",
        "WARNING studio: wrong",
    ]


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("import faulthandler; faulthandler._sigsegv()", "Segmentation fault"),
        ("os.abort()", "Aborted"),
        ("os._exit(9)", ""),
        ("pass", None),
    ],
)
def test_a_crash_is_told_apart_from_a_kill(told: logging.Logger, how: str, words: str | None) -> None:
    died = subprocess.run([sys.executable, "-c", DYING.format(how=how)], capture_output=True, timeout=60, check=False)
    assert take_left_notes(but="window") == []
    left = take_left_notes()
    assert (died.returncode == 0) == (words is None)
    assert len(left) == (words is not None)
    if words is not None:
        assert words in left[0].words if words else not left[0].words
        assert f"window, process {left[0].process_id}, " in written()[0]
        assert f" {'ERROR' if words else 'WARNING'} window" in written()[0]
    assert take_left_notes() == []


def test_the_note_of_a_process_that_still_runs_is_left_alone() -> None:
    with crash_note("window"):
        assert take_left_notes() == []
        assert len(list(log.log_folder().glob("window-*.crash"))) == 1
    assert not list(log.log_folder().glob("window-*.crash"))
