"""The command that shows curves in TensorBoard."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from studio.cli import main


def test_the_workspaces_runs_are_served_until_ctrl_c(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    (tmp_path / "runs").mkdir()
    monkeypatch.setenv("SPOTLESS_WORKSPACE", str(tmp_path))
    monkeypatch.setattr("studio.learn.tensorboard_host.make", lambda: lambda folder: f"address-of {folder}")
    monkeypatch.setattr(time, "sleep", interrupted)
    assert main(["tensorboard"]) == 0
    assert capsys.readouterr().out.startswith(f"address-of {tmp_path / 'runs'} shows ")
    (tmp_path / "other" / "runs").mkdir(parents=True)
    assert main(["--workspace", str(tmp_path / "other"), "tensorboard"]) == 0
    assert capsys.readouterr().out.startswith(f"address-of {tmp_path / 'other' / 'runs'} shows ")


def test_a_folder_that_is_none_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tensorboard", str(tmp_path / "nowhere")]) == 2
    assert "nowhere: is no folder; name one that holds runs" in capsys.readouterr().err
