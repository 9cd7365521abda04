"""One command from a fresh checkout to the open window: `python3 -m studio.bootstrap`.

    python3 -m studio.bootstrap [--torch-index URL]               install, then open the window on sample dishes
    python3 -m studio.bootstrap [--torch-index URL] test [ARGS]   install, then run the tests: pytest ARGS
    python3 -m studio.bootstrap [--torch-index URL] bundle        build a folder that runs elsewhere, then use it
    python3 -m studio.bootstrap lock [ARGS]     write down which libraries a bundle holds, with their hashes: uv's ARGS
    python3 -m studio.bootstrap audit [ARGS]    look them up among known vulnerabilities: pip-audit's ARGS

--torch-index URL takes torch from another package index, such as one of CPU builds, which are several GB smaller.
Everything goes into `.venv` in the checkout; a second run finds it ready. A bundle is built in `build/venv`, from
exactly the libraries in resources/lock. Without a screen, `studio demo` runs in the window's place,
and tests without ARGS run side by side on up to four cores.
"""

# Bare Python runs this: it and the files named after it use the standard library only. They also parse on Pythons that
# are too old for the studio, so that these are told so in a sentence.
from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from studio.bootstrap_lock import EXTRAS as LOCKED
from studio.bootstrap_lock import audit_command, lock_command
from studio.bootstrap_system import SetupError, check_space, has_screen, provide_packages
from studio.bootstrap_venv import prepare

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 10)
BUNDLE_GB = 10
EXTRAS = {"open": (), "test": ("test",), "bundle": LOCKED, "lock": ("lock",), "audit": ("lock",)}
#: Commands whose further words belong to the program that they run.
HANDED_ON = ("test", "lock", "audit")
#: The tests of one file stay together, since they share what takes long to make; each process wants a GB of memory.
SIDE_BY_SIDE = ("-n", "logical", "--maxprocesses", "4", "--dist", "loadfile")


def main(arguments: Sequence[str] | None = None, *, root: Path = ROOT, base_python: str | None = None) -> int:
    """Prepare the environment, then do what the command line says.

    Args:
        arguments: the words after `studio.bootstrap`; the process's own when None.
        root: the checkout.
        base_python: the interpreter that makes the environment; None for the one that runs this.

    Returns:
        the exit code of what was run last; 1 when setting up failed, 2 for a command line that makes no sense, 130
        when it was stopped.
    """
    parser = argparse.ArgumentParser(prog="python3 -m studio.bootstrap", add_help=False, allow_abbrev=False)
    parser.add_argument("--torch-index", metavar="URL")
    # Words that are not ours are kept in order: after `test` they are pytest's, `-h` included, after `lock` uv's.
    options, words = parser.parse_known_args(sys.argv[1:] if arguments is None else list(arguments))
    command, rest = (words[0], words[1:]) if words else ("open", [])
    if command in ("-h", "--help"):
        print(__doc__)
        return 0
    if command not in EXTRAS or (rest and command not in HANDED_ON):
        print(f"Not understood: {' '.join(words)}\n\n{__doc__}", file=sys.stderr)
        return 2
    is_seen = has_screen()
    try:
        check_machine(root)
        provide_packages(for_a_screen=is_seen or command == "bundle")
        python = prepare(
            root,
            extras=EXTRAS[command],
            torch_index=options.torch_index,
            base_python=base_python,
            is_locked=command == "bundle",
        )
        if command == "bundle":
            check_space(root, BUNDLE_GB, "building a bundle")
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command starts again.", file=sys.stderr)
        return 130
    code = _start([str(python), *_program(command, rest, is_seen)], root, is_seen)
    if command == "bundle" and code == 0:
        print("Using the bundle as people do", flush=True)
        code = _start([str(python), "-m", "tests.bundle"], root, is_seen)
    return code


def check_machine(root: Path) -> None:
    """Look for what can be seen to fail before anything is downloaded.

    Args:
        root: the checkout.

    Raises:
        SetupError: Python is too old, or this is no checkout.
    """
    if sys.version_info < OLDEST:
        names = [f"python3.{minor}" for minor in range(19, OLDEST[1] - 1, -1)]
        newer = next(filter(_runs, names), None)
        way_out = f"Type:\n\n    {newer} -m studio.bootstrap\n" if newer else "Install one from python.org."
        release = ".".join(map(str, sys.version_info[:2]))
        raise SetupError(f"This is Python {release}; Spotless Studio needs 3.10 or newer. {way_out}")
    if not (root / "pyproject.toml").is_file():
        raise SetupError(f"{root} is no checkout of Spotless Studio: its pyproject.toml is missing.")


def _runs(program: str) -> bool:
    """Whether a program is there and starts; a version manager's stand-in for an absent one does not."""
    found = shutil.which(program)
    return bool(found) and subprocess.run([str(found), "-V"], capture_output=True, check=False).returncode == 0


def _program(command: str, rest: Sequence[str], is_seen: bool) -> list[str]:
    """The words after the interpreter that carry out a command, announced where it is not obvious."""
    if command == "test":
        # Windows that are seen would take the keyboard from each other.
        return ["-m", "pytest", *(rest or (() if is_seen else SIDE_BY_SIDE))]
    if command == "lock":
        return lock_command(rest)
    if command == "audit":
        return audit_command(rest)
    if command == "bundle":
        print("Building the bundle in dist/", flush=True)
        return ["-m", "PyInstaller", "--noconfirm", "studio.spec"]
    if is_seen:
        print("Opening the window on sample dishes", flush=True)
        return ["-m", "studio", "--sample"]
    print("There is no screen for a window, so the demo runs instead: studio demo", flush=True)
    return ["-m", "studio", "demo"]


def _start(command: Sequence[str], root: Path, is_seen: bool) -> int:
    """Run a program in the checkout until it ends.

    Returns:
        its exit code, as a shell counts: 128 + n when signal n ended it.
    """
    environment: Mapping[str, str] = os.environ if is_seen else {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    process = subprocess.Popen(list(command), cwd=root, env=dict(environment))
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            # The terminal sent Ctrl+C to the program too, which has its own way to end.
            continue
        return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
