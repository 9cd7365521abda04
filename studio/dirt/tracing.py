"""Closed paths drawn tight around regions, along edges.

Each is the path of least cost around the region's centre in polar coordinates. Source: circular shortest paths, Sun and
Pallottino 2003.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
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
    shares, aside = _shares()
    cosine_A, sine_A = _directions()
    centre_K2 = np.array([centre for _, centre in hulls])
    guess_KA = np.array([_radii_of(hull, centre) for hull, centre in hulls])
    ordered_KA = np.sort(guess_KA)
    typical_K1 = (ordered_KA[:, ANGLES // 2 - 1, None] + ordered_KA[:, ANGLES // 2, None]) / 2
    usual_KA = np.minimum(np.maximum(guess_KA, np.float32(0.8) * typical_K1), np.float32(1.25) * typical_K1)
    radius_KAR = (0.5 * guess_KA + 0.5 * usual_KA)[..., None] * shares
    x_KAR = (centre_K2[:, :1, None] + radius_KAR * cosine_A[:, None]).astype(np.float32)
    y_KAR = (centre_K2[:, 1:, None] + radius_KAR * sine_A[:, None]).astype(np.float32)
    rows = (-1, RADII)
    edge_KAR = cv.remap(
        edges_HW, x_KAR.reshape(rows), y_KAR.reshape(rows), cv.INTER_LINEAR, borderMode=cv.BORDER_REPLICATE
    ).reshape(x_KAR.shape)
    is_outside = (x_KAR < 0) | (y_KAR < 0) | (x_KAR > width - 1) | (y_KAR > height - 1)
    # Beyond the photo's border a dish may go on: weak evidence there, none against it.
    np.putmask(edge_KAR, is_outside, 0.35)
    cost_KAR = 1 - edge_KAR + aside
    path_KA = _closed_paths(cost_KAR.astype(np.float32))
    # A pixel's step in radius is coarse, and a dish is smooth.
    around = np.arange(-2, ANGLES + 2) % ANGLES
    radius_KA = radius_KAR[np.arange(len(hulls))[:, None], around, path_KA[:, around]]
    smooth_KA = np.array([np.convolve(row, np.array([1, 2, 3, 2, 1]) / 9, "valid") for row in radius_KA])
    points_KA2 = np.empty((*smooth_KA.shape, 2), np.float32)
    points_KA2[..., 0] = np.minimum(np.maximum(centre_K2[:, :1] + smooth_KA * cosine_A, -0.5), width - 0.5)
    points_KA2[..., 1] = np.minimum(np.maximum(centre_K2[:, 1:] + smooth_KA * sine_A, -0.5), height - 0.5)
    return list(points_KA2)


@cache
def _shares() -> tuple[Floats, Floats]:
    """The radii in shares of the proposed one, and what it costs to be that far from it."""
    shares = np.linspace(0.62, 1.34, RADII)
    return shares, 0.9 * np.abs(shares - 1)


@cache
def _directions() -> tuple[Floats, Floats]:
    """Cosine and sine of each angle."""
    theta_A = _angles()
    return np.cos(theta_A), np.sin(theta_A)


@cache
def _angles() -> Floats:
    return np.arange(ANGLES) * (2 * math.pi / ANGLES)


def _hull(region_HW: Mask) -> tuple[Field, tuple[float, float]] | None:
    """The convex hull of a region's main part as points (x, y), and its centre."""
    height, width = region_HW.shape
    region = cv.morphologyEx(region_HW, cv.MORPH_OPEN, np.ones((5, 5), np.uint8))
    contours, _ = cv.findContours(region, cv.RETR_LIST, cv.CHAIN_APPROX_NONE)
    if not contours:
        return None
    if len(contours) > 1:
        # The default way of telling parts apart takes twice as long on pictures as small as these.
        _, labels, stats, centres = cv.connectedComponentsWithStatsWithAlgorithm(region, 8, cv.CV_32S, cv.CCL_GRANA)
        off = ((centres[1:] - (width / 2, height / 2)) / (0.4 * width, 0.4 * height)) ** 2
        chosen = 1 + int(np.argmax(stats[1:, cv.CC_STAT_AREA] * np.exp(-off.sum(1))))
        contours, _ = cv.findContours((labels == chosen).astype(np.uint8), cv.RETR_EXTERNAL, cv.CHAIN_APPROX_NONE)
    hull = cv.convexHull(max(contours, key=cv.contourArea))
    moments = cv.moments(hull)
    if moments["m00"] < LEAST_AREA * height * width:
        return None
    return hull[:, 0].astype(np.float32), (moments["m10"] / moments["m00"], moments["m01"] / moments["m00"])


def _radii_of(hull_N2: Field, centre: tuple[float, float]) -> Field:
    """Distance of a convex hull from a point inside it at each angle."""
    t = _between(max(2, 160 // len(hull_N2)))
    from_2N1 = hull_N2.T[..., None]
    to_2N1 = np.concatenate([from_2N1[:, 1:], from_2N1[:, :1]], axis=1)
    x, y = (from_2N1 * (1 - t) + to_2N1 * t).reshape(2, -1)
    x -= centre[0]
    y -= centre[1]
    turn = 2 * math.pi
    angle = np.arctan2(y, x) % turn
    order = angle.argsort(kind="stable")
    angle, radius = angle[order], np.hypot(x, y)[order]
    # np.interp's own way around the circle sorts everything once more.
    angle = np.concatenate([angle[-1:] - turn, angle, angle[:1] + turn])
    radius = np.concatenate([radius[-1:], radius, radius[:1]])
    radii: Field = np.interp(_angles(), angle, radius).astype(np.float32)
    return radii


@cache
def _between(steps: int) -> Floats:
    """Places between one corner and the next, in shares of the way."""
    return np.linspace(0, 1, steps, endpoint=False)


def _closed_paths(cost_KAR: Field) -> NDArray[np.int64]:
    """The radius index at each angle of the cheapest paths, walked a little more than once around.

    They are walked from both ends at once, and joined where they meet at the least cost: that takes half as many steps,
    each of which is calls more than sums. All halves lie in one row, with gaps of infinite cost between them that no
    step can cross.
    """
    paths, angles, radii = cost_KAR.shape
    rows = angles // 2 + OVERLAP
    width = radii + 2 * MAX_STEP
    length = 2 * paths * width
    cost = np.full((rows, 2, paths, width), np.inf, np.float32)
    cost[..., MAX_STEP:-MAX_STEP] = cost_KAR.transpose(1, 0, 2)[_order(angles)]
    penalty_M1 = (0.06 * np.abs(np.arange(-MAX_STEP, MAX_STEP + 1))).astype(np.float32)[:, None]
    options = cost.reshape(rows, 1, length) + penalty_M1
    totals = np.full((rows + 1, length + 2 * MAX_STEP), np.inf, np.float32)
    own = totals[:, MAX_STEP:-MAX_STEP]
    own[0].reshape(-1, width)[:, MAX_STEP:-MAX_STEP] = 0
    # Row m of a window is the total at m - MAX_STEP radii from each place.
    row_bytes, item_bytes = totals.strides
    shape = (rows + 1, 2 * MAX_STEP + 1, length)
    windows: Field = np.ndarray(shape, np.float32, totals, strides=(row_bytes, item_bytes, item_bytes))
    for window, option, best in zip(windows[:-1], options, own[1:], strict=True):
        np.add(window, option, out=option)
        np.minimum.reduce(option, axis=0, out=best)
    # Of moves that cost the same, the one furthest inwards.
    is_later = options[:, 0] != own[1:]
    moved = is_later.astype(np.uint8)
    for move in range(1, 2 * MAX_STEP):
        is_later &= options[:, move] != own[1:]
        moved += is_later
    joined_MKR = windows[-1][:, : paths * width].reshape(-1, paths, width) + penalty_M1[..., None]
    second_K = (joined_MKR.min(0) + own[-1].reshape(2, paths, width)[1]).argmin(1)
    first_K = second_K + joined_MKR[:, np.arange(paths), second_K].argmin(0) - MAX_STEP
    ends_HK = np.array([first_K, second_K])
    starts_HK = np.arange(2 * paths).reshape(2, paths) * width
    # Single items of bytes are read several times quicker than those of an array.
    steps = moved[OVERLAP:].tobytes()
    places_HKA = [[_walked(steps, place, length) for place in half] for half in (starts_HK + ends_HK).tolist()]
    found_HKA = np.array(places_HKA) - starts_HK[..., None] - MAX_STEP
    return np.concatenate([found_HKA[0, :, ::-1], found_HKA[1]], axis=1)


@cache
def _order(angles: int) -> NDArray[np.intp]:
    """The angles that the two halves of a path come by on their way to the middle, as pairs."""
    order = np.arange(-OVERLAP, angles + OVERLAP) % angles
    rows = len(order) // 2
    return np.stack([order[:rows], order[: rows - 1 : -1]], axis=1)


def _walked(steps: bytes, place: int, length: int) -> list[int]:
    """The places of a path from the middle outwards."""
    places = []
    for row in range(len(steps) - length, -1, -length):
        places.append(place)
        place += steps[row + place] - MAX_STEP
    return places
