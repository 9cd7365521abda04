"""The commands that weigh models: `studio threshold`, `studio compare`, `studio continue`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.cli_commands import DONE, STOPPED, StopFlag, write_output
from studio.console import Console
from studio.core import jobs
from studio.core.errors import UserError
from studio.core.requests import ContinueRequest, ThresholdRequest
from studio.core.runs import find_run, new_run
from studio.core.sections import DecisionSettings

if TYPE_CHECKING:
    from studio.data.outlook import Foretold, Honesty
    from studio.learn.threshold_job import Point

_THRESHOLD = "Choose a run's threshold by what errors cost, and keep it in its model."
_COMPARE = "Say whether two runs can be told apart on their held-out photos."
_CONTINUE = "Go on learning from where a run ended, with the corrected photos that its dataset has by now."
_COSTS = ("miss_cost", "rewash_cost", "prevalence", "look_cost")


def add(commands: Any) -> None:
    """Add the commands to a parser's commands."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "threshold", help=_THRESHOLD, description=_THRESHOLD, allow_abbrev=False
    )
    parser.set_defaults(command=threshold)
    parser.add_argument("run", type=Path, metavar="RUN")
    fields = DecisionSettings.model_fields
    for name in _COSTS:
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            type=float,
            metavar="SHARE" if name == "prevalence" else "COST",
            help=f"{fields[name].description} (default: as the model keeps it)",
        )
    parser.add_argument("--threshold", type=float, metavar="P", help="this one, whatever the costs, 0 to 1")
    parser.add_argument(
        "--band", type=float, nargs=2, metavar=("LOW", "HIGH"), help="ask to look between these probabilities"
    )
    parser.add_argument("--json", metavar="FILE|-", help="write what it leads to; - is standard output")
    parser = commands.add_parser("compare", help=_COMPARE, description=_COMPARE, allow_abbrev=False)
    parser.set_defaults(command=compare)
    parser.add_argument("run", type=Path, metavar="RUN")
    parser.add_argument("other", type=Path, metavar="OTHER_RUN")
    parser = commands.add_parser("continue", help=_CONTINUE, description=_CONTINUE, allow_abbrev=False)
    parser.set_defaults(command=go_on)
    parser.add_argument("run", type=Path, metavar="RUN", help="it stays as it is")
    parser.add_argument("--out", type=Path, metavar="RUN2", help="the new run's folder; beside RUN when left out")
    parser.add_argument("--epochs", type=int, metavar="N", help="how long (default as long as RUN)")


def threshold(asked: argparse.Namespace) -> int:
    """Choose a threshold, and say what it leads to."""
    from studio.learn.checkpoints import load_model
    from studio.learn.model_networks import model_file
    from studio.learn.threshold_job import set_threshold

    run = find_run(asked.run)
    kept = load_model(model_file(run.path)).config
    values = {name: getattr(asked, name) for name in _COSTS if getattr(asked, name) is not None}
    decision = kept.with_values({f"decision.{name}": value for name, value in values.items()}).decision
    if asked.threshold is not None and not 0 <= asked.threshold <= 1:
        raise UserError(f"--threshold {asked.threshold:g}: must lie between 0 and 1")
    request = ThresholdRequest(
        run=str(run.path),
        decision=decision,
        threshold=asked.threshold,
        band=None if asked.band is None else (asked.band[0], asked.band[1]),
    )
    console = Console(sys.stderr if asked.json == "-" else sys.stdout)
    with StopFlag() as should_stop:
        point = set_threshold(request, run.path, seat=jobs.ALONE, emit=console.receive, should_stop=should_stop)
    assert point is not None, "there is one rank"
    for line in point_lines(point):
        console.say(line)
    if asked.json:
        write_output(asked.json, json.dumps(point.report(), indent=2) + "\n")
    return DONE


def point_lines(point: Point) -> list[str]:
    """An operating point in words."""
    lines = [f"{point.positive} from {point.threshold:.1%}" + _look(point.band)]
    if point.outlook is not None:
        told = point.outlook
        lines += [
            f"In 1,000 dishes, {told.positive_share:.0%} of them {point.positive}:",
            f"  missed {_foretold(told.missed)}",
            f"  needless {_foretold(told.needless)}",
            f"  to look at {told.look:.0f}",
        ]
    return lines + ([f"Probability and truth: {', '.join(map(_bin, point.calibration))}"] if point.calibration else [])


def _look(band: tuple[float, float] | None) -> str:
    return "" if band is None else f"; please look yourself from {band[0]:.1%} to {band[1]:.1%}"


def _foretold(told: Foretold) -> str:
    kind = "painted" if told.is_painted else "real"
    return f"{told.count:.0f} (95 % interval {told.low:.0f} to {told.high:.0f}, from {told.samples} {kind} samples)"


def _bin(one: Honesty) -> str:
    return f"{one.share:.0%} came true in {one.found:.0%} ({one.low:.0%} to {one.high:.0%})"


def compare(asked: argparse.Namespace) -> int:
    """Compare two runs."""
    from studio.core.run_summary import summarise
    from studio.data.run_comparison import compare as compared
    from studio.data.run_pairs import pair_runs

    run, other = find_run(asked.run), find_run(asked.other)
    found = compared(summarise(run), summarise(other), pair_runs(run, other))
    if found is None:
        raise UserError("one of the runs has no figures on held-out photos yet; let it finish an epoch first")
    console = Console(sys.stdout)
    console.say(found.sentence)
    console.say(found.details)
    return DONE


def go_on(asked: argparse.Namespace) -> int:
    """Go on learning with corrected photos."""
    from studio.learn.continue_job import continue_run

    run = find_run(asked.run)
    request = ContinueRequest(run=str(run.path), epochs=asked.epochs)
    folder = asked.out or new_run(run.path.absolute().parent, f"{run.path.name}-continued").path
    console = Console(sys.stdout)
    with StopFlag() as should_stop:
        done = continue_run(request, folder, seat=jobs.ALONE, emit=console.receive, should_stop=should_stop)
        console.close()
    return STOPPED if done is None else DONE
