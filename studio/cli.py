"""The command line: its words, and how a command's end becomes an exit code."""

from __future__ import annotations

import argparse
import io
import os
import platform
import sys
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import studio
from studio import cli_about, cli_curves, cli_desktop, cli_diagnose, cli_export, cli_judge, cli_report, cli_search
from studio import cli_commands as run
from studio.cli_commands import BAD_INPUT, FAILED, STOPPED
from studio.cli_flags import help_of, metavar_of
from studio.core import log
from studio.core.crash_notes import crash_note, take_left_notes
from studio.core.disks import trouble_of
from studio.core.errors import UserError
from studio.core.openmp import yield_to_others
from studio.core.presets import CONSTRAINTS, PRESETS
from studio.core.runs import MODEL_SUFFIX
from studio.core.settings import settings

_PROGRAM, _WINDOW = "studio", "window"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, or open the window when none is given.

    Args:
        arguments: what follows the program's name; those of this process when omitted.

    Returns:
        the exit code: 0 done, 1 failure, 2 bad input, 130 stopped.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and words[0].lower().endswith(MODEL_SUFFIX):  # double-clicked
        words.insert(0, "--open")
    yield_to_others(os.environ)
    log.adopt_missing_streams()
    log.start(_PROGRAM)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a console that knows no umlauts shows codes for them
            stream.reconfigure(errors="backslashreplace")
    try:
        asked = _parser().parse_args(words)
        code = _written_down(asked.word or _WINDOW, partial(asked.command, asked))
        sys.stdout.flush()
        return code
    except UserError as error:
        log.logger().warning("refused: %s", error)
        print(f"studio: {error}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("studio: stopped", file=sys.stderr)
        return STOPPED
    except BrokenPipeError:  # whoever read our output has closed it
        _print_no_more()
        return FAILED
    except Exception as error:
        trouble = trouble_of(error, "the output")
        if trouble is None:
            log.logger().exception("failed: %s", error)
            if not isinstance(sys.stderr, log.LogStream):
                traceback.print_exc()
            return FAILED
        log.logger().warning("refused: %s", trouble, exc_info=error)
        print(f"studio: {trouble}", file=sys.stderr)
        _print_no_more()
        return BAD_INPUT


def _print_no_more() -> None:
    """Let what could not be printed go, or Python tries once more at its end and complains."""
    if not isinstance(sys.stdout, log.LogStream):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _written_down(word: str, command: Callable[[], int]) -> int:
    """Run a command; the log tells that it began, and how it ended."""
    log.start(word)
    # Not the words of the command line: a storage's address may hold a password.
    log.logger().info("begins: Spotless Studio %s, Python %s", studio.__version__, platform.python_version())
    if word != _WINDOW:  # which tells a person what it finds
        take_left_notes(but=_WINDOW)
    with crash_note(word):
        code = command()
    log.logger().info("ends with exit code %d", code)
    return code


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message}; see `{self.prog} --help`")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=_PROGRAM,
        description="Train an image classifier from photos. Without a command, the window opens.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"Spotless Studio {studio.__version__}")
    parser.add_argument("--sample", action="store_true", help="open the window on sample dishes")
    parser.add_argument("--workspace", type=Path, metavar="FOLDER", help="where datasets and runs are kept")
    parser.add_argument("--open", type=Path, nargs="*", metavar="FILE", help="open a model, photos or a dataset in it")
    parser.set_defaults(command=run.open_window)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="word", parser_class=_Parser)
    _add_generate(commands)
    _add_train(commands)
    cli_search.add(commands)
    _add_evaluate(commands)
    _add_classify(commands)
    _add_adapt(commands)
    cli_diagnose.add(commands)
    cli_judge.add(commands)
    cli_report.add(commands)
    cli_curves.add(commands)
    cli_export.add(commands)
    cli_desktop.add(commands)
    cli_about.add(commands)
    _add_bench(commands)
    _add_demo(commands)
    return parser


def _add_command(
    commands: Any, name: str, does: Callable[[argparse.Namespace], int], help: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help, description=help, allow_abbrev=False)
    parser.set_defaults(command=does)
    return parser


def _add_generate(commands: Any) -> None:
    parser = _add_command(commands, "generate", run.generate, "Paint dirt on clean photos; make a dataset.")
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
    parser = _add_command(commands, "train", run.train, "Train a classifier; clean photos alone are enough.")
    parser.add_argument("data", nargs="?", metavar="DATASET_OR_PHOTOS", help="a dataset, or a folder of photos")
    parser.add_argument("--resume", type=Path, metavar="RUN", help="go on with a run that was stopped or interrupted")
    parser.add_argument("--preset", metavar="SLUG", help=f"one of {', '.join(PRESETS)}")
    parser.add_argument("--constraint", metavar="LEVEL", help=f"what the machine can do: {', '.join(CONSTRAINTS)}")
    parser.add_argument("--config", type=Path, metavar="FILE.json", help="settings; what is missing keeps its default")
    parser.add_argument("--out", type=Path, metavar="RUN", help="the run's folder")
    table = parser.add_argument_group("settings", "every one of these may also stand in the config file")
    for setting in settings():
        table.add_argument(f"--{setting.path}", metavar=metavar_of(setting), dest=setting.path, help=help_of(setting))


def _add_evaluate(commands: Any) -> None:
    parser = _add_command(
        commands, "evaluate", run.evaluate, "Judge a model on photos whose folders are their classes."
    )
    parser.add_argument("photos", type=Path, metavar="LABELLED_FOLDER")
    parser.add_argument("--model", required=True, metavar="RUN_OR_FILE")
    parser.add_argument(
        "--views",
        choices=("model", "one", "mirror", "flips"),
        default="model",
        help="looks at each photo, whose answers are averaged; what they gain is told (default: as the model does)",
    )
    parser.add_argument("--json", metavar="FILE|-", help="write the report; - is standard output")


def _add_classify(commands: Any) -> None:
    parser = _add_command(commands, "classify", run.classify, "Say what is in photos.")
    parser.add_argument("photos", type=Path, nargs="+", metavar="FILES_OR_FOLDERS")
    parser.add_argument("--model", required=True, metavar="RUN_OR_FILE")
    parser.add_argument("--json", metavar="FILE|-", help="write the answers; - is standard output")
    parser.add_argument("--csv", metavar="FILE|-", help="write the answers as a table; - is standard output")


def _add_adapt(commands: Any) -> None:
    parser = _add_command(
        commands, "adapt", run.adapt, "Teach a model the place where it is used, from photos without labels."
    )
    parser.add_argument("run", type=Path, metavar="RUN", help="the run to adapt; it stays as it is")
    parser.add_argument("photos", nargs="+", metavar="PHOTOS", help="folders or files from the place of use")
    parser.add_argument("--out", type=Path, metavar="RUN2", help="the adapted run's folder; beside RUN when left out")
    parser.add_argument(
        "--rounds", type=int, choices=range(1, 6), default=2, metavar="N", help="guess and learn so often (default 2)"
    )


def _add_bench(commands: Any) -> None:
    parser = _add_command(commands, "bench", run.bench, "Measure how fast networks train on this machine.")
    parser.add_argument(
        "--architectures",
        nargs="+",
        metavar="NAME",
        default=run.BENCHED,
        help=f"default: {' '.join(run.BENCHED)}",
    )
    parser.add_argument("--input-size", type=int, default=224, metavar="PX", help="height and width (default 224)")
    parser.add_argument("--batch-size", type=int, default=16, metavar="N", help="samples in a batch (default 16)")
    parser.add_argument(
        "--augmentation",
        default="advanced",
        choices=("none", "basic", "advanced", "heavy"),
        help="how much samples are varied (default advanced)",
    )
    parser.add_argument("--precision", default="auto", help="auto, float32, bfloat16 or float16")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    parser.add_argument("--seconds", type=float, default=15, metavar="S", help="of each measurement (default 15)")
    parser.add_argument("--json", metavar="FILE|-", help="write the figures; - is standard output")


def _add_demo(commands: Any) -> None:
    parser = _add_command(commands, "demo", run.demo, "Show the whole road on drawn dishes, in under three minutes.")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where to keep what it makes")
