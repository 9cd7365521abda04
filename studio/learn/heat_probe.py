"""Whether a network in training looks at the dirt: heat maps of a few validation samples, scored after an epoch."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from studio.core.config import StudioConfig
from studio.core.events import HeatFit
from studio.data.manifest import Manifest, Sample
from studio.data.null_edits import Sight
from studio.data.transforms import scale_in_force, to_input, unpack
from studio.learn.explain import evidence, evidence_of_maps
from studio.learn.network import Network
from studio.learn.pointing import HeatScores, Region, score_heat
from studio.learn.run_checks import evenly, masked

SCORES_OF_A_HEAD = 10
"""A head on features that are there already has hundreds of epochs, each quicker than a look at eight pictures."""


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """The samples as the network sees them, with the truth about each.

    Attributes:
        pictures: normalised, N x 3 x H x W.
        inside: where the dish is, N x 1 x H x W, 0..1.
        dirt_HW, dish_HW: of each sample.
    """

    pictures: Tensor
    inside: Tensor
    dirt_HW: tuple[Region, ...]
    dish_HW: tuple[Region, ...]


class HeatProbe:
    """Scores the heat maps of one member's network; the samples are read once, a frozen backbone looks once."""

    def __init__(
        self, network: Network, samples: Sequence[Sample], manifest: Manifest, config: StudioConfig, *, target: int
    ) -> None:
        """Args:
        network: of the member, on its device; the learner is it, or its head.
        samples: with a mask each.
        manifest: the dataset.
        config: the run's settings.
        target: place of the class that the dirt speaks for.
        """
        self._network = network
        self._samples = samples
        self._manifest = manifest
        self._config = config
        self._target = target
        self._seen: _Seen | None = None
        self._maps: list[Tensor] | None = None

    def is_due(self, epoch: int) -> bool:
        """Whether this epoch is scored: every one, save of a head, whose epochs are too short for that."""
        if not self._network.is_frozen:
            return True
        epochs = self._config.training.epochs
        return epoch in (1, epochs) or epoch % -(-epochs // SCORES_OF_A_HEAD) == 0

    def score(self, learner: nn.Module) -> HeatFit | None:
        """Hold the evidence of a network, or of a head on the frozen backbone, against the masks.

        Args:
            learner: what classifies now; its mode and its gradients stay as they are.

        Returns:
            None where none of the samples shows dirt on its dish, or can be read any more.
        """
        if self._seen is None and self._samples:
            self._seen = self._read()
        seen = self._seen
        if seen is None:
            return None
        targets_N = torch.full((len(seen.pictures),), self._target, device=seen.pictures.device)
        was_training = learner.training
        learner.eval()
        try:
            heats = self._evidence(learner, seen, targets_N)
        finally:
            learner.train(was_training)
        found = [
            score_heat(heat_HW, dirt_HW, dish_HW)
            for heat_HW, dirt_HW, dish_HW in zip(heats, seen.dirt_HW, seen.dish_HW, strict=True)
        ]
        scores = HeatScores.of([one for one in found if one is not None])
        if not scores.count:
            return None
        return HeatFit(
            count=scores.count,
            hits=scores.hits,
            hit_chance=scores.hit_chance,
            inside=scores.inside,
            inside_chance=scores.inside_chance,
        )

    def _evidence(self, learner: nn.Module, seen: _Seen, targets_N: Tensor) -> NDArray[np.float32]:
        if self._network.is_frozen:
            if self._maps is None:
                with torch.no_grad():
                    self._maps = self._network.eval().features(seen.pictures)
            judged = copy.copy(self._network)  # shares the backbone; only the head is another one
            judged._modules = {**self._network._modules, "head": learner}
            heat = evidence_of_maps([judged], self._maps, seen.inside, targets_N)
        else:
            assert isinstance(learner, Network)
            heat = evidence([learner], seen.pictures, seen.inside, targets_N)
        found: NDArray[np.float32] = heat.detach().cpu().numpy()
        return found

    def _read(self) -> _Seen | None:
        config = self._config
        sight = Sight(framing=config.data.framing, background=config.data.background, size_hw=config.model.input_size)
        read = masked(self._manifest, self._samples, sight)
        if not read:
            self._samples = ()
            return None
        device = next(self._network.parameters()).device
        images, inside = unpack(torch.from_numpy(np.stack([pixels for pixels, _ in read])).to(device))
        scale = scale_in_force(self._network.scale, normalize=config.data.normalize)
        return _Seen(
            pictures=to_input(images, scale),
            inside=inside,
            dirt_HW=tuple(dirt for _, dirt in read),
            dish_HW=tuple(pixels[..., 3] > 127 for pixels, _ in read),
        )


def open_probe(
    network: Network, samples: Sequence[Sample], manifest: Manifest, config: StudioConfig
) -> HeatProbe | None:
    """A probe for one member.

    Args:
        network: of the member.
        samples: that judge it.
        manifest: the dataset.
        config: the run's settings.

    Returns:
        None where it is not asked for, nothing painted judges, the network was translated, or it has no spatial map
        and would be asked dozens of times about each sample.
    """
    painted = [sample for sample in samples if sample.mask]
    has_map = network.is_frozen or network.anatomy.last is not None
    count = config.monitoring.heat_samples
    if not count or not painted or manifest.positive is None or config.hardware.compile or not has_map:
        return None
    chosen = evenly(painted, count)
    return HeatProbe(network, chosen, manifest, config, target=manifest.classes.index(manifest.positive))
