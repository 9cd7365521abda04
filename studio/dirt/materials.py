"""What a clean dish of another material or colour looks like."""

from __future__ import annotations

import math

import numpy as np

from studio.core.registry import LOOK_ALIKES
from studio.dirt import cv
from studio.dirt.bowl import Bowl, Shown
from studio.dirt.noise import CLOUDY, GRAINY, NATURAL, mottle, smoothstep
from studio.dirt.outline import Field
from studio.dirt.palette import rgb
from studio.dirt.scene import Scene, blurred, luma
from studio.dirt.tables import table

Range = tuple[float, float]

# Share, then CIE L, chroma, hue in degrees.
GLAZES: tuple[tuple[int, Range, Range, Range], ...] = (
    (14, (84, 96), (0, 7), (60, 280)),  # white, cream, bluish
    (9, (30, 80), (0, 6), (0, 360)),  # grey
    (9, (3, 22), (0, 9), (0, 360)),  # black
    (22, (35, 75), (45, 95), (0, 360)),  # bright plastic
    (8, (72, 92), (10, 32), (0, 360)),  # pastel
    (8, (12, 34), (15, 55), (250, 312)),  # dark blue
    (9, (14, 42), (8, 36), (30, 78)),  # brown
    (10, (36, 62), (50, 90), (28, 62)),  # red to orange
    (6, (70, 88), (50, 92), (72, 102)),  # yellow
    (11, (52, 84), (12, 40), (62, 92)),  # cream to wood-like tan
)


def glaze(rng: np.random.Generator) -> Field:
    """A colour that dishes have, RGB 0..1, shape (3,)."""
    ends = np.cumsum([share for share, *_ in GLAZES])
    _, lights, chromas, hues = GLAZES[int(np.searchsorted(ends, rng.random() * ends[-1], side="right"))]
    chroma, hue = rng.uniform(*chromas), math.radians(rng.uniform(*hues))
    colour_3: Field = rgb(np.array([[rng.uniform(*lights), chroma * math.cos(hue), chroma * math.sin(hue)]]))[0]
    return colour_3


@LOOK_ALIKES.register(
    "recolour",
    title="Another colour",
    help="Glazed or plastic dishes of any colour, two-tone and speckled ones among them.",
    group="material",
    strength=0.35,
)
def recolour(rng: np.random.Generator, scene: Scene, strength: float) -> None:
    """Make the dish a glazed or plastic one of another colour.

    Args:
        rng: draws colours, glaze and shape.
        scene: changed in place.
        strength: 0 hardly tinted, 1 wholly another dish.
    """
    has_own_shape = rng.random() < 0.4
    shown = Shown.of(scene, float(rng.uniform(0.5, 1) if has_own_shape else rng.choice([0.0, 0.0, 0.6])))
    bowl = Bowl.draw(rng, scene, float(rng.uniform(0.1, 0.4 if has_own_shape else 1.4)), float(rng.random()))
    light_HW = shown.light_HW * bowl.light_HW
    colour_HW3 = _glazed(rng, scene, bowl, light_HW)
    dish_HW3 = _lit(scene, colour_HW3, light_HW, float(rng.uniform(0.75, 1.1)))
    dish_HW3 = _shine(dish_HW3, np.maximum(bowl.gloss_HW, shown.glints_HW * np.float32(rng.uniform(0.4, 1))))
    share = float(1.0 if rng.random() < 0.4 + 0.5 * strength else rng.uniform(0.25, 0.9))
    scene.put(dish_HW3 + shown.grain_HW[..., None], share)


def _glazed(rng: np.random.Generator, scene: Scene, bowl: Bowl, light_HW: Field) -> Field:
    """The glaze's own colour at each place, shape (H, W, 3) or (1, 1, 3)."""
    patch = scene.patch
    colour_HW3: Field = glaze(rng)[None, None]
    kind = rng.random()
    if kind < 0.35:
        # A second colour from some circle on, with the edge that dipping or spraying leaves.
        at = float(rng.choice([bowl.base, rng.uniform(0.2, 0.95), rng.uniform(0.9, 0.97)]))
        soft = float(rng.choice([0.012, 0.012, 0.1, 0.4]))
        wavy_HW = mottle(rng, patch, float(rng.uniform(0.15, 0.6)), NATURAL) - np.float32(0.5)
        edge_HW = bowl.rho_HW + np.float32(rng.choice([0, 0.02, 0.25]) * rng.random()) * wavy_HW
        colour_HW3 = _mixed(colour_HW3, glaze(rng), smoothstep(at - soft / 2, at + soft / 2, edge_HW))
    if rng.random() < 0.22:
        # A reactive glaze runs thin over edges and pools in hollows.
        pool_HW = mottle(rng, patch, float(rng.uniform(0.06, 0.5)), int(rng.choice([GRAINY, NATURAL, CLOUDY])))
        pool_HW = pool_HW * np.float32(rng.uniform(0.3, 1)) + np.float32(rng.uniform(0, 0.8)) * bowl.line(
            bowl.base, float(rng.uniform(0.03, 0.2))
        )
        low = float(rng.uniform(0.2, 0.7))
        other = glaze(rng) if rng.random() < 0.5 else colour_HW3[0, 0] * np.float32(rng.uniform(0.3, 1.5))
        pool_HW = smoothstep(low, low + float(rng.uniform(0.1, 0.6)), pool_HW) * np.float32(rng.uniform(0.3, 1))
        colour_HW3 = _mixed(colour_HW3, np.clip(other, 0, 1).astype(np.float32), pool_HW)
    if rng.random() < 0.25:
        dark = rng.random() < 0.8
        tone = (3, 45) if dark else (75, 97)
        ink = rgb(np.array([[rng.uniform(*tone), rng.uniform(0, 18), rng.uniform(0, 24)]]))[0]
        colour_HW3 = _mixed(colour_HW3, ink, _specks(rng, scene) * np.float32(rng.uniform(0.4, 1)))
    if rng.random() < 0.06:
        ink = colour_HW3[0, 0] * np.float32(rng.uniform(0.2, 0.8))
        colour_HW3 = _mixed(colour_HW3, ink, _crackle(rng, scene) * np.float32(rng.uniform(0.15, 0.6)))
    if rng.random() < 0.3:
        # The unglazed, worn or contrasting line of a rim.
        at = float(rng.uniform(0.95, 0.99))
        rim_HW = smoothstep(at, at + 0.012, bowl.rho_HW) * np.float32(rng.uniform(0.5, 1))
        colour_HW3 = _mixed(colour_HW3, glaze(rng), rim_HW)
    return colour_HW3


def _mixed(colour_HW3: Field, other_3: Field, share_HW: Field) -> Field:
    mixed: Field = colour_HW3 + share_HW[..., None] * (other_3 - colour_HW3)
    return mixed


def _lit(scene: Scene, colour_HW3: Field, light_HW: Field, exposure: float) -> Field:
    """A colour under the photo's own light."""
    level = float(scene.surface.tone_HW[::8, ::8].mean()) * exposure
    # What is bright washes out and what is dark deepens, as on any photo.
    lit: Field = colour_HW3 * (light_HW * np.float32(level))[..., None]
    lit *= scene.surface.cast_3
    return lit


def _shine(dish_HW3: Field, gloss_HW: Field) -> Field:
    shone: Field = dish_HW3 + gloss_HW[..., None] * (1 - dish_HW3)
    return shone


def _specks(rng: np.random.Generator, scene: Scene) -> Field:
    """Many fine specks, evenly spread, 0..1."""
    height, width = scene.surface.mask_HW.shape
    radius = scene.surface.radius_px
    specks_HW = np.zeros((height, width), np.float32)
    for size in rng.uniform(0.003, 0.014, 2):
        count = int(rng.uniform(100, 1400) * (0.005 / size))
        sigma = max(0.45, float(size) * radius * 0.6)
        points = np.zeros((height, width), np.float32)
        at = (rng.random(count) * height).astype(int), (rng.random(count) * width).astype(int)
        points[at] = rng.uniform(0.4, 1, count).astype(np.float32)
        spread = cv.GaussianBlur(points, (0, 0), sigma) * np.float32(2 * math.pi * sigma**2 * 1.6)
        np.maximum(specks_HW, spread, out=specks_HW)
    return np.minimum(specks_HW, 1)


def _crackle(rng: np.random.Generator, scene: Scene) -> Field:
    """The net of cracks in an old glaze, 0..1."""
    height, width = scene.surface.mask_HW.shape
    count = int(rng.uniform(60, 600))
    apart = np.full((height, width), 255, np.uint8)
    apart[(rng.random(count) * height).astype(int), (rng.random(count) * width).astype(int)] = 0
    _, cell_HW = cv.distanceTransformWithLabels(apart, cv.DIST_L2, 5, labelType=cv.DIST_LABEL_PIXEL)
    crack_HW = np.zeros((height, width), np.float32)
    crack_HW[:, 1:] = cell_HW[:, 1:] != cell_HW[:, :-1]
    crack_HW[1:] = np.maximum(crack_HW[1:], cell_HW[1:] != cell_HW[:-1])
    return blurred(crack_HW, 0.6)


@LOOK_ALIKES.register(
    "clear",
    title="Clear plastic or glass",
    help="Glass and clear plastic through which the table shows, tinted ones among them.",
    group="material",
    strength=0.15,
)
def clear(rng: np.random.Generator, scene: Scene, strength: float) -> None:
    """Make the dish one of clear or tinted plastic or glass.

    Args:
        rng: draws what shows through, haze, tint and shape.
        scene: changed in place.
        strength: 0 like milk, 1 like water.
    """
    patch, surface = scene.patch, scene.surface
    shown = Shown.of(scene, float(rng.uniform(0, 0.6)))
    bowl = Bowl.draw(rng, scene, float(rng.uniform(0.2, 1.2)), float(rng.random()))
    below_HW3 = _refracted(rng, scene, bowl, table(rng, scene))
    edges_HW = _edges(rng, scene, bowl)
    thick_HW = np.float32(rng.uniform(0.3, 1)) + np.float32(rng.uniform(0, 0.8)) * bowl.wall_HW + edges_HW
    tint_3 = np.ones(3, np.float32)
    if rng.random() < 0.5:
        tint_3 = 1 - (1 - np.maximum(glaze(rng), 0.04)) * np.float32(rng.uniform(0.3, 1))
    through_HW3 = np.exp(np.log(tint_3) * np.minimum(thick_HW, 2)[..., None])
    haze = float(rng.uniform(0.06, 0.85 - 0.3 * strength))
    cloud_HW = mottle(rng, patch, float(rng.uniform(0.3, 1.5)), CLOUDY)
    haze_HW = np.float32(haze) * (np.float32(0.6) + np.float32(rng.uniform(-0.2, 0.5)) * bowl.wall_HW)
    haze_HW *= np.float32(0.85) + np.float32(0.3) * cloud_HW
    level = float(surface.tone_HW[::8, ::8].mean()) * float(rng.uniform(0.6, 0.95))
    milk_3 = (np.float32(0.35) + np.float32(0.65) * tint_3) * surface.cast_3 * np.float32(level)
    dish_HW3 = below_HW3 * through_HW3
    dish_HW3 += haze_HW[..., None] * (milk_3 - dish_HW3)
    dish_HW3 *= (np.float32(0.4) + np.float32(0.6) * bowl.light_HW * shown.light_HW)[..., None]
    dish_HW3 += (edges_HW * np.float32(rng.uniform(0.1, 0.6) * level))[..., None]
    if rng.random() < 0.45:
        # Light that the wall gathers: bright threads on the side away from the lamp.
        thread_HW = 1 - np.abs(2 * mottle(rng, patch, float(rng.uniform(0.3, 0.9)), CLOUDY) - 1)
        beam_HW = thread_HW**12 * np.clip(bowl.cos_HW, 0, 1) * np.minimum(bowl.rho_HW, 1)
        dish_HW3 += (beam_HW * np.float32(rng.uniform(0.1, 0.6)))[..., None]
    dish_HW3 = _shine(dish_HW3, np.maximum(bowl.gloss_HW, shown.glints_HW))
    scene.put(dish_HW3 + shown.grain_HW[..., None], float(rng.uniform(0.8, 1)))


def _refracted(rng: np.random.Generator, scene: Scene, bowl: Bowl, table_HW3: Field) -> Field:
    """The table as it shows through the bowl: shifted on the wall, wrung where the glass bends."""
    radius = scene.surface.radius_px
    (cx, cy), (left, top, _, _) = scene.surface.centre, scene.surface.box
    grow_HW = np.float32(rng.uniform(0.7, 1.05)) - np.float32(rng.uniform(-0.3, 0.45)) * bowl.wall_HW
    grow_HW += np.float32(rng.uniform(-0.3, 0.3)) * bowl.line(bowl.base, float(rng.uniform(0.02, 0.08)))
    wave_HW = mottle(rng, scene.patch, float(rng.uniform(0.1, 0.7)), CLOUDY) - np.float32(0.5)
    if rng.random() < 0.25:
        # Pressed glass has ribs.
        _, theta_HW = scene.rho_theta
        ribs = int(rng.integers(12, 60))
        wave_HW = wave_HW + np.sin(theta_HW * ribs + bowl.rho_HW * np.float32(rng.uniform(-8, 8))) * bowl.wall_HW
    grow_HW += np.float32(rng.uniform(0, 0.16)) * wave_HW
    map_x = scene.patch.x_1W * grow_HW * np.float32(radius) + np.float32(cx - left)
    map_y = scene.patch.y_H1 * grow_HW * np.float32(radius) + np.float32(cy - top)
    return cv.remap(  # type: ignore[no-any-return]
        table_HW3, map_x.astype(np.float32), map_y.astype(np.float32), cv.INTER_LINEAR, borderMode=cv.BORDER_REFLECT_101
    )


def _edges(rng: np.random.Generator, scene: Scene, bowl: Bowl) -> Field:
    """Where glass is seen edge on, 0..1: base, rim, and what was moulded into it."""
    edges_HW = np.float32(rng.uniform(0.2, 1)) * bowl.line(bowl.base, float(rng.uniform(0.006, 0.025)))
    edges_HW = np.maximum(edges_HW, bowl.line(float(rng.uniform(0.94, 0.99)), float(rng.uniform(0.008, 0.03))))
    for _ in range(int(rng.integers(0, 3))):
        ring_HW = bowl.line(float(rng.uniform(0.2, 0.95)), float(rng.uniform(0.004, 0.015)))
        edges_HW = np.maximum(edges_HW, ring_HW * np.float32(rng.uniform(0.2, 0.8)))
    if rng.random() < 0.5:
        grey_HW = luma(scene.taken_HW3)
        relief_HW = np.abs(grey_HW - blurred(grey_HW, max(0.8, 0.012 * scene.surface.radius_px)))
        edges_HW = np.maximum(edges_HW, np.clip(relief_HW * np.float32(rng.uniform(1, 5)), 0, 0.8))
    lit_HW = np.float32(0.65) + np.float32(rng.uniform(-0.35, 0.35)) * bowl.cos_HW
    lit: Field = edges_HW * lit_HW
    return lit


@LOOK_ALIKES.register(
    "enamel",
    title="Enamel",
    help="White or coloured enamel with a dark rim, slightly wavy, with small pits.",
    group="material",
    strength=0.08,
)
def enamel(rng: np.random.Generator, scene: Scene, strength: float) -> None:
    """Make the dish one of enamelled sheet steel.

    Args:
        rng: draws colours, rim and shape.
        scene: changed in place.
        strength: 0 evenly coated, 1 wavy, pitted and worn.
    """
    patch = scene.patch
    shown = Shown.of(scene, float(rng.choice([0.0, 0.0, 0.5])))
    bowl = Bowl.draw(rng, scene, float(rng.uniform(0.2, 0.9)), float(rng.uniform(0.1, 1)))
    wave_HW = mottle(rng, patch, float(rng.uniform(0.2, 0.7)), CLOUDY)
    light_HW = shown.light_HW * bowl.light_HW
    light_HW *= 1 + np.float32(0.16 * strength * rng.random()) * (wave_HW - np.float32(0.5))
    white = rgb(np.array([[rng.uniform(70, 95), rng.uniform(-4, 3), rng.uniform(-8, 14)]]))[0]
    colour_HW3: Field = (white if rng.random() < 0.75 else glaze(rng))[None, None]
    if rng.random() < 0.3 + 0.5 * strength:
        # Grey shows through where spoons and pot brushes went round for years.
        rubbed_HW = mottle(rng, patch, float(rng.uniform(0.1, 0.5)), NATURAL)
        rubbed_HW = smoothstep(0.55, 1.0, rubbed_HW) * np.exp(-(((bowl.rho_HW - bowl.base) / np.float32(0.3)) ** 2))
        grey = rgb(np.array([[rng.uniform(45, 70), 0, rng.uniform(-3, 8)]]))[0]
        colour_HW3 = _mixed(colour_HW3, grey, rubbed_HW * np.float32(rng.uniform(0.05, 0.4)))
    ink = rgb(np.array([[rng.uniform(3, 30), rng.uniform(-3, 8), rng.uniform(-28, 6)]]))[0]
    if rng.random() < 0.2:
        colour_HW3 = _mixed(colour_HW3, ink if rng.random() < 0.6 else white, _specks(rng, scene))
    pits = _pits(rng, scene, strength)
    if pits is not None:
        colour_HW3 = _mixed(colour_HW3, ink, pits)
    if rng.random() < 0.12:
        ink = glaze(rng)
    if rng.random() < 0.9:
        width = float(rng.choice([rng.uniform(0.015, 0.04), rng.uniform(0.04, 0.1)]))
        edge_HW = bowl.rho_HW + np.float32(rng.uniform(0, 0.5 * width)) * (wave_HW - np.float32(0.5))
        rim_HW = smoothstep(0.985 - width, 1.0 - width, edge_HW)
        if rng.random() < 0.4:
            # Worn by stacking: bare steel shines in the dark line.
            worn_HW = smoothstep(0.6, 0.75, mottle(rng, patch, float(rng.uniform(0.05, 0.2)), GRAINY))
            rim_HW = rim_HW * (1 - np.float32(rng.uniform(0.3, 0.9)) * worn_HW * bowl.line(0.965, 0.02))
        colour_HW3 = _mixed(colour_HW3, ink, rim_HW)
    dish_HW3 = _lit(scene, colour_HW3, light_HW, float(rng.uniform(0.8, 1.05)))
    dish_HW3 = _shine(dish_HW3, np.maximum(bowl.gloss_HW, shown.glints_HW * np.float32(0.8)))
    scene.put(dish_HW3 + shown.grain_HW[..., None])


def _pits(rng: np.random.Generator, scene: Scene, strength: float) -> Field | None:
    """A few pinholes in the coat, 0..1, or None."""
    count = int(rng.poisson(5 * strength))
    if not count:
        return None
    pits_HW = np.zeros(scene.surface.mask_HW.shape, np.uint8)
    x, y = (rng.uniform(-0.9, 0.9, count) for _ in range(2))
    places = np.round(scene.patch.pixels(x, y) * 16).astype(int)
    for place, size in zip(places, rng.uniform(0.004, 0.016, count), strict=True):
        reach = max(6, round(float(size) * scene.surface.radius_px * 16))
        cv.circle(pits_HW, tuple(map(int, place)), reach, 255, -1, cv.LINE_AA, 4)
    pits: Field = pits_HW.astype(np.float32) * np.float32(rng.uniform(0.4, 1) / 255)
    return pits


@LOOK_ALIKES.register(
    "wooden",
    title="Wood or bamboo",
    help="Turned wooden bowls and glued bamboo with their grain, rings and knots.",
    group="material",
    strength=0.04,
)
def wooden(rng: np.random.Generator, scene: Scene, strength: float) -> None:
    """Make the dish one of wood or bamboo.

    Args:
        rng: draws colour, cut and shape.
        scene: changed in place.
        strength: 0 faint grain, 1 bold grain.
    """
    patch = scene.patch
    shown = Shown.of(scene, float(rng.choice([0.0, 0.3])))
    bowl = Bowl.draw(rng, scene, float(rng.uniform(0.2, 1.1)), float(rng.choice([0.0, 0.3, 0.8])))
    along = float(rng.uniform(-math.pi, math.pi))
    c, s = np.float32(math.cos(along)), np.float32(math.sin(along))
    across_HW = patch.y_H1 * c - patch.x_1W * s
    fibre_HW = mottle(rng, patch, float(rng.uniform(0.03, 0.08)), GRAINY, float(rng.uniform(8, 25)), along)
    bend_HW = mottle(rng, patch, float(rng.uniform(0.4, 1)), CLOUDY, float(rng.uniform(1.5, 4)), along)
    if rng.random() < 0.25:
        lanes = float(rng.uniform(6, 22))
        tones = rng.random(64).astype(np.float32)
        lane_HW = across_HW * np.float32(lanes) + np.float32(32)
        late_HW = tones[np.clip(lane_HW.astype(np.int32), 0, 63)]
    else:
        # A turned bowl cuts the tree's rings as contour lines of its depth, which draws ovals and arches.
        sunk = float(rng.uniform(0.2, 0.8))
        depth_HW = np.float32(sunk) * np.minimum(bowl.rho_HW, 1.2) ** 2
        far = float(rng.uniform(0.2, 1.6))
        apart_HW = np.sqrt((across_HW - np.float32(rng.normal(0, 0.4))) ** 2 + (depth_HW + np.float32(far)) ** 2)
        rings_HW = apart_HW * np.float32(rng.uniform(5, 22)) + np.float32(rng.uniform(0.5, 2.5)) * bend_HW
        late_HW = (rings_HW - np.floor(rings_HW)) ** np.float32(rng.uniform(1.5, 5))
        late_HW = blurred(late_HW.astype(np.float32), 0.7)
    dark_HW = np.float32(rng.uniform(0.15, 0.5)) * fibre_HW + np.float32(rng.uniform(0.2, 0.6)) * late_HW
    dark_HW += np.float32(0.25) * bend_HW
    for _ in range(int(rng.poisson(0.7))):
        x, y = rng.uniform(-0.8, 0.8, 2)
        wide = float(rng.uniform(0.03, 0.12))
        near_HW = ((patch.x_1W - np.float32(x)) * c + (patch.y_H1 - np.float32(y)) * s) * np.float32(0.55 / wide)
        beside_HW = ((patch.y_H1 - np.float32(y)) * c - (patch.x_1W - np.float32(x)) * s) * np.float32(1 / wide)
        away_HW = np.sqrt(near_HW**2 + beside_HW**2) + np.float32(0.6) * bend_HW
        knot_HW = np.exp(-(away_HW**2) / 2) * (0.75 + 0.25 * np.cos(away_HW * 9))
        dark_HW = np.maximum(dark_HW, np.float32(rng.uniform(0.6, 1.1)) * knot_HW)
    light = float(rng.uniform(38, 82))
    pale_3, deep_3 = rgb(
        np.array(
            [
                [light, rng.uniform(3, 20), rng.uniform(14, 42)],
                [light * rng.uniform(0.3, 0.75), rng.uniform(6, 20), rng.uniform(8, 30)],
            ]
        )
    )
    colour_HW3 = _mixed(pale_3[None, None], deep_3, np.minimum(dark_HW * np.float32(0.5 + strength), 1))
    light_HW = shown.light_HW * bowl.light_HW
    dish_HW3 = _shine(_lit(scene, colour_HW3, light_HW, float(rng.uniform(0.8, 1.05))), bowl.gloss_HW)
    scene.put(dish_HW3 + shown.grain_HW[..., None])
