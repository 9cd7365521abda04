"""Processes that make datasets are killed at moments that are drawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.faults._datasets import assert_state, photos, state
from tests.faults._victims import ATTEMPTS, Victim, duration_of, killed_within, scratch, warm
from tests.faults._whole import is_dataset
from tests.faults.suite import fault

Begin = Callable[[Path], Victim]
"""Begins to make the dataset in a folder."""


@fault("kill-painter", count=20)
def kill_painter(number: int, place: Path) -> str:
    """`studio generate` gets SIGKILL: the dataset is the old one or the new one, and the same command finishes."""
    few = str(photos(place.parent, {"": 8}))

    def paint(variations: int) -> Begin:
        dirt = ["--variations", str(variations)]
        return lambda dataset: warm(["generate", few, "--out", str(dataset), *dirt], place)

    return _killed(paint(2), paint(1) if number % 2 else None, place, np.random.default_rng([2, number]))


@fault("kill-importer", count=20)
def kill_importer(number: int, place: Path) -> str:
    """An import gets SIGKILL: the dataset is the old one or the new one, and the same import finishes."""
    workers = str(2 * (number % 3 == 2))

    def importing(count: int) -> Begin:
        source = str(photos(place.parent, {"": count}))
        return lambda dataset: warm([source, str(dataset), workers], place, main="tests.faults._datasets:main")

    few = importing(8) if number % 2 else None
    return _killed(importing(16), few, place, np.random.default_rng([3, number]))


@fault("two-painters", count=3)
def two_painters(number: int, place: Path) -> str:
    """Two `studio generate` into one dataset at once: one paints, the other is told or comes after it."""
    few = str(photos(place.parent, {"": 8}))
    commands = [["generate", few, "--out", str(place / name), "--variations", "2"] for name in ("whole", "dataset")]
    _done(warm(commands[0], place))
    both = [warm(commands[1], place) for _ in range(2)]
    codes = sorted(victim.wait() for victim in both)
    printed = "".join(victim.printed() for victim in both)
    assert codes in ([0, 0], [0, 2]), printed
    assert codes == [0, 0] or "is being changed by another job" in printed, printed
    assert_state(place / "dataset", state(place / "whole"))
    return "one painted, the other was told" if codes[1] else "one painted after the other"


def _killed(begin: Begin, begin_old: Begin | None, place: Path, rng: np.random.Generator) -> str:
    """Kill what makes a dataset, in an empty folder or over an older dataset, and make it again."""
    took_s = duration_of(lambda: begin(place / "whole"), place)
    states = [state(place / "whole")]
    if begin_old is not None:
        _done(begin_old(place / "old"))
        states.insert(0, state(place / "old"))
    for attempt in range(ATTEMPTS):
        dataset = place / f"dataset-{attempt}"
        if begin_old is not None:
            _done(begin_old(dataset))
        victim = begin(dataset)
        moment_s = killed_within(victim, took_s, rng)
        victim.assert_all_gone()
        if moment_s is None:
            continue
        seen = "nothing"
        if is_dataset(dataset):
            # Begun in an empty folder, photos without dirt are a whole dataset too.
            known = assert_state(dataset, *states, is_known=begin_old is not None)
            seen = ("the old dataset", "the new dataset")[known - len(states)] if known >= 0 else "photos alone"
        _done(begin(dataset))
        assert_state(dataset, states[-1])
        assert not (left := list(scratch(place).iterdir())), left
        over = "an empty folder" if begin_old is None else "a dataset"
        return f"over {over}, killed after {moment_s:.2f} s: {seen}; then made to the last byte"
    raise AssertionError(f"ended before it was killed, {ATTEMPTS} times")


def _done(victim: Victim) -> None:
    code = victim.wait()
    assert code == 0, victim.printed()
    victim.assert_all_gone()
