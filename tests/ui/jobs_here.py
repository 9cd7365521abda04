"""Jobs that tests of the window start in child processes; they make figures up."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path

from studio.core.children import Emit, Seat, ShouldStop
from studio.core.diagnoses import DIAGNOSIS_FILE
from studio.core.errors import UserError
from studio.core.events import AdaptationFinished, EstimateReady, Event, PhaseStarted, Progress, RunFinished
from studio.core.expert_events import Diagnosis, DiagnosisFinished, Exported, Verified
from studio.core.files import write_text
from studio.core.presets import apply_preset
from studio.core.requests import AdaptRequest, DiagnoseRequest, ExportRequest, VerifyRequest
from studio.core.runs import EventLog, RunFolder
from tests.ui.made_runs import PHASES, batches, epoch_event, make_run, run_events, scores, started


def train_quickly(config: object, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Say all of a short run."""
    run = RunFolder(folder)
    write_text(run.config, apply_preset("balanced").to_json())
    log = EventLog(run)
    for event in run_events(folder, epochs=3, done=3, best_epoch=2, outcome="finished"):
        log.write(event)
        emit(event)
    log.close()


def train_until_stopped(config: object, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Finish one epoch, then work on the second until asked to stop; keep the first."""
    run = RunFolder(folder)
    write_text(run.config, apply_preset("balanced").to_json())
    log = EventLog(run)

    def say(event: Event) -> None:
        log.write(event)
        emit(event)

    say(PhaseStarted(phase="training", phases=PHASES))
    say(started(folder))
    for event in (*batches(1), epoch_event(1), *batches(2, until=8)):
        say(event)
    while not should_stop():
        time.sleep(0.005)
    say(
        RunFinished(
            outcome="stopped", best_epoch=1, best_value=0.6, val_accuracy=0.6, model=str(run.best), duration_s=1.0
        )
    )
    log.close()


def work_for_long(config: object, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Make progress until asked to stop."""
    done = 0
    emit(PhaseStarted(phase="painting", total=100))
    while not should_stop():
        done = min(99, done + 1)
        emit(Progress(phase="painting", done=done, total=100, remaining_s=12.0))
        time.sleep(0.02)


def meet_bad_input(config: object, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """End with a sentence for the user."""
    raise UserError("plates: holds no photos; add some")


def go_on(config: object, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Resume a run after its third epoch; finish the fourth."""
    emit(started(folder, first_epoch=4))
    for event in (*batches(4), epoch_event(4)):
        emit(event)


def adapt_quickly(config: AdaptRequest, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Make an adapted run; nothing is kept where the run is called bad."""
    emit(PhaseStarted(phase="guessing", total=len(config.photos)))
    emit(Progress(phase="guessing", done=len(config.photos), total=len(config.photos)))
    is_kept = "bad" not in Path(config.run).name
    if is_kept:
        make_run(folder, outcome="finished")
    before, after = scores(0.3, ((18, 2), (3, 17))), scores(0.2, ((19, 1), (2, 18)))
    worse = "Nothing was kept: held-out balanced accuracy fell from 0.90 to 0.70. The run before is as it was."
    emit(
        AdaptationFinished(
            run_before=config.run,
            run=str(folder) if is_kept else "",
            is_kept=is_kept,
            rounds=2 if is_kept else 0,
            photos=len(config.photos),
            guessed={"clean": 6, "dirty": 5},
            answers_before={"clean": 12, "dirty": 12},
            answers_after={"clean": 10, "dirty": 14},
            changed=2,
            before=before,
            after=after,
            sentence="Learned from 6 clean and 5 dirty guesses." if is_kept else worse,
            report="",
        )
    )


def adapt_until_stopped(config: AdaptRequest, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Guess until asked to stop; leave nothing."""
    emit(PhaseStarted(phase="guessing", total=100))
    emit(Progress(phase="guessing", done=12, total=100, remaining_s=30.0))
    while not should_stop():
        time.sleep(0.005)


def estimate_at_once(config: object, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Say how long a training would take."""
    emit(
        EstimateReady(
            epoch_s=2.0,
            run_s=24.0,
            spread_s=1.0,
            reading_s=4.0,
            memory_bytes=1_000_000_000,
            memory_total_bytes=8_000_000_000,
            device="CPU, 2 threads",
            precision="float32",
        )
    )


def estimate_for_ever(config: object, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Time steps until someone stops it."""
    while not should_stop():
        time.sleep(0.01)


def export_at_once(request: ExportRequest, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Say that everything was written."""
    sentence = f"Wrote {Path(request.file).name} as {request.kind}."
    emit(
        Exported(
            kind=request.kind,
            files=(request.file,),
            framed_difference=None,
            file_difference=None,
            photos=0,
            sentence=sentence,
        )
    )


def verify_at_once(request: VerifyRequest, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Find two things wrong."""
    emit(Verified(path=request.path, checked=9, problems=("a photo has changed", "so has the log")))


def diagnose_quickly(
    request: DiagnoseRequest, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop
) -> None:
    """Find two things at once."""
    emit(write_diagnosis(RunFolder(Path(request.run)), Path(request.run) / "photo.png"))


def write_diagnosis(run: RunFolder, picture: Path) -> DiagnosisFinished:
    """Write what a diagnosis leaves: two things that fired, one that is well, one that was not tried."""
    diagnoses = (
        Diagnosis(
            name="label noise",
            title="Some labels look wrong",
            state="fired",
            measured="Each of 40 photos was judged by other dishes; 1 of them is told to be of another class.",
            meaning="A network that must learn wrong labels becomes unsure of the right ones.",
            proposal="Look at these photos, and correct the label where it is wrong.",
            samples=("a1",),
        ),
        Diagnosis(
            name="learning rate",
            title="The learning rate is too small",
            state="fired",
            measured="A sweep from 1e-06 to 1 falls most steeply near 0.002; the run learns at 1e-07.",
            meaning="With steps that small the run ends before it has learned.",
            proposal="Learn at 0.002.",
            changes={"training.learning_rate": 0.002},
        ),
        Diagnosis(
            name="overfits one batch",
            title="It can learn a batch by heart",
            state="quiet",
            measured="After at most 80 steps on the same 16 samples at 0.001, 16 are right.",
            meaning="Network, loss and labels work together.",
        ),
        Diagnosis(
            name="background only",
            title="Photos without the dish",
            state="skipped",
            measured="A dish was found in 3 of 48 samples only.",
            meaning="That is too little to say anything.",
        ),
    )
    file = run.evaluation / DIAGNOSIS_FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    pictures = {"a1": {"path": str(picture), "label": "dirty"}}
    write_text(file, json.dumps({"diagnoses": [asdict(one) for one in diagnoses], "pictures": pictures}))
    return DiagnosisFinished(run=str(run.path), diagnoses=diagnoses, report=str(file))
