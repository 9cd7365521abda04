"""Where dirt meets a photo, the only place: so picture, mask and label cannot disagree."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from studio.dirt import cv
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

    Attributes:
        left, top: place of the first pixel in the photo.
        colour_HW3: float32 RGB 0..1 in white light, of what covers.
        alpha_HW: float32 0..1, how much it covers.
        transmittance_HW3: float32 0..1, by which a thin film multiplies what lies below; None for no film.
        shadow_HW: float32 0..1, light taken from what lies below; None for none.
        highlight_HW: float32 0..1, wet reflection of the light added on top; None for none.
        dull_HW: float32 0..1, how much the reflections below are blurred; None for none.
    """

    left: int
    top: int
    colour_HW3: Field
    alpha_HW: Field
    transmittance_HW3: Field | None = None
    shadow_HW: Field | None = None
    highlight_HW: Field | None = None
    dull_HW: Field | None = None


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


def composite(photo_HW3: Image, layers: Iterable[Layer], surface: Surface) -> tuple[Image, Image]:
    """Lay marks on a photo, the first undermost.

    Args:
        photo_HW3: uint8 RGB; it is not changed.
        layers: marks for this photo.
        surface: of this photo; nothing outside its dish changes.

    Returns:
        the dirty photo, uint8 RGB, with its mask, uint8: 0 exactly where the photo is unchanged.
    """
    canvas = Canvas(photo_HW3, surface)
    for layer in layers:
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
        self._clean_HW3 = photo_HW3[top:bottom, left:right].astype(np.float32) * np.float32(1 / 255)
        self._dirty_HW3 = self._clean_HW3.copy()
        self._is_covered = np.zeros(surface.mask_HW.shape, bool)
        self._covered_px = 0
        self._dish_px = max(1.0, surface.dish_px)

    @property
    def coverage(self) -> float:
        """Share of the dish that visibly changed so far, 0..1."""
        return self._covered_px / self._dish_px

    @cached_property
    def _blurred_HW3(self) -> Field:
        return cv.GaussianBlur(self._clean_HW3, (0, 0), max(0.6, 0.035 * self._surface.radius_px))  # type: ignore[no-any-return]

    def lay(self, layer: Layer, most: float = 1.0) -> bool:
        """Lay one mark, unless it would bring the coverage above `most`.

        Returns:
            whether the mark was laid and can be seen.
        """
        left, top = layer.left - self._surface.box[0], layer.top - self._surface.box[1]
        height, width = layer.alpha_HW.shape
        place = (slice(top, top + height), slice(left, left + width))
        mask = self._surface.mask_HW[place][..., None]
        below = self._dirty_HW3[place]
        mark = below
        if layer.dull_HW is not None:
            mark = mark + layer.dull_HW[..., None] * (self._blurred_HW3[place] - mark)
        if layer.shadow_HW is not None:
            mark = mark * (1 - layer.shadow_HW)[..., None]
        if layer.transmittance_HW3 is not None:
            mark = mark * layer.transmittance_HW3
        lit = layer.colour_HW3 * (self._surface.tone_HW[place][..., None] * self._surface.cast_3)
        mark = mark + layer.alpha_HW[..., None] * (lit - mark)
        if layer.highlight_HW is not None:
            mark = mark + (layer.highlight_HW * self._surface.tone_HW[place])[..., None]
        mark = below + mask * (np.clip(mark, 0, 1) - below)
        change = mark - self._clean_HW3[place]
        is_covered = self._is_covered[place] | (_largest(change) > VISIBLE / 255)
        covered_px = self._covered_px + int(is_covered.sum()) - int(self._is_covered[place].sum())
        is_seen = covered_px > self._covered_px or (_largest(mark - below) > VISIBLE / 255).any()
        if not is_seen or covered_px > most * self._dish_px:
            return False
        self._covered_px = covered_px
        self._is_covered[place] = is_covered
        self._dirty_HW3[place] = mark
        return True

    def finish(self) -> tuple[Image, Image]:
        """The dirty photo with its mask, once dirt has the photo's sharpness and grain."""
        surface = self._surface
        change = self._dirty_HW3 - self._clean_HW3
        middle = slice(max(0, surface.mask_HW.shape[0] // 2 - 40), surface.mask_HW.shape[0] // 2 + 40)
        band_HW = np.ascontiguousarray(self._clean_HW3[middle, :, 1])
        blur_px = _blur_px(band_HW)
        if blur_px > 0.25:
            change = cv.GaussianBlur(change, (0, 0), blur_px)
        sigma = _grain(band_HW, surface.mask_HW[middle])
        if sigma > 0.002:
            # Cover hides the sensor's grain that the photo had there; fresh dirt without it looks pasted.
            height, width = surface.mask_HW.shape
            tile = _grain_tile()
            grain = np.tile(tile, (height // 256 + 1, width // 256 + 1))[:height, :width]
            change = change + (grain * (sigma * np.minimum(_largest(change) * 6, 1)))[..., None]
        change *= (surface.mask_HW > 0)[..., None]
        left, top, right, bottom = surface.box
        image_HW3 = self._photo_HW3.copy()
        before = image_HW3[top:bottom, left:right]
        change += self._clean_HW3
        change *= np.float32(255)
        after = np.clip(np.rint(change, out=change), 0, 255, out=change).astype(np.uint8)
        apart = cv.absdiff(before, after)
        difference = np.maximum(np.maximum(apart[..., 0], apart[..., 1]), apart[..., 2])
        cv.copyTo(before, (difference <= UNCHANGED).astype(np.uint8), after)
        mask_HW = np.zeros(self._photo_HW3.shape[:2], np.uint8)
        strength = np.clip((difference.astype(np.float32) - UNCHANGED) * (255 / (FULLY - UNCHANGED)), 0, 255)
        mask_HW[top:bottom, left:right] = np.ceil(strength).astype(np.uint8)
        image_HW3[top:bottom, left:right] = after
        return image_HW3, mask_HW


def coverage(mask_HW: Image, surface: Surface) -> float:
    """Share of the dish with visible dirt, 0..1, by the mask that `composite` made."""
    level = (VISIBLE - UNCHANGED) * 255 / (FULLY - UNCHANGED)
    return float((mask_HW >= level).sum()) / max(1.0, surface.dish_px)


def _largest(change_HW3: Field) -> Field:
    """The largest absolute difference over the channels."""
    away = np.abs(change_HW3)
    return np.maximum(np.maximum(away[..., 0], away[..., 1]), away[..., 2])


def _blur_px(grey: Field) -> float:
    """Blur of the photo's sharpest edges, px, by how much a known blur weakens them (Zhuo and Sim 2011)."""
    if min(grey.shape) < 8:
        return 0.0
    known = 1.0
    sharp = _steepness(grey)
    soft = _steepness(cv.GaussianBlur(grey, (0, 0), known))
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
    return min(0.02, float(np.median(fine)) / 0.6745 / 6) if fine.size else 0.0


@cache
def _grain_tile() -> Field:
    """Fixed unit grain: it is below notice, so it needs no random numbers of the photo's own."""
    return np.random.default_rng(5).standard_normal((256, 256), np.float32)
