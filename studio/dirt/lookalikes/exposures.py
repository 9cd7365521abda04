"""How a camera exposes what metal mirrors."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from studio.dirt import cv
from studio.dirt.draws import between
from studio.dirt.outline import Field
from studio.dirt.scene import Scene


class Exposure(NamedTuple):
    """How a camera takes what metal mirrors.

    Attributes:
        gain_34: what it makes of red, green, blue and 1.
        least: below which no channel falls.
    """

    gain_34: Field
    least: tuple[float, ...]

    def taken(self, light_HW3: Field) -> Field:
        """Light as the photo shows it, float32 RGB, about 0..1, above it where a lamp blinds."""
        return cv.max(cv.transform(light_HW3, self.gain_34), self.least)  # type: ignore[no-any-return]


def exposed(rng: np.random.Generator, scene: Scene, sample_HW3: Field, strength: float, glaze: float = 0.0) -> Exposure:
    """An exposure that suits what the dish mirrors.

    Args:
        rng: draws exposure, white balance and contrast.
        scene: whose dish sets the exposure.
        sample_HW3: mirrored light at the scene's samples, float32 RGB.
        strength: 0..1, how much contrast.
        glaze: 0..1, how much of it is a dark glaze below a weaker mirror.
    """
    seen = np.array(cv.mean(sample_HW3, (scene.sampled_mask > 0).astype(np.uint8))[:3]) + 0.02
    mean = 0.3 * seen[0] + 0.59 * seen[1] + 0.11 * seen[2]
    aim, contrast = between(rng, 0.16, 0.6), between(rng, 0.75, 1.3) + 0.6 * strength * rng.random()
    # A camera takes most of a room's cast away: what stays coloured in a mirror is what differs from the rest.
    balance = (mean / seen) ** between(rng, 0, 1.1)
    warmth = between(rng, -0.07, 0.05)
    tint = np.array([1 + warmth, 1, 1 - warmth]) * (1 - glaze)
    # Metal is never quite black: it scatters a little of the room's light.
    floor = np.full(3, between(rng, 0, 0.12))
    if glaze:
        brown = np.array([1.25, 0.85, 0.7]) if rng.random() < 0.7 else rng.uniform(0.6, 1.2, 3)
        floor = between(rng, 0.03, 0.2) * brown
    gain = tint * balance * (contrast * aim / mean)
    shift = tint * aim * (1 - contrast) + floor
    return Exposure(
        gain_34=np.concatenate([np.diag(gain), shift[:, None]], 1).astype(np.float32),
        least=(*(0.5 * floor).tolist(), 0.0),
    )
