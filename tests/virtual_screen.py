"""A screen that nobody sees, for machines without one."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LIMIT_S = 60.0
"""Longer than it takes to start on the slowest machine."""


@contextmanager
def virtual_screen(number: Path) -> Iterator[str]:
    """An X server of 1280 x 800; its display.

    Args:
        number: a file for its number, made for it.
    """
    with number.open("w") as told:
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
            stdout=told, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    try:
        until = time.monotonic() + LIMIT_S
        while not number.read_text().endswith("\n"):
            assert server.poll() is None, "Xvfb did not start"
            assert time.monotonic() < until, f"Xvfb has not said its number for {LIMIT_S} s"
            time.sleep(0.05)
        yield f":{number.read_text().strip()}"
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
