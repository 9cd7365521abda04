"""Several networks, each asked about several views, whose probabilities are averaged."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn

from studio.core.sections import TtaSettings
from studio.data.transforms import InputScale, to_input
from studio.learn.explain import evidence
from studio.learn.fusion import fused
from studio.learn.network import Network
from studio.learn.ranks import DTYPES

ROWS, COLUMNS = 2, 3
VIEWS: dict[str, tuple[tuple[int, ...], ...]] = {
    "mirror": ((), (COLUMNS,)),
    "flips": ((), (COLUMNS,), (ROWS,), (ROWS, COLUMNS)),
}
"""For each way to look several times, the axes that each view turns round."""


def views_of(tta: TtaSettings) -> tuple[tuple[int, ...], ...]:
    """The axes that each view turns round; the first view is the photo as it is."""
    return VIEWS[tta.views] if tta.enabled else ((),)


class Ensemble:
    """What answers: one network or several of the same kind."""

    def __init__(
        self,
        networks: Sequence[Network],
        *,
        scale: InputScale,
        temperature: float,
        views: tuple[tuple[int, ...], ...],
        precision: str = "float32",
    ) -> None:
        """Args:
        networks: in `eval`, on one device.
        scale: of their pictures.
        temperature: logits are divided by it; above 0.
        views: see `views_of`.
        precision: float32 or bfloat16; with the latter, convolutions keep no more bits of their weights.
        """
        self.networks = tuple(networks)
        self.scale = scale
        self._temperature = temperature
        self._views = views
        self._precision = precision
        if precision != "float32":
            _shorten(self.networks, DTYPES[precision])
        self._has_one_body = have_one_body(self.networks)

    def twin(self) -> Ensemble:
        """Another one on the same weights, for another thread: two cannot catch maps in one network at once."""
        known = {id(one): one for network in self.networks for one in (*network.parameters(), *network.buffers())}
        return copy.deepcopy(self, known)

    def probabilities(self, images_N3HW: Tensor, inside_N1HW: Tensor) -> Tensor:
        """The mean over networks and views.

        Args:
            images_N3HW: 0..255, framed.
            inside_N1HW: where the dish is, 0..1.

        Returns:
            float64, N x classes; so fine that near-certain answers still rank.
        """
        return self.parts(images_N3HW, inside_N1HW).flatten(0, 1).mean(dim=0)

    @torch.no_grad()
    def parts(self, images_N3HW: Tensor, inside_N1HW: Tensor) -> Tensor:
        """What each network says of each view.

        Args:
            images_N3HW: 0..255, framed.
            inside_N1HW: where the dish is, 0..1.

        Returns:
            probabilities, float64, views x networks x N x classes; the first view is the photo as it is.
        """
        pictures = to_input(images_N3HW, self.scale)
        with self._autocast(pictures):
            found = [torch.stack(self._logits(pictures.flip(axes), inside_N1HW.flip(axes))) for axes in self._views]
        return (torch.stack(found).double() / self._temperature).softmax(dim=-1)

    def evidence(self, images_N3HW: Tensor, inside_N1HW: Tensor, targets_N: Tensor) -> Tensor:
        """How much each place speaks for a class, the photo as it is.

        Args:
            images_N3HW: 0..255, framed.
            inside_N1HW: where the dish is, 0..1.
            targets_N: int64; the class to explain for each picture.

        Returns:
            see `explain.evidence`.
        """
        pictures = to_input(images_N3HW, self.scale)
        with self._autocast(pictures):
            return evidence(self.networks, pictures, inside_N1HW, targets_N, has_one_body=self._has_one_body)

    def _autocast(self, pictures: Tensor) -> AbstractContextManager[Any]:
        if self._precision == "float32":
            return nullcontext()
        return torch.autocast(pictures.device.type, dtype=DTYPES[self._precision])

    def _logits(self, pictures: Tensor, inside: Tensor) -> list[Tensor]:
        if not self._has_one_body:
            return [network(pictures, inside) for network in self.networks]
        features = self.networks[0].pooled(pictures, inside)
        return [network(features) for network in self.networks]


def quickened(networks: Sequence[Network]) -> list[Network]:
    """The same networks with their batch norms folded away; heads on one frozen body share one quick body.

    Args:
        networks: of one kind, in `eval`; their heads stay what they are.
    """
    if not have_one_body(networks):
        return [_quick(network) for network in networks]
    first = _quick(networks[0])
    for network in networks[1:]:
        network.body = first.body
    return [first, *networks[1:]]


def _shorten(networks: Sequence[Network], dtype: torch.dtype) -> None:
    """Weights of convolutions with fewer bits, or they would be cast anew for every photo."""
    for network in networks:
        for part in network.body.modules():
            if isinstance(part, nn.Conv2d):
                part.to(dtype)


def _quick(network: Network) -> Network:
    return fused(network).to(memory_format=torch.channels_last)


def have_one_body(networks: Sequence[Network]) -> bool:
    """Whether all are heads on the same frozen backbone, which then needs to look only once."""
    if not all(network.is_frozen for network in networks):
        return False
    body = networks[0].body
    others = [network.body.state_dict() for network in networks[1:] if network.body is not body]
    return all(torch.equal(tensor, other[name]) for other in others for name, tensor in body.state_dict().items())
