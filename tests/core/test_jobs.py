"""Jobs in spawned processes."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from studio.core import jobs
from studio.core.events import Event, JobEnded, Notice

LIMIT_S = 60.0


def run(target: str, config: object = None, *, ranks: int = 1) -> list[Event]:
    return list(jobs.start(f"tests.core.job_targets:{target}", config, Path(), ranks=ranks).events())


def ending(events: list[Event]) -> JobEnded:
    last = events[-1]
    assert isinstance(last, JobEnded)
    return last


def test_events_arrive_in_order_and_the_ending_comes_last() -> None:
    *said, last = run("count", 500)
    assert [event.text for event in said if isinstance(event, Notice)] == [str(number) for number in range(500)]
    assert last == JobEnded(outcome="done", exit_codes=(0,))


def test_only_rank_0_is_heard() -> None:
    assert len(run("count", 3, ranks=2)) == 4


def test_bad_input_is_said_in_its_own_words() -> None:
    last = ending(run("refuse", "plate.jpg: is truncated; copy it again"))
    assert (last.outcome, str(last)) == ("bad input", "plate.jpg: is truncated; copy it again")


def test_a_mistake_of_ours_keeps_its_traceback() -> None:
    last = ending(run("fail", "no such layer"))
    assert last.outcome == "failed"
    assert last.cause == "RuntimeError: no such layer"
    assert "job_targets.py" in last.details


def test_a_full_disk_that_nobody_foresaw_is_bad_input_and_names_the_folder() -> None:
    last = ending(run("fill_the_disk", errno.ENOSPC))
    assert last.outcome == "bad input"
    assert str(last).startswith(f"{Path()}: cannot be written (No space left on device); make room")
    assert "job_targets.py" in last.details


def test_a_stopped_job_may_finish_what_it_is_doing() -> None:
    running = jobs.start("tests.core.job_targets:wait_for_stop", None, Path())
    said: list[Event] = []
    for event in running.events():
        said.append(event)
        if isinstance(event, Notice) and event.text == "working":
            running.request_stop()
    assert [event.text for event in said if isinstance(event, Notice)] == ["working", "kept the best"]
    assert ending(said).outcome == "stopped"


@pytest.mark.parametrize("second_press", [True, False], ids=["second press", "end of grace"])
def test_a_job_that_does_not_stop_is_killed(second_press: bool) -> None:
    running = jobs.start("tests.core.job_targets:ignore_stop", None, Path())
    said: list[Event] = []
    for event in running.events():
        said.append(event)
        if isinstance(event, Notice):
            running.request_stop(grace_s=LIMIT_S if second_press else 0.1)
            if second_press:
                running.request_stop()
    assert ending(said).outcome == "killed"


def test_the_rank_that_died_silently_is_blamed() -> None:
    last = ending(run("die", 1, ranks=2))
    assert last.outcome == "failed"
    assert last.cause.startswith("Process 2 of 2 was killed (SIGKILL)")


def test_killing_a_job_ends_its_children_too() -> None:
    running = jobs.start("tests.core.job_targets:have_children", None, Path())
    family: list[psutil.Process] = []
    for event in running.events():
        if isinstance(event, Notice):
            family = [psutil.Process(int(pid)) for pid in event.text.split()]
            running.kill()
    assert len(family) == 2
    assert psutil.wait_procs(family, timeout=LIMIT_S)[1] == []


def test_no_process_outlives_a_starter_that_was_killed() -> None:
    code = "import tests.core.job_targets as t; t.start_and_wait('have_children')"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as starter:
        assert starter.stdout is not None
        family = [psutil.Process(int(pid)) for pid in starter.stdout.readline().split()]
        starter.kill()
    assert len(family) == 2
    assert psutil.wait_procs(family, timeout=LIMIT_S)[1] == []
