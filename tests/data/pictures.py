"""Little photos drawn for the tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from studio.core.events import Event
from studio.data.manifest import Sample


def dish(seed: int = 0, *, width: int = 96, height: int = 72) -> Image.Image:
    """A bright plate on a dark, speckled table; another seed gives another plate and table."""
    rng = np.random.default_rng(seed)
    table = rng.integers(20, 90, 3)
    coarse = rng.normal(0, 22, (9, 12, 1)) + table
    image = Image.fromarray(np.clip(coarse, 0, 255).astype(np.uint8)).resize((width, height))
    draw = ImageDraw.Draw(image)
    radius = min(width, height) * rng.uniform(0.34, 0.42)
    x, y = width / 2 + rng.uniform(-0.06, 0.06) * width, height / 2 + rng.uniform(-0.04, 0.04) * height
    for share, tone in ((1.0, 232), (0.72, 214), (0.66, 240)):
        ends = (x - share * radius, y - share * radius, x + share * radius, y + share * radius)
        draw.ellipse(ends, fill=(tone, tone, tone - 6))
    for _ in range(4):
        angle, reach = rng.uniform(0, 6.28), radius * rng.uniform(0.2, 0.85)
        px, py = x + reach * np.cos(angle), y + reach * np.sin(angle)
        size = radius * rng.uniform(0.05, 0.16)
        draw.ellipse((px - size, py - size, px + size, py + size), fill=tuple(int(v) for v in rng.integers(40, 200, 3)))
    return image


def save_dishes(folder: Path, count: int, *, first_seed: int = 0) -> list[Path]:
    """Write dishes as JPEGs."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{number:03}.jpg" for number in range(count)]
    for number, file in enumerate(files):
        dish(first_seed + number).save(file, quality=92)
    return files


def pixels(image: Image.Image) -> NDArray[np.uint8]:
    """A picture as uint8 RGB."""
    return np.array(image.convert("RGB"), np.uint8)


def photo(number: int, *, label: str = "clean", children: int = 0, phash: str = "") -> list[Sample]:
    """A photo's sample with its painted children; no files belong to them."""
    id = f"{number:016x}"
    own = Sample(
        id=id, path=f"/photos/{id}.jpg", label=label, source_photo=id, pair=id if children else None, phash=phash
    )
    return [
        own,
        *(
            Sample(
                id=f"{id}-{variant:03d}",
                path=f"images/dirty/{id}-{variant:03d}.jpg",
                label="dirty",
                source_photo=id,
                pair=id,
                synthetic=True,
            )
            for variant in range(children)
        ),
    ]


def photos(counts: Sequence[tuple[int, str, int]]) -> tuple[Sample, ...]:
    """Samples of many photos: (how many, class, painted children of each)."""
    result: list[Sample] = []
    number = 0
    for count, label, children in counts:
        for _ in range(count):
            number += 1
            result += photo(number, label=label, children=children)
    return tuple(result)


def silent(event: Event) -> None:
    """An `emit` for tests that listen to nothing."""


def stop_after(calls: int) -> Callable[[], bool]:
    """A `should_stop` that says yes from this call on."""
    left = [calls]

    def should_stop() -> bool:
        left[0] -= 1
        return left[0] < 0

    return should_stop
