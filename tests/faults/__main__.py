"""Pull the plug, fill the disk, take photos away: `python -m tests.faults [--out FOLDER] [--only NAMES] [--trials N]`.

Prints a line for each trial, and a table. Killed itself, it goes on where it was when it is given the same --out. Needs
no screen; faults that need root rights (a small disk, a machine without a network) say so and count as failed without.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from tests.faults.suite import Ledger, Outcome, every_fault


def main() -> int:
    """Do the trials; the exit code says whether all passed."""
    faults = every_fault()
    parser = argparse.ArgumentParser(prog="tests.faults", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where outcomes are kept; else a temporary folder")
    parser.add_argument("--only", nargs="+", choices=list(faults), default=list(faults), metavar="NAME")
    parser.add_argument(
        "--trials", type=int, metavar="N", help="at most so many of each (default: as many as prove it)"
    )
    asked = parser.parse_args()
    chosen = {name: faults[name] for name in asked.only}
    if asked.trials:
        chosen = {name: replace(one, count=min(one.count, asked.trials)) for name, one in chosen.items()}
    with tempfile.TemporaryDirectory(prefix="faults-") as temporary:
        ledger = Ledger(asked.out or Path(temporary))
        all_passed = ledger.run(chosen, tell=_tell)
        found = {(outcome.fault, outcome.number): outcome for outcome in ledger.outcomes()}
    print(f"\n{'fault':28} {'passed':>9}")
    for name, one in chosen.items():
        passed = sum(found[name, number].passed for number in range(one.count) if (name, number) in found)
        print(f"{name:28} {passed:4}/{one.count:<4}  {one.about}")
    return 0 if all_passed else 1


def _tell(outcome: Outcome) -> None:
    verdict = "passed" if outcome.passed else "FAILED"
    print(f"{outcome.fault} {outcome.number}: {verdict} in {outcome.took_s} s: {outcome.seen}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
