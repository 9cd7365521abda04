"""What lies below a clear dish."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from studio.dirt import cv
from studio.dirt.draws import any_of, between, whole
from studio.dirt.lookups import mix
from studio.dirt.noise import CLOUDY, GRAINY, NATURAL, mottle
from studio.dirt.outline import Field
from studio.dirt.palette import rgb
from studio.dirt.patch import Patch
from studio.dirt.scene import Scene, blurred

PLAIN = 0.05
"""Below this deviation of its brightness a table has nothing to show through a dish."""


COARSE_PX = 170
"""Longer side of a table in pixels."""


def table(rng: np.random.Generator, scene: Scene) -> Field:
    """A table to lie below the dish's box: the photo's own, enlarged, or one of wood.

    Args:
        rng: draws which part of the photo, how large, or which wood.
        scene: the photo.

    Returns:
        float32 RGB 0..1; coarser than the box where that is large, since nothing shows sharply through a dish.
    """
    strip_HW3 = _strip(rng, scene)
    seen_HW3 = strip_HW3[::3, ::3]
    colour_3 = seen_HW3.mean((0, 1))
    is_plain = float(seen_HW3[..., 1].std()) < PLAIN
    if rng.random() < (0.75 if is_plain else 0.35):
        return _wood(rng, scene, colour_3.astype(np.float32))
    patch = _coarse(scene)
    height, width = patch.height, patch.width
    # The piece is taken so small that it fills the box at one scale, or a strip of table would look combed.
    reach = min(strip_HW3.shape[0], strip_HW3.shape[1])
    side_y, side_x = (min(length, 2 * reach) for length in strip_HW3.shape[:2])
    top = whole(rng, 0, strip_HW3.shape[0] - side_y + 1)
    left = whole(rng, 0, strip_HW3.shape[1] - side_x + 1)
    piece_HW3 = strip_HW3[top : top + side_y, left : left + side_x]
    if rng.random() < 0.5:
        piece_HW3 = piece_HW3.swapaxes(0, 1)
    scale = between(rng, 0.5, 1.0) * max(height / piece_HW3.shape[0], width / piece_HW3.shape[1])
    size = (max(2, round(piece_HW3.shape[1] * scale)), max(2, round(piece_HW3.shape[0] * scale)))
    large_HW3 = cv.resize(np.ascontiguousarray(piece_HW3), size, interpolation=cv.INTER_LINEAR)
    # Mirrored on, a table has no seams.
    down, right = (_there_and_back(rng, whole, part) for whole, part in zip((height, width), size[::-1], strict=True))
    laid: Field = large_HW3[down][:, right]
    return blurred(np.ascontiguousarray(laid), between(rng, 0, 1.5))


def _coarse(scene: Scene) -> Patch:
    """The dish's box in pixels of which it is at most COARSE_PX wide."""
    patch = scene.patch
    times = max(1.0, max(patch.width, patch.height) / COARSE_PX)
    width, height = (max(1, round(side / times)) for side in (patch.width, patch.height))
    return replace(patch, width=width, height=height, step=patch.step * times)


def _there_and_back(rng: np.random.Generator, length: int, period: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    steps = (np.arange(length) + whole(rng, 0, 2 * period)) % (2 * period)
    return np.where(steps < period, steps, 2 * period - 1 - steps)


def _strip(rng: np.random.Generator, scene: Scene) -> Field:
    """A rectangle of the photo beside the dish, or the whole photo where the dish leaves none."""
    left, top, right, bottom = scene.surface.box
    photo_HW3 = scene.image_HW3
    height, width = photo_HW3.shape[:2]
    strips = [photo_HW3[:, :left], photo_HW3[:, right:], photo_HW3[:top], photo_HW3[bottom:]]
    least = max(4, min(height, width) // 24)
    wide = [strip for strip in strips if min(strip.shape[:2]) >= least]
    if not wide:
        # A round dish leaves at least the corners of its box.
        corner = max(2, min(bottom - top, right - left) // 8)
        box_HW3 = scene.taken_HW3
        wide = [box_HW3[:corner, :corner], box_HW3[-corner:, -corner:], box_HW3[:corner, -corner:]]
    areas = np.array([min(strip.shape[:2]) ** 2 for strip in wide], np.float64)
    return wide[int(np.searchsorted(np.cumsum(areas), rng.random() * areas.sum(), side="right"))]


def _wood(rng: np.random.Generator, scene: Scene, colour_3: Field) -> Field:
    """Planks with grain, knots and dark gaps; now and then in the photo's own table's colour."""
    patch = _coarse(scene)
    along = between(rng, -math.pi, math.pi) if rng.random() < 0.5 else any_of(rng, [0, math.pi / 2])
    fibre_HW = mottle(rng, patch, between(rng, 0.05, 0.2), NATURAL, between(rng, 5, 16), along)
    bend_HW = mottle(rng, patch, between(rng, 0.5, 1.3), CLOUDY, between(rng, 2, 5), along)
    across_HW = patch.y_H1 * np.float32(math.cos(along)) - patch.x_1W * np.float32(math.sin(along))
    waves_HW = np.sin(across_HW * np.float32(between(rng, 10, 40)) + bend_HW * np.float32(between(rng, 5, 30)))
    light = between(rng, 30, 78)
    pale_3, deep_3 = rgb(
        np.array(
            [
                [light, between(rng, 2, 16), between(rng, 8, 34)],
                [light * between(rng, 0.35, 0.75), between(rng, 4, 18), between(rng, 6, 26)],
            ]
        )
    )
    if rng.random() < 0.35:
        pale_3, deep_3 = np.minimum(colour_3 * 1.15, 1), colour_3 * np.float32(between(rng, 0.5, 0.85))
    dark_HW = np.clip(0.5 * fibre_HW + 0.45 * bend_HW + np.float32(between(rng, 0, 0.18)) * waves_HW, 0, 1)
    stain_HW = mottle(rng, patch, between(rng, 0.2, 0.8), GRAINY)
    tone_HW = 1 + np.float32(between(rng, 0, 0.5)) * (stain_HW - np.float32(0.5))
    if rng.random() < 0.6:
        # Planks differ in tone, and their gaps are dark.
        board = between(rng, 0.25, 1.1)
        place_HW = across_HW / np.float32(board) + np.float32(between(rng, 0, 1) + 16)
        tones = (1 + rng.normal(0, 0.1, 33)).astype(np.float32)
        tone_HW *= np.take(tones, place_HW.astype(np.int32), mode="clip")
        gap = between(rng, 0.01, 0.09) / board
        inside_HW = np.abs(place_HW - np.rint(place_HW))
        tone_HW *= 1 - np.float32(between(rng, 0.4, 0.95)) * (inside_HW < gap / 2)
    ends = zip(pale_3.tolist(), deep_3.tolist(), strict=True)
    wood_HW3: Field = cv.merge([mix(dark_HW, deep - pale, dark_HW, 0, pale) for pale, deep in ends])
    wood_HW3 *= cv.merge((tone_HW, tone_HW, tone_HW))
    return blurred(wood_HW3, between(rng, 0, 1.2))
