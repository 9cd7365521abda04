"""What an import finds out about one photo."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.data.outline_text import pack_outline
from studio.data.photos import GLANCE_PX, PhotoError, decode_photo, read_bytes
from studio.data.quality import BLURRED_FROM, blur, perceptual_hash, small_grey
from studio.data.storage import writing
from studio.data.unchanged import content_sha1, id_of
from studio.dirt.finder import find_outline
from studio.dirt.recipe import resize_to

THUMBNAIL_PX = 256


@dataclass(frozen=True, kw_only=True)
class ToRead:
    """A photo to look at.

    Attributes:
        path: the file.
        thumbnails: folder for its thumbnail.
    """

    path: str
    thumbnails: str


@dataclass(frozen=True, kw_only=True)
class Read:
    """What was found out; see `Sample` for the entries.

    Attributes:
        path: the file.
        reason: why it cannot be used; empty when it can, and then all the others are known.
    """

    path: str
    reason: str = ""
    sha1: str = ""
    dish: str = ""
    width: int = 0
    height: int = 0
    size: int = 0
    mtime: int = 0
    phash: str = ""
    is_blurred: bool = False


def read_one(item: ToRead) -> Read:
    """Read a photo, find its dish, hash it, and write its thumbnail.

    Raises:
        UserError: the thumbnail cannot be written.
    """
    try:
        data = read_bytes(item.path)
        status = os.stat(item.path)
        photo = decode_photo(data, item.path, longest_px=GLANCE_PX)
    except PhotoError as error:
        return Read(path=item.path, reason=error.reason)
    except OSError as error:  # gone since it was read
        return Read(path=item.path, reason=f"cannot be opened ({error.strerror})")
    sha1 = content_sha1(data)
    glance_HW3 = resize_to(photo.image_HW3, GLANCE_PX)
    small_HW = small_grey(glance_HW3)
    write_thumbnail(glance_HW3, Path(item.thumbnails, f"{id_of(sha1)}.jpg"))
    return Read(
        path=item.path,
        sha1=sha1,
        dish=pack_outline(find_outline(glance_HW3)),
        width=photo.width,
        height=photo.height,
        size=len(data),
        mtime=status.st_mtime_ns,
        phash=perceptual_hash(small_HW),
        is_blurred=blur(glance_HW3) > BLURRED_FROM,
    )


def write_thumbnail(image_HW3: NDArray[np.uint8], file: Path) -> None:
    """Write a small JPEG of a picture.

    Raises:
        UserError: the folder cannot be written.
    """
    # Two processes may meet the same content at once, so each writes under a name of its own first.
    temporary = file.with_name(f"{file.name}.{os.getpid()}")
    with writing(file.parent):
        try:
            Image.fromarray(resize_to(image_HW3, THUMBNAIL_PX)).save(temporary, "JPEG", quality=88)
            os.replace(temporary, file)
        finally:
            with suppress(OSError):  # it is in its place, or went with its disk
                temporary.unlink(missing_ok=True)
