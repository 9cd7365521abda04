"""Fractal noise, of which every mark's edge, stripe or mottle is made.

The tiles are periodic and rank-equalised: every value in 0..1 is equally frequent, so a threshold of 0.8
leaves a fifth. They come from a fixed seed at first use; random numbers only choose where a mark reads them.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from studio.dirt import cv
from studio.dirt.draws import Source
from studio.dirt.outline import Field, Floats
from studio.dirt.patch import Patch

TILE_TEXELS = 512
COARSEST_CYCLES = 5
"""The largest blobs repeat five times over a tile; a mark asks for their size, `feature`, in dish radii."""

SLOPES = (1.0, 1.5, 2.0)
"""Spectra: grainy, natural, cloudy."""

GRAINY, NATURAL, CLOUDY = 0, 1, 2

BORDER_PX = 0.5
"""By how much OpenCV's filled shapes reach beyond their corners."""


@cache
def tile(slope: int, level: int) -> Field:
    """One periodic tile of noise.

    Args:
        slope: index into SLOPES.
        level: halvings of its side: 0 is 512 texels, 3 is 64.

    Returns:
        float32 square, uniform over 0..1.
    """
    if level:
        finer = tile(slope, level - 1)
        side = finer.shape[0] // 2
        return _equalised(cv.resize(finer, (side, side), interpolation=cv.INTER_AREA))
    rng = np.random.default_rng([20, slope])
    frequency = np.fft.fftfreq(TILE_TEXELS) * TILE_TEXELS
    radius = np.hypot(frequency[:, None], frequency[None])
    gain = np.maximum(radius, COARSEST_CYCLES) ** -SLOPES[slope] * (radius < 0.4 * TILE_TEXELS) * (radius > 0)
    waves = np.fft.fft2(rng.standard_normal((TILE_TEXELS, TILE_TEXELS))) * gain
    return _equalised(np.fft.ifft2(waves).real)


def _equalised(values: Floats) -> Field:
    ranks = np.empty(values.size, np.float32)
    ranks[np.argsort(values, axis=None, kind="stable")] = np.linspace(0, 1, values.size, dtype=np.float32)
    return ranks.reshape(values.shape)


def level_of(texels_per_px: float) -> int:
    """The tile whose texels are about as large as pixels, so fine detail is averaged and does not flicker."""
    level = 0
    while texels_per_px > 1.3 and level < 3:
        texels_per_px /= 2
        level += 1
    return level


def mottle(
    rng: Source,
    patch: Patch,
    feature: float,
    slope: int = NATURAL,
    stretch: float = 1.0,
    angle: float = 0.0,
) -> Field:
    """Noise over a patch.

    Args:
        rng: chooses the part of the tile.
        patch: the pixels to fill.
        feature: size of the largest blobs, dish radii.
        slope: GRAINY, NATURAL or CLOUDY.
        stretch: how much longer than wide the blobs are.
        angle: direction of their length, radians.

    Returns:
        float32 of the patch's fine shape, 0..1.
    """
    across, along = rng.random(), rng.random()
    density = TILE_TEXELS / (COARSEST_CYCLES * feature)
    level = level_of(density * patch.step)
    density = density / 2**level
    size = (patch.fine_width, patch.fine_height)
    if stretch == 1:
        # An enlarged piece of the tile costs a tenth of an affine warp, and blobs without a direction need no more.
        # On a dish of a few pixels a piece would be the whole tile many times over, to be averaged away.
        share = patch.step * density
        width = min(4 * size[0] + 2, max(2, round(size[0] * share)))
        height = min(4 * size[1] + 2, max(2, round(size[1] * share)))
        piece = _piece(slope, level, across, along, width, height)
        field: Field = cv.resize(piece, size, interpolation=cv.INTER_LINEAR)
        return field
    source = tile(slope, level)
    side = source.shape[0]
    c, s = np.cos(angle) * density, np.sin(angle) * density
    rotate = np.array([[c / stretch, s / stretch], [-s, c]])
    shift = rotate @ (patch.first_x, patch.first_y) + (along * side, across * side)
    matrix = np.concatenate([rotate * patch.step, shift[:, None]], 1)
    flags = cv.INTER_LINEAR | cv.WARP_INVERSE_MAP
    turned: Field = cv.warpAffine(source, matrix, size, flags=flags, borderMode=cv.BORDER_WRAP)
    return turned


def soft_mottle(
    rng: Source, patch: Patch, feature: float, slope: int = NATURAL, stretch: float = 1.0, angle: float = 0.0
) -> Field:
    """As `mottle`, for what lies under a film: every second pixel is drawn, the others lie between."""
    small: Field = mottle(rng, patch.coarser(), feature, slope, stretch, angle)
    size = (patch.fine_width, patch.fine_height)
    return cv.resize(small, size, interpolation=cv.INTER_LINEAR)  # type: ignore[no-any-return]


def _piece(slope: int, level: int, x: float, y: float, width: int, height: int) -> Field:
    """A rectangle of a tile, from shares x and y of its side on, which wraps around."""
    sheet = _sheet(slope, level)
    side = TILE_TEXELS >> level
    left, top = int(x * side), int(y * side)
    if max(left + width, top + height) <= sheet.shape[0]:
        return sheet[top : top + height, left : left + width]
    return sheet[np.ix_((top + np.arange(height)) % side, (left + np.arange(width)) % side)]


@cache
def _sheet(slope: int, level: int) -> Field:
    """A tile with its neighbours' edges, so that most pieces are plain views of it."""
    return np.pad(tile(slope, level), (0, TILE_TEXELS), "wrap")


def band(rng: Source, side: int, feature_x: float, feature_y: float, slope: int = NATURAL) -> Field:
    """Noise over a square, with blobs that are longer one way.

    Args:
        rng: chooses the part of the tile.
        side: of the square, pixels.
        feature_x, feature_y: extents of the largest blobs, pixels.
        slope: GRAINY, NATURAL or CLOUDY.

    Returns:
        float32 of shape (side, side), 0..1.
    """
    across, along = rng.random(), rng.random()
    per_x, per_y = TILE_TEXELS / COARSEST_CYCLES / feature_x, TILE_TEXELS / COARSEST_CYCLES / feature_y
    level = level_of(max(per_x, per_y))
    source, share = tile(slope, level), 0.5**level
    matrix = np.array([[share * per_x, 0, across * source.shape[1]], [0, share * per_y, along * source.shape[0]]])
    flags = cv.INTER_LINEAR | cv.WARP_INVERSE_MAP
    return cv.warpAffine(source, matrix, (side, side), flags=flags, borderMode=cv.BORDER_WRAP)  # type: ignore[no-any-return]


def streaks(
    rng: Source,
    patch: Patch,
    u_HW: Field,
    v_HW: Field,
    feature_u: float,
    feature_v: float,
    slope: int = NATURAL,
) -> Field:
    """Noise that follows a stroke, read in the stroke's own coordinates.

    Args:
        rng: chooses the part of the tile.
        patch: the pixels to fill.
        u_HW: distance along the stroke, dish radii.
        v_HW: distance across it.
        feature_u: length of the largest streaks, dish radii.
        feature_v: width of the largest streaks.
        slope: GRAINY, NATURAL or CLOUDY.

    Returns:
        float32 of the patch's fine shape, 0..1.
    """
    along, across = rng.random(), rng.random()
    texels = TILE_TEXELS / COARSEST_CYCLES
    level = level_of(texels / feature_v * patch.step)
    source = tile(slope, level)
    side = source.shape[0]
    texels = texels / 2**level
    map_u = cv.addWeighted(u_HW, texels / feature_u, u_HW, 0, along * side)
    map_v = cv.addWeighted(v_HW, texels / feature_v, v_HW, 0, across * side)
    return cv.remap(source, map_u, map_v, cv.INTER_LINEAR, borderMode=cv.BORDER_WRAP)  # type: ignore[no-any-return]
