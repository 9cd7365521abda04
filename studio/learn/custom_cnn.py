"""The small CNN that trains from scratch in minutes."""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn

WIDTHS = (32, 64, 128, 256)


class CustomCnn(nn.Module):
    """Four blocks of convolutions, the average over the picture, two linear layers.

    Each block is convolution, batch normalisation, ReLU, and halves height and width. About 420 thousand weights.
    """

    def __init__(self, *, num_classes: int, dropout: float) -> None:
        """Args:
        num_classes: length of the answer.
        dropout: share of the pooled features hidden while training, 0..1.
        """
        super().__init__()
        widths = (3, *WIDTHS)
        self.blocks = nn.Sequential(*(_block(narrow, wide) for narrow, wide in pairwise(widths)))
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Sequential(
            nn.Flatten(),
            nn.Dropout(dropout),
            nn.Linear(WIDTHS[-1], 128),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(128, num_classes),
        )
        for part in self.modules():
            if isinstance(part, nn.Conv2d):
                nn.init.kaiming_normal_(part.weight, nonlinearity="relu")  # He et al., 2015

    def forward(self, images_N3HW: Tensor) -> Tensor:
        """Logits, N x classes, of normalised pictures."""
        logits: Tensor = self.head(self.pool(self.blocks(images_N3HW)))
        return logits


def _block(narrow: int, wide: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(narrow, wide, 3, padding=1, bias=False),
        nn.BatchNorm2d(wide),
        # The greatest of four and ReLU give the same in either order, numbers and gradients; this one costs a quarter.
        nn.MaxPool2d(2),
        nn.ReLU(),
    )
