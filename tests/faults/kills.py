"""Processes that train are killed at moments that are drawn."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import psutil

from tests.faults._datasets import photos
from tests.faults._runs import KINDS, Unbroken, assert_same, config_of, unbroken
from tests.faults._victims import ATTEMPTS, LIMIT_S, Victim, cold, killed_within, scratch, warm
from tests.faults._whole import assert_whole, leftovers
from tests.faults.suite import fault

COLD_EVERY = 10
"""One trial of so many starts its process as a person does, imports and all."""

RANKS = {"hardware.processes": 2, "training.epochs": 4}
WORKERS = {"data.cache": False, "data.workers": 1, "training.epochs": 3}
_PAUSE_S = 0.02


@fault("kill-trainer", count=80)
def kill_trainer(number: int, place: Path) -> str:
    """`studio train` gets SIGKILL: whole files, nothing left, and `--resume` comes to the same weights."""
    kind = list(KINDS)[number % len(KINDS)]
    command = training(place.parent, kind, KINDS[kind])
    whole = unbroken(kind, place.parent, lambda run: warm([*command, str(run)], place))
    start = cold if number % COLD_EVERY == COLD_EVERY - 1 else warm
    rng = np.random.default_rng([1, number])
    for run in _folders(place):
        victim = start([*command, str(run)], place)
        moment_s = killed_within(victim, whole.duration_s, rng)
        victim.assert_all_gone()
        if moment_s is not None:
            seen = _stock_taken(run, place)
            return f"{kind}, killed after {moment_s:.2f} s, {seen}, {resumed(command, run, whole, place)}"
    raise AssertionError(f"ended before it was killed, {ATTEMPTS} times")


@fault("kill-rank", count=30)
def kill_rank(number: int, place: Path) -> str:
    """One of two ranks, or who started them, gets SIGKILL: the others end, and it resumes to the same weights."""
    target = ("rank 0", "rank 1", "the starter")[number % 3]
    command = training(place.parent, "ranks", RANKS)
    whole = unbroken("ranks", place.parent, lambda run: warm([*command, str(run)], place))
    rng = np.random.default_rng([4, number])
    for run in _folders(place):
        victim = warm([*command, str(run)], place)
        ranks = _children(victim, 2)
        moment_s = _moment(victim, run, whole, rng)
        doomed = victim.pid if target == "the starter" else ranks[number % 3].pid
        if moment_s is None or not _kill(doomed):
            victim.wait()
            continue
        code = victim.wait()
        victim.assert_all_gone()
        if code == 0:
            continue  # its work was done, and it was about to leave
        if target != "the starter":
            printed = victim.printed()
            assert code == 1 and f"Process {number % 3 + 1} of 2 was killed (SIGKILL)" in printed, printed
        seen = _stock_taken(run, place)
        return f"{target} killed after {moment_s:.2f} s, {seen}, {resumed(command, run, whole, place)}"
    raise AssertionError(f"ended before it was killed, {ATTEMPTS} times")


@fault("kill-loader-worker", count=20)
def kill_loader_worker(number: int, place: Path) -> str:
    """A process that reads photos gets SIGKILL: one clear sentence, and the run resumes to the same weights."""
    command = training(place.parent, "workers", WORKERS)
    whole = unbroken("workers", place.parent, lambda run: warm([*command, str(run)], place))
    rng = np.random.default_rng([5, number])
    for run in _folders(place):
        victim = warm([*command, str(run)], place)
        (worker,) = _children(victim, 1)
        moment_s = _moment(victim, run, whole, rng)
        if moment_s is None or not _kill(worker.pid):
            victim.wait()
            continue
        code = victim.wait()
        victim.assert_all_gone()
        if code != 0:
            printed = victim.printed()
            assert code == 2 and "A process that reads photos has died" in printed, printed
        ending = "told" if code else "not needed any more"
        seen = _stock_taken(run, place)
        return f"killed after {moment_s:.2f} s, {ending}, {seen}, {resumed(command, run, whole, place)}"
    raise AssertionError(f"ended before it was killed, {ATTEMPTS} times")


@fault("pause-trainer", count=5)
def pause_trainer(number: int, place: Path) -> str:
    """A laptop is closed on a training (SIGSTOP, SIGCONT): it goes on as if nothing had been."""
    command = training(place.parent, "plain", KINDS["plain"])
    whole = unbroken("plain", place.parent, lambda run: warm([*command, str(run)], place))
    rng = np.random.default_rng([6, number])
    for run in _folders(place):
        victim = warm([*command, str(run)], place)
        if victim.ends_within(float(rng.uniform(0, whole.duration_s))):
            continue
        victim.kill(signal.SIGSTOP)
        time.sleep(5.0)
        victim.kill(signal.SIGCONT)
        assert victim.wait() == 0, victim.printed()
        assert_same(run, whole.run)
        return "stood still for 5 s, came to the same weights"
    raise AssertionError(f"ended before it was stopped, {ATTEMPTS} times")


@fault("two-trainers", count=3)
def two_trainers(number: int, place: Path) -> str:
    """Two `studio train` in one folder at once: one trains, the other is told, and nothing is mixed up."""
    command = training(place.parent, "plain", KINDS["plain"])
    whole = unbroken("plain", place.parent, lambda run: warm([*command, str(run)], place))
    run = place / "run"
    both = [warm([*command, str(run)], place) for _ in range(2)]
    codes = sorted(victim.wait() for victim in both)
    printed = "".join(victim.printed() for victim in both)
    assert codes == [0, 2], printed
    assert "another process is training here" in printed or "holds a run already" in printed, printed
    assert_whole(run)
    assert_same(run, whole.run)
    return "one trained, the other was told"


def training(ledger: Path, name: str, changes: Mapping[str, object]) -> list[str]:
    """The command of a short training, all but the run's folder."""
    return ["train", str(photos(ledger)), "--config", str(config_of(ledger, name, changes)), "--out"]


def resumed(command: Sequence[str], run: Path, whole: Unbroken, place: Path) -> str:
    """Go on with a run that was killed, and compare it with one that was not.

    Raises:
        AssertionError: it came to something else, or left something behind.
    """
    has_begun = (run / "config.json").is_file()
    resume = warm(["train", "--resume", str(run)] if has_begun else [*command, str(run)], place)
    code = resume.wait()
    assert code == 0, resume.printed()
    resume.assert_all_gone()
    assert_whole(run)
    assert_same(run, whole.run)
    foreign = ("torchinductor_",)  # a cache of torch's own
    left = [path.name for path in scratch(place).iterdir() if not path.name.startswith(foreign)]
    assert not (left := [*leftovers(place), *left]), f"left behind: {left}"
    return "resumed to the same weights"


def _folders(place: Path) -> list[Path]:
    return [place / f"run-{attempt}" for attempt in range(ATTEMPTS)]


def _stock_taken(run: Path, place: Path) -> str:
    assert_whole(run)
    return f"{len(leftovers(place))} unfinished files"


def _children(victim: Victim, count: int) -> list[psutil.Process]:
    """Wait for the processes that a victim spawns for its work, in the order in which they began."""
    until = time.monotonic() + LIMIT_S
    while time.monotonic() < until and not victim.ends_within(_PAUSE_S):
        try:
            found = [child for child in psutil.Process(victim.pid).children() if "spawn_main" in str(child.cmdline())]
            if len(found) == count:
                return sorted(found, key=lambda child: (child.create_time(), child.pid))
        except psutil.NoSuchProcess:
            continue
    raise AssertionError(f"no {count} processes came: {victim.printed()}")


def _moment(victim: Victim, run: Path, whole: Unbroken, rng: np.random.Generator) -> float | None:
    """Wait for a moment that is drawn: three of four lie after the training's first step.

    Returns:
        seconds since a victim's start; None if it has ended before.
    """
    began, log = time.monotonic(), run / "events.jsonl"
    if rng.random() < 0.75:
        while not (log.exists() and "RunStarted" in log.read_text(encoding="utf-8")):
            if victim.ends_within(_PAUSE_S):
                return None
        rest_s = whole.training_s
    else:
        rest_s = whole.duration_s - whole.training_s
    return None if victim.ends_within(float(rng.uniform(0, rest_s))) else time.monotonic() - began


def _kill(pid: int) -> bool:
    """Send SIGKILL; whether there was such a process."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
