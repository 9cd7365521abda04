"""A search's file of trials survives a full disk and half a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.learn.search_journal import Journal
from tests.full_disk import no_file_larger_than


def records(file: Path) -> list[int]:
    return [record["op_code"] for record in Journal(file).read_logs(0)]


def test_what_a_full_disk_refused_is_not_there_by_half(tmp_path: Path):
    file = tmp_path / "study.journal"
    journal = Journal(file)
    journal.append_logs([{"op_code": 1}])
    before = file.read_bytes()
    with no_file_larger_than(len(before) + 20), pytest.raises(OSError, match="large"):
        journal.append_logs([{"op_code": 2}, {"op_code": 3}])
    assert file.read_bytes() == before
    journal.append_logs([{"op_code": 4}])
    assert records(file) == [1, 4]


@pytest.mark.parametrize("whole", [b'{"op_code":1}\n', b""])
def test_half_a_line_of_a_killed_process_makes_room(tmp_path: Path, whole: bytes):
    file = tmp_path / "study.journal"
    file.write_bytes(whole + b'{"op_code":2, "wor' + b"k" * 70_000)
    Journal(file).append_logs([{"op_code": 3}])
    assert records(file) == [1, 3][not whole :]
