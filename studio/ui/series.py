"""Points of one curve, growing while a run goes on."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_CHUNK = 4096
_DIGITS = 100.0

Points = tuple[NDArray[np.float64], NDArray[np.float64]]


class Series:
    """Points of one curve, appended cheaply, read as arrays without a copy, smoothed as they come."""

    def __init__(self) -> None:
        self._x = np.empty(256)
        self._y = np.empty(256)
        self._calm = np.empty(256)
        self._count = 0
        self._calm_count = 0
        self._weight = 0.0
        self._mean = 0.0

    def __len__(self) -> int:
        return self._count

    def extend(self, x: Sequence[float], y: Sequence[float]) -> None:
        """Add points to the end."""
        needed = self._count + len(x)
        if needed > len(self._x):
            size = max(needed, 2 * len(self._x))
            self._x, self._y = np.resize(self._x, size), np.resize(self._y, size)
            self._calm = np.resize(self._calm, size)
        self._x[self._count : needed] = x
        self._y[self._count : needed] = y
        self._count = needed

    def cut(self, x_max: float) -> None:
        """Drop the points beyond `x_max`."""
        self._count = int(np.searchsorted(self._x[: self._count], x_max, side="right"))
        self._calm_count = 0

    @property
    def points(self) -> Points:
        """The places and the values."""
        return self._x[: self._count], self._y[: self._count]

    def smoothed(self, weight: float) -> Points:
        """The places, with each value averaged with those before it.

        The exponential mean is divided by the sum of its weights, as Adam's moments are (Kingma and Ba, 2015), so
        the first points are not pulled to zero. Only what is new since the last call is computed.

        Args:
            weight: 0 leaves the values alone; towards 1 the past counts ever more.
        """
        if weight <= 0:
            return self.points
        if weight != self._weight or self._calm_count == 0:
            self._weight, self._calm_count, self._mean = weight, 0, 0.0
        # Powers of the weight stay far from the limits of a double within one chunk.
        chunk = max(1, min(_CHUNK, int(_DIGITS / -math.log10(weight))))
        while self._calm_count < self._count:
            first, last = self._calm_count, min(self._calm_count + chunk, self._count)
            decay = weight ** np.arange(1, last - first + 1)
            values = self._y[first:last]
            values = np.where(np.isfinite(values), values, self._mean)  # one overflow shall not be all that follows
            means = decay * (self._mean + (1 - weight) * np.cumsum(values / decay))
            self._calm[first:last] = means / (1 - weight ** np.arange(first + 1, last + 1))
            self._mean = float(means[-1])
            self._calm_count = last
        return self._x[: self._count], self._calm[: self._count]
