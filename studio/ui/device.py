"""What the machine computes with, in words, without loading torch."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess

_LIMIT_S = 5.0
_NO_CONSOLE: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""Windows opens a console for a program that has none to share, unless told not to."""


def cores() -> int:
    """Number of processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def device_in_words() -> str:
    """The device that `auto` comes to: `NVIDIA H100`, `Apple M3`, `CPU, 2 cores`.

    Asks the driver's own tool; may take a moment, so it is called off the window's thread.
    """
    cards = _nvidia_cards()
    if cards:
        return cards[0] if len(cards) == 1 else f"{len(cards)} × {cards[0]}"
    if platform.system() == "Darwin" and platform.machine() == "arm64":
        return f"Apple GPU, {cores()} cores"
    number = cores()
    return f"CPU, {number} core" + ("" if number == 1 else "s")


def has_gpu() -> bool:
    """Whether there is a graphics card that training can use."""
    return bool(_nvidia_cards()) or (platform.system() == "Darwin" and platform.machine() == "arm64")


def _nvidia_cards() -> list[str]:
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return []
    try:
        said = subprocess.run(
            [tool, "--query-gpu=name", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=_LIMIT_S,
            check=True,
            creationflags=_NO_CONSOLE,
        )
    except (OSError, subprocess.SubprocessError):
        return []  # a driver that does not answer is no device
    return [line.strip() for line in said.stdout.splitlines() if line.strip()]
