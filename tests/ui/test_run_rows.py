"""How a run stands, in the words of the list."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.core.run_summary import RunSummary, summarise
from studio.core.runs import RunFolder
from studio.ui.run_rows import state_in_words
from tests.ui.made_runs import make_run


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("stopped early", "stopped early at 12, "),
        ("stopped", "finished by hand at 12, "),
        ("given up", "given up early at 12, "),
    ],
)
def test_an_ending_is_told_with_its_epoch(outcome: str, words: str) -> None:
    told = RunSummary(run=RunFolder(Path("run")), title="Plates", epoch=12, epochs=20, outcome=outcome)
    assert state_in_words(told).startswith(words)


def test_an_interrupted_run_is_told_with_the_epoch_that_was_lost(tmp_path: Path) -> None:
    told = summarise(make_run(tmp_path / "run", done=5))
    assert state_in_words(told).startswith("interrupted at epoch 6")
    assert state_in_words(told, "epoch 6 of 20") == "epoch 6 of 20, running"


def test_a_run_without_a_log_has_not_begun() -> None:
    assert state_in_words(RunSummary(run=RunFolder(Path("run")), title="Plates")) == "not begun"
