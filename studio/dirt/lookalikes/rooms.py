"""What a shining dish reflects: a small picture of the room around and above it.

A room is a square seen from the dish upwards: its middle is straight above, where ceiling, camera and hands are; a
circle near its border is the horizon with walls and windows; beyond that lie the table and the dish's own far side.
Values may exceed 1: windows and lamps are brighter than a photo can show.
"""

from __future__ import annotations

import cmath
import math

import numpy as np

from studio.dirt import cv
from studio.dirt.draws import between, whole
from studio.dirt.lookalikes.furnishings import (
    ROOM_PX,
    dimmed,
    fill,
    grid,
    lamps,
    painted,
    photographer,
    planks,
    plaster,
    polygon,
    somewhere,
    thing,
    tiled,
    unevenness,
    window,
    wood,
)
from studio.dirt.lookalikes.tones import rgb, saturated
from studio.dirt.outline import Field
from studio.dirt.scene import Scene, blurred

_WALL = (0, cmath.rect(0.4, 1.5), cmath.rect(1.1, 1.5), 1.1)
"""Corners of one wall, the first two nearer to the middle."""


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
        lamps(rng, picture, 0.6)
        turn = cmath.rect(1, between(rng, 0, 2 * math.pi))
        window(rng, picture, [turn * corner for corner in (0.4, *_WALL[1:])])
    else:
        picture = drawn_room(rng)
        if choice < 0.55:
            # Table and dish stand at and below the horizon; one wall of the drawn room may be theirs as well.
            table = photo_room(rng, scene)
            near, steep = between(rng, 0.3, 0.9), between(rng, 3, 12)
            share = np.clip((grid()[2] - np.float32(near)) * np.float32(steep), 0, 1)
            share *= np.float32(between(rng, 0.4, 1))
            picture = cv.blendLinear(table, picture, share, 1 - share)
        elif choice < 0.7:
            share = between(rng, 0.2, 0.6)
            picture = cv.addWeighted(photo_room(rng, scene), share, picture, 1 - share, 0)
    picture = saturated(picture, between(rng, 0.25, 1.1) + 0.6 * boldness * rng.random())
    cv.threshold(picture, 0, 0, cv.THRESH_TOZERO, picture)
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
    contrast, level = between(rng, 1, 2.2), between(rng, 0.5, 1.2)
    mean = sum(cv.mean(piece)[:3]) / 3
    picture = cv.addWeighted(piece, contrast * level, piece, 0, mean * (1 - contrast) * level)
    return cv.threshold(picture, 0, 0, cv.THRESH_TOZERO)[1]  # type: ignore[no-any-return]


def drawn_room(rng: np.random.Generator) -> Field:
    """A room as nobody has seen it: walls, ceiling, windows, lamps, wood, tiles, things, the photographer.

    Args:
        rng: draws everything.

    Returns:
        float32 RGB of ROOM_PX x ROOM_PX, from 0 to about 3.
    """
    turn, middle = between(rng, 0, 2 * math.pi), somewhere(rng, 0.2)
    corners = [cmath.rect(1, turn + k * math.pi / 2 + between(rng, -0.35, 0.35)) for k in range(4)]
    reach, horizon = between(rng, 0.22, 0.65), between(rng, 0.75, 1.05)
    inner = [corner * reach * between(rng, 0.8, 1.2) + middle for corner in corners]
    outer = [corner * horizon + middle for corner in corners]
    light = between(rng, 0.25, 0.85)
    plain = plaster(rng, light)
    picture = painted(plain)
    for k in range(4):
        wall = (inner[k], inner[k - 3], outer[k - 3] * 3, outer[k] * 3)
        if rng.random() < 0.3:
            fill(picture, wall, planks(rng) if rng.random() < 0.6 else tiled(rng, light))
        else:
            colour = plaster(rng, light) if rng.random() < 0.5 else dimmed(plain, between(rng, 0.5, 1.2))
            polygon(picture, wall, colour)
    kind = rng.random()
    if kind < 0.4:
        fill(picture, inner, planks(rng))
    else:
        polygon(picture, inner, wood(rng) if kind < 0.55 else plaster(rng, light * between(rng, 0.5, 1.3)))
    radius = grid()[2]
    # Light mostly comes from the side, and whoever takes the photo stands in it.
    zenith = between(rng, 0.3, 1.0 if rng.random() < 0.7 else 2.0)
    lit = np.minimum(radius * np.float32(1.3), 1)
    lit *= np.float32(1 - zenith)
    lit += np.float32(zenith)
    lit *= unevenness(rng)
    picture *= rgb(lit)
    below = (radius > horizon).astype(np.uint8)
    cv.copyTo(planks(rng) if rng.random() < 0.6 else painted(plaster(rng, light)), below, picture)
    for _ in range(whole(rng, 0, 6)):
        thing(rng, picture, horizon)
    for _ in range(whole(rng, 1, 6)):
        k = whole(rng, 0, 4)
        window(rng, picture, (inner[k], inner[k - 3], outer[k - 3], outer[k]))
    if rng.random() < 0.6:
        lamps(rng, picture, reach)
    if rng.random() < 0.7:
        photographer(rng, picture)
    return picture
