"""Where dirt meets a photo, the only place: so picture, mask and label cannot disagree."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import TypeAlias

import numpy as np

from studio.dirt import cv
from studio.dirt.blur import Pixels, blurred, kernel, widely_blurred
from studio.dirt.chance import ROW, Chance
from studio.dirt.outline import Field, Floats, Image
from studio.dirt.surface import Surface

UNCHANGED = 3
"""A channel's difference, of 255, up to which a pixel counts as unchanged and its mask is 0."""

FULLY = 40
"""Difference from which the mask is 255."""

VISIBLE = 20
"""Difference from which a pixel counts as covered by dirt."""

_CHANGE = np.float32(VISIBLE / 255)


@dataclass(frozen=True, kw_only=True)
class Layer:
    """The pixels of one mark, which know nothing of what lies below them.

    Attributes:
        left, top: place of the first pixel in the photo.
        through_HW3: float32 RGB 0..1, what is left to be seen of what lies below: a film tints it, cover hides it, a
            shadow darkens it.
        added_HW3: float32 RGB, the light that the mark itself sends to the camera: its colour and its wet shine.
        dull_HW: float32 0..1, how much the reflections below are blurred; None for none.
    """

    left: int
    top: int
    through_HW3: Field
    added_HW3: Field
    dull_HW: Field | None = None


Mark: TypeAlias = Callable[[], Layer | None]
"""One piece of dirt, which is drawn when asked for its layer; None where it misses the dish.

A third of the marks on offer are never laid, since the dish is dirty enough before their turn."""


def deferred(rng: np.random.Generator, count: int, draw: Callable[[Chance], Layer | None]) -> tuple[Mark, ...]:
    """Marks of one sort, each with random numbers of its own, so that none depends on whether another was drawn.

    Args:
        rng: draws their numbers.
        count: how many.
        draw: draws one.
    """
    return tuple(partial(_drawn, draw, row) for row in rng.random((count, ROW)))


def _drawn(draw: Callable[[Chance], Layer | None], row: Floats) -> Layer | None:
    return draw(Chance(row.tolist()))


@dataclass(frozen=True, kw_only=True)
class Painted:
    """A dirty picture with the truth about it.

    Attributes:
        image_HW3: uint8 RGB.
        mask_HW: uint8, 0 where the photo is unchanged, 255 where it visibly changed.
        coverage: share of the dish with visible dirt, 0..1.
        level: light, medium or heavy.
        kinds: names of the kinds of dirt that are on it.
        twin_HW3: uint8 RGB, the same picture without dirt.
        look_alikes: names of what was done to the dish of both; empty where it is as it was taken.
    """

    image_HW3: Image
    mask_HW: Image
    coverage: float
    level: str
    kinds: tuple[str, ...]
    twin_HW3: Image
    look_alikes: tuple[str, ...]


def composite(photo_HW3: Image, marks: Iterable[Mark], surface: Surface) -> tuple[Image, Image]:
    """Lay marks on a photo, the first undermost.

    Args:
        photo_HW3: uint8 RGB; it is not changed.
        marks: for this photo.
        surface: of this photo; nothing outside its dish changes.

    Returns:
        the dirty photo, uint8 RGB, with its mask, uint8: 0 exactly where the photo is unchanged.
    """
    canvas = Canvas(photo_HW3, surface)
    for mark in marks:
        layer = mark()
        if layer is not None:
            canvas.lay(layer)
    return canvas.finish()


class Canvas:
    """A photo on which dirt is laid mark by mark, so that one can stop when it is dirty enough."""

    def __init__(self, photo_HW3: Image, surface: Surface) -> None:
        """Args:
        photo_HW3: uint8 RGB; it is not changed.
        surface: of this photo.
        """
        assert photo_HW3.shape[:2] == (surface.height, surface.width), "the surface is of another size"
        self._photo_HW3 = photo_HW3
        self._surface = surface
        left, top, right, bottom = surface.box
        height, width = surface.mask_HW.shape
        self._clean_HW3: Field = photo_HW3[top:bottom, left:right].astype(np.float32)
        self._clean_HW3 *= np.float32(1 / 255)
        self._dirty_HW3 = self._clean_HW3.copy()
        # A colour between these two is no visible change.
        self._darkest_HW3, self._lightest_HW3 = self._clean_HW3 - _CHANGE, self._clean_HW3 + _CHANGE
        self._beside_HW: Field = 1 - surface.mask_HW
        self._is_bare = np.full((height, width), 255, np.uint8)
        self._covered_px = 0
        self._laid: list[tuple[int, int, int, int]] = []
        self._dish_px = max(1.0, surface.dish_px)

    @property
    def coverage(self) -> float:
        """Share of the dish that visibly changed so far, 0..1."""
        return self._covered_px / self._dish_px

    @cached_property
    def _blurred_HW3(self) -> Field:
        return widely_blurred(self._clean_HW3, max(0.6, 0.035 * self._surface.radius_px))

    def lay(self, layer: Layer, most: float = 1.0) -> bool:
        """Lay one mark, unless it would bring the coverage above `most`.

        Returns:
            whether the mark was laid and can be seen.
        """
        left, top = layer.left - self._surface.box[0], layer.top - self._surface.box[1]
        height, width = layer.through_HW3.shape[:2]
        place = (slice(top, top + height), slice(left, left + width))
        below = self._dirty_HW3[place]
        if layer.dull_HW is None:
            mark = below * layer.through_HW3
        else:
            mark = cv.subtract(self._blurred_HW3[place], below)
            mark *= _thrice(layer.dull_HW)
            mark += below
            mark *= layer.through_HW3
        mark += layer.added_HW3
        # Light adds up to more than white can show; nothing takes away more than there is.
        cv.threshold(mark, 1, 1, cv.THRESH_TRUNC, mark)
        beside_HW = self._beside_HW[place]
        if cv.hasNonZero(beside_HW):
            # Dirt ends softly where the dish does.
            mark = cv.blendLinear(mark, below, self._surface.mask_HW[place], beside_HW)
        before = self._is_bare[place]
        is_bare = cv.inRange(mark, self._darkest_HW3[place], self._lightest_HW3[place])
        is_bare = cv.bitwise_and(is_bare, before)
        gained_px = cv.countNonZero(before) - cv.countNonZero(is_bare)
        is_seen = gained_px > 0 or float(cv.norm(mark, below, cv.NORM_INF)) > _CHANGE
        if not is_seen or self._covered_px + gained_px > most * self._dish_px:
            return False
        self._covered_px += gained_px
        self._laid.append((left, top, left + width, top + height))
        self._is_bare[place] = is_bare
        self._dirty_HW3[place] = mark
        return True

    def finish(self) -> tuple[Image, Image]:
        """The dirty photo with its mask, once dirt has the photo's sharpness and grain."""
        image_HW3 = self._photo_HW3.copy()
        mask_HW = np.zeros(image_HW3.shape[:2], np.uint8)
        if not self._laid:
            return image_HW3, mask_HW
        surface = self._surface
        blur_px, sigma = self._sharpness()
        height, width = surface.mask_HW.shape
        # Blur carries dirt a little further than it was laid.
        left, top, right, bottom = (
            pick(ends) for pick, ends in zip((min, min, max, max), zip(*self._laid, strict=True), strict=True)
        )
        pad = kernel(blur_px)[0] // 2
        place = slice(max(0, top - pad), min(height, bottom + pad)), slice(max(0, left - pad), min(width, right + pad))
        clean_HW3 = self._clean_HW3[place]
        change = self._dirty_HW3[place] - clean_HW3
        if blur_px > 0.25:
            change = blurred(change, blur_px)
        if sigma > 0.002:
            # Cover hides the sensor's grain that the photo had there; fresh dirt without it looks pasted.
            strength = cv.threshold(_largest(cv.convertScaleAbs(change, alpha=255)), 42, 42, cv.THRESH_TRUNC)[1]
            sheet = _grain_sheet(-(-height // 256), -(-width // 256))[place]
            change += _thrice(cv.multiply(strength, sheet, scale=sigma / 42, dtype=cv.CV_32F))
        rows, columns = (
            slice(part.start + first, part.stop + first) for part, first in zip(place, surface.box[1::-1], strict=True)
        )
        before = image_HW3[rows, columns]
        # Rounded to the nearest and kept in 0..255.
        after = cv.addWeighted(change, 255, clean_HW3, 255, 0, dtype=cv.CV_8U)
        difference = _largest(cv.absdiff(before, after))
        difference = cv.bitwise_and(difference, surface.inside_HW[place])
        cv.copyTo(before, cv.threshold(difference, UNCHANGED, 255, cv.THRESH_BINARY_INV)[1], after)
        mask_HW[rows, columns] = cv.LUT(difference, _mask_levels())
        image_HW3[rows, columns] = after
        return image_HW3, mask_HW

    def _sharpness(self) -> tuple[float, float]:
        """Blur of the photo in px, with its grain's standard deviation, 0..1."""
        height = len(self._clean_HW3)
        # Across the middle of a dish its rim and its base run upright, so rightwards is where its edges are.
        middle = slice(max(0, height // 2 - 28), height // 2 + 28)
        band_HW = cv.extractChannel(self._clean_HW3[middle], 1)
        return _blur_px(band_HW), _grain(band_HW, self._surface.mask_HW[middle])


@cache
def _mask_levels() -> Image:
    """The mask's value for each difference of 0..255."""
    strength = np.clip((np.arange(256) - UNCHANGED) * (255 / (FULLY - UNCHANGED)), 0, 255)
    levels: Image = np.ceil(strength).astype(np.uint8)
    return levels


def coverage(mask_HW: Image, surface: Surface) -> float:
    """Share of the dish with visible dirt, 0..1, by the mask that `composite` made."""
    level = math.ceil((VISIBLE - UNCHANGED) * 255 / (FULLY - UNCHANGED))
    return float(cv.countNonZero(cv.inRange(mask_HW, level, 255))) / max(1.0, surface.dish_px)


def _thrice(field_HW: Field) -> Field:
    """A field as three equal channels, which meet a picture nine times as fast as a broadcast does."""
    return cv.cvtColor(field_HW, cv.COLOR_GRAY2RGB)  # type: ignore[no-any-return]


def _largest(picture_HW3: Pixels) -> Pixels:
    """The largest of each pixel's channels."""
    red, green, blue = cv.split(picture_HW3)
    return cv.max(cv.max(red, green), blue)  # type: ignore[no-any-return]


def _blur_px(grey: Field) -> float:
    """Blur of the photo's sharpest upright edges, px, by how much a known blur weakens them (Zhuo and Sim 2011)."""
    if min(grey.shape) < 8:
        return 0.0
    known = 1.0
    sharp = _steepness(grey)
    # The steepest place of each column, of which the steepest third are edges that count.
    columns = cv.reduce(sharp, 0, cv.REDUCE_MAX)[0].argsort()[-max(1, sharp.shape[1] // 3) :]
    strongest = sharp.argmax(0)[columns], columns
    weakened = np.abs(cv.sepFilter2D(grey, cv.CV_32F, *_softer_sobel(known))[strongest])
    ratio = float(np.median(sharp[strongest] / (weakened + 1e-4)))
    if ratio <= 1.02:
        return 2.0
    return min(2.0, max(0.3, 0.75 * known / math.sqrt(ratio * ratio - 1)))


@cache
def _softer_sobel(sigma_px: float) -> tuple[Field, Field]:
    """What a blur and Sobel's operator after it do in one pass, as kernels along rows and columns."""
    bell = cv.getGaussianKernel(kernel(sigma_px)[0], sigma_px, cv.CV_32F)[:, 0]
    return np.convolve(bell, np.array((-1, 0, 1), np.float32)), np.convolve(bell, np.array((1, 2, 1), np.float32))


def _steepness(grey_HW: Field) -> Field:
    return np.abs(cv.Sobel(grey_HW, cv.CV_32F, 1, 0))  # type: ignore[no-any-return]


def _grain(grey_HW: Field, mask_HW: Field) -> float:
    """Standard deviation of the sensor's grain, by a Laplacian's median (Immerkaer 1996), 0..1."""
    laplacian = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    # A quarter of the pixels say it as well as all.
    fine = np.abs(cv.filter2D(grey_HW, cv.CV_32F, laplacian)[1::2, 1::2])[mask_HW[1::2, 1::2] > 0.9]
    if not fine.size:
        return 0.0
    median = float(np.partition(fine, fine.size // 2)[fine.size // 2])
    return min(0.02, median / 0.6745 / 6)


@cache
def _grain_sheet(rows: int, columns: int) -> Field:
    """Fixed unit grain in tiles of 256 px: it is below notice, so it needs no random numbers of the photo's own."""
    return np.tile(np.random.default_rng(5).standard_normal((256, 256), np.float32), (rows, columns))
