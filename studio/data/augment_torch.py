"""Geometry, blur and colour of a whole batch at once, on a graphics card."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from studio.data.augment_colour import Changes

BLUR_REACH = 3.0  # standard deviations; beyond them lies 0.3 % of a bell


def varied(pixels_NHW4: Tensor, changes: Changes, *, has_inside: bool) -> tuple[Tensor, Tensor | None]:
    """Bend, blur and recolour a batch.

    Args:
        pixels_NHW4: uint8, as cached; on any device.
        changes: of each picture.
        has_inside: whether what is inside the dish is wanted.

    Returns:
        images_N3HW, float32 0..255, and inside_N1HW, float32 0..1, bent along, where it is wanted.
    """
    images, inside = resampled(pixels_NHW4, changes.sampling_N23, has_inside=has_inside)
    if changes.sigmas_N is not None:
        images = blurred(images, changes.sigmas_N)
    if changes.colours_N34 is not None:
        images = recoloured(images, changes.colours_N34)
    return images, inside


def resampled(
    pixels_NHW4: Tensor, matrices_N23: NDArray[np.float32], *, has_inside: bool
) -> tuple[Tensor, Tensor | None]:
    """Bend pictures and what is inside the dish in one go; beyond the edge lies the mirror image, no dish.

    Args:
        pixels_NHW4: uint8, as cached.
        matrices_N23: see `sampling_matrices`.
        has_inside: whether what is inside is wanted.

    Returns:
        images_N3HW, float32 0..255, and inside_N1HW, float32 0..1, where it is wanted.
    """
    planes = pixels_NHW4.permute(0, 3, 1, 2)[:, : 4 if has_inside else 3].contiguous().float()
    places_N2HW = sampling_places(torch.from_numpy(matrices_N23).to(planes.device), *planes.shape[-2:])
    grid = places_N2HW.permute(0, 2, 3, 1)
    planes = F.grid_sample(planes, grid, mode="bilinear", padding_mode="reflection", align_corners=False)
    planes.clamp_(0.0, 255.0)
    if not has_inside:
        return planes, None
    is_photo = places_N2HW.abs_().amax(dim=1, keepdim=True) <= 1.0
    return planes[:, :3], (planes[:, 3:] / 255.0).mul_(is_photo)


def sampling_places(matrices_N23: Tensor, height: int, width: int) -> Tensor:
    """What `affine_grid` gives, two planes for each picture, from one row and one column: a tenth of its time."""
    columns_W, rows_H = (
        (torch.arange(size, device=matrices_N23.device) * 2 + 1) / size - 1 for size in (width, height)
    )
    across_N2W = matrices_N23[:, :, :1] * columns_W
    down_N2H = matrices_N23[:, :, 1:2] * rows_H + matrices_N23[:, :, 2:]
    return across_N2W[:, :, None] + down_N2H[..., None]


def recoloured(images_N3HW: Tensor, colours_N34: Tensor) -> Tensor:
    """Change the colours of each picture by a matrix of its own, float32 0..255."""
    flat_N3P = images_N3HW.flatten(2)
    colours_N3P = torch.baddbmm(colours_N34[:, :, 3:], colours_N34[:, :, :3], flat_N3P)
    return colours_N3P.clamp_(0.0, 255.0).view_as(images_N3HW)


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
    soft = _weighted_sum([soft[..., k : k + width] for k in range(len(steps))], weights_KB)
    soft = _weighted_sum([soft[..., k : k + height, :] for k in range(len(steps))], weights_KB)
    images_N3HW[rows] = soft
    return images_N3HW


def _weighted_sum(parts: list[Tensor], weights_KB: Tensor) -> Tensor:
    total = parts[0] * weights_KB[0].view(-1, 1, 1, 1)
    for part, weight_B in zip(parts[1:], weights_KB[1:], strict=True):
        total.addcmul_(part, weight_B.view(-1, 1, 1, 1))
    return total
