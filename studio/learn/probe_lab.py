"""The place where probes of a diagnosis work: some of a run's samples, its settings, its kind of network."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from studio.core.children import ShouldStop
from studio.core.config import StudioConfig
from studio.core.sections import ModelSettings
from studio.data.transforms import scale_in_force, to_input, unpack
from studio.dirt import cv
from studio.learn.architectures import build_network
from studio.learn.ensemble import quickened
from studio.learn.features import LOOKS_AT_ONCE
from studio.learn.network import Network
from studio.learn.probe_shelves import Shelf
from studio.learn.ranks import Ranks

EYES = ModelSettings(architecture="efficientnet_lite0", pretrained=True, freeze="backbone")
EYES_PX = 160
"""Side of the pictures that trained eyes look at: 60 a second on two cores."""

FROZEN_PX = 224
"""Largest side of what a frozen backbone looks at in probes, whose heads are fitted anew anyway."""

Pixels = NDArray[np.uint8]


class StoppedError(Exception):
    """Somebody asked the diagnosis to stop."""


class Looks(Protocol):
    """Pictures in the form that a learner takes them."""

    def __len__(self) -> int:
        """How many there are."""

    def batch(self, numbers: NDArray[np.int64]) -> tuple[Tensor, ...]:
        """Some of them, on the device."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PictureLooks:
    """Pictures that are normalised when they are asked for.

    Attributes:
        pixels_NHW4: red, green, blue, and how much the pixel is inside the dish.
        network: says the scale of its colours.
        normalize: `data.normalize`.
        device: where the learner is.
    """

    pixels_NHW4: Pixels
    network: Network
    normalize: bool
    device: torch.device

    def __len__(self) -> int:
        return len(self.pixels_NHW4)

    def batch(self, numbers: NDArray[np.int64]) -> tuple[Tensor, ...]:
        """Some of them, on the device."""
        images, _ = unpack(torch.from_numpy(self.pixels_NHW4[numbers]).to(self.device))
        return (to_input(images, scale_in_force(self.network.scale, normalize=self.normalize)),)


@dataclass(frozen=True, kw_only=True, eq=False)
class FeatureLooks:
    """Statistics of a frozen backbone.

    Attributes:
        features_NF: float32, on the device.
    """

    features_NF: Tensor

    def __len__(self) -> int:
        return len(self.features_NF)

    def batch(self, numbers: NDArray[np.int64]) -> tuple[Tensor, ...]:
        """Some of them, on the device."""
        return (self.features_NF[torch.from_numpy(numbers).to(self.features_NF.device)],)


class Lab:
    """Makes learners of the run's kind, and shows them samples of the run; nothing in it is ever written."""

    def __init__(
        self,
        config: StudioConfig,
        classes: tuple[str, ...],
        *,
        learned: Shelf,
        kept: Shelf,
        ranks: Ranks,
        should_stop: ShouldStop,
    ) -> None:
        """Args:
        config: the run's settings.
        classes: in the order of the logits.
        learned: some of what the run learned from.
        kept: some of what was kept from it; may be empty.
        ranks: says the device.
        should_stop: asked between batches.
        """
        self.config = config
        self.classes = classes
        self.ranks = ranks
        self._should_stop = should_stop
        size = config.model.input_size
        if config.model.freeze == "backbone":
            size = (min(size[0], FROZEN_PX), min(size[1], FROZEN_PX))
        self.learned = _at_size(learned, size)
        self.kept = _at_size(kept, size)
        self._size = size

    def breathe(self) -> None:
        """To be called between batches.

        Raises:
            StoppedError: somebody asked to stop.
        """
        if self._should_stop():
            raise StoppedError

    def fresh(self, seed: int = 0) -> Network:
        """A network of the run's kind, as a training with this seed would begin with it, on the device."""
        torch.manual_seed(self.config.training.seed + seed)
        model = self.config.model.model_copy(update={"input_size": self._size})
        network = build_network(model, len(self.classes))
        self.ranks.place(network)
        return network

    def fresh_at(self, config: StudioConfig) -> Network:
        """A network of a model's kind and size, on the device."""
        network = build_network(config.model, len(self.classes))
        self.ranks.place(network)
        return network

    def learner(self, looks: Looks, seed: int = 0) -> nn.Module:
        """What learns: the network, or the head of a frozen one, ready for these looks; it hides nothing."""
        network = self.fresh(seed)
        learner: nn.Module = network
        if network.head is not None:
            assert isinstance(looks, FeatureLooks)
            features = looks.features_NF.double()
            network.head.standardise(features.mean(0), features.std(0, unbiased=False))
            learner = network.head
        for part in learner.modules():
            if isinstance(part, nn.Dropout):
                part.p = 0.0
        return learner

    def looks(self, pixels_NHW4: Pixels) -> Looks:
        """Pictures as the run's learners take them."""
        network = self._plain
        if not network.is_frozen:
            return PictureLooks(
                pixels_NHW4=pixels_NHW4,
                network=network,
                normalize=self.config.data.normalize,
                device=self.ranks.device,
            )
        return FeatureLooks(features_NF=self._pooled(network, pixels_NHW4, self.config.data.normalize))

    def described(self, pixels_NHW4: Pixels) -> NDArray[np.float64]:
        """What eyes trained on many things see in pictures: the run's own where they are frozen.

        Returns:
            N x features, each with mean 0 and spread 1 over the pictures.
        """
        if self._plain.is_frozen:
            pooled = self._pooled(self._plain, pixels_NHW4, self.config.data.normalize)
        else:
            pooled = self._pooled(self._eyes, _shrunk(pixels_NHW4, self._eyes.input_size), True)
        found = pooled.cpu().numpy().astype(np.float64)
        spread = found.std(axis=0)
        result: NDArray[np.float64] = (found - found.mean(axis=0)) / np.where(spread > 1e-9, spread, 1.0)
        return result

    @cached_property
    def learned_looks(self) -> Looks:
        """What was learned from, as it is."""
        return self.looks(self.learned.pixels_NHW4)

    @cached_property
    def kept_looks(self) -> Looks:
        """What was kept, as it is."""
        return self.looks(self.kept.pixels_NHW4)

    @cached_property
    def _plain(self) -> Network:
        network = self.fresh().eval()
        return quickened([network])[0] if network.is_frozen else network

    @cached_property
    def _eyes(self) -> Network:
        side = min(EYES_PX, *self._size)
        network = build_network(EYES.model_copy(update={"input_size": (side, side)}), 2)
        self.ranks.place(network)
        return quickened([network.eval()])[0]

    @torch.no_grad()
    def _pooled(self, network: Network, pixels_NHW4: Pixels, normalize: bool) -> Tensor:
        scale = scale_in_force(network.scale, normalize=normalize)
        rows = [torch.zeros(0, network.num_features, device=self.ranks.device)]
        at_once = LOOKS_AT_ONCE[self.ranks.device.type]
        for start in range(0, len(pixels_NHW4), at_once):
            self.breathe()
            images, inside = unpack(torch.from_numpy(pixels_NHW4[start : start + at_once]).to(self.ranks.device))
            rows.append(network.pooled(to_input(images, scale), inside).float())
        return torch.cat(rows)


def copy_of(learner: nn.Module) -> nn.Module:
    """The same learner once more, to begin from the same place."""
    return copy.deepcopy(learner)


def _at_size(shelf: Shelf, size_hw: tuple[int, int]) -> Shelf:
    return replace(shelf, pixels_NHW4=_shrunk(shelf.pixels_NHW4, size_hw))


def _shrunk(pixels_NHW4: Pixels, size_hw: Sequence[int]) -> Pixels:
    height, width = size_hw
    if pixels_NHW4.shape[1:3] == (height, width):
        return pixels_NHW4
    made = np.empty((len(pixels_NHW4), height, width, 4), np.uint8)
    for number, pixels_HW4 in enumerate(pixels_NHW4):
        made[number] = cv.resize(pixels_HW4, (width, height), interpolation=cv.INTER_AREA)
    return made
