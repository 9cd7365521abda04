"""What a clean dish of another material or colour looks like."""

from __future__ import annotations

import math

import numpy as np

from studio.core.registry import LOOK_ALIKES
from studio.dirt import cv
from studio.dirt.draws import between, whole
from studio.dirt.lookalikes.bowl import Bowl, Shown
from studio.dirt.lookalikes.glazes import Coat, flat, glaze, glazed, mixed, pits, put, shine, specks
from studio.dirt.lookalikes.tables import table
from studio.dirt.lookalikes.tones import read_off
from studio.dirt.lookups import bump, smoothstep
from studio.dirt.noise import CLOUDY, GRAINY, mottle
from studio.dirt.outline import Field
from studio.dirt.palette import rgb
from studio.dirt.scene import Scene, blurred


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
    detail = between(rng, 0.5, 1) if has_own_shape else 0.6 * float(rng.random() < 0.3)
    shown = Shown.of(scene, detail)
    bowl = Bowl.draw(rng, scene, between(rng, 0.1, 0.4 if has_own_shape else 1.4), float(rng.random()))
    light_HW = shown.light_HW * bowl.light_HW
    coat = Coat(
        colour_3HW=glazed(rng, scene, bowl),
        light_HW=light_HW,
        gloss_HW=np.maximum(bowl.gloss_HW, shown.glints_HW * np.float32(between(rng, 0.4, 1))),
        grain_HW=shown.grain_HW,
        exposure=between(rng, 0.75, 1.1),
    )
    share = 1.0 if rng.random() < 0.4 + 0.5 * strength else between(rng, 0.25, 0.9)
    coat.show(scene, share)


@LOOK_ALIKES.register(
    "clear",
    title="See-through",
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
    shown = Shown.of(scene, between(rng, 0, 0.6))
    bowl = Bowl.draw(rng, scene, between(rng, 0.2, 1.2), float(rng.random()))
    below_3HW = np.stack(cv.split(_refracted(rng, scene, bowl, table(rng, scene))))
    edges_HW = _edges(rng, scene, bowl)
    tint_3 = np.ones(3, np.float32)
    if rng.random() < 0.5:
        tint_3 = 1 - (1 - np.maximum(glaze(rng), 0.04)) * np.float32(between(rng, 0.3, 1))
        thick_HW = np.float32(between(rng, 0.3, 1)) + np.float32(between(rng, 0, 0.8)) * bowl.wall_HW + edges_HW
        # Lambert and Beer: what passes falls with the power of the thickness.
        depth_HW = np.minimum(thick_HW, 2)
        below_3HW *= np.stack([cv.exp(depth_HW * logarithm) for logarithm in np.log(tint_3)])
    haze = 0.05 + (0.85 - 0.3 * strength) * float(rng.random()) ** 1.5
    cloud_HW = mottle(rng, patch, between(rng, 0.3, 1.5), CLOUDY)
    haze_HW = np.float32(haze) * (np.float32(0.6) + np.float32(between(rng, -0.2, 0.5)) * bowl.wall_HW)
    haze_HW *= np.float32(0.85) + np.float32(0.3) * cloud_HW
    level = scene.level * between(rng, 0.6, 0.95)
    milk_3 = (np.float32(0.35) + np.float32(0.65) * tint_3) * surface.cast_3 * np.float32(level)
    dish_3HW = mixed(below_3HW, milk_3, haze_HW)
    dish_3HW *= np.float32(0.4) + np.float32(0.6) * bowl.light_HW * shown.light_HW
    bright_HW = edges_HW * np.float32(between(rng, 0.1, 0.6) * level)
    for _ in range(whole(rng, 1, 5) if rng.random() < 0.35 else 0):
        # Light that the wall gathers falls in threads on the side away from the lamp.
        thread_HW = bowl.line(between(rng, 0.1, 0.95), between(rng, 0.006, 0.03))
        aim = between(rng, 0.5, 0.95)
        thread_HW *= np.clip((bowl.cos_HW - np.float32(aim)) * np.float32(1 / (1 - aim)), 0, 1) * (0.4 + cloud_HW)
        bright_HW += thread_HW * np.float32(between(rng, 0.1, 0.7))
    dish_3HW += bright_HW
    dish_3HW = shine(dish_3HW, np.maximum(bowl.gloss_HW, shown.glints_HW))
    put(scene, dish_3HW, shown.grain_HW, between(rng, 0.8, 1))


def _refracted(rng: np.random.Generator, scene: Scene, bowl: Bowl, table_HW3: Field) -> Field:
    """The table as it shows through the bowl: shifted on the wall, wrung where the glass bends."""
    radius = np.float32(scene.surface.radius_px)
    (cx, cy), (left, top, _, _) = scene.surface.centre, scene.surface.box
    grow_HW = np.float32(between(rng, 0.7, 1.05)) - np.float32(between(rng, -0.3, 0.45)) * bowl.wall_HW
    grow_HW += np.float32(between(rng, -0.3, 0.3)) * bowl.line(bowl.base, between(rng, 0.02, 0.08))
    wave_HW = mottle(rng, scene.patch, between(rng, 0.4, 1.2), CLOUDY) - np.float32(0.5)
    if rng.random() < 0.25:
        # Pressed glass has ribs.
        _, theta_HW = scene.rho_theta
        ribs = whole(rng, 12, 60)
        rib_HW = np.sin(theta_HW * np.float32(ribs) + bowl.rho_HW * np.float32(between(rng, -8, 8)))
        wave_HW = wave_HW + np.float32(between(rng, 0.2, 0.8)) * rib_HW * bowl.wall_HW
    grow_HW += np.float32(between(rng, 0, 0.12)) * wave_HW
    scale = np.float32(table_HW3.shape[1] / grow_HW.shape[1])
    grow_HW *= radius * scale
    map_x = scene.patch.x_1W * grow_HW + np.float32(cx - left) * scale
    map_y = scene.patch.y_H1 * grow_HW + np.float32(cy - top) * scale
    return read_off(table_HW3, map_x, map_y, cv.BORDER_REFLECT_101)


def _edges(rng: np.random.Generator, scene: Scene, bowl: Bowl) -> Field:
    """Where glass is seen edge on, 0..1: base, rim, and what was moulded into it."""
    edges_HW = np.float32(between(rng, 0.2, 1)) * bowl.line(bowl.base, between(rng, 0.006, 0.025))
    edges_HW = np.maximum(edges_HW, bowl.line(between(rng, 0.94, 0.99), between(rng, 0.008, 0.03)))
    for _ in range(whole(rng, 0, 3) if rng.random() < 0.4 else 0):
        ring_HW = bowl.line(between(rng, 0.2, 0.95), between(rng, 0.004, 0.015))
        edges_HW = np.maximum(edges_HW, ring_HW * np.float32(between(rng, 0.1, 0.6)))
    if rng.random() < 0.5:
        grey_HW = scene.grey_HW
        relief_HW = np.abs(grey_HW - blurred(grey_HW, max(0.8, 0.012 * scene.surface.radius_px)))
        edges_HW = np.maximum(edges_HW, np.clip(relief_HW * np.float32(between(rng, 1, 5)), 0, 0.8))
    seen_HW: Field = edges_HW * (np.float32(0.65) + np.float32(between(rng, -0.6, 0.35)) * bowl.cos_HW)
    return seen_HW


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
    shown = Shown.of(scene, 0.5 * float(rng.random() < 0.3))
    bowl = Bowl.draw(rng, scene, between(rng, 0.2, 0.9), between(rng, 0.1, 1))
    wave_HW = mottle(rng, patch, between(rng, 0.3, 1.0), CLOUDY) - np.float32(0.5)
    light_HW = shown.light_HW * bowl.light_HW
    light_HW *= 1 + np.float32(0.16 * strength * rng.random()) * wave_HW
    white_3 = rgb(np.array([[between(rng, 70, 95), between(rng, -4, 3), between(rng, -8, 14)]]))[0]
    ink_3 = rgb(np.array([[between(rng, 3, 30), between(rng, -3, 8), between(rng, -28, 6)]]))[0]
    colour_3HW = flat(white_3 if rng.random() < 0.75 else glaze(rng))
    if rng.random() < 0.3 + 0.5 * strength:
        # Grey shows through where spoons and pot brushes went round for years.
        rubbed_HW = smoothstep(0.1, 1.0, mottle(rng, patch, between(rng, 0.2, 0.8), CLOUDY))
        rubbed_HW *= bowl.line(bowl.base * between(rng, 0, 1.1), 0.35) * np.float32(between(rng, 0.05, 0.35))
        colour_3HW = mixed(colour_3HW, rgb(np.array([[between(rng, 45, 70), 0, between(rng, -3, 8)]]))[0], rubbed_HW)
    if rng.random() < 0.15:
        colour_3HW = mixed(colour_3HW, ink_3 if rng.random() < 0.6 else white_3, specks(rng, scene))
    pits_HW = pits(rng, scene, strength)
    if pits_HW is not None:
        colour_3HW = mixed(colour_3HW, ink_3, pits_HW)
    if rng.random() < 0.9:
        rim_3 = glaze(rng) if rng.random() < 0.12 else ink_3
        width = between(rng, 0.015, 0.04) if rng.random() < 0.6 else between(rng, 0.04, 0.1)
        edge_HW = bowl.rho_HW + np.float32(width * between(rng, 0, 0.3)) * wave_HW
        rim_HW = smoothstep(0.985 - width, 1.0 - width, edge_HW)
        if rng.random() < 0.35:
            # Worn by stacking: bare steel shines in the dark line.
            worn_HW = smoothstep(0.6, 0.75, mottle(rng, patch, between(rng, 0.1, 0.4), GRAINY))
            worn_HW *= bowl.line(between(rng, 0.94, 0.98), between(rng, 0.006, 0.02))
            rim_HW = rim_HW * (1 - np.float32(between(rng, 0.3, 0.9)) * worn_HW)
        colour_3HW = mixed(colour_3HW, rim_3, rim_HW)
    Coat(
        colour_3HW=colour_3HW,
        light_HW=light_HW,
        gloss_HW=np.maximum(bowl.gloss_HW, shown.glints_HW * np.float32(0.8)),
        grain_HW=shown.grain_HW,
        exposure=between(rng, 0.8, 1.05),
    ).show(scene)


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
    shown = Shown.of(scene, 0.3 * float(rng.random() < 0.4))
    bowl = Bowl.draw(rng, scene, between(rng, 0.2, 1.1), (0.0, 0.3, 0.8)[whole(rng, 0, 3)])
    along = between(rng, -math.pi, math.pi)
    c, s = np.float32(math.cos(along)), np.float32(math.sin(along))
    across_HW = patch.y_H1 * c - patch.x_1W * s
    fibre_HW = mottle(rng, patch, between(rng, 0.03, 0.08), GRAINY, between(rng, 8, 25), along)
    bend_HW = mottle(rng, patch, between(rng, 0.4, 1), CLOUDY, between(rng, 1.5, 4), along)
    if rng.random() < 0.25:
        # Bamboo is glued from strips.
        tones = rng.random(64).astype(np.float32)
        strip_HW = across_HW * np.float32(between(rng, 6, 22)) + np.float32(32)
        late_HW = tones[np.clip(strip_HW.astype(np.int32), 0, 63)]
    else:
        # A turned bowl cuts the tree's rings as contour lines of its depth, which draws ovals and arches.
        depth_HW = np.float32(between(rng, 0.2, 0.8)) * np.minimum(bowl.rho_HW, 1.2) ** 2
        aside_HW = across_HW - np.float32(rng.normal(0, 0.4))
        apart_HW = np.sqrt(aside_HW**2 + (depth_HW + np.float32(between(rng, 0.2, 1.6))) ** 2)
        rings_HW = apart_HW * np.float32(between(rng, 5, 22)) + np.float32(between(rng, 0.5, 2.5)) * bend_HW
        late_HW = blurred((rings_HW - np.floor(rings_HW)) ** whole(rng, 2, 6), 0.7)
    dark_HW = np.float32(between(rng, 0.15, 0.5)) * fibre_HW + np.float32(between(rng, 0.2, 0.6)) * late_HW
    dark_HW += np.float32(0.25) * bend_HW
    for _ in range(int(rng.poisson(0.7))):
        x, y = (np.float32(value) for value in rng.uniform(-0.8, 0.8, 2))
        wide = np.float32(1 / between(rng, 0.03, 0.12))
        near_HW = ((patch.x_1W - x) * c + (patch.y_H1 - y) * s) * (wide * np.float32(0.55))
        beside_HW = ((patch.y_H1 - y) * c - (patch.x_1W - x) * s) * wide
        away_HW = np.sqrt(near_HW**2 + beside_HW**2) + np.float32(0.6) * bend_HW
        knot_HW = bump(away_HW * away_HW * np.float32(0.5)) * (0.75 + 0.25 * np.cos(away_HW * 9))
        dark_HW = np.maximum(dark_HW, np.float32(between(rng, 0.6, 1.1)) * knot_HW)
    light = between(rng, 38, 82)
    pale = light, between(rng, 3, 20), between(rng, 14, 42)
    pale_3, deep_3 = rgb(np.array([pale, (light * between(rng, 0.3, 0.75), between(rng, 6, 20), between(rng, 8, 30))]))
    colour_3HW = mixed(flat(pale_3), deep_3, np.minimum(dark_HW * np.float32(0.5 + strength), 1))
    Coat(
        colour_3HW=colour_3HW,
        light_HW=shown.light_HW * bowl.light_HW,
        gloss_HW=bowl.gloss_HW,
        grain_HW=shown.grain_HW,
        exposure=between(rng, 0.8, 1.05),
    ).show(scene)
