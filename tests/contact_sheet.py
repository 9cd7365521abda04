"""Draws a contact sheet of all dirt and all look-alikes.

    python -m tests.contact_sheet OUT.png [--photos FOLDER] [--dirty FOLDER]

Without photos it shows drawn dishes, as in the README. With `--dirty`, real dirty photos stand beside the painted ones.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from studio.core.registry import DIRT_KINDS, LOOK_ALIKES
from studio.core.sections import DirtSettings
from studio.data.framing import frame
from studio.data.photos import find_photos, read_photo
from studio.data.sample_dishes import draw_dish
from studio.data.sight import find_dish
from studio.dirt.outline import Outline
from studio.dirt.recipe import LEVELS, paint, resize_to
from studio.dirt.surface import Surface
from studio.dirt.variation import vary_with

Pixels = NDArray[np.uint8]
TILE_PX, GAP_PX, MARGIN_PX, CAPTION_PX, HEADING_PX, COLUMNS = 156, 8, 24, 22, 44, 9
INK, QUIET, PAPER = "#15181D", "#5F6979", "#FFFFFF"
DRAWN = (3, 7, 12, 18, 22)
PAIRS = 4


@dataclass(frozen=True, kw_only=True)
class Dish:
    """A clean dish to show things on."""

    photo_HW3: Pixels
    outline: Outline | None
    sha1: str

    @classmethod
    def of(cls, photo_HW3: Pixels) -> Dish:
        """The dish in a photo, made as small as dirt is painted."""
        photo_HW3 = resize_to(photo_HW3, DirtSettings().size_px)
        sha1 = hashlib.sha1(photo_HW3.tobytes(), usedforsecurity=False).hexdigest()
        return cls(photo_HW3=photo_HW3, outline=find_dish(photo_HW3), sha1=sha1)

    def tile(self, image_HW3: Pixels) -> Image.Image:
        """The dish's square of a picture of it."""
        framed = frame(image_HW3, self.outline, framing="dish", background="keep", size_hw=(TILE_PX, TILE_PX))
        return Image.fromarray(framed.image_HW3)


def main() -> None:
    """Draw the sheet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--dirty", type=Path)
    asked = parser.parse_args()
    photos = [read_photo(file) for file in find_photos([asked.photos])] if asked.photos else map(draw_dish, DRAWN)
    dishes = [Dish.of(photo) for photo in photos]
    real = [Dish.of(read_photo(file)) for file in find_photos([asked.dirty])[:COLUMNS]] if asked.dirty else []
    sections: list[tuple[str, list[tuple[str, Image.Image]]]] = [
        ("Every kind of dirt", [("clean", dishes[0].tile(dishes[0].photo_HW3)), *_kinds(dishes[0])]),
        ("Light, medium, heavy", _levels(dishes)),
        ("Look-alikes: clean dishes that are no dirtier for it", _look_alikes(dishes)),
        ("Pairs: the same dish without and with dirt", _pairs(dishes)),
    ]
    if real:
        sections.append(("Real dirty dishes", [("real", dish.tile(dish.photo_HW3)) for dish in real]))
    _sheet(sections).save(asked.out, optimize=True)


def _kinds(dish: Dish) -> list[tuple[str, Image.Image]]:
    tiles = []
    for entry in DIRT_KINDS:
        alone = {other.name: 1.0 if other is entry else 0.0 for other in DIRT_KINDS}
        dirt = DirtSettings(kinds=alone, vary=0.0)
        painted = paint(dish.photo_HW3, dish.outline, dirt, sha1=dish.sha1, variant=1, level="medium")
        tiles.append((entry.title, dish.tile(painted.image_HW3)))
    return tiles


def _levels(dishes: Sequence[Dish]) -> list[tuple[str, Image.Image]]:
    tiles = []
    for number in range(COLUMNS // len(LEVELS)):
        dish = dishes[(number + 1) % len(dishes)]
        for level in LEVELS:
            dirt = DirtSettings(vary=0.0)
            painted = paint(dish.photo_HW3, dish.outline, dirt, sha1=dish.sha1, variant=number, level=level)
            tiles.append((f"{level}, {painted.coverage:.0%}", dish.tile(painted.image_HW3)))
    return tiles


def _look_alikes(dishes: Sequence[Dish]) -> list[tuple[str, Image.Image]]:
    tiles = []
    for number, entry in enumerate(LOOK_ALIKES):
        dish = dishes[number % len(dishes)]
        surface = Surface.of(dish.photo_HW3, dish.outline)
        rng = np.random.default_rng([5, number])
        tiles.append((entry.title, dish.tile(vary_with(dish.photo_HW3, surface, entry.name, 0.7, rng))))
    return tiles


def _pairs(dishes: Sequence[Dish]) -> list[tuple[str, Image.Image]]:
    tiles = []
    for number in range(PAIRS):
        dish = dishes[(number + 2) % len(dishes)]
        painted = paint(dish.photo_HW3, dish.outline, DirtSettings(vary=1.0), sha1=dish.sha1, variant=20 + number)
        tiles += [("clean twin", dish.tile(painted.twin_HW3)), ("dirty", dish.tile(painted.image_HW3))]
    return tiles


def _sheet(sections: Sequence[tuple[str, list[tuple[str, Image.Image]]]]) -> Image.Image:
    rows = sum(-(-len(tiles) // COLUMNS) for _, tiles in sections)
    width = 2 * MARGIN_PX + COLUMNS * (TILE_PX + GAP_PX) - GAP_PX
    height = 2 * MARGIN_PX + len(sections) * HEADING_PX + rows * (TILE_PX + CAPTION_PX + GAP_PX)
    sheet = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(sheet)
    y = MARGIN_PX
    for heading, tiles in sections:
        draw.text((MARGIN_PX, y + 8), heading, INK, _font(18, "SemiBold"))
        y += HEADING_PX
        for start in range(0, len(tiles), COLUMNS):
            for place, (caption, tile) in enumerate(tiles[start : start + COLUMNS]):
                x = MARGIN_PX + place * (TILE_PX + GAP_PX)
                sheet.paste(tile, (x, y))
                draw.text((x, y + TILE_PX + 3), caption, QUIET, _font(12, "Regular"))
            y += TILE_PX + CAPTION_PX + GAP_PX
    return sheet


def _font(size_px: int, weight: str) -> ImageFont.FreeTypeFont:
    with resources.as_file(resources.files("fontpkg_inter") / "files") as folder:
        file = next(path for path in sorted(folder.glob("*.ttf")) if "Italic" not in path.name)
        font = ImageFont.truetype(str(file), size_px)
    font.set_variation_by_name(weight)
    return font


if __name__ == "__main__":
    main()
