"""The shape that a dish of another material shows by its light."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from studio.dirt import cv
from studio.dirt.draws import between, whole
from studio.dirt.lookalikes.lathe import circles, places_along
from studio.dirt.lookalikes.tones import raised, soft, spread
from studio.dirt.lookups import bump, index, look_up, mix, ring, smooth_table, smoothstep
from studio.dirt.noise import CLOUDY, NATURAL, mottle
from studio.dirt.outline import Field
from studio.dirt.scene import Scene, blurred


@dataclass(frozen=True, kw_only=True)
class Bowl:
    """A bowl or plate seen from above.

    Attributes:
        rho_HW: 0 in the middle of its base, 1 at the rim. The base's middle is seen beside the rim's.
        cos_HW: cosine of the angle between each place's direction and `toward`.
        base: where the base ends, as a value of `rho_HW`.
        bend: how far the bend between base and wall reaches, as a value of `rho_HW`.
        light_HW: how brightly a white thing shows at each place, before the level of the photo's light; about 1.
        gloss_HW: sharp-edged reflections of lamps and windows to be added, 0..1.
        toward: direction from which the wall is brightest, radians.
    """

    rho_HW: Field
    cos_HW: Field
    base: float
    bend: float
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
        # All places are smooth but for the very middle, where nothing is seen of it: coarse pixels are enough.
        rho, (right, down) = scene.coarse.rho_theta[0], scene.coarse.aims
        tilt, shift = between(rng, -math.pi, math.pi), 0.22 * depth * rng.random() ** 2
        x_1W, y_H1 = scene.coarse.patch.x_1W, scene.coarse.patch.y_H1
        sunk = np.maximum(1 - rho, 0)
        x, y = x_1W - sunk * np.float32(shift * math.cos(tilt)), y_H1 - sunk * np.float32(shift * math.sin(tilt))
        away = cv.magnitude(x, y) + np.float32(1e-4)
        rho = rho * away / (right * x_1W + down * y_H1 + np.float32(1e-4))
        rho_HW, x_HW, y_HW = (scene.enlarged(part) for part in (rho, x / away, y / away))
        # The wall that faces the light lies across from it.
        facing = math.atan2(scene.surface.light[1], scene.surface.light[0]) + math.pi * float(rng.random() < 0.5)
        toward = float(facing + rng.normal(0, 0.5) if rng.random() < 0.7 else between(rng, -math.pi, math.pi))
        cos_HW = mix(x_HW, math.cos(toward), y_HW, math.sin(toward))
        base = between(rng, 0.25, 0.72)
        bend = between(rng, 0.012, 0.05) if rng.random() < 0.5 else between(rng, 0.08, 0.3)
        even_1S, facing_1S = _section(rng, depth, base, bend)
        circle_HW = circles(rho_HW)
        light_HW = np.take(facing_1S[0], circle_HW, mode="clip")
        light_HW *= cos_HW
        light_HW += np.take(even_1S[0], circle_HW, mode="clip")
        uneven = mottle(rng, scene.coarse.patch, between(rng, 0.5, 1.6), CLOUDY)
        strong = between(rng, 0, 0.14) * (0.3 + depth)
        light_HW += scene.enlarged(mix(uneven, strong, uneven, 0, -strong / 2))
        return cls(
            rho_HW=rho_HW,
            cos_HW=cos_HW,
            base=base,
            bend=bend,
            light_HW=np.maximum(light_HW, np.float32(0.15)),
            gloss_HW=_glints(rng, scene, rho_HW, (x_HW, y_HW), base, gloss),
            toward=toward,
        )

    @cached_property
    def wall_HW(self) -> Field:
        """0 on the base, 1 on the wall."""
        return _wall(self.base, self.bend, self.rho_HW)

    def line(self, at: float, width: float) -> Field:
        """A soft ring around the base's middle: 1 at `at`, gone two `width`s from it."""
        return ring(self.rho_HW, at, width)


def _wall(base: float, bend: float, rho: Field) -> Field:
    return smoothstep(base - bend * 0.3, base + bend, rho)


def _section(rng: np.random.Generator, depth: float, base: float, bend: float) -> tuple[Field, Field]:
    """How brightly a bowl shows along its profile: whatever the direction, and by how much more towards the light."""
    rho = places_along()[None]
    wall = _wall(base, bend, rho)
    climb = wall * (1 - np.float32(between(rng, 0, 0.8)) * np.clip((rho - base) / (1 - base), 0, 1))
    facing = np.float32(depth * between(rng, 0.04, 0.34)) * climb
    even = 1 + np.float32(depth * between(rng, -0.3, 0.16)) * wall
    facing += np.float32(depth * between(rng, -0.12, 0.12)) * np.minimum(rho, 1)
    edge = np.float32(between(rng, -0.16, 0.22) * (0.4 + depth)) * ring(rho, base, between(rng, 0.006, 0.03))
    even += np.float32(0.45) * edge
    facing += np.float32(0.55) * edge
    if rng.random() < 0.75:
        lip, thin = between(rng, 0.93, 0.985), between(rng, 0.006, 0.03)
        lit = np.float32(between(rng, -0.2, 0.45)) * ring(rho, lip, thin)
        even += np.float32(0.6) * lit
        facing += np.float32(0.4 if rng.random() < 0.5 else -0.4) * lit
        even -= np.float32(between(rng, 0, 0.25)) * ring(rho, lip - 2.2 * thin, thin)
    for _ in range(whole(rng, 0, 3) if rng.random() < 0.3 else 0):
        step = np.float32(between(rng, -0.12, 0.15)) * ring(rho, between(rng, base, 0.95), between(rng, 0.006, 0.02))
        even += np.float32(0.5) * step
        facing += np.float32(0.5) * step
    return even, facing


def _glints(
    rng: np.random.Generator, scene: Scene, rho_HW: Field, towards: tuple[Field, Field], base: float, gloss: float
) -> Field:
    """Crescents, window panes and dots of light, some cut sharply, some broken by an uneven glaze."""
    glints_HW = np.zeros(rho_HW.shape, np.float32)
    if gloss <= 0:
        return glints_HW
    broken_HW = scene.enlarged(mottle(rng, scene.coarse.patch, between(rng, 0.12, 0.5), NATURAL))
    for _ in range(1 + int(rng.poisson(1.6 * gloss))):
        at = base + float(rng.normal(0, 0.05)) if rng.random() < 0.55 else between(rng, 0.05, 0.97)
        where = between(rng, -math.pi, math.pi)
        width = (0.012, 0.03, 0.08, 0.22)[whole(rng, 0, 4)] * between(rng, 0.5, 1.3)
        # What is wide is short, or half of a bowl would be one lamp.
        reach = (0.12, 0.3, 0.7)[whole(rng, 0, 2 if 0.04 < width < 0.1 else 3)] * between(rng, 0.5, 1.4)
        away_HW = mix(rho_HW, 1 / width, rho_HW, 0, -at / width)
        away_HW *= away_HW
        bent = 1 / reach**2
        away_HW += mix(towards[0], -bent * math.cos(where), towards[1], -bent * math.sin(where), bent)
        spot_HW = bump(away_HW)
        spot_HW *= mix(broken_HW, -between(rng, 0.2, 0.95), broken_HW, 0, 1)
        low, soft = between(rng, 0.05, 0.5), (0.1, 0.3, 0.6)[whole(rng, 0, 3)]
        lit = between(rng, 0.1, 0.85) * (0.3 + 0.7 * gloss)
        if width > 0.1:
            # A broad sheen has no edge.
            low, soft, lit = 0.0, 1.0, 0.35 * lit
        shown = np.float32(lit) * smooth_table()
        glints_HW = cv.max(glints_HW, look_up(index(spot_HW, low, low + soft), shown))
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
        grey_HW = scene.grey_HW
        smooth = soft(scene, scene.sampled(grey_HW))
        median, bright = scene.usual(smooth, 0.5), scene.usual(smooth, 0.97)
        # On a dark dish the same lamp makes many times the contrast that it makes on a white one, and a print's
        # darkness must not be taken whole for shade.
        power = min(1.0, 0.4 + 0.9 * median) * (0.55 + 0.45 * detail)
        gain = 1 / max(0.03, 0.35 * median + 0.65 * bright)
        if detail:
            mixed_HW = mix(spread(scene, smooth), gain * (1 - detail), grey_HW, gain * detail)
            light_HW = raised(np.maximum(mixed_HW, np.float32(0.05)), power, 1.3)
        else:
            light_HW = spread(scene, cv.pow(np.clip(smooth * np.float32(gain), 0.05, 1.3), power))
        glints_HW = mix(grey_HW, 4, grey_HW, 0, -4 * (bright + 0.06))
        np.clip(glints_HW, 0, 1, out=glints_HW)
        grain_HW = grey_HW - cv.blur(grey_HW, (3, 3))
        np.clip(grain_HW, -0.015, 0.015, out=grain_HW)
        return cls(light_HW=light_HW, glints_HW=glints_HW, grain_HW=grain_HW)
