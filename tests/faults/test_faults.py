"""The first trial of every fault; `python -m tests.faults` does all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.suite import CannotTryError, Fault, Ledger, Outcome, every_fault

FAULTS = every_fault()


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", FAULTS)
def test_nothing_is_lost(name: str, tmp_path: Path) -> None:
    try:
        print(FAULTS[name].trial(0, tmp_path))
    except CannotTryError as reason:
        pytest.skip(str(reason))


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
