"""Processes to be killed at a moment that is drawn, and what may not be left of them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil

from studio.core.children import load_target

LEAVING_S = 60.0
"""How long descendants of a killed process may take to leave on a machine that is busy with other things: torch's
loader workers look every five seconds."""

LIMIT_S = 300.0
"""Longer than anything here takes on the slowest machine: what still runs then hangs."""

ATTEMPTS = 20
"""How often a moment is drawn anew, where the process had ended before it came."""

WARM = ("studio.cli", "studio.learn.train_job", "studio.learn.monitor", "tests.faults._victims", "tests.faults._warm")


@dataclass
class Victim:
    """A command of the studio in a session of its own, so that its descendants can be found whatever became of it.

    Attributes:
        pid: of the command, and number of its session.
        log: what it printed.
    """

    pid: int
    log: Path
    _process: multiprocessing.process.BaseProcess | subprocess.Popen[bytes]
    _code: int | None = field(default=None)

    def wait(self, limit_s: float = LIMIT_S) -> int:
        """Wait for its end.

        Returns:
            the exit code; minus the signal's number if one ended it.

        Raises:
            AssertionError: it hangs.
        """
        if not self.ends_within(limit_s):
            self.kill()
            raise AssertionError(f"hung for {limit_s} s: {self.printed()}")
        assert self._code is not None
        return self._code

    def ends_within(self, limit_s: float) -> bool:
        """Whether it has ended by then."""
        if isinstance(self._process, subprocess.Popen):
            try:
                self._code = self._process.wait(limit_s)
            except subprocess.TimeoutExpired:
                return False
            return True
        self._process.join(limit_s)
        self._code = self._process.exitcode
        return self._code is not None

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send a signal to this process alone."""
        os.kill(self.pid, number)

    def family(self) -> list[psutil.Process]:
        """Every process of its session that still runs."""
        return [process for process in psutil.process_iter() if _session(process) == self.pid and _runs(process)]

    def assert_all_gone(self) -> None:
        """Wait until nothing of its session runs.

        Raises:
            AssertionError: something stays; it is ended.
        """
        until = time.monotonic() + LEAVING_S
        while (left := self.family()) and time.monotonic() < until:
            time.sleep(0.05)
        said = [_said(process) for process in left]
        for process in left:
            process.kill()
        assert not said, f"still running: {said}"

    def printed(self) -> str:
        """What it has printed so far, its end."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-4000:] if self.log.exists() else ""


def warm(arguments: Sequence[str], place: Path, *, main: str = "studio.cli:main") -> Victim:
    """Start a command in a process that has imported what it needs.

    Most of a short training is imports, where nothing can be lost; so more moments fall where something can.

    Args:
        arguments: of the command.
        place: folder of its temporary files, and of what it prints.
        main: what takes the arguments and returns the exit code.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*WARM])
    log = _log(place)
    process = context.Process(target=_run, args=(main, list(arguments), str(log), _surroundings(place)))
    process.start()
    assert process.pid is not None
    return Victim(pid=process.pid, log=log, _process=process)


def duration_of(begin: Callable[[], Victim], place: Path) -> float:
    """How long a command takes from start to end, in seconds; what waits warm has started before."""
    warm(["--version"], place).wait()
    began = time.monotonic()
    victim = begin()
    code = victim.wait()
    assert code == 0, victim.printed()
    victim.assert_all_gone()
    return time.monotonic() - began


def cold(arguments: Sequence[str], place: Path, *, module: str = "studio") -> Victim:
    """Start a command as a person would.

    Args:
        arguments: of the module.
        place: folder of its temporary files, and of what it prints.
        module: what Python runs.
    """
    log = _log(place)
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdout=stream,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **_surroundings(place)},
            cwd=Path(__file__).parents[2],
            start_new_session=True,
        )
    return Victim(pid=process.pid, log=log, _process=process)


def killed_within(victim: Victim, longest_s: float, rng: np.random.Generator) -> float | None:
    """Kill a process at a moment that is drawn.

    Args:
        victim: has just been started.
        longest_s: the moment is drawn evenly between its start and so much later.
        rng: draws it.

    Returns:
        after how many seconds it was killed; None if it had ended before.
    """
    moment_s = float(rng.uniform(0, longest_s))
    if victim.ends_within(moment_s):
        return None
    victim.kill()
    victim.wait()
    return moment_s


def scratch(place: Path) -> Path:
    """Where commands that were started with this place keep temporary files."""
    return place / "scratch"


def _log(place: Path) -> Path:
    scratch(place).mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place, prefix="printed-", suffix=".log")
    os.close(handle)
    return Path(name)


def _surroundings(place: Path) -> dict[str, str]:
    return {
        "TMPDIR": str(scratch(place)),
        "OMP_NUM_THREADS": "1",
        "QT_QPA_PLATFORM": "offscreen",
        "SPOTLESS_WORKSPACE": str(place / "workspace"),
        "XDG_CONFIG_HOME": str(place / "config"),
        "XDG_CACHE_HOME": str(place / "cache"),
        "XDG_STATE_HOME": str(place / "state"),
    }


def _run(main: str, arguments: list[str], log: str, surroundings: Mapping[str, str]) -> None:
    os.setsid()
    os.environ.update(surroundings)
    tempfile.tempdir = None
    handle = os.open(log, os.O_WRONLY | os.O_APPEND)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    sys.exit(load_target(main)(arguments))


def _session(process: psutil.Process) -> int:
    try:
        return os.getsid(process.pid)
    except (ProcessLookupError, PermissionError):
        return 0


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _said(process: psutil.Process) -> str:
    try:
        return f"{process.pid} {' '.join(process.cmdline())[:200]}"
    except psutil.Error:
        return f"{process.pid}"
