"""The command that writes a run's report, as a person calls it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.ui.made_runs import make_run


def called(*words: str) -> subprocess.CompletedProcess[str]:
    """Call the program in a process of its own, on a machine without a screen."""
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "QT_QPA_PLATFORM")}
    return subprocess.run(
        [sys.executable, "-m", "studio", "report", *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_report_is_written_as_a_page_for_paper_and_with_its_history(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", outcome="finished")
    done = called(str(run.path), "--out", str(tmp_path / "r.html"), "--pdf", str(tmp_path / "r.pdf"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "r.html").is_file() and (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
    assert (run.evaluation / "history.png").is_file() and (run.evaluation / "history.svg").is_file()
    for name in ("r.html", "r.pdf", "history.png"):
        assert name in done.stdout


def test_a_folder_without_a_run_is_bad_input(tmp_path: Path) -> None:
    done = called(str(tmp_path))
    assert done.returncode == 2 and "is not a run" in done.stderr
