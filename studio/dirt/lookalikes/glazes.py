"""Colours of glazed dishes with their specks, cracks and pits.

Colours are kept plane by plane, `colour_3HW`: NumPy is several times slower where the innermost axis has three values.
"""

from __future__ import annotations

import math
from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from studio.dirt import cv
from studio.dirt.draws import between, whole
from studio.dirt.lookalikes.bowl import Bowl
from studio.dirt.lookups import mix, smoothstep
from studio.dirt.noise import CLOUDY, GRAINY, mottle
from studio.dirt.outline import Field
from studio.dirt.palette import rgb
from studio.dirt.scene import Scene, blurred

Range = tuple[float, float]
Colours = tuple[tuple[int, Range, Range, Range], ...]
"""Share, then CIE L, chroma, hue in degrees."""

GLAZES: Colours = (
    (14, (84, 96), (0, 7), (60, 280)),  # white, cream, bluish
    (9, (30, 80), (0, 6), (0, 360)),  # grey
    (9, (3, 22), (0, 9), (0, 360)),  # black
    (22, (35, 75), (45, 95), (0, 360)),  # bright plastic
    (8, (72, 92), (10, 32), (0, 360)),  # pastel
    (8, (12, 34), (15, 55), (250, 312)),  # dark blue
    (9, (14, 42), (8, 36), (30, 78)),  # brown
    (10, (36, 62), (50, 90), (28, 62)),  # red to orange
    (6, (70, 88), (50, 92), (72, 102)),  # yellow
    (11, (52, 84), (12, 40), (62, 92)),  # cream to wood-like tan
)


def one_of(rng: np.random.Generator, colours: Colours) -> Field:
    """A colour drawn by its share, RGB 0..1, shape (3,)."""
    chosen, *places = rng.random(4).tolist()
    ends = list(accumulate(share for share, *_ in colours))
    _, *ranges = colours[bisect(ends, chosen * ends[-1])]
    light, chroma, hue = (low + (high - low) * place for (low, high), place in zip(ranges, places, strict=True))
    hue = math.radians(hue)
    colour_3: Field = rgb(np.array([[light, chroma * math.cos(hue), chroma * math.sin(hue)]], np.float32))[0]
    return colour_3


def glaze(rng: np.random.Generator) -> Field:
    """A colour that dishes have, RGB 0..1, shape (3,)."""
    return one_of(rng, GLAZES)


def flat(colour_3: Field) -> Field:
    """One colour everywhere, shape (3, 1, 1)."""
    return colour_3[:, None, None]


def mixed(colour_3HW: Field, other_3: Field, share_HW: Field) -> Field:
    """A colour with a share of another one in it."""
    mix: Field = other_3[:, None, None] - colour_3HW
    mix = mix * share_HW
    mix += colour_3HW
    return mix


def shine(dish_3HW: Field, gloss_HW: Field) -> Field:
    """A dish with white reflections on it."""
    shone: Field = dish_3HW * (1 - gloss_HW)
    shone += gloss_HW
    return shone


@dataclass(frozen=True, kw_only=True)
class Coat:
    """What light makes of a glaze.

    Attributes:
        colour_3HW: the glaze's own colour, float32 (3, H, W) or (3, 1, 1).
        light_HW: light and shade on it, about 1.
        gloss_HW: white reflections on it, 0..1.
        grain_HW: the photo's finest texture, to be added.
        exposure: how bright it comes out.
    """

    colour_3HW: Field
    light_HW: Field
    gloss_HW: Field
    grain_HW: Field
    exposure: float

    def show(self, scene: Scene, share: float = 1.0) -> None:
        """Show a dish with this coat under the photo's own light, as the camera would."""
        light_HW = self.light_HW * (1 - self.gloss_HW)
        added_HW = self.gloss_HW + self.grain_HW
        gains = (scene.surface.cast_3 * np.float32(scene.level * self.exposure)).tolist()
        planes = [
            mix(
                light_HW if plane.size == 1 else light_HW * plane,
                gain * (plane.item() if plane.size == 1 else 1),
                added_HW,
                1,
            )
            for plane, gain in zip(self.colour_3HW, gains, strict=True)
        ]
        scene.put(cv.merge(planes), share)


def put(scene: Scene, dish_3HW: Field, grain_HW: Field, share: float = 1.0) -> None:
    """Show a dish that was kept plane by plane, under the photo's grain."""
    scene.put(cv.merge(list(dish_3HW + grain_HW)), share)


def glazed(rng: np.random.Generator, scene: Scene, bowl: Bowl) -> Field:
    """A glaze's own colour at each place: plain, two-tone, reactive, speckled, cracked, with another rim.

    Returns:
        float32 (3, H, W) or (3, 1, 1), RGB 0..1.
    """
    patch = scene.patch
    main_3 = glaze(rng)
    colour_3HW = flat(main_3)
    if rng.random() < 0.35:
        # A second colour from some circle on, with the edge that dipping or spraying leaves.
        at = (bowl.base, between(rng, 0.2, 0.95), between(rng, 0.9, 0.97))[whole(rng, 0, 3)]
        fade = (0.012, 0.012, 0.1, 0.4)[whole(rng, 0, 4)]
        edge_HW = bowl.rho_HW
        if rng.random() < 0.6:
            wavy_HW = mottle(rng, patch, between(rng, 0.3, 0.9), CLOUDY) - np.float32(0.5)
            edge_HW = edge_HW + np.float32(0.02 if rng.random() < 0.6 else between(rng, 0.02, 0.12)) * wavy_HW
        colour_3HW = mixed(colour_3HW, glaze(rng), smoothstep(at - fade / 2, at + fade / 2, edge_HW))
    if rng.random() < 0.2:
        # A reactive glaze runs thin over edges and pools in hollows. Its mottle is fine and even or soft: ragged
        # patches would be dirt to anybody.
        is_fine = rng.random() < 0.5
        feature = float(between(rng, 0.03, 0.12) if is_fine else between(rng, 0.2, 0.9))
        pool_HW = mottle(rng, patch, feature, GRAINY if is_fine else CLOUDY) * np.float32(between(rng, 0.3, 1))
        pool_HW += np.float32(between(rng, 0, 0.25 if is_fine else 0.8)) * bowl.line(bowl.base, between(rng, 0.03, 0.2))
        low, soft = between(rng, 0.1, 0.6), float(between(rng, 0.15, 0.7) if is_fine else between(rng, 0.5, 1))
        other_3 = glaze(rng) if rng.random() < 0.4 else np.minimum(main_3 * np.float32(between(rng, 0.3, 1.5)), 1)
        pool_HW = smoothstep(low, low + soft, pool_HW) * np.float32(between(rng, 0.3, 1))
        colour_3HW = mixed(colour_3HW, other_3, pool_HW)
    if rng.random() < 0.2:
        tone = (3, 45) if rng.random() < 0.8 else (75, 97)
        ink_3 = rgb(np.array([[rng.uniform(*tone), between(rng, 0, 18), between(rng, 0, 24)]]))[0]
        colour_3HW = mixed(colour_3HW, ink_3, specks(rng, scene) * np.float32(between(rng, 0.3, 1)))
    if rng.random() < 0.06:
        crack_HW = _crackle(rng, scene) * np.float32(between(rng, 0.15, 0.6))
        colour_3HW = mixed(colour_3HW, main_3 * np.float32(between(rng, 0.2, 0.8)), crack_HW)
    if rng.random() < 0.3:
        # The unglazed, worn or contrasting line of a rim.
        at = between(rng, 0.93, 0.985)
        rim_HW = smoothstep(at, at + 0.012, bowl.rho_HW) * np.float32(between(rng, 0.4, 1))
        colour_3HW = mixed(colour_3HW, glaze(rng), rim_HW)
    return colour_3HW


def specks(rng: np.random.Generator, scene: Scene) -> Field:
    """Many fine specks, evenly spread, 0..1; on a small dish they blend into a tone."""
    height, width = scene.surface.mask_HW.shape
    specks_HW = np.zeros((height, width), np.float32)
    for size in rng.uniform(0.003, 0.014, whole(rng, 1, 3)):
        count = int(between(rng, 60, 1300) * (0.005 / size))
        wanted = float(size) * scene.surface.radius_px * 0.6
        sigma = max(0.45, wanted)
        points_HW = np.zeros((height, width), np.float32)
        at = (rng.random(count) * height).astype(int), (rng.random(count) * width).astype(int)
        points_HW[at] = rng.uniform(0.4, 1, count).astype(np.float32)
        spread_HW = cv.GaussianBlur(points_HW, (0, 0), sigma) * np.float32(2 * math.pi * min(wanted, sigma) ** 2 * 1.6)
        np.maximum(specks_HW, spread_HW, out=specks_HW)
    return np.minimum(specks_HW, 1, out=specks_HW)


def _crackle(rng: np.random.Generator, scene: Scene) -> Field:
    """The net of cracks in an old glaze, 0..1."""
    height, width = scene.surface.mask_HW.shape
    count = int(between(rng, 60, 600))
    apart = np.full((height, width), 255, np.uint8)
    apart[(rng.random(count) * height).astype(int), (rng.random(count) * width).astype(int)] = 0
    _, cell_HW = cv.distanceTransformWithLabels(apart, cv.DIST_L2, 5, labelType=cv.DIST_LABEL_PIXEL)
    crack_HW = np.zeros((height, width), np.float32)
    crack_HW[:, 1:] = cell_HW[:, 1:] != cell_HW[:, :-1]
    crack_HW[1:] = np.maximum(crack_HW[1:], cell_HW[1:] != cell_HW[:-1])
    return blurred(crack_HW, 0.6)


def pits(rng: np.random.Generator, scene: Scene, strength: float) -> Field | None:
    """A few pinholes in a coat, 0..1, or None where there are none."""
    if rng.random() > 0.2 + 0.6 * strength:
        return None
    count = 1 + int(rng.poisson(3 * strength))
    drawn_HW = np.zeros(scene.surface.mask_HW.shape, np.uint8)
    x, y = (rng.uniform(-0.9, 0.9, count) for _ in range(2))
    places = np.round(scene.patch.pixels(x, y) * 16).astype(int)
    for place, size in zip(places, rng.uniform(0.004, 0.016, count), strict=True):
        reach = max(6, round(float(size) * scene.surface.radius_px * 16))
        cv.circle(drawn_HW, tuple(map(int, place)), reach, 255, -1, cv.LINE_AA, 4)
    pits_HW: Field = drawn_HW.astype(np.float32) * np.float32(between(rng, 0.4, 1) / 255)
    return pits_HW
