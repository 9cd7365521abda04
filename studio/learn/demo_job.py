"""The demo: the whole road from drawn dishes to answers for dishes that the network has never seen."""

from __future__ import annotations

import time
from pathlib import Path

from studio.core.children import Emit, Seat, ShouldStop
from studio.core.config import StudioConfig
from studio.core.errors import UserError
from studio.core.events import Notice, PhaseStarted
from studio.core.files import write_bytes
from studio.core.presets import apply_preset
from studio.core.requests import EvaluateRequest, Prediction, TrainRequest
from studio.core.runs import RunFolder
from studio.core.sections import DirtSettings
from studio.data.dataset import make_dataset
from studio.data.manifest import Manifest
from studio.data.sample_dishes import SAMPLE_COUNT, write_samples
from studio.learn.classifier import Classifier
from studio.learn.demo_sheet import draw_sheet
from studio.learn.evaluate_job import evaluate_folder
from studio.learn.train_job import train

LEARN_COUNT = 24
SIZE_PX = 480
LEARN_DIRT = DirtSettings(ratio=3)
UNSEEN_DIRT = DirtSettings(variations=2, seed=2211)


def demo(config: StudioConfig | None, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Draw dishes, paint dirt on them, train, judge the model on other dishes, and draw what came of it.

    Args:
        config: how to train; a quick `transfer` when omitted.
        folder: gets `photos/`, `unseen/`, `dataset/`, `run/` and `demo.png`.
        seat: which process this is; the demo runs in one.
        emit: hears everything that the steps say.
        should_stop: asked between and within the steps.

    Raises:
        UserError: the folder holds an earlier demo that something else was put into, or cannot be written.
    """
    started = time.monotonic()
    photos, unseen = _draw(folder, emit)
    if should_stop():
        return
    dataset = make_dataset([photos], folder / "dataset", LEARN_DIRT, emit=emit, should_stop=should_stop)
    judged = make_dataset([unseen], folder / "unseen-dataset", UNSEEN_DIRT, emit=emit, should_stop=should_stop)
    if dataset is None or judged is None:
        return
    run = _free_run(folder)
    request = TrainRequest(config=config or _quick(), data=str(folder / "dataset"))
    train(request, run.path, seat=seat, emit=emit, should_stop=should_stop)
    if should_stop():
        return
    asked = EvaluateRequest(photos=str(folder / "unseen-dataset"), model=str(run.path))
    evaluate_folder(asked, emit=emit, should_stop=should_stop)
    emit(PhaseStarted(phase="classifying"))
    sheet = folder / "demo.png"
    draw_sheet(sheet, dataset, judged, _answers(judged, run), list(run.replay()))
    emit(Notice(kind="info", text=f"picture of all this: {sheet} ({time.monotonic() - started:.0f} s in all)"))


def _quick() -> StudioConfig:
    """The `transfer` strategy with smaller pictures and fewer of them, so that the demo is over while one watches."""
    return apply_preset("transfer").edited(model__input_size=224, dirt__total=240)


def _draw(folder: Path, emit: Emit) -> tuple[Path, Path]:
    emit(PhaseStarted(phase="drawing dishes"))
    drawn = write_samples(folder / "drawn", SAMPLE_COUNT, SIZE_PX)
    photos, unseen = folder / "photos", folder / "unseen"
    for target, files in ((photos, drawn[:LEARN_COUNT]), (unseen, drawn[LEARN_COUNT:])):
        target.mkdir(parents=True, exist_ok=True)
        for file in files:
            write_bytes(target / file.name, file.read_bytes())
    emit(
        Notice(
            kind="info", text=f"{LEARN_COUNT} clean dishes to learn from, {SAMPLE_COUNT - LEARN_COUNT} to be judged on"
        )
    )
    return photos, unseen


def _free_run(folder: Path) -> RunFolder:
    """A folder for the run beside those of earlier demos, which are kept."""
    for number in range(1, 1000):
        run = RunFolder(folder / ("run" if number == 1 else f"run-{number}"))
        if not run.path.exists():
            return run
    raise UserError(f"{folder}: holds a thousand demo runs; name another folder with --out")


def _answers(judged: Manifest, run: RunFolder) -> list[Prediction]:
    """Answers with heat maps for one clean and one dirty picture of each of the first unseen dishes."""
    by_source: dict[str, list[Path]] = {}
    for sample in judged.samples:
        by_source.setdefault(sample.source_photo, []).append(judged.picture(sample))
    pictures = [picture for family in list(by_source.values())[:4] for picture in family[:2]]
    answers = Classifier.load(run.path).classify(pictures, heat_maps=True)
    return [answer for answer in answers if isinstance(answer, Prediction)]
