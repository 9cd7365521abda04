"""Finding the dish in a photo.

Proposals of a region (colours unlike the border's, circles; where they do not convince also GrabCut from those colours,
GrabCut from a central ellipse) are each drawn tight by a closed path; the path that best follows edges wins. Source:
GrabCut, Rother et al. 2004.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from studio.dirt import cv
from studio.dirt.outline import FINDER_VERSION, Field, Floats, Image, Outline
from studio.dirt.tracing import LEAST_AREA, Mask, traced

WORKING_PX = 128
MIN_QUALITY = 0.13
SURE_QUALITY = 0.4
"""GrabCut, near half of the time of finding, is asked only where nothing this good was found without it. That spares it
for 3 photos of dishes in 5; of 160 photos no outline moved by more than 5 % of its area."""

OUTER_SHARE = 0.69
"""A wider outline wins over a narrower one from this share of its quality."""

OUTER_AREA = 1.45
"""Area, in that of the narrower outline, from which an outline counts as wider."""

GRAB_PX = 64
"""GrabCut's cost grows with the pixels (23 ms at 128 px); what it finds is traced anew at the working size."""


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
    reach_HW = _reach(edges_HW.shape)
    salient_HW = _salient(saliency_HW, reach_HW)
    first = _different([salient_HW, *_discs(small_HW3)])
    found = _judged(traced(first, edges_HW), lab_HW3, edges_HW, saliency_HW, MIN_QUALITY)
    if max((quality for quality, _ in found), default=0.0) < SURE_QUALITY:
        grabbed = [_grab(small_HW3, is_inside, reach_HW) for is_inside in (salient_HW > 0, reach_HW < 0.5)]
        further = _different([*first, *grabbed])[len(first) :]
        found += _judged(traced(further, edges_HW), lab_HW3, edges_HW, saliency_HW, MIN_QUALITY)
    if not found:
        return None
    best = max(found, key=lambda candidate: candidate[0])
    wider = traced(_different(_grown(best[1], edges_HW.shape)), edges_HW)
    found += _judged(wider, lab_HW3, edges_HW, saliency_HW, OUTER_SHARE * best[0])
    best = _outermost(max(found, key=lambda candidate: candidate[0]), found)
    quality, points = best
    shares = np.clip((points + 0.5) / size, 0, 1)
    polygon = tuple((round(float(x), 5), round(float(y), 5)) for x, y in shares)
    return Outline(polygon=polygon, quality=round(min(1.0, quality), 4), finder=FINDER_VERSION)


def _judged(
    paths: list[Field], lab_HW3: Field, edges_HW: Field, saliency_HW: Field, least: float
) -> list[tuple[float, Field]]:
    """Paths with their quality, save those that are worse than `least`, or too much worse than another to be chosen."""
    found: list[tuple[float, Field]] = []
    for path in paths:
        quality = _quality(path, lab_HW3, edges_HW, saliency_HW, least)
        if quality >= least:
            found.append((quality, path))
            least = max(least, OUTER_SHARE * quality)
    return found


def _different(regions: list[Mask]) -> list[Mask]:
    """Regions without those that are almost like one before."""
    different: list[Mask] = []
    for region in regions:
        sizes = [cv.countNonZero(region ^ other) for other in different]
        if not sizes or min(sizes) > 0.04 * cv.countNonZero(region):
            different.append(region)
    return different


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
    planes = cv.split(lab_HW3)
    nearest = np.full((height, width), np.inf, np.float32)
    for label in range(4):
        members = border[labels[:, 0] == label]
        if len(members) < 0.05 * len(border):
            continue
        light, red, yellow = (plane - mean for plane, mean in zip(planes, members.mean(0), strict=True))
        covariance = np.cov(members.T) + np.eye(3) * 30
        # Triangular: what is left out below would be multiplied by 0.
        root = np.linalg.cholesky(np.linalg.inv(covariance)).astype(np.float32)
        first = light * root[0, 0] + red * root[1, 0] + yellow * root[2, 0]
        second = red * root[1, 1] + yellow * root[2, 1]
        third = yellow * root[2, 2]
        np.minimum(nearest, first * first + second * second + third * third, out=nearest)
    root_HW: Field = np.sqrt(nearest)
    top = float(np.percentile(root_HW, 97)) + 1e-6
    saliency_HW: Field = np.minimum(root_HW / np.float32(top), 1)
    return saliency_HW


def _edges(lab_HW3: Field, saliency_HW: Field) -> Field:
    """How much colour or saliency changes at each pixel, 0..1."""
    stack = cv.merge([lab_HW3, saliency_HW * 60])
    across, down = cv.Sobel(stack, cv.CV_32F, 1, 0), cv.Sobel(stack, cv.CV_32F, 0, 1)
    light, red, yellow, salient = cv.split(across * across + down * down)
    strength = np.sqrt(light + red + yellow + salient)
    edges_HW: Field = np.tanh(strength / np.float32(1.2 * float(np.percentile(strength, 93)) + 40))
    return edges_HW


def _reach(shape: tuple[int, ...]) -> Floats:
    """Squared distance of each pixel from the centre, in halves of the photo's sides."""
    height, width = shape
    y, x = np.ogrid[:height, :width]
    reach_HW: Floats = ((x - width / 2) / (0.5 * width)) ** 2 + ((y - height / 2) / (0.5 * height)) ** 2
    return reach_HW


def _salient(saliency_HW: Field, reach_HW: Floats) -> Mask:
    """The region that is unlike the border, rather near the centre."""
    weighted = saliency_HW * np.exp(-((reach_HW / 1.35) ** 2))
    byte = (np.clip(weighted, 0, 1) * 255).astype(np.uint8)
    level, _ = cv.threshold(byte, 0, 255, cv.THRESH_OTSU)
    salient_HW: Mask = (byte > level).astype(np.uint8)
    return salient_HW


def _discs(small_HW3: Image) -> list[Mask]:
    """Circles that edges speak for."""
    height, width = small_HW3.shape[:2]
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
    regions = []
    if circles is not None:
        for cx, cy, radius in circles.reshape(-1, circles.shape[-1])[:3, :3]:
            disc = np.zeros((height, width), np.uint8)
            cv.circle(disc, (int(cx), int(cy)), int(radius), 1, -1)
            regions.append(disc)
    return regions


def _grab(small_HW3: Image, is_inside_HW: NDArray[np.bool_], reach_HW: Floats) -> Mask:
    """The region that GrabCut makes of what is likely inside."""
    height, width = reach_HW.shape
    seeds_HW = np.where(is_inside_HW, cv.GC_PR_FGD, cv.GC_PR_BGD).astype(np.uint8)
    seeds_HW[reach_HW > 1.45] = cv.GC_BGD
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


def _quality(points_N2: Field, lab_HW3: Field, edges_HW: Field, saliency_HW: Field, least: float) -> float:
    """How much a closed path looks like the outline of one dish, 0..1; 0 also where it is sure to be below `least`."""
    height, width = edges_HW.shape
    inside = np.zeros((height, width), np.uint8)
    cv.fillPoly(inside, [np.round(points_N2 * 16).astype(np.int32)], 1, cv.LINE_8, 4)
    area = cv.countNonZero(inside) / inside.size
    if area < LEAST_AREA:
        return 0.0
    x, y = points_N2[:, 0], points_N2[:, 1]
    along = cv.remap(edges_HW, x[None], y[None], cv.INTER_LINEAR, borderMode=cv.BORDER_REPLICATE)[0]
    is_cut = (x < 1) | (y < 1) | (x > width - 2) | (y > height - 2)
    along = np.where(is_cut, np.float32(0.3), along)
    # One open stretch is a shadow or a stain of light; edges must hold on most of the way round.
    follows = float(0.5 * along.mean() + 0.5 * np.percentile(along, 25))
    centre = np.abs(points_N2.mean(0) / (width, height) - 0.5)
    central = math.exp(-float((centre**2).sum()) / 0.12)
    size = math.exp(-18 * max(0.0, 0.1 - area) - 10 * max(0.0, area - 0.68)) * (0.6 + 0.4 * min(1.0, area / 0.25))
    whole = 1 - 0.4 * float(is_cut.mean())
    placed = central * size * whole
    if follows * placed < least:  # what remains to be multiplied is at most 1
        return 0.0
    (_, _), (minor, major), _ = cv.fitEllipse(points_N2)
    fit = math.pi / 4 * minor * major / max(1.0, float(cv.contourArea(points_N2)))
    roundness = math.exp(-6 * abs(math.log(max(fit, 1e-3)))) * min(1.0, 1.35 * minor / max(major, 1e-3))
    if follows * placed * roundness < least:
        return 0.0
    reach = max(2, round(0.04 * max(height, width)))
    brush = cv.getStructuringElement(cv.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    outer, inner = cv.dilate(inside, brush) - inside, inside - cv.erode(inside, brush)
    inside_mean = cv.mean(saliency_HW, inside)[0]
    contrast = alike = 0.0
    if cv.countNonZero(outer) and cv.countNonZero(inner):
        colours = zip(cv.mean(lab_HW3, inner), cv.mean(lab_HW3, outer), strict=True)
        contrast = math.tanh(sum(abs(within - beyond) for within, beyond in colours) / 30)
        # Around a base or a painted ring lies more dish, around the dish lies what the border shows.
        alike = 1 - cv.mean(saliency_HW, outer)[0] / (inside_mean + 0.05)
    lift = inside_mean - cv.mean(saliency_HW, 1 - inside)[0] if area < 0.99 else 0.0
    around = 0.6 + 0.4 * max(0.0, min(1.0, 2 * alike))
    evidence = follows * around * (0.35 + 0.4 * contrast + 0.25 * max(0.0, min(1.0, 2 * lift)))
    return float(evidence * roundness * placed)
