"""The table and TensorBoard's curves."""

from __future__ import annotations

import csv
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from studio.core.events import EpochFinished, RunFinished, Scores
from studio.core.runs import RunFolder
from studio.learn.monitor import COLUMNS, Monitor

SCORES = Scores(
    count=4,
    loss=0.5,
    accuracy=0.75,
    accuracy_95=(0.3, 0.95),
    balanced_accuracy=0.7,
    auroc=None,
    confusion=((2, 0), (1, 1)),
)
EPOCH = EpochFinished(
    epoch=1, epochs=3, train=SCORES, val=replace(SCORES, loss=0.6, auroc=0.9), val_real=SCORES, val_painted=None,
    learning_rate=0.001, images_per_s=31.4, duration_s=2.0, is_best=True, best_epoch=1, patience_left=None,
    remaining_s=None,
)  # fmt: skip
FINISHED = RunFinished(outcome="finished", best_epoch=1, best_value=1, val_accuracy=1, model="", duration_s=1)


def table(run: RunFolder) -> list[dict[str, str]]:
    return list(csv.DictReader(run.metrics.read_text(encoding="utf-8").splitlines()))


def curves(folder: Path) -> dict[str, dict[int, float]]:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    reader = EventAccumulator(str(folder))
    reader.Reload()
    return {tag: {point.step: point.value for point in reader.Scalars(tag)} for tag in reader.Tags()["scalars"]}


def write(run: RunFolder, *epochs: int, member: int = 1, first: int = 1) -> None:
    monitor = Monitor(run, run.tensorboard)
    monitor.start(member=member, first_epoch=first)
    for number in epochs:
        monitor.hear(replace(EPOCH, epoch=number, member=member, train=replace(SCORES, loss=number / 8)))
    monitor.hear(FINISHED)


def test_each_epoch_is_a_row(tmp_path: Path):
    run = RunFolder(tmp_path)
    write(run, 1, 2)
    rows = table(run)
    assert tuple(rows[0]) == COLUMNS
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert rows[0]["val_loss"] == "0.600000" and rows[0]["val_painted_accuracy"] == ""


def test_tensorboard_reads_the_curves_by_their_agreed_names(tmp_path: Path):
    run = RunFolder(tmp_path)
    write(run, 1, 2)
    found = curves(run.tensorboard)
    agreed = {"Loss/Train", "Loss/Validation", "Accuracy/Train", "Accuracy/Validation", "Learning_Rate"}
    assert agreed <= set(found)
    assert found["Loss/Train"] == {1: 0.125, 2: 0.25}


def test_a_resumed_run_replaces_the_epochs_that_it_does_again(tmp_path: Path):
    run = RunFolder(tmp_path)
    write(run, 1, 2, 3)
    with run.metrics.open("a") as stream:
        stream.write("1,4,0.1")  # the plug was pulled
    write(run, 2, first=2)
    assert [row["epoch"] for row in table(run)] == ["1", "2"]
    assert set(curves(run.tensorboard)["Loss/Train"]) == {1, 2}


def test_members_of_an_ensemble_have_curves_of_their_own(tmp_path: Path):
    run = RunFolder(tmp_path)
    write(run, 1, 2)
    write(run, 1, member=2)
    assert [(row["member"], row["epoch"]) for row in table(run)] == [("1", "1"), ("1", "2"), ("2", "1")]
    assert set(curves(run.tensorboard / "member-2")["Loss/Train"]) == {1}


def test_writing_curves_never_looks_for_tensorflow(tmp_path: Path):
    program = f"""
import sys
from pathlib import Path
from studio.learn.monitor import CurveWriter
writer = CurveWriter(Path({str(tmp_path)!r}), first_step=1)
writer.add({{"Loss/Train": 0.5}}, step=1)
writer.close()
assert not any(name.split(".")[0] in ("tensorflow", "torch") for name in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
