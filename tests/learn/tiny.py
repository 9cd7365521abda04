"""A tiny task that a tiny network learns in a second: is there a bright speck in the picture?"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from studio.core.config import StudioConfig
from studio.core.events import BatchesFinished, EpochFinished, Event
from studio.core.sections import HardwareSettings
from studio.data.batch_plan import Numbers
from studio.data.dice import keys_of
from studio.data.manifest import Sample
from studio.learn.assignment import Assignment
from studio.learn.losses import build_loss, class_weights
from studio.learn.ranks import Ranks
from studio.learn.sources import Batch
from studio.learn.trainer import Trainer
from studio.learn.validation import Judge

CLASSES = ("clean", "dirty")


@dataclass
class TinySource:
    """Pairs of 8 px pictures, with and without a speck; half of the specks count as painted."""

    pairs: int = 12
    seed: int = 0
    keys_N: NDArray[np.uint64] = field(init=False)

    def __post_init__(self) -> None:
        self.keys_N = keys_of([f"{self.seed}-{number // 2}" for number in range(2 * self.pairs)])
        rng = np.random.default_rng(self.seed)
        pictures = np.repeat(rng.normal(0, 0.3, (self.pairs, 1, 8, 8)).astype(np.float32), 2, axis=0)
        for number in range(1, 2 * self.pairs, 2):
            row, column = rng.integers(1, 7, 2)
            pictures[number, 0, row, column] += 3
        self.pictures = torch.from_numpy(pictures)
        self.labels_N = torch.tensor([0, 1] * self.pairs)

    def __len__(self) -> int:
        return 2 * self.pairs

    def samples(self) -> list[Sample]:
        return [
            Sample(
                id=f"{number:04}",
                path=f"{number:04}.png",
                label=CLASSES[number % 2],
                source_photo=f"{number - number % 2:04}",
                synthetic=number % 4 == 1,
            )
            for number in range(len(self))
        ]

    def varied(self, parts: Sequence[Numbers], epoch: int) -> Iterator[Batch]:
        return self.plain(parts)

    def plain(self, parts: Sequence[Numbers]) -> Iterator[Batch]:
        for numbers in parts:
            rows = torch.from_numpy(numbers)
            yield Batch(
                numbers_B=numbers,
                keys_B=self.keys_N[numbers],
                labels_B=self.labels_N[rows],
                inputs=(self.pictures[rows],),
            )


def tiny_network(*, dropout: float = 0.2, norm: bool = True) -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1),
        nn.BatchNorm2d(8) if norm else nn.Identity(),
        nn.ReLU(),
        nn.AdaptiveMaxPool2d(1),
        nn.Flatten(),
        nn.Dropout(dropout),
        nn.Linear(8, 2),
    )


@dataclass
class Memory:
    """Keeps what a trainer says and does."""

    events: list[Event] = field(default_factory=list)
    states: list[dict[str, Any]] = field(default_factory=list)
    flushes: int = 0

    def keep(self, trainer: Trainer, event: EpochFinished) -> None:
        self.states.append(copy.deepcopy(trainer.state()))

    def flush(self) -> None:
        self.flushes += 1

    @property
    def epochs(self) -> list[EpochFinished]:
        return [event for event in self.events if isinstance(event, EpochFinished)]

    @property
    def batches(self) -> list[BatchesFinished]:
        return [event for event in self.events if isinstance(event, BatchesFinished)]


def alone(precision: str = "float32") -> Ranks:
    return Ranks(rank=0, world_size=1, local_size=1, device=torch.device("cpu"), threads=1, precision=precision)


def tiny_config(**changes: object) -> StudioConfig:
    base = {
        "training__epochs": 4,
        "training__batch_size": 8,
        "training__learning_rate": 0.02,
        "training__scheduler": "cosine",
        "early_stopping__enabled": False,
    }
    return StudioConfig().edited(**{**base, **changes})


def tiny_trainer(
    memory: Memory,
    config: StudioConfig | None = None,
    *,
    network: nn.Module | None = None,
    source: TinySource | None = None,
    ranks: Ranks | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    has_validation: bool = True,
) -> Trainer:
    config, ranks = config or tiny_config(), ranks or alone()
    source = source or TinySource()
    loss = build_loss(config.training, class_weights((12, 12), config.class_weighting))
    held_out = TinySource(pairs=9, seed=1)
    judge = Judge(
        source=held_out,
        samples=held_out.samples(),
        picture=lambda sample: Path(sample.path),
        classes=CLASSES,
        score_class=1,
        loss=loss,
        smoothing=0.0,
        batch_size=5,
        ranks=ranks,
    )
    return Trainer(
        tiny_network() if network is None else network,
        source,
        judge if has_validation else None,
        Assignment(config=config, seed=config.training.seed, member=1, classes=2, score_class=1, loss=loss),
        ranks=ranks,
        keeper=memory,
        emit=memory.events.append,
        should_stop=should_stop,
    )


def hardware(**changes: object) -> HardwareSettings:
    return HardwareSettings(**{"device": "cpu", "precision": "float32", "threads": 1, **changes})
