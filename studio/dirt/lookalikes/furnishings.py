"""What stands in a drawn room: boards, tiles, windows, lamps, things, whoever takes the photo."""

from __future__ import annotations

import cmath
import math
from collections.abc import Sequence
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from studio.dirt import cv
from studio.dirt.draws import between, whole
from studio.dirt.lookalikes.tones import rgb, tinted
from studio.dirt.outline import Field

Colour: TypeAlias = tuple[float, float, float]
"""RGB, 1 as bright as a photo can show."""

Points: TypeAlias = Sequence[complex]
"""Places in a room, x + iy, from -1 to 1: a room has a hundred corners, too few for NumPy to pay."""

ROOM_PX = 96
"""Side of a room's picture, px."""

_SUBPIXELS = 4
"""Binary places below the pixel in which OpenCV takes corners."""

_SCALE = (ROOM_PX - 1) / 2 * 2**_SUBPIXELS
_HALF = ROOM_PX / 2 * 2**_SUBPIXELS


@cache
def grid() -> tuple[Field, Field, Field]:
    """Column and row from -1 to 1, with the distance from the middle."""
    line = np.linspace(-1, 1, ROOM_PX, dtype=np.float32)
    x, y = np.meshgrid(line, line)
    return x, y, np.sqrt(x * x + y * y)


def painted(colour: Colour) -> Field:
    """A room of one colour."""
    row = np.array(colour * ROOM_PX, np.float32)
    return np.tile(row, (ROOM_PX, 1)).reshape(ROOM_PX, ROOM_PX, 3)


def somewhere(rng: np.random.Generator, reach: float) -> complex:
    """A place at most `reach` beside the middle each way."""
    return complex(between(rng, -reach, reach), between(rng, -reach, reach))


def dimmed(colour: Colour, gain: float) -> Colour:
    """A colour under less light, or above a gain of 1 under more."""
    return colour[0] * gain, colour[1] * gain, colour[2] * gain


def _point(place: complex) -> tuple[int, int]:
    """A place from -1 to 1 as OpenCV's fixed-point pixel."""
    x, y = place.real * _SCALE + _SCALE, place.imag * _SCALE + _SCALE
    return round(min(max(x, -20000), 20000)), round(min(max(y, -20000), 20000))


def _points(places: Points) -> NDArray[np.int32]:
    return np.array([_point(place) for place in places], np.int32)


def polygon(picture: Field, places: Points, colour: Colour) -> None:
    """Fill a polygon of a room with a colour."""
    cv.fillPoly(picture, [_points(places)], colour, cv.LINE_8, _SUBPIXELS)


def _line(picture: Field, start: complex, end: complex, colour: Colour, thick: int) -> None:
    cv.line(picture, _point(start), _point(end), colour, thick, cv.LINE_8, _SUBPIXELS)


def _disc(picture: Field, middle: complex, radius: int, colour: Colour) -> None:
    cv.circle(picture, _point(middle), radius, colour, -1, cv.LINE_8, _SUBPIXELS)


def _oval(picture: Field, middle: complex, wide: float, high: float, turn: float, colour: Colour) -> None:
    axes = (round(wide * _HALF), round(high * _HALF))
    cv.ellipse(picture, _point(middle), axes, math.degrees(turn), 0, 360, colour, -1, cv.LINE_8, _SUBPIXELS)


def fill(picture: Field, places: Points, texture: Field) -> None:
    """Fill a polygon of a room with a texture."""
    mask = np.zeros((ROOM_PX, ROOM_PX), np.uint8)
    cv.fillPoly(mask, [_points(places)], 1, cv.LINE_8, _SUBPIXELS)
    cv.copyTo(texture, mask, picture)


def plaster(rng: np.random.Generator, light: float) -> Colour:
    """Paint, plaster or sky: nearly grey, warm or cool."""
    warmth, level = between(rng, -0.12, 0.2), light * between(rng, 0.35, 1.3)
    red, green, blue = (between(rng, -0.04, 0.04) for _ in range(3))
    return (1 + warmth + red) * level, (1 + green) * level, (1 - warmth + blue) * level


def wood(rng: np.random.Generator) -> Colour:
    """Wood, leather, cardboard: from nearly black brown to pale orange."""
    level = 1.1 * (0.08 + 0.6 * rng.random() ** 1.3)
    green, blue = between(rng, 0.5, 0.82), between(rng, 0.4, 0.8)
    return level, level * green, level * green * blue


def _vivid(rng: np.random.Generator) -> Colour:
    """Packages, clothes, plants: any hue."""
    hue, rich = rng.random(), between(rng, 0.2, 1)
    pale, level = between(rng, 0, 0.4), between(rng, 0.2, 0.8)
    red, green, blue = (
        ((0.5 + 0.5 * math.cos(2 * math.pi * (hue + third / 3))) * rich + pale) * level for third in range(3)
    )
    return red, green, blue


def _skin(rng: np.random.Generator) -> Colour:
    level = between(rng, 0.2, 0.8)
    return level, level * between(rng, 0.66, 0.78), level * between(rng, 0.5, 0.66)


def unevenness(rng: np.random.Generator) -> Field:
    """Light that falls off from one part of a room to another, about 1."""
    coarse = rng.random((4, 4), np.float32) + np.float32(0.45)
    return cv.resize(coarse, (ROOM_PX, ROOM_PX), interpolation=cv.INTER_CUBIC)  # type: ignore[no-any-return]


def planks(rng: np.random.Generator) -> Field:
    """Boards side by side, each with a tone of its own, dark between."""
    x, y, _ = grid()
    angle = between(rng, 0, math.pi)
    count = between(rng, 1.5, 9)
    # Sixteen steps a board: the first few are the gap.
    across = cv.addWeighted(
        x, 16 * count * math.cos(angle), y, 16 * count * math.sin(angle), 32 * count, dtype=cv.CV_32S
    )
    steps = (0.88 + 0.24 * rng.random((40, 16), np.float32)) * (0.6 + 0.75 * rng.random((40, 1), np.float32))
    steps[:, : whole(rng, 1, 4)] *= np.float32(between(rng, 0.1, 0.8))
    # The floor lies all around the middle: from -1.42 to 1.42 there are at most 3.42 * 9 boards.
    boards = rgb(np.take(steps, across, mode="clip"))
    return tinted(boards, wood(rng))


def tiled(rng: np.random.Generator, light: float) -> Field:
    """Square tiles with joints."""
    x, y, _ = grid()
    count, joint = np.float32(between(rng, 3, 10)), np.float32(between(rng, 0.06, 0.2))
    along, across = (x[:1] + 2) * count, (y[:, :1] + 2) * count
    is_joint = (along - np.floor(along) < joint) | (across - np.floor(across) < joint)
    tiles = painted(plaster(rng, light))
    cv.copyTo(painted(plaster(rng, light)), is_joint.astype(np.uint8), tiles)
    return tiles


def thing(rng: np.random.Generator, picture: Field, horizon: float) -> None:
    """A dark, wooden or coloured box, jar or chair somewhere around."""
    place = cmath.rect(between(rng, 0.1, 1.0) * horizon, between(rng, 0, 2 * math.pi))
    kind = rng.random()
    colour = wood(rng) if kind < 0.4 else _vivid(rng) if kind < 0.7 else plaster(rng, 0.12)
    wide, high = between(rng, 0.04, 0.35), between(rng, 0.04, 0.35)
    turn = between(rng, 0, math.pi)
    if rng.random() < 0.5:
        first, second = cmath.rect(1, turn) * complex(wide, high), cmath.rect(1, turn) * complex(wide, -high)
        polygon(picture, (place - first, place + second, place + first, place - second), colour)
    else:
        _oval(picture, place, wide, high, turn, colour)


def window(rng: np.random.Generator, picture: Field, wall: Points) -> None:
    """A bright opening in a wall, hard-edged, maybe with bars."""
    left, low = between(rng, 0, 0.8), between(rng, -0.1, 0.6)
    right, high = left + between(rng, 0.06, 0.7), low + between(rng, 0.15, 0.9)
    bars = whole(rng, 0, 4)
    upper, lower = wall[1] - wall[0], wall[2] - wall[3]

    def at(along: float, down: float) -> complex:
        return (1 - down) * (wall[0] + along * upper) + down * (wall[3] + along * lower)

    warmth, bright = between(rng, -0.16, 0.1), between(rng, 0.8, 2.8)
    colour = (1 + warmth) * bright, bright, (1 - 1.2 * warmth) * bright
    polygon(picture, (at(left, low), at(right, low), at(right, high), at(left, high)), colour)
    for k in range(1, bars + 1):
        along = left + (right - left) * k / (bars + 1)
        _line(picture, at(along, low), at(along, high), dimmed(colour, 0.15), 1)


def lamps(rng: np.random.Generator, picture: Field, reach: float) -> None:
    """Bulbs, tubes, or a regular field of small lights, on the ceiling."""
    warmth, bright = between(rng, -0.1, 0.25), between(rng, 1.5, 3.2)
    colour = (1 + warmth) * bright, bright, (1 - warmth) * bright
    place, kind = somewhere(rng, reach), rng.random()
    along = cmath.rect(1, between(rng, 0, math.pi))
    if kind < 0.4:
        for _ in range(whole(rng, 1, 5)):
            _disc(picture, somewhere(rng, 1.3 * reach), max(8, int(between(rng, 0.012, 0.07) * _HALF)), colour)
    elif kind < 0.75:
        length, apart = between(rng, 0.1, 0.5), between(rng, 0.06, 0.2)
        for k in range(whole(rng, 1, 4)):
            middle = place + 1j * along * apart * k
            _line(picture, middle - along * length, middle + along * length, colour, whole(rng, 1, 5))
    else:
        apart, count = between(rng, 0.07, 0.16), whole(rng, 2, 6)
        for row in range(count):
            for column in range(count):
                lamp = complex(column - count / 2, row - count / 2) * apart
                _disc(picture, place + lamp * along, whole(rng, 10, 30), colour)


def photographer(rng: np.random.Generator, picture: Field) -> None:
    """Who holds the camera over the dish: body, arms, hands, head, the phone itself."""
    angle = between(rng, 0, 2 * math.pi)
    away = cmath.rect(1, angle)
    side = 1j * away
    clothes = dimmed(_vivid(rng), 0.5) if rng.random() < 0.5 else plaster(rng, 0.2)
    skin, middle = _skin(rng), somewhere(rng, 0.12)
    wide, near = between(rng, 0.15, 0.45), between(rng, 0.2, 0.6)
    if rng.random() < 0.7:
        left, right = middle + near * away + wide * side, middle + near * away - wide * side
        polygon(picture, (left, right, right + 1.4 * away - 0.2 * side, left + 1.4 * away + 0.2 * side), clothes)
        hair = dimmed(wood(rng), 0.4) if rng.random() < 0.6 else skin
        _oval(picture, middle + (near - 0.05) * away, between(rng, 0.08, 0.2), between(rng, 0.08, 0.2), angle, hair)
    for hand in (-1, 1):
        if rng.random() < 0.75:
            shoulder = middle + (near + 0.2) * away + hand * wide * side
            grip = middle + hand * between(rng, 0.03, 0.15) * side + somewhere(rng, 0.05)
            sleeve = skin if rng.random() < 0.6 else clothes
            _line(picture, shoulder, grip, sleeve, max(2, int(between(rng, 0.05, 0.14) * ROOM_PX)))
            _disc(picture, grip, int(between(rng, 0.04, 0.1) * _HALF), skin)
    if rng.random() < 0.7:
        long, short = between(rng, 0.06, 0.16) * side, between(rng, 0.03, 0.08) * away
        dark = between(rng, 0.01, 0.12)
        corners = (middle - long - short, middle + long - short, middle + long + short, middle - long + short)
        polygon(picture, corners, (dark, dark, dark))
