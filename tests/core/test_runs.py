"""Events, run folders and files on disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from studio.core.config import StudioConfig
from studio.core.errors import UserError
from studio.core.events import (
    BatchesFinished,
    EpochFinished,
    Event,
    JobEnded,
    Mistake,
    Notice,
    Progress,
    Scores,
    from_line,
    to_line,
)
from studio.core.files import write_text
from studio.core.runs import MAX_POINTS_PER_EPOCH, EventLog, RunFolder, find_run, list_runs, new_run

SCORES = Scores(
    count=3,
    loss=0.5,
    accuracy=1.0,
    accuracy_95=(0.44, 1.0),
    balanced_accuracy=1.0,
    auroc=None,
    confusion=((1, 0), (0, 2)),
)
EPOCH = EpochFinished(
    epoch=1,
    epochs=2,
    train=SCORES,
    val=SCORES,
    val_real=None,
    val_painted=SCORES,
    learning_rate=0.001,
    images_per_s=12.5,
    duration_s=3.0,
    is_best=True,
    best_epoch=1,
    patience_left=5,
    remaining_s=3.0,
    mistakes=(Mistake(sample="a1", path="tellér.jpg", label="clean", predicted="dirty", probability=0.9),),
)


def batches(count: int, *, batch: int, of: int) -> BatchesFinished:
    return BatchesFinished(epoch=1, batch=batch, batches=of, losses=(0.5,) * count, images_per_s=1.0, remaining_s=None)


def test_an_event_survives_its_line() -> None:
    assert from_line(to_line(EPOCH, time_s=12.5)) == (12.5, EPOCH)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        '{"event": "Unknown", "time": 1}',
        '{"event": "Notice"}',
        '{"event": [], "time": 1}',
        "[" * 100_000,
    ],
)
def test_a_line_that_is_no_event_is_refused(line: str) -> None:
    with pytest.raises(UserError, match="not an event"):
        from_line(line)


def test_a_log_replays_what_was_written_but_not_progress_or_endings(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "run")
    log = EventLog(run)
    said: list[Event] = [Notice(kind="info", text="hello"), EPOCH]
    for event in [*said, Progress(phase="reading", done=1, total=2), JobEnded(outcome="done")]:
        log.write(event)
    log.close()
    assert [event for _, event in run.replay()] == said


def test_a_torn_last_line_loses_only_itself(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.events.write_text(to_line(EPOCH) + "\n" + to_line(EPOCH)[:40], encoding="utf-8")
    log = EventLog(run)
    log.write(Notice(kind="info", text="resumed"))
    log.close()
    assert [type(event).__name__ for _, event in run.replay()] == ["EpochFinished", "Notice"]


def test_batches_are_thinned_on_disk(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    log = EventLog(run)
    for batch in range(50, 5001, 50):
        log.write(batches(50, batch=batch, of=5000))
    log.close()
    points = sum(len(event.losses) for _, event in run.replay() if isinstance(event, BatchesFinished))
    assert points == MAX_POINTS_PER_EPOCH


def test_a_run_without_a_log_replays_nothing(tmp_path: Path) -> None:
    assert list(RunFolder(tmp_path).replay()) == []


def test_a_new_run_has_a_safe_name_of_its_own(tmp_path: Path) -> None:
    first, second = new_run(tmp_path, "timm/vit tiny"), new_run(tmp_path, "timm/vit tiny")
    assert first.path.parent == tmp_path
    assert "timm-vit-tiny" in first.path.name
    assert first != second


def test_runs_are_listed_newest_first_and_found_from_their_files(tmp_path: Path) -> None:
    for name in ("2026-01-01_a", "2026-02-01_b"):
        write_text(RunFolder(tmp_path / name).config, StudioConfig().to_json())
    (tmp_path / "no run").mkdir()
    assert [run.path.name for run in list_runs(tmp_path)] == ["2026-02-01_b", "2026-01-01_a"]
    assert find_run(tmp_path / "2026-01-01_a" / "checkpoints" / "best.pt").path.name == "2026-01-01_a"
    with pytest.raises(UserError, match="is not a run"):
        find_run(tmp_path / "no run")


def test_a_run_can_be_given_another_name(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "2026_x")
    assert run.title == "2026_x"
    run.rename("Teller, weiß")
    assert run.title == "Teller, weiß"


def test_a_failed_write_leaves_the_old_file_whole(tmp_path: Path) -> None:
    file = tmp_path / "model.txt"
    write_text(file, "old")

    def fail(stream: object) -> None:
        raise OSError(28, os.strerror(28))

    from studio.core.files import write_atomically

    with pytest.raises(UserError, match="No space left"):
        write_atomically(file, fail)
    assert file.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["model.txt"]
