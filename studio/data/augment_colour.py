"""What is drawn for a batch: changes of place, sharpness and colour for each picture, and noise."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.core.sections import AugmentationSettings
from studio.data.dice import Dice

LUMA = np.array([0.299, 0.587, 0.114])
# Luma and two colour axes, around which a hue turns (NTSC).
YIQ = np.array([LUMA, [0.5959, -0.2746, -0.3213], [0.2115, -0.5227, 0.3112]])
RGB = np.linalg.inv(YIQ)
MEAN_STEP = 8


@dataclass(frozen=True, kw_only=True, eq=False)
class Changes:
    """What is done to each picture of a batch.

    Attributes:
        sampling_N23: float32; where each pixel is taken from, as in `affine_grid`: -1..1 over width and height.
        sigmas_N: of the blur, px; 0 leaves a picture sharp, None all.
        colours_N34: float32, on the pictures' device; what red, green, blue and 1 are multiplied by. None leaves them.
    """

    sampling_N23: NDArray[np.float32]
    sigmas_N: NDArray[np.floating] | None = None
    colours_N34: Tensor | None = None


def colour_matrices(
    dice: Dice, settings: AugmentationSettings, pixels_NHW4: Tensor, keys_N: NDArray[np.uint64]
) -> Tensor:
    """Draw brightness, contrast, saturation and hue, joined to one matrix for each picture.

    Args:
        dice: one row for each picture.
        settings: how far they may go.
        pixels_NHW4: uint8, as cached; contrast turns about their mean luma.
        keys_N: pictures with equal keys turn their contrast about the same mean.

    Returns:
        N x 3 x 4, float32, on the pictures' device.
    """
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
    matrices_N33 = RGB @ turns @ YIQ * (brightness_N * contrast_N)[:, None, None]
    shares_N = (1 - contrast_N) * brightness_N
    weights_NN = _same(keys_N) * shares_N[:, None]
    device = pixels_NHW4.device
    lumas_N = _mean_lumas(pixels_NHW4)
    offsets_N = torch.from_numpy(weights_NN.astype(np.float32)).to(device) @ lumas_N
    matrices = torch.from_numpy(matrices_N33.astype(np.float32)).to(device)
    return torch.cat([matrices, offsets_N[:, None, None].expand(-1, 3, 1)], dim=2)


def _same(keys_N: NDArray[np.uint64]) -> NDArray[np.float64]:
    """N x N; rows take the mean over the pictures that have the row's key."""
    is_same_NN = keys_N[:, None] == keys_N
    shares_NN: NDArray[np.float64] = is_same_NN / is_same_NN.sum(axis=1, keepdims=True)
    return shares_NN


def _mean_lumas(pixels_NHW4: Tensor) -> Tensor:
    """About the mean luma of each picture: of every eighth pixel of every eighth row."""
    means_N3 = pixels_NHW4[:, ::MEAN_STEP, ::MEAN_STEP, :3].float().mean(dim=(1, 2))
    return means_N3 @ torch.tensor(LUMA, dtype=torch.float32, device=pixels_NHW4.device)


def with_noise(images_N3HW: Tensor, sigmas_N: NDArray[np.float32], seeds_N: NDArray[np.int64]) -> Tensor:
    """Add camera noise; pictures with equal seeds get the same.

    Args:
        images_N3HW: float32, 0..255.
        sigmas_N: standard deviation for each picture, of 255.
        seeds_N: for the pattern.
    """
    if not (sigmas_N > 0).any():
        return images_N3HW
    images_N3HW = images_N3HW.contiguous()
    device = images_N3HW.device
    patterns: dict[int, Tensor] = {}
    for seed in set(seeds_N.tolist()):
        generator = torch.Generator(device).manual_seed(seed)
        patterns[seed] = torch.randn(images_N3HW.shape[1:], generator=generator, device=device)
    noise = torch.stack([patterns[seed] * float(sigma) for seed, sigma in zip(seeds_N.tolist(), sigmas_N, strict=True)])
    return (images_N3HW + noise).clamp_(0.0, 255.0)
