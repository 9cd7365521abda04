"""How long a training would take here: the trainer itself, on a few photos for a few steps."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from studio.core.children import Emit, Seat, ShouldStop
from studio.core.config import StudioConfig
from studio.core.events import BatchesFinished, EpochFinished, EstimateReady, Event, PhaseStarted, RunStarted
from studio.core.requests import TrainRequest
from studio.core.scratch import scratch_folder
from studio.data.manifest import Manifest, Sample
from studio.data.splits import Splits, split
from studio.learn.memory_watch import MemoryWatch
from studio.learn.train_job import train

FAMILIES, CHILDREN, EPOCHS, BATCHES = 5, 4, 2, 4


def estimate(config: TrainRequest, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Time a training without doing it: two short epochs on a few photos and what was painted on them.

    Args:
        config: settings and the dataset.
        folder: of the dataset; nothing is written to it.
        seat: which process this is; one is enough.
        emit: hears `EstimateReady` last.
        should_stop: asked on the way; a stopped estimate says nothing.

    Raises:
        UserError: as for a training.
    """
    manifest = Manifest.load(Path(config.data))
    members = config.config.ensemble.members
    whole = split(manifest, config.config.data, config.config.split, members=members)
    part = _some(manifest)
    short = _shortened(config.config)
    emit(PhaseStarted(phase="timing a few steps"))
    watch = _Watch()
    with scratch_folder("estimate") as place, MemoryWatch() as memory:
        copy = _elsewhere(part, place / "dataset")
        copy.save()
        request = TrainRequest(config=short, data=str(copy.folder))
        train(request, place / "run", seat=seat, emit=watch.hear, should_stop=should_stop)
    if should_stop() or not watch.epochs:
        return
    emit(watch.scaled(config.config, _work(manifest, whole), memory))


def _some(manifest: Manifest) -> Manifest:
    """A few families of each class: a photo with some of what was painted on it."""
    families: dict[str, list[Sample]] = {}
    for sample in manifest.samples:
        families.setdefault(sample.source_photo, []).append(sample)
    taken: dict[str, int] = {}
    kept: list[Sample] = []
    for family in families.values():
        label = family[0].label
        if taken.get(label, 0) < FAMILIES:
            taken[label] = taken.get(label, 0) + 1
            kept += family[: 1 + CHILDREN]
    return manifest.with_samples(kept)


def _elsewhere(manifest: Manifest, folder: Path) -> Manifest:
    """The same samples as a dataset in another folder, so that the cache of the one at hand stays as it is."""
    folder.mkdir(parents=True)
    for sample in manifest.samples:
        for name in (sample.path, sample.twin, sample.mask):
            if name and not Path(name).is_absolute():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(manifest.folder / name, folder / name)
    return replace(manifest, folder=folder, rejected=())


def _shortened(config: StudioConfig) -> StudioConfig:
    return config.with_values(
        {
            "training.epochs": EPOCHS,
            "training.max_train_batches": BATCHES * config.training.gradient_accumulation_steps,
            "ensemble.members": 1,
            "split.cross_fit": "off",
            "early_stopping.enabled": False,
            "monitoring.tensorboard": False,
            "hardware.processes": 1,
        }
    )


@dataclass(frozen=True, kw_only=True)
class _Work:
    """How many samples there are to read and to learn from.

    Attributes:
        learned: training samples, clean twins included.
        judging: validation and test samples.
        folds: of the training samples, where they are held out in turn; else 0.
    """

    learned: int
    judging: int
    folds: int = 0

    @property
    def of_member(self) -> int:
        """Training samples of one member of the model."""
        return self.learned - self.learned // self.folds if self.folds else self.learned

    def looks(self, config: StudioConfig) -> int:
        """Pictures to be read, or to be looked at by a frozen backbone."""
        return _views(config) * self.learned + self.judging


def _work(manifest: Manifest, splits: Splits) -> _Work:
    learned, judging = (
        len(manifest.with_twins(manifest.by_id[id] for id in ids))
        for ids in (splits.train, (*splits.val, *splits.test))
    )
    return _Work(learned=learned, judging=judging, folds=len(splits.folds))


@dataclass
class _Watch:
    """Notes when the trainer said what."""

    began_s: float = field(default_factory=time.monotonic)
    training_s: float = 0.0
    epochs: list[EpochFinished] = field(default_factory=list)
    batches: int = 0
    started: RunStarted | None = None

    def hear(self, event: Event) -> None:
        """Take one of the trainer's events."""
        match event:
            case RunStarted():
                self.started = event
                self.training_s = time.monotonic()
            case BatchesFinished():
                self.batches = event.batches
            case EpochFinished():
                self.epochs.append(event)
            case _:
                return

    def scaled(self, config: StudioConfig, whole: _Work, memory: MemoryWatch) -> EstimateReady:
        """What the noted times come to for the whole dataset.

        Args:
            config: the settings that are asked about.
            whole: how much there is to do.
            memory: what the training took.
        """
        assert self.started is not None
        started = self.started
        timed_part = _Work(learned=started.train_count, judging=started.val_count + started.test_count)
        # The first epoch pays for warming up, which a long run hardly notices.
        timed = [epoch.duration_s for epoch in self.epochs[1:]] or [self.epochs[0].duration_s]
        batches = -(-whole.of_member // config.training.batch_size) * _views(config)
        batches = min(batches, config.training.max_train_batches or batches)
        per_batch = _middle(timed) / max(1, self.batches)
        epoch_s = per_batch * batches
        reading_s = (self.training_s - self.began_s) * whole.looks(config) / timed_part.looks(config)
        runs = config.ensemble.members * config.training.epochs
        spread = (max(timed) - min(timed)) / max(1, self.batches) * batches * runs / 2
        return EstimateReady(
            epoch_s=epoch_s,
            run_s=reading_s + epoch_s * runs,
            spread_s=spread + 0.1 * reading_s,
            reading_s=reading_s,
            memory_bytes=memory.most_bytes,
            memory_total_bytes=memory.total_bytes,
            device=self.started.device,
            precision=self.started.precision,
        )


def _views(config: StudioConfig) -> int:
    return config.model.views if config.model.freeze == "backbone" else 1


def _middle(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]
