"""Uses a bundle as people do: `python -m tests.bundle [FOLDER] [--only STEP ...] [--keep FOLDER]`.

From a folder that cannot be written to, with an empty PATH and a home of its own, without a screen and on a virtual
one: each step with its result, its time and what was seen. The exit code is 1 when a step has failed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.bundle import commands, papers, windows  # noqa: F401 - the steps, in this order
from tests.bundle.place import WINDOWED, Place, read_only
from tests.bundle.steps import STEPS, outcomes

BUILT = Path(__file__).resolve().parents[2] / "dist" / WINDOWED


def main() -> int:
    """Use it; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bundle", description=__doc__.splitlines()[0])
    parser.add_argument("bundle", type=Path, nargs="?", default=BUILT, help="the folder that was built")
    parser.add_argument("--only", nargs="+", choices=list(STEPS), default=list(STEPS), metavar="STEP")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where to keep what is made; it goes otherwise")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bundle-") as folder:
        return use(asked.bundle.resolve(), asked.keep or Path(folder), asked.only)


def use(bundle: Path, scratch: Path, names: list[str]) -> int:
    """Do the steps, printing a line for each as soon as it has ended.

    Args:
        bundle: the folder that was built.
        scratch: gets all that is made.
        names: of the steps.

    Returns:
        0 when none has failed.
    """
    if not bundle.is_dir():
        print(f"{bundle}: is no folder; build the bundle first", file=sys.stderr)
        return 2
    scratch.mkdir(parents=True, exist_ok=True)
    print(f"{bundle.name}: {_size(bundle)}", flush=True)
    failed = 0
    with read_only(bundle, scratch / "installed" / f"{WINDOWED} ü") as (folder, how):
        print(f"kept from being written by {how}", flush=True)
        for outcome in outcomes({name: STEPS[name] for name in names}, Place(folder=folder, scratch=scratch)):
            print(f"{outcome.name:32} {outcome.result:8} {outcome.took_s:7.1f} s  {outcome.seen}", flush=True)
            failed += outcome.result == "FAILED"
    print(f"{failed} of {len(names)} steps failed" if failed else f"all {len(names)} steps passed or were skipped")
    return 1 if failed else 0


def _size(folder: Path) -> str:
    files = [file for file in folder.rglob("*") if file.is_file() and not file.is_symlink()]
    return f"{sum(file.stat().st_size for file in files) / 1e9:.2f} GB in {len(files):,} files"


if __name__ == "__main__":
    sys.exit(main())
