"""Finding the dish in a photo.

Proposals of a region (colours unlike the border's, circles; where they do not convince also GrabCut from those colours,
GrabCut from a central ellipse) are each drawn tight by a closed path; the path that best follows edges wins. Source:
GrabCut, Rother et al. 2004.
"""

from __future__ import annotations

import math
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from studio.dirt import cv
from studio.dirt.outline import FINDER_VERSION, Field, Image, Outline
from studio.dirt.saliency import SHAPES, edges, nearness, percentile, reach, unlike_border
from studio.dirt.tracing import LEAST_AREA, Mask, traced

WORKING_PX = 128
MIN_QUALITY = 0.13
SURE_QUALITY = 0.4
"""GrabCut, longer than all else in finding, is asked only where nothing this good was found without it. That spares it
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
    saliency_HW = unlike_border(lab_HW3)
    edges_HW = edges(lab_HW3, saliency_HW)
    salient_HW = _salient(saliency_HW)
    first = _different([salient_HW, *_discs(small_HW3)])
    found = _judged(traced(first, edges_HW), lab_HW3, edges_HW, saliency_HW, MIN_QUALITY)
    if max((quality for quality, _ in found), default=0.0) < SURE_QUALITY:
        grabbed = [_grab(small_HW3, inside_HW) for inside_HW in (salient_HW, _middle(edges_HW.shape))]
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
    polygon = tuple((x, y) for x, y in shares.round(5).tolist())
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


def _salient(saliency_HW: Field) -> Mask:
    """The region that is unlike the border, rather near the centre."""
    byte = (saliency_HW * nearness(saliency_HW.shape) * 255).astype(np.uint8)
    _, salient_HW = cv.threshold(byte, 0, 1, cv.THRESH_OTSU)
    return np.asarray(salient_HW, np.uint8)


@lru_cache(maxsize=SHAPES)
def _middle(shape: tuple[int, int]) -> Mask:
    """1 where a dish mostly is."""
    middle_HW: Mask = (reach(shape) < 0.5).astype(np.uint8)
    return middle_HW


@lru_cache(maxsize=SHAPES)
def _corners(shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Where no dish reaches."""
    is_corner_HW: NDArray[np.bool_] = reach(shape) > 1.45
    return is_corner_HW


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


def _grab(small_HW3: Image, inside_HW: Mask) -> Mask:
    """The region that GrabCut makes of what is likely inside."""
    height, width = inside_HW.shape
    seeds_HW = inside_HW + np.uint8(cv.GC_PR_BGD)  # GC_PR_FGD is the next
    seeds_HW[_corners((height, width))] = cv.GC_BGD
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
    along = cv.remap(edges_HW, points_N2[None], None, cv.INTER_LINEAR, borderMode=cv.BORDER_REPLICATE)[0]
    left, top, across, down = cv.boundingRect(points_N2)
    right, bottom = left + across, top + down
    cut = 0.0
    if left < 1 or top < 1 or right > width - 2 or bottom > height - 2:
        is_cut = ((points_N2 < 1) | (points_N2 > (width - 2, height - 2))).any(1)
        along[is_cut] = 0.3
        cut = np.count_nonzero(is_cut) / len(along)
    # One open stretch is a shadow or a stain of light; edges must hold on most of the way round.
    follows = float(0.5 * (np.add.reduce(along) / np.float32(len(along))) + 0.5 * percentile(along, 25))
    x, y = (np.add.reduce(points_N2) / np.float32(len(points_N2))).tolist()
    central = math.exp(-((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) / 0.12)
    size = math.exp(-18 * max(0.0, 0.1 - area) - 10 * max(0.0, area - 0.68)) * (0.6 + 0.4 * min(1.0, area / 0.25))
    placed = central * size * (1 - 0.4 * cut)
    if follows * placed < least:  # what remains to be multiplied is at most 1
        return 0.0
    (_, _), (minor, major), _ = cv.fitEllipse(points_N2)
    fit = math.pi / 4 * minor * major / max(1.0, float(cv.contourArea(points_N2)))
    roundness = math.exp(-6 * abs(math.log(max(fit, 1e-3)))) * min(1.0, 1.35 * minor / max(major, 1e-3))
    if follows * placed * roundness < least:
        return 0.0
    pad = max(2, round(0.04 * max(height, width)))
    spare = pad + 2
    near = np.s_[max(0, top - spare) : bottom + spare, max(0, left - spare) : right + spare]
    region, lab, saliency = inside[near], lab_HW3[near], saliency_HW[near]
    outer, inner = cv.dilate(region, _brush(pad)) - region, region - cv.erode(region, _brush(pad))
    inside_mean = cv.mean(saliency, region)[0]
    contrast = alike = 0.0
    if cv.countNonZero(outer) and cv.countNonZero(inner):
        colours = zip(cv.mean(lab, inner), cv.mean(lab, outer), strict=True)
        contrast = math.tanh(sum(abs(within - beyond) for within, beyond in colours) / 30)
        # Around a base or a painted ring lies more dish, around the dish lies what the border shows.
        alike = 1 - cv.mean(saliency, outer)[0] / (inside_mean + 0.05)
    lift = (inside_mean - cv.mean(saliency_HW)[0]) / (1 - area) if area < 0.99 else 0.0
    around = 0.6 + 0.4 * max(0.0, min(1.0, 2 * alike))
    evidence = follows * around * (0.35 + 0.4 * contrast + 0.25 * max(0.0, min(1.0, 2 * lift)))
    return float(evidence * roundness * placed)


@cache
def _brush(pad: int) -> Mask:
    brush: Mask = cv.getStructuringElement(cv.MORPH_ELLIPSE, (2 * pad + 1, 2 * pad + 1))
    return brush
