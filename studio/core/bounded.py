"""Reading files of text that anybody may have made, of bearable sizes alone."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

MOST_TEXT_BYTES = 512 * 2**20
"""A manifest of a million samples is smaller."""


def read_bytes(file: Path, *, most_bytes: int = MOST_TEXT_BYTES) -> bytes:
    """A file's content.

    Args:
        file: any file.
        most_bytes: a larger one is refused before it is read.

    Raises:
        OSError: it is missing, too large, may not be read, or is no plain file: a pipe would be waited for without end.
    """
    status = os.stat(file)
    if not stat.S_ISREG(status.st_mode):
        kind = (
            (errno.EISDIR, "it is a folder") if stat.S_ISDIR(status.st_mode) else (errno.EINVAL, "it is no plain file")
        )
        raise OSError(*kind, str(file))
    if status.st_size > most_bytes:
        said = f"it has {status.st_size / 2**20:,.0f} MiB, and more than {most_bytes / 2**20:,.0f} are not read"
        raise OSError(errno.EINVAL, said, str(file))  # EFBIG is told of a file that cannot be written
    return file.read_bytes()


def read_text(file: Path, *, most_bytes: int = MOST_TEXT_BYTES) -> str:
    """A file's content as text (UTF-8, with or without a mark at its beginning).

    Raises:
        OSError: as for `read_bytes`.
        UnicodeDecodeError: it is no such text.
    """
    return read_bytes(file, most_bytes=most_bytes).decode("utf-8-sig")
