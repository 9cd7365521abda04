"""A search that tests of the window start in a child process; it makes its trials up."""

from __future__ import annotations

import time
from pathlib import Path

from studio.core.children import Emit, Seat, ShouldStop
from studio.core.events import Event, Progress
from studio.core.expert_events import SearchFinished, TrialFinished
from studio.core.requests import SearchRequest
from studio.core.runs import EventLog, RunFolder
from studio.core.searches import SearchFolder, planned_trials


def trial(number: int, *, state: str = "done", score: float | None = 0.8, best: int | None = 0) -> TrialFinished:
    """One made-up trial."""
    return TrialFinished(
        study="/runs/search",
        number=number,
        done=number + 1,
        total=4,
        state=state,  # type: ignore[arg-type]
        values={"training.learning_rate": 0.002 + number / 1000, "training.optimizer": "adam"},
        score=score,
        epochs=3,
        run=f"/runs/search/trials/trial-{number}",
        best=best,
        duration_s=2.0,
    )


def ending(best: TrialFinished, trials: int) -> SearchFinished:
    """What such a search says at its end."""
    return SearchFinished(
        study="/runs/search",
        trials=trials,
        pruned=1,
        failed=0,
        best=best.number,
        values=best.values,
        score=best.score,
        metric="balanced accuracy on validation",
        importance={"training.learning_rate": 0.7, "training.optimizer": 0.3},
        sentence="Trial 1 is the best of 4.",
    )


def search_quickly(request: SearchRequest, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Say all of a search, or what is left of one; with 99 trials wait to be stopped after the first."""
    place = SearchFolder(folder)
    first = sum(isinstance(event, TrialFinished) for _, event in place.replay())
    place.save(request)
    log = EventLog(RunFolder(folder))

    def say(event: Event) -> None:
        log.write(event)
        emit(event)

    emit(Progress(phase="searching, trial", done=1, total=planned_trials(request.config)))
    for number in range(first, 4):
        say(trial(number, state="pruned" if number == 3 else "done", score=0.8 - number / 10))
        while request.config.search.trials == 99 and not should_stop():
            time.sleep(0.005)
        if should_stop():
            break
    say(ending(trial(0), 4))
    log.close()
