"""Statistics of spatial maps inside the dish, which a linear head judges."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SMALLEST_SPREAD = 1e-3  # a feature that never varies must not be blown up


class PooledHead(nn.Module):
    """Standardise the pooled statistics, then one linear layer.

    The statistics' mean and spread over the training samples are part of the model.
    """

    mean_F: Tensor
    spread_F: Tensor

    def __init__(self, num_features: int, num_classes: int, *, dropout: float = 0.0) -> None:
        """Args:
        num_features: length of the pooled statistics.
        num_classes: length of the answer.
        dropout: share of the statistics hidden while training, 0..1.
        """
        super().__init__()
        self.register_buffer("mean_F", torch.zeros(num_features))
        self.register_buffer("spread_F", torch.ones(num_features))
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.Linear(num_features, num_classes)
        # The problem is convex, so nothing is gained by a random start.
        nn.init.zeros_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)

    @torch.no_grad()
    def standardise(self, mean_F: Tensor, spread_F: Tensor) -> None:
        """Take over mean and standard deviation of the training samples' statistics."""
        self.mean_F.copy_(mean_F)
        self.spread_F.copy_(spread_F + SMALLEST_SPREAD)

    def forward(self, features_NF: Tensor) -> Tensor:
        """Logits, N x classes."""
        with torch.autocast(features_NF.device.type, enabled=False):
            standard_NF = (features_NF.float() - self.mean_F) / self.spread_F
            logits: Tensor = self.linear(self.dropout(standard_NF))
        return logits


def pool(maps: Sequence[Tensor], crown: Tensor | None, inside_N1HW: Tensor | None) -> Tensor:
    """Average, maximum and standard deviation of each channel inside the dish.

    Local statistics find a speck that one average over the picture loses.

    Args:
        maps: spatial maps, each N x channels x rows x columns.
        crown: a last map of which the maximum alone is taken.
        inside_N1HW: where the dish is, 0..1, of any size; None means everywhere.

    Returns:
        float32, N x features: average, spread, maximum of each map in turn, then the crown's maximum.
    """
    parts: list[Tensor] = []
    for values in maps:
        values = values.float()
        inside = inside_map(inside_N1HW, values)
        count = inside.sum((2, 3))
        average = (values * inside).sum((2, 3)) / count
        spread = ((values - average[:, :, None, None]).square() * inside).sum((2, 3)) / count
        # The square root's slope is endless at 0, which would make the heat map of a flat picture no number.
        parts += [average, (spread + 1e-12).sqrt(), _maximum(values, inside)]
    if crown is not None:
        crown = crown.float()
        parts.append(_maximum(crown, inside_map(inside_N1HW, crown)))
    return torch.cat(parts, dim=1)


def leads_around(
    maps: Sequence[Tensor], crown: Tensor | None, inside_N1HW: Tensor | None, weights_NF: Tensor
) -> Tensor:
    """What a linear head would say if the whole dish looked like the neighbourhood of each place.

    Args:
        maps: as for `pool`.
        crown: as for `pool`.
        inside_N1HW: as for `pool`.
        weights_NF: how much each statistic of `pool` counts, for each picture.

    Returns:
        float32, N x rows x columns of the finest map; how far each place is above the mean of the dish, 0 beside it.
    """
    every = [*maps, *([] if crown is None else [crown])]
    rows, columns = max((tuple(values.shape[2:]) for values in every), key=lambda size: size[0] * size[1])
    total_N1HW = every[0].new_zeros(len(every[0]), 1, rows, columns, dtype=torch.float32)
    start = 0
    for place, values in enumerate(every):
        values = values.float()
        inside = inside_map(inside_N1HW, values)
        statistics = _around(values, inside, only_maximum=place == len(maps))
        for statistic in statistics:
            end = start + values.shape[1]
            lead = (statistic * weights_NF[:, start:end, None, None]).sum(dim=1, keepdim=True)
            # Beside the dish lies its mean, so that interpolation at the rim draws no edge.
            mean = (lead * inside).sum((2, 3), keepdim=True) / inside.sum((2, 3), keepdim=True)
            lead = torch.where(inside > 0, lead - mean, torch.zeros_like(lead))
            total_N1HW += F.interpolate(lead, size=(rows, columns), mode="bilinear", align_corners=False)
            start = end
    return (total_N1HW * inside_map(inside_N1HW, total_N1HW))[:, 0].clamp(min=0)


def _around(values: Tensor, inside: Tensor, *, only_maximum: bool) -> list[Tensor]:
    """Average, spread and maximum in a window around each cell, an eighth of the map wide."""
    side = 1 + 2 * (min(values.shape[2:]) // 16)
    hidden = values.masked_fill(inside == 0, values.amin())
    maximum = F.max_pool2d(hidden, side, stride=1, padding=side // 2)
    if only_maximum:
        return [maximum]
    share = F.avg_pool2d(inside, side, stride=1, padding=side // 2).clamp(min=1e-6)
    average = F.avg_pool2d(values * inside, side, stride=1, padding=side // 2) / share
    square = F.avg_pool2d(values.square() * inside, side, stride=1, padding=side // 2) / share
    return [average, (square - average.square()).clamp(min=0).sqrt(), maximum]


def inside_map(inside_N1HW: Tensor | None, values_NCHW: Tensor) -> Tensor:
    """Which cells of a map belong to the dish.

    Returns:
        float32 0 or 1, N x 1 x rows x columns; all cells where the dish covers none of them by half.
    """
    count, _, rows, columns = values_NCHW.shape
    if inside_N1HW is None:
        return values_NCHW.new_ones(count, 1, rows, columns)
    share = F.adaptive_avg_pool2d(inside_N1HW.to(values_NCHW.dtype), (rows, columns))
    inside = (share > 0.5).to(values_NCHW.dtype)
    is_empty = inside.sum((2, 3), keepdim=True) == 0
    return torch.where(is_empty, torch.ones_like(inside), inside)


def _maximum(values: Tensor, inside: Tensor) -> Tensor:
    return values.masked_fill(inside == 0, -torch.inf).flatten(2).amax(2)
