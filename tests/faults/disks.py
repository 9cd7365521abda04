"""Disks run full or may not be written while the studio works on them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

import numpy as np

from studio.core.runs import RunFolder
from tests.data.pictures import save_dishes
from tests.faults._datasets import photos
from tests.faults._disks import read_only, small_disk
from tests.faults._moments import refused, wait_for, wait_for_event
from tests.faults._runs import KINDS, assert_same, config_of, unbroken
from tests.faults._victims import LIMIT_S, Victim, cold, warm
from tests.faults._whole import assert_dataset, assert_whole, leftovers
from tests.faults.suite import CannotTryError, fault

ROOMLESS = "tests.faults._roomless"
_MEGABYTES = 48
_MOST_LEFT = 400_000
"""Bytes that a full disk still has at most, for what comes before a trial's file."""


@fault("full-disk-train", count=18)
def full_disk_train(number: int, place: Path) -> str:
    """The disk under a training runs full: one sentence, whole files, and `--resume` comes to the same weights."""
    rng = np.random.default_rng([2, number])
    kind = list(KINDS)[number % len(KINDS)]
    command = [
        "train",
        str(photos(place.parent)),
        "--config",
        str(config_of(place.parent, kind, KINDS[kind])),
        "--out",
    ]
    whole = unbroken(kind, place.parent, lambda run: warm([*command, str(run)], place))
    with small_disk(place / "disk", _MEGABYTES) as disk:
        run = disk.folder / "run"
        victim = _roomless([*command, str(run)], place) if number % 2 else warm([*command, str(run)], place)
        left = int(_MOST_LEFT ** rng.uniform())
        moment = wait_for_event(run, whole.run, rng, victim)
        disk.fill(leave=left)
        said = refused(victim, disk.folder)
        assert_whole(run)
        disk.free()
        resume = ["train", "--resume", str(run)] if RunFolder(run).exists() else [*command, str(run)]
        victim = warm(resume, place)
        assert victim.wait() == 0, victim.printed()
        assert_whole(run)
        assert_same(run, whole.run)
        assert not leftovers(run), leftovers(run)
    return f"{kind}, full {moment} but for {left / 1000:.0f} kB: {said or 'done all the same'}; goes on"


@fault("full-disk-generate", count=12)
def full_disk_generate(number: int, place: Path) -> str:
    """The disk under a dataset runs full while photos are imported and painted: the dataset before stays whole."""
    rng = np.random.default_rng([3, number])
    first, more = save_dishes(place / "first", 6), save_dishes(place / "more", 20, first_seed=100)
    with small_disk(place / "disk", _MEGABYTES) as disk:
        dataset = disk.folder / "dataset"
        begin = ["generate", str(first[0].parent), "--out", str(dataset), "--variations", "1"]
        victim = _roomless(begin, place)
        assert victim.wait() == 0, victim.printed()
        before = assert_dataset(dataset)
        again = ["generate", str(more[0].parent), "--out", str(dataset), "--variations", "2"]
        left = int(rng.integers(1_000_000))
        if number % 2:
            victim = _roomless(again, place)
            count = int(rng.integers(1, 60))
            wait_for(lambda: len(list(dataset.glob(".building-*/**/*.*"))) >= count, victim)
            disk.fill(leave=left // 20)
        else:
            disk.fill(leave=left)
            victim = _roomless(again, place)
        said = refused(victim, disk.folder)
        manifest = assert_dataset(dataset)
        assert not leftovers(dataset), leftovers(dataset)
        # Import and painting are two steps, each whole or not at all.
        assert len(manifest.samples) in ({60} if not said else {len(before.samples), 20}), len(manifest.samples)
        disk.free()
        victim = _roomless(again, place)
        assert victim.wait() == 0, victim.printed()
        assert len(assert_dataset(dataset).samples) == 60
    return f"{said or 'done all the same'}; then painted"


@fault("full-disk-write", count=12)
def full_disk_write(number: int, place: Path) -> str:
    """There is no room for a report, an export, a table: the file before stays, and the next try writes it."""
    rng = np.random.default_rng([4, number])
    run, clean = _trained(place), str(photos(place.parent) / "clean")
    with small_disk(place / "disk", _MEGABYTES) as disk:
        file = disk.folder / "file"
        commands = {
            "report": ["report", str(run), "--out", f"{file}.html"],
            "bundle": ["export", str(run), "--bundle", f"{file}.zip"],
            "torch": ["export", str(run), "--torch", f"{file}.pt2"],
            "onnx": ["export", str(run), "--onnx", f"{file}.onnx"],
            "table": ["classify", clean, "--model", str(run), "--csv", f"{file}.csv", "--json", f"{file}.json"],
            "judgement": ["evaluate", str(photos(place.parent)), "--model", str(run), "--json", f"{file}.json"],
        }
        name = list(commands)[number % len(commands)]
        disk.fill(leave=int(rng.integers(0, 6_000 if number < len(commands) else 60_000)))
        victim = cold(commands[name], place)
        said = refused(victim, disk.folder)
        there = sorted(path.name for path in disk.folder.iterdir() if path.name != "filler")
        assert all(not path.startswith(".") for path in there), there
        assert said or there, victim.printed()
        disk.free()
        victim = cold(commands[name], place)
        assert victim.wait() == 0, victim.printed()
        assert_whole(disk.folder)
    return f"{name}: {said or 'had room enough'}; then written"


@fault("full-disk-window", count=5)
def full_disk_window(number: int, place: Path) -> str:
    """The disk under a window's workspace runs full: it says so, stays, and imports once there is room."""
    rng = np.random.default_rng([8, number])
    source = place / "photos"
    save_dishes(source, 20)
    with small_disk(place / "disk", _MEGABYTES) as disk:
        words = [str(disk.folder), str(source), str(int(rng.integers(0, 120_000)))]
        victim = cold(words, place, module="tests.faults._full_window")
        code = victim.wait()
        assert code == 0 and "Traceback" not in victim.printed(), victim.printed()
        victim.assert_all_gone()
        assert_dataset(disk.folder / "workspace" / "datasets" / "dishes")
    return victim.printed().splitlines()[0].replace(str(disk.folder), "PLACE")


@fault("full-shared-memory", count=2)
def full_shared_memory(number: int, place: Path) -> str:
    """There is no room in shared memory, as in a container: workers that read photos do without it."""
    changes = {"data.cache": False, "data.workers": 1 + number, "training.epochs": 2, "model.input_size": [128, 128]}
    config = config_of(place.parent, f"workers-{number}", changes)
    words = ["train", str(photos(place.parent)), "--config", str(config), "--out", str(place / "run")]
    alone = ["unshare", "-m", "sh", "-c"]
    mount = "mount -t tmpfs -o size=128k tmpfs /dev/shm"
    tried = subprocess.run([*alone, mount], capture_output=True, text=True, check=False, timeout=LIMIT_S)
    if tried.returncode:
        raise CannotTryError(tried.stderr.strip())
    code, said = _ended([*alone, f'{mount} && exec "$@"', "sh", sys.executable, "-m", "studio", *words])
    assert code == 0, said
    return f"trained with {1 + number} workers"


@fault("full-output", count=1)
def full_output(number: int, place: Path) -> str:
    """What a command prints goes to a full disk: one sentence, no traceback."""
    run = _trained(place)
    with open("/dev/full", "wb") as full:
        words = ["classify", str(photos(place.parent)), "--model", str(run), "--csv", "-"]
        code, said = _ended([sys.executable, "-m", "studio", *words], full)
    assert code == 2 and "Traceback" not in said, said
    assert "the output: cannot be written (No space left on device)" in said, said
    return said.strip()


@fault("read-only", count=10)
def read_only_places(number: int, place: Path) -> str:
    """A folder may not be written: what must be written there is refused by name, all else is answered."""
    source, copies = photos(place.parent), photos(place)
    config = str(config_of(place.parent, "plain", KINDS["plain"]))
    run = _trained(place)
    locked = place / "locked"
    for folder in (locked, place / "state", place / "workspace"):
        folder.mkdir(exist_ok=True)
    answers = place / "answers.json"
    trials: dict[str, tuple[Path, list[str], int]] = {
        "photos": (copies, ["train", str(copies), "--config", config, "--out", str(place / "new")], 0),
        "dataset": (
            run / "dataset",
            ["train", str(run / "dataset"), "--config", config, "--out", str(place / "new")],
            0,
        ),
        "new run": (locked, ["train", str(source), "--config", config, "--out", str(locked / "run")], 2),
        "run classifies": (run, ["classify", str(source), "--model", str(run), "--json", str(answers)], 0),
        "run is judged": (run, ["evaluate", str(source), "--model", str(run), "--json", str(answers)], 0),
        "run is told": (run, ["report", str(run), "--out", str(place / "report.html")], 0),
        "run is resumed": (run, ["train", "--resume", str(run), "--training.epochs", "9"], 2),
        "bundle": (locked, ["export", str(run), "--bundle", str(locked / "run.zip")], 2),
        "own folders": (place / "state", ["classify", str(source), "--model", str(run)], 0),
        "workspace": (place / "workspace", ["train", str(source), "--config", config], 2),
    }
    name = list(trials)[number % len(trials)]
    folder, command, code = trials[name]
    with read_only(folder):
        victim = warm(command, place)
        if code == 0:
            assert victim.wait() == 0, victim.printed()
            assert "Traceback" not in victim.printed()
            said = "done"
        else:
            said = refused(victim, folder)
            assert "Read-only file system" in said, victim.printed()
    return f"{name}: {said}"


def _trained(place: Path) -> Path:
    """A run of its own for this trial."""
    run, config = place / "run", config_of(place.parent, "plain", KINDS["plain"])
    victim = warm(["train", str(photos(place.parent)), "--config", str(config), "--out", str(run)], place)
    assert victim.wait() == 0, victim.printed()
    return run


def _ended(command: list[str], output: int | IO[bytes] = subprocess.DEVNULL) -> tuple[int, str]:
    """Wait for a command; one that hangs is killed, and all that it started.

    Returns:
        its exit code, and what it said besides its output.
    """
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        start_new_session=True,
    ) as process:
        try:
            said = process.communicate(timeout=LIMIT_S)[1]
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return process.returncode, said


def _roomless(arguments: list[str], place: Path) -> Victim:
    return cold(arguments, place, module=ROOMLESS)
