"""The network that is exported: from framed 8-bit pictures to probabilities, with everything inside."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

import studio
from studio.data.framing import Framed
from studio.data.transforms import resized, scale_in_force, to_input
from studio.learn.checkpoints import Model
from studio.learn.ensemble import Ensemble, have_one_body, quickened, views_of
from studio.learn.framing_file import FILE_NAME
from studio.learn.model_networks import networks_of

SCHEMA_VERSION = 1

Ask = Callable[[Mapping[str, NDArray[np.uint8]]], NDArray[np.float32]]
"""Takes inputs by name, gives probabilities, N x classes."""


class ExportedNetwork(nn.Module):
    """Resize, scale, networks with their views, temperature, mean, threshold, band, in this order."""

    def __init__(self, model: Model, ensemble: Ensemble) -> None:
        """Args:
        model: whose settings hold.
        ensemble: what answers in the studio; its networks are shared.
        """
        super().__init__()
        self.networks = nn.ModuleList(ensemble.networks)
        self._scale = ensemble.scale
        self._views = views_of(model.config.tta)
        self._has_one_body = have_one_body(ensemble.networks)
        self._size_hw = model.config.model.input_size
        self._temperature = model.temperature
        self._threshold = None if model.threshold is None else _from(model.threshold)
        self._band = None if model.band is None else (_from(model.band[0]), _from(model.band[1]))
        self._positive = None if model.positive is None else model.classes.index(model.positive)

    def forward(self, image: Tensor, inside: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """Answer for framed pictures.

        Args:
            image: uint8, N x height x width x 3, RGB; any size, best the network's own.
            inside: uint8, N x height x width, 255 on the dish; only networks with a frozen backbone look at it.

        Returns:
            probabilities, float32 N x classes; the chosen class, int64 N; whether a person should look, bool N.
        """
        pictures = to_input(resized(image.permute(0, 3, 1, 2).float(), self._size_hw), self._scale)
        dish = None if inside is None else resized(inside[:, None].float() / 255.0, self._size_hw)
        shares = [
            (logits / self._temperature).softmax(dim=1)
            for axes in self._views
            for logits in self._logits(pictures.flip(axes), None if dish is None else dish.flip(axes))
        ]
        probabilities = torch.stack(shares).mean(dim=0)
        return probabilities, self.chosen(probabilities), self.look(probabilities)

    def _logits(self, pictures: Tensor, dish: Tensor | None) -> list[Tensor]:
        if not self._has_one_body:
            return [network(pictures, dish) for network in self.networks]
        first: Any = self.networks[0]
        features = first.pooled(pictures, dish)
        return [network(features) for network in self.networks]

    def chosen(self, probabilities_NC: Tensor) -> Tensor:
        """What `core.winner` says of these probabilities, float32, as part of the graph."""
        if self._positive is None or self._threshold is None:
            return probabilities_NC.argmax(dim=1)
        classes = torch.arange(probabilities_NC.shape[1])
        others = probabilities_NC.masked_fill(classes == self._positive, -1.0).argmax(dim=1)
        return torch.where(probabilities_NC[:, self._positive] >= self._threshold, self._positive, others)

    def look(self, probabilities_NC: Tensor) -> Tensor:
        """Whether the positive class is as likely as those that a person is asked about."""
        if self._positive is None or self._band is None:
            return torch.zeros_like(probabilities_NC[:, 0], dtype=torch.bool)
        shares_N, (low, high) = probabilities_NC[:, self._positive], self._band
        return torch.logical_and(shares_N >= low, shares_N < high)


def _from(point: float) -> float:
    """The smallest float32 that is not below a point: the graph's float32 reach it exactly where they reach the point.

    Left as it is, it would be rounded in the graph, for 0.7 downwards: float32(0.7) would win there, and not in
    `core.winner`, which compares doubles.
    """
    near = np.float32(point)
    return float(near if float(near) >= point else np.nextafter(near, np.float32(np.inf)))


class Exportable:
    """A model on its way out: the network that is written, and the studio's own to compare it with.

    Attributes:
        model: what is exported.
        network: in `eval`.
        names: of its inputs: `image`, and `inside` where it looks at where the dish is.
        facts: what is written into the file beside the network, each value as JSON.
    """

    def __init__(self, model: Model, file: Path) -> None:
        """Args:
        model: what to export.
        file: where it was read, for an error's sentence.

        Raises:
            UserError: its weights do not fit its settings.
        """
        self.model = model
        config = model.config
        networks = quickened(networks_of(model, file))
        self._ensemble = Ensemble(
            networks,
            scale=scale_in_force(networks[0].scale, normalize=config.data.normalize),
            temperature=model.temperature,
            views=views_of(config.tta),
        )
        self.network = ExportedNetwork(model, copy.deepcopy(self._ensemble)).eval().requires_grad_(False)
        looks = any(network.is_frozen for network in networks)
        self.names = ("image", "inside") if looks else ("image",)
        self.size_hw = config.model.input_size
        height, width = self.size_hw
        values = {
            "spotless_schema": SCHEMA_VERSION,
            "studio": studio.__version__,
            "title": str(model.info.get("title", "")),
            "architecture": config.model.architecture,
            "members": len(networks),
            "views": len(views_of(config.tta)),
            "classes": list(model.classes),
            "positive": model.positive,
            "threshold": model.threshold,
            "band": None if model.band is None else list(model.band),
            "temperature": model.temperature,
            "framing": config.data.framing,
            "background": config.data.background,
            "input_size": [height, width],
            "inputs": list(self.names),
            "is_dish_asked": looks or config.data.framing == "dish" or config.data.background == "grey",
            "framing_file": FILE_NAME,
        }
        self.facts = {name: json.dumps(value, ensure_ascii=False) for name, value in values.items()}

    @property
    def dynamic_shapes(self) -> tuple[dict[int, Any], ...]:
        """What may differ from the example, for each input: count, height, width."""
        dims: dict[int, Any] = {
            number: torch.export.Dim(name) for number, name in enumerate(("count", "height", "width"))
        }
        return tuple(dims for _ in self.names)

    def example(self, count: int = 2) -> tuple[Tensor, ...]:
        """Inputs of the right shape, in the order of `names`."""
        rng = np.random.default_rng(0)
        image = torch.from_numpy(rng.integers(0, 256, (count, *self.size_hw, 3), np.uint8))
        inside = torch.full((count, *self.size_hw), 255, dtype=torch.uint8)
        return (image, inside)[: len(self.names)]

    def expected(self, framed: Framed) -> NDArray[np.float64]:
        """What the studio itself answers for a framed photo, in float32.

        Returns:
            a probability for each class.
        """
        images = torch.from_numpy(framed.image_HW3[None]).permute(0, 3, 1, 2).float()
        inside = torch.from_numpy(framed.inside_HW[None, None]).float() / 255.0
        found: NDArray[np.float64] = self._ensemble.probabilities(images, inside)[0].numpy()
        return found
