"""The commands for whoever looks after the machine: what is installed here, and under which licences."""

from __future__ import annotations

import argparse
from typing import Any

from studio.core import about
from studio.core.errors import UserError
from studio.core.licences import parts
from studio.core.workspace import default_workspace


def add(commands: Any) -> None:
    """Add the commands to the parser.

    Args:
        commands: what `add_subparsers` returned.
    """
    told = "Say versions, system and folders, with the end of the log: what to send along with a question."
    command = commands.add_parser("about", help=told, description=told, allow_abbrev=False)
    command.set_defaults(command=_tell_about)
    told = "Print the licence of every part that is shipped, with its text."
    command = commands.add_parser("licences", help=told, description=told, allow_abbrev=False)
    command.add_argument("names", nargs="*", metavar="PART", help="only parts in whose names one of these words is")
    command.add_argument("--list", action="store_true", help="names, versions and licences without the texts")
    command.set_defaults(command=_tell_licences)


def _tell_about(asked: argparse.Namespace) -> int:
    from studio.learn.environment import describe_machine  # loads torch, which alone knows what it can use

    machine = describe_machine()
    device = (
        ("Processor", str(machine["processor"])),
        ("Graphics cards", ", ".join(machine["cards"]) or "none that PyTorch can use"),
    )
    print(about.details([*about.machine_facts(asked.workspace or default_workspace()), *device]))
    return 0


def _tell_licences(asked: argparse.Namespace) -> int:
    words = [word.lower() for word in asked.names]
    chosen = [part for part in parts() if not words or any(word in part.name.lower() for word in words)]
    if not chosen:
        raise UserError(f"no part is called {' or '.join(asked.names)}; `studio licences --list` names them all")
    if asked.list:
        width = max(len(part.name) for part in chosen)
        for part in chosen:
            print(f"{part.name:{width}}  {part.version:14}  {part.licence}")
    else:
        print(f"\n\n{'=' * 78}\n\n".join(part.text() for part in chosen))
    return 0
