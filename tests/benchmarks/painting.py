"""How many pairs of a clean and a dirty picture one core paints in a second.

Run it with `python -m tests.benchmarks.painting`; it needs no photos. CPU time is measured, so a busy machine spoils it
little, and reading a photo is measured beside it, so that two machines can be compared.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import time
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.core.sections import DirtSettings
from studio.data.sample_dishes import SAMPLE_COUNT, draw_dish
from studio.dirt.recipe import paint, resize_to
from studio.dirt.surface import Outline, find_outline

PHOTO_PX = 640
CROP_PX = 256


@dataclass(frozen=True, kw_only=True)
class Dish:
    """A drawn dish.

    Attributes:
        sha1: by which it seeds its dirt.
        file: the whole photo as JPEG.
        crop_HW3: uint8 RGB, the square around the dish at CROP_PX.
        outline: of the dish in the crop.
    """

    sha1: str
    file: bytes
    crop_HW3: NDArray[np.uint8]
    outline: Outline


def drawn(number: int) -> Dish:
    """One of the sample dishes, cut out as training sees it."""
    photo_HW3 = draw_dish(number, PHOTO_PX)
    found = find_outline(photo_HW3)
    assert found is not None, f"the finder misses sample dish {number}"
    centre_x, centre_y, side = found.box(PHOTO_PX, PHOTO_PX)
    left, top = round(centre_x - side / 2), round(centre_y - side / 2)
    right, bottom = min(PHOTO_PX, left + round(side)), min(PHOTO_PX, top + round(side))
    left, top = max(0, left), max(0, top)
    points = (found.points(PHOTO_PX, PHOTO_PX) + 0.5 - (left, top)) / (right - left, bottom - top)
    stream = io.BytesIO()
    Image.fromarray(photo_HW3).save(stream, "JPEG", quality=92)
    return Dish(
        sha1=hashlib.sha1(stream.getvalue(), usedforsecurity=False).hexdigest(),
        file=stream.getvalue(),
        crop_HW3=cv2.resize(photo_HW3[top:bottom, left:right], (CROP_PX, CROP_PX), interpolation=cv2.INTER_AREA),
        outline=Outline(polygon=tuple((float(x), float(y)) for x, y in points), quality=found.quality),
    )


def main() -> None:
    """Print pairs a second with and without variation of the dish, and how many readings of a photo a pair costs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dishes", type=int, default=12, choices=range(1, SAMPLE_COUNT + 1), metavar="N")
    parser.add_argument("--variants", type=int, default=8, metavar="N")
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    dishes = [drawn(number) for number in range(1, asked.dishes + 1)]
    for settings in (DirtSettings(), DirtSettings(vary=0.0)):
        # Tables, noise and look-alikes are made at their first use.
        for dish in dishes:
            paint(dish.crop_HW3, dish.outline, settings, sha1=dish.sha1, variant=asked.variants)
        pair_s, reading_s = [], []
        for dish in dishes:
            for variant in range(asked.variants):
                began = time.process_time()
                with Image.open(io.BytesIO(dish.file)) as photo:
                    resize_to(np.asarray(photo), CROP_PX)
                read = time.process_time()
                paint(dish.crop_HW3, dish.outline, settings, sha1=dish.sha1, variant=variant)
                pair_s.append(time.process_time() - read)
                reading_s.append(read - began)
        mean, middle, reading = float(np.mean(pair_s)), float(np.median(pair_s)), float(np.mean(reading_s))
        print(
            f"vary {settings.vary:.1f}: {1 / mean:.1f} pairs/s per core over {len(pair_s)} pairs "
            f"(mean {1e3 * mean:.1f} ms, median {1e3 * middle:.1f} ms), as long as reading {mean / reading:.1f} photos "
            f"of {PHOTO_PX} px ({1e3 * reading:.1f} ms each)"
        )


if __name__ == "__main__":
    main()
