"""One photo of a dish on a table, from solids, skins, light and camera."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.data.kitchen.glazes import Canvas, Skin
from studio.data.kitchen.noise import Floats, step
from studio.data.kitchen.render import Camera, Light, Part, SoftLight, axes, nearness, table_light, trace
from studio.data.kitchen.shapes import Handle, Solid, look_up
from studio.dirt import cv

STRIP = 36_000  # rays traced at a time
BLOCK = 8  # px of the finer picture whose rays share a first guess
FINER = 1.5  # the dish is drawn finer than the picture, against jagged edges


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Everything that is in the picture.

    Attributes:
        solids: dishes with their skins, which may stand in one another.
        handles: handles with their linear colours.
        table_HW3: linear colours of the table, as the camera sees it.
        light: the room.
        camera: who looks.
    """

    solids: Sequence[tuple[Solid, Canvas, Skin]]
    handles: Sequence[tuple[Handle, Floats]]
    table_HW3: Floats
    light: Light
    camera: Camera


def take(rng: np.random.Generator, scene: Scene, *, exposure: float) -> npt.NDArray[np.uint8]:
    """Take the photo.

    Args:
        rng: for the camera's noise.
        scene: what is in front of the camera.
        exposure: 1 makes white paper in full light just white.

    Returns:
        uint8 RGB of shape (camera.height, camera.width, 3).
    """
    parts: list[Part] = [solid for solid, _, _ in scene.solids]
    parts += [handle for handle, _ in scene.handles]
    table = _table(scene, parts)
    picture = _dish(scene, parts, table)
    return _developed(rng, picture * np.float32(exposure))


def _table(scene: Scene, parts: Sequence[Part]) -> Floats:
    camera, light = scene.camera, scene.light
    column, row = np.meshgrid(np.arange(camera.width, dtype=np.float32), np.arange(camera.height, dtype=np.float32))
    x, y = (np.asarray(axis, np.float32) for axis in camera.ground(column, row))
    from_window, from_sky = table_light(parts, light, x, y)
    window, sky = light.falling(np.array([[0, 0, 1]], np.float32))
    clear = max(skin.clear for _, _, skin in scene.solids) * 0.8
    from_window, from_sky = from_window + clear * (1 - from_window), from_sky + clear * (1 - from_sky)
    falling = (window[0] * nearness(light, x, y) * from_window)[..., None] * light.window_colour + sky[0] * from_sky[
        ..., None
    ]
    lit = np.asarray(scene.table_HW3 * falling, np.float32)
    # The lens is focused on the dish: the far and the near edge of the table are a little soft.
    soft, softer = cv.GaussianBlur(lit, (0, 0), 0.7), cv.GaussianBlur(lit, (0, 0), 2.2)
    far = step(0.7, 2.6, np.abs(y))[..., None] * 0.85 + 0.05
    return np.asarray(soft * (1 - far) + softer * far, np.float32)


def _dish(scene: Scene, parts: Sequence[Part], table: Floats) -> Floats:
    camera, light = scene.camera, scene.light
    height, width = camera.height, camera.width
    outline = np.concatenate([_hull(part) for part in parts])
    flat = camera.project(outline)
    left, top = (int(max(edge - 4, 0)) for edge in flat.min(0))
    right, bottom = int(min(flat[:, 0].max() + 5, width)), int(min(flat[:, 1].max() + 5, height))
    columns, rows = round((right - left) * FINER), round((bottom - top) * FINER)
    across = (np.arange(columns, dtype=np.float32) + 0.5) / FINER + (left - 0.5)
    down = (np.arange(rows, dtype=np.float32) + 0.5) / FINER + (top - 0.5)
    behind = cv.resize(table[top:bottom, left:right], (columns, rows), interpolation=cv.INTER_LINEAR)
    fine = behind.copy()
    lit = [_LitSolid(scene, parts, *each) for each in scene.solids]
    highest = float(outline[:, 2].max()) + 0.01
    safe = _head_start(camera, parts, across, down, highest)
    # In strips that fit into the processor's cache: twice as fast as the whole picture at once.
    strip = max(STRIP // columns // BLOCK, 1) * BLOCK
    for first in range(0, rows, strip):
        blocks = safe[first // BLOCK : (first + strip) // BLOCK]
        ahead = np.repeat(np.repeat(blocks, BLOCK, 0), BLOCK, 1)[: rows - first, :columns].ravel()
        pixel = np.flatnonzero(np.isfinite(ahead))
        if not len(pixel):
            continue
        row, column = np.divmod(pixel, columns)
        ray = camera.rays(across[column], down[first + row])
        start = camera.origin + ray * ahead[pixel, None]
        length = trace(parts, start, ray, -camera.origin[2] / ray[:, 2] - ahead[pixel])
        hit = np.flatnonzero(np.isfinite(length))
        if not len(hit):
            continue
        point, view, pixel = start[hit] + ray[hit] * length[hit, None], ray[hit], pixel[hit] + first * columns
        colours = fine.reshape(-1, 3)
        owner = np.zeros(len(hit), int)
        if len(parts) > 1:
            owner = np.argmin(np.stack([part.distance(*axes(point)) for part in parts]), 0)
        for index, solid in enumerate(lit):
            mine = np.flatnonzero(owner == index)
            if len(mine):
                colours[pixel[mine]] = solid.seen(point[mine], view[mine], (behind, pixel[mine]))
        for index, (handle, colour) in enumerate(scene.handles):
            mine = np.flatnonzero(owner == len(lit) + index)
            if len(mine):
                colours[pixel[mine]] = _bar(handle, colour, light, point[mine], view[mine])
    # A lens is never sharper than its sensor: this also smooths what is left of the jags.
    # Glints count as white at most, or one bright sample would whiten a whole pixel in beads.
    fine = cv.GaussianBlur(np.minimum(fine, np.float32(1.5)), (0, 0), 0.42 * FINER)
    picture = table.copy()
    picture[top:bottom, left:right] = cv.resize(fine, (right - left, bottom - top), interpolation=cv.INTER_AREA)
    return picture


def _head_start(camera: Camera, parts: Sequence[Part], across: Floats, down: Floats, highest: float) -> Floats:
    """How far all rays of a block of pixels travel freely; infinite where the whole block misses the dish."""
    middles = [line[: len(line) // BLOCK * BLOCK + 1 : BLOCK] + (BLOCK - 1) / 2 / FINER for line in (across, down)]
    column, row = np.meshgrid(*middles)
    ray = camera.rays(column.ravel(), row.ravel())
    into = (highest - camera.origin[2]) / ray[:, 2]
    # While the distance stays above a block's half diagonal the neighbours of its middle ray are free as well.
    half = 0.75 * BLOCK / FINER * float(np.linalg.norm(camera.origin)) / camera.focal
    length = trace(parts, camera.origin + ray * into[:, None], ray, -camera.origin[2] / ray[:, 2] - into, close=half)
    return np.asarray((into + length).reshape(row.shape), np.float32)


def _hull(part: Part) -> Floats:
    if isinstance(part, Handle):
        around = np.linspace(0, 2 * np.pi, 40)
        reach = part.size + part.bar * 1.2
        along = reach * np.cos(around)
        up = part.at[2] + reach * np.sin(around)
        off = part.bar * 1.3
        sides = [
            np.stack(
                [
                    part.at[0] + along * part.cos - s * part.sin,
                    part.at[1] + along * part.sin + s * part.cos,
                    up,
                ],
                1,
            )
            for s in (-off, off)
        ]
        return np.concatenate(sides).astype(np.float32)
    around = np.linspace(0, 2 * np.pi, 180, dtype=np.float32)
    rings = [part.points(np.full(180, place, np.float32), around) for place in range(0, len(part.line_K2), 5)]
    return np.concatenate(rings)


def hull(parts: Sequence[Part]) -> Floats:
    """Points (N, 3) among which all parts lie, for framing."""
    return np.concatenate([_hull(part) for part in parts])


class _LitSolid:
    """One dish under the scene's light, ready to be looked at."""

    def __init__(self, scene: Scene, parts: Sequence[Part], solid: Solid, canvas: Canvas, skin: Skin) -> None:
        self.solid, self.canvas, self.skin, self.light = solid, canvas, skin, scene.light
        self.soft = SoftLight(parts, solid, scene.light, scene.camera, skin.outside)
        # Laid out row by row: OpenCV would copy any other layout at every look.
        self.colour = np.ascontiguousarray(skin.colour_HW3)
        self.slope: Floats | None = None
        if skin.bump_HW is not None:
            along, across = (cv.Sobel(skin.bump_HW, cv.CV_32F, *way) for way in ((1, 0), (0, 1)))
            self.slope = np.dstack([along, across]) * np.float32(canvas.side / 2 / canvas.extent / 8)

    def seen(self, point: Floats, view: Floats, through: tuple[Floats, npt.NDArray[np.intp]]) -> Floats:
        """Light (N, 3) that comes from points (N, 3) along rays of sight (N, 3)."""
        solid, skin, light = self.solid, self.skin, self.light
        x, y, z = axes(point)
        place, _, theta = solid.place(x, y, z)
        cos, sin = np.float32(np.cos(solid.turn)), np.float32(np.sin(solid.turn))
        half = self.canvas.side / 2
        to_px, middle = np.float32(half / (self.canvas.extent * solid.scale)), np.float32(half - 0.5)
        column, row = (x * cos + y * sin) * to_px + middle, (y * cos - x * sin) * to_px + middle
        outside = step(solid.rim + 10, solid.rim + 22, place)[:, None]
        colour = look_up(self.colour, column, row)
        colour += (skin.outside - colour) * outside
        normal = solid.normals(place, theta)
        if self.slope is not None:
            tilt = look_up(self.slope, column, row) * (1 - outside)
            normal[:, 0] -= tilt[:, 0] * cos - tilt[:, 1] * sin
            normal[:, 1] -= tilt[:, 0] * sin + tilt[:, 1] * cos
            normal /= np.sqrt(np.einsum("ij,ij->i", normal, normal))[:, None]
        from_window, from_sky, blocked, own = self.soft.at(place, theta)
        window, sky = light.falling(normal)
        window = window * from_window * nearness(light, x, y)
        direct = window[:, None] * light.window_colour + sky * from_sky[:, None]
        facing = np.maximum(-np.einsum("ij,ij->i", view, normal), np.float32(0.02))
        mirrored = view + (2 * facing)[:, None] * normal
        grazing = np.minimum((1 - facing) ** 5, np.float32(0.5))
        metal: Floats | None = None
        if skin.metal_HW is not None:
            metal = look_up(skin.metal_HW, column, row)[:, None]
            shown = _spun(light, skin, mirrored, theta + np.float32(solid.turn))
            shown += (own - shown) * blocked[:, None]
            sheen = shown * (colour + (1 - colour) * grazing[:, None]) * (0.80 + 0.20 * from_sky[:, None])
            sheen += colour * direct * np.float32(0.05)
            if metal.min() > 0.99:
                return np.asarray(sheen, np.float32)
        # Light that left the dish may fall on it again: white bowls glow in their own hollows.
        glow = skin.outside * self.soft.mean_light
        body = colour * (direct + (1 - from_sky)[:, None] * (glow * np.float32(0.75)))
        if skin.clear:
            body = _seen_through(through, normal, facing, colour, skin, body)
        plain = light.mirrored(mirrored, skin.roughness)
        plain += (glow * np.float32(0.8) - plain) * blocked[:, None]
        shine = (skin.shine + (1 - skin.shine) * grazing * (0.9 if skin.roughness < 2 else 0.35))[:, None]
        glazed = body + (plain - body) * shine
        if metal is not None:
            glazed += (sheen - glazed) * metal
        return np.asarray(glazed, np.float32)


def _spun(light: Light, skin: Skin, mirrored: Floats, theta: Floats) -> Floats:
    """Reflections drawn out across the grooves that turning left: the bright fans on a pan's bottom."""
    if not skin.spun:
        return light.mirrored(mirrored, skin.roughness)
    out = np.stack([np.cos(theta), np.sin(theta), np.zeros_like(theta)], 1)
    total = np.zeros_like(mirrored)
    offsets = ((-2.2, 0.09), (-1.2, 0.18), (-0.4, 0.23), (0.4, 0.23), (1.2, 0.18), (2.2, 0.09))
    for offset, weight in offsets:
        spread = mirrored + out * np.float32(2 * offset * skin.spun)
        spread /= np.sqrt(np.einsum("ij,ij->i", spread, spread))[:, None]
        total += light.mirrored(spread, skin.roughness) * np.float32(weight)
    return total


def _seen_through(
    through: tuple[Floats, np.ndarray],
    normal: Floats,
    facing: Floats,
    colour: Floats,
    skin: Skin,
    body: Floats,
) -> Floats:
    behind, at = through
    rows, columns = behind.shape[:2]
    row, column = np.divmod(at, columns)
    bend = np.float32(0.05 * columns)
    moved_x = column.astype(np.float32) - normal[:, 0] * bend
    moved_y = row.astype(np.float32) + normal[:, 1] * bend
    shown = look_up(np.ascontiguousarray(behind), np.clip(moved_x, 0, columns - 1), np.clip(moved_y, 0, rows - 1))
    # Glass seen edge-on is a long way through: green, and dark but for the light it gathers.
    passed = colour ** (0.8 / np.maximum(facing, 0.12))[:, None] * np.float32(skin.clear)
    return np.asarray(shown * passed + body * (1 - np.float32(skin.clear)) * 1.2, np.float32)


def _bar(handle: Handle, colour: Floats, light: Light, point: Floats, view: Floats) -> Floats:
    normal = handle.slopes(*(np.ascontiguousarray(point[:, axis]) for axis in range(3)))
    window, sky = light.falling(normal)
    low = np.clip(point[:, 2] / 0.5, 0, 1)[:, None]
    body = colour * (window[:, None] * light.window_colour + sky * (0.55 + 0.45 * low))
    facing = np.maximum(-(view * normal).sum(1), 0.02)
    shine = (0.045 + 0.955 * (1 - facing) ** 5)[:, None]
    mirrored = light.mirrored(np.asarray(view + 2 * facing[:, None] * normal, np.float32), 0.3)
    return np.asarray(body * (1 - shine) + mirrored * shine, np.float32)


def _developed(rng: np.random.Generator, picture: Floats) -> npt.NDArray[np.uint8]:
    height, width = picture.shape[:2]
    few = cv.resize(picture, (-(-width // 4), -(-height // 4)), interpolation=cv.INTER_AREA)
    bloom = cv.resize(cv.GaussianBlur(few, (0, 0), width / 240), (width, height), interpolation=cv.INTER_LINEAR)
    picture = picture + 0.025 * (bloom - picture)
    row, column = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    picture = picture * (1 - 0.10 * ((row**2 + column**2) / 2) ** 1.5)[..., None].astype(np.float32)
    picture = np.maximum(picture, 0)
    # A shoulder: highlights run into white instead of being cut off.
    shown = picture / np.sqrt(np.sqrt(1 + np.square(np.square(picture))))
    srgb = cv.pow(np.maximum(shown, 0.0031308).astype(np.float32), 1 / 2.4) * np.float32(1.055) - np.float32(0.055)
    contrast = srgb + np.float32(0.10) * (srgb - np.float32(0.5)) * srgb * (1 - srgb) * 2
    grain = rng.standard_normal((height, width, 1), dtype=np.float32) * 0.0055
    tinted = cv.GaussianBlur(rng.standard_normal((height, width, 3), dtype=np.float32), (0, 0), 0.8) * 0.006
    noisy = contrast + (grain + tinted) * (1.25 - contrast)
    return np.asarray(np.clip(noisy * 255 + 0.5, 0, 255).astype(np.uint8))
