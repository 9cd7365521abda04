"""The door of `python -m studio`, of the `studio` command, of the bundle and of every spawned child."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import MutableMapping


def main() -> int:
    """Run the command line, or open the window when no command is given.

    Returns:
        the exit code: 0 done, 1 failure, 2 bad input, 130 stopped.
    """
    if getattr(sys, "frozen", False):
        unbundle(os.environ)
    # Before all else: in a bundle a spawned child starts this same program, and without this line it would open
    # a window, which would spawn children, without end.
    multiprocessing.freeze_support()
    from studio.cli import main as run_command_line

    return run_command_line()


def unbundle(environment: MutableMapping[str, str]) -> None:
    """Let whatever this process starts be itself.

    A bundle points the loader of libraries at its own, which has read that by now. A browser or a compiler that we
    start must find the system's; and our own children shall begin as we did, and point the loader again.

    Args:
        environment: this process's; changed.
    """
    before = environment.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is not None:
        environment["LD_LIBRARY_PATH"] = before
    else:
        environment.pop("LD_LIBRARY_PATH", None)
    environment["PYINSTALLER_RESET_ENVIRONMENT"] = "1"


if __name__ == "__main__":
    sys.exit(main())
