"""Whole trainings on drawn photos, in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from PIL import Image

from studio.core import jobs
from studio.core.config import StudioConfig
from studio.core.events import Event, RunFinished
from studio.core.requests import TrainRequest
from studio.core.runs import RunFolder
from studio.learn.checkpoints import load_model
from studio.learn.train_job import train

E = TypeVar("E")

QUICK = {
    "model.architecture": "custom_cnn",
    "model.input_size": [32, 32],
    "training.epochs": 2,
    "training.batch_size": 8,
    "training.learning_rate": 0.003,
    "data.framing": "stretch",
    "data.augmentation": "basic",
    "hardware.device": "cpu",
    "hardware.precision": "float32",
    "hardware.threads": 1,
    "early_stopping.enabled": False,
    "dirt.size_px": 64,
}


def quick_config(**changes: object) -> StudioConfig:
    dotted = {name.replace("__", "."): value for name, value in changes.items()}
    return StudioConfig().with_values({**QUICK, **dotted})


def draw_photos(folder: Path, counts: dict[str, int], *, size_px: int = 48) -> Path:
    """Photos of nothing in particular, each class in a colour of its own; an empty class name puts them flat."""
    rng = np.random.default_rng(0)
    for place, (label, count) in enumerate(counts.items()):
        (folder / label).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            coarse = rng.uniform(40, 180, (6, 6, 3))
            coarse[..., place % 3] += 70
            picture = Image.fromarray(coarse.astype(np.uint8)).resize((size_px, size_px), Image.Resampling.BICUBIC)
            picture.save(folder / label / f"{number:03}.png")
    return folder


@dataclass
class Training:
    """What a training said and left."""

    run: RunFolder
    events: list[Event] = field(default_factory=list)

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def finished(self) -> RunFinished:
        (event,) = self.of(RunFinished)
        return event

    def weights(self, member: int = 1) -> dict[str, torch.Tensor]:
        return load_model(self.run.best).members[member - 1].weights

    def last_weights(self) -> dict[str, torch.Tensor]:
        state = torch.load(self.run.last, weights_only=True)
        weights: dict[str, torch.Tensor] = state["weights"]
        return weights


def train_here(
    data: Path | str,
    folder: Path,
    config: StudioConfig | None = None,
    *,
    is_resumed: bool = False,
    should_stop: Callable[[list[Event]], bool] = lambda events: False,
) -> Training:
    training = Training(RunFolder(folder))
    request = TrainRequest(config=config or quick_config(), data=str(data), is_resumed=is_resumed)
    with _same_threads():
        train(
            request,
            folder,
            seat=jobs.ALONE,
            emit=training.events.append,
            should_stop=lambda: should_stop(training.events),
        )
    return training


def are_equal(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> bool:
    return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)


@contextmanager
def _same_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)
