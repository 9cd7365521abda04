"""Where dirt meets a photo, the only place: so picture, mask and label cannot disagree."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import TypeAlias

import numpy as np

from studio.dirt import cv
from studio.dirt.blur import blurred, kernel, widely_blurred
from studio.dirt.outline import Field, Image
from studio.dirt.surface import Surface

UNCHANGED = 3
"""A channel's difference, of 255, up to which a pixel counts as unchanged and its mask is 0."""

FULLY = 40
"""Difference from which the mask is 255."""

VISIBLE = 20
"""Difference from which a pixel counts as covered by dirt."""


@dataclass(frozen=True, kw_only=True)
class Layer:
    """The pixels of one mark, which know nothing of the photo.

    Colours lie plane by plane: a field of the mark then meets each of them at full speed, pixel by pixel it would take
    nine times as long.

    Attributes:
        left, top: place of the first pixel in the photo.
        colour_3HW: float32 RGB 0..1 in white light, of what covers.
        alpha_HW: float32 0..1, how much it covers.
        through_3HW: float32 0..1, what is left to be seen of what lies below, since a film tints and cover hides it.
        shadow_HW: float32 0..1, light taken from what lies below; None for none.
        highlight_HW: float32 0..1, wet reflection of the light added on top; None for none.
        dull_HW: float32 0..1, how much the reflections below are blurred; None for none.
    """

    left: int
    top: int
    colour_3HW: Field
    alpha_HW: Field
    through_3HW: Field
    shadow_HW: Field | None = None
    highlight_HW: Field | None = None
    dull_HW: Field | None = None


Mark: TypeAlias = Callable[[], Layer | None]
"""One piece of dirt, which is drawn when asked for its layer; None where it misses the dish.

A third of the marks on offer are never laid, since the dish is dirty enough before their turn."""


def deferred(
    rng: np.random.Generator, count: int, draw: Callable[[np.random.Generator], Layer | None]
) -> tuple[Mark, ...]:
    """Marks of one sort, each with random numbers of its own, so that none depends on whether another was drawn.

    Args:
        rng: seeds them.
        count: how many.
        draw: draws one.
    """
    return tuple(partial(_drawn, draw, int(seed)) for seed in rng.integers(0, 2**63, count))


def _drawn(draw: Callable[[np.random.Generator], Layer | None], seed: int) -> Layer | None:
    # Made by hand in half the time of `default_rng`.
    return draw(np.random.Generator(np.random.PCG64(seed)))


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
        self._clean_3HW = np.empty((3, height, width), np.float32)
        for plane, channel in zip(self._clean_3HW, _planes(photo_HW3[top:bottom, left:right]), strict=True):
            plane[...] = channel
        self._clean_3HW *= 1 / 255
        self._dirty_3HW = self._clean_3HW.copy()
        self._is_covered = np.zeros((height, width), bool)
        self._covered_px = 0
        self._dish_px = max(1.0, surface.dish_px)

    @property
    def coverage(self) -> float:
        """Share of the dish that visibly changed so far, 0..1."""
        return self._covered_px / self._dish_px

    @cached_property
    def _blurred_3HW(self) -> Field:
        sigma_px = max(0.6, 0.035 * self._surface.radius_px)
        return np.stack([widely_blurred(plane, sigma_px) for plane in self._clean_3HW])

    def lay(self, layer: Layer, most: float = 1.0) -> bool:
        """Lay one mark, unless it would bring the coverage above `most`.

        Returns:
            whether the mark was laid and can be seen.
        """
        surface = self._surface
        left, top = layer.left - surface.box[0], layer.top - surface.box[1]
        height, width = layer.alpha_HW.shape
        place = (slice(top, top + height), slice(left, left + width))
        planes = (slice(None), *place)
        below = self._dirty_3HW[planes]
        tone_HW = surface.tone_HW[place]
        if layer.dull_HW is None:
            mark = below * layer.through_3HW
        else:
            mark = self._blurred_3HW[planes] - below
            mark *= layer.dull_HW
            mark += below
            mark *= layer.through_3HW
        if layer.shadow_HW is not None:
            mark *= 1 - layer.shadow_HW
        lit = layer.colour_3HW * (layer.alpha_HW * tone_HW)
        lit *= surface.cast_3[:, None, None]
        mark += lit
        if layer.highlight_HW is not None:
            mark += layer.highlight_HW * tone_HW
        # Light adds up to more than white can show; nothing takes away more than there is.
        np.minimum(mark, 1, out=mark)
        # Dirt ends softly where the dish does.
        mark -= below
        mark *= surface.mask_HW[place]
        most_change = VISIBLE / 255
        is_new = _largest(mark) > most_change
        mark += below
        is_covered = _largest(mark - self._clean_3HW[planes]) > most_change
        before = self._is_covered[place]
        is_covered |= before
        gained_px = int(np.count_nonzero(is_covered)) - int(np.count_nonzero(before))
        is_seen = gained_px > 0 or is_new.any()
        if not is_seen or self._covered_px + gained_px > most * self._dish_px:
            return False
        self._covered_px += gained_px
        self._is_covered[place] = is_covered
        self._dirty_3HW[planes] = mark
        return True

    def finish(self) -> tuple[Image, Image]:
        """The dirty photo with its mask, once dirt has the photo's sharpness and grain."""
        surface = self._surface
        height, width = surface.mask_HW.shape
        middle = slice(max(0, height // 2 - 40), height // 2 + 40)
        band_HW = self._clean_3HW[1, middle]
        blur_px, sigma = _blur_px(band_HW), _grain(band_HW, surface.mask_HW[middle])
        change = self._dirty_3HW - self._clean_3HW
        for plane in change:
            if blur_px > 0.25:
                cv.GaussianBlur(plane, kernel(blur_px), blur_px, plane)
        if sigma > 0.002:
            # Cover hides the sensor's grain that the photo had there; fresh dirt without it looks pasted.
            strength = np.minimum(_largest(change), 1 / 6)
            strength *= 6 * sigma
            strength *= _grain_sheet(-(-height // 256), -(-width // 256))[:height, :width]
            change += strength
        change *= 255
        change *= surface.mask_HW > 0
        change += self._clean_3HW * 255
        left, top, right, bottom = surface.box
        image_HW3 = self._photo_HW3.copy()
        before = image_HW3[top:bottom, left:right]
        # Rounded to the nearest and kept in 0..255.
        after = cv.merge([cv.addWeighted(plane, 1, plane, 0, 0, dtype=cv.CV_8U) for plane in change])
        apart = cv.split(cv.absdiff(before, after))
        difference = cv.max(cv.max(apart[0], apart[1]), apart[2])
        cv.copyTo(before, (difference <= UNCHANGED).astype(np.uint8), after)
        mask_HW = np.zeros(self._photo_HW3.shape[:2], np.uint8)
        mask_HW[top:bottom, left:right] = cv.LUT(difference, _mask_levels())
        image_HW3[top:bottom, left:right] = after
        return image_HW3, mask_HW


@cache
def _mask_levels() -> Image:
    """The mask's value for each difference of 0..255."""
    strength = np.clip((np.arange(256) - UNCHANGED) * (255 / (FULLY - UNCHANGED)), 0, 255)
    levels: Image = np.ceil(strength).astype(np.uint8)
    return levels


def coverage(mask_HW: Image, surface: Surface) -> float:
    """Share of the dish with visible dirt, 0..1, by the mask that `composite` made."""
    level = (VISIBLE - UNCHANGED) * 255 / (FULLY - UNCHANGED)
    return float((mask_HW >= level).sum()) / max(1.0, surface.dish_px)


def _planes(image_HW3: Image) -> Sequence[Image]:
    """The three colours; a view is copied first, since OpenCV splits whole pictures seven times as fast."""
    return cv.split(np.ascontiguousarray(image_HW3))  # type: ignore[no-any-return]


def _largest(change_3HW: Field) -> Field:
    """The largest absolute difference over the channels."""
    red, green, blue = np.abs(change_3HW)
    largest: Field = np.maximum(red, green)
    np.maximum(largest, blue, out=largest)
    return largest


def _blur_px(grey: Field) -> float:
    """Blur of the photo's sharpest edges, px, by how much a known blur weakens them (Zhuo and Sim 2011)."""
    if min(grey.shape) < 8:
        return 0.0
    known = 1.0
    sharp = _steepness(grey)
    soft = _steepness(blurred(grey, known))
    count = max(20, int(0.004 * sharp.size))
    if sharp.size <= count:
        return 0.0
    strongest = np.argpartition(sharp, -count, axis=None)[-count:]
    ratio = float(np.median(sharp.ravel()[strongest] / (soft.ravel()[strongest] + 1e-4)))
    if ratio <= 1.02:
        return 2.0
    return min(2.0, max(0.3, 0.75 * known / math.sqrt(ratio * ratio - 1)))


def _steepness(grey_HW: Field) -> Field:
    return np.abs(cv.Sobel(grey_HW, cv.CV_32F, 1, 0)) + np.abs(cv.Sobel(grey_HW, cv.CV_32F, 0, 1))  # type: ignore[no-any-return]


def _grain(grey_HW: Field, mask_HW: Field) -> float:
    """Standard deviation of the sensor's grain, by a Laplacian's median (Immerkaer 1996), 0..1."""
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    fine = np.abs(cv.filter2D(grey_HW, cv.CV_32F, kernel))[mask_HW > 0.9]
    if not fine.size:
        return 0.0
    median = float(np.partition(fine, fine.size // 2)[fine.size // 2])
    return min(0.02, median / 0.6745 / 6)


@cache
def _grain_sheet(rows: int, columns: int) -> Field:
    """Fixed unit grain in tiles of 256 px: it is below notice, so it needs no random numbers of the photo's own."""
    return np.tile(np.random.default_rng(5).standard_normal((256, 256), np.float32), (rows, columns))
