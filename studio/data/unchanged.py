"""Reads a dataset's pictures, and refuses those that are no longer what was imported."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from studio.data.photos import PhotoError, read_bytes
from studio.data.promises import SUFFIX

_PHOTO_ID = re.compile("[0-9a-f]{16}")


def id_of(sha1: str) -> str:
    """The id of a photo's sample, which says its content."""
    return sha1[:16]


def is_replaced(path: Path | str, sample: str) -> bool:
    """Whether another photo lies in the place of the one that a sample was made of.

    Args:
        path: its file.
        sample: the sample's id; of what was painted it says nothing about the content.

    Returns:
        False where the file is gone or nobody can know.
    """
    if not _PHOTO_ID.fullmatch(sample):
        return False
    try:
        return id_of(content_sha1(read_bytes(path))) != sample
    except PhotoError:
        return False


def read_unchanged(path: Path | str, sha1: str) -> bytes:
    """The content of a picture's file; a promised picture is painted.

    What came into its place since would be learned with a label that nobody gave it, and with another dish's outline.

    Args:
        path: the file.
        sha1: of its content at import, hexadecimal; empty where nobody knows. Of a promised picture it is the photo
            that counts, which its promise names.

    Raises:
        PhotoError: it is gone, or has changed.
        UserError: it is promised, and its photo is gone or has changed.
    """
    content = read_bytes(path)
    if sha1 and not str(path).endswith(SUFFIX) and content_sha1(content) != sha1:
        raise PhotoError(str(path), "has changed since it was imported; import the photos again")
    return content


def content_sha1(content: bytes) -> str:
    """The hash by which a dataset knows a file's content, hexadecimal."""
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()
