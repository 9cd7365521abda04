"""What a disk refuses, said so that a person can mend it."""

from __future__ import annotations

import errno
from pathlib import Path

from studio.core.errors import UserError


def _numbers(*names: str) -> frozenset[int]:
    """Error numbers by name; not every system knows all of them."""
    return frozenset(number for name in names if (number := getattr(errno, name, None)) is not None)


_FULL = _numbers("ENOSPC", "EDQUOT", "EFBIG")
_FORBIDDEN = _numbers("EROFS", "EACCES", "EPERM")
_AWAY = _numbers(
    "EIO", "ENOTCONN", "ESTALE", "ENODEV", "ENXIO", "EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN", "ENETUNREACH",
    "EREMOTEIO", "ENOMEDIUM", "ESHUTDOWN",
)  # fmt: skip
_MISSING = _numbers("ENOENT", "ENOTDIR")
_WAYS_OUT = (
    (_FULL, "make room on its disk, and do it again"),
    (_FORBIDDEN, "allow it to be written, or name another place"),
    (_AWAY, "see that its disk or network drive answers, and do it again"),
    (_MISSING, "bring its folder back, or name another place"),
)


def way_out(error: OSError) -> str:
    """What a person can do about it; empty where nobody knows."""
    return next((way for numbers, way in _WAYS_OUT if error.errno in numbers), "")


def cannot_write(place: Path | str, error: OSError) -> UserError:
    """The sentence for a file or folder that could not be written, with the way out.

    Args:
        place: what was to be written.
        error: what the system said.
    """
    way = way_out(error)
    return UserError(f"{place}: cannot be written ({error.strerror or error})" + (f"; {way}" if way else ""))


def trouble_of(error: BaseException, place: Path | str) -> UserError | None:
    """The sentence for an error of a disk that nobody foresaw where it arose.

    Args:
        error: anything.
        place: what to name where the error names no file.

    Returns:
        None for what has to do with no disk: a failure of ours.
    """
    if not isinstance(error, OSError) or isinstance(error, (ConnectionError, TimeoutError)):
        return None
    file = error.filename if isinstance(error.filename, (str, Path)) else None
    if error.errno in _FULL or error.errno == errno.EROFS:
        return cannot_write(file or place, error)
    if error.errno in _AWAY:
        way = way_out(error)
    elif file is not None and error.errno in _FORBIDDEN:
        way = "allow it to be read and written"
    elif file is not None and error.errno in _MISSING:
        way = "it was there a moment ago; bring it back, and do it again"
    else:
        return None
    return UserError(f"{file or place}: cannot be used ({error.strerror}); {way}")
