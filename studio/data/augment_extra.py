"""The further changes of heavy augmentation: two of them for each picture."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from studio.data.dice import Dice

CHANGES_PER_PICTURE = 2


def with_extra_changes(images_N3HW: Tensor, dice: Dice) -> Tensor:
    """Apply some of the changes below to each picture, with its own strength (Cubuk et al., 2019).

    Returns:
        float32, 0..255.
    """
    result = images_N3HW.to(torch.float32, copy=True, memory_format=torch.contiguous_format)
    for _ in range(CHANGES_PER_PICTURE):
        chosen_N, strength_N = dice.below(len(_CHANGES)), dice.uniform(-1.0, 1.0)
        for number, change in enumerate(_CHANGES):
            hit = np.flatnonzero(chosen_N == number)
            if len(hit):
                rows = torch.from_numpy(hit).to(result.device)
                strength = torch.from_numpy(strength_N[hit]).to(result.device).view(-1, 1, 1, 1)
                result[rows] = change(result[rows], strength).clamp(0.0, 255.0)
    return result


def _posterised(images: Tensor, strength: Tensor) -> Tensor:
    """Fewer steps of colour: 8 to 64 of them."""
    step = 2 ** (2 + 3 * strength.abs())
    return (images / step).floor() * step + step / 2


def _solarised(images: Tensor, strength: Tensor) -> Tensor:
    """The brightest colours turned over."""
    limit = 255.0 - 96.0 * strength.abs()
    return torch.where(images > limit, 2 * limit - images, images)


def _sharpened(images: Tensor, strength: Tensor) -> Tensor:
    """Sharper, or softer."""
    soft = F.avg_pool2d(F.pad(images, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    return images + 1.5 * strength.clamp_min(-0.6) * (images - soft)


def _graded(images: Tensor, strength: Tensor) -> Tensor:
    """Another tone curve."""
    return 255.0 * (images / 255.0).clamp(0.0, 1.0) ** torch.exp(0.5 * strength)


def _tinted(images: Tensor, strength: Tensor) -> Tensor:
    """Warmer or colder light."""
    gains = torch.tensor([0.15, 0.0, -0.15], device=images.device).view(1, 3, 1, 1)
    return images * (1 + gains * strength)


def _shaded(images: Tensor, strength: Tensor) -> Tensor:
    """Light that falls off to one side, whose direction follows from the strength."""
    height, width = images.shape[-2:]
    y = torch.linspace(-1, 1, height, device=images.device).view(1, 1, -1, 1)
    x = torch.linspace(-1, 1, width, device=images.device).view(1, 1, 1, -1)
    angle = strength * 7 * math.pi
    return images * (1 + 0.35 * strength.abs() * (torch.cos(angle) * x + torch.sin(angle) * y))


_CHANGES: tuple[Callable[[Tensor, Tensor], Tensor], ...] = (
    _posterised,
    _solarised,
    _sharpened,
    _graded,
    _tinted,
    _shaded,
)
