"""Moments of a command at which something is done to it, and the sentence with which it then ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from studio.core.runs import RunFolder
from tests.faults._victims import LIMIT_S, Victim

_LATER_S = 0.3
_LOOK_S = 0.005


def wait_for(condition: Callable[[], bool], victim: Victim) -> None:
    """Wait until something is so, or the command has ended."""
    until = time.monotonic() + LIMIT_S
    while not condition() and not victim.ends_within(_LOOK_S):
        assert time.monotonic() < until, victim.printed()


def wait_for_event(run: Path, whole: Path, rng: np.random.Generator, victim: Victim) -> str:
    """Wait for a moment of a training that is drawn, the same on a fast machine and on a slow one.

    Args:
        run: what is being trained.
        whole: a run of the same settings that has come to its end.
        rng: draws the moment.
        victim: the training.

    Returns:
        the moment in words.
    """
    last = _lines(RunFolder(whole).events)
    wanted, later_s = int(rng.integers(0, last + 1)), float(rng.uniform(0, _LATER_S))
    wait_for(lambda: _lines(RunFolder(run).events) >= wanted, victim)
    victim.ends_within(later_s)
    return f"{later_s:.2f} s after event {wanted} of {last}"


def refused(victim: Victim, place: Path) -> str:
    """The sentence with which a command ended, empty if it did what was asked.

    Args:
        victim: the command.
        place: what the sentence must name.

    Raises:
        AssertionError: it ended in another way than by one sentence about this place.
    """
    code = victim.wait()
    victim.assert_all_gone()
    printed = victim.printed()
    assert "Traceback" not in printed and "Exception ignored" not in printed, printed
    if code == 0:
        return ""
    said = [line for line in printed.splitlines() if line.startswith("studio: ")]
    assert code == 2 and len(said) == 1, f"exit code {code}: {printed}"
    assert str(place) in said[0], printed
    return said[0].removeprefix("studio: ").replace(str(place), "PLACE")


def _lines(file: Path) -> int:
    return file.read_bytes().count(b"\n") if file.is_file() else 0
