"""Closed paths drawn tight around regions, along edges.

Each is the path of least cost around the region's centre in polar coordinates. Source: circular shortest paths, Sun and
Pallottino 2003.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from studio.dirt import cv
from studio.dirt.outline import Field, Floats

ANGLES = 64
RADII = 48
OVERLAP = 20
"""Angles that the path is led on beyond a full turn, each way."""

MAX_STEP = 2
"""Radii by which the path may move from one angle to the next: rounded squares pass, handles do not."""

LEAST_AREA = 0.03
"""Share of the photo below which a region is too small for a dish."""

Mask: TypeAlias = NDArray[np.uint8]


def traced(regions: Sequence[Mask], edges_HW: Field) -> list[Field]:
    """The paths around regions, all led around together: one at a time they would take three times as long.

    Args:
        regions: 1 on what may be the dish, each of the size of the small copy.
        edges_HW: how much changes at each pixel, 0..1.

    Returns:
        for each region that is not too small, ANGLES points (x, y) in px of the small copy.
    """
    height, width = edges_HW.shape
    hulls = [hull for region in regions if (hull := _hull(region)) is not None]
    if not hulls:
        return []
    # The path may leave the proposal by a third each way; that cuts off a handle or a shadow in the region.
    theta = np.arange(ANGLES) * (2 * math.pi / ANGLES)
    shares = np.linspace(0.62, 1.34, RADII)
    cosine_A, sine_A = np.cos(theta), np.sin(theta)
    centre_K2 = np.array([centre for _, centre in hulls])
    guess_KA = np.stack([_radii_of(hull, centre, theta) for hull, centre in hulls])
    typical_K1 = np.median(guess_KA, axis=1, keepdims=True)
    spread_KA = 0.5 * guess_KA + 0.5 * np.clip(guess_KA, np.float32(0.8) * typical_K1, np.float32(1.25) * typical_K1)
    radius_KAR = spread_KA[..., None] * shares
    x_KAR = (centre_K2[:, :1, None] + radius_KAR * cosine_A[:, None]).astype(np.float32)
    y_KAR = (centre_K2[:, 1:, None] + radius_KAR * sine_A[:, None]).astype(np.float32)
    rows = (-1, RADII)
    edge_KAR = cv.remap(
        edges_HW, x_KAR.reshape(rows), y_KAR.reshape(rows), cv.INTER_LINEAR, borderMode=cv.BORDER_REPLICATE
    ).reshape(x_KAR.shape)
    is_outside = (x_KAR < 0) | (y_KAR < 0) | (x_KAR > width - 1) | (y_KAR > height - 1)
    # Beyond the photo's border a dish may go on: weak evidence there, none against it.
    edge_KAR[is_outside] = 0.35
    cost_KAR = 1 - edge_KAR + 0.9 * np.abs(shares - 1)
    path_KA = _closed_paths(cost_KAR.astype(np.float32))
    radius_KA = np.take_along_axis(radius_KAR, path_KA[..., None], axis=2)[..., 0]
    # A pixel's step in radius is coarse, and a dish is smooth.
    padded = np.concatenate([radius_KA[:, -2:], radius_KA, radius_KA[:, :2]], axis=1)
    smooth_KA = np.stack([np.convolve(row, np.array([1, 2, 3, 2, 1]) / 9, "valid") for row in padded])
    points_KA2 = np.stack([centre_K2[:, :1] + smooth_KA * cosine_A, centre_K2[:, 1:] + smooth_KA * sine_A], axis=2)
    return list(np.clip(points_KA2, -0.5, (width - 0.5, height - 0.5)).astype(np.float32))


def _hull(region_HW: Mask) -> tuple[Field, tuple[float, float]] | None:
    """The convex hull of a region's main part as points (x, y), and its centre."""
    height, width = region_HW.shape
    region = cv.morphologyEx(region_HW, cv.MORPH_OPEN, np.ones((5, 5), np.uint8))
    count, labels, stats, centres = cv.connectedComponentsWithStats(region)
    if count < 2:
        return None
    off = ((centres[1:, 0] - width / 2) / (0.4 * width)) ** 2 + ((centres[1:, 1] - height / 2) / (0.4 * height)) ** 2
    chosen = 1 + int(np.argmax(stats[1:, cv.CC_STAT_AREA] * np.exp(-off)))
    part = region if count == 2 else (labels == chosen).astype(np.uint8)
    contours, _ = cv.findContours(part, cv.RETR_EXTERNAL, cv.CHAIN_APPROX_NONE)
    hull = cv.convexHull(max(contours, key=cv.contourArea))
    moments = cv.moments(hull)
    if moments["m00"] < LEAST_AREA * height * width:
        return None
    return hull[:, 0].astype(np.float32), (moments["m10"] / moments["m00"], moments["m01"] / moments["m00"])


def _radii_of(hull_N2: Field, centre: tuple[float, float], theta_A: Floats) -> Field:
    """Distance of a convex hull from a point inside it in each direction."""
    ends = np.concatenate([hull_N2[1:], hull_N2[:1]])
    steps = max(2, 160 // len(hull_N2))
    t = np.linspace(0, 1, steps, endpoint=False)[:, None, None]
    dense = (hull_N2[None] * (1 - t) + ends[None] * t).transpose(1, 0, 2).reshape(-1, 2) - centre
    angle = np.arctan2(dense[:, 1], dense[:, 0]) % (2 * math.pi)
    order = np.argsort(angle, kind="stable")
    radius = np.hypot(dense[:, 0], dense[:, 1])
    radii: Field = np.interp(theta_A, angle[order], radius[order], period=2 * math.pi).astype(np.float32)
    return radii


def _closed_paths(cost_KAR: Field) -> NDArray[np.int64]:
    """The radius index at each angle of the cheapest paths, walked a little more than once around.

    All paths lie in one row, with gaps of infinite cost between them that no step can cross.
    """
    paths, angles, radii = cost_KAR.shape
    order = np.arange(-OVERLAP, angles + OVERLAP) % angles
    gap = ((0, 0), (0, 0), (MAX_STEP, MAX_STEP))
    length = paths * (radii + 2 * MAX_STEP)
    cost_AL = np.pad(cost_KAR.transpose(1, 0, 2), gap, constant_values=np.inf).reshape(angles, length)
    moves = np.arange(-MAX_STEP, MAX_STEP + 1)
    penalty_M = (0.06 * np.abs(moves)).astype(np.float32)
    starts_K = np.arange(paths) * (radii + 2 * MAX_STEP)
    totals = np.full((len(order) + 1, length + 2 * MAX_STEP), np.inf, np.float32)
    own = totals[:, MAX_STEP:-MAX_STEP]
    for start in starts_K:
        own[0, start + MAX_STEP : start + MAX_STEP + radii] = 0
    # Row m of a window is the total at m - MAX_STEP radii from each place.
    windows = np.lib.stride_tricks.sliding_window_view(totals, length, axis=1)
    options, bests = np.empty((len(moves), length), np.float32), np.empty((len(order), length), np.float32)
    for row, angle in enumerate(order):
        np.add(windows[row], penalty_M[:, None], out=options)
        np.minimum.reduce(options, axis=0, out=bests[row])
        np.add(bests[row], cost_AL[angle], out=own[row + 1])
    moved = np.zeros(own[1:].shape, np.int8)
    for move, penalty in zip(moves[::-1], penalty_M[::-1], strict=True):
        # Of moves that cost the same, the one furthest inwards.
        moved[windows[:-1, MAX_STEP + move] + penalty == bests] = move
    places_K = starts_K + own[-1].reshape(paths, -1).argmin(1)
    found_KA = np.empty((paths, angles), np.int64)
    for row in range(len(order) - 1, -1, -1):
        if OVERLAP <= row < OVERLAP + angles:
            found_KA[:, order[row]] = places_K
        places_K = places_K + moved[row, places_K]
    found: NDArray[np.int64] = found_KA - starts_K[:, None] - MAX_STEP
    return found
