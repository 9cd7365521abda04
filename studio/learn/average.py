"""The moving average of a network's weights."""

from __future__ import annotations

import copy
from collections.abc import Mapping

import torch
from torch import Tensor, nn


class MovingAverage:
    """A second network whose weights follow the first one's slowly (Polyak, Juditsky, 1992).

    Statistics of batch normalisation are averaged along, since they belong to the weights.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        """Args:
        network: what to follow; copied.
        decay: share of the average that stays at each step. The first steps use less, or the random start would
            linger: `(1 + steps) / (10 + steps)`.
        """
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self._decay = decay
        self._steps = 0

    @torch.no_grad()
    def follow(self, network: nn.Module) -> None:
        """Take one step towards the network's present weights."""
        decay = min(self._decay, (1 + self._steps) / (10 + self._steps))
        self._steps += 1
        own, theirs = self.network.state_dict(), network.state_dict()
        for name, value in own.items():
            if value.is_floating_point():
                value.lerp_(theirs[name], 1 - decay)
            else:
                value.copy_(theirs[name])

    def state(self) -> dict[str, object]:
        """What is needed to go on."""
        return {"steps": self._steps, "weights": self.network.state_dict()}

    def restore(self, state: Mapping[str, object]) -> None:
        """Go on from what `state` told."""
        steps, weights = state["steps"], state["weights"]
        assert isinstance(steps, int) and isinstance(weights, dict)
        self._steps = steps
        tensors: dict[str, Tensor] = weights
        self.network.load_state_dict(tensors)
