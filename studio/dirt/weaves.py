"""Wiped sauce seen close up: stripes, blotches and specks, of which each stroke shows a piece.

A stroke's texture needs four layers of noise, so it is laid out flat once for many strokes; random numbers choose the
piece, its stretch and its direction, as they do for plain noise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from studio.dirt import cv
from studio.dirt.chance import Chance
from studio.dirt.draws import between
from studio.dirt.lookups import mix
from studio.dirt.noise import GRAINY, NATURAL, band, level_of
from studio.dirt.outline import Field
from studio.dirt.patch import Patch
from studio.dirt.styles import STYLES

WEAVES = 10
"""Of each style of stroke."""

SIDE = 512
"""Texels along each side of the finest."""

ACROSS = 0.85
"""Extent across the strokes, dish radii: a dish 1200 px wide still sees every texel."""


@dataclass(frozen=True, kw_only=True)
class Weave:
    """The piece of a texture that one stroke shows.

    Attributes:
        style_number: of the stroke.
        number: which texture of that style.
        level: halvings of its side.
        per_u, per_v: texels per dish radius along the stroke and across it; below 0 where it is turned around.
        at_u, at_v: the texel in the stroke's middle.
    """

    style_number: int
    number: int
    level: int
    per_u: float
    per_v: float
    at_u: float
    at_v: float

    @classmethod
    def draw(cls, rng: Chance, patch: Patch, style_number: int, length: float, width: float) -> Weave:
        """Any piece that is large enough for a stroke.

        Args:
            rng: chooses it.
            patch: the stroke's pixels.
            style_number: of the stroke.
            length, width: of the stroke, dish radii.
        """
        style = STYLES[style_number]
        # A long stroke's stripes are longer, but not by as much.
        per_u = SIDE / _along(style_number) / between(rng, 0.75, 1.35) * math.sqrt(_usual(style.length) / length)
        per_v = SIDE / ACROSS / between(rng, 0.75, 1.35) * math.sqrt(_usual(style.width) / width)
        level = level_of(per_v * patch.step)
        share, side = 0.5**level, SIDE >> level
        per_u, per_v = share * per_u, share * per_v
        reach_u, reach_v = min(0.5 * side, 0.6 * length * per_u), min(0.5 * side, 0.8 * width * per_v)
        turns = rng.whole(4)
        return cls(
            style_number=style_number,
            number=rng.whole(WEAVES),
            level=level,
            per_u=-per_u if turns & 1 else per_u,
            per_v=-per_v if turns & 2 else per_v,
            at_u=between(rng, reach_u, side - reach_u),
            at_v=between(rng, reach_v, side - reach_v),
        )

    @property
    def combed(self) -> float:
        """Share of stripes, against blotches."""
        return between_ends(STYLES[self.style_number].combed, float(_numbers(self.style_number, self.number)[0]))

    def wiped(self, u_HW: Field, v_HW: Field) -> Field:
        """How much sauce is left at places of the stroke, about 0..1.

        Args:
            u_HW: distance along the stroke from its middle, dish radii.
            v_HW: distance across it.
        """
        return self._read(_wiped(self.style_number, self.number, self.level), u_HW, v_HW)

    def flecks(self, u_HW: Field, v_HW: Field) -> Field:
        """Where specks are, 0..1; arguments as for `wiped`."""
        return self._read(_flecks(self.style_number, self.number, self.level), u_HW, v_HW)

    def _read(self, texture: Field, u_HW: Field, v_HW: Field) -> Field:
        map_u, map_v = mix(u_HW, self.per_u, u_HW, 0, self.at_u), mix(v_HW, self.per_v, v_HW, 0, self.at_v)
        return cv.remap(texture, map_u, map_v, cv.INTER_LINEAR, borderMode=cv.BORDER_REFLECT)  # type: ignore[no-any-return]


def between_ends(ends: tuple[float, float], share: float) -> float:
    """A share of the way from one end to the other."""
    return ends[0] + (ends[1] - ends[0]) * share


def _usual(ends: tuple[float, float]) -> float:
    return math.sqrt(ends[0] * ends[1])


@cache
def _along(style_number: int) -> float:
    """Extent along the strokes, dish radii: twice that of a usual one, so that a piece is rarely met again."""
    return max(ACROSS, 2 * _usual(STYLES[style_number].length))


@cache
def _numbers(style_number: int, number: int) -> Field:
    return np.random.default_rng([22, style_number, number]).random(8, np.float32)


def _layer(style_number: int, number: int, level: int, layer: int, along: float, across: float, slope: int) -> Field:
    """One layer of noise of a texture."""
    side = SIDE >> level
    step_u, step_v = _along(style_number) / side, ACROSS / side
    rng = np.random.default_rng([23, style_number, number, layer])
    return band(rng, side, along / step_u, across / step_v, slope)


@cache
def _lines(style_number: int, number: int, level: int) -> Field:
    """Fine stripes, as a cloth or crumb leaves."""
    share = _numbers(style_number, number)
    along, across = between_ends((0.25, 0.8), float(share[1])), between_ends((0.012, 0.035), float(share[2]))
    return _layer(style_number, number, level, 0, along, across, GRAINY)


@cache
def _grain(style_number: int, number: int, level: int) -> Field:
    """Blotches without a direction."""
    share = _numbers(style_number, number)
    size, slope = between_ends((0.03, 0.1), float(share[3])), GRAINY if share[4] < 0.5 else NATURAL
    return _layer(style_number, number, level, 1, size, size, slope)


@cache
def _wiped(style_number: int, number: int, level: int) -> Field:
    share, style = _numbers(style_number, number), STYLES[style_number]
    combed = between_ends(style.combed, float(share[0]))
    along = _usual(style.length) * between_ends((0.5, 1.3), float(share[5]))
    across = _usual(style.width) * between_ends((0.12, 0.45), float(share[6]))
    comb = _layer(style_number, number, level, 2, along, across, NATURAL)
    stripes = mix(comb, 0.55 * combed, _lines(style_number, number, level), 0.45 * combed)
    return mix(stripes, 1, _grain(style_number, number, level), 0.5 * (1 - combed) + 0.12)


@cache
def _flecks(style_number: int, number: int, level: int) -> Field:
    return mix(_grain(style_number, number, level), 0.6, _lines(style_number, number, level), 0.4)
