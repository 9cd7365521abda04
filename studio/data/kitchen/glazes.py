"""Surfaces of sample dishes: porcelain, stoneware, enamel, steel, glass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from studio.data.kitchen.noise import Floats, field, linear, mix, step, strands
from studio.data.kitchen.shapes import Solid
from studio.dirt import cv


class Canvas:
    """The plan of a dish, seen from straight above, on which glaze and pattern are laid.

    Attributes:
        side: width and height of the plan, px.
        x, y: float32 (side, side), in radii of the dish.
        rho: share of the way from the middle to the rim.
        theta: direction, radians, 0..2 pi.
        extent: half the plan's width in radii.
    """

    def __init__(self, solid: Solid, side: int) -> None:
        """Args:
        solid: whose plan it is.
        side: width and height, px.
        """
        self.side = side
        self.extent = solid.reach / solid.scale * 1.03
        line = ((np.arange(side, dtype=np.float32) + 0.5) / side * 2 - 1) * np.float32(self.extent)
        self.x, self.y = np.meshgrid(line, line)
        level = Solid(solid.shape)
        self.rho, self.theta = level.polar(self.x, self.y)
        self.rim = level.shape.radius

    def noise(self, rng: np.random.Generator, cell: float, octaves: int = 4) -> Floats:
        """Fractal noise whose largest blobs measure `cell` radii."""
        return field(rng, self.side, self.side, cell / self.extent * self.side / 2, octaves=octaves)

    def at(self, rho: Floats | float, theta: Floats | float) -> Floats:
        """Px positions (..., 2) of polar places."""
        away = np.asarray(rho, np.float32) * self.rim(np.asarray(theta, np.float32))
        both = np.stack([away * np.cos(theta), away * np.sin(theta)], -1) / self.extent
        return np.asarray((both + 1) * (self.side / 2) - 0.5, np.float32)

    def size_px(self, radii: float) -> float:
        """A length in radii as px of the plan."""
        return radii / self.extent * self.side / 2


@dataclass(frozen=True, kw_only=True)
class Skin:
    """The surface of a dish.

    Attributes:
        colour_HW3: float32 plan, linear 0..1.
        outside: linear colour (3,) of the wall's other side.
        roughness: 0 a mirror, 1 glossy with wear, 2 satin, 3 matt.
        shine: how much light is mirrored head-on; 0.04 for any glaze.
        metal_HW: where it is metal instead, 0..1.
        bump_HW: height of ripples in radii of the dish.
        spun: how far grooves from turning spread reflections outwards, 0 for none.
        clear: share of light that passes through, 0 but for glass.
    """

    colour_HW3: Floats
    outside: Floats
    roughness: float = 0.3
    shine: float = 0.045
    metal_HW: Floats | None = None
    bump_HW: Floats | None = None
    spun: float = 0.0
    clear: float = 0.0


def _plain(canvas: Canvas, colour: Floats) -> Floats:
    return np.broadcast_to(colour, (canvas.side, canvas.side, 3)).astype(np.float32)


def _ripples(rng: np.random.Generator, canvas: Canvas, height: float = 0.0009) -> Floats:
    """The unevenness of any fired glaze."""
    return np.asarray(canvas.noise(rng, 0.5, 3) * height, np.float32)


def _thrown(rng: np.random.Generator, canvas: Canvas, height: float, rings: float = 26) -> Floats:
    """The spiral that fingers leave on the wheel."""
    turn = canvas.theta / np.float32(2 * np.pi)
    wander = canvas.noise(rng, 0.8, 2) * 0.20
    pressed = np.clip(0.5 + 0.4 * canvas.noise(rng, 0.7, 2), 0.05, 1.2) * step(0.0, 0.12, canvas.rho)
    # Fingers press unevenly: some rings are wider than others.
    uneven = canvas.rho + 0.018 * np.sin(canvas.rho * 19 + 1) + 0.011 * np.sin(canvas.rho * 47)
    return np.asarray(np.sin((uneven * rings + turn + wander) * 2 * np.pi) * height * pressed, np.float32)


def specks(rng: np.random.Generator, canvas: Canvas, count: int, size: float, soft: float = 0.6) -> Floats:
    """Iron specks: small uneven spots, most of them tiny, as opacity 0..1.

    Args:
        rng: where the random numbers come from.
        canvas: the dish's plan.
        count: how many.
        size: radius of a large one, in radii of the dish.
        soft: blur of their edges, px.

    Returns:
        float32 of the canvas's shape.
    """
    spots = np.zeros((canvas.side, canvas.side), np.uint8)
    for x, y, share, tone in rng.uniform(0, 1, (count, 4)):
        radius = canvas.size_px(size) * (0.12 + 0.88 * share**5)
        centre = (int(x * canvas.side * 16), int(y * canvas.side * 16))
        reach = max(int(radius * 16), 8)
        cv.circle(spots, centre, reach, int(90 + 165 * tone), -1, cv.LINE_AA, 4)
    return np.asarray(cv.GaussianBlur(spots.astype(np.float32) / 255, (0, 0), soft), np.float32)


def porcelain(rng: np.random.Generator, canvas: Canvas, colour: str = "f3f1ec") -> Skin:
    """White or tinted porcelain, smooth and glossy."""
    tint = linear(colour)
    cloud = canvas.noise(rng, 0.9, 3)[..., None] * 0.006
    return Skin(
        colour_HW3=np.asarray(_plain(canvas, tint) * (1 + cloud), np.float32), outside=tint, roughness=0.25,
        bump_HW=_ripples(rng, canvas, 0.0006),
    )  # fmt: skip


def stoneware(
    rng: np.random.Generator,
    canvas: Canvas,
    colour: str = "e6dcc8",
    speck: str = "4a3524",
    rim: str = "9a6a3c",
    count: int = 900,
    outside: str = "",
) -> Skin:
    """Cream stoneware with iron specks that burns brown where the glaze runs off the rim."""
    base = _plain(canvas, linear(colour)) * (1 + canvas.noise(rng, 0.6, 5)[..., None] * 0.022)
    edge = step(0.955, 1.0, canvas.rho + canvas.noise(rng, 0.12, 4) * 0.008)
    base = mix(np.asarray(base, np.float32), linear(rim), edge * 0.85)
    base = mix(base, linear(speck), specks(rng, canvas, count, 0.009) * 0.8)
    base = mix(base, linear(rim), specks(rng, canvas, count // 6, 0.016, 2.2) * 0.28)
    return Skin(
        colour_HW3=base, outside=linear(outside or colour), roughness=0.9,
        bump_HW=_thrown(rng, canvas, 0.0009) + _ripples(rng, canvas, 0.0012),
    )  # fmt: skip


def matt(rng: np.random.Generator, canvas: Canvas, colour: str = "2c2d30", rim: str = "6d4d34") -> Skin:
    """A dry, dark glaze with mottling as fine as stone."""
    cloud = canvas.noise(rng, 0.35, 6)[..., None] * 0.10 + canvas.noise(rng, 0.02, 2)[..., None] * 0.07
    base = np.asarray(_plain(canvas, linear(colour)) * np.maximum(1 + cloud, 0.2), np.float32)
    edge = step(0.965, 1.0, canvas.rho + canvas.noise(rng, 0.10, 4) * 0.010)
    return Skin(
        colour_HW3=mix(base, linear(rim), edge * 0.8), outside=linear(colour), roughness=2.3, shine=0.035,
        bump_HW=_thrown(rng, canvas, 0.0010, 20) + np.asarray(canvas.noise(rng, 0.05, 3) * 0.0002, np.float32),
    )  # fmt: skip


def reactive(
    rng: np.random.Generator,
    canvas: Canvas,
    colours: tuple[str, ...] = ("10384a", "2f7f86", "b9d4c3", "7a4a2a"),
) -> Skin:
    """A glaze that ran in the kiln: rings of colour with flowing edges, from the middle to the rim."""
    flow = np.asarray(canvas.noise(rng, 0.30, 5) * 0.035, np.float32)
    spokes = strands(rng, 24, 720, 5)
    turn = (canvas.theta * np.float32(719 / (2 * np.pi))).astype(np.float32)
    deep = cv.remap(spokes, turn, np.clip(canvas.rho * 22, 0, 23).astype(np.float32), cv.INTER_LINEAR)
    depth = canvas.rho + flow + 0.020 * deep
    base = _plain(canvas, linear(colours[0]))
    for colour, low, high in zip(colours[1:], (0.25, 0.66, 0.93), (0.72, 0.90, 0.99), strict=False):
        base = mix(base, linear(colour), step(low, high, np.asarray(depth, np.float32)))
    crystals = np.maximum(canvas.noise(rng, 0.045, 3) - 1.1, 0)[..., None] * 0.14
    mottle = canvas.noise(rng, 0.10, 5)[..., None] * 0.10
    lively = np.asarray(np.clip(base * np.maximum(1 + mottle, 0.3) + crystals * (base + 0.1), 0, 0.9), np.float32)
    return Skin(
        colour_HW3=lively, outside=linear(colours[-1]), roughness=0.5, bump_HW=_ripples(rng, canvas, 0.0016),
        shine=0.05,
    )  # fmt: skip


def celadon(rng: np.random.Generator, canvas: Canvas, colour: str = "b8cbb4", deep: str = "86a68d") -> Skin:
    """A translucent green glaze that gathers darker in the hollows and is crackled."""
    pool = step(0.9, 0.15, canvas.rho) * 0.35 + step(0.50, 0.68, canvas.rho) * step(0.80, 0.70, canvas.rho) * 0.55
    pool = np.clip(pool + canvas.noise(rng, 0.5, 4) * 0.07, 0, 1).astype(np.float32)
    base = mix(linear(colour), linear(deep), pool)
    base = mix(base, linear("e9e6d6"), step(0.968, 0.998, canvas.rho) * 0.75)
    lines = np.full((canvas.side, canvas.side), 255, np.uint8)
    plane = cv.Subdiv2D((0, 0, canvas.side, canvas.side))
    plane.insert([(float(a), float(b)) for a, b in rng.uniform(1, canvas.side - 1, (420, 2))])
    facets, _ = plane.getVoronoiFacetList([])
    for facet in facets:
        cv.polylines(
            lines,
            [(np.clip(facet, -canvas.side, 2 * canvas.side) * 16).astype(np.int32)],
            True,
            0,
            1,
            cv.LINE_AA,
            4,
        )
    cracks = 1 - cv.GaussianBlur(lines.astype(np.float32) / 255, (0, 0), 0.7)
    broken = step(-0.4, 0.8, canvas.noise(rng, 0.25, 3))
    base = mix(base, linear("6d7f68"), np.asarray(cracks * broken * 0.38, np.float32))
    return Skin(
        colour_HW3=base,
        outside=linear(colour),
        roughness=0.35,
        bump_HW=_ripples(rng, canvas, 0.0014),
        shine=0.05,
    )


def tinted(
    rng: np.random.Generator,
    canvas: Canvas,
    colour: str = "1f3f8f",
    edge: str = "c9d2e4",
    width: float = 0.05,
) -> Skin:
    """A deep coloured gloss that turns pale where it thins over the rim."""
    thin = step(1 - width, 1.0, canvas.rho + canvas.noise(rng, 0.15, 4) * 0.010)
    cloud = canvas.noise(rng, 0.4, 5)[..., None] * 0.07
    base = np.asarray(_plain(canvas, linear(colour)) * (1 + cloud), np.float32)
    return Skin(
        colour_HW3=mix(base, linear(edge), thin * 0.8), outside=linear(colour), roughness=0.35, shine=0.05,
        bump_HW=_ripples(rng, canvas, 0.0014),
    )  # fmt: skip


def terracotta(rng: np.random.Generator, canvas: Canvas, colour: str = "b4683f") -> Skin:
    """Red clay, glazed thinly inside and bare at the rim."""
    cloud = canvas.noise(rng, 0.5, 5)[..., None] * 0.06 + canvas.noise(rng, 0.03, 2)[..., None] * 0.035
    base = np.asarray(_plain(canvas, linear(colour)) * np.maximum(1 + cloud, 0.3), np.float32)
    inside = step(0.955, 0.93, canvas.rho + canvas.noise(rng, 0.2, 4) * 0.010)
    base = mix(base, base * np.array([0.62, 0.50, 0.42], np.float32), inside)
    base = mix(base, linear("e8c9a0"), specks(rng, canvas, 260, 0.006) * 0.35)
    return Skin(
        colour_HW3=base,
        outside=linear(colour),
        roughness=1.1,
        bump_HW=_thrown(rng, canvas, 0.0014, 17),
        shine=0.04,
    )


def dipped(
    rng: np.random.Generator,
    canvas: Canvas,
    colours: tuple[str, str] = ("ece6d8", "41626f"),
    turn: float = 0.6,
) -> Skin:
    """Stoneware dipped sideways into a second glaze, with a run of drops along the line."""
    skin = stoneware(rng, canvas, colours[0], count=420, rim="b48a5c")
    across = canvas.x * np.float32(np.cos(turn)) + canvas.y * np.float32(np.sin(turn))
    line = across + canvas.noise(rng, 0.35, 4) * 0.025 - 0.22
    second = mix(linear(colours[1]), linear(colours[1]) * 0.6, step(0.0, 0.08, np.asarray(line, np.float32)))
    second = np.asarray(second * (1 + canvas.noise(rng, 0.2, 5)[..., None] * 0.06), np.float32)
    share = step(-0.012, 0.012, np.asarray(line, np.float32))
    both = np.asarray(skin.colour_HW3 * (1 - share[..., None]) + second * share[..., None], np.float32)
    bump = (skin.bump_HW if skin.bump_HW is not None else 0) + share * 0.0025
    return replace(skin, colour_HW3=both, bump_HW=np.asarray(bump, np.float32), roughness=0.6)


def enamel(
    rng: np.random.Generator,
    canvas: Canvas,
    colour: str = "f1f0ea",
    lip: str = "1d2a4d",
    width: float = 0.035,
) -> Skin:
    """Enamelled steel with a dark lip, slightly uneven by hand."""
    cloud = canvas.noise(rng, 0.5, 4)[..., None] * 0.010
    base = np.asarray(_plain(canvas, linear(colour)) * (1 + cloud), np.float32)
    edge = 1 - width + canvas.noise(rng, 0.35, 3) * 0.004
    band = step(-0.004, 0.004, np.asarray(canvas.rho - edge, np.float32))
    pits = specks(rng, canvas, 60, 0.0035, 0.5) * 0.35
    base = mix(base, linear("8d8f90"), pits)
    return Skin(
        colour_HW3=mix(base, linear(lip), band), outside=linear(colour), roughness=0.2, shine=0.055,
        bump_HW=_ripples(rng, canvas, 0.0026),
    )  # fmt: skip


def steel(
    rng: np.random.Generator, canvas: Canvas, colour: str = "c3c4c4", polish: float = 0.6, spun: float = 0.16
) -> Skin:
    """Stainless steel with rings from spinning and fine scratches from use."""
    line = strands(rng, 1, 1500, 2.2)[0] + 0.8 * strands(rng, 1, 1500, 9)[0]
    rings = np.interp(canvas.rho * 1400, np.arange(1500), line).astype(np.float32)
    scratches = np.zeros((canvas.side, canvas.side), np.uint8)
    for x, y, angle, length in rng.uniform(0, 1, (130, 4)):
        start = np.array([x, y]) * canvas.side
        end = start + np.array([np.cos(angle * 6.3), np.sin(angle * 6.3)]) * (15 + 90 * length**3)
        ends = [tuple((16 * point).astype(int).tolist()) for point in (start, end)]
        cv.line(scratches, *ends, int(rng.uniform(40, 120)), 1, cv.LINE_AA, 4)
    tone = 1 + 0.022 * rings + 0.10 * scratches.astype(np.float32) / 255 + canvas.noise(rng, 0.5, 4) * 0.012
    whole = np.ones((canvas.side, canvas.side), np.float32)
    return Skin(
        colour_HW3=np.asarray(linear(colour) * tone[..., None], np.float32), outside=linear(colour),
        roughness=polish, metal_HW=whole, spun=spun,
        bump_HW=np.asarray(rings * 0.00012 + canvas.noise(rng, 0.5, 3) * 0.0016, np.float32),
    )  # fmt: skip


def glass(rng: np.random.Generator, canvas: Canvas, colour: str = "e4efe9", ribs: int = 0) -> Skin:
    """Clear pressed glass, in which the table shows."""
    bump = _ripples(rng, canvas, 0.0022)
    if ribs:
        wave = np.abs(np.sin(canvas.theta * ribs / 2))
        bump = bump + wave * step(0.50, 0.62, canvas.rho) * step(0.97, 0.92, canvas.rho) * 0.016
    tint = linear(colour)
    return Skin(
        colour_HW3=_plain(canvas, tint), outside=tint, roughness=0.15, shine=0.05, bump_HW=np.asarray(bump, np.float32),
        clear=0.94,
    )  # fmt: skip


Glaze = Callable[[np.random.Generator, Canvas], Skin]
