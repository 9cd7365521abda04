"""Light on sample dishes: rays from the camera, shadows, reflections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from studio.data.kitchen.noise import Floats, mix, step
from studio.data.kitchen.shapes import Handle, Solid, look_up
from studio.dirt import cv

Part = Solid | Handle
MAP = 192  # cells across a picture of all directions
FALLING = 48  # cells across a picture of how much light falls on a surface, which changes slowly
MAP_REACH = 2.0  # x / (1 + z) of its border: all directions but the steepest downward ones
SURROUND = 36  # directions around a dish at which the soft light is worked out


class Camera:
    """A camera that looks down on the dish and is framed so that the dish fills its share of the picture."""

    def __init__(
        self,
        *,
        tilt: float,
        width: int,
        height: int,
        points_N3: Floats,
        fill: float,
        shift: tuple[float, float],
    ) -> None:
        """Args:
        tilt: angle from straight down, radians.
        width: of the picture, px.
        height: of the picture, px.
        points_N3: what must be in the picture.
        fill: share of the picture's width or height, whichever is tighter, that those points span.
        shift: where their middle lies off the picture's middle, as shares of its size.
        """
        sin, cos = float(np.sin(tilt)), float(np.cos(tilt))
        self.width, self.height = width, height
        self.origin = np.array([0, -7.5 * sin, 7.5 * cos], np.float32)
        self._axes = np.array([[1, 0, 0], [0, -cos, -sin], [0, sin, -cos]], np.float32)  # right, down, forward
        self.focal, self._centre = 1.0, np.zeros(2, np.float32)
        flat = self.project(points_N3)
        low, high = flat.min(0), flat.max(0)
        self.focal = fill * float(min(width / (high[0] - low[0]), height / (high[1] - low[1])))
        middle = np.array([width * (0.5 + shift[0]), height * (0.5 + shift[1])])
        self._centre = (middle - self.focal * (low + high) / 2).astype(np.float32)

    def project(self, points_N3: Floats) -> Floats:
        """Where points of the scene appear, float32 (N, 2), px."""
        seen = (points_N3 - self.origin) @ self._axes.T
        return np.asarray(self.focal * seen[:, :2] / seen[:, 2:] + self._centre, np.float32)

    def rays(self, column: Floats, row: Floats) -> Floats:
        """Unit directions (..., 3) of the light that reaches pixels."""
        flat = [(column - self._centre[0]) / self.focal, (row - self._centre[1]) / self.focal]
        ahead = np.stack([*flat, np.ones_like(flat[0])], -1) @ self._axes
        return np.asarray(ahead / np.sqrt(np.einsum("...i,...i->...", ahead, ahead))[..., None], np.float32)

    def ground(self, column: Floats, row: Floats) -> tuple[Floats, Floats]:
        """Where on the table, (x, y), pixels look."""
        ray = self.rays(column, row)
        along = -self.origin[2] / ray[..., 2]
        return self.origin[0] + ray[..., 0] * along, self.origin[1] + ray[..., 1] * along


def _on_map(direction: Floats, cells: int = MAP) -> tuple[Floats, Floats]:
    squeeze = (cells / 2 / MAP_REACH) / np.maximum(1 + direction[..., 2], 0.05)
    middle = np.float32(cells / 2 - 0.5)
    # Straight down lies infinitely far outside: any corner of the map shows the table as well.
    column = np.where(direction[..., 2] < -0.6, 0, direction[..., 0] * squeeze + middle)
    row = np.where(direction[..., 2] < -0.6, 0, direction[..., 1] * squeeze + middle)
    return column, row


def _map_directions(cells: int = MAP) -> Floats:
    line = ((np.arange(cells) + 0.5) / cells * 2 - 1) * MAP_REACH
    u, v = np.meshgrid(line, line)
    length2 = u * u + v * v
    flat = np.stack([2 * u, 2 * v, 1 - length2], -1) / (1 + length2)[..., None]
    return flat.astype(np.float32)


def _spiral(count: int) -> Floats:
    """Directions spread evenly over the upper half of the sphere (Fibonacci's spiral)."""
    index = np.arange(count) + 0.5
    z = index / count
    angle = index * np.pi * (3 - 5**0.5)
    flat = np.sqrt(1 - z * z)
    return np.stack([flat * np.cos(angle), flat * np.sin(angle), z], -1).astype(np.float32)


@dataclass(frozen=True, kw_only=True)
class Window:
    """The window beside the table.

    Attributes:
        azimuth: direction it lies in, radians; a quarter turn is away from the viewer.
        elevation: height of its middle, radians.
        half_width: half its width over its distance.
        half_height: half its height over its distance.
        panes: panes side by side.
        brightness: light that falls through it on a wall facing it, where 1 makes white paper white.
        warmth: -1 a blue sky, 1 a low sun.
    """

    azimuth: float
    elevation: float
    half_width: float = 0.42
    half_height: float = 0.55
    panes: int = 2
    brightness: float = 1.0
    warmth: float = 0.0


class Light:
    """All light of a room, sorted by the direction it comes from."""

    def __init__(self, window: Window, *, ambient: float, ground: Floats) -> None:
        """Args:
        window: the main light.
        ambient: light from the rest of the room, on the window's scale.
        ground: linear colour (3,) of the table.
        """
        from_side, from_above = np.cos(window.azimuth), np.sin(window.azimuth)
        cos, sin = np.cos(window.elevation), np.sin(window.elevation)
        ahead = np.array([cos * from_side, cos * from_above, sin])
        right = np.array([-from_above, from_side, 0])
        up = np.cross(ahead, right)
        self.ahead = ahead.astype(np.float32)
        warm = np.array([1 + 0.07 * window.warmth, 1, 1 - 0.10 * window.warmth])
        self.window_colour = (window.brightness * warm).astype(np.float32)
        across, upward = np.array([-0.7, 0.0, 0.7]), np.array([-0.75, -0.25, 0.25, 0.75])
        panes = ahead + (
            across[:, None, None] * window.half_width * right + upward[None, :, None] * window.half_height * up
        )
        self.window_M3 = (panes / np.linalg.norm(panes, axis=-1, keepdims=True)).reshape(-1, 3).astype(np.float32)
        self.sky_M3 = _spiral(16)
        self.ground = np.asarray(ground * (window.brightness * sin + ambient) * 0.8, np.float32)

        direction = _map_directions()
        facing = np.maximum(direction @ ahead, 1e-3)
        a, b = np.abs(direction @ right / facing), direction @ up / facing
        lit = step(window.half_width, window.half_width * 0.93, a)
        lit = lit * step(window.half_height, window.half_height * 0.94, np.abs(b).astype(np.float32))
        lit *= (direction @ ahead > 0.05).astype(np.float32)
        frames = np.abs(((a / window.half_width * window.panes / 2 + window.panes / 2) % 1) - 0.5)
        lit *= step(0.485, 0.45, frames.astype(np.float32)) * step(0.012, 0.035, np.abs(b - 0.12).astype(np.float32))
        solid_angle = 4 * window.half_width * window.half_height * 0.9
        z = direction[..., 2]
        # A bright ceiling, walls that darken away from the window, a pale curtain opposite.
        beside = direction @ np.array([from_side, from_above, 0], np.float32)
        room = ambient * (0.55 + 0.55 * step(-0.1, 0.9, z) + 0.30 * beside)
        curtain = step(0.80, 0.93, direction @ np.array([-0.8 * from_side, -0.8 * from_above, 0.6], np.float32))
        room = room * (1 + 0.9 * curtain) * (1 - 0.45 * step(0.93, 0.995, z))
        cool = np.array([0.97, 1.0, 1.04], np.float32)
        rest = mix(room[..., None] * cool, self.ground, step(0.02, -0.10, z))
        glow = self.window_colour * np.float32(1.6 * np.pi / solid_angle)  # a little sparkle
        self._mirror = [np.asarray(rest + lit[..., None] * glow, np.float32)]
        for blur in (2.2, 5.5, 12.0):
            self._mirror.append(_blurred(self._mirror[0], blur))
        self._blends: dict[float, Floats] = {}
        probes = np.concatenate([_spiral(60), _spiral(60) * [1, 1, -1]]).astype(np.float32)
        probe_light = look_up(rest, *_on_map(probes))
        facing = _map_directions(FALLING).reshape(-1, 3)
        cosines = np.maximum(facing @ probes.T, 0)
        self._sky = (cosines @ probe_light / (len(probes) / 4)).reshape(FALLING, FALLING, 3).astype(np.float32)
        window_cosines = np.maximum(facing @ self.window_M3.T, 0).mean(1)
        self._window = window_cosines.reshape(FALLING, FALLING).astype(np.float32)

    def mirrored(self, direction: Floats, roughness: float) -> Floats:
        """What a mirror shows in a direction (..., 3); `roughness` 0 (polished) to 3 (matt) blurs it."""
        if roughness not in self._blends:
            lower = min(int(roughness), len(self._mirror) - 2)
            share = np.float32(roughness - lower)
            self._blends[roughness] = self._mirror[lower] * (1 - share) + self._mirror[lower + 1] * share
        return look_up(self._blends[roughness], *_on_map(direction))

    def falling(self, normal: Floats) -> tuple[Floats, Floats]:
        """Light on a surface with these normals: from the window (...,), from all the rest (..., 3)."""
        column, row = _on_map(normal, FALLING)
        return look_up(self._window, column, row), look_up(self._sky, column, row)


def _blurred(picture: Floats, sigma: float) -> Floats:
    return np.asarray(cv.GaussianBlur(picture, (0, 0), sigma, borderType=cv.BORDER_REPLICATE), np.float32)


def axes(points_N3: Floats) -> tuple[Floats, Floats, Floats]:
    """The x, y, z of points (N, 3), each float32 (N,) side by side in memory."""
    x, y, z = (np.ascontiguousarray(points_N3[:, axis], np.float32) for axis in range(3))
    return x, y, z


def distance(parts: Sequence[Part], x: Floats, y: Floats, z: Floats) -> Floats:
    """Distance from points (N,) to the nearest of all parts."""
    nearest = parts[0].distance(x, y, z)
    for part in parts[1:]:
        nearest = np.minimum(nearest, part.distance(x, y, z))
    return nearest


def trace(parts: Sequence[Part], start_N3: Floats, ray_N3: Floats, reach_N: Floats, *, close: float = 0.0012) -> Floats:
    """How far rays travel until they meet a part (sphere tracing, Hart 1996).

    Args:
        parts: what may be met.
        start_N3: where the rays start.
        ray_N3: unit directions.
        reach_N: how far they travel at most.
        close: from how near a part counts as met.

    Returns:
        float32 (N,): the length of each ray, infinite for one that meets nothing.
    """
    length = np.full(len(ray_N3), np.inf, np.float32)
    alive = np.arange(len(ray_N3))
    x, y, z = axes(start_N3)
    dx, dy, dz = axes(ray_N3)
    gone: Floats = np.zeros(len(ray_N3), np.float32)
    reach = reach_N
    for _ in range(56):
        near = distance(parts, x, y, z)
        met = near < close
        length[alive[met]] = gone[met]
        go = ~met & (gone < reach)
        if not go.any():
            break
        if go.mean() < 0.85:
            alive, near, gone, reach = alive[go], near[go], gone[go], reach[go]
            x, y, z, dx, dy, dz = x[go], y[go], z[go], dx[go], dy[go], dz[go]
        else:
            near = np.where(go, near, 0)  # those that are done wait for the next clearing out
        near = np.maximum(near, 0)
        x, y, z, gone = x + near * dx, y + near * dy, z + near * dz, gone + near
    else:
        # Those that graze a wall creep along it; they would see through it if they were given up.
        creeping = (near < 0.02) & (gone < reach)
        length[alive[creeping]] = gone[creeping]
    return length


def open_share(parts: Sequence[Part], points_N3: Floats, normals_N3: Floats, towards_M3: Floats) -> Floats:
    """Share of the light from some directions that reaches points, weighed as it falls on their surface.

    Args:
        parts: what may stand in the way.
        points_N3: lit points.
        normals_N3: unit vectors standing on the surface there.
        towards_M3: unit vectors to the light.

    Returns:
        float32 (N,), 0 in full shadow to 1.
    """
    top = max(part.top for part in parts if isinstance(part, Solid)) + 0.05
    weight = np.maximum(normals_N3 @ towards_M3.T, 0)
    point, way = np.nonzero(weight > 1e-3)
    start = points_N3 + normals_N3 * 0.012
    x, y, z = (start[point, axis] for axis in range(3))
    dx, dy, dz = (towards_M3[way, axis] for axis in range(3))
    seen = np.ones(len(point), np.float32)
    gone = np.full(len(point), 0.015, np.float32)
    alive = np.arange(len(point))
    for _ in range(22):
        near = distance(parts, x + gone * dx, y + gone * dy, z + gone * dz)
        # A ray that passes close by counts in part, as if it were a cone (Quilez, soft shadows).
        seen[alive] = np.minimum(seen[alive], np.clip(0.5 + 7 * near / gone, 0, 1))
        gone = gone + np.clip(near, 0.02, 0.4)
        go = (z + gone * dz < top) & (seen[alive] > 0.01)
        if not go.any():
            break
        alive, gone = alive[go], gone[go]
        x, y, z, dx, dy, dz = x[go], y[go], z[go], dx[go], dy[go], dz[go]
    total = np.bincount(point, weight[point, way] * seen, len(points_N3))
    return np.asarray(total / np.maximum(weight.sum(1), 1e-4), np.float32)


class SoftLight:
    """Shadows and mutual reflections of one solid, worked out at few places since they change slowly."""

    def __init__(self, parts: Sequence[Part], solid: Solid, light: Light, camera: Camera, tint: Floats) -> None:
        """Args:
        parts: all that may stand in the light.
        solid: the one that is lit.
        light: the room.
        camera: who looks.
        tint: linear colour (3,) that the solid gives to light that it throws on itself.
        """
        count = len(solid.line_K2)
        self._stride = 3
        places = np.arange(0, count, self._stride, dtype=np.float32)
        angles = np.arange(SURROUND, dtype=np.float32) * np.float32(2 * np.pi / SURROUND)
        place, theta = (grid.astype(np.float32) for grid in np.meshgrid(places, angles, indexing="ij"))
        points = solid.points(place, theta).reshape(-1, 3)
        normals = solid.normals(place, theta).reshape(-1, 3)
        from_window = open_share(parts, points, normals, light.window_M3)
        from_sky = open_share(parts, points, normals, light.sky_M3)
        view = points - camera.origin
        view /= np.linalg.norm(view, axis=1, keepdims=True)
        mirrored = view - 2 * (view * normals).sum(1, keepdims=True) * normals
        start = points + normals * 0.02
        length = trace(parts, start, mirrored, np.full(len(points), 2.5, np.float32))
        blocked = np.isfinite(length)
        end = start + mirrored * np.where(blocked, length, 0)[:, None]
        second_place, _, second_theta = solid.place(end[:, 0], end[:, 1], end[:, 2])
        second = solid.normals(second_place, second_theta)
        twice = mirrored - 2 * (mirrored * second).sum(1, keepdims=True) * second
        own = light.mirrored(twice, 1.0) * tint
        window, sky = light.falling(normals)
        lit = window[:, None] * from_window[:, None] * light.window_colour + sky * from_sky[:, None]
        self.mean_light = np.asarray(lit.reshape(len(places), SURROUND, 3)[: solid.rim // self._stride].mean((0, 1)))
        table = np.concatenate([np.stack([from_window, from_sky, blocked.astype(np.float32)], 1), own], 1)
        shaped = table.reshape(len(places), SURROUND, 6)
        around = np.concatenate([shaped[:, -1:], shaped, shaped[:, :2]], 1)
        # The mirrored rim begins abruptly at this coarse grid; the eye would see its cells.
        self._table = np.ascontiguousarray(cv.blur(around[..., :3], (3, 3)), np.float32)
        self._own = np.ascontiguousarray(cv.blur(np.ascontiguousarray(around[..., 3:]), (3, 3)), np.float32)

    def at(self, place: Floats, theta: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Shares (N,) of window, sky and own reflection, with the colour (N, 3) of that reflection."""
        column, row = theta * np.float32(SURROUND / (2 * np.pi)) + 1, place / self._stride
        shares = look_up(self._table, column, row)
        return shares[:, 0], shares[:, 1], shares[:, 2], look_up(self._own, column, row)


def nearness(light: Light, x: Floats, y: Floats) -> Floats:
    """How much brighter the window is at a place than in the middle of the table."""
    towards = light.ahead[:2] / np.linalg.norm(light.ahead[:2])
    return np.asarray(1 + 0.12 * np.clip(x * towards[0] + y * towards[1], -2.5, 2.5), np.float32)


def table_light(parts: Sequence[Part], light: Light, x_HW: Floats, y_HW: Floats) -> tuple[Floats, Floats]:
    """Shares of the window's and the room's light that reach the table, each like `x_HW`."""
    low_x, high_x = float(x_HW.min()), float(x_HW.max())
    low_y, high_y = float(y_HW.min()), float(y_HW.max())
    columns, rows = 72, 72
    grid = np.meshgrid(np.linspace(low_x, high_x, columns), np.linspace(low_y, high_y, rows))
    points = np.stack([grid[0].ravel(), grid[1].ravel(), np.zeros(columns * rows)], 1).astype(np.float32)
    normals = np.tile(np.array([0, 0, 1], np.float32), (len(points), 1))
    column = (x_HW - low_x) / (high_x - low_x) * np.float32(columns - 1)
    row = (y_HW - low_y) / (high_y - low_y) * np.float32(rows - 1)
    shares = []
    for towards in (light.window_M3, light.sky_M3):
        share = open_share(parts, points, normals, towards).reshape(rows, columns)
        shares.append(look_up(_blurred(share, 0.7), column, row))
    return shares[0], shares[1]
