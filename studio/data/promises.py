"""Pictures that are painted when they are read: a small file says what to paint.

A promise stands in for a picture wherever a photo's file is read, and gives the very bytes that would have been written
ahead.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from studio.core.errors import UserError
from studio.core.sections import DirtSettings

SUFFIX = ".painted"
PARTS = ("dirty", "clean", "mask")
_KEPT = 16
"""Picture, clean twin and mask are read one after another, by a few threads at once."""


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What a promised picture is made of.

    Attributes:
        photo: the clean photo's file.
        sha1: of its content.
        dish: its outline, packed.
        dirt: what to paint.
        variant: number of the picture among those of the photo.
        part: the `dirty` picture, its `clean` twin, or its `mask`.
    """

    photo: str
    sha1: str
    dish: str
    dirt: DirtSettings
    variant: int
    part: str

    def to_text(self) -> str:
        """The file's content."""
        return json.dumps({**asdict(self), "dirt": self.dirt.model_dump(mode="json")}) + "\n"


def read_promise(content: bytes, place: str) -> Promise:
    """Read what `to_text` wrote.

    Raises:
        UserError: it is torn or wrong; the sentence begins with `place`.
    """
    try:
        values: dict[str, Any] = json.loads(content)
        promise = Promise(**{**values, "dirt": DirtSettings.model_validate(values["dirt"])})
        texts = (promise.photo, promise.sha1, promise.dish)
        if promise.part not in PARTS or type(promise.variant) is not int or not all(type(one) is str for one in texts):
            raise ValueError("its entries are of other kinds")
        if promise.photo.endswith(SUFFIX):  # one that names itself would be painted without end
            raise ValueError("it is to be painted on what is painted itself")
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UserError(f"{place}: is torn or of another version ({error}); generate the dirt again") from None
    return promise


def thumbnail_of(promise: Path) -> Path:
    """Where the thumbnail of a promised picture goes; that of a clean twin lies beside it under a name of its own.

    Args:
        promise: its file, in a dataset.

    Raises:
        UserError: there is no dataset around it any more.
    """
    for folder in promise.parents:
        if (folder / "manifest.json").is_file():
            twin = "-clean" if promise.parent.name == "clean" else ""
            return folder / "thumbnails" / f"{promise.stem}{twin}.jpg"
    raise UserError(f"{promise}: the dataset that it belonged to is gone")


def kept_promise(file: Path | str, content: bytes) -> bytes:
    """Paint a promised picture.

    Args:
        file: the promise's file.
        content: what it holds.

    Returns:
        the picture as a file's content: JPEG, or PNG for a mask.

    Raises:
        UserError: the promise is torn, or its photo is gone or has changed.
    """
    promise = read_promise(content, str(file))
    pictures = _painted(promise.photo, promise.sha1, promise.dish, promise.dirt.model_dump_json(), promise.variant)
    return pictures[PARTS.index(promise.part)]


@lru_cache(maxsize=_KEPT)
def _painted(photo: str, sha1: str, dish: str, dirt: str, variant: int) -> tuple[bytes, bytes, bytes]:
    from studio.data.painting import pictures_of  # which reads photos, as the caller does

    return pictures_of(photo, sha1=sha1, dish=dish, dirt=DirtSettings.model_validate_json(dirt), variant=variant)
