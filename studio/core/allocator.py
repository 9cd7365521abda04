"""Keeps the memory of one batch or photo for the next."""

from __future__ import annotations

import ctypes
import platform

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
WHOLE_HEAP = 2**31 - 1
LARGEST_BLOCKS = (2**30, 2**25)
"""What a new and an old glibc take at most."""


def keep_freed_memory(largest_block: int = LARGEST_BLOCKS[0]) -> bool:
    """Let this process keep what it frees, where the C library is glibc.

    A network's maps are megabytes each. By default glibc gives each back to the system when it is freed, and the next
    batch gets it anew, page by page: a third of the time of a look at a photo.

    Args:
        largest_block: bytes from which on a block is given back at once all the same.

    Returns:
        whether the C library took it; elsewhere nothing changes.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    libc = ctypes.CDLL(None)
    is_taken = any(libc.mallopt(M_MMAP_THRESHOLD, min(size, largest_block)) for size in LARGEST_BLOCKS)
    return is_taken and bool(libc.mallopt(M_TRIM_THRESHOLD, WHOLE_HEAP))
