"""The random numbers of one mark.

A mark draws some forty: one by one from NumPy they would cost more than its pixels, so they are drawn ahead, as a row.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from statistics import NormalDist

import numpy as np

from studio.dirt.outline import Floats

ROW = 64
"""Numbers in a row: more than any mark draws."""

_POOL = 1 << 16

_inverse = NormalDist().inv_cdf


class Chance:
    """Random numbers from a row, each in a tenth of the time that a generator takes.

    Attributes:
        random: the next number, uniform over 0..1.
    """

    __slots__ = ("random",)

    random: Callable[[], float]

    def __init__(self, row: list[float]) -> None:
        """Args:
        row: ROW numbers, uniform over 0..1.
        """
        self.random = iter(row).__next__

    def normal(self, mean: float, spread: float) -> float:
        """A number of a normal distribution."""
        return mean + spread * _inverse(self.random() or 0.5)

    def exponential(self, mean: float) -> float:
        """A number of an exponential distribution."""
        return -mean * math.log(1 - self.random())

    def poisson(self, mean: float) -> int:
        """A count about a mean of 3 and more."""
        return max(0, round(self.normal(mean, math.sqrt(mean))))

    def angle(self, lopsidedness: float) -> float:
        """An angle about 0, radians: any at lopsidedness 0, mostly within a radian at 2.

        Wrapped Cauchy, as long a mean vector as von Mises' of that concentration has, and drawn from one number.
        """
        mean_vector = lopsidedness / math.sqrt(4 + lopsidedness * lopsidedness)
        narrow = (1 - mean_vector) / (1 + mean_vector)
        return 2 * math.atan(narrow * math.tan(math.pi * (self.random() - 0.5)))

    def whole(self, count: int) -> int:
        """One of 0 to count - 1."""
        return int(self.random() * count)

    def uniforms(self, low: float, high: float, *shape: int) -> Floats:
        """An array of numbers from `low` to `high`, float64."""
        return low + (high - low) * self._some(_uniform_pool(), shape)

    def normals(self, spread: float, *shape: int) -> Floats:
        """An array of numbers of a normal distribution about 0, float64."""
        return spread * self._some(_normal_pool(), shape)

    def _some(self, pool: Floats, shape: tuple[int, ...]) -> Floats:
        """A piece of a pool; where it begins is random, so no two marks share one."""
        size = math.prod(shape)
        first = int(self.random() * (_POOL - size))
        return pool[first : first + size].reshape(shape)


@cache
def _uniform_pool() -> Floats:
    return np.random.default_rng(6).random(_POOL)


@cache
def _normal_pool() -> Floats:
    return np.random.default_rng(7).standard_normal(_POOL)
