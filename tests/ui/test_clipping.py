"""No text of the window is cut off, however large the screen's pixels are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def test_the_smallest_window_cuts_no_text_off(tmp_path: Path) -> None:
    assert cut_off(tmp_path, "1.5", "light") == []  # at a scale whose half pixels are rounded


@pytest.mark.slow
@pytest.mark.parametrize("scale", ["1", "1.5", "2"])
def test_no_scale_and_no_theme_cuts_a_text_off(scale: str, tmp_path: Path) -> None:
    assert cut_off(tmp_path, scale, "light", "dark") == []


def cut_off(folder: Path, scale: str, *themes: str) -> list[str]:
    """What the smallest window cuts off."""
    environment = os.environ | {"QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen"}
    looked = subprocess.run(
        [sys.executable, "-m", "tests.ui.clipping", str(folder), "--size", "1024", "640", "--themes", *themes],
        env=environment, cwd=Path(__file__).resolve().parents[2], capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert looked.returncode == 0, looked.stderr
    found: list[str] = json.loads(looked.stdout)
    return found
