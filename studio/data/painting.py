"""One photo with all that is painted on it, as files."""

from __future__ import annotations

import hashlib
import io
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.core.errors import UserError
from studio.core.sections import DirtSettings
from studio.data.outline_text import unpack_outline
from studio.data.photos import decode_photo, read_bytes, shown
from studio.data.reading import write_thumbnail
from studio.data.storage import writing
from studio.dirt.recipe import paint, resize_to

QUALITY = 95


@dataclass(frozen=True, kw_only=True)
class ToPaint:
    """A photo to save anew, with or without dirty children.

    Attributes:
        id: its id.
        path: the file.
        sha1: what its content was at import.
        dish: its outline, packed.
        variants: how many dirty children it gets.
        dirt: what to paint.
        building: folder in which the dataset's next state is built.
    """

    id: str
    path: str
    sha1: str
    dish: str
    variants: int
    dirt: DirtSettings
    building: str


@dataclass(frozen=True, kw_only=True)
class Child:
    """One dirty picture that was painted.

    Attributes:
        id: its id.
        sha1: of its file.
        size: of its file, bytes.
        mtime: of its file, nanoseconds since 1970.
        width, height: px.
        level: light, medium or heavy.
        kinds: of dirt.
        coverage: share of the dish, 0..1.
        twin_sha1: of its clean twin's file; empty where the dish is as in the photo, whose twin then is its own.
        look_alikes: what was done to the dish.
    """

    id: str
    sha1: str
    size: int
    mtime: int
    width: int
    height: int
    level: str
    kinds: tuple[str, ...]
    coverage: float
    twin_sha1: str
    look_alikes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PaintedPhoto:
    """What became of one photo.

    Attributes:
        id: of the photo.
        twin_sha1: of the twin's file.
        children: the dirty ones.
    """

    id: str
    twin_sha1: str
    children: tuple[Child, ...]


def photo_to_paint(data: bytes, path: Path | str, dirt: DirtSettings) -> NDArray[np.uint8]:
    """A photo at the size at which dirt is painted: the clean twin.

    Args:
        data: the file's content.
        path: the file, for the error's sentence.
        dirt: the size.

    Raises:
        PhotoError: the file cannot be used.
    """
    return resize_to(decode_photo(data, path, longest_px=dirt.size_px).image_HW3, dirt.size_px)


def twin_path(id: str) -> str:
    """Where the clean twin of a photo, or of a painted picture, lies in the dataset."""
    return f"images/clean/{id}.jpg"


def child_path(id: str) -> str:
    """Where a painted picture lies in the dataset."""
    return f"images/dirty/{id}.jpg"


def mask_path(id: str) -> str:
    """Where a painted picture's mask lies in the dataset."""
    return f"masks/{id}.png"


def paint_one(item: ToPaint) -> PaintedPhoto:
    """Write a photo's twin, its dirty children, their masks and thumbnails.

    Raises:
        UserError: the photo is gone or has changed since it was imported, or the files cannot be written.
    """
    data = read_bytes(item.path)
    if _sha1(data) != item.sha1:
        raise UserError(f"{shown(item.path)}: has changed since it was imported; import the photos again")
    twin_HW3 = photo_to_paint(data, item.path, item.dirt)
    building, outline = Path(item.building), unpack_outline(item.dish)
    twin = as_jpeg(twin_HW3)
    if item.dirt.pairs:
        _write(building / twin_path(item.id), twin)
    children = []
    for variant in range(item.variants):
        id = f"{item.id}-{variant:03d}"
        painted = paint(twin_HW3, outline, item.dirt, sha1=item.sha1, variant=variant)
        content = as_jpeg(painted.image_HW3)
        file = building / child_path(id)
        _write(file, content)
        twin_sha1 = ""
        if painted.look_alikes and item.dirt.pairs:
            clean = as_jpeg(painted.twin_HW3)
            twin_sha1 = _sha1(clean)
            _write(building / twin_path(id), clean)
        _write(building / mask_path(id), _png(painted.mask_HW))
        write_thumbnail(painted.image_HW3, building / "thumbnails" / f"{id}.jpg")
        height, width = painted.image_HW3.shape[:2]
        children.append(
            Child(
                id=id,
                sha1=_sha1(content),
                size=len(content),
                mtime=os.stat(file).st_mtime_ns,
                width=width,
                height=height,
                level=painted.level,
                kinds=painted.kinds,
                coverage=painted.coverage,
                twin_sha1=twin_sha1,
                look_alikes=painted.look_alikes,
            )
        )
    return PaintedPhoto(id=item.id, twin_sha1=_sha1(twin), children=tuple(children))


def _sha1(content: bytes) -> str:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def as_jpeg(image_HW3: NDArray[np.uint8]) -> bytes:
    """A picture as the file in which twins and painted pictures are kept."""
    stream = io.BytesIO()
    # Full colour resolution: dirt is red and small, and halved colours would smear it in the file but not its twin.
    Image.fromarray(image_HW3).save(stream, "JPEG", quality=QUALITY, subsampling=0)
    return stream.getvalue()


def _png(mask_HW: NDArray[np.uint8]) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(mask_HW).save(stream, "PNG")
    return stream.getvalue()


def _write(file: Path, content: bytes) -> None:
    with writing(file.parent):
        file.write_bytes(content)
