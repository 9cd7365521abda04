"""Colours of food, as they lie on a dish.

A food is drawn as Kubelka and Munk thought of paint (1931): a thin film multiplies what lies below by the
food's transmittance, a thick one covers it with the food's own colour; `cover` says how soon.
"""

from __future__ import annotations

import math
from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

import numpy as np

from studio.dirt import cv
from studio.dirt.draws import Source
from studio.dirt.outline import Field, Floats

_DARKEST = np.array((1, -80, -80), np.float32)
_LIGHTEST = np.array((97, 80, 80), np.float32)


@dataclass(frozen=True, kw_only=True)
class Food:
    """One thing to eat, as a colour.

    Attributes:
        name: what it is.
        lab: CIE L (0..100), a, b of a thick layer in white light.
        spread: standard deviation of that colour between two dishes.
        cover: opacity of a layer of thickness 1, as -ln of what shines through.
        gloss: how often it is wet, 0..1.
        density: share of what its colour lacks that a film of thickness 1 takes from the light, 0..1.
    """

    name: str
    lab: tuple[float, float, float]
    spread: float
    cover: float
    gloss: float
    density: float = 0.58


# Read off real dirty dishes: tomato red to orange-brown leads, then tan, yellow grease, off-white.
SAUCES = (
    Food(name="tomato", lab=(42, 40, 36), spread=6, cover=0.9, gloss=0.5),
    Food(name="tomato oil", lab=(52, 34, 48), spread=6, cover=0.5, gloss=0.6),
    Food(name="ragout", lab=(38, 26, 30), spread=6, cover=1.1, gloss=0.5),
    Food(name="ketchup", lab=(36, 47, 34), spread=5, cover=1.6, gloss=0.6),
    Food(name="curry", lab=(58, 20, 52), spread=6, cover=0.9, gloss=0.4),
    Food(name="mustard", lab=(64, 9, 56), spread=5, cover=1.5, gloss=0.3),
    Food(name="gravy", lab=(38, 12, 26), spread=6, cover=0.8, gloss=0.5),
    Food(name="soy", lab=(24, 12, 16), spread=5, cover=0.5, gloss=0.6),
    Food(name="chocolate", lab=(22, 12, 15), spread=4, cover=1.6, gloss=0.4),
    Food(name="lentil", lab=(60, 10, 36), spread=6, cover=1.0, gloss=0.2),
    Food(name="porridge", lab=(76, 4, 18), spread=5, cover=1.1, gloss=0.2),
    Food(name="cream", lab=(86, 1, 11), spread=4, cover=1.2, gloss=0.3),
    Food(name="yolk", lab=(72, 14, 58), spread=5, cover=1.2, gloss=0.5),
    Food(name="berry", lab=(30, 28, 4), spread=5, cover=0.7, gloss=0.5),
    Food(name="spinach", lab=(36, -12, 24), spread=5, cover=1.0, gloss=0.3),
)
SAUCE_SHARES = (22, 17, 13, 5, 6, 2, 9, 3, 4, 7, 5, 4, 2, 1, 1)

SOLIDS = (
    Food(name="crumb", lab=(58, 13, 36), spread=8, cover=5, gloss=0.05),
    Food(name="crust", lab=(44, 18, 34), spread=8, cover=5, gloss=0.1),
    Food(name="rice", lab=(84, 1, 12), spread=4, cover=4, gloss=0.25),
    Food(name="meat", lab=(44, 16, 21), spread=7, cover=4, gloss=0.4),
    Food(name="tomato skin", lab=(42, 44, 36), spread=6, cover=3, gloss=0.6),
    Food(name="carrot", lab=(60, 34, 56), spread=5, cover=4, gloss=0.5),
    Food(name="herb", lab=(34, -12, 22), spread=6, cover=5, gloss=0.2),
    Food(name="burnt", lab=(16, 4, 6), spread=5, cover=5, gloss=0.15),
    Food(name="onion", lab=(70, 6, 28), spread=6, cover=1.8, gloss=0.6),
    Food(name="egg", lab=(80, 5, 40), spread=6, cover=4, gloss=0.3),
)
SOLID_SHARES = (18, 12, 12, 9, 12, 8, 9, 9, 7, 4)

GREASE = Food(name="grease", lab=(84, 3, 40), spread=5, cover=0.2, gloss=0.8, density=0.36)
SOAP = Food(name="dried soap", lab=(86, -1, 3), spread=3, cover=0.5, gloss=0.0, density=0.5)
STARCH = Food(name="starch", lab=(78, 2, 12), spread=4, cover=0.6, gloss=0.0)
SCRATCH = Food(name="bare scratch", lab=(80, 0, 2), spread=4, cover=1.2, gloss=0.0)
METAL = Food(name="cutlery", lab=(46, 0, 2), spread=4, cover=1.5, gloss=0.0)


def pick(rng: Source, foods: tuple[Food, ...], shares: tuple[int, ...]) -> Food:
    """One food, drawn by how often it is met."""
    place = rng.random() * sum(shares)
    return foods[bisect(list(accumulate(shares)), place)]


class Normal(Protocol):
    """Where normally distributed numbers come from: NumPy's generator, or a mark's own row."""

    def normal(self, mean: float, spread: float, /) -> float:
        """The next number."""


@dataclass(frozen=True, kw_only=True)
class Tint:
    """A food as it came out this time: every mark of it on one dish shares this colour.

    Attributes:
        food: what it is.
        lab: its colour.
    """

    food: Food
    lab: tuple[float, float, float]

    @classmethod
    def draw(cls, rng: Normal, food: Food, share: float = 1.0) -> Tint:
        """A food's colour on one dish, `share` of its usual spread away from the mean."""
        spread = food.spread * share
        lightness, a, b = food.lab
        lightness = min(max(rng.normal(lightness, spread), 6), 92)
        return cls(food=food, lab=(lightness, rng.normal(a, 0.7 * spread), rng.normal(b, 0.8 * spread)))

    def colours(self, contrast: float, turn: float) -> tuple[list[float], list[float], list[float]]:
        """The colours that one mark of it shows: the way from its darkest to its lightest is straight.

        Args:
            contrast: difference in L between the middle and either end.
            turn: how much more yellow (or, below 0, more red) the light end is.

        Returns:
            RGB 0..1 in the middle of the way; the step from there to the lightest; the logarithm of what a film of
            thickness 1 lets through of each channel.
        """
        lightness, a, b = self.lab
        dark_3 = _rgb(lightness - contrast, a + 0.5 * turn, b - turn)
        light_3 = _rgb(lightness + contrast, a - 0.5 * turn, b + turn)
        middle_3 = [(low + high) / 2 for low, high in zip(dark_3, light_3, strict=True)]
        # On white this gives the 0.90/0.81/0.77 of real tomato smears near thickness 0.4.
        dense = self.food.density
        film = [math.log(min(max(1 - dense * (1 - value), 0.05), 0.99)) for value in middle_3]
        return middle_3, [(high - low) / 2 for low, high in zip(dark_3, light_3, strict=True)], film


def rgb(lab: Floats) -> Field:
    """CIE Lab colours as RGB.

    Args:
        lab: array of shape (n, 3).

    Returns:
        float32 of shape (n, 3), 0..1.
    """
    safe = np.minimum(np.maximum(lab, _DARKEST), _LIGHTEST).astype(np.float32, copy=False)
    return cv.cvtColor(safe[None], cv.COLOR_LAB2RGB)[0]  # type: ignore[no-any-return]


def _rgb(lightness: float, a: float, b: float) -> list[float]:
    """One CIE Lab colour as sRGB 0..1, what a screen cannot show clipped; three numbers are not worth an array."""
    middle = (min(max(lightness, 1), 97) + 16) / 116
    x, y, z = 0.950456 * _unfolded(middle + a / 500), _unfolded(middle), 1.088754 * _unfolded(middle - b / 200)
    return [
        _screened(3.240479 * x - 1.53715 * y - 0.498535 * z),
        _screened(-0.969256 * x + 1.875991 * y + 0.041556 * z),
        _screened(0.055648 * x - 0.204043 * y + 1.057311 * z),
    ]


def _unfolded(value: float) -> float:
    return value * value * value if value > 6 / 29 else (value - 16 / 116) / 7.787


def _screened(light: float) -> float:
    if light <= 0.0031308:
        return max(12.92 * light, 0.0)
    return min(1.055 * math.pow(light, 1 / 2.4) - 0.055, 1.0)
