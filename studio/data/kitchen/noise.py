"""Random fields and colours that glazes, patterns and tables are made of."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from studio.dirt import cv

Floats: TypeAlias = npt.NDArray[np.floating[Any]]


def linear(colour: str) -> Floats:
    """Light of a colour written as on a colour card.

    Args:
        colour: sRGB as six hexadecimal digits, such as `f4efe6`.

    Returns:
        float32 of shape (3,), linear red, green and blue, 0..1 (IEC 61966-2-1).
    """
    srgb = np.array([int(colour[i : i + 2], 16) for i in (0, 2, 4)], np.float32) / 255
    curved = ((srgb + 0.055) / 1.055) ** 2.4
    return np.where(srgb <= 0.04045, srgb / 12.92, curved).astype(np.float32)


def step(low: float, high: float, value: Floats) -> Floats:
    """A soft edge that rises from 0 at `low` to 1 at `high` (falls where `low` > `high`)."""
    share = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float32)


def mix(first: Floats, second: Floats, share_HW: Floats) -> Floats:
    """Blend two colours (or colour pictures) by a field.

    Args:
        first: linear colour (3,) or picture (H, W, 3) where the share is 0.
        second: the same where the share is 1.
        share_HW: float32, 0..1.

    Returns:
        float32 picture of shape (H, W, 3).
    """
    share = share_HW[..., None]
    return np.asarray(first * (1 - share) + second * share, np.float32)


def field(
    rng: np.random.Generator,
    height: int,
    width: int,
    cell_px: float,
    *,
    octaves: int = 4,
    stretch: float = 1.0,
    gain: float = 0.5,
) -> Floats:
    """Fractal value noise of mean 0 and standard deviation about 1.

    Args:
        rng: where the random numbers come from.
        height: rows of the field.
        width: columns of the field.
        cell_px: size of the largest blobs.
        octaves: how many times the blobs are halved.
        stretch: how many times longer the blobs are along x than along y.
        gain: weight of each octave relative to the one before.

    Returns:
        float32 of shape (height, width).
    """
    total = np.zeros((height, width), np.float32)
    weight, power = 1.0, 0.0
    for octave in range(octaves):
        tall, long = max(cell_px / 2**octave, 1.0), max(cell_px * stretch / 2**octave, 1.0)
        grid = rng.standard_normal((int(height / tall) + 4, int(width / long) + 4), dtype=np.float32)
        total += weight * _blown(rng, grid, height, width, tall, long)
        power += weight * weight * 0.55
        weight *= gain
    return np.asarray(total / np.sqrt(power), np.float32)


def _blown(rng: np.random.Generator, grid: Floats, height: int, width: int, tall: float, long: float) -> Floats:
    """A grid of random numbers as a smooth picture whose cells measure `tall` by `long` px."""
    # Large blobs are worked out on a small picture, since they show no detail.
    every_y, every_x = max(int(tall / 8), 1), max(int(long / 8), 1)
    rows, columns = -(-height // every_y), -(-width // every_x)
    # Each octave starts elsewhere: its lattice must not sit on that of the one before.
    left, top = 1 + rng.uniform(0, 1), 1 + rng.uniform(0, 1) if tall > 1 else 0
    to_grid = np.array([[every_x / long, 0, left], [0, every_y / tall, top]], np.float64)
    flags = cv.WARP_INVERSE_MAP | (cv.INTER_CUBIC if max(tall, long) > 6 else cv.INTER_LINEAR)
    small = cv.warpAffine(grid, to_grid, (columns, rows), flags=flags, borderMode=cv.BORDER_REFLECT)
    if every_x == every_y == 1:
        return np.asarray(small)
    return np.asarray(cv.resize(small, (width, height), interpolation=cv.INTER_LINEAR))


def strands(rng: np.random.Generator, count: int, samples: int, smooth: float) -> Floats:
    """Independent wandering lines, one a row, for threads, fibres and brush hairs.

    Args:
        rng: where the random numbers come from.
        count: rows.
        samples: points along each line.
        smooth: length over which a line keeps its value, in points.

    Returns:
        float32 of shape (count, samples), mean 0, standard deviation about 1.
    """
    long = max(smooth, 1.0)
    grid = rng.standard_normal((count, int(samples / long) + 4), dtype=np.float32)
    return np.asarray(_blown(rng, grid, count, samples, 1.0, long) * 1.25, np.float32)
