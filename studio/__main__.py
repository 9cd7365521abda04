"""The door of `python -m studio`, of the `studio` command, of the bundle and of every spawned child."""

from __future__ import annotations

import multiprocessing
import sys


def main() -> int:
    """Run the command line, or open the window when no command is given.

    Returns:
        the exit code: 0 done, 1 failure, 2 bad input, 130 stopped.
    """
    # First of all: in a bundle a spawned child starts this same program, and without this line it would open
    # a window, which would spawn children, without end.
    multiprocessing.freeze_support()
    from studio.cli import main as run_command_line

    return run_command_line()


if __name__ == "__main__":
    sys.exit(main())
