"""Small runs with a fault planted, and laboratories on pixels alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from studio.core import jobs
from studio.core.events import Event
from studio.core.expert_events import DiagnosisFinished
from studio.core.requests import DiagnoseRequest
from studio.data.import_job import import_manifest
from studio.data.manifest import Manifest, Sample
from studio.learn.diagnose_job import diagnose
from studio.learn.probe_lab import Lab
from studio.learn.probe_shelves import Shelf
from tests.learn.tiny import alone
from tests.learn.training import Training, quick_config

CLASSES = ("clean", "dirty")


def diagnose_here(
    training: Training,
    *,
    should_stop: Callable[[], bool] = lambda: False,
    events: list[Event] | None = None,
    **limits: float,
) -> DiagnosisFinished | None:
    heard: list[Event] = [] if events is None else events
    request = DiagnoseRequest(run=str(training.run.path), **limits)  # type: ignore[arg-type]
    return diagnose(request, training.run.path, seat=jobs.ALONE, emit=heard.append, should_stop=should_stop)


def fired(done: DiagnosisFinished | None) -> list[str]:
    assert done is not None
    return [f"{one.name}: {one.measured}" for one in done.diagnoses if one.state == "fired"]


def shelf(pixels_NHW3: np.ndarray, labels: list[int], families: list[int] | None = None) -> Shelf:
    inside = np.full((*pixels_NHW3.shape[:3], 1), 255, np.uint8)
    samples = tuple(
        Sample(id=f"{number:03}", path=f"{number:03}.png", label=CLASSES[label], source_photo=f"{number:03}")
        for number, label in enumerate(labels)
    )
    return Shelf(
        samples=samples,
        pixels_NHW4=np.concatenate([pixels_NHW3.astype(np.uint8), inside], axis=3),
        labels_N=np.array(labels, np.int64),
        families_N=np.array(families or range(len(labels)), np.int64),
    )


def made_lab(learned: Shelf, kept: Shelf | None = None, **changes: object) -> Lab:
    nothing = replace(
        learned,
        samples=(),
        pixels_NHW4=learned.pixels_NHW4[:0],
        labels_N=learned.labels_N[:0],
        families_N=learned.families_N[:0],
    )
    return Lab(
        quick_config(**changes),
        CLASSES,
        learned=learned,
        kept=kept or nothing,
        ranks=alone(),
        should_stop=lambda: False,
    )


def coloured(labels: list[int], *, seed: int = 0, side: int = 32) -> np.ndarray:
    """Pictures of noise in the colour of their class."""
    rng = np.random.default_rng(seed)
    pixels = rng.uniform(40, 180, (len(labels), 6, 6, 3))
    for number, label in enumerate(labels):
        pixels[number, ..., label] += 70
    return np.stack([cv2.resize(one.astype(np.uint8), (side, side), interpolation=cv2.INTER_CUBIC) for one in pixels])


def plates_on_tables(folder: Path, *, tables: tuple[tuple[int, int, int], tuple[int, int, int]], each: int) -> Manifest:
    """White plates, the dirty ones with brown specks, on a table of one colour for each class."""
    rng = np.random.default_rng(0)
    for label, table in zip(CLASSES, tables, strict=True):
        (folder / "photos" / label).mkdir(parents=True)
        for number in range(each):
            grain = cv2.resize(rng.normal(0, 16, (5, 5)), (128, 128), interpolation=cv2.INTER_CUBIC)[..., None]
            picture = np.clip(grain + table + rng.normal(0, 5, (128, 128, 3)), 0, 255).astype(np.uint8)
            centre = (int(rng.integers(58, 70)), int(rng.integers(58, 70)))
            cv2.circle(picture, centre, int(rng.integers(34, 42)), (240, 240, 236), -1, cv2.LINE_AA)
            for _ in range(6 if label == "dirty" else 0):
                speck = (centre[0] + int(rng.integers(-20, 21)), centre[1] + int(rng.integers(-20, 21)))
                cv2.circle(picture, speck, 4, (120, 60, 20), -1, cv2.LINE_AA)
            Image.fromarray(picture).save(folder / "photos" / label / f"{number:02}.png")
    made = import_manifest(
        [folder / "photos"], folder / "set", emit=lambda event: None, should_stop=lambda: False, workers=1
    )
    assert made is not None
    return made
