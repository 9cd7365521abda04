"""Trials of what can go wrong, numbered, each written down as soon as it has ended."""

from __future__ import annotations

import importlib
import json
import pkgutil
import shutil
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import tests.faults

Trial = Callable[[int, Path], str]
"""Given its number, which seeds its random numbers, and an empty folder: says in a few words what was seen.

Raises:
    AssertionError: something was lost, corrupt or left behind.
    CannotTryError: the machine does not allow it.
"""


class CannotTryError(Exception):
    """This machine does not allow what a trial needs; the text says what that is."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One way in which things go wrong.

    Attributes:
        name: as on the command line.
        count: how many trials prove it.
        about: one sentence.
        trial: does one.
    """

    name: str
    count: int
    about: str
    trial: Trial


_FAULTS: dict[str, Fault] = {}


def every_fault() -> Mapping[str, Fault]:
    """All that the modules of this package register, by name."""
    for module in pkgutil.iter_modules(tests.faults.__path__):
        if not module.name.startswith(("_", "test_")):
            importlib.import_module(f"{tests.faults.__name__}.{module.name}")
    return dict(sorted(_FAULTS.items()))


def fault(name: str, *, count: int) -> Callable[[Trial], Trial]:
    """Register a trial under a name; the first line of its docstring says what it is about."""

    def register(trial: Trial) -> Trial:
        assert name not in _FAULTS and trial.__doc__
        _FAULTS[name] = Fault(name=name, count=count, about=trial.__doc__.splitlines()[0], trial=trial)
        return trial

    return register


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one trial.

    Attributes:
        fault: the fault's name.
        number: which of its trials.
        passed: whether everything was as it should be.
        seen: what was seen, or what was wrong.
        took_s: wall time in seconds.
    """

    fault: str
    number: int
    passed: bool
    seen: str
    took_s: float


class Ledger:
    """Outcomes in a file, a line each, so that a suite that was itself killed goes on where it was.

    Args:
        folder: holds `outcomes.jsonl`, and a folder of each trial that failed, to be looked at.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "outcomes.jsonl"
        folder.mkdir(parents=True, exist_ok=True)
        if self._file.is_file() and not self._file.read_bytes().endswith(b"\n"):
            self._write("\n")  # ends a line that was torn

    def outcomes(self) -> Iterator[Outcome]:
        """All that were written whole."""
        if not self._file.is_file():
            return
        for line in self._file.read_text(encoding="utf-8").splitlines():
            try:
                yield Outcome(**json.loads(line))
            except (json.JSONDecodeError, TypeError):
                continue

    def run(self, faults: Mapping[str, Fault], *, tell: Callable[[Outcome], object]) -> bool:
        """Do every trial that has not passed yet; whether all have passed now."""
        passed = {(outcome.fault, outcome.number) for outcome in self.outcomes() if outcome.passed}
        all_passed = True
        for one in faults.values():
            for number in range(one.count):
                if (one.name, number) not in passed:
                    outcome = self._try(one, number)
                    tell(outcome)
                    all_passed &= outcome.passed
        return all_passed

    def _try(self, one: Fault, number: int) -> Outcome:
        place = self._folder / f"{one.name}-{number}"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        began = time.monotonic()
        try:
            seen, passed = one.trial(number, place), True
        except Exception:  # the suite goes on to the next trial, whatever became of this one
            seen, passed = traceback.format_exc(), False
        outcome = Outcome(
            fault=one.name, number=number, passed=passed, seen=seen, took_s=round(time.monotonic() - began, 1)
        )
        self._write(json.dumps(asdict(outcome)) + "\n")
        if passed:
            shutil.rmtree(place, ignore_errors=True)
        return outcome

    def _write(self, text: str) -> None:
        with self._file.open("a", encoding="utf-8") as stream:
            stream.write(text)
