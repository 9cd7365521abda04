"""A small frozen network for tests, whose weights come from a file; photos that it looks at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from studio.core.children import never
from studio.core.events import Event, PhaseStarted
from studio.core.sections import AugmentationSettings, ModelSettings
from studio.data.augment import Augmenter
from studio.data.cache import open_cache
from studio.data.dice import keys_of
from studio.data.loaders import open_loader
from studio.data.manifest import Manifest
from studio.learn.architectures import build_network
from studio.learn.feature_source import FeatureSource
from studio.learn.features import FeatureMeter, plan_looks
from studio.learn.network import Network
from studio.learn.picture_source import PictureSource
from tests.data.pictures import silent
from tests.learn.tiny import alone

CPU = torch.device("cpu")


def weights_file(folder: Path, *, seed: int = 0) -> Path:
    torch.manual_seed(seed)
    network = build_network(ModelSettings(architecture="custom_cnn", input_size=32), 2)
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(network.body.state_dict(), folder / "weights.pt")
    return folder / "weights.pt"


def frozen(folder: Path, *, classes: int = 2, size: int = 32, seed: int = 0, dropout: float = 0.0) -> Network:
    settings = ModelSettings(
        architecture="custom_cnn",
        input_size=size,
        weights=str(weights_file(folder, seed=seed)),
        freeze="backbone",
        dropout=dropout,
    )
    return build_network(settings, classes).eval()


class Bench:
    """Four photos, two of them called dirty, two of them a pair."""

    def __init__(self, manifest: Manifest, network: Network, folder: Path | None) -> None:
        cache = open_cache(
            manifest,
            manifest.samples,
            framing="dish",
            background="grey",
            size_hw=(32, 32),
            emit=silent,
            should_stop=never,
        )
        assert cache is not None
        self.events: list[Event] = []
        self.cache, self.network, self.folder = cache, network, folder
        self.pictures = PictureSource(
            loader=open_loader(cache, CPU, workers=0),
            places_N=np.arange(4),
            labels_N=torch.tensor([0, 1, 0, 1]),
            keys_N=keys_of(["a", "a", "b", "c"]),
            augmenter=Augmenter(settings=AugmentationSettings(), level="advanced", background="grey", seed=0),
            scale=network.scale,
            has_inside=True,
        )

    def measure(self, views: int, **how: object) -> FeatureSource | None:
        settings = {"ranks": alone(), "emit": self.events.append, "should_stop": never}
        meter = FeatureMeter(self.network, self.cache, self.folder, **(settings | how))  # type: ignore[arg-type]
        found = meter.measure(
            [(self.pictures, plan_looks(self.pictures.keys_N, self.pictures.labels_N.numpy(), views))]
        )
        return found[0] if found else None

    @property
    def looked(self) -> int:
        """How many looks were taken, as far as the events say."""
        return sum(event.total or 0 for event in self.events if isinstance(event, PhaseStarted))


def table_of(source: FeatureSource) -> np.ndarray:
    return np.concatenate(list(source.features()))
