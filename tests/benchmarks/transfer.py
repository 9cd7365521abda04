"""From Start to a saved, calibrated model: `python -m tests.benchmarks.transfer [--json FILE|-] [--sizes PX ...]`.

A ready dataset of 20 drawn dishes with 40 painted pictures of them is trained on as the window does it: the frozen
backbone looks once at each of 4 views of a sample, the head learns from what it saw. Medians of 3, in seconds:

    warm_model_s  until the model is saved, calibrated and judged, so that Classify can use it; a process waits with
                  everything imported, as once a dataset is open in the window
    warm_s        until its checks are done too
    cold_model_s  the same where the process is spawned at Start
    cold_s        its end
    reading_s     of the warm one: until the first epoch begins, which is reading, caching and looking
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from PIL import Image

from studio.core import jobs
from studio.core.children import never
from studio.core.config import StudioConfig
from studio.core.events import EvaluationFinished, Event, JobEnded, RunStarted
from studio.core.presets import apply_preset
from studio.core.requests import TrainRequest
from studio.core.runs import RunFolder
from studio.data.import_job import import_manifest
from studio.data.manifest import Manifest
from studio.data.sample_dishes import draw_dish
from studio.data.synthesis_job import paint_dataset
from studio.ui.session import TRAIN_MODULES, TRAIN_TARGET
from tests.benchmarks.telling import asking, tell

CLEAN, DIRTY, VIEWS, PHOTO_PX, REPEATS = 20, 40, 4, 640, 3
IDLE_SHARE, LIMIT_S = 0.05, 60


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Seconds from Start until the run has ended, its model was judged, its first epoch began."""

    whole_s: float
    model_s: float
    reading_s: float


def main() -> None:
    """Take the figures; print them as JSON."""
    parser = asking(__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[224, 448], metavar="PX")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    asked = parser.parse_args()
    figures = []
    with tempfile.TemporaryDirectory() as place:
        config = apply_preset("transfer").edited(dirt__total=DIRTY, model__views=VIEWS, dirt__ahead=True)
        dataset = ready_dataset(Path(place), config)
        for size in asked.sizes:
            figures.append(taken(dataset, config.edited(model__input_size=size), Path(place), repeats=asked.repeats))
            print(json.dumps(figures[-1]), file=sys.stderr, flush=True)
    tell(figures, asked.json)


def ready_dataset(place: Path, config: StudioConfig) -> Manifest:
    """Clean dishes, imported, with dirty pictures of them."""
    (place / "photos").mkdir()
    for number in range(CLEAN):
        Image.fromarray(draw_dish(number + 1, PHOTO_PX)).save(place / "photos" / f"{number:02d}.jpg", quality=90)
    manifest = import_manifest([place / "photos"], place / "dataset", emit=unheard, should_stop=never)
    assert manifest is not None
    painted = paint_dataset(manifest, config.dirt, emit=unheard, should_stop=never)
    assert painted is not None and painted.painted == DIRTY
    return painted


def taken(dataset: Manifest, config: StudioConfig, place: Path, *, repeats: int) -> dict[str, Any]:
    """Train warm, then cold, a few times, each on a copy that nothing is cached of."""
    warm: list[Taken] = []
    cold: list[Taken] = []
    for number in range(2 * repeats):
        is_warm = number % 2 == 0
        folder = place / f"copy-{config.model.input_size[0]}-{number}"
        copy = replace(dataset, folder=folder)
        copy_files(dataset, folder)
        copy.save()
        (warm if is_warm else cold).append(timed(copy, config, RunFolder(folder / "run"), is_warm=is_warm))
    return {
        "input_size": config.model.input_size[0],
        "samples": len(dataset.samples),
        "views": VIEWS,
        "warm_model_s": round(median(one.model_s for one in warm), 1),
        "warm_s": round(median(one.whole_s for one in warm), 1),
        "cold_model_s": round(median(one.model_s for one in cold), 1),
        "cold_s": round(median(one.whole_s for one in cold), 1),
        "reading_s": round(median(one.reading_s for one in warm), 1),
    }


def timed(dataset: Manifest, config: StudioConfig, run: RunFolder, *, is_warm: bool) -> Taken:
    """Train once; the model must be there, with its threshold, as soon as it is said to be judged."""
    spare = waiting() if is_warm else None
    run.path.mkdir(parents=True)
    began = time.monotonic()
    request = TrainRequest(config=config, data=str(dataset.folder))
    reading_s = model_s = 0.0
    for event in jobs.start(TRAIN_TARGET, request, run.path, spare=spare).events():
        if isinstance(event, RunStarted):
            reading_s = time.monotonic() - began
        if isinstance(event, EvaluationFinished):
            model_s = time.monotonic() - began
            assert event.threshold is not None and run.best.is_file()
        if isinstance(event, JobEnded) and event.outcome != "done":
            raise RuntimeError(str(event))
    return Taken(whole_s=time.monotonic() - began, model_s=model_s, reading_s=reading_s)


def waiting() -> jobs.Spare:
    """A process that has imported everything."""
    spare = jobs.Spare(TRAIN_MODULES)
    process, began = psutil.Process(spare.process.pid), time.monotonic()
    process.cpu_percent()
    time.sleep(1)
    while process.cpu_percent(interval=0.5) > 100 * IDLE_SHARE and time.monotonic() - began < LIMIT_S:
        pass
    return spare


def copy_files(dataset: Manifest, folder: Path) -> None:
    """What was painted, and nothing that was cached."""
    for name in ("images", "masks", "thumbnails"):
        shutil.copytree(dataset.folder / name, folder / name)


def unheard(event: Event) -> None:
    """Only times are told."""


if __name__ == "__main__":
    main()
