"""How fast training goes on this machine: the steps alone, the data alone, both from photo files on."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.core.children import Emit, Seat, ShouldStop, never
from studio.core.config import StudioConfig
from studio.core.events import EpochFinished, Event, PhaseStarted, Progress, SpeedMeasured
from studio.core.requests import BenchRequest
from studio.core.scratch import scratch_folder
from studio.core.speeds import Speed, keep_speeds
from studio.data.batch_plan import BatchPlan, Numbers
from studio.data.manifest import Manifest, Sample
from studio.data.splits import Certificate, Splits
from studio.learn.assignment import Assignment
from studio.learn.bench_photos import draw_photo
from studio.learn.losses import build_loss
from studio.learn.memory_watch import MemoryWatch
from studio.learn.ranks import Ranks, open_ranks
from studio.learn.sources import Batch, Source
from studio.learn.trainer import Trainer
from studio.learn.workshop import Workshop, open_workshop

REPEATS, TURNS = 3, 5
MOST_PHOTOS = 1024
PHASE = "measuring"


def bench(config: BenchRequest, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Measure one architecture after another; drawn dishes, the trainer itself, medians of three.

    Args:
        config: which architectures, under which settings.
        folder: the workspace, which keeps what was measured for estimates; all else lies in a temporary folder.
        seat: which process this is; one is enough.
        emit: hears a `SpeedMeasured` for each architecture.
        should_stop: asked between measurements.

    Raises:
        ConfigError: an architecture or the device cannot be had.
        UserError: the folder cannot be written.
    """
    total = len(config.architectures) * (1 + REPEATS)
    emit(PhaseStarted(phase=PHASE, total=total))
    with (
        scratch_folder("bench") as place,
        open_ranks(config.config.hardware, seat) as ranks,
    ):
        yard = _Yard(place, config, ranks)
        for number, architecture in enumerate(config.architectures):
            photos, epochs = yard.size_for(architecture)
            takes: list[_Take] = []
            with MemoryWatch() as memory:
                for repeat in range(REPEATS):
                    emit(Progress(phase=PHASE, done=number * (1 + REPEATS) + 1 + repeat, total=total, remaining_s=None))
                    if should_stop():
                        return
                    takes.append(yard.take(architecture, photos, epochs))
            emit(_told(architecture, ranks, takes, photos, epochs))
            speed = _speed(architecture, ranks, takes, photos, epochs, config.config)
            keep_speeds(folder, [replace(speed, memory_bytes=memory.most_bytes, memory_total_bytes=memory.total_bytes)])


@dataclass(frozen=True, kw_only=True)
class _Take:
    """One measurement.

    Attributes:
        step_s: time of all epochs with batches that lie on the device.
        data_s: time of making the same batches from cached pixels.
        fit_s: time of all epochs on those.
        caching_s: time from photo files to cached pixels.
    """

    step_s: float
    data_s: float
    fit_s: float
    caching_s: float


def _told(architecture: str, ranks: Ranks, takes: Sequence[_Take], photos: int, epochs: int) -> SpeedMeasured:
    work = photos * epochs
    step = median(work / take.step_s for take in takes)
    whole = median(work / (take.caching_s + take.fit_s) for take in takes)
    return SpeedMeasured(
        architecture=architecture,
        device=ranks.device.type,
        precision=ranks.precision,
        photos=photos,
        epochs=epochs,
        step_only_per_s=step,
        data_only_per_s=median(work / take.data_s for take in takes),
        end_to_end_per_s=whole,
        end_to_end_share=median(take.step_s / (take.caching_s + take.fit_s) for take in takes),
        caching_s=median(take.caching_s for take in takes),
    )


def _speed(
    architecture: str, ranks: Ranks, takes: Sequence[_Take], photos: int, epochs: int, config: StudioConfig
) -> Speed:
    height, width = config.model.input_size
    return Speed(
        architecture=architecture,
        device=ranks.device.type,
        device_name=ranks.describe(),
        precision=ranks.precision,
        height=height,
        width=width,
        batch_size=config.training.batch_size,
        sample_s=median(take.fit_s / (photos * epochs) for take in takes),
        caching_s=median(take.caching_s / photos for take in takes),
        measured_s=time.time(),
    )


class _Yard:
    """Where one architecture after another is measured on the same photos."""

    def __init__(self, place: Path, request: BenchRequest, ranks: Ranks) -> None:
        self._place = place
        self._request = request
        self._ranks = ranks
        self._datasets = 0
        self._photos: list[Sample] = []

    def size_for(self, architecture: str) -> tuple[int, int]:
        """How many photos for how many epochs make a measurement as long as asked; slow networks get fewer of both."""
        batch = self._request.config.training.batch_size
        with self._opened(architecture, 2 * batch) as bench:
            replay = bench.replay()
            bench.fit(replay, 1)
            # The quicker of two, or one hiccup of the machine makes every measurement too short.
            speed = 2 * batch / min(bench.fit(replay, 1) for _ in range(2))
        samples = speed * self._request.seconds
        photos = int(min(MOST_PHOTOS, max(2, round(samples / self._request.epochs / batch)) * batch))
        return photos, max(1, min(self._request.epochs, round(samples / photos)))

    def take(self, architecture: str, photos: int, epochs: int) -> _Take:
        """Measure once, in a dataset that nothing is cached of."""
        with self._opened(architecture, photos) as bench:
            replay = bench.replay()
            bench.fit(replay, 1)
            step_s = fit_s = 0.0
            # In turns, so that what else the machine does in the meantime falls on both.
            for turn in np.array_split(np.arange(epochs), min(epochs, TURNS)):
                step_s += bench.fit(replay, len(turn))
                fit_s += bench.fit(bench.source, len(turn))
            return _Take(step_s=step_s, data_s=bench.deliver(epochs), fit_s=fit_s, caching_s=bench.caching_s)

    def _opened(self, architecture: str, photos: int) -> _Bench:
        while len(self._photos) < photos:
            self._photos.append(draw_photo(self._place, len(self._photos)))
        self._datasets += 1
        folder = self._place / f"dataset-{self._datasets}"
        folder.mkdir()
        config = self._request.config.edited(
            model__architecture=architecture, model__pretrained=False, data__framing="fit", data__cache=True,
            early_stopping__enabled=False, ensemble__members=1,
        )  # fmt: skip
        manifest = Manifest(folder=folder, name="bench", samples=tuple(self._photos[:photos]))
        return _Bench(config, manifest, self._ranks)


class _Bench:
    """One architecture, ready to train on cached pixels."""

    def __init__(self, config: StudioConfig, manifest: Manifest, ranks: Ranks) -> None:
        watch = _CachingWatch()
        certificate = Certificate(sentence="", groups=(0, 0, 0), shared=0, closest=None)
        splits = Splits(train=tuple(sample.id for sample in manifest.samples), val=(), test=(), certificate=certificate)
        workshop = open_workshop(config, manifest, splits, known=None, ranks=ranks, emit=watch.hear, should_stop=never)
        assert workshop is not None
        self.caching_s = watch.caching_s
        self._workshop: Workshop = workshop
        self._config = config
        self._ranks = ranks
        self.source: Source = workshop.lesson(1).train

    def __enter__(self) -> _Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self._workshop.loader.close()

    def replay(self) -> _Replay:
        """The batches of the first epoch, on the device."""
        return _Replay(self.source, list(self.source.varied(self._plan().batches(1), 1)))

    def fit(self, source: Source, epochs: int) -> float:
        """Train a fresh copy of the network; the time it took, in seconds."""
        config = self._config.with_values({"training.epochs": epochs})
        network = copy.deepcopy(self._workshop.network)
        assignment = Assignment(
            config=config,
            seed=config.training.seed,
            member=1,
            classes=2,
            score_class=1,
            loss=build_loss(config.training, self._workshop.lesson(1).weights_C),
        )
        learner = network.head if network.head is not None else network
        trainer = Trainer(
            learner, source, None, assignment, ranks=self._ranks, keeper=_KeepsNothing(), emit=_unheard,
            should_stop=never,
        )  # fmt: skip
        began = self._now()
        trainer.fit()
        return self._now() - began

    def deliver(self, epochs: int) -> float:
        """Make all batches of so many epochs; the time it took, in seconds."""
        began = self._now()
        for epoch in range(1, epochs + 1):
            for _ in self.source.varied(self._plan().batches(epoch), epoch):
                pass
        return self._now() - began

    def _plan(self) -> BatchPlan:
        training = self._config.training
        return BatchPlan(keys_N=self.source.keys_N, batch_size=training.batch_size, seed=training.seed)

    def _now(self) -> float:
        if self._ranks.device.type == "cuda":
            torch.cuda.synchronize(self._ranks.device)
        return time.perf_counter()


class _Replay:
    """A source whose batches are made already."""

    def __init__(self, source: Source, batches: list[Batch]) -> None:
        self._source = source
        self._batches = batches

    def __len__(self) -> int:
        return len(self._source)

    @property
    def keys_N(self) -> NDArray[np.uint64]:
        """Of the source."""
        return self._source.keys_N

    @property
    def labels_N(self) -> Tensor:
        """Of the source."""
        return self._source.labels_N

    def varied(self, parts: Sequence[Numbers], epoch: int) -> Iterator[Batch]:
        """The same batches in every epoch."""
        return iter(self._batches[: len(parts)])

    def plain(self, parts: Sequence[Numbers]) -> Iterator[Batch]:
        """The same."""
        return iter(self._batches[: len(parts)])


class _KeepsNothing:
    """Writes no checkpoint, so that only training is timed."""

    def keep(self, trainer: Trainer, event: EpochFinished) -> None:
        """Nothing is kept."""

    def flush(self) -> None:
        """Nothing waits."""


@dataclass
class _CachingWatch:
    """Times the phase of caching by what is said of it."""

    caching_s: float = 0.0
    _began: float = field(default_factory=time.perf_counter)
    _is_caching: bool = False

    def hear(self, event: Event) -> None:
        """Take an event of the workshop."""
        if not isinstance(event, PhaseStarted):
            return
        now = time.perf_counter()
        if self._is_caching:
            self.caching_s += now - self._began
        self._began, self._is_caching = now, event.phase == "caching"


def _unheard(event: Event) -> None:
    """The training's own events are not told."""
