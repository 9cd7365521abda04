"""One photo with all that is painted on it, as files."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.core.sections import DirtSettings
from studio.data.outline_text import unpack_outline
from studio.data.photos import decode_photo
from studio.data.promises import SUFFIX, Promise
from studio.data.reading import write_thumbnail
from studio.data.storage import writing
from studio.data.unchanged import content_sha1, read_unchanged
from studio.dirt.outline import Outline
from studio.dirt.recipe import foretell, paint, resize_to

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
class ChildPaths:
    """Where a painted picture's files lie in the dataset.

    Attributes:
        picture: the dirty one.
        twin: the clean one, where it has its own.
        mask: where the dirt is.
    """

    picture: str
    twin: str
    mask: str

    @classmethod
    def of(cls, id: str, *, ahead: bool) -> ChildPaths:
        """The files of a painted picture.

        Args:
            id: of the picture.
            ahead: whether they are pictures, or promises of such.
        """
        picture, mask = (".jpg", ".png") if ahead else (SUFFIX, SUFFIX)
        return cls(picture=f"images/dirty/{id}{picture}", twin=f"images/clean/{id}{picture}", mask=f"masks/{id}{mask}")


@dataclass(frozen=True, kw_only=True)
class Child:
    """One dirty picture that was painted, or is promised.

    Attributes:
        id: its id.
        paths: of its files.
        sha1: of its file.
        size: of its file, bytes.
        mtime: of its file, nanoseconds since 1970.
        width, height: px.
        level: light, medium or heavy.
        kinds: of dirt; unknown while it is only promised.
        coverage: share of the dish, 0..1; None while it is only promised.
        twin_sha1: of its clean twin's file; empty where the dish is as in the photo, whose twin then is its own.
        look_alikes: what was done to the dish.
    """

    id: str
    paths: ChildPaths
    sha1: str
    size: int
    mtime: int
    width: int
    height: int
    level: str
    kinds: tuple[str, ...]
    coverage: float | None
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
    """Where a photo's clean twin lies in the dataset."""
    return f"images/clean/{id}.jpg"


def paint_one(item: ToPaint) -> PaintedPhoto:
    """Write a photo's twin, its dirty children, their masks and thumbnails; or promises of them.

    Raises:
        UserError: the photo is gone or has changed since it was imported, or the files cannot be written.
    """
    data = read_unchanged(item.path, item.sha1)
    twin_HW3 = photo_to_paint(data, item.path, item.dirt)
    building, outline = Path(item.building), unpack_outline(item.dish)
    twin = as_jpeg(twin_HW3)
    if item.dirt.pairs:
        _write(building / twin_path(item.id), twin)
    if item.dirt.ahead:
        children = [_painted_child(item, variant, twin_HW3, outline, building) for variant in range(item.variants)]
    else:
        children = [_promised_child(item, variant, twin_HW3, building) for variant in range(item.variants)]
    return PaintedPhoto(id=item.id, twin_sha1=content_sha1(twin), children=tuple(children))


def pictures_of(photo: str, *, sha1: str, dish: str, dirt: DirtSettings, variant: int) -> tuple[bytes, bytes, bytes]:
    """One dirty picture, its clean twin and its mask, as the files that `paint_one` writes.

    Args:
        photo: the clean photo's file.
        sha1: what its content was at import.
        dish: its outline, packed.
        dirt: what to paint.
        variant: number of the picture among those of the photo.

    Raises:
        UserError: the photo is gone or has changed since it was imported.
    """
    twin_HW3 = photo_to_paint(read_unchanged(photo, sha1), photo, dirt)
    painted = paint(twin_HW3, unpack_outline(dish), dirt, sha1=sha1, variant=variant)
    return as_jpeg(painted.image_HW3), as_jpeg(painted.twin_HW3), _png(painted.mask_HW)


def _painted_child(
    item: ToPaint, variant: int, twin_HW3: NDArray[np.uint8], outline: Outline | None, building: Path
) -> Child:
    id = f"{item.id}-{variant:03d}"
    painted = paint(twin_HW3, outline, item.dirt, sha1=item.sha1, variant=variant)
    content = as_jpeg(painted.image_HW3)
    paths = ChildPaths.of(id, ahead=True)
    file = building / paths.picture
    _write(file, content)
    twin_sha1 = ""
    if painted.look_alikes and item.dirt.pairs:
        clean = as_jpeg(painted.twin_HW3)
        twin_sha1 = content_sha1(clean)
        _write(building / paths.twin, clean)
    _write(building / paths.mask, _png(painted.mask_HW))
    write_thumbnail(painted.image_HW3, building / "thumbnails" / f"{id}.jpg")
    height, width = painted.image_HW3.shape[:2]
    return Child(
        id=id,
        paths=paths,
        sha1=content_sha1(content),
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


def _promised_child(item: ToPaint, variant: int, twin_HW3: NDArray[np.uint8], building: Path) -> Child:
    id = f"{item.id}-{variant:03d}"
    level, look_alikes = foretell(item.dirt, sha1=item.sha1, variant=variant)
    paths = ChildPaths.of(id, ahead=False)
    texts = {
        part: Promise(
            photo=item.path, sha1=item.sha1, dish=item.dish, dirt=item.dirt, variant=variant, part=part
        ).to_text().encode()
        for part in ("dirty", "clean", "mask")
    }  # fmt: skip
    _write(building / paths.picture, texts["dirty"])
    twin_sha1 = ""
    if look_alikes and item.dirt.pairs:
        twin_sha1 = content_sha1(texts["clean"])
        _write(building / paths.twin, texts["clean"])
    _write(building / paths.mask, texts["mask"])
    height, width = twin_HW3.shape[:2]
    return Child(
        id=id,
        paths=paths,
        # Of the promise, which stands for the picture: another setting or photo gives another one.
        sha1=content_sha1(texts["dirty"]),
        size=len(texts["dirty"]),
        mtime=os.stat(building / paths.picture).st_mtime_ns,
        width=width,
        height=height,
        level=level,
        kinds=(),
        coverage=None,
        twin_sha1=twin_sha1,
        look_alikes=look_alikes,
    )


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
