"""What glaze mirrors of the things around a dish."""

from __future__ import annotations

import math

import numpy as np

from studio.dirt import cv
from studio.dirt.draws import any_of, between, whole
from studio.dirt.lookalikes.tones import swell
from studio.dirt.lookups import mix, smoothstep
from studio.dirt.outline import Field
from studio.dirt.scene import Grid, Scene

REFLECTED = np.array(
    [
        (0.30, 0.17, 0.10),  # dark stained wood
        (0.45, 0.28, 0.17),
        (0.62, 0.43, 0.27),  # planks
        (0.74, 0.58, 0.42),
        (0.85, 0.50, 0.20),  # lamplight on orange wood
        (0.72, 0.30, 0.12),
        (0.80, 0.58, 0.46),  # skin
        (0.56, 0.36, 0.28),
        (0.12, 0.10, 0.09),  # a phone, a dark room
        (0.32, 0.31, 0.31),
        (0.55, 0.55, 0.53),
        (0.62, 0.14, 0.11),  # clothes
        (0.20, 0.27, 0.42),
        (0.30, 0.38, 0.24),
        (0.80, 0.70, 0.40),
    ],
    np.float32,
)
"""Colours of what stands around a dish, RGB 0..1; those of sauces are among them on purpose."""


def table_colour(rng: np.random.Generator, scene: Scene) -> Field:
    """The colour of some place at the photo's border: what stands beside the dish is what it mirrors.

    Args:
        rng: draws the place.
        scene: the photo.

    Returns:
        RGB, 0..1.
    """
    height, width = scene.image_HW3.shape[:2]
    along, is_upright = float(rng.random()), rng.random() < 0.5
    far = any_of(rng, (0.0, 1.0))
    x, y = (far, along) if is_upright else (along, far)
    size = max(1, min(height, width) // 12)
    top, left = int(y * (height - size)), int(x * (width - size))
    colour_3: Field = scene.image_HW3[top : top + size, left : left + size].reshape(-1, 3).mean(0)
    return colour_3


def blotch(rng: np.random.Generator, grid: Grid, along_HW: Field) -> Field:
    """Smooth islands, sharp on one side and soft on the other, often drawn out along the rim.

    Args:
        rng: draws their shape.
        grid: pixels of the dish that mirrors them.
        along_HW: dish radii along the direction in which they fade.

    Returns:
        how much they show, float32 0..1.
    """
    rho_HW, _ = grid.rho_theta
    field_HW = _smooth(rng, grid)
    level = between(rng, 0.4, 0.7)
    edge = float(np.exp(between(rng, math.log(0.02), math.log(0.4))))
    share_HW = smoothstep(level, level + edge, field_HW)
    start = between(rng, -0.9, 0.3)
    side_HW = along_HW if rng.random() < 0.5 else rho_HW
    share_HW *= smoothstep(start, start + between(rng, 0.3, 1.2), side_HW)
    if rng.random() < 0.4:
        ring = between(rng, 0.3, 1.0)
        share_HW *= smoothstep(ring, ring - any_of(rng, (0.02, 0.15)), rho_HW)
    return share_HW


def _smooth(rng: np.random.Generator, grid: Grid) -> Field:
    """A random field without any detail, 0..1: what is mirrored has no grain, so fractal noise would be wrong."""
    if rng.random() < 0.4:
        cells = rng.integers(3, 8, 2)
        coarse = rng.random((int(cells[0]), int(cells[1])), np.float32)
        return swell(coarse, grid.patch)
    columns, rows = whole(rng, 3, 9), whole(rng, 3, 8)
    coarse = rng.random((rows, columns), np.float32)
    # Enlarged with a column of its other side at each end, the field meets itself where the angle starts anew.
    around = np.concatenate([coarse[:, -2:], coarse, coarse[:, :2]], 1)
    table = cv.resize(around, (16 * (columns + 4), 16 * rows), interpolation=cv.INTER_CUBIC)
    twist, fine = between(rng, -0.15, 0.15), columns * 8 / math.pi
    rho_HW, theta_HW = grid.rho_theta
    column_HW = mix(theta_HW, fine, rho_HW, twist * fine, columns * 8 + 32)
    row_HW = rho_HW * np.float32(16 * rows / 1.05)
    return cv.remap(table, column_HW, row_HW, cv.INTER_LINEAR, borderMode=cv.BORDER_REFLECT)  # type: ignore[no-any-return]


def planks(rng: np.random.Generator, rho_HW: Field, along_HW: Field, across_HW: Field) -> tuple[Field, Field]:
    """A table of planks, mirrored small in the base or bent around the wall.

    Args:
        rng: draws planks, gaps and place.
        rho_HW: share of the way from centre to rim.
        along_HW: dish radii across the planks.
        across_HW: dish radii along them.

    Returns:
        how much the table shows, and how dark it is there; float32 0..1.
    """
    bulge = np.float32(between(rng, -0.7, 0.7))
    u_HW = along_HW * (1 + bulge * rho_HW * rho_HW)
    count = whole(rng, 6, 40)
    gaps = (rng.random(count) < 0.16).astype(np.float32) + rng.uniform(0, 0.4, count).astype(np.float32)
    line = cv.resize(np.clip(gaps, 0, 1)[None], (256, 1), interpolation=cv.INTER_LINEAR)
    line = cv.GaussianBlur(line, (0, 0), between(rng, 0.8, 6))
    place_HW = cv.addWeighted(u_HW, 255 / 2.6, u_HW, 0, 1.3 * 255 / 2.6, dtype=cv.CV_32S)
    mixed_HW: Field = np.take(line[0], place_HW, mode="clip")
    inner, outer = (0.0, between(rng, 0.25, 0.7)) if rng.random() < 0.6 else (between(rng, 0.3, 0.6), 1.0)
    edge = any_of(rng, (0.02, 0.08, 0.3))
    share_HW = smoothstep(outer, outer - edge, rho_HW)
    if inner:
        share_HW = share_HW * smoothstep(inner - edge, inner, rho_HW)
        share_HW = share_HW * smoothstep(between(rng, -0.6, 0.3), 0.7, across_HW)
    return share_HW, mixed_HW
