"""What the network sees beside the dish while it trains."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from studio.data.dice import Dice
from studio.data.framing import GREY, Background

KEPT, FLAT, CLOUDS, OTHER = range(4)
CLOUD_CELLS = 6


def with_background(
    images_N3HW: Tensor, inside_N1HW: Tensor, keys_N: NDArray[np.uint64], dice: Dice, background: Background
) -> Tensor:
    """Paint over what is beside the dish.

    Args:
        images_N3HW: float32, 0..255.
        inside_N1HW: how much each pixel belongs to the dish, 0..1.
        keys_N: pictures with equal keys get the same background.
        dice: one row for each picture.
        background: `keep` leaves it; `grey` is grey; `vary` draws for each pair its own, a flat colour, clouds, or
            another photo of the batch, since in real collections the table often gives the label away.

    Returns:
        float32, 0..255.
    """
    if background == "keep":
        return images_N3HW
    # Sums and products of tensors in two memory orders take ten times as long.
    images_N3HW = images_N3HW.contiguous()
    if background == "grey":
        return GREY + (images_N3HW - GREY) * inside_N1HW
    kinds_N, partner_N = dice.below(4), _partners(keys_N, dice)
    kinds_N = np.where((kinds_N == OTHER) & (partner_N < 0), CLOUDS, kinds_N)
    painted = _clouds(dice, images_N3HW)
    flat = painted.mean(dim=(2, 3), keepdim=True).expand_as(painted)
    painted = torch.where(_where(kinds_N == FLAT, painted), flat, painted)
    others = images_N3HW[torch.from_numpy(np.maximum(partner_N, 0)).to(images_N3HW.device)]
    painted = torch.where(_where(kinds_N == OTHER, painted), others, painted)
    painted = torch.where(_where(kinds_N == KEPT, painted), images_N3HW, painted)
    return painted + (images_N3HW - painted) * inside_N1HW


def _partners(keys_N: NDArray[np.uint64], dice: Dice) -> NDArray[np.int64]:
    """A picture of another pair for each picture; -1 where there is none."""
    _, firsts_G, group_N = np.unique(keys_N, return_index=True, return_inverse=True)
    step_N = dice.uniform()
    if len(firsts_G) < 2:
        return np.full(len(keys_N), -1, np.int64)
    shift_N = 1 + np.minimum((step_N * (len(firsts_G) - 1)).astype(np.int64), len(firsts_G) - 2)
    partner_N: NDArray[np.int64] = firsts_G[(group_N + shift_N) % len(firsts_G)].astype(np.int64)
    return partner_N


def _clouds(dice: Dice, like_N3HW: Tensor) -> Tensor:
    """Soft clouds of two colours."""
    cells = np.stack([dice.uniform() for _ in range(CLOUD_CELLS**2)], axis=1)
    colours = np.stack([dice.uniform(0.0, 255.0) for _ in range(6)], axis=1).astype(np.float32)
    height, width = like_N3HW.shape[-2:]
    cells_N1CC = torch.from_numpy(cells.reshape(-1, 1, CLOUD_CELLS, CLOUD_CELLS)).to(like_N3HW.device)
    share = F.interpolate(cells_N1CC, size=(height, width), mode="bicubic", align_corners=False).clamp(0, 1)
    ends = torch.from_numpy(colours).to(like_N3HW.device).view(-1, 2, 3, 1, 1)
    return ends[:, 0] + (ends[:, 1] - ends[:, 0]) * share


def _where(mask_N: NDArray[np.bool_], like: Tensor) -> Tensor:
    return torch.from_numpy(mask_N).to(like.device).view(-1, 1, 1, 1)
