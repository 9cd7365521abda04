"""Photos to measure speed on."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.data.manifest import Sample
from studio.data.sample_dishes import draw_dish
from studio.data.unchanged import content_sha1
from studio.dirt import cv

PHOTO_PX, QUALITY, DRAWINGS = 640, 90, 4


def draw_photo(place: Path, number: int) -> Sample:
    """Write a drawn dish as a JPEG file that no other is like.

    Args:
        place: the folder.
        number: of the photo, from 0; every second one is dirty.
    """
    picture_HW3 = _drawn(number % DRAWINGS)
    shift = np.random.default_rng(number).integers(-20, 20, 3)
    picture_HW3 = np.clip(picture_HW3.astype(np.int16) + shift, 0, 255).astype(np.uint8)
    is_written, file = cv.imencode(
        ".jpg", cv.cvtColor(picture_HW3, cv.COLOR_RGB2BGR), [cv.IMWRITE_JPEG_QUALITY, QUALITY]
    )
    assert is_written
    path = place / f"photo-{number:05d}.jpg"
    path.write_bytes(file.tobytes())
    sha1 = content_sha1(file.tobytes())
    status = path.stat()
    return Sample(
        id=sha1[:16],
        path=str(path),
        label=("clean", "dirty")[number % 2],
        source_photo=sha1[:16],
        width=PHOTO_PX,
        height=PHOTO_PX,
        size=status.st_size,
        mtime=status.st_mtime_ns,
        sha1=sha1,
    )


@cache
def _drawn(number: int) -> NDArray[np.uint8]:
    return draw_dish(number + 1, PHOTO_PX)
