"""Processes that wait for a job."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from studio.core import jobs
from studio.core.events import Event, JobEnded, Notice

LIMIT_S = 60.0


def _run(spare: jobs.Spare, target: str, config: object, *, ranks: int = 1) -> list[Event]:
    return list(jobs.start(f"tests.core.job_targets:{target}", config, Path(), ranks=ranks, spare=spare).events())


def test_a_job_runs_in_the_process_that_waited() -> None:
    spare = jobs.Spare(["json.tool"])
    waited = spare.process.pid
    running = jobs.start("tests.core.job_targets:count", 3, Path(), spare=spare)
    assert running.process_ids == (waited,)
    *said, last = list(running.events())
    assert [event.text for event in said if isinstance(event, Notice)] == ["0", "1", "2"]
    assert last == JobEnded(outcome="done", exit_codes=(0,))


def test_of_several_ranks_the_first_is_the_one_that_waited() -> None:
    assert len(_run(jobs.Spare([]), "count", 3, ranks=2)) == 4


def test_what_a_spare_prints_is_told_when_its_job_dies() -> None:
    last = _run(jobs.Spare([]), "fail", "no such layer")[-1]
    assert isinstance(last, JobEnded)
    assert last.cause == "RuntimeError: no such layer"


def test_a_spare_that_died_is_passed_over() -> None:
    spare = jobs.Spare([])
    spare.process.kill()
    spare.process.join()
    assert len(_run(spare, "count", 3)) == 4


def test_a_module_that_is_missing_costs_only_the_wait() -> None:
    spare = jobs.Spare(["studio.no_such_module"])
    spare.process.join(LIMIT_S)
    assert len(_run(spare, "count", 3)) == 4


def test_a_spare_that_nobody_needs_leaves_at_once() -> None:
    spare = jobs.Spare([])
    process = psutil.Process(spare.process.pid)
    spare.close()
    assert not process.is_running()


@pytest.mark.parametrize("modules", [[], ["tests.core.endless"]])
def test_no_spare_outlives_a_starter_that_was_killed(modules: list[str]) -> None:
    code = (
        f"import time\nfrom studio.core import jobs\nspare = jobs.Spare({modules!r})\n"
        "print(spare.process.pid, flush=True)\ntime.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as starter:
        assert starter.stdout is not None
        spare = psutil.Process(int(starter.stdout.readline()))
        starter.kill()
    assert psutil.wait_procs([spare], timeout=LIMIT_S)[1] == []
