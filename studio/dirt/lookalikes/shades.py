"""The shapes of shadows."""

from __future__ import annotations

import math

import numpy as np

from studio.dirt import cv
from studio.dirt.draws import any_of, between, whole
from studio.dirt.lookups import smoothstep
from studio.dirt.outline import Field, Image


def half_plane(rng: np.random.Generator, x_1W: Field, y_H1: Field) -> Field:
    """Everything beyond a straight edge, or between two of them.

    Args:
        rng: draws place and shape.
        x_1W, y_H1: dish radii from the dish's centre.

    Returns:
        float32, 1 in the shadow, with hard edges.
    """
    angle, offset = between(rng, -math.pi, math.pi), np.float32(between(rng, -0.8, 0.8))
    d_HW = x_1W * np.float32(math.cos(angle)) + y_H1 * np.float32(math.sin(angle)) - offset
    shade_HW = (d_HW > 0).astype(np.float32)
    if rng.random() < 0.45:
        shade_HW *= d_HW < np.float32(between(rng, 0.1, 1.0))
    return shade_HW


def bars(rng: np.random.Generator, x_1W: Field, y_H1: Field) -> Field:
    """Sun through a window: bars or blinds in one or two directions.

    Args:
        rng: draws place and shape.
        x_1W, y_H1: dish radii from the dish's centre.

    Returns:
        float32, 1 in the shadow, with hard edges.
    """
    angle = between(rng, -math.pi, math.pi)
    c, s = np.float32(math.cos(angle)), np.float32(math.sin(angle))
    lean = np.float32(rng.normal(0, 0.3))
    u_HW, v_HW = x_1W * c + y_H1 * s, y_H1 * c - x_1W * s
    period, share = between(rng, 0.18, 1.3), np.float32(between(rng, 0.1, 0.6))
    shade_HW = _part((u_HW + lean * v_HW) * np.float32(1 / period) + np.float32(rng.random())) < share
    if rng.random() < 0.5:
        period = between(rng, 0.5, 1.8)
        shade_HW |= _part(v_HW * np.float32(1 / period) + np.float32(rng.random())) < share
    return shade_HW.astype(np.float32)


def _part(values: Field) -> Field:
    """What is beyond the whole number below; NumPy's remainder takes thirty times as long."""
    part: Field = values - np.floor(values)
    return part


def leaves(rng: np.random.Generator, size: tuple[int, int], unit: float) -> Field:
    """Dappled light, as through leaves or a curtain.

    Args:
        rng: draws the pattern.
        size: width and height of the field, px.
        unit: the dish's radius, px.

    Returns:
        float32, 1 in the shadow.
    """
    cells = [max(2, round(extent / (unit * between(rng, 0.12, 0.5)))) for extent in size]
    coarse = rng.random((min(cells[1], 40), min(cells[0], 40)), np.float32)
    field_HW = cv.resize(coarse, size, interpolation=cv.INTER_CUBIC)
    level = between(rng, 0.35, 0.65)
    return smoothstep(level - 0.06, level + 0.06, field_HW)


def silhouette(
    rng: np.random.Generator, size: tuple[int, int], centre: tuple[float, float], unit: float, scale: float
) -> Field:
    """A hand, a phone in a hand, or an arm that reaches in from outside, as 0..1.

    Args:
        rng: draws which, and its place.
        size: width and height of the field, px.
        centre: of the dish, px.
        unit: the dish's radius, px.
        scale: size of a hand's palm against half the dish's radius.
    """
    canvas: Image = np.zeros((size[1], size[0]), np.uint8)
    into = between(rng, -math.pi, math.pi)
    palm = unit * scale * between(rng, 0.2, 0.5)
    reach = unit * between(rng, 0, 0.9)
    x = centre[0] - reach * math.cos(into) + float(rng.normal(0, 0.25)) * unit
    y = centre[1] - reach * math.sin(into) + float(rng.normal(0, 0.25)) * unit

    def limb(x0: float, y0: float, angle: float, length: float, thick: float) -> None:
        ends = [(x0, y0), (x0 + length * math.cos(angle), y0 + length * math.sin(angle))]
        first, last = (tuple(round(value * 16) for value in end) for end in ends)
        cv.line(canvas, first, last, 255, max(1, min(round(thick), 250)), cv.LINE_AA, 4)

    limb(x, y, into + math.pi + float(rng.normal(0, 0.15)), 8 * unit, 1.25 * palm)
    kind = whole(rng, 0, 3)
    if kind == 0:
        limb(x, y, into, 0.5 * palm, 1.7 * palm)
        spread = between(rng, 0.05, 0.3)
        for k, length in enumerate((1.5, 1.75, 1.65, 1.3)):
            angle = into + (k - 1.5) * spread + float(rng.normal(0, 0.05))
            side = (k - 1.5) * 0.45 * palm
            limb(x - side * math.sin(into), y + side * math.cos(into), angle, length * palm, 0.36 * palm)
        thumb = any_of(rng, (-1, 1))
        limb(x, y, into + thumb * between(rng, 0.6, 1.2), 1.4 * palm, 0.42 * palm)
    elif kind == 1:
        angle = into + any_of(rng, (0.0, math.pi / 2)) + float(rng.normal(0, 0.2))
        corners = cv.boxPoints(((x, y), (3.6 * palm, 1.8 * palm), math.degrees(angle)))
        cv.fillConvexPoly(canvas, np.round(corners * 16).astype(np.int32), 255, cv.LINE_AA, 4)
        for k in range(4):
            along = (k - 1.5) * 0.5 * palm
            limb(x + along * math.cos(angle), y + along * math.sin(angle), angle + 1.57, 1.1 * palm, 0.36 * palm)
    else:
        limb(x, y, into + float(rng.normal(0, 0.5)), 0.8 * palm, 1.5 * palm)
    return canvas.astype(np.float32) * np.float32(1 / 255)
