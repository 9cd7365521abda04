"""A run of 50,000 epochs in the window."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from pytestqt.qtbot import QtBot

from studio.core.config import StudioConfig
from studio.core.events import to_line
from studio.core.run_summary import summarise
from studio.core.runs import RunFolder
from studio.ui.dashboard_tab import DashboardTab
from studio.ui.plots_panel import PlotsPanel
from studio.ui.run_replays import RunReplays
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from tests.ui.made_runs import batches, epoch_event, started

EPOCHS, BEST = 50_000, 25_000
LIMIT_MS = 300_000
TURN_S = 0.25
"""Of the window's thread alone, as long as a person does not notice on a machine that is busy."""

MEMORY_MB = 600


def _write_long_run(folder: Path) -> RunFolder:
    """A log as a trainer writes it, made from one epoch's lines."""
    run = RunFolder(folder)
    run.path.mkdir(parents=True)
    first = epoch_event(1, epochs=EPOCHS, best_epoch=BEST, patience=None)
    told = [json.loads(to_line(event)) for event in (*batches(1, count=4, each=4), first)]
    with run.events.open("w", encoding="utf-8") as log:
        log.write(to_line(started(folder, epochs=EPOCHS, patience=None)) + "\n")
        for number in range(1, EPOCHS + 1):
            told[-1] |= {"best_epoch": min(number, BEST), "is_best": number <= BEST}
            for values in told:
                values["epoch"] = number
                log.write(json.dumps(values) + "\n")
    run.config.write_text(StudioConfig().to_json(), encoding="utf-8")
    return run


def _timed(turn: Callable[[Any], None], turns: list[float]) -> Callable[[Any], None]:
    def timed(owner: Any) -> None:
        began = time.thread_time()
        turn(owner)
        turns.append(time.thread_time() - began)

    return timed


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_run_of_50_000_epochs_opens_and_grows_without_the_window_standing_still(
    session: Session, theme: ThemeManager, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    run = _write_long_run(session.runs_folder / "2026-11-22_1800_long_aaaa")
    assert summarise(run).epoch == EPOCHS
    turns: list[float] = []
    draws: list[float] = []
    monkeypatch.setattr(RunReplays, "_hand_on", _timed(RunReplays._hand_on, turns))
    monkeypatch.setattr(PlotsPanel, "_draw_next", _timed(PlotsPanel._draw_next, draws))
    memory = psutil.Process().memory_info().rss
    tab = DashboardTab(session, theme)
    qtbot.addWidget(tab)
    tab.show()
    session.set_run(run)
    qtbot.waitUntil(lambda: len(tab.history.epochs) == EPOCHS, timeout=LIMIT_MS)
    tab.plots.redraw_now()
    assert tab.history.best is not None and tab.history.best.epoch == BEST
    assert [len(points) for points in tab.history.validation("loss")] == [EPOCHS, EPOCHS]
    first_s = max(draws)
    draws.clear()
    for number in range(EPOCHS + 1, EPOCHS + 11):
        tab.receive(epoch_event(number, epochs=EPOCHS + 100, best_epoch=BEST, patience=None), run)
        tab.plots.redraw_now()
    grown_mb = (psutil.Process().memory_info().rss - memory) / 1e6
    drawn_s = sum(draws) / len(draws)
    told = (1000 * value for value in (max(turns), first_s, drawn_s))
    print("a turn {:.0f} ms, first drawing {:.0f} ms, then {:.0f} ms".format(*told), f"{grown_mb:.0f} MB")
    assert max(turns) < TURN_S and drawn_s < TURN_S
    assert grown_mb < MEMORY_MB
