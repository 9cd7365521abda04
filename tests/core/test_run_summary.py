"""What the list of runs says of each run."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.core import runs
from studio.core.events import to_line
from studio.core.presets import apply_preset
from studio.core.run_summary import KnownLogs, summaries, summarise, was_given_up
from studio.core.runs import EventLog, RunFolder
from tests.ui.made_runs import epoch_event, make_run
from tests.ui.search_here import trial


def test_a_finished_run_is_told_with_its_best_epoch(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", title="Plates", config=apply_preset("balanced"), outcome="stopped early")
    told = summarise(run)
    assert (told.title, told.architecture, told.preset) == ("Plates", "custom_cnn", "balanced")
    assert (told.epoch, told.epochs, told.best_epoch, told.outcome) == (12, 20, 9, "stopped early")
    assert told.best is not None and told.best.count == 77


def test_a_log_without_an_end_reads_as_interrupted(tmp_path: Path) -> None:
    told = summarise(make_run(tmp_path / "run", done=5))
    assert told.outcome == "interrupted"
    assert told.can_resume


def test_what_ended_in_good_order_cannot_be_resumed(tmp_path: Path) -> None:
    assert not summarise(make_run(tmp_path / "a", done=20, best_epoch=20, outcome="finished")).can_resume
    assert not summarise(make_run(tmp_path / "b", outcome="stopped early")).can_resume
    assert summarise(make_run(tmp_path / "c", outcome="stopped")).can_resume


def test_a_run_that_was_killed_while_its_model_was_judged_is_taken_up_again(tmp_path: Path) -> None:
    told = summarise(make_run(tmp_path / "run", done=20, best_epoch=20))
    assert (told.outcome, told.epoch, told.epochs) == ("interrupted", 20, 20)
    assert told.can_resume


def test_a_run_that_was_killed_in_its_first_epoch_is_taken_up_again(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", done=0)
    run.environment.write_text("{}", encoding="utf-8")
    run.last.unlink()
    assert not summarise(run).can_resume, "its model would be lost"
    run.best.unlink()
    assert summarise(run).can_resume


def test_a_torn_last_line_costs_one_epoch_at_most(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", done=3)
    text = run.events.read_text(encoding="utf-8")
    run.events.write_text(text[: text.rindex('{"event": "EpochFinished"') + 60], encoding="utf-8")
    assert summarise(run).epoch == 2


def test_of_a_log_that_was_read_before_only_its_new_end_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, known, read = make_run(tmp_path / "run", done=5), KnownLogs(), []
    parse = runs.from_line
    monkeypatch.setattr(runs, "from_line", lambda line: read.append(line) or parse(line))
    assert summarise(run, known=known).epoch == 5
    read.clear()
    assert summarise(run, known=known).epoch == 5 and not read
    with run.events.open("a", encoding="utf-8") as log:
        line = to_line(epoch_event(6, best_epoch=6))
        log.write(line)
        log.flush()
        assert summarise(run, known=known).best_epoch == 6
        log.write("\n" + to_line(epoch_event(7, best_epoch=6))[:40])
    told = summarise(run, known=known)
    assert (told.epoch, told.best_epoch, len(read)) == (6, 6, 3)
    assert told == summarise(run)


def test_a_log_that_another_one_took_the_place_of_is_read_anew(tmp_path: Path) -> None:
    known = KnownLogs()
    run = make_run(tmp_path / "run", done=3)
    assert summarise(run, known=known).epoch == 3
    make_run(tmp_path / "other", done=9).events.replace(run.events)
    assert summarise(run, known=known) == summarise(run)
    run.events.write_text("", encoding="utf-8")
    assert summarise(run, known=known).epoch == 0


def test_a_run_that_never_began_is_listed_all_the_same(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "run")
    run.path.mkdir()
    run.config.write_text("{ torn", encoding="utf-8")
    told = summarise(run)
    assert (told.outcome, told.architecture, told.has_model) == ("never began", "", False)


def test_runs_are_listed_newest_first(tmp_path: Path) -> None:
    for name in ("2026-11-20_0900_a", "2026-11-22_0900_b", "2026-11-21_0900_c"):
        make_run(tmp_path / name, done=1)
    assert [told.run.path.name[-1] for told in summaries(tmp_path)] == ["b", "c", "a"]
    assert summaries(tmp_path / "nowhere") == []


def test_a_trial_that_its_search_gave_up_is_not_called_finished_by_hand(tmp_path: Path) -> None:
    search = tmp_path / "2026-11-22_0900_search"
    for number in (0, 1):
        make_run(search / "trials" / f"trial-{number}", done=3, outcome="stopped")
    log = EventLog(RunFolder(search))
    log.write(trial(0, state="pruned"))  # the other one was running when the person stopped the search
    log.close()
    stopped, given_up = summaries(tmp_path)
    assert (stopped.outcome, given_up.outcome) == ("stopped", "given up")
    assert [was_given_up(told.run) for told in (stopped, given_up)] == [False, True]
    assert stopped.can_resume and not given_up.can_resume
