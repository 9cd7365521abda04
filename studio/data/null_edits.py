"""Edits of a clean photo that leave its dish clean, beside a light mark that does not."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.core.sections import DirtSettings
from studio.data.framing import Background, Framing
from studio.data.painting import as_jpeg, photo_to_paint
from studio.data.photos import decode_photo
from studio.data.sight import see_bytes
from studio.data.unchanged import read_unchanged
from studio.dirt import cv
from studio.dirt.layer import FULLY, UNCHANGED, VISIBLE, Canvas
from studio.dirt.outline import Outline
from studio.dirt.recipe import paint
from studio.dirt.surface import Surface

Pixels: TypeAlias = NDArray[np.uint8]

LIGHT, STEPS, PATCH, BESIDE = "light", "steps", "patch", "beside"

FIRST_VARIANT = 1_000_000
"""Pictures of a dataset are numbered from 0, so that these marks are none that a network has learned from."""

SAVED_QUALITY = (75, 90, 85, 80)
"""Of JPEG files as cameras, browsers and messengers write them, one for each round."""

PATCH_QUALITY, PATCH_BLUR_PX, PATCH_GRAIN, PATCH_FEATHER_PX = 80, 0.6, 1.5, 1.5
"""What pasting leaves in a patch; the grain is of 255."""

RING = 1.45
"""Size of what is painted around the dish, in dishes: its marks lie on the table right beside it."""

RIM_MARGIN = 0.05
"""Dish radii beyond the found outline that stay clean too: where it is a little too small the rim lies there."""

FEWEST_BESIDE = 0.004
"""Visible dirt beside the dish, as a share of the dish's area, below which there is nothing to see."""

VISIBLE_MASK = (VISIBLE - UNCHANGED) * 255 / (FULLY - UNCHANGED)
"""Value of a mask from which its dirt can be seen."""


@dataclass(frozen=True, kw_only=True)
class Sight:
    """How a network sees photos; see `framing.frame`."""

    framing: Framing
    background: Background
    size_hw: tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class ToEdit:
    """A clean photo with a known dish.

    Attributes:
        path: the file.
        sha1: of its content; seeds the marks.
        outline: of its dish.
        rounds: edits of each sort.
    """

    path: Path
    sha1: str
    outline: Outline
    rounds: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Edit:
    """An edited photo.

    Attributes:
        sort: LIGHT, a light mark; STEPS, saved anew; PATCH, a patch of the photo pasted back; BESIDE, dirt beside the
            dish.
        pixels_HW4: as the network sees it: uint8 red, green, blue, and how much the pixel is inside the dish.
        is_of_twin: whether it differs from the twin by this edit alone; else from the photo.
    """

    sort: str
    pixels_HW4: Pixels
    is_of_twin: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class EditedPhoto:
    """A photo with its edits.

    Attributes:
        photo_HW4: the file as classification sees it.
        edits: of it; the first is the twin: every step of painting, with nothing painted.
    """

    photo_HW4: Pixels
    edits: tuple[Edit, ...]


def edit(item: ToEdit, dirt: DirtSettings, sight: Sight) -> EditedPhoto:
    """Edit a photo in every way; all but its first look go through the steps of painting.

    Args:
        item: the photo.
        dirt: size and seed of what is painted.
        sight: how the network sees it.

    Raises:
        PhotoError: the file cannot be used.
    """
    data = read_unchanged(item.path, item.sha1)
    small_HW3 = photo_to_paint(data, item.path, dirt)
    outline, surface = item.outline, Surface.of(small_HW3, item.outline)
    dirt = dirt.model_copy(update={"vary": 0.0})  # the dish stays what it is: the edit is the only difference

    def seen(content: bytes) -> Pixels:
        framed = see_bytes(
            content, item.path.with_suffix(".jpg"), outline,
            framing=sight.framing, background=sight.background, size_hw=sight.size_hw,
        )  # fmt: skip
        return framed.pixels()

    twin = as_jpeg(Canvas(small_HW3, surface).finish()[0])
    edits = [Edit(sort=STEPS, pixels_HW4=seen(twin), is_of_twin=False)]
    for number in range(item.rounds):
        variant = FIRST_VARIANT + number
        rng = np.random.default_rng([dirt.seed, int(item.sha1[:15], 16), variant])
        light = paint(small_HW3, outline, dirt, sha1=item.sha1, variant=variant, level="light")
        patched_HW3 = pasted_back(small_HW3, light.mask_HW >= VISIBLE_MASK, rng)
        beside_HW3 = dirt_beside(small_HW3, outline, surface, dirt, sha1=item.sha1, variant=variant)
        edits += [
            Edit(sort=LIGHT, pixels_HW4=seen(as_jpeg(light.image_HW3)), is_of_twin=True),
            Edit(sort=STEPS, pixels_HW4=seen(saved_anew(small_HW3, number)), is_of_twin=False),
            Edit(sort=PATCH, pixels_HW4=seen(as_jpeg(patched_HW3)), is_of_twin=True),
        ]
        if beside_HW3 is not None:
            edits.append(Edit(sort=BESIDE, pixels_HW4=seen(as_jpeg(beside_HW3)), is_of_twin=True))
    return EditedPhoto(photo_HW4=seen(data), edits=tuple(edits))


def saved_anew(photo_HW3: Pixels, number: int) -> bytes:
    """A photo as another program saves it, its colours at half the resolution.

    Args:
        photo_HW3: uint8 RGB.
        number: of the round; decides the quality.
    """
    return _jpeg(photo_HW3, SAVED_QUALITY[number % len(SAVED_QUALITY)])


def pasted_back(photo_HW3: Pixels, shape_HW: NDArray[np.bool_], rng: np.random.Generator) -> Pixels:
    """Paste a patch of a photo back where it was, so that nothing but the traces of pasting is new.

    The patch was saved on its own, is a little softer, has other grain and a feathered edge.

    Args:
        photo_HW3: uint8 RGB.
        shape_HW: where the patch lies.
        rng: draws the grain.

    Returns:
        uint8 RGB.
    """
    patch_HW3 = decode_photo(_jpeg(photo_HW3, PATCH_QUALITY), "patch.jpg").image_HW3.astype(np.float32)
    patch_HW3 = cv.GaussianBlur(patch_HW3, (0, 0), PATCH_BLUR_PX)
    patch_HW3 += PATCH_GRAIN * rng.standard_normal((*shape_HW.shape, 1), np.float32)
    alpha_HW1 = cv.GaussianBlur(shape_HW.astype(np.float32), (0, 0), PATCH_FEATHER_PX)[..., None]
    pasted_HW3 = photo_HW3 + (patch_HW3 - photo_HW3) * alpha_HW1
    result: Pixels = np.clip(np.rint(pasted_HW3), 0, 255).astype(np.uint8)
    return result


def dirt_beside(
    photo_HW3: Pixels, outline: Outline, surface: Surface, dirt: DirtSettings, *, sha1: str, variant: int
) -> Pixels | None:
    """Put the clean dish on a dirty table: marks of all kinds around it, none on it.

    Args:
        photo_HW3: uint8 RGB, at the size at which dirt is painted.
        outline: of the dish.
        surface: of the photo.
        dirt: which marks.
        sha1, variant: seed them.

    Returns:
        uint8 RGB; None where hardly any table can be seen.
    """
    height, width = photo_HW3.shape[:2]
    table = paint(photo_HW3, _grown(outline), dirt, sha1=sha1, variant=variant, level="heavy")
    margin_px = max(1, round(RIM_MARGIN * surface.radius_px))
    kernel = cv.getStructuringElement(cv.MORPH_ELLIPSE, (2 * margin_px + 1, 2 * margin_px + 1))
    is_dish_HW = cv.dilate((outline.mask(height, width) > 0).astype(np.uint8), kernel) > 0
    seen_px = np.count_nonzero((table.mask_HW >= VISIBLE_MASK) & ~is_dish_HW)
    if seen_px < FEWEST_BESIDE * surface.dish_px:
        return None
    return np.where(is_dish_HW[..., None], photo_HW3, table.image_HW3)


def _grown(outline: Outline) -> Outline:
    points = np.array(outline.polygon)
    middle = (points.min(0) + points.max(0)) / 2
    grown = middle + RING * (points - middle)
    return replace(outline, polygon=tuple((float(x), float(y)) for x, y in grown))


def _jpeg(image_HW3: Pixels, quality: int) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(image_HW3).save(stream, "JPEG", quality=quality)
    return stream.getvalue()
