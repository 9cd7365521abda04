"""Everything that the members of a run's model are trained with: the network, the splits' samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from studio.core.children import Emit, ShouldStop
from studio.core.config import StudioConfig
from studio.core.events import Notice, PhaseStarted
from studio.core.sections import ClassWeightingSettings
from studio.data.augment import Augmenter
from studio.data.cache import PixelCache, cache_folder, open_cache
from studio.data.dice import keys_of
from studio.data.loaders import PixelLoader, choose_workers, open_loader
from studio.data.manifest import Manifest, Sample
from studio.data.splits import Splits
from studio.data.transforms import scale_in_force
from studio.learn.architectures import build_network
from studio.learn.environment import Resolved
from studio.learn.features import FeatureMeter, Looks, held_out_looks, plan_looks
from studio.learn.lesson import IN_NO_FOLD, Kept, Lesson, is_held_out
from studio.learn.losses import class_weights
from studio.learn.network import Network
from studio.learn.picture_source import PictureSource
from studio.learn.precision import choose_precision
from studio.learn.ranks import Ranks, check_precision, choose_threads
from studio.learn.sources import Source, SplitSource

SPLITS = ("train", "val", "test")


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """What the members of a run's model have in common.

    Attributes:
        manifest: the dataset.
        samples: of each split.
        folds_N: the fold of each training sample where they are held out in turn, -1 of what all learn from; None
            where a split judges, or none.
        pictures: each split as pictures.
        sources: each split as its network learns from it: pictures, or features of a frozen backbone; where training
            samples are held out in turn, `val` is all of them as they are.
        network: as it starts, on its device; members of an ensemble start from copies.
        loader: gives the pixels; to be closed.
        class_weighting: how classes are weighed in the loss.
        resolved: what every `auto` came to.
    """

    manifest: Manifest
    samples: dict[str, list[Sample]]
    folds_N: NDArray[np.int64] | None
    pictures: dict[str, PictureSource]
    sources: dict[str, SplitSource]
    network: Network
    loader: PixelLoader
    class_weighting: ClassWeightingSettings
    resolved: Resolved

    def lesson(self, member: int) -> Lesson:
        """What a member, from 1, learns from, and what judges it."""
        if self.folds_N is None:
            is_judging_N, samples = np.ones(len(self.samples["val"]), bool), self.samples["val"]
            is_learned_N = np.ones(len(self.samples["train"]), bool)
        else:
            is_judging_N, samples = is_held_out(self.folds_N, member - 1), self.samples["train"]
            is_learned_N = ~is_judging_N
        train = self.sources["train"].part(is_learned_N)
        counts = _counts(train, len(self.manifest.classes))
        return Lesson(
            train=train,
            judging=self.sources["val"].part(is_judging_N),
            samples=[sample for sample, is_judging in zip(samples, is_judging_N, strict=True) if is_judging],
            weights_C=class_weights(counts, self.class_weighting),
        )

    def kept(self, name: str) -> Kept | None:
        """What the whole model is judged on; None where there is nothing of that name.

        Args:
            name: val or test.
        """
        is_in_turn = name == "val" and self.folds_N is not None
        place = "train" if is_in_turn else name
        if not self.samples[place]:
            return None
        return Kept(
            name=name,
            source=self.sources[name],
            pictures=self.pictures[place],
            samples=self.samples[place],
            folds_N=self.folds_N if is_in_turn else None,
        )

    def fewest_learned(self) -> int:
        """Training samples of the member that has the fewest; of a frozen backbone no more than its looks."""
        count = len(self.samples["train"])
        return count if self.folds_N is None else count - int(np.bincount(self.folds_N[self.folds_N >= 0]).max())


def open_workshop(
    config: StudioConfig,
    manifest: Manifest,
    splits: Splits,
    *,
    known: Resolved | None,
    ranks: Ranks,
    emit: Emit,
    should_stop: ShouldStop,
) -> Workshop | None:
    """Get everything ready: pixels, network, precision, features.

    Args:
        config: the run's settings.
        manifest: the dataset.
        splits: ids of the samples on each side.
        known: what every `auto` came to when the run began; None for a new run.
        ranks: this process among the others.
        emit: takes the events.
        should_stop: asked on the way.

    Returns:
        None when stopped.

    Raises:
        ConfigError: the network or the precision cannot be had.
        UserError: a photo cannot be read.
    """
    check_precision(config.hardware.precision, ranks.device)
    samples = {name: manifest.with_twins(manifest.by_id[id] for id in getattr(splits, name)) for name in SPLITS}
    cache = _open_cache(config, manifest, samples, ranks, emit, should_stop)
    if cache is None:
        return None
    emit(PhaseStarted(phase="warming up"))
    wish = 0 if _reads_once(config) and config.data.workers is None else config.data.workers
    workers = known.workers if known else choose_workers(wish, cache, ranks.local_size)
    ranks.use_threads(_threads(config, known, ranks, workers))
    torch.manual_seed(config.training.seed)
    network = build_network(config.model, len(manifest.classes))
    ranks.place(network)
    precision = known.precision if known and known.device == ranks.device.type else config.hardware.precision
    ranks.use_precision(ranks.from_first(lambda: choose_precision(precision, ranks.device, network)))
    loader = open_loader(cache, ranks.device, workers=workers)
    pictures = _pictures(config, manifest, samples, network, loader, ranks)
    folds_N = _folds(splits, manifest, samples["train"])
    judging = {**pictures, "val": pictures["train"] if splits.folds else pictures["val"]}
    sources: dict[str, SplitSource] = {**judging}
    if network.is_frozen:
        folder = cache_folder(manifest.folder) if config.data.cache else None
        meter = FeatureMeter(network, cache, folder, ranks=ranks, emit=emit, should_stop=should_stop)
        looked = meter.measure(_looks(config, samples, judging, is_in_turn=folds_N is not None))
        if looked is None:
            loader.close()
            return None
        sources = dict(zip(SPLITS, looked, strict=True))
    return Workshop(
        manifest=manifest,
        samples=samples,
        folds_N=folds_N,
        pictures=pictures,
        sources=sources,
        network=network,
        loader=loader,
        class_weighting=config.class_weighting,
        resolved=Resolved(
            device=ranks.device.type,
            precision=ranks.precision,
            threads=ranks.threads,
            workers=workers,
            processes=ranks.world_size,
        ),
    )


def _reads_once(config: StudioConfig) -> bool:
    """Whether each picture is looked at but once and its features are kept, so that its pixels need not be."""
    return config.model.freeze == "backbone" and config.model.views == 1


def _folds(splits: Splits, manifest: Manifest, samples: Sequence[Sample]) -> NDArray[np.int64] | None:
    """The fold of each sample: that of its photo, since the split's file does not name clean twins."""
    if not splits.folds:
        return None
    fold_of = {manifest.by_id[id].source_photo: place for place, fold in enumerate(splits.folds) for id in fold}
    return np.array([fold_of.get(sample.source_photo, IN_NO_FOLD) for sample in samples], np.int64)


def _counts(source: Source, classes: int) -> list[int]:
    """Training samples of each class; of a frozen backbone looks, which are dealt more evenly than samples."""
    counts: list[int] = torch.bincount(source.labels_N.cpu(), minlength=classes).tolist()
    return counts


def _open_cache(
    config: StudioConfig,
    manifest: Manifest,
    samples: dict[str, list[Sample]],
    ranks: Ranks,
    emit: Emit,
    should_stop: ShouldStop,
) -> PixelCache | None:
    emit(PhaseStarted(phase="caching"))

    def look() -> PixelCache | None:
        return open_cache(
            manifest,
            [sample for name in SPLITS for sample in samples[name]],
            framing=config.data.framing,
            background=config.data.background,
            size_hw=config.model.input_size,
            limit_gb=config.data.cache_limit_gb,
            is_wanted=config.data.cache and not _reads_once(config),
            emit=emit,
            should_stop=should_stop,
        )

    cache: PixelCache | None = None

    def fill() -> bool:
        nonlocal cache
        cache = look()
        return cache is not None

    # Rank 0 fills the cache, the others find it full.
    if not ranks.from_first(fill):
        return None
    return cache if cache is not None else look()


def _threads(config: StudioConfig, known: Resolved | None, ranks: Ranks, workers: int) -> int:
    if config.hardware.threads:
        return config.hardware.threads
    return known.threads if known else choose_threads(ranks.local_size, workers=workers * ranks.local_size)


def _pictures(
    config: StudioConfig,
    manifest: Manifest,
    samples: dict[str, list[Sample]],
    network: Network,
    loader: PixelLoader,
    ranks: Ranks,
) -> dict[str, PictureSource]:
    places = {name: number for number, name in enumerate(manifest.classes)}
    augmenter = Augmenter(
        settings=config.augmentation,
        level=config.data.augmentation,
        background=config.data.background,
        seed=config.training.seed,
    )
    found: dict[str, PictureSource] = {}
    start = 0
    for name in SPLITS:
        count = len(samples[name])
        found[name] = PictureSource(
            loader=loader,
            places_N=np.arange(start, start + count),
            labels_N=torch.tensor([places[sample.label] for sample in samples[name]], dtype=torch.int64).to(
                ranks.device
            ),
            keys_N=keys_of([sample.pair or sample.id for sample in samples[name]]),
            augmenter=augmenter,
            scale=scale_in_force(network.scale, normalize=config.data.normalize),
            has_inside=network.is_frozen,
        )
        start += count
    return found


def _looks(
    config: StudioConfig, samples: dict[str, list[Sample]], pictures: dict[str, PictureSource], *, is_in_turn: bool
) -> list[tuple[PictureSource, Looks]]:
    """What a frozen backbone looks at for each split: varied for learning, once for judging."""
    views = config.model.views if config.data.augmentation != "none" else 0
    asked = [
        (source, plan_looks(source.keys_N, source.labels_N.cpu().numpy(), views if name == "train" else 0))
        for name, source in pictures.items()
    ]
    if is_in_turn:
        # Guesses judge nothing, so they need no looks as they are.
        is_painted_N = np.array([sample.synthetic or sample.is_guessed for sample in samples["train"]], bool)
        asked[SPLITS.index("val")] = (pictures["val"], held_out_looks(asked[0][1], is_painted_N))
    return asked


def compile_network(network: Network, emit: Emit) -> None:
    """Translate a network for its device; where that cannot be done it stays as it is, and a Notice says so."""
    example = next(network.parameters()).new_zeros(2, 3, *network.input_size)
    network.compile()
    try:
        with torch.no_grad():
            network(example.contiguous(memory_format=torch.channels_last))
    except (RuntimeError, ImportError, OSError) as error:
        network._compiled_call_impl = None
        text = "The network could not be compiled and is trained as it is (hardware.compile)."
        emit(Notice(kind="warning", text=text, details=str(error)))
