"""The command that shows every run's curves in TensorBoard."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from studio.cli_commands import DONE
from studio.core.errors import UserError
from studio.core.workspace import default_workspace, runs_folder


def add(commands: Any) -> None:
    """Add `tensorboard` to the commands.

    Args:
        commands: what `add_subparsers` returned.
    """
    words = "Serve the curves of runs to this machine alone, until Ctrl+C."
    parser = commands.add_parser("tensorboard", help=words, description=words, allow_abbrev=False)
    parser.set_defaults(command=_serve)
    parser.add_argument("runs", type=Path, nargs="?", metavar="FOLDER", help="of runs; the workspace's when left out")


def _serve(asked: argparse.Namespace) -> int:
    from studio.learn.tensorboard_host import make

    folder = asked.runs or runs_folder(asked.workspace or default_workspace())
    if not folder.is_dir():
        raise UserError(f"{folder}: is no folder; name one that holds runs")
    print(f"{make()(str(folder))} shows {folder}; Ctrl+C ends it", flush=True)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return DONE
