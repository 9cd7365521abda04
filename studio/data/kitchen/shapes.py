"""Shapes of sample dishes: a profile turned around an outline, measured by its signed distance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from studio.data.kitchen.noise import Floats
from studio.dirt import cv

CELL = 0.004  # of the dish's radius: finer than a pixel of the drawing
ANGLES = 1 << 15
Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What a dish looks like without its glaze, in units of its radius.

    Attributes:
        profile: corners (distance from the axis, height) of the rounded cross-section: from the middle of
            the floor over the rim and down the outside to the foot.
        stretch: length of the dish over its width.
        power: 2 for a round outline, 4 to 8 for a square one with ever sharper corners.
        lobes: waves along the rim, 0 for none.
        lobe_depth: height of those waves as a share of the radius.
    """

    profile: Points
    stretch: float = 1.0
    power: float = 2.0
    lobes: int = 0
    lobe_depth: float = 0.03

    def radius(self, theta: Floats) -> Floats:
        """Distance of the rim from the middle in each direction (radians)."""
        across, along = np.abs(np.cos(theta)) / self.stretch, np.abs(np.sin(theta))
        plain = (across**self.power + along**self.power) ** (-1 / self.power)
        # Pointed inwards, rounded outwards: the way in which a pressed rim is scalloped.
        waves = np.abs(np.cos(theta * self.lobes / 2)) if self.lobes else np.float32(1)
        return np.asarray(plain * (1 - self.lobe_depth * (1 - waves**0.8)), np.float32)


def rounded(corners: Points, rounds: int = 4) -> Floats:
    """Cut the corners of a line until it is a smooth curve (Chaikin 1974); the ends stay.

    Returns:
        float32 of shape (K, 2).
    """
    line = np.array(corners, np.float64)
    for _ in range(rounds):
        cut = np.stack([0.75 * line[:-1] + 0.25 * line[1:], 0.25 * line[:-1] + 0.75 * line[1:]], 1).reshape(-1, 2)
        line = np.concatenate([line[:1], cut[1:-1], line[-1:]])
    return line.astype(np.float32)


@lru_cache(maxsize=64)
def _distances(profile: Points) -> tuple[Floats, Floats]:
    """Signed distance to the profile, with the nearest place along it, on a grid of (height, distance from axis)."""
    line = rounded(profile)
    top = float(line[:, 1].max()) + 0.06
    rho, z = np.meshgrid(*(np.arange(low, high, CELL).astype(np.float32) for low, high in ((0, 1.1), (-0.02, top))))
    best = np.full(rho.shape, np.inf, np.float32)
    place = np.zeros_like(rho)
    sign = np.ones_like(rho)
    for index in range(len(line) - 1):
        (a_rho, a_z), (b_rho, b_z) = line[index].tolist(), line[index + 1].tolist()
        d_rho, d_z = b_rho - a_rho, b_z - a_z
        length2 = d_rho * d_rho + d_z * d_z
        if length2 < 1e-12:
            continue
        off_rho, off_z = rho - a_rho, z - a_z
        share = np.clip((off_rho * d_rho + off_z * d_z) / length2, 0, 1)
        distance2 = (off_rho - share * d_rho) ** 2 + (off_z - share * d_z) ** 2
        nearer = distance2 < best
        best[nearer] = distance2[nearer]
        place[nearer] = index + share[nearer]
        sign[nearer] = np.where(off_z * d_rho - off_rho * d_z >= 0, 1, -1)[nearer]
    return np.sqrt(best) * sign, place


def look_up(table: Floats, column: Floats, row: Floats) -> Floats:
    """Read a table between its cells.

    Args:
        table: float32 of shape (rows, columns) or (rows, columns, channels).
        column: float32 of any shape, in cells.
        row: the same shape, in cells.

    Returns:
        float32 of that shape, or that shape and channels; the border's value outside the table.
    """
    count = column.size
    if count == 0:
        return np.zeros(column.shape + table.shape[2:], np.float32)
    lines = -(-count // 1024)  # OpenCV takes no picture of more than 32767 columns
    places = np.zeros((2, lines * 1024), np.float32)
    places[0, :count], places[1, :count] = column.ravel(), row.ravel()
    map_x, map_y = places.reshape(2, lines, 1024)
    read = cv.remap(table, map_x, map_y, cv.INTER_LINEAR, borderMode=cv.BORDER_REPLICATE)
    return np.asarray(read.reshape(lines * 1024, *table.shape[2:])[:count].reshape(column.shape + table.shape[2:]))


class Solid:
    """A shape standing in the scene, which says how far away it is from any point."""

    def __init__(self, shape: Shape, *, scale: float = 1.0, turn: float = 0.0, z: float = 0.0) -> None:
        """Args:
        shape: what is placed.
        scale: its radius in the scene.
        turn: by how much it is turned around its axis, radians.
        z: height on which it stands.
        """
        # Plain floats throughout: NumPy's own would turn every field of this scene into float64.
        self.shape, self.scale, self.turn, self.z = shape, float(scale), float(turn % (2 * np.pi)), float(z)
        self.line_K2 = rounded(shape.profile)
        tangent = np.gradient(self.line_K2, axis=0)
        normal = np.stack([-tangent[:, 1], tangent[:, 0]], 1)
        self.normal_K2 = (normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)).astype(np.float32)
        self.top = z + scale * float(self.line_K2[:, 1].max())
        self.rim = int(self.line_K2[:, 1].argmax())
        self._signed, self._place = _distances(shape.profile)
        angles = np.linspace(0, 2 * np.pi, ANGLES + 1, dtype=np.float32)
        self._radius = shape.radius(angles)
        self._slope = np.gradient(self._radius, angles).astype(np.float32)
        self.is_round = shape.stretch == 1 and shape.power == 2 and not shape.lobes
        steepest = float((np.sqrt(1 + (self._slope / self._radius) ** 2) / self._radius).max())
        self._bound = self.scale / max(1.0, steepest)
        self.reach = self.scale * float(self._radius.max())

    def polar(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Share of the way from the axis to the rim (1 at the rim), with the direction in radians (0..2 pi)."""
        away, theta = cv.cartToPolar(np.ascontiguousarray(x / self.scale), np.ascontiguousarray(y / self.scale))
        away, theta = away.reshape(x.shape), theta.reshape(x.shape)
        if self.turn:
            theta -= np.float32(self.turn)
            theta[theta < 0] += np.float32(2 * np.pi)
        if not self.is_round:
            away /= self._radius[(theta * np.float32(ANGLES / (2 * np.pi))).astype(np.int32)]
        return away, theta

    def distance(self, x: Floats, y: Floats, z: Floats) -> Floats:
        """A lower bound of the distance from points (N,) to the surface, negative inside; exact for a round dish."""
        rho = np.sqrt(x * x + y * y) / self.scale if self.is_round else self.polar(x, y)[0]
        column, row = rho / CELL, self._row(z)
        rows, columns = self._signed.shape
        signed = look_up(self._signed, column, row)
        outside = np.flatnonzero((column > columns - 1) | (row > rows - 1))
        if outside.size:
            # The nearest point of the grid's box and the distance from there bound the distance (Pythagoras).
            right = np.maximum(column[outside] - columns + 1, 0) * CELL
            above = np.maximum(row[outside] - rows + 1, 0) * CELL
            signed[outside] = np.sqrt(signed[outside] ** 2 + right**2 + above**2)
        return np.asarray(signed * np.float32(self._bound), np.float32)

    def _row(self, z: Floats) -> Floats:
        return np.asarray((z - self.z) / (self.scale * CELL) + 0.02 / CELL, np.float32)

    def place(self, x: Floats, y: Floats, z: Floats) -> tuple[Floats, Floats, Floats]:
        """Where on the profile a point of the surface lies: place along it, share of the radius, direction."""
        rho, theta = self.polar(x, y)
        return look_up(self._place, rho / CELL, self._row(z)), rho, theta

    def normals(self, place: Floats, theta: Floats) -> Floats:
        """Unit vectors that stand on the surface, float32 of shape (..., 3)."""
        flat = look_up(self.normal_K2[None], place, np.zeros_like(place))
        cos, sin = np.cos(theta + self.turn), np.sin(theta + self.turn)
        if self.is_round:
            return np.stack([flat[..., 0] * cos, flat[..., 0] * sin, flat[..., 1]], -1)
        index = (theta * (ANGLES / (2 * np.pi))).astype(np.int32) % ANGLES
        radius, slope = self._radius[index], self._slope[index]
        out, around = flat[..., 0] / radius, -flat[..., 0] * slope / radius**2
        normal = np.stack([out * cos - around * sin, out * sin + around * cos, flat[..., 1]], -1)
        return np.asarray(normal / np.linalg.norm(normal, axis=-1, keepdims=True), np.float32)

    def points(self, place: Floats, theta: Floats) -> Floats:
        """The surface's points in the scene, float32 of shape (..., 3)."""
        flat = look_up(self.line_K2[None], place, np.zeros_like(place))
        radius = self.shape.radius(theta) * flat[..., 0]
        along = np.stack([radius * np.cos(theta + self.turn), radius * np.sin(theta + self.turn), flat[..., 1]], -1)
        return np.asarray(self.scale * along + np.array([0, 0, self.z]), np.float32)


class Handle:
    """The handle of a cup: a bent round bar in an upright plane."""

    def __init__(self, *, x: float, y: float, z: float, direction: float, size: float, bar: float) -> None:
        """Args:
        x: middle of the loop, which lies in the wall of a cup that stands around the origin.
        y: middle of the loop.
        z: middle of the loop.
        direction: in which the loop points away from the cup, radians.
        size: radius of the loop.
        bar: half the thickness of the bar.
        """
        self.at, self.size, self.bar = (float(x), float(y), float(z)), float(size), float(bar)
        self.wall = float(np.hypot(x, y)) - 0.012
        self.cos, self.sin = float(np.cos(direction)), float(np.sin(direction))

    def distance(self, x: Floats, y: Floats, z: Floats) -> Floats:
        """Distance to the bar's surface, negative inside."""
        off_x, off_y = x - self.at[0], y - self.at[1]
        along, across = off_x * self.cos + off_y * self.sin, off_y * self.cos - off_x * self.sin
        ring = np.hypot(along, (z - self.at[2]) * 0.85) - self.size
        bar = (np.sqrt(ring * ring + 0.5 * across * across) - self.bar) * np.float32(0.85)
        # Cut off where the cup's slanting wall begins, or the loop would show in the cup.
        wall = np.float32(self.wall) + np.float32(0.22) * (z - self.at[2]) - np.sqrt(x * x + y * y)
        return np.asarray(np.maximum(bar, wall), np.float32)

    def slopes(self, x: Floats, y: Floats, z: Floats) -> Floats:
        """Unit vectors that stand on the bar, float32 of shape (..., 3)."""
        h = np.float32(0.004)
        normal = np.stack(
            [
                self.distance(x + h, y, z) - self.distance(x - h, y, z),
                self.distance(x, y + h, z) - self.distance(x, y - h, z),
                self.distance(x, y, z + h) - self.distance(x, y, z - h),
            ],
            -1,
        )
        return np.asarray(normal / np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-9), np.float32)


PLATE: Points = (
    (0, 0.030), (0.36, 0.031), (0.59, 0.037), (0.652, 0.047), (0.69, 0.085), (0.735, 0.108), (0.84, 0.122),
    (0.95, 0.142), (0.985, 0.152), (1.0, 0.152), (1.002, 0.132), (0.975, 0.118), (0.75, 0.066), (0.67, 0.012),
    (0.63, 0.0), (0.58, 0.0), (0.56, 0.006), (0, 0.004),
)  # fmt: skip
COUPE: Points = (
    (0, 0.040), (0.40, 0.040), (0.62, 0.048), (0.80, 0.082), (0.91, 0.135), (0.965, 0.186), (0.985, 0.204),
    (1.002, 0.196), (0.998, 0.176), (0.93, 0.112), (0.80, 0.05), (0.66, 0.020), (0.60, 0.0), (0.56, 0.0), (0, 0.012),
)  # fmt: skip
SOUP: Points = (
    (0, 0.040), (0.34, 0.040), (0.49, 0.055), (0.58, 0.120), (0.635, 0.210), (0.675, 0.245), (0.74, 0.256),
    (0.90, 0.280), (0.98, 0.298), (1.0, 0.296), (1.0, 0.276), (0.95, 0.262), (0.68, 0.212), (0.60, 0.10),
    (0.48, 0.02), (0.46, 0.0), (0.42, 0.0), (0, 0.012),
)  # fmt: skip
BOWL: Points = (
    (0, 0.070), (0.24, 0.072), (0.48, 0.105), (0.72, 0.225), (0.88, 0.400), (0.945, 0.520), (0.965, 0.560),
    (0.985, 0.572), (1.0, 0.556), (0.985, 0.505), (0.92, 0.380), (0.78, 0.200), (0.56, 0.065), (0.44, 0.045),
    (0.42, 0.0), (0.37, 0.0), (0, 0.02),
)  # fmt: skip
DEEP: Points = (
    (0, 0.090), (0.24, 0.092), (0.46, 0.130), (0.66, 0.260), (0.80, 0.460), (0.90, 0.640), (0.955, 0.740),
    (0.978, 0.755), (1.0, 0.742), (0.965, 0.650), (0.86, 0.430), (0.72, 0.220), (0.52, 0.090), (0.40, 0.060),
    (0.40, 0.0), (0.35, 0.0), (0, 0.02),
)  # fmt: skip
PASTA: Points = (
    (0, 0.045), (0.44, 0.045), (0.66, 0.062), (0.80, 0.120), (0.885, 0.215), (0.935, 0.275), (0.965, 0.288),
    (1.0, 0.282), (1.0, 0.262), (0.95, 0.225), (0.84, 0.100), (0.70, 0.025), (0.62, 0.0), (0.58, 0.0), (0, 0.012),
)  # fmt: skip
CUP: Points = (
    (0, 0.080), (0.36, 0.082), (0.56, 0.110), (0.72, 0.260), (0.83, 0.560), (0.90, 0.900), (0.935, 1.060),
    (0.960, 1.090), (1.0, 1.080), (0.985, 1.000), (0.90, 0.600), (0.80, 0.250), (0.64, 0.070), (0.50, 0.050),
    (0.50, 0.0), (0.44, 0.0), (0, 0.03),
)  # fmt: skip
SAUCER: Points = (
    (0, 0.045), (0.30, 0.045), (0.335, 0.046), (0.350, 0.066), (0.385, 0.072), (0.60, 0.082), (0.82, 0.130),
    (0.94, 0.195), (0.975, 0.212), (1.0, 0.206), (0.995, 0.186), (0.90, 0.125), (0.66, 0.030), (0.52, 0.0),
    (0.48, 0.0), (0, 0.012),
)  # fmt: skip
TRAY: Points = (
    (0, 0.030), (0.60, 0.030), (0.82, 0.031), (0.875, 0.036), (0.91, 0.090), (0.935, 0.135), (0.955, 0.150),
    (0.990, 0.152), (1.0, 0.146), (0.995, 0.128), (0.965, 0.120), (0.93, 0.03), (0.90, 0.0), (0, 0.004),
)  # fmt: skip
ENAMEL: Points = (
    (0, 0.026), (0.50, 0.026), (0.62, 0.028), (0.68, 0.044), (0.73, 0.125), (0.765, 0.150), (0.90, 0.168),
    (0.965, 0.182), (0.985, 0.192), (1.003, 0.184), (1.0, 0.164), (0.97, 0.158), (0.75, 0.120), (0.69, 0.004),
    (0.66, 0.0), (0, 0.004),
)  # fmt: skip
STEEL_BOWL: Points = (
    (0, 0.030), (0.34, 0.030), (0.40, 0.040), (0.56, 0.090), (0.74, 0.250), (0.86, 0.470), (0.895, 0.560),
    (0.915, 0.580), (0.975, 0.586), (0.995, 0.582), (1.003, 0.566), (0.985, 0.556), (0.93, 0.556), (0.88, 0.46),
    (0.76, 0.23), (0.57, 0.065), (0.40, 0.0), (0, 0.004),
)  # fmt: skip
STEEL_PLATE: Points = (
    (0, 0.024), (0.60, 0.024), (0.84, 0.025), (0.885, 0.030), (0.905, 0.095), (0.92, 0.150), (0.945, 0.172),
    (0.985, 0.175), (1.002, 0.163), (0.985, 0.150), (0.945, 0.146), (0.92, 0.03), (0.895, 0.0), (0, 0.004),
)  # fmt: skip
