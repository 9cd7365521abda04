"""What each command of the command line does: the same jobs as the window's, called in place."""

from __future__ import annotations

import argparse
import gc
import io
import json
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any

from studio.cli_flags import given_settings, read_value
from studio.console import Console, ending_exit_code
from studio.core import jobs, log
from studio.core.config import StudioConfig, read_json
from studio.core.errors import ConfigError, UserError
from studio.core.events import Event, JobEnded, SpeedMeasured
from studio.core.presets import CLEAN_PRESET, DEFAULT_PRESET, compose
from studio.core.requests import AdaptRequest, BenchRequest, EvaluateRequest, TrainRequest
from studio.core.runs import RunFolder, find_run, new_run
from studio.core.sections import DirtSettings
from studio.core.workspace import default_workspace, runs_folder

DONE, FAILED, BAD_INPUT, STOPPED = 0, 1, 2, 130
BENCHED = ("custom_cnn", "mobilenet_v3", "resnet50", "efficientnet_lite0")


class StopFlag:
    """Turns Ctrl+C into a polite stop; the second one interrupts."""

    def __init__(self) -> None:
        self._is_set = False
        self._before: Any = None

    def __enter__(self) -> StopFlag:
        self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def __call__(self) -> bool:
        """Whether to stop."""
        return self._is_set

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self._is_set:
            raise KeyboardInterrupt
        self._is_set = True
        print("\nstudio: finishing what is running; press Ctrl+C again to end at once", file=sys.stderr)


def open_window(asked: argparse.Namespace) -> int:
    """Open the window and stay until it is closed."""
    gc.disable()  # importing makes 100,000 objects that all stay; the window collects at moments of its own
    from studio.ui.app import run

    return run(asked.workspace or default_workspace(), sample=asked.sample, files=asked.open or ())


def generate(asked: argparse.Namespace) -> int:
    """Paint dirt on clean photos; make a dataset."""
    from studio.data.dataset import make_dataset

    names = ("ratio", "variations", "total", "light", "medium", "heavy", "vary", "seed")
    values = {name: getattr(asked, name) for name in names}
    flags = {f"dirt.{name}": read_value(text) for name, text in values.items() if text is not None}
    dirt: DirtSettings = StudioConfig().with_values(flags).dirt
    console = Console()
    with StopFlag() as should_stop:
        make_dataset(asked.photos, asked.out, dirt, emit=console.receive, should_stop=should_stop)
        console.close()
        return STOPPED if should_stop() else DONE


def train(asked: argparse.Namespace) -> int:
    """Train a classifier, anew or going on with a run."""
    request, run = _resumed(asked) if asked.resume else _fresh(asked)
    console = Console()
    is_speaker = os.environ.get("RANK", "0") == "0"
    receive = console.receive if is_speaker else _be_quiet
    ranks = request.config.hardware.processes
    if ranks > 1 and "WORLD_SIZE" not in os.environ:
        return _train_in_ranks(request, run, ranks, console)
    from studio.learn.train_job import train as train_here

    with StopFlag() as should_stop:
        train_here(request, run.path, seat=jobs.ALONE, emit=receive, should_stop=should_stop)
        console.close()
        return STOPPED if should_stop() else DONE


def _be_quiet(event: object) -> None:
    """Under torchrun only rank 0 prints."""


def _train_in_ranks(request: TrainRequest, run: RunFolder, ranks: int, console: Console) -> int:
    running = jobs.start("studio.learn.train_job:train", request, run.path, ranks=ranks)
    before = signal.signal(signal.SIGINT, lambda number, frame: running.request_stop())
    try:
        for event in running.events():
            console.receive(event)
            if isinstance(event, JobEnded):
                if event.outcome not in ("done", "stopped"):
                    log.logger().error("%s", f"{event}\n{event.details}")
                    print(f"studio: {event}", event.details, sep="\n", file=sys.stderr)
                return ending_exit_code(event)
    finally:
        signal.signal(signal.SIGINT, before)
        console.close()
    return FAILED


def composed(asked: argparse.Namespace, flags: Mapping[str, Any]) -> StudioConfig:
    """The settings for data, from a strategy, a file and flags.

    Args:
        asked: has `data`, `preset`, `constraint` and `config`.
        flags: by path of the setting, what goes before all else.

    Raises:
        UserError: there is no such data, or a setting is wrong.
    """
    from studio.data.dataset import has_only_clean

    if not Path(asked.data).exists():
        raise UserError(f"{asked.data}: does not exist; name a dataset or a folder of photos")
    return compose(
        preset=asked.preset,
        fallback=CLEAN_PRESET if has_only_clean(Path(asked.data)) else DEFAULT_PRESET,
        constraint=asked.constraint,
        file_values=read_json(asked.config) if asked.config else None,
        file_name=str(asked.config),
        flags=flags,
    )


def _fresh(asked: argparse.Namespace) -> tuple[TrainRequest, RunFolder]:
    if asked.data is None:
        raise UserError("train: name a dataset or a folder of photos, or a run with --resume")
    config = composed(asked, given_settings(asked))
    run = RunFolder(asked.out) if asked.out else new_run(runs_folder(default_workspace()), config.model.architecture)
    if run.is_taken():
        raise UserError(f"{run.path}: holds a run already; go on with --resume, or name another folder")
    return TrainRequest(config=config, data=str(Path(asked.data).resolve())), run


def _resumed(asked: argparse.Namespace) -> tuple[TrainRequest, RunFolder]:
    for name in ("data", "preset", "constraint", "config", "out"):
        if getattr(asked, name) is not None:
            raise UserError(f"--resume takes its {name} from the run; leave it out")
    run = find_run(asked.resume)
    flags = given_settings(asked)
    others = sorted(set(flags) - {"training.epochs"})
    if others:
        raise ConfigError(f"{others[0]}: a resumed run keeps its settings; only training.epochs may differ")
    return TrainRequest(config=run.load_config().with_values(flags), data="", is_resumed=True), run


def evaluate(asked: argparse.Namespace) -> int:
    """Judge a model on labelled photos."""
    from studio.learn.evaluate_job import evaluate_folder

    console = Console(sys.stderr if asked.json == "-" else sys.stdout)
    request = EvaluateRequest(photos=str(asked.photos), model=asked.model, views=asked.views)
    with StopFlag() as should_stop:
        report = evaluate_folder(request, emit=console.receive, should_stop=should_stop)
        console.close()
    if report is None:
        return STOPPED
    if asked.json:
        write_output(asked.json, json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    return DONE


def classify(asked: argparse.Namespace) -> int:
    """Answer for photos."""
    from studio.core.answer_files import answers_csv, answers_json
    from studio.learn.answers import classify_files

    console = Console(sys.stderr if "-" in (asked.json, asked.csv) else sys.stdout)
    with StopFlag() as should_stop:
        answers = classify_files(asked.photos, asked.model, emit=console.receive, should_stop=should_stop)
        console.close()
        was_stopped = should_stop()
    for prediction in answers.predictions:
        share = prediction.probabilities[prediction.chosen]
        console.say(f"{prediction.path}: {prediction.chosen} ({share:.1%}){', please look yourself' * prediction.look}")
    for rejected in answers.rejected:
        console.say(f"{rejected.path}: no answer, {rejected.reason}")
    if asked.json:
        write_output(asked.json, json.dumps(answers_json(answers), indent=2, ensure_ascii=False) + "\n")
    if asked.csv:
        write_output(asked.csv, answers_csv(answers))
    if was_stopped:
        return STOPPED
    if not answers.predictions:
        raise UserError("no photo could be answered for; see the reasons above")
    return DONE


def adapt(asked: argparse.Namespace) -> int:
    """Teach a run another place."""
    from studio.learn.adapt_job import adapt as adapt_run

    run = find_run(asked.run)
    request = AdaptRequest(run=str(run.path), photos=tuple(asked.photos), rounds=asked.rounds)
    folder = asked.out or new_run(run.path.absolute().parent, f"{run.path.name}-adapted").path
    console = Console()
    with StopFlag() as should_stop:
        done = adapt_run(request, folder, seat=jobs.ALONE, emit=console.receive, should_stop=should_stop)
        console.close()
    if done is None:
        return STOPPED
    return DONE if done.is_kept else FAILED


def bench(asked: argparse.Namespace) -> int:
    """Measure how fast networks train here."""
    from studio.learn.bench_job import bench as measure

    config = StudioConfig().with_values(
        {
            "model.input_size": asked.input_size,
            "training.batch_size": asked.batch_size,
            "data.augmentation": asked.augmentation,
            "hardware.precision": asked.precision,
            "hardware.device": asked.device,
        }
    )
    request = BenchRequest(architectures=tuple(asked.architectures), config=config, seconds=asked.seconds)
    console = Console(sys.stderr if asked.json == "-" else sys.stdout)
    figures: list[SpeedMeasured] = []

    def hear(event: Event) -> None:
        if isinstance(event, SpeedMeasured):
            figures.append(event)
        console.receive(event)

    with StopFlag() as should_stop:
        measure(request, default_workspace(), seat=jobs.ALONE, emit=hear, should_stop=should_stop)
        console.close()
        was_stopped = should_stop()
    if asked.json:
        write_output(asked.json, json.dumps([asdict(figure) for figure in figures], indent=2) + "\n")
    return STOPPED if was_stopped else DONE


def demo(asked: argparse.Namespace) -> int:
    """Show the whole road on drawn dishes."""
    from studio.learn.demo_job import demo as show_demo

    folder = asked.out or default_workspace() / "demo"
    console = Console()
    with StopFlag() as should_stop:
        show_demo(None, folder, seat=jobs.ALONE, emit=console.receive, should_stop=should_stop)
        console.close()
        return STOPPED if should_stop() else DONE


def write_output(target: str, text: str) -> None:
    """Write what a command gives to programs.

    Args:
        target: a file, or `-` for standard output.
        text: in full.

    Raises:
        UserError: the file cannot be written.
    """
    from studio.core.files import ODD_LETTERS, write_text

    if target == "-":
        if isinstance(sys.stdout, io.TextIOWrapper):  # what programs read is UTF-8 whatever the console's language
            sys.stdout.reconfigure(encoding="utf-8", errors=ODD_LETTERS)
        print(text, end="")
    else:
        write_text(Path(target), text)
