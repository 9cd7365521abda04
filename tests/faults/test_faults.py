"""The first trial of every fault; `python -m tests.faults` does all of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.suite import CannotTryError, Fault, Ledger, Outcome, every_fault

FAULTS = every_fault()


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", FAULTS)
def test_nothing_is_lost(name: str, tmp_path: Path) -> None:
    # In a process of its own: what one trial keeps warm for the next would count as left behind by a test.
    words = ["tests.faults", "--only", name, "--trials", "1", "--out", str(tmp_path)]
    ended = subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, check=False)
    if CannotTryError.__name__ in ended.stdout:
        pytest.skip(ended.stdout)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_a_suite_that_was_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    tried: list[int] = []

    def trial(number: int, folder: Path) -> str:
        tried.append(number)
        assert number != 1 or len(tried) > 3, "the second fails at first"
        return "nothing lost"

    faults = {"made-up": Fault(name="made-up", count=3, about="Made up.", trial=trial)}
    told: list[Outcome] = []
    assert not Ledger(tmp_path).run(faults, tell=told.append)
    with (tmp_path / "outcomes.jsonl").open("a", encoding="utf-8") as torn:
        torn.write('{"fault": "made-')
    assert Ledger(tmp_path).run(faults, tell=told.append)
    assert tried == [0, 1, 2, 1]
    assert [outcome.passed for outcome in told] == [True, False, True, True]
    assert len(list(Ledger(tmp_path).outcomes())) == 4
