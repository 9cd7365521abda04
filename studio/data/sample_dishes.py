"""Sample dishes, drawn by the studio itself, to try it without photos of one's own."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from studio.core.files import write_bytes
from studio.data.kitchen import photograph
from studio.data.kitchen.catalogue import dishes
from studio.data.kitchen.glazes import Canvas
from studio.data.kitchen.noise import linear
from studio.data.kitchen.render import Camera, Light, Window
from studio.data.kitchen.shapes import SAUCER, Handle, Shape, Solid
from studio.data.kitchen.tables import laid

SAMPLE_COUNT = 32


def draw_dish(number: int, size_px: int = 640) -> npt.NDArray[np.uint8]:
    """Draw one of the sample dishes: always the same picture for the same number and size.

    Args:
        number: which dish, 1 to SAMPLE_COUNT.
        size_px: width and height of the picture.

    Returns:
        uint8 RGB of shape (size_px, size_px, 3).

    Raises:
        ValueError: there is no dish of that number, or the picture would be too small.
    """
    if not 1 <= number <= SAMPLE_COUNT:
        raise ValueError(f"there is no sample dish {number}: choose 1 to {SAMPLE_COUNT}")
    if size_px < 64:
        raise ValueError(f"{size_px} px is too small for a sample dish: at least 64")
    dish = dishes()[number - 1]
    rng = np.random.default_rng([2211, number])
    way = rng.uniform(-0.6, 0.5)
    placed = [(Solid(dish.shape, turn=np.radians(dish.turn)), dish.glaze)]
    if dish.saucer is not None:
        placed = [
            (Solid(Shape(profile=SAUCER)), dish.saucer),
            (Solid(dish.shape, scale=0.56, z=0.042), dish.glaze),
        ]
    handles = []
    if dish.handle:
        at = (0.50 * np.cos(way), 0.50 * np.sin(way), 0.39)
        handles = [(Handle(x=at[0], y=at[1], z=at[2], direction=way, size=0.17, bar=0.032), linear(dish.handle))]
    around = photograph.hull([solid for solid, _ in placed] + [handle for handle, _ in handles])
    shift = rng.uniform(-0.02, 0.02), rng.uniform(-0.02, 0.02)
    camera = Camera(
        tilt=np.radians(dish.tilt),
        width=size_px,
        height=size_px,
        points_N3=around,
        fill=dish.fill,
        shift=shift,
    )
    window = Window(
        azimuth=np.radians(dish.light),
        elevation=np.radians(dish.height),
        warmth=dish.warmth,
        panes=int(rng.integers(1, 4)),
    )
    table = laid(rng, dish.table, camera, window, np.radians(dish.table_turn))
    light = Light(window, ambient=dish.ambient, ground=table.mean((0, 1)))
    solids = []
    for solid, glaze in placed:
        canvas = Canvas(solid, side=size_px * 3 // 2)
        solids.append((solid, canvas, glaze(rng, canvas)))
    scene = photograph.Scene(solids=solids, handles=handles, table_HW3=table, light=light, camera=camera)
    return photograph.take(rng, scene, exposure=dish.exposure)


def write_samples(
    folder: Path,
    count: int = SAMPLE_COUNT,
    size_px: int = 640,
    on_written: Callable[[int], None] | None = None,
) -> list[Path]:
    """Put sample dishes into a folder as JPEG files; those that are there already stay as they are.

    Args:
        folder: where to; made if missing.
        count: how many, 1 to SAMPLE_COUNT.
        size_px: width and height of each picture.
        on_written: told how many are there, after each.

    Returns:
        The files, in the order of their numbers.

    Raises:
        ValueError: fewer than one or more than SAMPLE_COUNT dishes are asked for.
        UserError: the folder cannot be written to.
    """
    if not 1 <= count <= SAMPLE_COUNT:
        raise ValueError(f"{count} sample dishes were asked for: choose 1 to {SAMPLE_COUNT}")
    files = []
    for number in range(1, count + 1):
        file = folder / f"plate-{number:02}.jpg"
        if not file.exists():
            _write(file, draw_dish(number, size_px))
        files.append(file)
        if on_written is not None:
            on_written(number)
    return files


def _write(file: Path, image_HW3: npt.NDArray[np.uint8]) -> None:
    packed = io.BytesIO()
    Image.fromarray(image_HW3).save(packed, "JPEG", quality=92, subsampling=0)
    write_bytes(file, packed.getvalue())
