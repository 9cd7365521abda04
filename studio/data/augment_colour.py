"""Colour, blur and noise of a whole batch, each picture with its own strength."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from studio.core.sections import AugmentationSettings
from studio.data.dice import Dice

LUMA = np.array([0.299, 0.587, 0.114])
# Luma and two colour axes, around which a hue turns (NTSC).
YIQ = np.array([LUMA, [0.5959, -0.2746, -0.3213], [0.2115, -0.5227, 0.3112]])
RGB = np.linalg.inv(YIQ)

BLUR_REACH = 3.0  # standard deviations; beyond them lies 0.3 % of a bell


@dataclass(frozen=True, kw_only=True)
class ColourMatrices:
    """One change of colour for each picture: `matrix @ colour + share_of_mean * mean luma`.

    Attributes:
        matrices_N33: float32.
        mean_shares_N: float32; how much of the picture's mean luma is added, which is what contrast needs.
    """

    matrices_N33: NDArray[np.float32]
    mean_shares_N: NDArray[np.float32]


def colour_matrices(dice: Dice, settings: AugmentationSettings) -> ColourMatrices:
    """Draw brightness, contrast, saturation and hue, joined to one matrix for each picture."""
    brightness_N = dice.uniform(1 - settings.brightness, 1 + settings.brightness)
    contrast_N = dice.uniform(1 - settings.contrast, 1 + settings.contrast)
    saturation_N = dice.uniform(1 - settings.saturation, 1 + settings.saturation)
    angle_N = dice.uniform(-settings.hue, settings.hue) * 2 * math.pi
    turns = np.zeros((len(dice), 3, 3))
    turns[:, 0, 0] = 1
    turns[:, 1, 1] = turns[:, 2, 2] = np.cos(angle_N) * saturation_N
    turns[:, 1, 2] = -np.sin(angle_N) * saturation_N
    turns[:, 2, 1] = np.sin(angle_N) * saturation_N
    # Saturation and hue leave luma alone, so the mean that contrast turns about passes through them unchanged.
    matrices = RGB @ turns @ YIQ * (brightness_N * contrast_N)[:, None, None]
    return ColourMatrices(
        matrices_N33=matrices.astype(np.float32),
        mean_shares_N=((1 - contrast_N) * brightness_N).astype(np.float32),
    )


def recoloured(images_N3HW: Tensor, keys_N: NDArray[np.uint64], change: ColourMatrices) -> Tensor:
    """Change colours; pictures with equal keys turn their contrast about the same mean.

    Returns:
        float32, 0..255.
    """
    count, _, height, width = images_N3HW.shape
    device = images_N3HW.device
    luma = torch.tensor(LUMA, dtype=torch.float32, device=device)
    means_N = images_N3HW.mean(dim=(2, 3)) @ luma
    _, groups, sizes = np.unique(keys_N, return_inverse=True, return_counts=True)
    group_N = torch.from_numpy(groups.astype(np.int64)).to(device)
    size_G = torch.from_numpy(sizes.astype(np.float32)).to(device)
    means_G = torch.zeros(len(sizes), device=device).index_add(0, group_N, means_N) / size_G
    offsets_N11 = (means_G[group_N] * torch.from_numpy(change.mean_shares_N).to(device)).view(count, 1, 1)
    matrices = torch.from_numpy(change.matrices_N33).to(device)
    colours = torch.baddbmm(offsets_N11, matrices, images_N3HW.reshape(count, 3, height * width))
    return colours.clamp_(0.0, 255.0).view(count, 3, height, width)


def blurred(images_N3HW: Tensor, sigmas_N: NDArray[np.floating]) -> Tensor:
    """Blur each picture, in place, by a bell of its own standard deviation in px; 0 leaves it as it is."""
    hit = np.flatnonzero(sigmas_N > 0)
    if len(hit) == 0:
        return images_N3HW
    height, width = images_N3HW.shape[-2:]
    radius = min(math.ceil(BLUR_REACH * float(sigmas_N.max())), height - 1, width - 1)
    steps = np.arange(-radius, radius + 1)
    bells = np.exp(-0.5 * (steps / sigmas_N[hit, None]) ** 2)
    bells /= bells.sum(axis=1, keepdims=True)
    weights_KB = torch.from_numpy(bells.T.astype(np.float32).copy()).to(images_N3HW.device)
    rows = torch.from_numpy(hit).to(images_N3HW.device)
    soft = F.pad(images_N3HW[rows], (radius, radius, radius, radius), mode="reflect")
    # Sums of shifted copies: a grouped convolution does the same ten times slower on a CPU.
    soft = _weighted_sum([soft[..., k : k + width] for k in range(len(steps))], weights_KB)
    soft = _weighted_sum([soft[..., k : k + height, :] for k in range(len(steps))], weights_KB)
    images_N3HW[rows] = soft
    return images_N3HW


def with_noise(images_N3HW: Tensor, sigmas_N: NDArray[np.float32], seeds_N: NDArray[np.int64]) -> Tensor:
    """Add camera noise; pictures with equal seeds get the same.

    Args:
        images_N3HW: float32, 0..255.
        sigmas_N: standard deviation for each picture, of 255.
        seeds_N: for the pattern.
    """
    if not (sigmas_N > 0).any():
        return images_N3HW
    device = images_N3HW.device
    patterns: dict[int, Tensor] = {}
    for seed in set(seeds_N.tolist()):
        generator = torch.Generator(device).manual_seed(seed)
        patterns[seed] = torch.randn(images_N3HW.shape[1:], generator=generator, device=device)
    noise = torch.stack([patterns[seed] * float(sigma) for seed, sigma in zip(seeds_N.tolist(), sigmas_N, strict=True)])
    return (images_N3HW + noise).clamp_(0.0, 255.0)


def _weighted_sum(parts: list[Tensor], weights_KB: Tensor) -> Tensor:
    total = parts[0] * weights_KB[0].view(-1, 1, 1, 1)
    for part, weight_B in zip(parts[1:], weights_KB[1:], strict=True):
        total.addcmul_(part, weight_B.view(-1, 1, 1, 1))
    return total
