"""Finding the dish in a photo.

Proposals of a region (colours unlike the border's, GrabCut from them, GrabCut from a central ellipse, circles) are
each drawn tight by a closed path of least cost around their centre in polar coordinates; the path that best follows
edges wins. Sources: GrabCut, Rother et al. 2004; circular shortest paths, Sun and Pallottino 2003.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from studio.dirt import cv
from studio.dirt.outline import FINDER_VERSION, Field, Image, Outline

WORKING_PX = 128
ANGLES = 64
RADII = 48
OVERLAP = 20
"""Angles that the path is led on beyond a full turn, each way."""

MIN_QUALITY = 0.13
MAX_STEP = 2
"""Radii by which the path may move from one angle to the next: rounded squares pass, handles do not."""

OUTER_SHARE = 0.69
"""A wider outline wins over a narrower one from this share of its quality."""

OUTER_AREA = 1.45
"""Area, in that of the narrower outline, from which an outline counts as wider."""

GRAB_PX = 64
"""GrabCut's cost grows with the pixels (23 ms at 128 px); what it finds is traced anew at the working size."""

Mask = NDArray[np.uint8]


def find_outline(image_HW3: Image) -> Outline | None:
    """Where the dish is in a photo, judged from a small copy of it.

    Args:
        image_HW3: uint8 RGB photo, upright, of any size.

    Returns:
        the outline, or None where nothing in the photo looks enough like one dish.
    """
    height, width = image_HW3.shape[:2]
    if min(height, width) < 16 or max(height, width) > 12 * min(height, width):
        return None
    scale = min(1.0, WORKING_PX / max(height, width))
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    small_HW3 = cv.resize(image_HW3, size, interpolation=cv.INTER_AREA)
    # k-means, in GrabCut and here, draws from OpenCV's own generator.
    cv.setRNGSeed(7)
    lab_HW3 = cv.GaussianBlur(cv.cvtColor(small_HW3, cv.COLOR_RGB2LAB).astype(np.float32), (0, 0), 1.0)
    saliency_HW = _unlike_border(lab_HW3)
    edges_HW = _edges(lab_HW3, saliency_HW)
    regions = _proposals(small_HW3, saliency_HW)
    found = [(_quality(path, lab_HW3, edges_HW, saliency_HW), path) for path in _traced(regions, edges_HW)]
    if not found or max(quality for quality, _ in found) < MIN_QUALITY:
        return None
    best = max(found, key=lambda candidate: candidate[0])
    wider = _grown(best[1], edges_HW.shape)
    found += [(_quality(path, lab_HW3, edges_HW, saliency_HW), path) for path in _traced(wider, edges_HW)]
    best = _outermost(max(found, key=lambda candidate: candidate[0]), found)
    quality, points = best
    shares = np.clip((points + 0.5) / size, 0, 1)
    polygon = tuple((round(float(x), 5), round(float(y), 5)) for x, y in shares)
    return Outline(polygon=polygon, quality=round(min(1.0, quality), 4), finder=FINDER_VERSION)


def _traced(regions: list[Mask], edges_HW: Field) -> list[Field]:
    """The paths around regions that differ, without those that lead nowhere."""
    different: list[Mask] = []
    for region in regions:
        sizes = [cv.countNonZero(region ^ other) for other in different]
        if not sizes or min(sizes) > 0.04 * cv.countNonZero(region):
            different.append(region)
    return [path for region in different if (path := _trace(region, edges_HW)) is not None]


def _grown(points_N2: Field, shape: tuple[int, ...]) -> list[Mask]:
    """Wider regions about the same centre: what was found may be the dish's base or a painted ring."""
    height, width = shape
    centre = points_N2.mean(0)
    regions = []
    for growth in (1.3, 1.6):
        grown = centre + (points_N2 - centre) * growth
        extent = grown.max(0) - grown.min(0)
        if (extent < np.array([1.15 * width, 1.15 * height])).all():
            region = np.zeros((height, width), np.uint8)
            cv.fillPoly(region, [np.round(grown).astype(np.int32)], 1)
            regions.append(region)
    return regions


def _outermost(best: tuple[float, Field], found: list[tuple[float, Field]]) -> tuple[float, Field]:
    """The widest path around the best one that is nearly as good."""
    chosen = best
    for quality, points in found:
        # A base or a painted middle is much smaller than its dish; what is a little wider takes in a handle or shadow.
        is_wider = cv.contourArea(points) > OUTER_AREA * cv.contourArea(best[1])
        is_widest = cv.contourArea(points) > cv.contourArea(chosen[1])
        if not (is_wider and is_widest and quality > max(OUTER_SHARE * best[0], MIN_QUALITY)):
            continue
        inside = [cv.pointPolygonTest(points, (float(x), float(y)), True) > -2 for x, y in best[1][::4]]
        if sum(inside) > 0.9 * len(inside):
            chosen = (quality, points)
    return chosen


def _unlike_border(lab_HW3: Field) -> Field:
    """Mahalanobis distance of each pixel to the nearest of the border's colours, about 0..1."""
    height, width = lab_HW3.shape[:2]
    depth = max(2, round(0.06 * max(height, width)))
    is_border = np.ones((height, width), bool)
    is_border[depth:-depth, depth:-depth] = False
    border = lab_HW3[is_border]
    stop = (cv.TERM_CRITERIA_EPS + cv.TERM_CRITERIA_MAX_ITER, 8, 1.0)
    _, labels, _ = cv.kmeans(border, 4, None, stop, 1, cv.KMEANS_PP_CENTERS)
    nearest = np.full((height, width), np.inf, np.float32)
    for label in range(4):
        members = border[labels[:, 0] == label]
        if len(members) < 0.05 * len(border):
            continue
        away = lab_HW3 - members.mean(0)
        covariance = np.cov(members.T) + np.eye(3) * 30
        root = np.linalg.cholesky(np.linalg.inv(covariance)).astype(np.float32)
        distance = sum(
            (away[..., 0] * root[0, k] + away[..., 1] * root[1, k] + away[..., 2] * root[2, k]) ** 2 for k in range(3)
        )
        nearest = np.minimum(nearest, distance)
    root_HW: Field = np.sqrt(nearest)
    top = float(np.percentile(root_HW, 97)) + 1e-6
    saliency_HW: Field = np.minimum(root_HW / np.float32(top), 1)
    return saliency_HW


def _edges(lab_HW3: Field, saliency_HW: Field) -> Field:
    """How much colour or saliency changes at each pixel, 0..1."""
    stack = np.dstack([lab_HW3, saliency_HW * 60])
    across, down = cv.Sobel(stack, cv.CV_32F, 1, 0), cv.Sobel(stack, cv.CV_32F, 0, 1)
    strength = np.sqrt((across * across + down * down).sum(-1))
    edges_HW: Field = np.tanh(strength / np.float32(1.2 * float(np.percentile(strength, 93)) + 40))
    return edges_HW


def _proposals(small_HW3: Image, saliency_HW: Field) -> list[Mask]:
    """Regions that may be the dish."""
    height, width = saliency_HW.shape
    y, x = np.ogrid[:height, :width]
    reach = ((x - width / 2) / (0.5 * width)) ** 2 + ((y - height / 2) / (0.5 * height)) ** 2
    weighted = saliency_HW * np.exp(-((reach / 1.35) ** 2))
    byte = (np.clip(weighted, 0, 1) * 255).astype(np.uint8)
    level, _ = cv.threshold(byte, 0, 255, cv.THRESH_OTSU)
    salient = (byte > level).astype(np.uint8)
    regions = [salient]
    for is_inside in (salient > 0, reach < 0.5):
        seeds = np.where(is_inside, cv.GC_PR_FGD, cv.GC_PR_BGD).astype(np.uint8)
        seeds[reach > 1.45] = cv.GC_BGD
        regions.append(_grab(small_HW3, seeds))
    shorter = min(height, width)
    grey = cv.medianBlur(cv.cvtColor(small_HW3, cv.COLOR_RGB2GRAY), 5)
    circles = cv.HoughCircles(
        grey,
        cv.HOUGH_GRADIENT,
        2,
        shorter / 6,
        param1=90,
        param2=30,
        minRadius=int(0.2 * shorter),
        maxRadius=int(0.52 * shorter),
    )
    if circles is not None:
        for cx, cy, radius in circles.reshape(-1, circles.shape[-1])[:3, :3]:
            disc = np.zeros((height, width), np.uint8)
            cv.circle(disc, (int(cx), int(cy)), int(radius), 1, -1)
            regions.append(disc)
    return regions


def _grab(small_HW3: Image, seeds_HW: Mask) -> Mask:
    """The region that GrabCut makes of likely and unlikely pixels."""
    height, width = seeds_HW.shape
    scale = min(1.0, GRAB_PX / max(height, width))
    size = (max(6, round(width * scale)), max(6, round(height * scale)))
    image = cv.resize(small_HW3, size, interpolation=cv.INTER_AREA)
    seeds = cv.resize(seeds_HW, size, interpolation=cv.INTER_NEAREST)
    has_both = (seeds == cv.GC_PR_FGD).any() and (seeds != cv.GC_PR_FGD).any()
    if has_both:
        background, foreground = np.zeros((1, 65)), np.zeros((1, 65))
        cv.grabCut(image, seeds, None, background, foreground, 1, cv.GC_INIT_WITH_MASK)
    region = ((seeds == cv.GC_FGD) | (seeds == cv.GC_PR_FGD)).astype(np.float32)
    found_HW: Mask = (cv.resize(region, (width, height), interpolation=cv.INTER_LINEAR) > 0.5).astype(np.uint8)
    return found_HW


def _trace(region_HW: Mask, edges_HW: Field) -> Field | None:
    """The closed path around a region that follows edges, as points (x, y) in px of the small copy."""
    height, width = region_HW.shape
    region = cv.morphologyEx(region_HW, cv.MORPH_OPEN, np.ones((5, 5), np.uint8))
    count, labels, stats, centres = cv.connectedComponentsWithStats(region)
    if count < 2:
        return None
    off = ((centres[1:, 0] - width / 2) / (0.4 * width)) ** 2 + ((centres[1:, 1] - height / 2) / (0.4 * height)) ** 2
    chosen = 1 + int(np.argmax(stats[1:, cv.CC_STAT_AREA] * np.exp(-off)))
    contours, _ = cv.findContours((labels == chosen).astype(np.uint8), cv.RETR_EXTERNAL, cv.CHAIN_APPROX_NONE)
    hull = cv.convexHull(max(contours, key=cv.contourArea))
    moments = cv.moments(hull)
    if moments["m00"] < 0.03 * height * width:
        return None
    cx, cy = moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]
    guess = _radii_of(hull[:, 0].astype(np.float32), cx, cy)
    # The path may leave the proposal by a third each way; that cuts off a handle or a shadow in the region.
    theta = np.arange(ANGLES) * (2 * math.pi / ANGLES)
    shares = np.linspace(0.62, 1.34, RADII)
    typical = float(np.median(guess))
    spread = 0.5 * guess + 0.5 * np.clip(guess, 0.8 * typical, 1.25 * typical)
    radius_AR = spread[:, None] * shares[None]
    x_AR = (cx + radius_AR * np.cos(theta)[:, None]).astype(np.float32)
    y_AR = (cy + radius_AR * np.sin(theta)[:, None]).astype(np.float32)
    edge_AR = cv.remap(edges_HW, x_AR, y_AR, cv.INTER_LINEAR, borderMode=cv.BORDER_REPLICATE)
    is_outside = (x_AR < 0) | (y_AR < 0) | (x_AR > width - 1) | (y_AR > height - 1)
    # Beyond the photo's border a dish may go on: weak evidence there, none against it.
    edge_AR = np.where(is_outside, 0.35, edge_AR)
    cost_AR = 1 - edge_AR + 0.9 * np.abs(shares - 1)[None]
    path = _closed_path(cost_AR.astype(np.float32))
    radius = radius_AR[np.arange(ANGLES), path]
    # A pixel's step in radius is coarse, and a dish is smooth.
    padded = np.concatenate([radius[-2:], radius, radius[:2]])
    radius = np.convolve(padded, np.array([1, 2, 3, 2, 1]) / 9, "valid")
    points = np.stack([cx + radius * np.cos(theta), cy + radius * np.sin(theta)], 1)
    traced: Field = np.clip(points, -0.5, (width - 0.5, height - 0.5)).astype(np.float32)
    return traced


def _radii_of(hull_N2: Field, cx: float, cy: float) -> Field:
    """Distance of a convex hull from a point inside it at each of ANGLES directions."""
    ends = np.roll(hull_N2, -1, 0)
    steps = max(2, 160 // len(hull_N2))
    t = np.linspace(0, 1, steps, endpoint=False)[:, None, None]
    dense = (hull_N2[None] * (1 - t) + ends[None] * t).transpose(1, 0, 2).reshape(-1, 2) - (cx, cy)
    angle = np.arctan2(dense[:, 1], dense[:, 0]) % (2 * math.pi)
    order = np.argsort(angle, kind="stable")
    theta = np.arange(ANGLES) * (2 * math.pi / ANGLES)
    radius = np.hypot(dense[:, 0], dense[:, 1])
    radii: Field = np.interp(theta, angle[order], radius[order], period=2 * math.pi).astype(np.float32)
    return radii


def _closed_path(cost_AR: Field) -> NDArray[np.int64]:
    """The radius index at each angle of the cheapest path, walked a little more than once around."""
    angles, radii = cost_AR.shape
    order = np.arange(-OVERLAP, angles + OVERLAP) % angles
    total = np.zeros(radii, np.float32)
    came_from = np.zeros((len(order), radii), np.int64)
    moves = np.arange(-MAX_STEP, MAX_STEP + 1)
    penalty = (0.06 * np.abs(moves)).astype(np.float32)[:, None]
    here = np.arange(radii)
    padded = np.full(radii + 2 * MAX_STEP, np.inf, np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(padded, radii)
    for row, angle in enumerate(order):
        padded[MAX_STEP:-MAX_STEP] = total
        options = windows + penalty
        step = options.argmin(0)
        came_from[row] = here + moves[step]
        total = options[step, here] + cost_AR[angle]
    position = int(total.argmin())
    path = np.empty(angles, np.int64)
    for row in range(len(order) - 1, -1, -1):
        if OVERLAP <= row < OVERLAP + angles:
            path[order[row]] = position
        position = int(came_from[row, position])
    return path


def _quality(points_N2: Field, lab_HW3: Field, edges_HW: Field, saliency_HW: Field) -> float:
    """How much a closed path looks like the outline of one dish, 0..1."""
    height, width = edges_HW.shape
    inside = np.zeros((height, width), np.uint8)
    cv.fillPoly(inside, [np.round(points_N2 * 16).astype(np.int32)], 1, cv.LINE_8, 4)
    area = float(inside.mean())
    if area < 0.03:
        return 0.0
    x, y = points_N2[:, 0], points_N2[:, 1]
    along = cv.remap(edges_HW, x[None], y[None], cv.INTER_LINEAR, borderMode=cv.BORDER_REPLICATE)[0]
    is_cut = (x < 1) | (y < 1) | (x > width - 2) | (y > height - 2)
    along = np.where(is_cut, 0.3, along)
    # One open stretch is a shadow or a stain of light; edges must hold on most of the way round.
    follows = float(0.5 * along.mean() + 0.5 * np.percentile(along, 25))
    reach = max(2, round(0.04 * max(height, width)))
    brush = cv.getStructuringElement(cv.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    outer = (cv.dilate(inside, brush) > 0) & (inside == 0)
    inner = (inside > 0) & (cv.erode(inside, brush) == 0)
    contrast = alike = 0.0
    if outer.any() and inner.any():
        step = np.abs(lab_HW3[inner].mean(0) - lab_HW3[outer].mean(0)).sum()
        contrast = math.tanh(float(step) / 30)
        # Around a base or a painted ring lies more dish, around the dish lies what the border shows.
        alike = 1 - float(saliency_HW[outer].mean()) / (float(saliency_HW[inside > 0].mean()) + 0.05)
    lift = float(saliency_HW[inside > 0].mean() - saliency_HW[inside == 0].mean()) if area < 0.99 else 0.0
    ellipse = cv.fitEllipse(points_N2)
    (_, _), (minor, major), _ = ellipse
    fit = math.pi / 4 * minor * major / max(1.0, float(cv.contourArea(points_N2)))
    roundness = math.exp(-6 * abs(math.log(max(fit, 1e-3)))) * min(1.0, 1.35 * minor / max(major, 1e-3))
    centre = np.abs(points_N2.mean(0) / (width, height) - 0.5)
    central = math.exp(-float((centre**2).sum()) / 0.12)
    size = math.exp(-18 * max(0.0, 0.1 - area) - 10 * max(0.0, area - 0.68)) * (0.6 + 0.4 * min(1.0, area / 0.25))
    whole = 1 - 0.4 * float(is_cut.mean())
    around = 0.6 + 0.4 * max(0.0, min(1.0, 2 * alike))
    evidence = follows * around * (0.35 + 0.4 * contrast + 0.25 * max(0.0, min(1.0, 2 * lift)))
    return float(evidence * roundness * central * size * whole)
