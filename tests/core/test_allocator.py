"""Tests of what happens to freed memory."""

from __future__ import annotations

import platform

from studio.core.allocator import keep_freed_memory


def test_the_c_library_takes_the_wish_where_it_knows_it() -> None:
    assert keep_freed_memory() == (platform.libc_ver()[0] == "glibc")
