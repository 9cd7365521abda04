"""A corpus of odd files, and what is true of each."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image

WIDTH, HEIGHT = 160, 96
CORNERS = ((200, 40, 40), (40, 180, 60), (50, 70, 200), (210, 190, 40))
"""Upper left, upper right, lower left, lower right: whoever turns or mirrors a picture moves them."""


@dataclass(frozen=True, kw_only=True)
class Odd:
    """One file of the corpus.

    Attributes:
        path: where it lies.
        looks: the picture as it must be seen, uint8 RGB of shape (HEIGHT, WIDTH, 3); None for a file to be refused.
        tolerance: mean difference of a pixel that its kind of storage explains, 0..255.
        is_copy: whether another file has the same content, so that either may be set aside as a duplicate.
        is_any: whether taking and refusing are both right: bits that were lost may be bits that nobody needs.
    """

    path: Path
    looks: NDArray[np.uint8] | None = None
    tolerance: float = 12.0
    is_copy: bool = False
    is_any: bool = False


OddPhotos = tuple[Path, list[Odd]]
"""The folder of a corpus, and its files."""


class Corpus:
    """Writes odd files, and keeps what is true of each.

    Args:
        folder: made when missing.
        is_whole: whether to cut at every kilobyte; else each format is cut in four places.
    """

    def __init__(self, folder: Path, *, is_whole: bool) -> None:
        self.folder = folder
        self.is_whole = is_whole
        self.files: list[Odd] = []
        self._seed = 0
        folder.mkdir(parents=True, exist_ok=True)

    def picture(self) -> Image.Image:
        """Another picture each time, whose corners tell which way up it is."""
        self._seed += 1
        return picture(self._seed)

    def good(self, name: str, data: bytes, looks: Image.Image, **how: Any) -> Path:
        """A file that must be taken, and look so."""
        file = self._write(name, data)
        self.files.append(Odd(path=file, looks=np.array(looks.convert("RGB"), np.uint8), **how))
        return file

    def bad(self, name: str, data: bytes) -> Path:
        """A file that must be refused."""
        file = self._write(name, data)
        self.files.append(Odd(path=file))
        return file

    def either(self, name: str, data: bytes) -> Path:
        """A file that may be taken or refused, if it is told which."""
        file = self._write(name, data)
        self.files.append(Odd(path=file, is_any=True))
        return file

    def refused(self, file: Path) -> None:
        """Something that was made otherwise and must be refused."""
        self.files.append(Odd(path=file))

    def same(self, file: Path, of: Path) -> None:
        """Another name for a good file."""
        looks = next(odd.looks for odd in self.files if odd.path == of)
        known = [odd if odd.path != of else Odd(path=of, looks=looks, is_copy=True) for odd in self.files]
        self.files = [*known, Odd(path=file, looks=looks, is_copy=True)]

    def _write(self, name: str, data: bytes) -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        return file


def picture(seed: int, width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """A grey ground with a plate and four corners of different colours."""
    rng = np.random.default_rng(seed)
    grain = np.clip(rng.normal(110 + seed % 40, 12, (6, 10, 3)), 0, 255).astype(np.uint8)
    made = Image.fromarray(grain).resize((width, height))
    rows, columns = np.ogrid[:height, :width]
    reach = (rows - height / 2) ** 2 + (columns - width / 2) ** 2
    image_HW3 = np.array(made)
    image_HW3[reach < (0.36 * height) ** 2] = 232
    image_HW3[reach < (0.2 * height) ** 2] = 200 + seed % 30
    y, x = height // 3, width // 4
    upper_left, upper_right, lower_left, lower_right = CORNERS
    image_HW3[:y, :x], image_HW3[:y, -x:] = upper_left, upper_right
    image_HW3[-y:, :x], image_HW3[-y:, -x:] = lower_left, lower_right
    return Image.fromarray(image_HW3)


def saved(image: Image.Image, form: str, **how: Any) -> bytes:
    """A picture as the content of a file."""
    _register()
    stream = io.BytesIO()
    if form in ("JPEG", "WEBP", "HEIF", "AVIF"):
        how.setdefault("quality", 92)
    image.save(stream, form, **how)
    return stream.getvalue()


@cache
def _register() -> None:
    pillow_heif.register_heif_opener()
