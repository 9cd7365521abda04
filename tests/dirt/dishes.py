"""Drawn photos of dishes, of which everything is known."""

from __future__ import annotations

import hashlib

import cv2
import numpy as np

from studio.core.registry import LOOK_ALIKES
from studio.dirt.outline import Image, Outline
from studio.dirt.scene import Scene
from studio.dirt.surface import Surface

SHA1 = hashlib.sha1(b"a drawn dish").hexdigest()


def dish_photo(
    height: int = 256, width: int = 320, *, grey: int = 225, radius: float = 0.36, is_square: bool = False
) -> Image:
    """A dish of one grey on a brown table, with a soft base and a little grain."""
    rng = np.random.default_rng(3)
    photo = np.empty((height, width, 3), np.float32)
    photo[:] = (168, 140, 112)
    centre, reach = (width // 2, height // 2), max(1, int(radius * min(height, width) * 1.2))
    colour = (grey, grey, grey)
    if is_square:
        corner = (centre[0] - reach, centre[1] - reach), (centre[0] + reach, centre[1] + reach)
        cv2.rectangle(photo, *corner, colour, -1)
    else:
        cv2.circle(photo, centre, reach, colour, -1, cv2.LINE_AA)
        cv2.circle(photo, centre, reach // 2, tuple(0.93 * value for value in colour), max(1, reach // 40))
    photo = cv2.GaussianBlur(photo, (0, 0), 0.8) + rng.normal(0, 2, (height, width, 1)).astype(np.float32)
    return np.clip(photo, 0, 255).astype(np.uint8)


def outline_of(height: int = 256, width: int = 320, radius: float = 0.36) -> Outline:
    """The outline of `dish_photo` as it was drawn."""
    reach = int(radius * min(height, width) * 1.2)
    angles = np.arange(48) * (2 * np.pi / 48)
    polygon = tuple(
        (
            (width // 2 + 0.5 + reach * float(np.cos(angle))) / width,
            (height // 2 + 0.5 + reach * float(np.sin(angle))) / height,
        )
        for angle in angles
    )
    return Outline(polygon=polygon, quality=1.0)


def varied(name: str, photo: Image, outline: Outline | None, strength: float = 0.5, seed: int = 1) -> Image:
    """One look-alike on a dish, by itself."""
    scene = Scene(photo, Surface.of(photo, outline))
    LOOK_ALIKES[name].build(np.random.default_rng(seed), scene, strength)
    assert scene.image_HW3.dtype == np.float32
    assert np.isfinite(scene.image_HW3).all()
    return scene.finish()
