"""Reads a dataset's pictures, and refuses those that are no longer what was imported."""

from __future__ import annotations

import hashlib
from pathlib import Path

from studio.data.photos import PhotoError, read_bytes
from studio.data.promises import SUFFIX


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
