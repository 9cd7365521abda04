"""A model's networks, of which each picture is shown to those that never learned from it."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.data.transforms import scale_in_force, to_input, unpack
from studio.learn.checkpoints import Model
from studio.learn.ensemble import quickened, views_of
from studio.learn.explain import evidence
from studio.learn.features import LOOKS_AT_ONCE
from studio.learn.lesson import Kept
from studio.learn.network import Network

Judges: TypeAlias = tuple[int, ...]
"""Places of networks in their model, from 0."""


def judges_of(kept: Iterable[Kept], members: int) -> dict[str, Judges]:
    """For each sample that some networks have never learned from, which they are.

    Args:
        kept: what was kept from training, from all networks or in turn.
        members: networks of the model.

    Returns:
        places of networks by the sample's id; samples that every network learned from are left out.
    """
    found: dict[str, Judges] = {}
    for part in kept:
        for place in range(members):
            for number in part.judged_by(place).tolist():
                id = part.samples[number].id
                found[id] = (*found.get(id, ()), place)
    return found


class Panel:
    """Answers of chosen networks of a model, as the model would give them: every view, at its temperature."""

    def __init__(self, model: Model, network: Network) -> None:
        """Args:
        model: with the weights.
        network: of the model's kind, on its device; stays as it is.
        """
        self._networks = quickened([_with_weights(network, member.weights) for member in model.members])
        self._scale = scale_in_force(network.scale, normalize=model.config.data.normalize)
        self._views = views_of(model.config.tta)
        self._temperature = model.temperature
        self._device = next(network.parameters()).device
        self.at_once = LOOKS_AT_ONCE[self._device.type]

    @torch.no_grad()
    def probabilities(self, pixels_NHW4: NDArray[np.uint8], judges: Judges) -> NDArray[np.float64]:
        """The mean over networks and views, N x classes.

        Args:
            pixels_NHW4: red, green, blue, and how much the pixel is inside the dish.
            judges: who answers; at least one.
        """
        answers = []
        for start in range(0, len(pixels_NHW4), self.at_once):
            pictures, inside = self._inputs(pixels_NHW4[start : start + self.at_once])
            shares = [
                (logits.double() / self._temperature).softmax(dim=1)
                for axes in self._views
                for logits in self._logits(pictures.flip(axes), inside.flip(axes), judges)
            ]
            answers.append(torch.stack(shares).mean(dim=0).cpu().numpy())
        return np.concatenate(answers)

    def heat(self, pixels_NHW4: NDArray[np.uint8], judges: Judges, target: int) -> NDArray[np.float32]:
        """Where the evidence for a class lies, the mean over networks; see `explain.evidence`.

        Args:
            pixels_NHW4: as for `probabilities`.
            judges: whose evidence.
            target: place of the class.

        Returns:
            float32, N x rows x columns, 0 and more.
        """
        pictures, inside = self._inputs(pixels_NHW4)
        targets = torch.full((len(pictures),), target, device=self._device)
        found: NDArray[np.float32] = (
            evidence(
                [self._networks[judge] for judge in judges],
                pictures,
                inside,
                targets,
                has_one_body=self._networks[0].is_frozen,
            )
            .cpu()
            .numpy()
        )
        return found

    def _inputs(self, pixels_NHW4: NDArray[np.uint8]) -> tuple[Tensor, Tensor]:
        images, inside = unpack(torch.from_numpy(pixels_NHW4).to(self._device))
        return to_input(images, self._scale), inside

    def _logits(self, pictures: Tensor, inside: Tensor, judges: Sequence[int]) -> list[Tensor]:
        networks = [self._networks[judge] for judge in judges]
        if not networks[0].is_frozen:
            return [network(pictures, inside) for network in networks]
        # Members of a run are heads on one body, which needs to look only once.
        features = networks[0].pooled(pictures, inside)
        return [network(features) for network in networks]


def _with_weights(network: Network, weights: dict[str, Tensor]) -> Network:
    own = copy.deepcopy(network)
    own.load_state_dict(weights)
    return own.eval().requires_grad_(False)
