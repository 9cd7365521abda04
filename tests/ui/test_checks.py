"""The checks that a model has learnt nothing but the dirt, and what its figures rest on, in the Train tab."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from studio.core.events import Check, RunStarted
from studio.core.presets import apply_preset
from studio.core.run_summary import summarise
from studio.core.runs import EventLog, RunFolder
from studio.ui.check_findings import check_findings
from studio.ui.checks_view import count_of, figure_of, measure_of, state_of_all
from studio.ui.dashboard_tab import DashboardTab
from studio.ui.findings import findings
from studio.ui.run_history import RunHistory
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from tests.ui.made_runs import checks, epoch_event, judged, make_run, run_events, started, write_evidence
from tests.ui.train_tab import opened_train_tab

LIMIT_MS = 20_000


@pytest.fixture
def tab(session: Session, theme: ThemeManager, qtbot: QtBot) -> DashboardTab:
    return opened_train_tab(session, theme, qtbot)


def in_turn(folder: Path) -> RunStarted:
    """The first word of a run whose photos are held out once each."""
    return replace(started(folder, epochs=3, patience=None), folds=5, val_count=0, test_count=0)


def stored_run(folder: Path, *fired: str) -> RunFolder:
    run = make_run(folder, epochs=3, done=3, best_epoch=2, outcome="finished")
    run.events.unlink()
    log = EventLog(run)
    for event in (in_turn(folder), *(epoch_event(number, epochs=3) for number in (1, 2, 3))):
        log.write(event)
    for event in (judged(folder), checks(folder, *fired)):
        log.write(event)
    for event in run_events(folder, epochs=3, done=0, outcome="finished"):
        if type(event).__name__ == "RunFinished":
            log.write(event)
    log.close()
    write_evidence(folder)
    return run


def found(*fired: str) -> tuple[Check, ...]:
    return checks(Path("run"), *fired).checks


def test_an_old_run_shows_its_checks(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    run = stored_run(session.runs_folder / "2026-11-22_2000_a")
    session.set_run(run)
    results = tab.results
    qtbot.waitUntil(lambda: len(results.findings.checks.rows) == 5, timeout=LIMIT_MS)
    results.results.checks_line.click()
    assert results.pages.current == "check"
    assert results.findings.checks.isVisible()
    told = [row.accessibleName() for row in results.findings.checks.rows]
    assert told[0] == "Painting nothing: quiet. What was found by painting nothing."
    assert results.results.checks_line.accessibleName() == "Nothing but the dirt: all quiet"


def test_checks_of_a_running_job_arrive_with_their_event(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    run = RunFolder(session.runs_folder / "2026-11-22_2000_live")
    session.set_run(run)
    tab.receive(in_turn(run.path), run)
    tab.receive(epoch_event(1, epochs=3), run)
    assert tab.results.results.checks_line.isHidden()
    tab.receive(checks(run.path, "beside"), run)
    qtbot.waitUntil(lambda: len(tab.results.findings.checks.rows) == 5, timeout=LIMIT_MS)
    rows = tab.results.findings.checks.rows
    assert rows[2].accessibleName().split(". ")[0] == "Dirt beside the dish: fired"


def test_a_check_that_fired_is_a_finding_with_what_to_do(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    session.set_config(apply_preset("balanced"))
    run = stored_run(session.runs_folder / "2026-11-22_2000_a", "beside")
    session.set_run(run)
    tab.results.pages.choose("check")
    qtbot.waitUntil(lambda: bool(tab.results.findings.cards), timeout=LIMIT_MS)
    card = tab.results.findings.cards[0]
    assert card.finding.title == "It looks at more than the dish"
    card._fix.click()
    assert (session.config.data.framing, session.config.data.background) == ("dish", "grey")
    card._undo.click()
    assert session.config == apply_preset("balanced")


def test_quiet_checks_are_no_findings() -> None:
    assert check_findings(found(), apply_preset("transfer")) == []


def test_each_finding_asks_for_what_is_not_in_the_settings_yet() -> None:
    transfer = apply_preset("transfer")
    assert check_findings(found("steps"), transfer.edited(dirt__pairs=False))[0].changes == {"dirt.pairs": True}
    assert check_findings(found("steps"), transfer)[0].changes == {"model.views": 4}
    assert check_findings(found("patch"), apply_preset("balanced"))[0].changes == {"data.augmentation": "heavy"}
    assert check_findings(found("beside"), transfer)[0].tab == "dataset"  # dish and grey are there already
    heat = check_findings(found("pointing", "energy"), transfer)
    assert [finding.key for finding in heat] == ["heat"]
    assert heat[0].changes == {"model.input_size": [576, 576]}
    for finding in (*heat, *check_findings(found("steps", "patch", "beside"), transfer)):
        transfer.with_values(finding.changes)  # every fix can be applied


def test_a_check_says_figure_limit_and_count() -> None:
    steps, _, beside, pointing, _ = found("steps")
    assert (figure_of(steps), measure_of(steps), count_of(steps)) == (
        "25 %",
        "Answers turned dirty, 10 % at most",
        "38 tries",
    )
    assert measure_of(beside) == "Of a light mark's shift, 15 % at most"
    assert (figure_of(pointing), measure_of(pointing)) == ("60 %", "Lies in the dirt, 24 % by chance")


def test_what_could_not_be_tried_is_not_called_quiet() -> None:
    told = checks(Path("run"), skipped=("beside",)).checks
    assert figure_of(told[2]) == "–"
    assert measure_of(told[2]) == "Too little to try"
    assert state_of_all(told) == "4 quiet, 1 not tried"
    names = ("steps", "patch", "beside", "pointing", "energy")
    assert state_of_all(checks(Path("run"), skipped=names).checks) == "too little to try"


def test_figures_of_a_run_in_folds_are_those_of_all_photos(tmp_path: Path) -> None:
    history = RunHistory()
    for event in (in_turn(tmp_path), *(epoch_event(number, epochs=3) for number in (1, 2, 3))):
        history.receive(event)
    assert findings(history, epochs=3, learning_rate=1e-3) == []  # one fold of five tells little
    history.receive(judged(tmp_path))
    assert history.figures is not None and history.figures.scores == judged(tmp_path).scores
    history.receive(in_turn(tmp_path))
    assert history.judged is None  # of the model as it was before it learned on


def test_the_list_of_runs_tells_the_figures_of_the_finished_model(session: Session) -> None:
    run = stored_run(session.runs_folder / "2026-11-22_2000_a")
    assert summarise(run).best == judged(run.path).scores


def test_results_say_how_many_photos_they_rest_on(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    session.set_run(stored_run(session.runs_folder / "2026-11-22_2000_a"))
    evidence = tab.results.results.evidence
    qtbot.waitUntil(evidence.isVisible, timeout=LIMIT_MS)
    assert evidence.basis == "Held out once each: 20 photos, 5 folds; ranges by photo"
    names = [figure.accessibleName() for figure in evidence._figures]
    assert names == ["Balanced accuracy: 89.9 % 86 – 93", "AUROC: 0.951 0.91 – 0.98"]
    assert tab.figures.accuracy.accessibleName().startswith("Held-out accuracy: 90.1 %")


def test_a_run_without_reports_says_nothing_of_photos(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    session.set_run(make_run(session.runs_folder / "2026-11-22_2000_a", outcome="finished"))
    qtbot.waitUntil(lambda: tab.history.finished is not None, timeout=LIMIT_MS)
    assert tab.results.results.evidence.isHidden()
    assert tab.results.findings.checks.rows == []
