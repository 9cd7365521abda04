"""The commands `studio export`, `studio verify` and `studio replay`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, Literal

from studio.cli_commands import DONE, FAILED, STOPPED, StopFlag
from studio.console import Console
from studio.core import jobs
from studio.core.requests import ExportRequest, ReplayRequest, VerifyRequest
from studio.core.runs import new_run
from studio.core.workspace import default_workspace, runs_folder

Kind = Literal["onnx", "torch", "bundle"]

_EXPORT = "Write a model as ONNX or as an archive of PyTorch, or a whole run as one file."
_VERIFY = "Compare a run or a bundle with what it says of itself."
_REPLAY = "Train again what a bundle holds, on the same photos, and say how near it comes."


def add(commands: Any) -> None:
    """Add the three commands to a parser's commands."""
    parser = _command(commands, "export", export, _EXPORT)
    parser.add_argument("model", metavar="RUN", help="the run; for --onnx and --torch also a model file")
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--onnx", metavar="FILE.onnx", help="for onnxruntime; framing.py is written beside it")
    kind.add_argument("--torch", metavar="FILE.pt2", help="for torch.export.load; framing.py is written beside it")
    kind.add_argument("--bundle", metavar="FILE.zip", help="settings, splits, hashes, log, reports, weights")
    parser.add_argument(
        "--photos", nargs="+", default=[], metavar="PHOTOS", help="to compare the export on (default: the run's own)"
    )
    parser = _command(commands, "verify", verify, _VERIFY)
    parser.add_argument("path", metavar="RUN_OR_BUNDLE")
    parser = _command(commands, "replay", replay, _REPLAY)
    parser.add_argument("bundle", metavar="BUNDLE")
    parser.add_argument("--out", type=Path, metavar="RUN", help="the new run's folder")
    parser.add_argument("--data", metavar="DATASET", help="where the dataset now is (default: where the bundle says)")


def export(asked: argparse.Namespace) -> int:
    """Write a model in another form, or a run as one file."""
    from studio.learn.export_job import export as write

    kinds: tuple[Kind, ...] = ("onnx", "torch", "bundle")
    kind = next(kind for kind in kinds if getattr(asked, kind))
    request = ExportRequest(model=asked.model, kind=kind, file=getattr(asked, kind), photos=tuple(asked.photos))
    console = Console()
    with StopFlag() as should_stop:
        done = write(request, Path(), seat=jobs.ALONE, emit=console.receive, should_stop=should_stop)
        console.close()
    return STOPPED if done is None else DONE


def verify(asked: argparse.Namespace) -> int:
    """Compare a run or a bundle with what it says of itself."""
    from studio.learn.verify_job import verify as compare

    console = Console()
    with StopFlag() as should_stop:
        request = VerifyRequest(path=asked.path)
        found = compare(request, Path(), seat=jobs.ALONE, emit=console.receive, should_stop=should_stop)
        console.close()
    if found is None:
        return STOPPED
    return FAILED if found.problems else DONE


def replay(asked: argparse.Namespace) -> int:
    """Train again what a bundle holds."""
    from studio.learn.replay_job import replay as train_again

    run = asked.out or new_run(runs_folder(default_workspace()), "replay").path
    console = Console()
    with StopFlag() as should_stop:
        request = ReplayRequest(bundle=asked.bundle, data=asked.data or "")
        done = train_again(request, run, seat=jobs.ALONE, emit=console.receive, should_stop=should_stop)
        console.close()
    if done is None:
        print(f"studio: stopped; go on with `studio train --resume {run}`", file=sys.stderr)
        return STOPPED
    return DONE


def _command(commands: Any, name: str, does: Any, help: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help, description=help, allow_abbrev=False)
    parser.set_defaults(command=does)
    return parser
