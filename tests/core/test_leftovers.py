"""What is swept from a workspace."""

from __future__ import annotations

from pathlib import Path

from studio.core.leftovers import sweep_workspace
from studio.core.locks import holding
from studio.core.runs import RunFolder
from studio.core.workspace import runs_folder

DEAD = 999_999_999


def _killed_run(folder: Path) -> Path:
    run = RunFolder(folder)
    run.best.parent.mkdir(parents=True)
    run.lock.write_text("process 1 on a machine that is off\n")
    left = run.best.parent / f".best.pt.{DEAD}-abc.tmp"
    left.write_text("half of it")
    return left


def test_opening_a_workspace_sweeps_what_killed_processes_were_writing(tmp_path: Path):
    runs = runs_folder(tmp_path)
    left = [_killed_run(runs / "run"), _killed_run(runs / "search" / "trials" / "trial"), tmp_path / f".x.{DEAD}-a.tmp"]
    left[-1].write_text("half")
    sweep_workspace(tmp_path)
    assert not any(file.exists() for file in left)
    assert not (runs / "run" / ".lock").exists()


def test_a_run_that_somebody_trains_is_let_be(tmp_path: Path):
    left = _killed_run(runs_folder(tmp_path) / "run")
    with holding(RunFolder(left.parent.parent).lock, "busy"):
        sweep_workspace(tmp_path)
        assert left.exists()


def test_a_workspace_that_is_not_there_yet_has_no_leftovers(tmp_path: Path):
    sweep_workspace(tmp_path / "missing")
