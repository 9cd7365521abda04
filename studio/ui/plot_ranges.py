"""From where to where the y axis of a plot goes."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from studio.ui.ticks import nice_step

_LEAST_SPAN = 0.1
_HEADROOM = 0.015

Values = NDArray[np.float64]


def share_range(values: Values) -> tuple[float, float]:
    """The ends of an axis of shares: from a round one below the lowest up to 1, with a little room above."""
    low = float(values.min()) if len(values) else 0.5
    least = max(0.0, min(0.9, math.floor(low * 10 + 1e-9) / 10))
    return least, 1.0 + _HEADROOM * (1.0 - least)  # a curve at 100 % is not cut in half


def loss_range(values: Values, count: int) -> tuple[float, float]:
    """The ends of an axis of losses: from 0 to a round one above the highest, in about `count` steps."""
    top = max(float(values.max()) if len(values) else 1.0, _LEAST_SPAN)
    step = nice_step(top, count)
    return 0.0, math.ceil(top / step - 1e-9) * step


def log_range(values: Values) -> tuple[float, float]:
    """The ends of a logarithmic axis; what is not above 0 has no place on it."""
    positive = values[values > 0]
    if not len(positive):
        return 0.1, 1.0
    low, high = float(positive.min()), float(positive.max())
    return low / 1.15, max(high * 1.15, low * 2)
