"""The command `studio diagnose`."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from studio.cli_commands import DONE, STOPPED, StopFlag, write_output
from studio.console import Console
from studio.core import jobs
from studio.core.errors import UserError
from studio.core.requests import DiagnoseRequest
from studio.core.runs import find_run

_HELP = "Find out what is wrong with a run, by figures and by short probes on its own data."


def add(commands: Any) -> None:
    """Add the command to a parser's commands."""
    parser: argparse.ArgumentParser = commands.add_parser("diagnose", help=_HELP, description=_HELP, allow_abbrev=False)
    parser.set_defaults(command=diagnose)
    parser.add_argument("run", type=Path, metavar="RUN", help="the run; it stays as it is")
    parser.add_argument("--json", metavar="FILE|-", help="write what was found; - is standard output")
    fields = DiagnoseRequest.model_fields
    for name, words in (("gradient_low", "smaller"), ("gradient_high", "larger")):
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            type=float,
            metavar="NORM",
            default=fields[name].default,
            help=f"a layer's gradient is told when its norm is {words} (default {fields[name].default:g})",
        )


def diagnose(asked: argparse.Namespace) -> int:
    """Diagnose a run."""
    if not 0 < asked.gradient_low < asked.gradient_high:
        raise UserError(
            f"--gradient-low {asked.gradient_low:g} and --gradient-high {asked.gradient_high:g} hold nothing between "
            "them; give a lower end above 0 and a higher one beyond it"
        )
    from studio.learn.diagnose_job import diagnose as examine

    run = find_run(asked.run)
    request = DiagnoseRequest(run=str(run.path), gradient_low=asked.gradient_low, gradient_high=asked.gradient_high)
    console = Console(sys.stderr if asked.json == "-" else sys.stdout)
    with StopFlag() as should_stop:
        done = examine(request, run.path, seat=jobs.ALONE, emit=console.receive, should_stop=should_stop)
        console.close()
    if done is None:
        return STOPPED
    if asked.json:
        write_output(asked.json, json.dumps(asdict(done), indent=2, ensure_ascii=False) + "\n")
    return DONE
