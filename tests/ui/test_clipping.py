"""No text of the window is cut off, however large the screen's pixels are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("scale", ["1", "1.5", "2"])
def test_the_smallest_window_cuts_no_text_off(scale: str, tmp_path: Path) -> None:
    environment = os.environ | {"QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen"}
    looked = subprocess.run(
        [sys.executable, "-m", "tests.ui.clipping", str(tmp_path), "--size", "1024", "640"],
        env=environment, cwd=Path(__file__).resolve().parents[2], capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert looked.returncode == 0, looked.stderr
    assert json.loads(looked.stdout) == []
