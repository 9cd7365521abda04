"""What a shining dish reflects: a small picture of the room around and above it.

A room is a square seen from the dish upwards: its middle is straight above, where ceiling, camera and hands are; a
circle near its border is the horizon with walls and windows; beyond that lie the table and the dish's own far side.
Values may exceed 1: windows and lamps are brighter than a photo can show.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from studio.dirt import cv
from studio.dirt.draws import between, whole
from studio.dirt.outline import Field
from studio.dirt.scene import Scene, blurred, luma

Points = NDArray[np.float64]
"""Places in a room, x before y, from -1 to 1."""

ROOM_PX = 96
"""Side of a room's picture, px."""

_SUBPIXELS = 4
"""Binary places below the pixel in which OpenCV takes corners."""

_SCALE = (ROOM_PX - 1) / 2 * 2**_SUBPIXELS


_WALL = ((0.0, 0.4), (1.5, 0.4), (1.5, 1.1), (0.0, 1.1))
"""Angle and distance of the corners of one wall."""


def room(rng: np.random.Generator, scene: Scene, boldness: float = 0.5) -> Field:
    """What stands around a dish: a drawn room, the photo's own table, or both.

    Args:
        rng: draws the room.
        scene: whose photo may be reflected.
        boldness: 0..1, how colourful and rich in contrast.

    Returns:
        float32 RGB of ROOM_PX x ROOM_PX, from 0 to about 3.
    """
    choice = rng.random()
    if choice < 0.12:
        picture = photo_room(rng, scene)
        # A table alone is a dull thing to mirror, and there always is a light by which the photo was taken.
        _lamps(rng, picture, 0.6)
        angle = between(rng, 0, 2 * math.pi)
        edge = np.array([(math.cos(angle + a) * r, math.sin(angle + a) * r) for a, r in _WALL])
        _window(rng, picture, edge)
    else:
        picture = drawn_room(rng)
        if choice < 0.55:
            # Table and dish stand at and below the horizon; one wall of the drawn room may be theirs as well.
            table = photo_room(rng, scene)
            radius = _grid()[2]
            share = np.clip((radius - np.float32(between(rng, 0.3, 0.9))) * np.float32(between(rng, 3, 12)), 0, 1)
            picture += (share * np.float32(between(rng, 0.4, 1)))[..., None] * (table - picture)
        elif choice < 0.7:
            picture += np.float32(between(rng, 0.2, 0.6)) * (photo_room(rng, scene) - picture)
    grey = luma(picture)[..., None]
    saturation = np.float32(between(rng, 0.25, 1.1) + 0.6 * boldness * rng.random())
    picture = np.maximum(grey + saturation * (picture - grey), 0)
    return blurred(picture, between(rng, 0, 1.6) * (1 if rng.random() < 0.7 else 3))


def photo_room(rng: np.random.Generator, scene: Scene) -> Field:
    """The photo itself as a room: turned, enlarged, its contrast raised.

    Args:
        rng: chooses the piece, the turn and the contrast.
        scene: its photo as it is now.

    Returns:
        float32 RGB of ROOM_PX x ROOM_PX, from 0 to about 2.
    """
    photo = scene.image_HW3
    height, width = photo.shape[:2]
    scale = min(width, height) * between(rng, 0.35, 1.0) / ROOM_PX
    angle = between(rng, 0, 2 * math.pi)
    cos, sin = math.cos(angle) * scale, math.sin(angle) * scale
    mirror = -1.0 if rng.random() < 0.5 else 1.0
    middle = ROOM_PX / 2
    x = width * between(rng, 0.2, 0.8) - cos * mirror * middle + sin * middle
    y = height * between(rng, 0.2, 0.8) - sin * mirror * middle - cos * middle
    matrix = np.array([[cos * mirror, -sin, x], [sin * mirror, cos, y]])
    flags = cv.INTER_LINEAR | cv.WARP_INVERSE_MAP
    piece = cv.warpAffine(photo, matrix, (ROOM_PX, ROOM_PX), flags=flags, borderMode=cv.BORDER_REFLECT_101)
    piece = blurred(piece, between(rng, 0.4, 4))
    contrast, level = np.float32(between(rng, 1, 2.2)), np.float32(between(rng, 0.5, 1.2))
    mean = np.float32(luma(piece).mean(dtype=np.float64))
    picture: Field = np.maximum((mean + contrast * (piece - mean)) * level, 0)
    return picture


def drawn_room(rng: np.random.Generator) -> Field:
    """A room as nobody has seen it: walls, ceiling, windows, lamps, wood, tiles, things, the photographer.

    Args:
        rng: draws everything.

    Returns:
        float32 RGB of ROOM_PX x ROOM_PX, from 0 to about 3.
    """
    picture = np.empty((ROOM_PX, ROOM_PX, 3), np.float32)
    turn, middle = between(rng, 0, 2 * math.pi), rng.uniform(-0.2, 0.2, 2)
    corners = [turn + k * math.pi / 2 + between(rng, -0.35, 0.35) for k in range(4)]
    reach, horizon = between(rng, 0.22, 0.65), between(rng, 0.75, 1.05)
    inner = np.array([(math.cos(a), math.sin(a)) for a in corners]) * reach * rng.uniform(0.8, 1.2, (4, 1)) + middle
    outer = np.array([(math.cos(a), math.sin(a)) for a in corners]) * horizon + middle
    light = between(rng, 0.25, 0.85)
    plain = _plain(rng, light)
    picture[:] = plain
    for k in range(4):
        wall = np.stack([inner[k], inner[k - 3], outer[k - 3] * 3, outer[k] * 3])
        colour = _plain(rng, light) if rng.random() < 0.5 else plain * np.float32(between(rng, 0.5, 1.2))
        _polygon(picture, wall, colour)
        if rng.random() < 0.3:
            _fill(picture, wall, _planks(rng) if rng.random() < 0.6 else _tiles(rng, light))
    ceiling = _plain(rng, light * between(rng, 0.5, 1.3))
    _polygon(picture, inner, ceiling)
    kind = rng.random()
    if kind < 0.4:
        _fill(picture, inner, _planks(rng))
    elif kind < 0.55:
        _polygon(picture, inner, _wood(rng))
    radius = _grid()[2]
    # Light mostly comes from the side, and whoever takes the photo stands in it.
    zenith = np.float32(between(rng, 0.3, 1.0 if rng.random() < 0.7 else 2.0))
    picture *= _unevenness(rng) * (zenith + (1 - zenith) * np.clip(radius * np.float32(1.3), 0, 1))[..., None]
    below = (radius > horizon).astype(np.uint8)
    cv.copyTo(_planks(rng) if rng.random() < 0.6 else np.full_like(picture, _plain(rng, light)), below, picture)
    for _ in range(whole(rng, 0, 6)):
        _thing(rng, picture, horizon)
    for _ in range(whole(rng, 1, 6)):
        k = whole(rng, 0, 4)
        _window(rng, picture, np.stack([inner[k], inner[k - 3], outer[k - 3], outer[k]]))
    if rng.random() < 0.6:
        _lamps(rng, picture, reach)
    if rng.random() < 0.7:
        _photographer(rng, picture)
    return picture


@cache
def _grid() -> tuple[Field, Field, Field]:
    """Column and row from -1 to 1, with the distance from the middle."""
    line = np.linspace(-1, 1, ROOM_PX, dtype=np.float32)
    x, y = np.meshgrid(line, line)
    return x, y, np.sqrt(x * x + y * y)


def _points(points_N2: Points) -> NDArray[np.int32]:
    """Places from -1 to 1 as OpenCV's fixed-point pixels."""
    points: NDArray[np.int32] = np.minimum(np.maximum(points_N2 * _SCALE + _SCALE, -20000), 20000).astype(np.int32)
    return points


def _polygon(picture: Field, points_N2: Points, colour_3: Field) -> None:
    cv.fillPoly(picture, [_points(points_N2)], colour_3.tolist(), cv.LINE_8, _SUBPIXELS)


def _fill(picture: Field, points_N2: Points, texture: Field) -> None:
    mask = np.zeros((ROOM_PX, ROOM_PX), np.uint8)
    cv.fillPoly(mask, [_points(points_N2)], 1, cv.LINE_8, _SUBPIXELS)
    cv.copyTo(texture, mask, picture)


def _plain(rng: np.random.Generator, light: float) -> Field:
    """Paint, plaster or sky: nearly grey, warm or cool."""
    warmth = between(rng, -0.12, 0.2)
    tint = np.array([1 + warmth, 1, 1 - warmth]) + rng.uniform(-0.04, 0.04, 3)
    colour: Field = (tint * light * between(rng, 0.35, 1.3)).astype(np.float32)
    return colour


def _wood(rng: np.random.Generator) -> Field:
    """Wood, leather, cardboard: from nearly black brown to pale orange."""
    level = 0.08 + 0.6 * rng.random() ** 1.3
    green, blue = between(rng, 0.5, 0.82), between(rng, 0.4, 0.8)
    colour: Field = (level * np.array([1.1, 1.1 * green, 1.1 * green * blue])).astype(np.float32)
    return colour


def _vivid(rng: np.random.Generator) -> Field:
    """Packages, clothes, plants: any hue."""
    hue = (rng.random() + np.array([0, 1 / 3, 2 / 3])) * 2 * math.pi
    colour = 0.5 + 0.5 * np.cos(hue)
    vivid: Field = ((colour * between(rng, 0.2, 1) + between(rng, 0, 0.4)) * between(rng, 0.2, 0.8)).astype(np.float32)
    return vivid


def _skin(rng: np.random.Generator) -> Field:
    level = between(rng, 0.2, 0.8)
    colour: Field = (level * np.array([1, between(rng, 0.66, 0.78), between(rng, 0.5, 0.66)])).astype(np.float32)
    return colour


def _unevenness(rng: np.random.Generator) -> Field:
    """Light that falls off from one part of a room to another, about 1."""
    coarse = rng.uniform(0.45, 1.45, (4, 4)).astype(np.float32)
    smooth: Field = cv.resize(coarse, (ROOM_PX, ROOM_PX), interpolation=cv.INTER_CUBIC)
    return smooth[..., None]


def _planks(rng: np.random.Generator) -> Field:
    """Boards side by side, each with a tone of its own, dark between."""
    x, y, _ = _grid()
    angle = between(rng, 0, math.pi)
    count = between(rng, 1.5, 9)
    across = (x * np.float32(math.cos(angle) * count) + y * np.float32(math.sin(angle) * count)) + np.float32(2 * count)
    tones = (_wood(rng) * rng.uniform(0.6, 1.35, (40, 1))).astype(np.float32)
    # Sixteen steps a board: the first few are the gap.
    strips = np.repeat(tones, 16, 0)
    strips.reshape(40, 16, 3)[:, : whole(rng, 1, 4)] *= np.float32(between(rng, 0.1, 0.8))
    strips *= 1 + rng.uniform(-0.12, 0.12, (640, 1)).astype(np.float32)
    row = np.zeros_like(across)
    return cv.remap(strips[None], across * np.float32(16), row, cv.INTER_LINEAR, borderMode=cv.BORDER_REFLECT)  # type: ignore[no-any-return]


def _tiles(rng: np.random.Generator, light: float) -> Field:
    """Square tiles with joints."""
    x, y, _ = _grid()
    count, joint = np.float32(between(rng, 3, 10)), np.float32(between(rng, 0.06, 0.2))
    along, across = (x + 2) * count, (y + 2) * count
    is_joint = (along - np.floor(along) < joint) | (across - np.floor(across) < joint)
    tiles = np.empty((ROOM_PX, ROOM_PX, 3), np.float32)
    tiles[:] = _plain(rng, light)
    tiles[is_joint] = _plain(rng, light)
    return tiles


def _thing(rng: np.random.Generator, picture: Field, horizon: float) -> None:
    """A dark, wooden or coloured box, jar or chair somewhere around."""
    angle, far = between(rng, 0, 2 * math.pi), between(rng, 0.1, 1.0) * horizon
    kind = rng.random()
    colour = _wood(rng) if kind < 0.4 else _vivid(rng) if kind < 0.7 else _plain(rng, 0.12)
    place = np.array([math.cos(angle), math.sin(angle)]) * far
    half = rng.uniform(0.04, 0.35, 2)
    turn = between(rng, 0, math.pi)
    if rng.random() < 0.5:
        corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
        rotate = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
        _polygon(picture, corners @ rotate.T + place, colour)
    else:
        middle = _points(place)
        axes = np.rint(half * (ROOM_PX / 2 * 2**_SUBPIXELS)).astype(int)
        cv.ellipse(
            picture, middle.tolist(), axes.tolist(), math.degrees(turn), 0, 360, colour.tolist(), -1, cv.LINE_8, 4
        )


def _window(rng: np.random.Generator, picture: Field, wall_42: Points) -> None:
    """A bright opening in a wall, hard-edged, maybe with bars."""
    left, low = between(rng, 0, 0.8), between(rng, -0.1, 0.6)
    wide, high = between(rng, 0.06, 0.7), between(rng, 0.15, 0.9)
    bars = whole(rng, 0, 4)
    along = np.array([0, 1, 1, 0, *(k / (bars + 1) for k in range(1, bars + 1) for _ in range(2))]) * wide + left
    down = np.array([0, 0, 1, 1, *(0, 1) * bars]) * high + low
    s, t = along[:, None], down[:, None]
    corners = (1 - t) * (wall_42[0] + s * (wall_42[1] - wall_42[0])) + t * (wall_42[3] + s * (wall_42[2] - wall_42[3]))
    warmth = between(rng, -0.16, 0.1)
    tint = np.array([1 + warmth, 1, 1 - 1.2 * warmth])
    colour = (tint * between(rng, 0.8, 2.8)).astype(np.float32)
    _polygon(picture, corners[:4], colour)
    dark, ends = (colour * 0.15).tolist(), _points(corners[4:]).tolist()
    for k in range(bars):
        cv.line(picture, ends[2 * k], ends[2 * k + 1], dark, 1, cv.LINE_8, _SUBPIXELS)


def _lamps(rng: np.random.Generator, picture: Field, reach: float) -> None:
    """Bulbs, tubes, or a regular field of small lights, on the ceiling."""
    warmth = between(rng, -0.1, 0.25)
    colour = (np.array([1 + warmth, 1, 1 - warmth]) * between(rng, 1.5, 3.2)).tolist()
    place, kind = rng.uniform(-reach, reach, 2), rng.random()
    turn = between(rng, 0, math.pi)
    along = np.array([math.cos(turn), math.sin(turn)])
    if kind < 0.4:
        for _ in range(whole(rng, 1, 5)):
            middle = _points(rng.uniform(-reach, reach, 2) * 1.3)
            radius = max(8, int(between(rng, 0.012, 0.07) * ROOM_PX / 2 * 2**_SUBPIXELS))
            cv.circle(picture, middle.tolist(), radius, colour, -1, cv.LINE_8, _SUBPIXELS)
    elif kind < 0.75:
        length, apart = between(rng, 0.1, 0.5), between(rng, 0.06, 0.2)
        for k in range(whole(rng, 1, 4)):
            shift = place + np.array([-along[1], along[0]]) * apart * k
            ends = _points(np.stack([shift - along * length, shift + along * length]))
            cv.line(picture, ends[0].tolist(), ends[1].tolist(), colour, whole(rng, 1, 5), cv.LINE_8, _SUBPIXELS)
    else:
        apart, count = between(rng, 0.07, 0.16), whole(rng, 2, 6)
        for row in range(count):
            for column in range(count):
                x, y = (column - count / 2) * apart, (row - count / 2) * apart
                middle = _points(place + x * along + y * np.array([-along[1], along[0]]))
                cv.circle(picture, middle.tolist(), whole(rng, 10, 30), colour, -1, cv.LINE_8, _SUBPIXELS)


def _photographer(rng: np.random.Generator, picture: Field) -> None:
    """Who holds the camera over the dish: body, arms, hands, head, the phone itself."""
    angle = between(rng, 0, 2 * math.pi)
    away = np.array([math.cos(angle), math.sin(angle)])
    side = np.array([-away[1], away[0]])
    clothes = _vivid(rng) * np.float32(0.5) if rng.random() < 0.5 else _plain(rng, 0.2)
    skin, middle = _skin(rng), rng.uniform(-0.12, 0.12, 2)
    wide, near = between(rng, 0.15, 0.45), between(rng, 0.2, 0.6)
    if rng.random() < 0.7:
        body = [middle + near * away + wide * side, middle + near * away - wide * side]
        _polygon(
            picture, np.stack([*body, body[1] + 1.4 * away - 0.2 * side, body[0] + 1.4 * away + 0.2 * side]), clothes
        )
        head = _points(middle + (near - 0.05) * away)
        axes = np.rint(rng.uniform(0.08, 0.2, 2) * (ROOM_PX / 2 * 2**_SUBPIXELS)).astype(int)
        hair = _wood(rng) * np.float32(0.4) if rng.random() < 0.6 else skin
        cv.ellipse(picture, head.tolist(), axes.tolist(), math.degrees(angle), 0, 360, hair.tolist(), -1, cv.LINE_8, 4)
    for hand in (-1, 1):
        if rng.random() < 0.75:
            shoulder = middle + (near + 0.2) * away + hand * wide * side
            grip = middle + hand * between(rng, 0.03, 0.15) * side + rng.uniform(-0.05, 0.05, 2)
            colour = skin if rng.random() < 0.6 else clothes
            ends = _points(np.stack([shoulder, grip]))
            thick = max(2, int(between(rng, 0.05, 0.14) * ROOM_PX))
            cv.line(picture, ends[0].tolist(), ends[1].tolist(), colour.tolist(), thick, cv.LINE_8, _SUBPIXELS)
            radius = int(between(rng, 0.04, 0.1) * ROOM_PX / 2 * 2**_SUBPIXELS)
            cv.circle(picture, ends[1].tolist(), radius, skin.tolist(), -1, cv.LINE_8, _SUBPIXELS)
    if rng.random() < 0.7:
        long, short = between(rng, 0.06, 0.16), between(rng, 0.03, 0.08)
        corners = [middle + long * side * i + short * away * j for i, j in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
        _polygon(picture, np.stack(corners), np.full(3, between(rng, 0.01, 0.12), np.float32))
