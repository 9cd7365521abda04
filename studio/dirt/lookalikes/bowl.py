"""The shape that a dish of another material shows by its light."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from studio.dirt import cv
from studio.dirt.lookups import bump, mix, ring, smoothstep
from studio.dirt.noise import CLOUDY, NATURAL, mottle
from studio.dirt.outline import Field
from studio.dirt.scene import Scene, blurred, luma


@dataclass(frozen=True, kw_only=True)
class Bowl:
    """A bowl or plate seen from above.

    Attributes:
        rho_HW: 0 in the middle of its base, 1 at the rim. The base's middle is seen beside the rim's.
        cos_HW: cosine of the angle between each place's direction and `toward`.
        base: where the base ends, as a value of `rho_HW`.
        wall_HW: 0 on the base, 1 on the wall.
        light_HW: how brightly a white thing shows at each place, before the level of the photo's light; about 1.
        gloss_HW: sharp-edged reflections of lamps and windows to be added, 0..1.
        toward: direction from which the wall is brightest, radians.
    """

    rho_HW: Field
    cos_HW: Field
    base: float
    wall_HW: Field
    light_HW: Field
    gloss_HW: Field
    toward: float

    @classmethod
    def draw(cls, rng: np.random.Generator, scene: Scene, depth: float, gloss: float) -> Bowl:
        """A bowl in the dish's place.

        Args:
            rng: draws its shape and light.
            scene: the photo.
            depth: 0 a flat plate, 1 a deep bowl with strong light and shade.
            gloss: 0 dull, 1 glazed like glass.
        """
        patch = scene.patch
        rho_HW, _ = scene.rho_theta
        tilt, shift = rng.uniform(-math.pi, math.pi), 0.22 * depth * float(rng.random()) ** 2
        sunk_HW = np.maximum(1 - rho_HW, 0) * np.float32(shift)
        x_HW = patch.x_1W - sunk_HW * np.float32(math.cos(tilt))
        y_HW = patch.y_H1 - sunk_HW * np.float32(math.sin(tilt))
        before_HW = np.sqrt(patch.x_1W * patch.x_1W + patch.y_H1 * patch.y_H1) + np.float32(1e-4)
        distance_HW = np.sqrt(x_HW * x_HW + y_HW * y_HW) + np.float32(1e-4)
        rho_HW = rho_HW * (distance_HW / before_HW)
        # The wall that faces the light lies across from it.
        facing = math.atan2(scene.surface.light[1], scene.surface.light[0]) + math.pi * float(rng.random() < 0.5)
        toward = float(facing + rng.normal(0, 0.5) if rng.random() < 0.7 else rng.uniform(-math.pi, math.pi))
        x_HW, y_HW = x_HW / distance_HW, y_HW / distance_HW
        cos_HW = x_HW * np.float32(math.cos(toward)) + y_HW * np.float32(math.sin(toward))
        base = float(rng.uniform(0.25, 0.72))
        bend = float(rng.uniform(0.012, 0.05) if rng.random() < 0.5 else rng.uniform(0.08, 0.3))
        wall_HW = smoothstep(base - bend * 0.3, base + bend, rho_HW)
        climb_HW = wall_HW * (1 - np.float32(rng.uniform(0, 0.8)) * np.clip((rho_HW - base) / (1 - base), 0, 1))
        light_HW = 1 + np.float32(depth * rng.uniform(0.04, 0.34)) * climb_HW * cos_HW
        light_HW += np.float32(depth * rng.uniform(-0.3, 0.16)) * wall_HW
        light_HW += np.float32(depth * rng.uniform(-0.12, 0.12)) * cos_HW * np.minimum(rho_HW, 1)
        edge_HW = ring(rho_HW, base, float(rng.uniform(0.006, 0.03)))
        light_HW += np.float32(rng.uniform(-0.16, 0.22) * (0.4 + depth)) * edge_HW * (0.45 + 0.55 * cos_HW)
        if rng.random() < 0.75:
            lip, thin = float(rng.uniform(0.93, 0.985)), float(rng.uniform(0.006, 0.03))
            lit = np.float32(rng.uniform(-0.2, 0.45))
            light_HW += lit * ring(rho_HW, lip, thin) * (0.6 + np.float32(0.4 if rng.random() < 0.5 else -0.4) * cos_HW)
            light_HW -= np.float32(rng.uniform(0, 0.25)) * ring(rho_HW, lip - 2.2 * thin, thin)
        for _ in range(int(rng.integers(0, 3)) if rng.random() < 0.3 else 0):
            step_HW = ring(rho_HW, float(rng.uniform(base, 0.95)), float(rng.uniform(0.006, 0.02)))
            light_HW += np.float32(rng.uniform(-0.12, 0.15)) * step_HW * (0.5 + 0.5 * cos_HW)
        uneven_HW = mottle(rng, patch, float(rng.uniform(0.5, 1.6)), CLOUDY)
        light_HW += np.float32(rng.uniform(0, 0.14) * (0.3 + depth)) * (uneven_HW - np.float32(0.5))
        gloss_HW = _glints(rng, scene, rho_HW, (x_HW, y_HW), base, gloss)
        return cls(
            rho_HW=rho_HW.astype(np.float32),
            cos_HW=cos_HW.astype(np.float32),
            base=base,
            wall_HW=wall_HW,
            light_HW=np.maximum(light_HW, np.float32(0.15)).astype(np.float32),
            gloss_HW=gloss_HW,
            toward=toward,
        )

    def line(self, at: float, width: float) -> Field:
        """A soft ring around the base's middle: 1 at `at`, gone two `width`s from it."""
        return ring(self.rho_HW, at, width)


def _glints(
    rng: np.random.Generator, scene: Scene, rho_HW: Field, towards: tuple[Field, Field], base: float, gloss: float
) -> Field:
    """Crescents, window panes and dots of light, some cut sharply, some broken by an uneven glaze."""
    shape = rho_HW.shape
    if gloss <= 0:
        return np.zeros(shape, np.float32)
    broken_HW = mottle(rng, scene.patch, float(rng.uniform(0.12, 0.5)), NATURAL)
    glints_HW = np.zeros(shape, np.float32)
    for _ in range(1 + int(rng.poisson(1.6 * gloss))):
        at = base + float(rng.normal(0, 0.05)) if rng.random() < 0.55 else float(rng.uniform(0.05, 0.97))
        where = float(rng.uniform(-math.pi, math.pi))
        width = float((0.012, 0.03, 0.08, 0.22)[int(rng.integers(4))] * rng.uniform(0.5, 1.3))
        # What is wide is short, or half of a bowl would be one lamp.
        reach = float((0.12, 0.3, 0.7)[int(rng.integers(2 if 0.04 < width < 0.1 else 3))] * rng.uniform(0.5, 1.4))
        away_HW = mix(rho_HW, 1 / width, rho_HW, 0, -at / width)
        away_HW *= away_HW
        bent = 1 / reach**2
        away_HW += mix(towards[0], -bent * math.cos(where), towards[1], -bent * math.sin(where), bent)
        spot_HW = bump(away_HW) * (1 - np.float32(rng.uniform(0.2, 0.95)) * broken_HW)
        low, soft = float(rng.uniform(0.05, 0.5)), float((0.1, 0.3, 0.6)[int(rng.integers(3))])
        lit = float(rng.uniform(0.1, 0.85) * (0.3 + 0.7 * gloss))
        if width > 0.1:
            # A broad sheen has no edge.
            low, soft, lit = 0.0, 1.0, 0.35 * lit
        glints_HW = np.maximum(glints_HW, np.float32(lit) * smoothstep(low, low + soft, spot_HW))
    return blurred(glints_HW, 0.5)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What of the photographed dish another one keeps.

    Attributes:
        light_HW: light and shade, about 1, without the print or with it.
        glints_HW: its highlights, to be added, 0..1.
        grain_HW: the photo's finest texture, to be added, so that nothing looks drawn.
    """

    light_HW: Field
    glints_HW: Field
    grain_HW: Field

    @classmethod
    def of(cls, scene: Scene, detail: float) -> Shown:
        """Read it off the photo.

        Args:
            scene: the photo.
            detail: 0 keeps only soft shade, 1 also edges and print.
        """
        grey_HW = luma(scene.taken_HW3)
        smooth_HW = soft(scene, grey_HW)
        inside = smooth_HW[::4, ::4][scene.surface.mask_HW[::4, ::4] > 0.5]
        median, bright = (float(value) for value in np.percentile(inside, (50, 97))) if inside.size else (0.5, 0.8)
        # On a dark dish the same lamp makes many times the contrast that it makes on a white one, and a print's
        # darkness must not be taken whole for shade.
        power = min(1.0, 0.4 + 0.9 * median) * (0.55 + 0.45 * detail)
        mixed_HW = smooth_HW + np.float32(detail) * (grey_HW - smooth_HW)
        usual = max(0.03, 0.35 * median + 0.65 * bright)
        light_HW = cv.pow(np.clip(mixed_HW * np.float32(1 / usual), 0.05, 1.3), power)
        glints_HW = np.clip((grey_HW - np.float32(bright + 0.06)) * 4, 0, 1)
        grain_HW = np.clip(grey_HW - blurred(grey_HW, 1.0), -0.015, 0.015)
        return cls(light_HW=light_HW, glints_HW=glints_HW, grain_HW=grain_HW)


def soft(scene: Scene, values_HW: Field, size: float = 0.12) -> Field:
    """A field of the box without its detail, and without what lies beside the dish.

    Args:
        scene: the photo.
        values_HW: the field.
        size: standard deviation of what is averaged, dish radii.
    """
    height, width = values_HW.shape
    scale = min(1.0, 40 / max(height, width))
    shape = (max(1, round(width * scale)), max(1, round(height * scale)))
    mask_HW = np.maximum(scene.surface.mask_HW, np.float32(1e-4))
    sigma = max(0.6, size * scene.surface.radius_px * scale)
    weight_HW = cv.GaussianBlur(cv.resize(mask_HW, shape, interpolation=cv.INTER_AREA), (0, 0), sigma)
    sums_HW = cv.GaussianBlur(cv.resize(values_HW * mask_HW, shape, interpolation=cv.INTER_AREA), (0, 0), sigma)
    smooth: Field = cv.resize(sums_HW / weight_HW, (width, height), interpolation=cv.INTER_LINEAR)
    return smooth
