"""What a person does in the window of a bundle, with keys and double-clicks."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from studio.cli_flags import read_value
from studio.core.config import StudioConfig
from studio.core.runs import find_run
from tests.bundle.commands import SMALL, dataset, epochs, menu_words, model
from tests.bundle.place import WINDOWED, Place
from tests.bundle.steps import NotHereError, step
from tests.virtual_screen import virtual_screen
from tests.waiting import until

OPENINGS = 3
READY_S = 300.0
MEMORY = "window.json"


@step("window, offscreen")
def opens(place: Place) -> str:
    took = [_opened_and_closed(place) for _ in range(OPENINGS)]
    return f"answers after {', '.join(f'{one:.2f}' for one in took)} s"


@step("window, on a screen")
def opens_on_a_screen(place: Place) -> str:
    with _screen(place) as display:
        took = [_opened_and_closed(place, display) for _ in range(OPENINGS)]
    return f"answers after {', '.join(f'{one:.2f}' for one in took)} s"


@step("window imports photos")
def imports_photos(place: Place) -> str:
    datasets = place.workspace / "datasets"
    with _window(place, "--open", str(place.scratch / "photos")) as (window, _):
        took = until(lambda: any(datasets.glob("*/manifest.json")), limit_s=READY_S)
        window.send_signal(signal.SIGTERM)
        window.wait(READY_S)
        place.see_none_left()
    (manifest,) = datasets.glob("*/manifest.json")
    return f"{len(json.loads(manifest.read_text('utf-8'))['samples'])} photos after {took:.1f} s"


@step("window on the sample, killed")
def survives_a_kill_while_it_draws(place: Place) -> str:
    with _window(place, "--sample") as (window, _):
        until(lambda: len(place.processes()) > 1, limit_s=READY_S)
        there = len(place.processes())
        window.kill()
        window.wait()
        took = place.see_none_left()
    return f"{there - 1} other processes gone after {took:.1f} s"


@step("window trains, killed, resumed")
def survives_a_kill_while_it_trains(place: Place) -> str:
    if shutil.which("xdotool") is None:
        raise NotHereError("no xdotool here to press keys")
    chosen = {"config/last": json.dumps(_small().to_mapping())}
    opening = "--open", str(dataset(place))
    with _screen(place) as display, _window(place, *opening, display=display, memory=chosen) as (window, _):
        runs = place.workspace / "runs"
        until(lambda: str(dataset(place)) in _memory(place), limit_s=READY_S)
        _press(display, "ctrl+2")
        # Once it trains, the same keys ask it to finish.
        until(lambda: _press(display, "ctrl+Return", until_so=lambda: '"run/last"' in _memory(place)), limit_s=READY_S)
        until(lambda: any(epochs(run) > 0 for run in runs.glob("*")))
        (run,) = list(runs.iterdir())
        there = len(place.processes())
        window.kill()
        window.wait()
        took = place.see_none_left()
    before = epochs(run)
    place.studio("train", "--resume", find_run(run).path, "--training.epochs", str(before + 1))
    assert epochs(run) == before + 1
    return f"{there - 1} other processes gone after {took:.1f} s; epoch {before} of the run, then {before + 1}"


@step("double-click on a model")
def opens_a_model(place: Place) -> str:
    file = model(place)
    words = [word for word in menu_words(place) if word != "%F"]
    began = time.monotonic()
    with _window(place, str(file), program=words) as (window, _):
        until(lambda: file.name in _memory(place), limit_s=READY_S)
        took = time.monotonic() - began
        with place.start([str(place.program(WINDOWED)), str(file)]) as second:
            said, _ = second.communicate(timeout=READY_S)
        assert second.returncode == 0 and "is in front now" in said, said
        window.kill()
        window.wait()
        place.see_none_left()
    return f"chosen in Classify after {took:.2f} s; a second one goes to the open window"


@contextmanager
def _window(
    place: Place, *words: str, display: str = "", memory: Mapping[str, str] | None = None, program: Sequence[str] = ()
) -> Iterator[tuple[subprocess.Popen[str], float]]:
    """A window that answers, and after how many seconds it did.

    Args:
        place: where.
        words: its command line.
        display: the screen; none when empty.
        memory: what it is to remember of an earlier time.
        program: the words that start it, instead of the windowed program's path.
    """
    if os.name == "nt":
        raise NotHereError("how a window of Windows is asked whether it answers is not known here")
    place.environment()
    (place.workspace / "window.lock").unlink(missing_ok=True)
    (place.workspace / MEMORY).write_text(json.dumps(memory or {}), "utf-8")
    for old in _lines(place):
        old.unlink()
    shown = {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"} if display else {}
    began = time.monotonic()
    with place.start([*(program or [str(place.program(WINDOWED))]), *words], **shown) as window:
        try:
            until(lambda: _answers(place) or window.poll() is not None, limit_s=READY_S)
            assert window.poll() is None, f"ended with {window.returncode}: {window.communicate()[0][-2000:]}"
            yield window, time.monotonic() - began
        finally:
            place.end_all()


def _memory(place: Place) -> str:
    """What the window remembers by now."""
    return (place.workspace / MEMORY).read_text("utf-8")


def _small() -> StudioConfig:
    """Settings of `SMALL`, with epochs enough to be killed in."""
    pairs = zip(SMALL[::2], SMALL[1::2], strict=True)
    values = {name.removeprefix("--"): read_value(value) for name, value in pairs if name != "--preset"}
    return StudioConfig().with_values({**values, "training.epochs": 500})


def _opened_and_closed(place: Place, display: str = "") -> float:
    with _window(place, display=display) as (window, took):
        window.send_signal(signal.SIGTERM)
        window.wait(READY_S)
        place.see_none_left()
    return took


def _answers(place: Place) -> bool:
    """Whether the window hears what a second start would tell it: it has been shown, and takes events."""
    for name in _lines(place):
        with socket.socket(socket.AF_UNIX) as line, suppress(OSError):
            line.settimeout(5)
            line.connect(str(name))
            line.sendall(b"[]\n")
            return line.recv(100) == b"heard\n"
    return False


def _lines(place: Place) -> list[Path]:
    """Where windows listen to later starts."""
    return [file for file in place.temporary.glob("spotless-*") if file.is_socket()]


@contextmanager
def _screen(place: Place) -> Iterator[str]:
    if shutil.which("Xvfb") is None:
        raise NotHereError("no Xvfb here, the screen for machines without one")
    place.environment()
    with virtual_screen(place.scratch / "display") as display:
        yield display


def _press(display: str, keys: str, *, until_so: Callable[[], bool] | None = None) -> bool:
    """Press keys in the window; whether they have led to something in good time."""
    tools = {**os.environ, "DISPLAY": display}
    find = ["xdotool", "search", "--sync", "--onlyvisible", "--name", "Spotless Studio"]
    found = subprocess.run(find, env=tools, capture_output=True, text=True, timeout=READY_S, check=True).stdout.split()
    subprocess.run(["xdotool", "windowfocus", "--sync", found[-1]], env=tools, timeout=READY_S, check=False)
    subprocess.run(["xdotool", "key", keys], env=tools, timeout=READY_S, check=True)
    try:
        return until_so is None or until(until_so, limit_s=READY_S / 5) >= 0
    except AssertionError:
        return False
