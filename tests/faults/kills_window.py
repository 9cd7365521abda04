"""The window is killed at moments that are drawn, while it trains."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import numpy as np

from studio.core import jobs
from studio.core.requests import ImportRequest
from studio.core.runs import RunFolder
from studio.data.import_job import import_photos
from tests.faults._datasets import photos
from tests.faults._runs import KINDS, Unbroken, assert_same, config_of, unbroken
from tests.faults._victims import ATTEMPTS, Victim, cold, scratch, warm
from tests.faults._whole import assert_whole, leftovers
from tests.faults.suite import fault

_MODULE = "tests.faults._window"
_PAUSE_S = 0.05


@fault("kill-window", count=30)
def kill_window(number: int, place: Path) -> str:
    """The window gets SIGKILL while it trains: no process stays, and the next one continues to the same weights."""
    whole = _whole(place)
    rng = np.random.default_rng([7, number])
    for attempt in range(ATTEMPTS):
        workspace = place / f"workspace-{attempt}"
        victim = _started(workspace, place)
        run = _moment(victim, workspace, whole, rng)
        if run is None:
            continue
        victim.kill()
        began = time.monotonic()
        victim.wait()
        victim.assert_all_gone()
        gone_s = time.monotonic() - began
        assert_whole(run.path)
        unfinished = len(leftovers(workspace))
        following = cold(["continue", str(workspace)], place, module=_MODULE)
        assert following.wait() == 0, following.printed()
        following.assert_all_gone()
        assert "offers Continue" in following.printed(), following.printed()
        assert_whole(workspace)
        assert_same(run.path, whole.run)
        assert not (left := [*leftovers(workspace), *_scratch(place)]), left
        return f"all gone after {gone_s:.1f} s, {unfinished} unfinished files, continued to the same weights"
    raise AssertionError(f"ended before it was killed, {ATTEMPTS} times")


@fault("pause-window", count=2)
def pause_window(number: int, place: Path) -> str:
    """A laptop is closed on a window that trains (SIGSTOP, SIGCONT of all its processes): it goes on."""
    whole = _whole(place)
    workspace = place / "workspace"
    victim = _started(workspace, place)
    run = _moment(victim, workspace, whole, np.random.default_rng([8, number]))
    assert run is not None, victim.printed()
    family = victim.family()
    for number_sent, pause_s in ((signal.SIGSTOP, 8.0), (signal.SIGCONT, 0.0)):
        for process in family:
            if process.is_running():
                process.send_signal(number_sent)
        time.sleep(pause_s)
    assert victim.wait() == 0, victim.printed()
    assert "ended done" in victim.printed(), victim.printed()
    assert_same(run.path, whole.run)
    return "stood still for 8 s, came to the same weights"


def _whole(place: Path) -> Unbroken:
    config = config_of(place.parent, "plain", KINDS["plain"])
    command = ["train", str(_dataset(place.parent)), "--config", str(config), "--out"]
    return unbroken("window", place.parent, lambda run: warm([*command, str(run)], place))


def _dataset(ledger: Path) -> Path:
    folder = ledger / "dataset"
    if not folder.is_dir():
        request = ImportRequest(paths=(str(photos(ledger)),))
        import_photos(request, folder, seat=jobs.ALONE, emit=lambda event: None, should_stop=lambda: False)
    return folder


def _started(workspace: Path, place: Path) -> Victim:
    words = ["start", str(workspace), str(_dataset(place.parent)), str(place.parent / "plain.config.json")]
    return cold(words, place, module=_MODULE)


def _moment(victim: Victim, workspace: Path, whole: Unbroken, rng: np.random.Generator) -> RunFolder | None:
    """Wait for a moment between the training's first step and its end; None if it ended before."""
    while True:
        run = next((RunFolder(folder) for folder in (workspace / "runs").glob("*")), None)
        if run is not None and run.events.exists() and "RunStarted" in run.events.read_text(encoding="utf-8"):
            break
        assert not victim.ends_within(_PAUSE_S), victim.printed()
    if victim.ends_within(float(rng.uniform(0, whole.training_s))):
        return None
    stored = run.events.read_text(encoding="utf-8").splitlines(keepends=True)
    is_over = any(line.endswith("\n") and json.loads(line)["event"] == "RunFinished" for line in stored)
    return None if is_over else run


def _scratch(place: Path) -> list[str]:
    return [path.name for path in scratch(place).iterdir() if path.name.startswith("spotless-scratch-")]
