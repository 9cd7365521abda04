"""Network: an architecture as the trainer, the classifier and the heat map use it."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from studio.core.errors import ConfigError
from studio.data.transforms import InputScale
from studio.learn.pooling import PooledHead, pool
from studio.learn.stages import Anatomy, Tap, study, watching


class Network(nn.Module):
    """Logits of normalised pictures.

    With a frozen backbone the body stays as it is, in `eval`, and a `PooledHead` judges statistics of its maps. These
    do not change while training, so they may be computed once: `forward` also takes them in place of pictures.
    """

    def __init__(
        self, body: nn.Module, *, num_classes: int, input_size: tuple[int, int], scale: InputScale, name: str
    ) -> None:
        """Args:
        body: logits of pictures.
        num_classes: length of the logits.
        input_size: height and width of its pictures, in px.
        scale: mean and standard deviation that its pictures are normalised with.
        name: what settings call the architecture.
        """
        super().__init__()
        self.body = body
        self.scale = scale
        self.name = name
        self.num_classes = num_classes
        self.input_size = input_size
        self.head: PooledHead | None = None
        self.anatomy: Anatomy = study(body, num_classes=num_classes, input_size=input_size)

    @property
    def is_frozen(self) -> bool:
        """Whether only the head learns."""
        return self.head is not None

    @property
    def num_features(self) -> int:
        """Length of the pooled statistics of a frozen network."""
        assert self.head is not None
        return self.head.linear.in_features

    def freeze_backbone(self, *, dropout: float) -> None:
        """Keep the body as it is from now on, with a new head on its pooled statistics.

        Args:
            dropout: share of the statistics hidden from the head while training, 0..1.

        Raises:
            ConfigError: the body has no spatial maps.
        """
        if not self.taps:
            raise ConfigError(
                f"model.freeze: {self.name} has no spatial maps whose statistics a head could judge; set it to none"
            )
        self.body.requires_grad_(False)
        self.body.eval()
        with torch.no_grad():
            for name in self.anatomy.heads:  # nobody asks the old ones, and chance must not tell equal bodies apart
                for parameter in self.body.get_submodule(name).parameters():
                    parameter.zero_()
            features = self.pooled(torch.zeros(1, 3, *self.input_size), None)
        self.head = PooledHead(features.shape[1], self.num_classes, dropout=dropout)

    def train(self, mode: bool = True) -> Network:
        """Switch to training; a frozen body stays in `eval`, or its batch norms would drift."""
        super().train(mode)
        if self.is_frozen:
            self.body.eval()
        return self

    def forward(self, images: Tensor, inside_N1HW: Tensor | None = None) -> Tensor:
        """Logits.

        Args:
            images: normalised pictures, N x 3 x height x width; or, of a frozen network, pooled statistics, N x F.
            inside_N1HW: where the dish is, 0..1; None means everywhere. Only the statistics of a frozen network look.

        Returns:
            N x classes.
        """
        if self.head is None:
            logits: Tensor = self.body(images)
            return logits
        features = images if images.ndim == 2 else self.pooled(images, inside_N1HW)
        logits = self.head(features)
        return logits

    def features(self, images_N3HW: Tensor) -> list[Tensor]:
        """The spatial maps that `taps` names, each N x channels x rows x columns."""
        with watching(self.body, self.taps) as caught:
            self.body(images_N3HW)
        return [caught[tap] for tap in self.taps]

    @property
    def taps(self) -> tuple[Tap, ...]:
        """Where the maps are caught: strides 8, 16, 32 as far as there are such, then the last map if another."""
        last = self.anatomy.last
        return self.anatomy.taps if last is None or last in self.anatomy.taps else (*self.anatomy.taps, last)

    def pooled(self, images_N3HW: Tensor, inside_N1HW: Tensor | None) -> Tensor:
        """Statistics of the maps inside the dish, for the head of a frozen network.

        Returns:
            float32, N x F.
        """
        with torch.no_grad():
            maps = self.features(images_N3HW)
            count = len(self.anatomy.taps)
            return pool(maps[:count], maps[count] if len(maps) > count else None, inside_N1HW)

    def head_parameters(self) -> list[nn.Parameter]:
        """Weights of the layers that give the logits."""
        if self.head is not None:
            return list(self.head.parameters())
        return [one for name in self.anatomy.heads for one in self.body.get_submodule(name).parameters()]

    def backbone_parameters(self) -> list[nn.Parameter]:
        """All other weights."""
        own = {id(parameter) for parameter in self.head_parameters()}
        return [parameter for parameter in self.parameters() if id(parameter) not in own]

    def parameter_groups(self, weight_decay: float) -> list[dict[str, Any]]:
        """Trainable weights for an optimizer: biases and the scales of normalisation are not pulled towards zero."""
        trainable = [parameter for parameter in self.parameters() if parameter.requires_grad]
        groups = [
            {"params": [one for one in trainable if one.ndim > 1], "weight_decay": weight_decay},
            {"params": [one for one in trainable if one.ndim <= 1], "weight_decay": 0.0},
        ]
        return [group for group in groups if group["params"]]

    def trainable_count(self) -> int:
        """How many numbers learn."""
        return sum(parameter.numel() for parameter in self.parameters() if parameter.requires_grad)
