"""The command line: the same jobs as the window's, called in place."""

from __future__ import annotations

import argparse
import io
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import studio
from studio.console import Console, ending_exit_code
from studio.core import jobs
from studio.core.config import StudioConfig, read_json
from studio.core.errors import ConfigError, UserError
from studio.core.events import JobEnded
from studio.core.presets import CLEAN_PRESET, CONSTRAINTS, DEFAULT_PRESET, PRESETS, compose
from studio.core.requests import AdaptRequest, EvaluateRequest, TrainRequest
from studio.core.runs import RunFolder, find_run, new_run
from studio.core.sections import DirtSettings
from studio.core.settings import Setting, settings
from studio.core.workspace import default_workspace, runs_folder

DONE, FAILED, BAD_INPUT, STOPPED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, or open the window when none is given.

    Args:
        arguments: what follows the program's name; those of this process when omitted.

    Returns:
        the exit code: 0 done, 1 failure, 2 bad input, 130 stopped.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a console that knows no umlauts shows codes for them
            stream.reconfigure(errors="backslashreplace")
    try:
        asked = _parser().parse_args(words)
        command: Callable[[argparse.Namespace], int] = asked.command
        return command(asked)
    except UserError as error:
        print(f"studio: {error}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("studio: stopped", file=sys.stderr)
        return STOPPED
    except BrokenPipeError:  # whoever read our output has closed it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception:
        traceback.print_exc()
        return FAILED


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message}; see `{self.prog} --help`")


class _StopFlag:
    """Turns Ctrl+C into a polite stop; the second one interrupts."""

    def __init__(self) -> None:
        self._is_set = False
        self._before: Any = None

    def __enter__(self) -> _StopFlag:
        self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def __call__(self) -> bool:
        return self._is_set

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self._is_set:
            raise KeyboardInterrupt
        self._is_set = True
        print("\nstudio: finishing what is running; press Ctrl+C again to end at once", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="studio",
        description="Train an image classifier from photos. Without a command, the window opens.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"Spotless Studio {studio.__version__}")
    parser.add_argument("--sample", action="store_true", help="open the window on sample dishes")
    parser.add_argument("--workspace", type=Path, metavar="FOLDER", help="where datasets and runs are kept")
    parser.set_defaults(command=_open_window)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser)
    _add_generate(commands)
    _add_train(commands)
    _add_evaluate(commands)
    _add_classify(commands)
    _add_adapt(commands)
    _add_demo(commands)
    return parser


def _add_command(
    commands: Any, name: str, run: Callable[[argparse.Namespace], int], help: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help, description=help, allow_abbrev=False)
    parser.set_defaults(command=run)
    return parser


def _add_generate(commands: Any) -> None:
    parser = _add_command(commands, "generate", _generate, "Paint dirt on clean photos; make a dataset.")
    parser.add_argument("photos", type=Path, nargs="+", metavar="PHOTOS", help="folders or files")
    parser.add_argument("--out", type=Path, required=True, metavar="DATASET", help="the dataset's folder")
    amount = parser.add_mutually_exclusive_group()
    amount.add_argument("--ratio", help="dirty samples per clean photo; those that exist count (default 2)")
    amount.add_argument("--variations", metavar="N", help="paint exactly N on each clean photo")
    amount.add_argument("--total", metavar="N", help="N dirty samples in all; those that exist count")
    for level in ("light", "medium", "heavy"):
        parser.add_argument(f"--{level}", metavar="SHARE", help=f"share of {level} dirt")
    parser.add_argument("--vary", metavar="SHARE", help="share of samples on another dish, clean twin likewise")
    parser.add_argument("--seed", help="another seed paints other dirt (default 0)")


def _add_train(commands: Any) -> None:
    parser = _add_command(commands, "train", _train, "Train a classifier; clean photos alone are enough.")
    parser.add_argument("data", nargs="?", metavar="DATASET_OR_PHOTOS", help="a dataset, or a folder of photos")
    parser.add_argument("--resume", type=Path, metavar="RUN", help="go on with a run that was stopped or interrupted")
    parser.add_argument("--preset", metavar="SLUG", help=f"one of {', '.join(PRESETS)}")
    parser.add_argument("--constraint", metavar="LEVEL", help=f"what the machine can do: {', '.join(CONSTRAINTS)}")
    parser.add_argument("--config", type=Path, metavar="FILE.json", help="settings; what is missing keeps its default")
    parser.add_argument("--out", type=Path, metavar="RUN", help="the run's folder")
    table = parser.add_argument_group("settings", "every one of these may also stand in the config file")
    for setting in settings():
        table.add_argument(f"--{setting.path}", metavar=_metavar(setting), dest=setting.path, help=_flag_help(setting))


def _add_evaluate(commands: Any) -> None:
    parser = _add_command(commands, "evaluate", _evaluate, "Judge a model on photos whose folders are their classes.")
    parser.add_argument("photos", type=Path, metavar="LABELLED_FOLDER")
    parser.add_argument("--model", required=True, metavar="RUN_OR_FILE")
    parser.add_argument("--json", metavar="FILE|-", help="write the report; - is standard output")


def _add_classify(commands: Any) -> None:
    parser = _add_command(commands, "classify", _classify, "Say what is in photos.")
    parser.add_argument("photos", type=Path, nargs="+", metavar="FILES_OR_FOLDERS")
    parser.add_argument("--model", required=True, metavar="RUN_OR_FILE")
    parser.add_argument("--json", metavar="FILE|-", help="write the answers; - is standard output")
    parser.add_argument("--csv", metavar="FILE|-", help="write the answers as a table; - is standard output")


def _add_adapt(commands: Any) -> None:
    parser = _add_command(
        commands, "adapt", _adapt, "Teach a model the place where it is used, from photos without labels."
    )
    parser.add_argument("run", type=Path, metavar="RUN", help="the run to adapt; it stays as it is")
    parser.add_argument("photos", nargs="+", metavar="PHOTOS", help="folders or files from the place of use")
    parser.add_argument("--out", type=Path, metavar="RUN2", help="the adapted run's folder; beside RUN when left out")
    parser.add_argument(
        "--rounds", type=int, choices=range(1, 6), default=2, metavar="N", help="guess and learn so often (default 2)"
    )


def _add_demo(commands: Any) -> None:
    parser = _add_command(commands, "demo", _demo, "Show the whole road on drawn dishes, in under three minutes.")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where to keep what it makes")


def _open_window(asked: argparse.Namespace) -> int:
    from studio.ui.app import run

    return run(asked.workspace or default_workspace(), sample=asked.sample)


def _generate(asked: argparse.Namespace) -> int:
    from studio.data.dataset import make_dataset

    names = ("ratio", "variations", "total", "light", "medium", "heavy", "vary", "seed")
    values = {name: getattr(asked, name) for name in names}
    flags = {f"dirt.{name}": _read_value(text) for name, text in values.items() if text is not None}
    dirt: DirtSettings = StudioConfig().with_values(flags).dirt
    console = Console()
    with _StopFlag() as should_stop:
        make_dataset(asked.photos, asked.out, dirt, emit=console.receive, should_stop=should_stop)
        console.close()
        return STOPPED if should_stop() else DONE


def _train(asked: argparse.Namespace) -> int:
    request, run = _resumed(asked) if asked.resume else _fresh(asked)
    console = Console()
    is_speaker = os.environ.get("RANK", "0") == "0"
    receive = console.receive if is_speaker else _be_quiet
    ranks = request.config.hardware.processes
    if ranks > 1 and "WORLD_SIZE" not in os.environ:
        return _train_in_ranks(request, run, ranks, console)
    from studio.learn.train_job import train

    with _StopFlag() as should_stop:
        train(request, run.path, seat=jobs.ALONE, emit=receive, should_stop=should_stop)
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
                    print(f"studio: {event}", event.details, sep="\n", file=sys.stderr)
                return ending_exit_code(event)
    finally:
        signal.signal(signal.SIGINT, before)
        console.close()
    return FAILED


def _fresh(asked: argparse.Namespace) -> tuple[TrainRequest, RunFolder]:
    if asked.data is None:
        raise UserError("train: name a dataset or a folder of photos, or a run with --resume")
    if not Path(asked.data).exists():
        raise UserError(f"{asked.data}: does not exist; name a dataset or a folder of photos")
    from studio.data.dataset import has_only_clean

    config = compose(
        preset=asked.preset,
        fallback=CLEAN_PRESET if has_only_clean(Path(asked.data)) else DEFAULT_PRESET,
        constraint=asked.constraint,
        file_values=read_json(asked.config) if asked.config else None,
        file_name=str(asked.config),
        flags=_given_settings(asked),
    )
    run = RunFolder(asked.out) if asked.out else new_run(runs_folder(default_workspace()), config.model.architecture)
    if run.is_taken():
        raise UserError(f"{run.path}: holds a run already; go on with --resume, or name another folder")
    return TrainRequest(config=config, data=str(Path(asked.data).resolve())), run


def _resumed(asked: argparse.Namespace) -> tuple[TrainRequest, RunFolder]:
    for name in ("data", "preset", "constraint", "config", "out"):
        if getattr(asked, name) is not None:
            raise UserError(f"--resume takes its {name} from the run; leave it out")
    run = find_run(asked.resume)
    flags = _given_settings(asked)
    others = sorted(set(flags) - {"training.epochs"})
    if others:
        raise ConfigError(f"{others[0]}: a resumed run keeps its settings; only training.epochs may differ")
    return TrainRequest(config=run.load_config().with_values(flags), data="", is_resumed=True), run


def _evaluate(asked: argparse.Namespace) -> int:
    from studio.learn.evaluate_job import evaluate_folder

    console = Console(sys.stderr if asked.json == "-" else sys.stdout)
    request = EvaluateRequest(photos=str(asked.photos), model=asked.model)
    with _StopFlag() as should_stop:
        report = evaluate_folder(request, emit=console.receive, should_stop=should_stop)
        console.close()
    if report is None:
        return STOPPED
    if asked.json:
        _write(asked.json, json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    return DONE


def _classify(asked: argparse.Namespace) -> int:
    from studio.core.answer_files import answers_csv, answers_json
    from studio.learn.answers import classify_files

    console = Console(sys.stderr if "-" in (asked.json, asked.csv) else sys.stdout)
    with _StopFlag() as should_stop:
        answers = classify_files(asked.photos, asked.model, emit=console.receive, should_stop=should_stop)
        console.close()
        was_stopped = should_stop()
    for prediction in answers.predictions:
        share = prediction.probabilities[prediction.chosen]
        console.say(f"{prediction.path}: {prediction.chosen} ({share:.1%}){', please look yourself' * prediction.look}")
    for rejected in answers.rejected:
        console.say(f"{rejected.path}: no answer, {rejected.reason}")
    if asked.json:
        _write(asked.json, json.dumps(answers_json(answers), indent=2, ensure_ascii=False) + "\n")
    if asked.csv:
        _write(asked.csv, answers_csv(answers))
    if was_stopped:
        return STOPPED
    if not answers.predictions:
        raise UserError("no photo could be answered for; see the reasons above")
    return DONE


def _adapt(asked: argparse.Namespace) -> int:
    from studio.learn.adapt_job import adapt

    run = find_run(asked.run)
    request = AdaptRequest(run=str(run.path), photos=tuple(asked.photos), rounds=asked.rounds)
    folder = asked.out or new_run(run.path.absolute().parent, f"{run.path.name}-adapted").path
    console = Console()
    with _StopFlag() as should_stop:
        done = adapt(request, folder, seat=jobs.ALONE, emit=console.receive, should_stop=should_stop)
        console.close()
    if done is None:
        return STOPPED
    return DONE if done.is_kept else FAILED


def _demo(asked: argparse.Namespace) -> int:
    from studio.learn.demo_job import demo

    folder = asked.out or default_workspace() / "demo"
    console = Console()
    with _StopFlag() as should_stop:
        demo(None, folder, seat=jobs.ALONE, emit=console.receive, should_stop=should_stop)
        console.close()
        return STOPPED if should_stop() else DONE


def _write(target: str, text: str) -> None:
    from studio.core.files import write_text

    if target == "-":
        if isinstance(sys.stdout, io.TextIOWrapper):  # what programs read is UTF-8 whatever the console's language
            sys.stdout.reconfigure(encoding="utf-8")
        print(text, end="")
    else:
        write_text(Path(target), text)


def _given_settings(asked: argparse.Namespace) -> Mapping[str, Any]:
    kinds = {setting.path: setting.kind for setting in settings()}
    given = {name: text for name, text in vars(asked).items() if name in kinds and text is not None}
    # A folder may be called 2026.
    return {
        name: text if kinds[name] == "text" and text != "null" else _read_value(text) for name, text in given.items()
    }


def _read_value(text: str) -> Any:
    """A flag's text as JSON where it is JSON, else as it stands: `3`, `true`, `[64, 64]`, `null`, `cosine`."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _metavar(setting: Setting) -> str:
    return "|".join(setting.choices) if 0 < len(setting.choices) <= 8 else setting.kind.upper()


def _flag_help(setting: Setting) -> str:
    default = json.dumps(setting.default, default=str)
    return f"{setting.help} Default: {default}".replace("%", "%%")
