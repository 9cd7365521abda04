"""From framed pixels to what a network takes: the one definition for training, validation, classification, export."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor
from torch.nn import functional as F


@dataclass(frozen=True, kw_only=True)
class InputScale:
    """How 8-bit colours become a network's numbers: `(x - mean) / std`; it belongs to the weights.

    Attributes:
        mean: of red, green and blue, 0..255.
        std: their spread, in the same unit.
    """

    mean: tuple[float, float, float]
    std: tuple[float, float, float]


IMAGENET = InputScale(mean=(123.675, 116.28, 103.53), std=(58.395, 57.12, 57.375))
LITE = InputScale(mean=(127.0, 127.0, 127.0), std=(128.0, 128.0, 128.0))
PLAIN = InputScale(mean=(0.0, 0.0, 0.0), std=(255.0, 255.0, 255.0))

SCALES = MappingProxyType({"imagenet": IMAGENET, "lite": LITE, "none": PLAIN})


def scale_in_force(weights_scale: InputScale, *, normalize: bool) -> InputScale:
    """The scale that a model uses.

    Args:
        weights_scale: what its weights expect.
        normalize: `data.normalize`; without it colours only become 0..1.
    """
    return weights_scale if normalize else PLAIN


def unpack(pixels_NHW4: Tensor) -> tuple[Tensor, Tensor]:
    """Take the cache's pixels apart.

    Args:
        pixels_NHW4: uint8; red, green, blue, and how much the pixel is inside the dish.

    Returns:
        images_N3HW, float32 0..255, and inside_N1HW, float32 0..1.
    """
    planes_N4HW = pixels_NHW4.permute(0, 3, 1, 2).float()
    return planes_N4HW[:, :3], planes_N4HW[:, 3:] / 255.0


def resized(planes_NCHW: Tensor, size_hw: tuple[int, int]) -> Tensor:
    """Give framed pictures the network's size, without aliasing; those that have it already stay as they are.

    The studio frames to that size at once; whoever asks an exported model may hand it larger pictures.

    Args:
        planes_NCHW: float.
        size_hw: height and width wanted, px.
    """
    return F.interpolate(planes_NCHW, size=size_hw, mode="bilinear", align_corners=False, antialias=True)


def to_input(images_N3HW: Tensor, scale: InputScale) -> Tensor:
    """Give colours the scale that the weights expect.

    Args:
        images_N3HW: 0..255, RGB, framed; float or bytes.
        scale: of the weights.

    Returns:
        float32 of the same shape, in the memory order that convolutions like best.
    """
    gain, bias = (torch.tensor(values, device=images_N3HW.device) for values in _linear(scale))
    # Whole rows at once: three colours at a time would take thrice as long.
    pixels_NHW3 = images_N3HW.permute(0, 2, 3, 1).contiguous()
    width = pixels_NHW3.shape[2]
    rows = pixels_NHW3.flatten(2).float()
    scaled = torch.addcmul(bias.repeat(width), rows, gain.repeat(width))
    return scaled.view_as(pixels_NHW3).permute(0, 3, 1, 2)


def _linear(scale: InputScale) -> tuple[list[float], list[float]]:
    """The same as `gain * x + bias`."""
    gain = [1 / std for std in scale.std]
    return gain, [-mean * one for mean, one in zip(scale.mean, gain, strict=True)]
