"""How well heat maps point at the dirt, beside what chance would give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.dirt import cv

TOLERANCE = 15 / 224
"""How far beside the dirt the hottest place may lie, as a share of the shorter side (Zhang et al., 2018)."""

Heat = NDArray[np.float32]
Region = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class HeatScore:
    """How well one heat map fits its dirt.

    Attributes:
        is_hit: whether its hottest place lies in the dirt or close by: the pointing game (Zhang et al., 2018).
        hit_chance: how often a place drawn blindly on the dish would.
        inside: share of its heat that lies in the dirt: energy-based pointing (Wang et al., 2020), 0..1.
        inside_chance: that share if the heat were even all over the dish: the dirt's share of the dish.
    """

    is_hit: bool
    hit_chance: float
    inside: float
    inside_chance: float


def score_heat(heat_HW: Heat, dirt_HW: Region, dish_HW: Region) -> HeatScore | None:
    """Hold a heat map against the true mask.

    Args:
        heat_HW: float32, 0 and more, of any size.
        dirt_HW: where the dirt is, in the picture that the network saw.
        dish_HW: where the dish is, likewise.

    Returns:
        None where no dirt can be seen on the dish. A map without any heat misses.
    """
    dish_HW = dish_HW | dirt_HW
    if not dirt_HW.any():
        return None
    height, width = dirt_HW.shape
    heat_HW = np.maximum(cv.resize(heat_HW, (width, height), interpolation=cv.INTER_LINEAR), 0)
    away_HW = cv.distanceTransform((~dirt_HW).astype(np.uint8), cv.DIST_L2, cv.DIST_MASK_PRECISE)
    is_near_HW = away_HW <= TOLERANCE * min(height, width)
    total = float(heat_HW.sum(dtype=np.float64))
    return HeatScore(
        is_hit=total > 0 and bool(is_near_HW.ravel()[int(heat_HW.argmax())]),
        hit_chance=float(is_near_HW[dish_HW].mean()),
        inside=float(heat_HW[dirt_HW].sum(dtype=np.float64)) / total if total > 0 else 0.0,
        inside_chance=float(dirt_HW[dish_HW].mean()),
    )


@dataclass(frozen=True, kw_only=True)
class HeatScores:
    """How well heat maps fit their dirt.

    Attributes:
        count: of them.
        hits, hit_chance: share of hits, and what chance would give, 0..1.
        inside, inside_chance: mean share of the heat in the dirt, and what an even heat would give, 0..1.
    """

    count: int
    hits: float
    hit_chance: float
    inside: float
    inside_chance: float

    @classmethod
    def of(cls, scores: Sequence[HeatScore]) -> HeatScores:
        """The means; zeros without any."""
        count = max(1, len(scores))
        return cls(
            count=len(scores),
            hits=sum(score.is_hit for score in scores) / count,
            hit_chance=sum(score.hit_chance for score in scores) / count,
            inside=sum(score.inside for score in scores) / count,
            inside_chance=sum(score.inside_chance for score in scores) / count,
        )
