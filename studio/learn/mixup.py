"""Mixup: blends samples and their labels."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


def mixed(
    inputs: tuple[Tensor, ...],
    targets_BC: Tensor,
    keys_B: NDArray[np.uint64],
    *,
    alpha: float,
    rng: np.random.Generator,
) -> tuple[tuple[Tensor, ...], Tensor]:
    """Blend each sample with one of another pair (Zhang et al., 2017).

    All members of a pair are blended with members of one other pair, by the same share, so a blended pair still
    differs by nothing but dirt; no sample is blended with its own twin, which would only be paler dirt.

    Args:
        inputs: of the network, each with B rows.
        targets_BC: shares of each class.
        keys_B: equal for the members of a pair.
        alpha: shares come from Beta(alpha, alpha); 0 leaves everything as it is.
        rng: decides.

    Returns:
        blended inputs and targets; as they were when the batch holds one pair.
    """
    if alpha == 0:
        return inputs, targets_BC
    pairs, group_B = np.unique(keys_B, return_inverse=True)
    if len(pairs) < 2:
        return inputs, targets_BC
    members = [np.flatnonzero(group_B == group) for group in range(len(pairs))]
    step, turn = int(rng.integers(1, len(pairs))), int(rng.integers(0, 1 << 16))
    shares_G = rng.beta(alpha, alpha, size=len(pairs))
    partner_B = np.empty(len(keys_B), np.int64)
    for group, own in enumerate(members):
        others = members[(group + step) % len(pairs)]
        partner_B[own] = others[(np.arange(len(own)) + turn) % len(others)]
    device = targets_BC.device
    partners = torch.from_numpy(partner_B).to(device)
    share_B = torch.from_numpy(shares_G[group_B].astype(np.float32)).to(device)
    return tuple(_blended(one, partners, share_B) for one in inputs), _blended(targets_BC, partners, share_B)


def _blended(values: Tensor, partners: Tensor, share_B: Tensor) -> Tensor:
    share = share_B.view(-1, *([1] * (values.ndim - 1)))
    return values * share + values[partners] * (1 - share)
