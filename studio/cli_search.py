"""The command that looks for better settings."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from studio.cli_commands import DONE, STOPPED, StopFlag, composed
from studio.cli_flags import given_settings, help_of, metavar_of, read_value
from studio.console import Console
from studio.core import jobs
from studio.core.errors import UserError
from studio.core.events import BatchesFinished, EpochFinished, Event, RunStarted
from studio.core.expert_events import SearchFinished, TrialFinished
from studio.core.presets import CONSTRAINTS, PRESETS
from studio.core.requests import SearchRequest
from studio.core.runs import new_run
from studio.core.searches import SearchFolder, title_of, value_words, values_words
from studio.core.settings import settings
from studio.core.workspace import default_workspace, runs_folder


def add(commands: Any) -> None:
    """Add `search` to the commands."""
    about = "Look for better settings by many short trainings."
    parser = commands.add_parser("search", help=about, description=about, allow_abbrev=False)
    parser.set_defaults(command=search)
    parser.add_argument("data", nargs="?", metavar="DATASET", help="a dataset, or a folder of photos")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument(
        "--grid",
        dest="mode",
        action="store_const",
        const="grid",
        help="every combination of learning rate, batch size, weight decay, optimizer, scheduler: 108 trials",
    )
    mode.add_argument(
        "--smart",
        dest="mode",
        action="store_const",
        const="smart",
        help="learn from the trials so far, give up hopeless ones early (default)",
    )
    parser.add_argument("--trials", metavar="N", help="trials of a smart search (default 20)")
    parser.add_argument("--timeout", metavar="S", help="no trial starts after so many seconds")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="the search's folder; one that has begun goes on")
    parser.add_argument(
        "--storage",
        metavar="URL",
        help="a database or journal://FILE that several machines share; for *** in place of its password that is taken"
        " from SPOTLESS_STORAGE_PASSWORD, and it is never written down",
    )
    parser.add_argument("--preset", metavar="SLUG", help=f"one of {', '.join(PRESETS)}")
    parser.add_argument("--constraint", metavar="LEVEL", help=f"what the machine can do: {', '.join(CONSTRAINTS)}")
    parser.add_argument("--config", type=Path, metavar="FILE.json", help="settings; what is missing keeps its default")
    table = parser.add_argument_group("settings", "what every trial starts from")
    for setting in settings():
        table.add_argument(f"--{setting.path}", metavar=metavar_of(setting), dest=setting.path, help=help_of(setting))


def search(asked: argparse.Namespace) -> int:
    """Look for better settings, or go on looking."""
    folder = asked.out or new_run(runs_folder(default_workspace()), "search").path
    request = _continued(asked, SearchFolder(folder)) if SearchFolder(folder).exists() else _fresh(asked)
    from studio.learn.search_job import search as look

    console = Console()

    def hear(event: Event) -> None:
        if isinstance(event, TrialFinished):
            console.say(trial_line(event))
        elif isinstance(event, SearchFinished):
            console.close()
            _tell_end(console, event, request.data)
        elif not isinstance(event, RunStarted | EpochFinished | BatchesFinished):
            console.receive(event)

    with StopFlag() as should_stop:
        look(request, folder, seat=jobs.ALONE, emit=hear, should_stop=should_stop)
        console.close()
        if should_stop():
            print(f"studio: stopped; go on with `studio search --out {folder}`", file=sys.stderr)
            return STOPPED
        return DONE


def trial_line(event: TrialFinished) -> str:
    """A trial that ended, in one line.

    Returns:
        such as `Trial 3, 3 of 20: 87.5% (73% to 94%) in 3 epochs, 4.1 s: learning rate 0.003 (best so far)`.
    """
    told = {"done": "", "pruned": ", given up early", "failed": ", failed"}[event.state]
    score = "no score" if event.score is None else f"{event.score:.1%}"
    score += "" if event.score_95 is None else f" ({event.score_95[0]:.0%} to {event.score_95[1]:.0%})"
    mark = " (best so far)" if event.best == event.number else ""
    of = "" if event.total is None else f" of {event.total}"
    epochs = f"{event.epochs} epoch{'s' if event.epochs != 1 else ''}"
    return (
        f"Trial {event.number + 1}, {event.done}{of}: {score} in {epochs}, {event.duration_s:.1f} s{told}: "
        f"{values_words(event.values)}{mark}"
    )


def _tell_end(console: Console, event: SearchFinished, data: str) -> None:
    console.say(f"{event.trials} trials, {event.pruned} given up early, {event.failed} failed.")
    console.say(event.sentence)
    if event.importance:
        ranked = sorted(event.importance.items(), key=lambda item: -item[1])
        console.say("What mattered: " + ", ".join(f"{title_of(path).lower()} {share:.0%}" for path, share in ranked))
    if event.best is not None:
        file = SearchFolder(Path(event.study)).best_config
        flags = " ".join(f"--{path} {value_words(value)}" for path, value in event.values.items())
        console.say(f"Best settings: {file}")
        console.say(f"As flags: {flags}")
        console.say(f"Train with them: studio train {data} --config {file}")


def _fresh(asked: argparse.Namespace) -> SearchRequest:
    if asked.data is None:
        raise UserError("search: name a dataset or a folder of photos, or a search to go on with by --out")
    config = composed(asked, _flags(asked))
    return SearchRequest(config=config, data=str(Path(asked.data).resolve()), storage=asked.storage or "")


def _continued(asked: argparse.Namespace, place: SearchFolder) -> SearchRequest:
    for name in ("preset", "constraint", "config"):
        if getattr(asked, name) is not None:
            raise UserError(f"{place.path}: a search that goes on takes its {name} from its folder; leave it out")
    then = place.load()
    data = then.data if asked.data is None else str(Path(asked.data).resolve())
    storage = then.storage if asked.storage is None else asked.storage
    return SearchRequest(config=then.config.with_values(_flags(asked)), data=data, storage=storage)


def _flags(asked: argparse.Namespace) -> dict[str, Any]:
    short = {"search.trials": asked.trials, "search.timeout_s": asked.timeout}
    given = {path: read_value(text) for path, text in short.items() if text is not None}
    if asked.mode is not None:
        given["search.mode"] = asked.mode
    return {**given_settings(asked), **given}
