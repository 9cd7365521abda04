"""Varies a whole batch, on its device, each pair in its own way."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from studio.core.sections import AugmentationSettings
from studio.data import augment_opencv, augment_torch
from studio.data.augment_colour import Changes, colour_matrices, with_noise
from studio.data.augment_extra import with_extra_changes
from studio.data.backgrounds import with_background
from studio.data.dice import Dice
from studio.data.framing import GREY, Background
from studio.data.transforms import unpack

Level: TypeAlias = Literal["none", "basic", "advanced", "heavy"]

SMALLEST_ERASED_SHARE = 0.02
LONGEST_ERASED_SIDES = 3.3
WEAKEST_BLUR_PX = 0.1

# A draw is needed for every row even where a change is off, or another setting would shift all numbers after it.


@dataclass(frozen=True, kw_only=True)
class Augmenter:
    """Turns cached pixels into varied training pictures.

    Pictures with equal keys, a clean photo and its dirty children, are varied in exactly the same way. All geometry is
    one resampling, all colour one matrix.

    Attributes:
        settings: how far each change may go.
        level: none; basic (mirror and random crop); advanced (all settings); heavy (twice the ranges, and two more
            changes for each picture as in RandAugment, Cubuk et al., 2019).
        background: what is done beside the dish: keep, grey, or vary.
        seed: another one varies differently.
    """

    settings: AugmentationSettings
    level: Level
    background: Background
    seed: int

    def __call__(self, pixels_NHW4: Tensor, keys_N: NDArray[np.uint64], round: int) -> tuple[Tensor, Tensor]:
        """Vary a batch.

        Args:
            pixels_NHW4: uint8; red, green, blue, inside the dish; on any device.
            keys_N: uint64; equal for the members of a pair.
            round: the epoch or view; another one varies anew.

        Returns:
            images_N3HW, float32 0..255, and inside_N1HW, float32 0..1, bent along with the pictures.
        """
        images, inside = self._varied(pixels_NHW4, keys_N, round, has_inside=True)
        assert inside is not None
        return images, inside

    def pictures(self, pixels_NHW4: Tensor, keys_N: NDArray[np.uint64], round: int) -> Tensor:
        """The same pictures, without the work of bending what only some networks look at.

        Args:
            pixels_NHW4: as for a call.
            keys_N: as for a call.
            round: as for a call.

        Returns:
            images_N3HW, float32 0..255.
        """
        return self._varied(pixels_NHW4, keys_N, round, has_inside=self.background != "keep")[0]

    def _varied(
        self, pixels_NHW4: Tensor, keys_N: NDArray[np.uint64], round: int, *, has_inside: bool
    ) -> tuple[Tensor, Tensor | None]:
        dice = Dice(keys_N, seed=self.seed, round=round)
        inside: Tensor | None

        def on_background(images: Tensor, inside: Tensor | None) -> Tensor:
            return images if inside is None else with_background(images, inside, keys_N, dice, self.background)

        if self.level == "none":
            images, inside = unpack(pixels_NHW4)
            return on_background(images, inside), inside
        settings = settings_at(self.level, self.settings)
        height, width = pixels_NHW4.shape[1:3]
        changes = Changes(sampling_N23=sampling_matrices(dice, settings, (height, width)))
        if self.level != "basic":
            sigmas_N = dice.uniform(WEAKEST_BLUR_PX, max(WEAKEST_BLUR_PX, settings.blur_sigma_max))
            changes = replace(
                changes,
                sigmas_N=np.where(dice.chance(settings.blur), sigmas_N, 0.0),
                colours_N34=colour_matrices(dice, settings, pixels_NHW4, keys_N),
            )
        hand = augment_opencv if pixels_NHW4.device.type == "cpu" else augment_torch
        images, inside = hand.varied(pixels_NHW4, changes, has_inside=has_inside)
        if self.level == "basic":
            return on_background(images, inside), inside
        if self.level == "heavy":
            images = with_extra_changes(images, dice)
        images = on_background(images, inside)
        images = with_noise(images, dice.uniform(0.0, settings.noise), dice.seeds())
        return erased(images, dice, settings), inside


def settings_at(level: Level, settings: AugmentationSettings) -> AugmentationSettings:
    """How far each change goes at a level: heavy doubles the ranges, basic bends no picture."""
    if level == "basic":
        return settings.model_copy(update={"rotation_deg": 0.0, "affine": 0.0})
    if level != "heavy":
        return settings
    return settings.model_copy(
        update={
            "rotation_deg": min(180.0, 2 * settings.rotation_deg),
            "zoom": 1 + 2 * (settings.zoom - 1),
            "brightness": min(0.9, 2 * settings.brightness),
            "contrast": min(0.9, 2 * settings.contrast),
            "saturation": min(1.0, 2 * settings.saturation),
            "hue": min(0.5, 2 * settings.hue),
            "blur_sigma_max": 2 * settings.blur_sigma_max,
            "translate": min(0.5, 2 * settings.translate),
            "scale": min(0.9, 2 * settings.scale),
            "shear_deg": min(45.0, 2 * settings.shear_deg),
            "erasing_area_max": min(0.9, 2 * settings.erasing_area_max),
            "noise": 2 * settings.noise,
        }
    )


def sampling_matrices(dice: Dice, settings: AugmentationSettings, size_hw: tuple[int, int]) -> NDArray[np.float32]:
    """Where each pixel of the varied picture is taken from, as one affine map for each picture.

    Args:
        dice: one row for each picture.
        settings: how far mirror, crop, rotation, shift, scale and shear may go.
        size_hw: of the pictures, px.

    Returns:
        N x 2 x 3, float32, in the coordinates of `affine_grid`: -1..1 over width and height.
    """
    height, width = size_hw
    flip_x_N = np.where(dice.chance(settings.horizontal_flip), -1.0, 1.0)
    flip_y_N = np.where(dice.chance(settings.vertical_flip), -1.0, 1.0)
    slack = (1 - 1 / settings.zoom) / 2
    crop_x_N, crop_y_N = dice.uniform(-slack, slack), dice.uniform(-slack, slack)
    angle_N = np.radians(dice.uniform(-settings.rotation_deg, settings.rotation_deg))
    is_bent_N = dice.chance(settings.affine)
    scale_N = 1 + is_bent_N * dice.uniform(-settings.scale, settings.scale)
    shift_x_N = crop_x_N + is_bent_N * dice.uniform(-settings.translate, settings.translate)
    shift_y_N = crop_y_N + is_bent_N * dice.uniform(-settings.translate, settings.translate)
    shear_N = np.tan(np.radians(is_bent_N * dice.uniform(-settings.shear_deg, settings.shear_deg)))
    shrink_N = 1 / (settings.zoom * scale_N)
    cosine_N, sine_N = np.cos(angle_N) * shrink_N, np.sin(angle_N) * shrink_N
    matrices = np.empty((len(dice), 2, 3), np.float32)
    matrices[:, 0, 0] = cosine_N * flip_x_N
    matrices[:, 0, 1] = (cosine_N * shear_N - sine_N) * flip_y_N * (height / width)
    matrices[:, 0, 2] = 2 * shift_x_N
    matrices[:, 1, 0] = sine_N * flip_x_N * (width / height)
    matrices[:, 1, 1] = (sine_N * shear_N + cosine_N) * flip_y_N
    matrices[:, 1, 2] = 2 * shift_y_N
    return matrices


def erased(images: Tensor, dice: Dice, settings: AugmentationSettings) -> Tensor:
    """Hide a rectangle of some pictures, in place, behind grey (Zhong et al., 2017)."""
    is_hit_N = dice.chance(settings.erasing)
    area_N = dice.uniform(SMALLEST_ERASED_SHARE, max(SMALLEST_ERASED_SHARE, settings.erasing_area_max))
    reach = math.log(LONGEST_ERASED_SIDES)
    ratio_N = np.exp(dice.uniform(-reach, reach))
    tall_N, wide_N = np.minimum(np.sqrt(area_N * ratio_N), 1.0), np.minimum(np.sqrt(area_N / ratio_N), 1.0)
    top_N, left_N = dice.uniform() * (1 - tall_N), dice.uniform() * (1 - wide_N)
    height, width = images.shape[-2:]
    for place in np.flatnonzero(is_hit_N):
        rows = _hidden(top_N[place], tall_N[place], height)
        columns = _hidden(left_N[place], wide_N[place], width)
        images[place, :, rows, columns] = float(GREY)
    return images


def _hidden(start: float, share: float, size: int) -> slice:
    """The pixels whose middles lie within a share of a side."""
    first, end = (math.ceil(edge * size - 0.5) for edge in (start, start + share))
    return slice(first, end)
