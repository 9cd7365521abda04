"""Processes that train are killed at moments that are drawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.faults._runs import KINDS, Unbroken, assert_same, config_of, unbroken
from tests.faults._victims import ATTEMPTS, Victim, cold, killed_within, scratch, warm
from tests.faults._whole import assert_whole, leftovers
from tests.faults.suite import fault
from tests.learn.training import draw_photos

COLD_EVERY = 10
"""One trial of so many starts its process as a person does, imports and all."""


@fault("kill-trainer", count=80)
def kill_trainer(number: int, place: Path) -> str:
    """`studio train` gets SIGKILL: whole files, nothing left, and `--resume` comes to the same weights."""
    kind = list(KINDS)[number % len(KINDS)]
    command = [
        "train",
        str(_photos(place.parent)),
        "--config",
        str(config_of(place.parent, kind, KINDS[kind])),
        "--out",
    ]
    whole = unbroken(kind, place.parent, lambda run: warm([*command, str(run)], place))
    start = cold if number % COLD_EVERY == COLD_EVERY - 1 else warm
    run, seen = _broken(
        lambda run: start([*command, str(run)], place), whole, place, np.random.default_rng([1, number])
    )
    resume = ["train", "--resume", str(run)] if (run / "config.json").is_file() else [*command, str(run)]
    return f"{kind}, {seen}, {_finished(warm(resume, place), run, whole, place)}"


def _photos(ledger: Path) -> Path:
    folder = ledger / "photos"
    if not folder.is_dir():
        draw_photos(folder, {"clean": 12, "dirty": 12})
    return folder


def _broken(
    train: Callable[[Path], Victim], whole: Unbroken, place: Path, rng: np.random.Generator
) -> tuple[Path, str]:
    """A run that was killed before it was done, with what became of it so far."""
    for attempt in range(ATTEMPTS):
        run = place / f"run-{attempt}"
        victim = train(run)
        moment_s = killed_within(victim, whole.duration_s, rng)
        victim.assert_all_gone()
        if moment_s is not None:
            assert_whole(run)
            return run, f"killed after {moment_s:.2f} s with {len(leftovers(place))} unfinished files"
    raise AssertionError(f"ended before it was killed, {ATTEMPTS} times")


def _finished(resume: Victim, run: Path, whole: Unbroken, place: Path) -> str:
    code = resume.wait()
    assert code == 0, resume.printed()
    resume.assert_all_gone()
    assert_whole(run)
    assert_same(run, whole.run)
    left = [*leftovers(place), *(path.name for path in scratch(place).iterdir())]
    assert not left, f"left behind: {left}"
    return "resumed to the same weights"
