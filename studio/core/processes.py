"""Processes by the numbers that files were named after."""

from __future__ import annotations

import platform
import re

import psutil

_MOST_DIGITS = 9
"""Of any process's number; a file's name may say anything."""


def is_running(number: str) -> bool:
    """Whether a process of this machine has a number, as text."""
    return number.isdecimal() and len(number) <= _MOST_DIGITS and psutil.pid_exists(int(number))


def machine_name() -> str:
    """This machine's name in letters, digits and `_`: a folder may be shared by several."""
    return re.sub(r"[^A-Za-z0-9]+", "_", platform.node()) or "here"
