"""How much the pixels of a photo stand out: from its border's colours, from their neighbours."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from studio.dirt import cv
from studio.dirt.outline import Field, Floats

SHAPES = 8
"""Shapes of small copies of which what depends on nothing else is kept: photos of one camera have one or two."""


def unlike_border(lab_HW3: Field) -> Field:
    """How unlike the border's colours each pixel is: its Mahalanobis distance to the nearest of them, about 0..1.

    Args:
        lab_HW3: float32 photo in CIE Lab, as OpenCV scales it for bytes.
    """
    border = lab_HW3.reshape(-1, 3).take(_border(lab_HW3.shape[:2]), 0)
    stop = (cv.TERM_CRITERIA_EPS + cv.TERM_CRITERIA_MAX_ITER, 8, 1.0)
    _, labels, _ = cv.kmeans(border, 4, None, stop, 1, cv.KMEANS_PP_CENTERS)
    every = [border.compress(labels[:, 0] == label, 0) for label in range(4)]
    groups = [members for members in every if len(members) >= 0.05 * len(border)]
    covariances = np.array([_covariance(members) for members in groups]) + np.eye(3) * 30
    # Triangular: what is left out below would be multiplied by 0.
    roots = np.linalg.cholesky(np.linalg.inv(covariances)).astype(np.float32)
    planes = cv.split(lab_HW3)
    nearest = np.full(lab_HW3.shape[:2], np.inf, np.float32)
    for members, root in zip(groups, roots, strict=True):
        light, red, yellow = (plane - mean for plane, mean in zip(planes, members.mean(0), strict=True))
        light *= root[0, 0]
        light += red * root[1, 0]
        light += yellow * root[2, 0]
        red *= root[1, 1]
        red += yellow * root[2, 1]
        yellow *= root[2, 2]
        light *= light
        red *= red
        light += red
        yellow *= yellow
        light += yellow
        np.minimum(nearest, light, out=nearest)
    np.sqrt(nearest, out=nearest)
    nearest /= np.float32(float(percentile(nearest, 97)) + 1e-6)
    return np.minimum(nearest, 1, out=nearest)


def edges(lab_HW3: Field, saliency_HW: Field) -> Field:
    """How much colour or saliency changes at each pixel, 0..1.

    Args:
        lab_HW3: as for `unlike_border`.
        saliency_HW: what that made of it.
    """
    stack = cv.merge([lab_HW3, saliency_HW * 60])
    across, down = cv.Sobel(stack, cv.CV_32F, 1, 0), cv.Sobel(stack, cv.CV_32F, 0, 1)
    across *= across
    down *= down
    across += down
    strength: Field = np.sqrt(cv.transform(across, np.ones((1, 4), np.float32)))
    strength /= np.float32(1.2 * float(percentile(strength, 93)) + 40)
    return np.tanh(strength, out=strength)


def percentile(values: Field, share: float) -> np.float32:
    """np.percentile to the last bit; its own checks take several times as long as its answer.

    Args:
        values: float32 of any shape.
        share: 0 up to less than 100.
    """
    place = share / 100 * (values.size - 1)
    below = int(place)
    ordered = values.flatten()
    ordered.partition((below, below + 1))
    low, high = ordered[below : below + 2]
    part = place - below
    found: np.float32 = low + (high - low) * part if part < 0.5 else high - (high - low) * (1 - part)
    return found


@lru_cache(maxsize=SHAPES)
def reach(shape: tuple[int, int]) -> Floats:
    """Squared distance of each pixel from the centre, in halves of the photo's sides."""
    height, width = shape
    y, x = np.ogrid[:height, :width]
    reach_HW: Floats = ((x - width / 2) / (0.5 * width)) ** 2 + ((y - height / 2) / (0.5 * height)) ** 2
    return reach_HW


@lru_cache(maxsize=SHAPES)
def nearness(shape: tuple[int, int]) -> Floats:
    """How much a pixel counts for how near it is to the centre, 0..1."""
    nearness_HW: Floats = np.exp(-((reach(shape) / 1.35) ** 2))
    return nearness_HW


@lru_cache(maxsize=SHAPES)
def _border(shape: tuple[int, int]) -> NDArray[np.intp]:
    """The flat indices of the pixels at the photo's border."""
    depth = max(2, round(0.06 * max(shape)))
    is_border = np.ones(shape, bool)
    is_border[depth:-depth, depth:-depth] = False
    return np.flatnonzero(is_border)


def _covariance(colours_N3: Field) -> Floats:
    """np.cov, which takes many times as long to begin."""
    sums_33: Floats
    sums_33, _ = cv.calcCovarMatrix(colours_N3, None, cv.COVAR_NORMAL | cv.COVAR_ROWS, ctype=cv.CV_64F)
    return sums_33 / (len(colours_N3) - 1)
