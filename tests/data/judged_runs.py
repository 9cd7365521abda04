"""Answers of made-up models to held-out samples, as runs keep them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from studio.core.files import write_json
from studio.core.held_out import HeldOut, write_held_out
from studio.core.runs import RunFolder


def judged(folder: Path, dirty: np.ndarray, *, each: int = 4, first: int = 0, threshold: float = 0.5) -> RunFolder:
    """A run whose model gave these probabilities to samples of photos, `each` of them a photo."""
    run = RunFolder(folder)
    photos = [f"photo{first + number // each}" for number in range(len(dirty))]
    held_out = HeldOut(
        classes=("clean", "dirty"),
        labels=tuple(("clean", "dirty")[number % 2] for number in range(len(dirty))),
        probabilities=tuple((1 - share, share) for share in dirty.tolist()),
        is_painted=tuple(number % 2 == 1 for number in range(len(dirty))),
        pictures=tuple(f"/set/{photo}-{number % each}.png" for number, photo in enumerate(photos)),
        samples=tuple(f"{photo}-{number % each}" for number, photo in enumerate(photos)),
        photos=tuple(photos),
    )
    write_held_out(run.evaluation, held_out)
    write_json(run.evaluation / "val.json", {"positive": "dirty", "threshold": threshold})
    return run


def answers(photos: int, wrong: float, *, seed: int = 0) -> np.ndarray:
    """Probabilities of *dirty*, four samples a photo, wrong for this share of the photos."""
    rng = np.random.default_rng(seed)
    truth = np.arange(4 * photos) % 2
    is_wrong = np.repeat(rng.random(photos) < wrong, 4)
    return np.where(is_wrong, 1 - truth, truth) * 0.8 + 0.1
