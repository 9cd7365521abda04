"""Findings claim what the intervals carry, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from studio.ui.findings import Finding, findings
from studio.ui.run_history import RunHistory
from tests.ui.made_runs import epoch_event, run_events, scores, started


def told(history: RunHistory) -> list[Finding]:
    return findings(history, epochs=20, learning_rate=1e-3)


def history_with(tmp_path: Path, **changes: object) -> RunHistory:
    history = RunHistory()
    history.receive(started(tmp_path, epochs=6))
    for number in range(1, 7):
        history.receive(replace(epoch_event(number, epochs=6, best_epoch=6), **changes))
    return history


def test_nothing_is_found_before_the_first_epoch() -> None:
    assert told(RunHistory()) == []


def test_a_good_run_gives_no_cause(tmp_path: Path) -> None:
    history = RunHistory()
    for event in run_events(tmp_path, done=12):
        history.receive(event)
    assert told(history) == []


def test_learning_by_heart_is_found_when_the_intervals_part(tmp_path: Path) -> None:
    train = scores(0.02, ((300, 1), (1, 300)))
    far = scores(0.9, ((30, 20), (5, 40)))
    found = told(history_with(tmp_path, train=train, val=far, val_real=far, val_painted=None))
    assert [finding.key for finding in found] == ["learns by heart"]
    assert found[0].preset == "against-overfitting"
    assert "99.7 %" in found[0].text
    near = scores(0.9, ((10, 0), (1, 9)))
    assert "learns by heart" not in [finding.key for finding in told(history_with(tmp_path, train=train, val=near))]


def test_a_class_that_is_missed_is_named(tmp_path: Path) -> None:
    blind = scores(0.7, ((60, 0), (20, 5)))
    found = told(history_with(tmp_path, val=blind, val_real=None, val_painted=None, train=blind))
    assert found[0].title == "It misses most that is dirty"
    assert found[0].changes == {"class_weighting.enabled": True}


def test_painted_and_real_are_compared(tmp_path: Path) -> None:
    real, painted = scores(0.8, ((40, 30), (10, 20))), scores(0.1, ((0, 0), (1, 99)))
    found = told(history_with(tmp_path, val=real, val_real=real, val_painted=painted, train=real))
    assert "prefers paint" in [finding.key for finding in found]


def test_few_validation_photos_are_said_to_be_few(tmp_path: Path) -> None:
    few = scores(0.2, ((4, 0), (1, 3)))
    found = told(history_with(tmp_path, val=few, val_real=few, val_painted=None, train=few))
    assert [finding.key for finding in found] == ["knows little"]


def test_a_run_that_was_still_getting_better_is_told_to_go_on(tmp_path: Path) -> None:
    history = RunHistory()
    for event in run_events(tmp_path, epochs=12, done=12, best_epoch=12, outcome="finished"):
        history.receive(event)
    found = told(history)
    assert [finding.key for finding in found] == ["still improves"]
    assert found[0].changes == {"training.epochs": 40}


def test_a_growing_loss_asks_for_smaller_steps(tmp_path: Path) -> None:
    history = RunHistory()
    history.receive(started(tmp_path))
    for number in range(1, 4):
        loss = float("nan") if number == 3 else 0.7
        history.receive(replace(epoch_event(number), train=scores(loss, ((5, 5), (5, 5)))))
    assert told(history)[0].changes == {"training.learning_rate": 1e-4}
