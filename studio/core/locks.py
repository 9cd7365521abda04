"""Marks that something is in use, which go with their process however it ends."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from studio.core.errors import UserError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_HELD: dict[tuple[str, int], int] = {}
"""How often each thread of this process holds a lock, by path: work in parts holds it from the first to the last."""

_TOLD_BYTES = 200
_TRIES = 3
PATIENCE_S, _PAUSE_S = 0.5, 0.01
"""Whoever looks whether a lock is held holds it for a moment."""

_WHOLE_FILE = 1 << 30
"""Windows locks bytes, and forbids others to read them: this one lies far behind who holds it."""


class InUseError(UserError):
    """Somebody else holds the lock."""


@contextlib.contextmanager
def holding(file: Path, busy: str, *, patience_s: float = PATIENCE_S) -> Iterator[bool]:
    """Hold a lock; the system takes it back when this process ends, killed or not.

    A drive that knows no locks, or a folder that may not be written, has none: whoever writes there says so.

    Args:
        file: made when missing, and deleted afterwards.
        busy: what to say when another process holds it, without a full stop; who that is follows.
        patience_s: how long to try.

    Yields:
        whether it is held; False where there are no locks.

    Raises:
        InUseError: another process holds it, or another thread.
    """
    own = (str(file.absolute()), threading.get_ident())
    if own in _HELD:
        _HELD[own] += 1
        try:
            yield True
        finally:
            _HELD[own] -= 1
        return
    until = time.monotonic() + patience_s
    while isinstance(handle := _taken(file), str) and time.monotonic() < until:
        time.sleep(_PAUSE_S)
    if isinstance(handle, str):
        raise InUseError(f"{busy} ({handle})")
    if handle is None:
        yield False
        return
    _HELD[own] = 1
    try:
        yield True
    finally:
        del _HELD[own]
        _give_back(file, handle)


def is_held(file: Path) -> bool:
    """Whether any process holds a lock; also where nobody can know, since nothing that may be in use is swept."""
    if any(name == str(file.absolute()) for name, _ in list(_HELD)):
        return True
    if not file.exists():
        return False
    try:
        with holding(file, "", patience_s=0.0) as is_free:
            return not is_free
    except InUseError:
        return True


def _taken(file: Path) -> int | str | None:
    """An open file that is locked; who holds it; None where there are no locks."""
    for _ in range(_TRIES):
        try:
            handle = os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
        except OSError:
            return None
        try:
            _lock(handle)
        except BlockingIOError:
            holder = os.read(handle, _TOLD_BYTES).decode("utf-8", "replace").strip()
            os.close(handle)
            return holder or "another process"
        except OSError:
            os.close(handle)
            return None
        if _is_still(file, handle):
            with contextlib.suppress(OSError):  # who holds it is told where the disk has room
                os.ftruncate(handle, 0)
                os.write(handle, f"process {os.getpid()} on {socket.gethostname()}\n".encode())
            return handle
        os.close(handle)  # who held it deleted it between our opening and our locking
    return None


def _is_still(file: Path, handle: int) -> bool:
    try:
        return os.path.samestat(os.stat(file), os.fstat(handle))
    except OSError:
        return False


def _give_back(file: Path, handle: int) -> None:
    if sys.platform == "win32":  # where an open file cannot be deleted
        os.close(handle)
        with contextlib.suppress(OSError):
            file.unlink()
        return
    try:
        with contextlib.suppress(OSError):
            file.unlink()
    finally:
        os.close(handle)


if sys.platform == "win32":

    def _lock(handle: int) -> None:
        os.lseek(handle, _WHOLE_FILE, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EDEADLK):  # a drive that knows no locks
                raise
            raise BlockingIOError(*error.args) from None
        finally:
            os.lseek(handle, 0, os.SEEK_SET)

else:

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
